"""Which definition of a group is the source, and why (contract 14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from copycheck.model.wording import plural
from copycheck.suggestion.definition_scan import Candidate
from copycheck.suggestion.existing_directives import Marks
from copycheck.suggestion.module_names import Modules

Age = Callable[[str], tuple[int, str] | None]
"""File → when it was first committed: seconds, and the date; None where git does not know."""


class Chosen(NamedTuple):
    """The number of the source of a group, and why it is the source."""

    number: int
    reason: str


class Origin(NamedTuple):
    """What decides on a source: preferred folders, directives, imports, and git."""

    prefer: tuple[str, ...]
    marks: Marks
    modules: Modules
    age: Age

    def choose(self, members: Sequence[int], candidates: Sequence[Candidate]) -> Chosen:
        """The source among some candidates, by their numbers."""
        left = sorted(members, key=lambda number: (candidates[number].filename, candidates[number].row))
        for weigh in (self._preferred, self._named, self._imported, self._used):
            weights = weigh(left, candidates)
            best = max(weights.values())
            if best[0]:
                left = [number for number in left if weights[number][0] == best[0]]
                if len({candidates[number].filename for number in left}) == 1:
                    return Chosen(left[0], weights[left[0]][1])
        return self._oldest(left, candidates)

    def _preferred(self, members: Sequence[int], candidates: Sequence[Candidate]) -> dict[int, tuple[int, str]]:
        found = {}
        for number in members:
            filename = candidates[number].filename
            folder = next((name for name in self.prefer if name == "." or f"{filename}/".startswith(f"{name}/")), "")
            rank = len(self.prefer) - self.prefer.index(folder) if folder else 0
            found[number] = rank, f"it is in `{folder}`, which is preferred"
        return found

    def _named(self, members: Sequence[int], candidates: Sequence[Candidate]) -> dict[int, tuple[int, str]]:
        found = {}
        for number in members:
            candidate = candidates[number]
            count = sum(self.marks.named.get(name, 0) for name in self.modules.names_of(candidate))
            if count:
                found[number] = count + 1, f"{plural(count, 'directive names', 'directives name')} it already"
            else:
                is_marked = (candidate.filename, candidate.row) in self.marks.marked
                found[number] = int(is_marked), "it is a marked copy already"
        return found

    def _imported(self, members: Sequence[int], candidates: Sequence[Candidate]) -> dict[int, tuple[int, str]]:
        files = {candidates[number].filename for number in members}
        found = {}
        for number in members:
            filename = candidates[number].filename
            count = len((self.modules.importers(filename) & files) - {filename})
            what = plural(count, "module of its copies imports", "modules of its copies import")
            found[number] = count, f"{what} its module"
        return found

    def _used(self, members: Sequence[int], candidates: Sequence[Candidate]) -> dict[int, tuple[int, str]]:
        found = {}
        for number in members:
            importers = self.modules.importers(candidates[number].filename)
            count = len({name.rpartition("/")[0] for name in importers})
            found[number] = count, f"{plural(count, 'package imports', 'packages import')} its module"
        return found

    def _oldest(self, members: Sequence[int], candidates: Sequence[Candidate]) -> Chosen:
        files = {candidates[number].filename for number in members}
        known = {filename: age for filename in files if (age := self.age(filename)) is not None}
        if len({seconds for seconds, _ in known.values()}) > 1:
            first = min(known.values())
            oldest = next(number for number in members if known.get(candidates[number].filename) == first)
            return Chosen(oldest, f"its file is the oldest, of {first[1]}")
        return Chosen(members[0], "it is the first by path" if len(files) > 1 else "it is the first of its file")
