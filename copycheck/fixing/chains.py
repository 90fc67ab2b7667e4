"""Copies of copies that are fixed in one wave: what each will have to be, by the new lines of its source.

A wave costs a look at every file that it changes, so that a chain of hundreds of copies in one file would cost the
square of its length. Here a link is only foreseen: the check after the wave says whether it came in line, and what did
not is taken back and fixed by itself (contract 5.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from copycheck.checking.examination import compare
from copycheck.checking.outcome import Examined
from copycheck.checking.verdict import judge
from copycheck.directives.binding import Copy
from copycheck.directives.module_directives import Module
from copycheck.fixing.fix_session import FixSession
from copycheck.fixing.fixed_copy_text import assemble
from copycheck.model.errors import UnreadableFileError
from copycheck.project.workspace import SourceFile
from copycheck.resolution.module_lookup import Definition, define
from copycheck.resolution.source_provider import Reader
from copycheck.syntax.nesting import wrap

_SETTLED_ANEW = ("CPY004", "CPY201", "CPY202")
"""The findings that a comparison makes."""


class Link(NamedTuple):
    """A copy that follows its source in the same wave: its number, that of its source, and how it will have drifted.

    `is_settled` says that the formatter leaves its new lines as they were foreseen: what follows from them is certain.
    """

    number: int
    above: int
    found: Examined
    lines: Sequence[str] = ()
    is_settled: bool = False


class Foresight:
    """What a wave will make of the copies that copy what it fixes."""

    def __init__(self, session: FixSession) -> None:
        self._session = session
        self._project = session.check.project
        self._modules: dict[str, Module] = {}
        self._copies: dict[str, dict[int, Copy]] = {}
        self._readers: dict[int, list[int]] = {}
        for number, above in enumerate(session.check.edges):
            if len(above) == 1:
                self._readers.setdefault(above[0], []).append(number)

    def links(self, fixed: Mapping[int, Examined]) -> list[Link]:
        """The links below copies that are fixed now, given by their numbers, with planned fixes; sources come first."""
        links: list[Link] = []
        front = [(number, found, self._lines(found)) for number, found in fixed.items() if number in self._readers]
        seen = set(fixed)
        while front:
            above, source, lines = front.pop()
            definition = self._definition(source, lines) if lines else None
            for number in self._readers.get(above, ()) if definition is not None else ():
                link = self._link(number, above, source, definition) if number not in seen else None
                seen.add(number)
                if link is not None:
                    links.append(link)
                    front.append((number, link.found, link.lines))
        judged = judge(self._session.check.formatters, [link.found for link in links])
        planned = self._session.check.planned(judged)
        return [
            link._replace(found=found, is_settled=self._lines(found) == link.lines)
            for link, found in zip(links, planned, strict=True)
        ]

    def _copy(self, found: Examined) -> Copy | None:
        """The copy of a directive, as it stands."""
        if found.filename not in self._copies:
            self._copies[found.filename] = self._project.facts(found.filename).copies_by_row()
        return self._copies[found.filename].get(found.directive.row)

    def _lines(self, found: Examined, expected: str | None = None) -> Sequence[str]:
        """The lines that a fix would give a copy, by its formatted expected text or another one; none for none."""
        copy, text = self._copy(found), expected or found.formatted_expected
        if copy is None or not text:
            return ()
        if found.filename not in self._modules:
            self._modules[found.filename] = self._project.modules.elided(found.filename)
        return assemble(self._modules[found.filename], copy, text, self._project.settings.header)

    def _definition(self, found: Examined, lines: Sequence[str]) -> Definition | None:
        """A copy as a source, with its new lines; None where it is not for certain all that its lines are."""
        copy = self._copy(found)
        assert copy is not None, "what has new lines has a copy"
        text = wrap("\n".join(lines), copy.indents)
        module = Module(SourceFile(found.filename, b"", text, text.split("\n"), "utf-8"))
        try:
            scope = module.outline
            while scope.children and scope.children[0].kind == "block":
                scope = scope.children[0]
            if len(scope.children) != 1 or not scope.children[0].is_definition:
                return None
            return define(module, scope, scope.children[0])
        except UnreadableFileError:
            return None

    def _link(self, number: int, above: int, source: Examined, definition: Definition | None) -> Link | None:
        """A copy that gets new lines because its source does; None where it stays, or cannot be foreseen."""
        found = self._session.check.directives[number]
        copy = self._copy(found)
        is_plain = found.compared and not found.inside_outer_copy and not found.is_duplicate
        if copy is None or definition is None or not is_plain or not self._is_source(found, source):
            return None
        kept = tuple(finding for finding in found.diagnostics if finding.code not in _SETTLED_ANEW)
        plain = found._replace(diagnostics=kept, comparison=None, formatted_expected=None)
        drifted = compare(self._project.settings, copy, (definition._replace(filename=source.filename),), plain)
        if drifted.comparison is None:
            return None
        lines = self._lines(drifted, drifted.comparison.expected[-1])
        # Without the rows that it reads, a fix that takes much away meets a fork the sooner: then it is not foreseen.
        return Link(number, above, drifted._replace(reads=(), source=found.source), lines) if lines else None

    def _is_source(self, found: Examined, source: Examined) -> bool:
        """Whether the one source of a copy is another copy, and both have the same rows of it."""
        copy = self._copy(source)
        known = self._project.sources.resolve(found.directive.target, Reader(found.filename, found.name)).definitions
        if copy is None or len(known) != 1:
            return False
        rows, own = known[0].decorated.rows, copy.region.rows
        # The source may have decorators, or a row behind `# End copy`, that are no part of the copy which it is.
        return known[0].is_at(source.filename, copy.row) and (rows[0], rows[-1]) == (own[0], own[-1])
