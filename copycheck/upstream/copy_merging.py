"""Merges the changes of a source into a copy that has edits of its own (contract 12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.comparison.expected_text import expected_texts
from copycheck.comparison.formatted_texts import Comparison, InFile, format_all
from copycheck.comparison.formatters import Formatters, Fragment
from copycheck.comparison.laid_out_texts import ToWrite, own_layouts
from copycheck.comparison.tied_units import Laid
from copycheck.comparison.tool_comments import Commented, StrippedSides, with_comments_of, without_tool_comments
from copycheck.directives.binding import Copy, bind
from copycheck.directives.compared_regions import Region, reindent
from copycheck.directives.module_directives import Module
from copycheck.fixing.fixed_copy_text import assemble
from copycheck.model.directive import Replacement
from copycheck.model.errors import FormatterError, GrowthError, UnreadableFileError
from copycheck.model.merge_report import Outcome
from copycheck.model.wording import listed
from copycheck.project.atomic_write import obstacle
from copycheck.project.file_edits import LineEdit, edited
from copycheck.project.settings import Settings
from copycheck.resolution.module_lookup import choose_definitions
from copycheck.resolution.project_index import Project
from copycheck.syntax.compile_faults import fault_between
from copycheck.syntax.nesting import unwrap, wrap
from copycheck.syntax.statement_parser import read_outline
from copycheck.syntax.undefined_names import new_undefined_names
from copycheck.upstream.git_base import Base, History, NoBaseError, Wanted, name_at
from copycheck.upstream.merged_imports import AddedImports, SourceModule, added_imports
from copycheck.upstream.threeway import MarkerLabels, Merge, merge, with_markers


class Sides(NamedTuple):
    """The three texts of a merge, formatted, without what the copy leaves out of the comparison.

    `tool_comments` are the comments for tools of the copy and of the source, where these do not count. `as_written` are
    the copy and the source before they were formatted, and the source before it was replaced.
    """

    base: str
    ours: str
    theirs: str
    tool_comments: StrippedSides | None = None
    as_written: tuple[str, str, str] = ("", "", "")

    def in_layout(self, formatters: Formatters, copy: Copy, text: str) -> str:
        """A merged and formatted text, with comments for tools; its lines as the copy and the source have them."""
        own, theirs, unreplaced = self.as_written
        sides = Laid(self.ours, own), Laid(self.theirs, theirs)
        [laid] = own_layouts(formatters, [ToWrite(copy.filename, copy.indents, text, *sides, unreplaced)])
        return self._commented(text, (self.ours, self.theirs)) if laid is None else self._commented(laid, (own, theirs))

    def with_tool_comments(self, text: str) -> str:
        """A merged text with comments for tools: those of the copy on lines that it has, else those of the source."""
        return self._commented(text, (self.ours, self.theirs))

    def _commented(self, text: str, sides: tuple[str, str]) -> str:
        if self.tool_comments is None:
            return text
        stripped = self.tool_comments.copy, self.tool_comments.source
        return with_comments_of(list(map(Commented, sides, stripped)), text)


class Merged(NamedTuple):
    """A merge of one copy. `lines` take the place of the copy's region, where something is to be written."""

    outcome: Outcome
    sides: Sides
    result: Merge
    lines: tuple[str, ...] = ()


class MergeError(Exception):
    """Why a copy cannot be merged, as a clause."""


def sides_of(
    formatters: Formatters,
    copy: Copy,
    base: Region,
    replacements: tuple[Replacement, ...],
    source: Region,
    settings: Settings,
) -> Sides:
    """The three texts for a copy: `base` with its own `replacements`, the copy, and `source` with those of today.

    Raises MergeError where one of them cannot be made.
    """
    then = copy._replace(directive=copy.directive._replace(replacements=replacements))
    try:
        old, new = (expected_texts(one, region, settings.header) for one, region in ((then, base), (copy, source)))
    except GrowthError as error:
        raise MergeError(str(error)) from None
    # `# Ignore copy` on a function's body: what expected_texts puts on both sides is the copy's own.
    comparison = Comparison((old.expected, new.expected), new.actual, copy.indents, (), ())
    tool_comments = None
    if settings.tool_comments == "ignore":
        texts = old.expected, new.expected, new.actual
        before, theirs, own = (without_tool_comments(text, [t for t in texts if t is not text]) for text in texts)
        comparison = comparison._replace(expected=(before.text, theirs.text), actual=own.text)
        tool_comments = StrippedSides(own, theirs)
    formatted = format_all(formatters, [InFile(comparison, copy.filename)])[0]
    if formatted.refusal is not None:
        raise MergeError(f"its expected text cannot be formatted: {formatted.refusal}")
    unreplaced = reindent(source.text, source.indent, copy.region.indent) if copy.directive.replacements else ""
    return Sides(
        _tidy(formatted.expected[0]),
        _tidy(formatted.actual),
        _tidy(formatted.expected[1]),
        tool_comments,
        (comparison.actual, comparison.expected[1], unreplaced),
    )


def _tidy(text: str) -> str:
    """A text without the blank lines around it, with one line end behind it."""
    return text.strip("\n") + "\n"


