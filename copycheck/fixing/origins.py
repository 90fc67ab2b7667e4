"""Where edits of an edited file are in the file on disk."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable

from copycheck.model.diagnostic import Edit
from copycheck.model.location import Location


class Origins:
    """The edits that were made of each file, one batch after the other."""

    def __init__(self) -> None:
        self._batches: dict[str, list[list[Edit]]] = {}

    def add(self, filename: str, batch: Collection[Edit]) -> None:
        """Note edits that were made at once."""
        self._batches.setdefault(filename, []).append(sorted(batch))

    def drop(self, filename: str) -> None:
        """Drop the last edits of a file, which were taken back."""
        if self._batches.get(filename):
            self._batches[filename].pop()

    def of(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """The edits of the file as it is now as edits of that on disk; none where one changes what was added before."""
        found: list[Edit] = []
        for edit in edits:
            place: Edit | None = edit
            for batch in reversed(self._batches.get(edit.filename, [])):
                place = place and _before(batch, place)
            if place is None:
                return ()
            found.append(place)
        return tuple(found)


def _before(batch: Iterable[Edit], edit: Edit) -> Edit | None:
    """An edit of a file as one of what the file was before a batch; None where it touches what the batch has added."""
    shift = 0
    for made in batch:
        start = Location(made.start.row + shift, made.start.column)
        end = _end(made, start)
        if edit.end <= start and not edit.start == start == end:
            break
        if edit.start < end or edit.start == start or (edit.start.row == end.row and end.column > 1):
            return None
        shift = end.row - made.end.row
    return edit._replace(
        start=Location(edit.start.row - shift, edit.start.column), end=Location(edit.end.row - shift, edit.end.column)
    )


def _end(made: Edit, start: Location) -> Location:
    """Where the text of an edit that begins at `start` ends."""
    lines = io.StringIO(made.text, newline="").readlines()
    last = lines[-1] if lines else ""
    if last.endswith(("\n", "\r")):
        return Location(start.row + len(lines), 1)
    return Location(start.row + max(len(lines) - 1, 0), len(last) + (start.column if len(lines) <= 1 else 1))
