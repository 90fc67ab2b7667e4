"""Definitions with one key → clusters, in which one makes each of the others (contract 14).

The work in a key is bounded: each text is held against a number of leaders, and not against every other text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from copycheck.model.directive import Replacement
from copycheck.suggestion.inference import Text, infer

MOST_LEADERS = 24
"""A text that none of so many leaders of its key makes is on its own."""

MOST_TEXTS = 1_000
"""So many different texts of one key are held against its leaders; the others are left out, and counted."""

Made = tuple[Replacement, ...]


class Cluster(NamedTuple):
    """The numbers of equal definitions. `made` says which replacements make each of them of the first one."""

    members: tuple[int, ...]
    made: Mapping[int, Made]


def clusters_of(members: Sequence[int], texts: Mapping[int, Text], most: int) -> list[Cluster]:
    """Put definitions of one key together; `members` come with the likely sources first."""
    alike: dict[str, list[int]] = {}
    for member in members:
        alike.setdefault(texts[member].text, []).append(member)
    led: list[tuple[int, dict[int, Made]]] = []
    for same in alike.values():
        text = texts[same[0]]
        for leader, made in led[:MOST_LEADERS]:
            found = infer(texts[leader], text, most)
            if found is not None:
                made.update(dict.fromkeys(same, found))
                break
        else:
            led.append((same[0], dict.fromkeys(same, ())))
    return [Cluster(tuple(made), made) for _, made in led if len(made) > 1]


class Bounded(NamedTuple):
    """The numbers of the definitions that are compared, and of those that are beyond the bound."""

    kept: list[int]
    beyond: list[int]


def within_bounds(members: Sequence[int], texts: Mapping[int, Text]) -> Bounded:
    """The members of a key that are compared, and the others: equal texts count once."""
    seen: set[str] = set()
    kept: list[int] = []
    beyond: list[int] = []
    for member in members:
        text = texts[member].text
        if text in seen or len(seen) < MOST_TEXTS:
            seen.add(text)
            kept.append(member)
        else:
            beyond.append(member)
    return Bounded(kept, beyond)


def made_from(source: int, members: Sequence[int], texts: Mapping[int, Text], most: int) -> dict[int, Made]:
    """What a source makes of some definitions: the replacements, for itself and for each that it makes."""
    known: dict[str, Made | None] = {texts[source].text: ()}
    made: dict[int, Made] = {}
    for member in members:
        text = texts[member]
        if text.text not in known:
            known[text.text] = infer(texts[source], text, most)
        found = known[text.text]
        if found is not None:
            made[member] = found
    return made
