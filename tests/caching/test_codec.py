"""Every value that the cache keeps comes back from JSON as it went in, whatever its fields hold."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.caching import snapshot, store
from copycheck.caching.codec import decoded, encoded
from copycheck.caching.copy_index import CopyIndex
from copycheck.caching.incremental import KeptReport
from copycheck.checking.earlier_run import SaidOfLost
from copycheck.checking.outcome import Examined, ExaminedFile
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic

KEPT = [KeptReport, ListedCopy, Diagnostic, Examined, ExaminedFile, snapshot._KeptFile, snapshot._Header, SaidOfLost]
"""What is written: a field that is added to one of these, or to what they hold, is tried by this test."""


@settings(max_examples=20)
@pytest.mark.parametrize("kind", KEPT, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_what_is_kept_comes_back(kind: Any, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    assert decoded(kind, encoded(value)) == value


st.register_type_strategy(snapshot._Digest, st.builds(snapshot._Digest, findings=st.lists(st.text())))
st.register_type_strategy(snapshot._Header, st.builds(snapshot._Header, said_of_lost=st.lists(st.text())))


class Color(enum.Enum):
    RED = "red"


class Leaf(NamedTuple):
    name: str
    color: Color = Color.RED


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...]
    trees: tuple[Tree, ...] = ()
    named: Mapping[str, Leaf] | None = None
    words: frozenset[str] = frozenset()
    pair: tuple[int, Leaf] = (1, Leaf("one"))
    kind: Literal["a", "b"] = "a"
    rest: Any = None
    numbers: Sequence[int] = ()


def test_all_kinds_of_fields() -> None:
    tree = Tree((Leaf("a"),), (Tree(()),), {"b": Leaf("b")}, frozenset("xy"), (2, Leaf("c")), "b", [1], (1, 2))
    assert decoded(Tree, encoded(tree)) == tree
    assert encoded(tree) == encoded(decoded(Tree, encoded(tree)))
    assert decoded(Tree, encoded(tree)).leaves[0].name == "a"  # a leaf, where a bare tuple would be equal to it


@pytest.mark.parametrize("data", ["null", "[]", '[[["a"]]]', '[[["a", "blue"]], [], null, [], [], "a", null, []]', "3"])
def test_another_shape_is_an_error(data: str) -> None:
    with pytest.raises((ValueError, TypeError, LookupError)):
        decoded(Tree, data.encode())


def test_what_cannot_be_kept_is_an_error() -> None:
    with pytest.raises(TypeError):
        encoded(b"bytes")
    with pytest.raises(TypeError):
        decoded(complex, b"[]")
    with pytest.raises(TypeError):
        decoded(Leaf | Color, b"[]")


def test_copies_are_found_alike_before_and_after(tmp_path: Any) -> None:
    copies = [st_copy(name, target) for name, target in (("f", "a.b"), ("g", "c.b"), ("h", "c.d"))]
    fresh, kept = CopyIndex(copies), CopyIndex.decoded(CopyIndex(copies).encoded())
    assert list(kept) == copies
    for ask in (CopyIndex.readers, CopyIndex.unread, lambda index: index.named("b"), lambda index: index.filenames):
        again = CopyIndex.decoded(fresh.encoded())
        assert ask(fresh) == ask(again)


def st_copy(name: str, target: str) -> ListedCopy:
    from copycheck.model.location import Location, Source, Span

    rows = Span("s.py", 3, 5)
    source = Source(target, "s.py", Location(3, 1))
    reads = () if name == "h" else (rows,)
    return ListedCopy("f.py", Location(1, 1), name, target, "in-sync", source=source, reads=reads, rows=rows)


def test_the_index_is_written_by_the_same_codec() -> None:
    entry = store.Entry({"a.py": [1, 2, 3, 4]}, {"b.py": None}, ((), ()))
    assert encoded(entry._asdict()) == b'{"files":{"a.py":[1,2,3,4]},"others":{"b.py":null},"report":[[],[]]}'
