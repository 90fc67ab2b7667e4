"""The fixes of all copies of a project that have drifted, file by file (contract 5.1 to 5.3, and 5.7 to 5.9)."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from copycheck.checking.one_sided_blanks import doubtful
from copycheck.checking.outcome import Examined, drift_of, shown_drift_of, with_finding
from copycheck.checking.unsafe_fixes import other_ways, unsafe
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters
from copycheck.comparison.missing_replacement import MissingReplacement, missing_replacement, own_name
from copycheck.directives.replacements import apply_replacements, fed_replacement, without_one_sided_blank
from copycheck.fixing import drift_plan
from copycheck.fixing.misnamed_sources import misnamed_sources, with_namesake
from copycheck.fixing.missing_imports import Importer
from copycheck.fixing.refusals import Refusal
from copycheck.fixing.uncommitted_copy_edits import edited_since_commit
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.directive import Replacement, print_options, print_replacement
from copycheck.model.errors import ConfigError
from copycheck.model.rules import expand_selector
from copycheck.resolution.project_index import Project

Drifted = Mapping[str, Mapping[int, Examined]]
"""The copies that have drifted, by their files and their numbers."""

_MANY = 1_000_000
"""From so many names of files on, those that the fixes of one file rest on are kept once for all of its copies."""


class _Planned(NamedTuple):
    """The plans of a file, by the numbers of its directives, and the files that they rest on."""

    plans: Mapping[int, drift_plan.Plan]
    probed: tuple[str, ...]


def plan_drifts(
    project: Project, examined: Sequence[Examined], drifted: Drifted, written: Container[str]
) -> list[Examined]:
    """The directives with the fixes of those that have drifted.

    A file is parsed once, in several processes where there is much to parse. `written` holds the marks of the texts
    that fixes wrote.
    """
    sizes = {filename: project.workspace.size(filename) for filename in drifted}
    importer = Importer(project)
    styles = Styles(project.settings.root, project.settings.formatter)
    all_ = {number: found for some in drifted.values() for number, found in some.items()}
    formatters = Formatters(styles)
    edited = edited_since_commit(project, formatters, all_, written)
    misnamed = misnamed_sources(project, formatters, all_)
    renamed = {number: missing for number, found in all_.items() if (missing := _missing(found)) is not None}
    staying = edited.numbers.union(number for number, found in all_.items() if _is_ignored(found))
    staying |= {number for number, missing in renamed.items() if missing.is_in_names}
    staying |= {number for number, found in all_.items() if doubtful(found)} | misnamed.names.keys()

    def rests_on(number: int) -> tuple[str, ...]:
        return (*edited.rests_on.get(number, ()), *misnamed.rests_on.get(number, ()))

    def work(share: Sequence[str]) -> list[_Planned]:
        return [_plans_of(project, importer, styles, name, drifted[name], staying) for name in share]

    planned = list(examined)
    for plans, probed in project.share(work, sizes):
        of_all: tuple[str, ...] = ()
        if len(plans) * len(probed) > _MANY:
            every = (name for n in plans for name in (*examined[n].probed, *rests_on(n)))
            of_all = tuple(dict.fromkeys((*probed, *every)))
        for number, plan in plans.items():
            own = (*examined[number].probed, *probed, *rests_on(number)) if not of_all else ()
            found = _with_plan(examined[number], plan)._replace(probed=of_all or tuple(dict.fromkeys(own)))
            has_edits = number in edited.numbers and not isinstance(plan, Refusal)
            found = _with_own_edits(found) if has_edits else _with_blank(found)
            found = with_namesake(found, misnamed.names[number]) if number in misnamed.names else found
            planned[number] = _with_missing(found, renamed[number]) if number in renamed else found
    return planned


def _missing(found: Examined) -> MissingReplacement | None:
    """The replacement that would bring a copy in sync; None where there is none."""
    sides = found.comparison
    if sides is None or doubtful(found) or fed_replacement(found.directive.replacements) is not None:
        return None  # those that are there come first
    copy = f"{found.filename.removesuffix('.py').replace('/', '.')}.{found.name}"
    texts = sides.expected[-1], sides.actual, found.directive.target, copy
    return missing_replacement(*texts) or own_name(*texts)


def _with_missing(found: Examined, missing: MissingReplacement) -> Examined:
    """The directive with help that names the missing replacement; a fix that would undo a copy's own name is unsafe."""
    drift = said = shown_drift_of(found)
    if drift is None or said is None:
        return found
    if drift.fix is not None and drift.fix.applicability == "safe" and missing.is_in_names:
        shown = print_replacement(missing.replacement)
        reason = f"it differs by `{shown}` alone, as its name does"
        if not missing.is_alone:
            reason = f"a fix would write `{missing.replacement.left}` for its own `{missing.replacement.right}`"
        said = unsafe(drift, reason, "writes the source's names")
    replacements = _with_replacement(found.directive.replacements, missing.replacement)
    what = f"write `{print_options(replacements)}` in the directive"
    if not replacements:
        what = f"take `{print_options(found.directive.replacements)}` out of the directive"
    help_ = f"if the {'new' if replacements else 'old'} name is meant, {what}. Otherwise {said.help}"
    return with_finding(found, drift, said._replace(help=help_))


