"""One file → what is known of each of its directives before anything is formatted (contract 1, 3 and 4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from copycheck.checking.candidate_files import conflict_outside_of_strings
from copycheck.checking.comment_findings import comment_findings
from copycheck.checking.nested_copies import relate
from copycheck.checking.notation_findings import OtherNotations, examine_notations
from copycheck.checking.one_sided_blanks import blank_finding
from copycheck.checking.outcome import Examined, ExaminedFile, at, source_of, unreadable
from copycheck.comparison.diff import equal
from copycheck.comparison.expected_text import expected_texts, rows_of_expected
from copycheck.comparison.formatted_texts import Comparison, leave_out_tool_comments
from copycheck.directives.binding import MOST_ALTERNATIVES, MOST_COMPARED, Copy, spans, too_much
from copycheck.directives.compared_regions import reindent
from copycheck.directives.module_directives import Module
from copycheck.model.diagnostic import Diagnostic, Fix, State
from copycheck.model.directive import Directive
from copycheck.model.errors import GrowthError
from copycheck.model.location import Span
from copycheck.project.settings import Settings
from copycheck.resolution.module_lookup import Definition, choose_definitions
from copycheck.resolution.name_resolver import Resolution
from copycheck.resolution.parsed_modules import FileFacts
from copycheck.resolution.project_index import Project
from copycheck.resolution.source_provider import Reader
from copycheck.resolution.unresolved_name_hints import suggesting
from copycheck.syntax.statement_tree import of_one_kind

_MANY_ALTERNATIVES = f"{MOST_ALTERNATIVES:,} definitions of the same names"


def examine_file(project: Project, facts: FileFacts) -> ExaminedFile:
    """Examine every directive of a file that was read; never raises for what is in it."""
    filename = facts.filename
    if facts.error is not None:
        unread = [
            Examined(filename, directive, State.UNCHECKED, diagnostics=tuple(lexical(filename, directive)))
            for directive in facts.directives
        ]
        # Prose may say "Copied from" as well: a file in which nothing reads like a directive is not ours to judge.
        if facts.is_bystander:
            others = _other_notations(project, filename)
            return _bystander(
                filename, others._replace(error=others.error or conflict_outside_of_strings(project, filename))
            )
        return ExaminedFile(filename, tuple(unread), (unreadable(facts.error),))
    pairs = list(zip(facts.directives, facts.copies, strict=True))
    is_asked = any(copy is None or _may_be_prose(directive, copy) for directive, copy in pairs)
    module = project.module(filename) if is_asked else None
    directives: list[Examined] = []
    length = alternatives = 0
    for directive, copy in pairs:
        directives.append(found := examine_directive(project, module, filename, directive, copy))
        length += found.comparison.length if found.comparison is not None else 0
        alternatives += len(found.reads)
        if length > MOST_COMPARED:
            return ExaminedFile(filename, (), (unreadable(too_much(filename)),))
        if alternatives > MOST_ALTERNATIVES:
            return ExaminedFile(filename, (), (unreadable(too_much(filename, _MANY_ALTERNATIVES)),))
    others = _other_notations(project, filename)
    if others.error is not None:
        return _bystander(filename, others)
    if others.found:
        rows = {found.directive.row for found in others.found}
        directives = [found for found in directives if found.directive.row not in rows]
        directives = sorted((*directives, *others.found), key=lambda found: found.directive.row)
    examined = relate(directives)
    return ExaminedFile(filename, tuple(examined), tuple(comment_findings(project, facts, examined)), others.probed)


def _other_notations(project: Project, filename: str) -> OtherNotations:
    """The comments in another notation; none where their rule is turned off."""
    return examine_notations(project, filename) if "CPY010" in project.settings.codes else OtherNotations()


def _bystander(filename: str, others: OtherNotations) -> ExaminedFile:
    """A file that cannot be parsed, and has no directive: a finding in a conflict, or for what was meant (1.14)."""
    return ExaminedFile(filename, (), () if others.error is None else (unreadable(others.error),), others.probed)


class Reexamined(NamedTuple):
    """A file of which some directives were examined anew; `kept` are the numbers of the others, which are as before.

    `facts` are those of a file in which a copy differs, for its fixes; `error` is one of ours.
    """

    file: ExaminedFile
    kept: frozenset[int] = frozenset()
    facts: FileFacts | None = None
    error: str = ""


def reexamine_file(project: Project, facts: FileFacts, known: ExaminedFile, changed: Collection[str]) -> Reexamined:
    """Examine the directives of an unchanged file that rest on changed files; the same as `examine_file` says of all.

    `known` is what was found out about the file before, verdicts included.
    """
    before = known.directives
    is_touched = facts.error is not None or any(name in changed for name in known.probed)
    if is_touched or [found.directive for found in before] != list(facts.directives):
        return Reexamined(examine_file(project, facts))
    pairs = list(zip(facts.directives, facts.copies, strict=True))

    def fresh(number: int) -> Examined:
        directive, copy = pairs[number]
        is_asked = copy is None or _may_be_prose(directive, copy)
        module = project.module(facts.filename) if is_asked else None
        return examine_directive(project, module, facts.filename, directive, copy)

    kept = {number for number, found in enumerate(before) if not _rests_on(found, changed)}
    plain = [
        found._replace(inside_outer_copy=False, is_duplicate=False, ordinal=0) if number in kept else fresh(number)
        for number, found in enumerate(before)
    ]
    examined = relate(plain)
    for number in sorted(kept):
        place = _place_among_others(examined[number])
        if place == _place_among_others(before[number]):
            examined[number] = before[number]
        else:  # what is said of a drift depends on the directives around it
            inside, duplicate, nth = place
            examined[number] = fresh(number)._replace(inside_outer_copy=inside, is_duplicate=duplicate, ordinal=nth)
            kept.remove(number)
    findings = tuple(comment_findings(project, facts, examined))
    return Reexamined(known._replace(directives=tuple(examined), diagnostics=findings), frozenset(kept))


def _rests_on(found: Examined, changed: Collection[str]) -> bool:
    return any(name in changed for name in found.probed)


def _place_among_others(found: Examined) -> tuple[bool, bool, int]:
    return found.inside_outer_copy, found.is_duplicate, found.ordinal


def lexical(filename: str, directive: Directive) -> Iterator[Diagnostic]:
    """What can be said of a directive from its own text."""
    if directive.problem is not None:
        message = f"this directive is malformed: {directive.problem}"
        yield at(filename, directive, "CPY001", message, excerpt=directive.excerpt)
    if directive.missing_with:
        message = "this directive lacks the word `with` before its replacements"
        help_ = "write `with`, or run `copycheck --fix`"
        yield at(
            filename, directive, "CPY002", message, fix=Fix("Insert `with`"), help=help_, excerpt=directive.excerpt
        )
    if directive.spaced_arrow:
        message = "this directive has blanks on both sides of `->`"
        fix, help_ = Fix("Remove the blanks around the arrow"), "write `A->B`, or run `copycheck --fix`"
        yield at(filename, directive, "CPY003", message, fix=fix, help=help_, excerpt=directive.excerpt)


def examine_directive(
    project: Project, module: Module | None, filename: str, directive: Directive, copy: Copy | None
) -> Examined:
    """What is known of a directive; `module` is its file where one of its directives has no copy."""
    diagnostics = list(lexical(filename, directive))
    if copy is None or (_may_be_prose(directive, copy) and module is not None and _is_in_function(module, directive)):
        # Prose that begins like a directive has no options to be wrong.
        diagnostics = [finding for finding in diagnostics if finding.code != "CPY001"]
        diagnostics.append(_without_copy(filename, directive, module))
        return Examined(filename, directive, State.UNCHECKED, diagnostics=tuple(diagnostics))
    region = Span(filename, copy.region.rows[0], copy.region.rows[-1])
    found = Examined(filename, directive, State.UNCHECKED, copy.name, tuple(diagnostics), region=region)
    if directive.problem is not None:
        return found
    resolution = project.sources.resolve(directive.target, Reader(filename, copy.name))
    if resolution.external:
        return found._replace(state=State.EXTERNAL, probed=resolution.probed)
    if resolution.code is not None:
        return _unresolved(project, found, copy, resolution)
    definitions = choose_definitions(resolution.definitions, copy.region.kind, copy.accessor, copy.number)
    others = tuple(d for d in definitions if not d.is_at(filename, copy.row))
    if not others:
        message = f"this directive names its own copy: `{directive.target}`"
        help_ = "name the object that it was copied from, or remove the directive"
        itself = source_of(directive, definitions[-1])
        diagnostics.append(at(filename, directive, "CPY104", message, source=itself, help=help_))
        return found._replace(diagnostics=tuple(diagnostics), probed=resolution.probed)
    return compare(project.settings, copy, others, found._replace(probed=resolution.probed))


def _may_be_prose(directive: Directive, copy: Copy) -> bool:
    """Whether a comment that cannot be read may be prose about the statements of a function."""
    return directive.problem is not None and copy.region.kind == "assignment" and bool(copy.indents)


def _is_in_function(module: Module, directive: Directive) -> bool:
    around = module.definition_around(directive)
    return around is not None and around.kind != "class"


def _without_copy(filename: str, directive: Directive, module: Module | None) -> Diagnostic:
    """CPY005: no definition follows a directive."""
    around = module.definition_around(directive) if module is not None else None
    if around is not None:
        keyword = "class" if around.kind == "class" else "def"
        message = f"this directive is in the body of `{around.name}`, and no definition follows it there"
        help_ = f"put it above the `{keyword}` in line {around.row}, or remove it"
        return at(filename, directive, "CPY005", message, help=help_)
    message = "no class, function or assignment to one name follows this directive at its indent"
    help_ = "put it directly above the definition that is the copy, or remove it"
    return at(filename, directive, "CPY005", message, help=help_)


def _unresolved(project: Project, found: Examined, copy: Copy, resolution: Resolution) -> Examined:
    """A directive whose object is not found, with what is wrong, and the names that may have been meant."""
    assert resolution.code is not None, "only a failed resolution has no definitions"
    diagnostics = list(found.diagnostics)
    if resolution.unreadable is not None:
        diagnostics.append(unreadable(resolution.unreadable))
    message, help_, probed = resolution.message, resolution.help, dict.fromkeys(resolution.probed)
    old = found.directive.target
    if resolution.code == "CPY102":
        scope = old.rpartition(".")[0]
        near = []
        for name in resolution.near:
            other = project.resolver.resolve(f"{scope}.{name}")
            probed.update(dict.fromkeys(other.probed))
            if any(of_one_kind(definition.plain.kind, copy.region.kind) for definition in other.definitions):
                near.append(name)
        message = suggesting(resolution.bare, near)
        if near:
            message += f". If it was renamed, run `copycheck mv {old} {scope}.{near[0]}`"
        elif not help_:
            place = f"{found.filename}:{found.directive.row}"
            help_ = f"if it was renamed, run `copycheck mv {old} NEW`; if it is gone, run `copycheck break {place}`"
    diagnostics.append(at(found.filename, found.directive, resolution.code, message, help=help_))
    lost = old.rpartition(".")[2] if resolution.code in ("CPY101", "CPY102") else ""
    return found._replace(diagnostics=tuple(diagnostics), probed=tuple(probed), unresolved_name=lost)


def compare(settings: Settings, copy: Copy, definitions: tuple[Definition, ...], found: Examined) -> Examined:
    """Hold the copy against each alternative of its source; equal text is in sync without being formatted."""
    directive, source = copy.directive, source_of(copy.directive, definitions[-1])
    regions = [definition.decorated if copy.decorated else definition.plain for definition in definitions]
    try:
        count_unused = counts_unused(settings, directive)
        texts = [expected_texts(copy, region, settings.header, count_unused) for region in regions]
        blank = blank_finding(found, copy, regions[-1], settings.header)
    except GrowthError as error:
        bad = at(found.filename, directive, "CPY001", f"this directive is malformed: {error}", source=source)
        return found._replace(diagnostics=(*found.diagnostics, bad), source=source)
    last, region, comparison = texts[-1], regions[-1], None
    if not any(equal(text.expected, text.actual) for text in texts):
        comparison = Comparison(
            tuple(text.expected for text in texts),
            last.actual,
            copy.indents,
            rows_of_expected(copy, region, last),
            _rows_kept(copy.region.rows, last.left_out if copy.region.kind == "class" else frozenset()),
            region.kind,
            copy.region.kind,
            source=reindent(region.text, region.indent, copy.region.indent) if directive.replacements else "",
        )
        if settings.tool_comments == "ignore":
            comparison = leave_out_tool_comments(comparison)
    found = found._replace(source=source, unused=last.unused)
    return found._replace(
        state=State.DRIFT if comparison else State.IN_SYNC,
        diagnostics=(*found.diagnostics, *([blank] if blank else []), *unused_replacements_of(found)),
        comparison=comparison,
        reads=tuple(
            span
            for definition, one, text in zip(definitions, regions, texts, strict=True)
            for span in spans(definition.filename, one.rows, text.source_left_out)
        ),
        writes=spans(found.filename, copy.region.rows, last.left_out),
        ignored=spans(found.filename, copy.rows(sorted(last.left_out))),
        effective_markers=tuple(copy.rows(sorted(last.effective_markers))),
    )


def _rows_kept(rows: Sequence[int], left_out: frozenset[int]) -> tuple[int, ...]:
    return tuple(row for number, row in enumerate(rows) if number not in left_out)


def counts_unused(settings: Settings, directive: Directive) -> bool:
    """Whether it is to be found out which replacements of a directive occur nowhere (CPY004)."""
    return "CPY004" in settings.codes and bool(directive.replacements)


def unused_replacements_of(found: Examined) -> Iterator[Diagnostic]:
    """CPY004 for each replacement of a directive that occurs nowhere in its source."""
    for number in found.unused:
        replacement = found.directive.replacements[number]
        shown = f"`{replacement.left}->{replacement.right}`"
        message, help_ = f"the replacement {shown} changes nothing in the source", "remove it, or run `copycheck --fix`"
        fix = Fix(f"Remove {shown}")
        yield at(found.filename, found.directive, "CPY004", message, source=found.source, fix=fix, help=help_)
