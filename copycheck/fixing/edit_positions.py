"""Where edits of an edited file are in the file on disk."""

from __future__ import annotations

import bisect
import io
from collections.abc import Collection, Iterable
from itertools import islice

from copycheck.model.diagnostic import Edit
from copycheck.model.location import Location


class Origins:
    """The edits that were made of each file, one batch after the other."""

    def __init__(self) -> None:
        self._batches: dict[str, list[_Batch]] = {}

    def add(self, filename: str, batch: Collection[Edit]) -> None:
        """Note edits that were made at once."""
        self._batches.setdefault(filename, []).append(_Batch(batch))

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
                place = place and batch.before(place)
            if place is None:
                return ()
            found.append(place)
        return tuple(found)


class _Batch:
    """Edits of a file that were made at once, with where their texts are in the file that they have made."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._places: list[tuple[Location, Location, int]] = []
        shift = 0
        for made in sorted(edits):
            start = Location(made.start.row + shift, made.start.column)
            end = _end(made, start)
            shift = end.row - made.end.row
            self._places.append((start, end, shift))

    def before(self, edit: Edit) -> Edit | None:
        """An edit as one of what the file was before the batch; None where it touches what the batch has added."""
        first = bisect.bisect_left(self._places, edit.start.row, key=lambda place: place[1].row)
        shift = self._places[first - 1][2] if first else 0
        for start, end, behind in islice(self._places, first, None):
            if edit.end <= start and not edit.start == start == end:
                break
            if edit.start < end or edit.start == start or (edit.start.row == end.row and end.column > 1):
                return None
            shift = behind
        start, end = (Location(place.row - shift, place.column) for place in (edit.start, edit.end))
        return edit._replace(start=start, end=end)


def _end(made: Edit, start: Location) -> Location:
    """Where the text of an edit that begins at `start` ends."""
    lines = io.StringIO(made.text, newline="").readlines()
    last = lines[-1] if lines else ""
    if last.endswith(("\n", "\r")):
        return Location(start.row + len(lines), 1)
    return Location(start.row + max(len(lines) - 1, 0), len(last) + (start.column if len(lines) <= 1 else 1))
