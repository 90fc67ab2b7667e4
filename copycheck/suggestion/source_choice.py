"""Which definition of a group is the source, and why (contract 14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from copycheck.model.wording import plural
from copycheck.project.git_listing import FirstCommit
from copycheck.suggestion.definition_scan import Candidate
from copycheck.suggestion.existing_directives import Marks
from copycheck.suggestion.module_names import Modules

Age = Callable[[str], FirstCommit | None]
"""File → when it was first committed; None where git does not know."""


class Chosen(NamedTuple):
    """The number of the source of a group, and why it is the source."""

    number: int
    reason: str


class Origin:
    """What decides on a source: preferred folders, directives, imports, and git."""

    def __init__(self, prefer: Sequence[str], marks: Marks, modules: Modules, age: Age) -> None:
        self._prefer = prefer
        self._marks = marks
        self._modules = modules
        self._age = age
        self._ranks: dict[str, int] = {}
        self._packages: dict[str, int] = {}
        self._directives: dict[tuple[str, int], int] = {}

    def choose(self, members: Sequence[int], candidates: Sequence[Candidate]) -> Chosen:
        """The source among some candidates, by their numbers, which are in the order of files and rows."""
        left = sorted(members)
        for weigh, say in (
            (self._preferred, self._say_preferred),
            (self._named, self._say_named),
            (self._imported, _say_imported),
            (self._used, _say_used),
        ):
            weights = weigh([candidates[number] for number in left])
            best = max(weights)
            if best:
                left = [number for number, weight in zip(left, weights, strict=True) if weight == best]
                if len({candidates[number].filename for number in left}) == 1:
                    return Chosen(left[0], say(candidates[left[0]], best))
        return self._oldest(left, candidates)

    def _preferred(self, members: Sequence[Candidate]) -> list[int]:
        if not self._prefer:
            return [0]
        return [self._rank(member.filename) for member in members]

    def _rank(self, filename: str) -> int:
        if filename not in self._ranks:
            folder = self._folder(filename)
            self._ranks[filename] = len(self._prefer) - self._prefer.index(folder) if folder else 0
        return self._ranks[filename]

    def _folder(self, filename: str) -> str:
        return next((name for name in self._prefer if name == "." or f"{filename}/".startswith(f"{name}/")), "")

    def _say_preferred(self, chosen: Candidate, weight: int) -> str:
        return f"it is in `{self._folder(chosen.filename)}`, which is preferred"

    def _named(self, members: Sequence[Candidate]) -> list[int]:
        if not (self._marks.named or self._marks.marked):
            return [0]
        return [self._count(member) for member in members]

    def _count(self, member: Candidate) -> int:
        key = member.filename, member.row
        if key not in self._directives:
            count = sum(self._marks.named.get(name, 0) for name in self._modules.names_of(member))
            self._directives[key] = count + 1 if count else int(key in self._marks.marked)
        return self._directives[key]

    def _say_named(self, chosen: Candidate, weight: int) -> str:
        if weight == 1:
            return "it is a marked copy already"
        return f"{plural(weight - 1, 'directive names', 'directives name')} it already"

    def _imported(self, members: Sequence[Candidate]) -> list[int]:
        files = {member.filename for member in members}
        return [len((self._modules.importers(name) & files) - {name}) for name in (m.filename for m in members)]

    def _used(self, members: Sequence[Candidate]) -> list[int]:
        return [self._used_by(member.filename) for member in members]

    def _used_by(self, filename: str) -> int:
        if filename not in self._packages:
            importers = self._modules.importers(filename)
            self._packages[filename] = len({name.rpartition("/")[0] for name in importers})
        return self._packages[filename]

    def _oldest(self, members: Sequence[int], candidates: Sequence[Candidate]) -> Chosen:
        files = {candidates[number].filename for number in members}
        known = {filename: age for filename in files if (age := self._age(filename)) is not None}
        if len({age.seconds for age in known.values()}) > 1:
            first = min(known.values())
            oldest = next(number for number in members if known.get(candidates[number].filename) == first)
            return Chosen(oldest, f"its file is the oldest, of {first.date}")
        return Chosen(members[0], "it is the first by path" if len(files) > 1 else "it is the first of its file")


def _say_imported(chosen: Candidate, weight: int) -> str:
    what = plural(weight, "module of its copies imports", "modules of its copies import")
    return f"{what} its module"


def _say_used(chosen: Candidate, weight: int) -> str:
    return f"{plural(weight, 'package imports', 'packages import')} its module"
