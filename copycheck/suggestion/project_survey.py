"""What a search knows of a project: its definitions, what is around them, what marks them, and what is noise."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.parallel import map_shares
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace
from copycheck.suggestion import noise_kinds, trivial_definitions
from copycheck.suggestion.definition_scan import Candidate, Scanned, scan
from copycheck.suggestion.definition_texts import Squeezed, Texts, header_length, squeezed
from copycheck.suggestion.existing_directives import Marks, marks_in, together
from copycheck.suggestion.module_names import Modules


class _LookedAt(NamedTuple):
    """What is known of a file: its definitions, their text, and what marks them."""

    file: Scanned
    text: Squeezed
    marks: Marks


class Survey:
    """The definitions of some files by number, those of a file in the order of their rows."""

    def __init__(
        self, settings: Settings, workspace: Workspace, filenames: Sequence[str], asked_for: Selection
    ) -> None:
        self.settings, self.wishes = settings, settings.suggest
        self.workspace = workspace
        self.headers = settings.header == "compare"
        self._asked_for = asked_for
        looked_at = self._look(filenames)
        self.files = [found.file for found in looked_at]
        self.texts = Texts(self.headers, {found.file.filename: found.text for found in looked_at})
        self.candidates: list[Candidate] = []
        self.parents: list[int] = []
        self._members: dict[int, list[int]] = {}
        for file in self.files:
            first = len(self.candidates)
            self.candidates += file.candidates
            for number, candidate in enumerate(file.candidates, first):
                self.parents.append(candidate.parent + first if candidate.parent >= 0 else -1)
                if candidate.parent >= 0:
                    self._members.setdefault(candidate.parent + first, []).append(number)
        self._named: dict[tuple[str, str], list[int]] = {}
        for number, candidate in enumerate(self.candidates):
            self._named.setdefault((candidate.filename, candidate.name), []).append(number)
        self._shapes = {file.filename: file.shapes for file in self.files}
        self.generated = {file.filename: file.generated for file in self.files if file.generated}
        self.marks = together(found.marks for found in looked_at)
        self.modules = Modules(settings.src, self.files)
        self._noise: dict[int, str | None] = {}
        self._alike: dict[tuple[str, str], str | None] = {}

    def _look(self, filenames: Sequence[str]) -> list[_LookedAt]:
        """Look at files, in as many processes as there are processors; what cannot be read is passed over."""
        workspace, wishes = self.workspace, self.wishes

        def look(share: Sequence[str]) -> list[_LookedAt]:
            found = []
            for filename in share:
                try:
                    file = workspace.read(filename)
                except UnreadableFileError:
                    continue
                workspace.forget_text(filename)
                scanned = scan(filename, file.text, self.headers, wishes.diverged > 0, wishes.min_lines)
                found.append(_LookedAt(scanned, squeezed(file), marks_in(file, scanned.candidates)))
            return found

        sizes = {filename: workspace.size(filename) for filename in filenames}
        return sorted(map_shares(look, sizes), key=lambda found: found.file.filename)

    def rows(self, number: int) -> int:
        """How many rows a definition has."""
        return self.candidates[number].end - self.candidates[number].row + 1

    def shapes(self, number: int) -> Sequence[int]:
        """A number for each row of a definition that holds more than words: equal rows have the same one."""
        candidate = self.candidates[number]
        return self._shapes[candidate.filename][candidate.above : candidate.above + candidate.punctuated]

    def inside(self, number: int) -> Iterator[int]:
        """The definitions in a definition, at any depth."""
        front = list(self._members.get(number, ()))
        while front:
            member = front.pop()
            yield member
            front += self._members.get(member, ())

    def around(self, number: int) -> Iterator[int]:
        """The definitions around a definition, the nearest first."""
        number = self.parents[number]
        while number >= 0:
            yield number
            number = self.parents[number]

    def alternatives(self, number: int) -> Sequence[int]:
        """The definitions of the same name in the same file, itself among them: a directive means all of them."""
        candidate = self.candidates[number]
        return self._named[candidate.filename, candidate.name]

    def is_marked(self, number: int) -> bool:
        """Whether a definition bears a directive, or was broken on purpose."""
        candidate = self.candidates[number]
        return (candidate.filename, candidate.row) in self.marks.marked

    @cached_property
    def in_marked(self) -> frozenset[int]:
        """What is in a marked copy: it is no copy of its own, though it may be a source."""
        marked = filter(self.is_marked, range(len(self.candidates))) if self.marks.marked else ()
        return frozenset(inner for number in marked for inner in self.inside(number))

    def times_named(self, number: int) -> int:
        """How many directives name a definition."""
        named: Mapping[str, int] = self.marks.named
        return sum(named.get(name, 0) for name in self.modules.names_of(self.candidates[number])) if named else 0

    def why_not(self, copy: int, source: int) -> str | None:
        """Why a definition is not suggested as a copy of another; empty where that needs no word, None where it is."""
        if self.is_marked(copy) or copy in self.around(source) or source in self.around(copy):
            return ""
        if copy in self.alternatives(source):
            return ""
        if self.candidates[copy].filename in self.generated:
            return noise_kinds.GENERATED
        # A generated file says what it was made of, and is no source of that.
        if posixpath.basename(self.candidates[copy].filename) in self.generated.get(
            self.candidates[source].filename, ""
        ):
            return noise_kinds.GENERATED
        if noise_kinds.is_vendored(self.candidates[copy].filename) and not self._holds(copy):
            return noise_kinds.VENDORED
        parent = self.parents[copy]
        if parent >= 0 and parent == self.parents[source] and self.candidates[parent].kind == "class":
            return noise_kinds.ONE_CLASS
        return None

    def _holds(self, number: int) -> bool:
        """Whether a folder of another project was named, and a definition is in it."""
        return self._asked_for.holds(self.candidates[number].filename)

    def noise_of(self, number: int, known: str | None = None) -> str | None:
        """Why a definition is left out, by its own whole text, which may be known; None for one that is not."""
        if number not in self._noise:
            candidate = self.candidates[number]
            text = known if known is not None else self.texts.whole(candidate)
            key = text, self.texts.decorators(candidate)
            if key not in self._alike:  # copies are looked at once
                is_init = candidate.name.endswith("__init__")
                header, least = header_length(text), self.wishes.min_lines
                self._alike[key] = trivial_definitions.noise_of(text, header, candidate.kind, is_init, key[1], least)
            self._noise[number] = self._alike[key]
        return self._noise[number]

    def know_noise(self, noise: Mapping[int, str | None]) -> None:
        """Take over what `noise_of` has said of definitions elsewhere."""
        self._noise.update(noise)
