"""CPY003 for a blank on one side of an arrow, where it is most likely none of the pattern (contract 1.6).

A blank there belongs to the pattern. It is taken as meant where it has a part in a copy that is in sync.
"""

from __future__ import annotations

from copycheck.checking.outcome import Examined, at
from copycheck.comparison.diff import equal
from copycheck.comparison.expected_text import expected_texts
from copycheck.directives.binding import Copy
from copycheck.directives.compared_regions import Region
from copycheck.directives.replacements import has_one_sided_blank, unused_replacements, without_one_sided_blank
from copycheck.model.diagnostic import Diagnostic, Fix
from copycheck.model.directive import Replacement, print_replacement
from copycheck.project.settings import Treatment

ONE_SIDED = Fix("Remove the blank beside the arrow")


def doubtful(found: Examined) -> tuple[Replacement, ...]:
    """The replacements of a directive that have a blank on one side of the arrow, and text on both."""
    return tuple(one for one in found.directive.replacements if has_one_sided_blank(one))


def blank_finding(found: Examined, copy: Copy, source: Region, header: Treatment) -> Diagnostic | None:
    """What is certain before anything is formatted: the copy is in sync without the blank, or the pattern is idle.

    Raises GrowthError.
    """
    if found.directive.spaced_arrow or not doubtful(found):
        return None
    replacements = found.directive.replacements
    as_written = expected_texts(copy, source, header)
    tidy = found.directive._replace(replacements=tuple(map(without_one_sided_blank, replacements)))
    meant = expected_texts(copy._replace(directive=tidy), source, header)
    idle = [n for n in unused_replacements(source.text, replacements) if has_one_sided_blank(replacements[n])]
    if equal(meant.expected, meant.actual):
        is_fixed = idle or not equal(as_written.expected, as_written.actual)
        return _finding(found, ONE_SIDED) if is_fixed else None
    return _finding(found) if idle else None


def blank_in_drift(found: Examined) -> Diagnostic | None:
    """The finding for a copy that has drifted, unless it is there already."""
    if not doubtful(found) or any(finding.code == "CPY003" for finding in found.diagnostics):
        return None
    return _finding(found)


def _finding(found: Examined, fix: Fix | None = None) -> Diagnostic:
    first = doubtful(found)[0]
    right = print_replacement(without_one_sided_blank(first))
    message = f"`{print_replacement(first)}` has a blank on one side of `->`, which belongs to the pattern"
    help_ = f"write `{right}`, or run `copycheck --fix`" if fix else f"write `{right}`"
    return at(found.filename, found.directive, "CPY003", message, source=found.source, fix=fix, help=help_)