def merged(
    formatters: Formatters, module: Module, copy: Copy, sides: Sides, settings: Settings, result: Merge | None = None
) -> Merged:
    """The merge of a copy: `result`, or what the sides come to.

    Raises MergeError where what came out cannot be written, and GitError.
    """
    result = result or merge(sides.base, sides.ours, sides.theirs)
    if result.conflicts:
        return Merged("conflict", sides, result)
    if result.text == sides.ours:
        return Merged("nothing", sides, result)
    text = sides.in_layout(formatters, copy, _formatted(formatters, copy, result.text))
    lines = tuple(assemble(module, copy, text.rstrip("\n"), settings.header))
    return Merged("as-upstream" if sides.base == sides.ours else "merged", sides, result, lines)


def _formatted(formatters: Formatters, copy: Copy, text: str) -> str:
    """A merged text, formatted at its depth. Raises MergeError where it does not parse."""
    wrapped = wrap(text, copy.indents)
    try:
        read_outline(copy.filename, wrapped)
    except UnreadableFileError as error:
        raise MergeError(f"the merged text does not parse, merge it by hand: {error.reason}") from None
    formatted = formatters.format([Fragment(wrapped, copy.filename)])[0]
    if isinstance(formatted, FormatterError):
        raise MergeError(f"the merged text cannot be formatted: {formatted}")
    return unwrap(formatted, len(copy.indents))


def conflict_lines(
    module: Module, copy: Copy, conflicting: Merged, settings: Settings, labels: MarkerLabels
) -> list[str]:
    """The lines of a copy with git's markers around what contradicts.

    Raises GitError.
    """
    texts = (conflicting.sides.with_tool_comments(text) for text in conflicting.result.sides())
    base, ours, theirs = ("\n".join(assemble(module, copy, text.rstrip("\n"), settings.header)) for text in texts)
    return with_markers(base, ours, theirs, labels).rstrip("\n").split("\n")


class Located(NamedTuple):
    """A copy that has drifted, in its file, with its base and its source."""

    module: Module
    copy: Copy
    base: Base
    source: Region
    source_file: str


def locate(check: Check, found: Examined, history: History) -> Located:
    """The copy of a directive with its base. Raises MergeError where there is none, and GitError."""
    project = check.project
    module = project.module(found.filename)
    copy = bind(module, found.directive)
    resolution = project.resolver.resolve(found.directive.target)
    if not resolution.definitions and project.sources.resolve(found.directive.target).definitions:
        raise MergeError("its source is in another package: run `copycheck upstream update`")
    if copy is None or not resolution.definitions:
        raise MergeError(resolution.message or "no definition follows the directive")
    chosen = choose_definitions(resolution.definitions, copy.region.kind, copy.accessor, copy.number)[-1]
    source = project.module(chosen.filename)
    wanted = Wanted(copy, chosen.filename, name_at(source, chosen.location.row))
    try:
        base = history.base_of(wanted)
    except NoBaseError as error:
        raise MergeError(str(error)) from None
    region = chosen.decorated if copy.decorated else chosen.plain
    return Located(module, copy, base, region, chosen.filename)


def merge_of(check: Check, place: Located) -> Merged:
    """The merge of a copy with its source. Raises MergeError and GitError."""
    settings = check.project.settings
    base = place.base
    kinds = {region.kind.removeprefix("async ") for region in (base.region, place.source, place.copy.region)}
    if len(kinds) > 1:
        raise MergeError(f"source and copy are of different kinds: {', '.join(sorted(kinds))}")
    sides = sides_of(check.formatters, place.copy, base.region, base.replacements, place.source, settings)
    return merged(check.formatters, place.module, place.copy, sides, settings)


def edit_of(copy: Copy, lines: tuple[str, ...]) -> LineEdit:
    """The edit that puts lines in the place of a copy."""
    return LineEdit(copy.region.rows[0], copy.region.rows[-1], lines)


def undefined(names: Sequence[str], filename: str) -> str:
    """What is said of names that a merged text uses, and nothing binds."""
    return f"the merge would leave {listed(names)} undefined: import or define it in {filename}, and run it again"


def put_lines(
    project: Project, module: Module, copy: Copy, lines: tuple[str, ...], source: SourceModule | None
) -> tuple[str, ...]:
    """Put lines in the place of a copy, in the workspace, with the imports of `source` that they need; these.

    Raises MergeError, with nothing changed, where the file would not parse any more, or use names that nothing binds.
    """
    filename = copy.filename
    if reason := obstacle(project.settings.root, filename):
        raise MergeError(f"{filename} is not written: {reason}")
    file, before = project.workspace.read(filename), project.workspace.edited(filename)
    edit = edit_of(copy, lines)
    added = added_imports(project, module, copy, edit, source) if source is not None else AddedImports()
    if added.refusal:
        raise MergeError(added.refusal)
    try:
        project.edit({filename: edited(file, [edit, *added.edits])})
        project.module(filename).outline  # noqa: B018
    except UnicodeEncodeError as error:
        raise MergeError(f"the encoding of {filename}, {error.encoding}, lacks `{error.object[error.start]}`") from None
    except UnreadableFileError as error:
        project.edit({filename: before})
        raise MergeError(f"{filename} would not parse with the merged text, merge it by hand: {error.reason}") from None
    if fault := fault_between(file.text, project.workspace.read(filename).text):
        project.edit({filename: before})
        raise MergeError(f"Python would not take the merged text, merge it by hand: {fault}")
    new = new_undefined_names(file.text, project.workspace.read(filename).text, filename)
    if new:
        project.edit({filename: before})
        raise MergeError(undefined(new, filename))
    return added.statements
