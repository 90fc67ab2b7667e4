"""The three-way merge of texts: by lines with git, and within a conflict by tokens where that is certain.

Pure texts in and out. `git merge-file` needs no repository.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

from copycheck.project.git import GitError, merge_files
from copycheck.upstream.token_merge import merge_tokens

_MARKER = 31
"""A length of git's markers that no text has by chance."""


class Chunk(NamedTuple):
    """Lines of a merge: agreed ones are in `ours` alone, `base` and `theirs` are those of a conflict."""

    ours: str
    base: str = ""
    theirs: str = ""
    is_conflict: bool = False


class MergeSides(NamedTuple):
    """The three texts of a merge."""

    base: str
    ours: str
    theirs: str


class MarkerLabels(NamedTuple):
    """What git's markers call the three texts of a conflict, in the order in which they have them."""

    ours: str
    base: str
    theirs: str


class Merge(NamedTuple):
    """A merge of three texts, in order."""

    chunks: tuple[Chunk, ...]

    @property
    def conflicts(self) -> int:
        """How many conflicts are left."""
        return sum(chunk.is_conflict for chunk in self.chunks)

    @property
    def text(self) -> str:
        """The merged text; with conflicts, the text of our side."""
        return "".join(chunk.ours for chunk in self.chunks)

    def sides(self) -> MergeSides:
        """The three texts as far as they are merged: they differ only where conflicts are left."""
        base = "".join(chunk.base if chunk.is_conflict else chunk.ours for chunk in self.chunks)
        theirs = "".join(chunk.theirs if chunk.is_conflict else chunk.ours for chunk in self.chunks)
        return MergeSides(base, self.text, theirs)


def merge(base: str, ours: str, theirs: str, by_tokens: bool = True) -> Merge:
    """The three-way merge of texts. Both sides' changes are in it, or it has a conflict.

    `by_tokens` settles conflicts of lines by their tokens, which takes code. Raises GitError where git cannot be run.
    """
    if ours in (base, theirs):
        return Merge((Chunk(theirs),))
    if theirs == base:
        return Merge((Chunk(ours),))
    return Merge(tuple(_settled(chunk, by_tokens) for chunk in _by_lines(base, ours, theirs)))


def _settled(chunk: Chunk, by_tokens: bool) -> Chunk:
    """A conflict that is none, since both sides changed the same, or other tokens; else the chunk as it is."""
    if not chunk.is_conflict:
        return chunk
    if chunk.ours == chunk.theirs:
        return Chunk(chunk.ours)
    merged = merge_tokens(chunk.base, chunk.ours, chunk.theirs) if by_tokens else None
    return chunk if merged is None else Chunk(merged)


def _by_lines(base: str, ours: str, theirs: str) -> list[Chunk]:
    """What `git merge-file --diff3` makes of three texts, taken apart."""
    output = _merge_file((ours, base, theirs), ("--diff3", f"--marker-size={_MARKER}"))
    marks = {f"{sign * _MARKER}": sign for sign in "<|=>"}
    chunks: list[Chunk] = []
    sides: list[list[str]] = [[]]
    for line in output.splitlines(keepends=True):
        sign = marks.get(line[:_MARKER])
        if sign is None:
            sides[-1].append(line)
        elif sign == ">":
            ours, base, theirs = ("".join(side) for side in sides)
            chunks.append(Chunk(ours, base, theirs, is_conflict=True))
            sides = [[]]
        else:
            if sign == "<":
                chunks.append(Chunk("".join(sides[0])))
                sides = []
            sides.append([])
    chunks.append(Chunk("".join(sides[0])))
    return [chunk for chunk in chunks if chunk.is_conflict or chunk.ours]


def with_markers(base: str, ours: str, theirs: str, labels: MarkerLabels) -> str:
    """The merge with git's markers around each conflict, with the base in it."""
    options = [part for label in labels for part in ("-L", label)]
    return _merge_file((ours, base, theirs), ("--diff3", *options))


def _merge_file(texts: Sequence[str], options: Sequence[str]) -> str:
    """What `git merge-file -p` prints for ours, base and theirs; each text ends in a line feed. Raises GitError."""
    with tempfile.TemporaryDirectory(prefix="copycheck-") as folder:
        for name, text in zip(("ours", "base", "theirs"), texts, strict=True):
            with open(os.path.join(folder, name), "w", encoding="utf-8", newline="", errors="surrogatepass") as stream:
                stream.write(text if text.endswith("\n") else f"{text}\n")
        merged = merge_files(folder, ("ours", "base", "theirs"), options)
    text = merged.decode("utf-8", "surrogatepass")
    if all(not text.endswith("\n") for text in texts):
        text = text.removesuffix("\n")
    return text


__all__ = ["Chunk", "GitError", "MarkerLabels", "Merge", "MergeSides", "merge", "with_markers"]
