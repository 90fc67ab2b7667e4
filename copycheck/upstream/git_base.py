"""The base of a copy inside the project: its source at the last commit at which the two were in sync."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from copycheck.comparison.diff import equal
from copycheck.comparison.expected_text import expected_texts
from copycheck.comparison.formatted_texts import Comparison, InFile, format_all
from copycheck.comparison.formatters import Formatters
from copycheck.comparison.tool_comments import ComparedSides, sides_as_compared
from copycheck.directives.binding import Copy, bind
from copycheck.directives.compared_regions import Region
from copycheck.directives.module_directives import Module
from copycheck.model.directive import Replacement
from copycheck.model.errors import GrowthError, UnreadableFileError
from copycheck.project.git_history import FileAt, Repository, Version, is_shallow, repository_of
from copycheck.project.settings import Settings
from copycheck.project.workspace import decode
from copycheck.resolution.module_lookup import Definition, choose_definitions, look_up
from copycheck.syntax.statement_tree import Statement

MOST_COMMITS = 400
"""So many commits of each of the two files are looked at."""
BATCH = 16
"""So many commits are read at once."""
_MOST_MODULES = 64
"""So many parsed files are kept."""


class NoBaseError(Exception):
    """Why a copy has no base, as a clause."""


class Base(NamedTuple):
    """A source as it was when the copy was in sync with it, with the replacements of the directive then.

    `definitions` are all alternatives of its name then; `region` is the text of one of them.
    """

    commit: str
    region: Region
    replacements: tuple[Replacement, ...]
    definitions: tuple[Definition, ...] = ()


class Wanted(NamedTuple):
    """A copy whose base is looked for, and its source: the file, and the dotted name within it."""

    copy: Copy
    source: str
    name: tuple[str, ...]


class Moment(NamedTuple):
    """A commit, and the names of both files then."""

    commit: str
    copy: str
    source: str


class _Pair(NamedTuple):
    """Copy and source as they were at a commit."""

    commit: str
    copy: Copy
    region: Region
    definitions: tuple[Definition, ...]


def name_at(module: Module, row: int) -> tuple[str, ...]:
    """The dotted name, within its file, of the definition whose keyword is in a row; empty where there is none."""
    names: list[str] = []
    body: Sequence[Statement] = module.outline.children
    while True:
        around = next((s for s in body if s.start <= row <= max(s.end, s.row)), None)
        if around is None:
            return ()
        if around.is_definition:
            names.append(around.name)
            if around.row == row:
                return tuple(names)
        body = around.children


class History:
    """Looks for the bases of the copies of a project. What git said and what was parsed serves all of them."""

    def __init__(self, settings: Settings, formatters: Formatters, most: int = MOST_COMMITS) -> None:
        """`most` is the number of commits of each file that are looked at."""
        self._settings = settings
        self._formatters = formatters
        self._most = most
        self._versions: dict[str, list[Version]] = {}
        self._orders: dict[Repository, Mapping[str, int]] = {}
        self._modules: dict[tuple[str, bytes], Module | None] = {}

    def base_of(self, wanted: Wanted) -> Base:
        """The base of a copy: that of the newest commit at which it was in sync.

        Raises NoBaseError where there is none, and GitError where git cannot say.
        """
        filename = wanted.copy.filename
        repository = common_repository(self._settings.root, filename, wanted.source)
        versions = (self._versions_of(repository, name) for name in (filename, wanted.source))
        moments = moments_of(self._order_of(repository), *versions)
        judged: dict[ComparedSides, bool] = {}
        for start in range(0, len(moments), BATCH):
            pairs = self._pairs(repository, wanted, moments[start : start + BATCH])
            if found := _first_in_sync(self._settings, self._formatters, filename, pairs, judged):
                return Base(found.commit, found.region, found.copy.directive.replacements, found.definitions)
        if is_shallow(repository.folder):
            raise NoBaseError("the history of this clone is cut off: run `git fetch --unshallow` to get the rest")
        if not moments:
            raise NoBaseError("no commit has both the copy and its source")
        raise NoBaseError("the copy and its source were in sync at no commit")

    def _versions_of(self, repository: Repository, filename: str) -> list[Version]:
        if filename not in self._versions:
            self._versions[filename] = repository.versions_of(filename, self._most)
        return self._versions[filename]

    def _order_of(self, repository: Repository) -> Mapping[str, int]:
        if repository not in self._orders:
            self._orders[repository] = repository.order()
        return self._orders[repository]

    def _module(self, filename: str, data: bytes) -> Module | None:
        """A file of a commit, parsed; None where it cannot be read."""
        key = filename, data
        if key not in self._modules:
            module: Module | None = None
            with suppress(UnreadableFileError):
                module = Module(decode(filename, data))
                module.outline  # noqa: B018
            self._modules[key] = module
            if len(self._modules) > _MOST_MODULES:
                del self._modules[next(iter(self._modules))]
        return self._modules[key]

    def _pairs(self, repository: Repository, wanted: Wanted, moments: Sequence[Moment]) -> list[_Pair]:
        """Copy and source at some commits, as far as both were there."""
        texts = repository.texts_of([FileAt(moment.commit, moment.copy) for moment in moments])
        copies: list[tuple[Moment, Copy]] = []
        for moment in moments:
            data = texts.get(FileAt(moment.commit, moment.copy))
            if data is not None and (copy := self._copy_in(moment.copy, data, wanted.copy)):
                copies.append((moment, copy))
        places = [(moment, copy, _source_names(self._settings, wanted, moment, copy)) for moment, copy in copies]
        asked = {FileAt(moment.commit, name) for moment, _, names in places for name in names}
        sources = repository.texts_of(sorted(asked))
        found = []
        for moment, copy, names in places:
            datas = [(name, data) for name in names if (data := sources.get(FileAt(moment.commit, name))) is not None]
            definitions, regions = self._alternatives(copy, datas, wanted)
            found += [_Pair(moment.commit, copy, region, definitions) for region in regions]
        return found

    def _copy_in(self, filename: str, data: bytes, now: Copy) -> Copy | None:
        """The copy of a file that is what a copy was: of its name, and of a source of the same name."""
        if b"Copied from" not in data or now.region.name.encode() not in data:
            return None
        module = self._module(filename, data)
        if module is None:
            return None
        last = now.directive.target.rpartition(".")[2]
        found = [bind(module, d) for d in module.directives if d.target.rpartition(".")[2] == last and not d.problem]
        alike = [copy for copy in found if copy is not None and copy.region.name == now.region.name]
        return min(alike, key=lambda copy: (copy.name, copy.number) != (now.name, now.number), default=None)

    def _alternatives(
        self, copy: Copy, files: Sequence[tuple[str, bytes]], wanted: Wanted
    ) -> tuple[tuple[Definition, ...], list[Region]]:
        """The source at a commit, and the text of each alternative of it; nothing where it was not there."""
        for filename, data in files:
            for name in dict.fromkeys((wanted.name, tuple(copy.directive.target.split(".")[-len(wanted.name) :]))):
                module = self._module(filename, data) if name[-1].encode() in data else None
                if module is None:
                    continue
                definitions = look_up(module, name).definitions
                chosen = choose_definitions(definitions, copy.region.kind, copy.accessor, copy.number)
                if chosen:
                    regions = [one.decorated if copy.decorated else one.plain for one in reversed(chosen)]
                    return tuple(definitions), regions
        return (), []


def common_repository(root: str, copy: str, source: str) -> Repository:
    """The repository that has both files. Raises NoBaseError where there is none."""
    found = repository_of(root, copy)
    if found is None:
        raise NoBaseError("the project is in no git repository")
    if found != repository_of(root, source):
        raise NoBaseError("the two are in different git repositories, which have no commit in common")
    return found


def moments_of(order: Mapping[str, int], of_copy: Sequence[Version], of_source: Sequence[Version]) -> list[Moment]:
    """The commits that changed one of the two files, each with both names then: the first in the `order` first."""
    both = of_copy, of_source
    by_commit = [{one.commit: one.filename for one in versions} for versions in both]
    # A commit that is not in the order was made after somebody had asked for it.
    commits = sorted({one for names in by_commit for one in names}, key=lambda commit: order.get(commit, -1))
    moments: list[Moment] = []
    known = ["", ""]
    for commit in reversed(commits):
        known = [names.get(commit, before) for names, before in zip(by_commit, known, strict=True)]
        if all(known):
            moments.append(Moment(commit, *known))
    return moments[::-1]


def _source_names(settings: Settings, wanted: Wanted, moment: Moment, copy: Copy) -> list[str]:
    """The files that the source may have been in: where it was by history, else where the directive says."""
    names = [moment.source]
    if copy.directive.target != wanted.copy.directive.target:
        parts = copy.directive.target.split(".")
        paths = ["/".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
        roots = ["" if root == "." else f"{root}/" for root in settings.src]
        names += [f"{root}{path}{end}" for root in roots for path in paths for end in (".py", "/__init__.py")]
    return names


def _first_in_sync(
    settings: Settings,
    formatters: Formatters,
    filename: str,
    pairs: Sequence[_Pair],
    judged: dict[ComparedSides, bool],
) -> _Pair | None:
    """The first of some pairs that is in sync, as it was or formatted."""
    open_: list[tuple[_Pair, ComparedSides]] = []
    raw: _Pair | None = None
    for pair in pairs:
        try:
            texts = expected_texts(pair.copy, pair.region, settings.header)
        except GrowthError:
            continue
        sides = sides_as_compared(texts.expected, texts.actual, settings.tool_comments)
        if sides not in judged and equal(*sides):
            judged[sides] = True
        if judged.get(sides):
            raw = pair
            break
        open_.append((pair, sides))
    new = {sides: pair.copy.indents for pair, sides in open_ if sides not in judged}
    comparisons = [
        InFile(Comparison((sides.expected,), sides.actual, indents, (), ()), filename) for sides, indents in new.items()
    ]
    for sides, formatted in zip(new, format_all(formatters, comparisons), strict=True):
        judged[sides] = equal(formatted.expected[0], formatted.actual)
    return next((pair for pair, sides in open_ if judged[sides]), raw)