def _with_replacement(replacements: tuple[Replacement, ...], missing: Replacement) -> tuple[Replacement, ...]:
    """The replacements with one more; what one of them makes is corrected in place."""
    plain = missing._replace(all_casing=False)
    right = {one: apply_replacements(one.right, (plain,)) for one in replacements if missing.left not in one.left}
    if len(made := [one for one, text in right.items() if text != one.right]) == 1:
        corrected = (one._replace(right=right[one]) if one is made[0] else one for one in replacements)
        return tuple(one for one in corrected if one.left != one.right)
    return (*replacements, missing)


def _is_ignored(found: Examined) -> bool:
    """Whether an ignore comment suppresses the drift, so that `--fix` leaves it."""
    selectors = (code for ignore in found.directive.ignores for code in ignore.codes)
    for selector in selectors:
        with suppress(ConfigError):
            if "CPY201" in expand_selector(selector):
                return True
    return False


def _plans_of(
    project: Project,
    importer: Importer,
    styles: Styles,
    filename: str,
    drifted: Mapping[int, Examined],
    staying: Collection[int],
) -> _Planned:
    module = project.modules.elided(filename)
    importer.modules.probed.clear()
    plans = drift_plan.plans(project, importer, module, drifted, staying, styles.width_of(filename))
    project.workspace.forget_text(filename)
    return _Planned(plans, tuple(sorted(importer.modules.probed)))


def _with_plan(found: Examined, plan: drift_plan.Plan) -> Examined:
    drift = drift_of(found)
    return found if drift is None else with_finding(found, drift, _planned(drift, plan))


def _planned(finding: Diagnostic, plan: drift_plan.Plan) -> Diagnostic:
    if isinstance(plan, Refusal):
        said = f"{finding.message}; {plan.reason}"
        return finding._replace(fix=None, message=said, help=f"{plan.help}. Otherwise {other_ways(finding)}")
    if isinstance(plan, drift_plan.Fork):
        reason = f"a fix would remove {plan.removed} of its {plan.lines} lines"
        return unsafe(finding._replace(fix=plan.fix), reason, "removes the lines")
    if isinstance(plan, drift_plan.Breaking):
        return unsafe(finding._replace(fix=plan.fix), plan.reason, "makes the fix")
    added = plan.message.removeprefix(drift_plan.MESSAGE)
    help_ = finding.help and finding.help.replace("write the expected text,", f"write the expected text{added},")
    return finding._replace(fix=plan, help=help_)


def _with_blank(found: Examined) -> Examined:
    """The directive, its fix unsafe where it would write, or miss, a blank beside an arrow (contract 1.6)."""
    drift, blanks = drift_of(found), doubtful(found)
    if drift is None or drift.fix is None or drift.fix.applicability == "unsafe" or not blanks:
        return found
    shown, right = print_replacement(blanks[0]), print_replacement(without_one_sided_blank(blanks[0]))
    said = unsafe(drift, f"`{shown}` has a blank beside its arrow", "overwrites the copy")
    said = said._replace(help=f"write `{right}` if the blank is not meant. Otherwise {said.help}")
    return with_finding(found, drift, said)


def _with_own_edits(found: Examined) -> Examined:
    drift = drift_of(found)
    reason = "it has changed since the last commit, and a fix would overwrite that"
    return found if drift is None else with_finding(found, drift, unsafe(drift, reason, "overwrites it"))
