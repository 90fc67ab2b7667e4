"""Ways back on cycles of copies, whatever their form and length."""

from __future__ import annotations

import itertools
import random

from copycheck.checking.dependency_graph import Chain, Edges, chains, cycles


def ways(edges: Edges) -> dict[int, Chain]:
    return {node: chain for group in cycles(edges) for node, chain in chains(edges, group)}


def test_a_ring_is_told_from_each_of_its_links_on() -> None:
    found = ways([[1], [2], [0], [0]])
    assert {node: tuple(chain.shown) for node, chain in found.items()} == {0: (0, 1, 2), 1: (1, 2, 0), 2: (2, 0, 1)}
    assert found[1].text({0: "a", 1: "b", 2: "c"}, " > ") == "b > c > a > b"


def test_a_copy_of_itself_and_two_rings_with_a_common_link() -> None:
    found = ways([[0], [2, 3], [1], [1]])
    assert tuple(found[0].shown) == (0,)
    assert tuple(found[2].shown) == (2, 1) and tuple(found[3].shown) == (3, 1)


def test_of_a_long_ring_only_the_first_links_are_shown() -> None:
    size = 3000
    found = ways([[(node + 1) % size] for node in range(size)])
    assert len(found) == size
    chain = found[2995]
    assert (list(chain.shown), chain.length) == ([*range(2995, 3000), *range(5)], size)
    assert chain.text({node: str(node) for node in chain.shown}, ",").endswith("4,2,990 more,2995")
    twelve = ways([[(node + 1) % 12] for node in range(12)])
    assert len(twelve[3].shown) == twelve[3].length == 12


def test_each_way_back_is_a_way() -> None:
    chance = random.Random(5)
    for _ in range(60):
        size = chance.randint(1, 8)
        edges = [sorted({chance.randrange(size) for _ in range(chance.randint(0, 2))}) for _ in range(size)]
        for node, chain in ways(edges).items():
            way = [*chain.shown, node]
            assert way[0] == node and all(there in edges[here] for here, there in itertools.pairwise(way))
