"""Edits of copies that no commit has yet, and that a fix would throw away (contract 5.8).

Git is asked only about copies that have drifted, in one call for all of them. What a fix wrote is no edit: its text is
known from the cache, or it is what the source of the last commit makes.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from copycheck.checking.outcome import Examined
from copycheck.comparison.diff import equal
from copycheck.comparison.expected_text import expected_texts
from copycheck.comparison.formatted_texts import Comparison, InFile, format_all
from copycheck.comparison.formatters import Formatters
from copycheck.comparison.tool_comments import ComparedSides, sides_as_compared, without_tool_comments
from copycheck.directives.binding import Copy, bind
from copycheck.directives.class_members import leave_out, take_apart
from copycheck.directives.compared_regions import split_header
from copycheck.directives.module_directives import Module
from copycheck.model.diagnostic import State
from copycheck.model.errors import GrowthError, UnreadableFileError
from copycheck.project.git import GitError
from copycheck.project.git_folder import git_files, is_below_repository
from copycheck.project.settings import Settings, Treatment
from copycheck.project.workspace import decode
from copycheck.resolution.module_lookup import choose_definitions, look_up
from copycheck.resolution.project_index import Project


class Edited(NamedTuple):
    """The numbers of the copies that hold edits of their own, and the files that the answer about each rests on."""

    numbers: frozenset[int] = frozenset()
    rests_on: Mapping[int, Sequence[str]] = {}


def edited_since_commit(
    project: Project, formatters: Formatters, copies: Mapping[int, Examined], written: Container[str]
) -> Edited:
    """Which of some copies have changed since the last commit, and bore their directives there.

    `written` holds the marks of texts that fixes wrote. Without git, or without a commit, no copy is one of them.
    """
    root = project.settings.root
    if not copies or not is_below_repository(root):
        return Edited()
    asked = {n: {found.filename, *(one.filename for one in [found.source] if one)} for n, found in copies.items()}
    of_git, known = git_files(root), project.workspace.committed
    try:
        committed = known.texts(sorted(set().union(*asked.values())))
        rests_on = {number: (*of_git, *known.rests_on(names)) for number, names in asked.items()}
    except GitError:
        return Edited(rests_on=dict.fromkeys(copies, of_git))
    history = _History(project, committed)
    doubtful: dict[int, tuple[Copy, Copy]] = {}
    for number, found in copies.items():
        pair = history.both(found)
        if pair is None or equal(*(own_text(copy, project.settings) for copy in pair)):
            continue
        if mark_of(pair[1], project.settings) not in written:
            doubtful[number] = pair
    made = history.made_from_source(formatters, {n: (copies[n], pair[1]) for n, pair in doubtful.items()})
    return Edited(frozenset(doubtful.keys() - made), rests_on)


class _History:
    """The files of some copies as the last commit has them, beside those on disk."""

    def __init__(self, project: Project, committed: Mapping[str, bytes]) -> None:
        self._project = project
        self._committed = committed
        self._modules: dict[tuple[str, bool], dict[tuple[str, str], list[Copy]]] = {}

    def both(self, found: Examined) -> tuple[Copy, Copy] | None:
        """A copy in the last commit and on disk; None where there is no commit of it, or the file has not changed."""
        filename = found.filename
        before, now = self._committed.get(filename), self._project.workspace.without_edit(filename)
        if before is None or now is None or before == now:
            return None
        key = (found.name, found.directive.target)
        old = self._copies(filename, before, True)
        current = self._copies(filename, now, False)
        mine = current.get(key, [])
        theirs = (
            old.get(key)
            or [copy for (name, _), some in old.items() if name == found.name for copy in some]
            or [copy for other, some in old.items() if other not in current and other[1] == key[1] for copy in some]
        )
        if not theirs or found.ordinal >= len(mine):
            return None
        return theirs[min(found.ordinal, len(theirs) - 1)], mine[found.ordinal]

    def _copies(self, filename: str, data: bytes, is_old: bool) -> dict[tuple[str, str], list[Copy]]:
        """The copies of a file, by their names and targets."""
        known = self._modules.get((filename, is_old))
        if known is None:
            known = self._modules[filename, is_old] = {}
            try:
                module = Module(decode(filename, data)) if is_old else self._now(filename, data)
                copies = [(directive, bind(module, directive)) for directive in module.directives]
            except UnreadableFileError:
                copies = []
            for directive, copy in copies:
                if copy is not None:
                    known.setdefault((copy.name, directive.target), []).append(copy)
        return known

    def _now(self, filename: str, data: bytes) -> Module:
        """A file as it is without edits: as the project has it, where nothing edits it."""
        is_edited = self._project.workspace.edited(filename) is not None
        return Module(decode(filename, data)) if is_edited else self._project.module(filename)

    def made_from_source(self, formatters: Formatters, copies: Mapping[int, tuple[Examined, Copy]]) -> set[int]:
        """The copies on disk that are in sync with their sources as the last commit has them."""
        pairs: dict[int, InFile] = {}
        header = self._project.settings.header
        for number, (found, copy) in copies.items():
            texts = self._expected(found, copy, header)
            if texts is not None:
                comparison = Comparison((texts.expected,), texts.actual, copy.indents, (), ())
                pairs[number] = InFile(comparison, found.filename)
        formatted = format_all(formatters, list(pairs.values())) if pairs else []
        return {number for number, both in zip(pairs, formatted, strict=True) if equal(both.expected[0], both.actual)}

    def _expected(self, found: Examined, copy: Copy, header: Treatment) -> ComparedSides | None:
        """The expected text of a copy by its source in the last commit, and its own text."""
        data = self._committed.get(found.source.filename) if found.source else None
        if data is None or found.source is None:
            return None
        parts = tuple(found.directive.target.split("."))
        try:
            module = Module(decode(found.source.filename, data))
            lookups = (look_up(module, parts[start:]).definitions for start in range(1, len(parts)))
            definitions = next((some for some in lookups if some), ())
            if not definitions:
                return None
            last = choose_definitions(definitions, copy.region.kind, copy.accessor, copy.number)[-1]
            texts = expected_texts(copy, last.decorated if copy.decorated else last.plain, header)
        except (UnreadableFileError, GrowthError):
            return None
        return sides_as_compared(texts.expected, texts.actual, self._project.settings.tool_comments)


def own_text(copy: Copy, settings: Settings) -> str:
    """What a fix takes the place of: the text of a copy without ignored members, and what else it keeps of its own."""
    text = copy.region.text
    if copy.region.kind == "class" and "Ignore copy" in text:
        members = take_apart(text, copy.indents) or []
        text = leave_out(text, members, {member.key for member in members if member.ignored})
    if settings.header == "ignore" and copy.region.kind != "assignment":
        above, _, body = split_header(text, copy.region.name_line)
        text = above + body
    return without_tool_comments(text, keeps_remarks=True).text if settings.tool_comments == "ignore" else text


def mark_of(copy: Copy, settings: Settings) -> str:
    """What tells the text of a copy from all others, without keeping it."""
    lines = [line.rstrip() for line in own_text(copy, settings).split("\n") if line.strip()]
    import hashlib  # it loads OpenSSL, which most runs have no need of

    return hashlib.sha256("\n".join((copy.filename, copy.name, *lines)).encode("utf-8", "surrogatepass")).hexdigest()[
        :32
    ]


def marks_of(project: Project, directives: Iterable[Examined], filenames: Collection[str]) -> list[str]:
    """The marks of the copies in some files that are in sync: what a fix has written, and what needs no fix."""
    own: dict[str, list[Examined]] = {}
    for found in directives:
        if found.filename in filenames and found.state is State.IN_SYNC:
            own.setdefault(found.filename, []).append(found)
    marks: list[str] = []
    for filename, some in own.items():
        module = project.module(filename)
        copies = (bind(module, found.directive) for found in some)
        marks += [mark_of(copy, project.settings) for copy in copies if copy is not None]
    return marks
