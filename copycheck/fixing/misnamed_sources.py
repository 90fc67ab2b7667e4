"""Copies that are in sync with the object of their own name beside their source: the directive may be wrong (5.14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from copycheck.checking.examination import compare
from copycheck.checking.outcome import Examined, drift_of, with_finding
from copycheck.checking.unsafe_fixes import unsafe
from copycheck.checking.verdict import judge
from copycheck.comparison.formatters import Formatters
from copycheck.model.diagnostic import State
from copycheck.resolution.module_lookup import Definition, choose_definitions
from copycheck.resolution.project_index import Project


class Misnamed(NamedTuple):
    """The dotted names with which copies are in sync, by the numbers of these; and the files that this rests on."""

    names: Mapping[int, str]
    rests_on: Mapping[int, tuple[str, ...]]


def misnamed_sources(project: Project, formatters: Formatters, drifted: Mapping[int, Examined]) -> Misnamed:
    """The copies, of those that have drifted, that have another name than their source and are what that one names."""
    targets: dict[int, str] = {}
    rests_on: dict[int, tuple[str, ...]] = {}
    compared: dict[int, Examined] = {}
    for number, found in drifted.items():
        scope, _, last = found.directive.target.rpartition(".")
        name = found.name.rpartition(".")[2]
        if not scope or name == last or (found.source is not None and found.source.is_foreign):
            continue
        targets[number] = f"{scope}.{name}"
        resolution = project.resolver.resolve(targets[number])
        rests_on[number] = resolution.probed
        other = _compared(project, found, resolution.definitions) if resolution.definitions else None
        if other is not None:
            compared[number] = other
    judged = zip(compared, judge(formatters, list(compared.values())), strict=True)
    return Misnamed({number: targets[number] for number, one in judged if one.state is State.IN_SYNC}, rests_on)


def _compared(project: Project, found: Examined, definitions: Sequence[Definition]) -> Examined | None:
    """A copy held against another source; None where that is the copy itself, or nothing to be compared with."""
    copy = project.facts(found.filename).copies_by_row().get(found.directive.row)
    if copy is None or any(definition.is_at(found.filename, copy.row) for definition in definitions):
        return None
    chosen = choose_definitions(definitions, copy.region.kind, copy.accessor, copy.number)
    plain = found._replace(diagnostics=(), comparison=None, formatted_expected=None)
    return compare(project.settings, copy, tuple(chosen), plain) if chosen else None


def with_namesake(found: Examined, name: str) -> Examined:
    """The directive with a finding whose fix is left to a person, and that names the other source."""
    drift = drift_of(found)
    if drift is None or drift.fix is None or drift.fix.applicability == "unsafe":
        return found
    last = found.directive.target.rpartition(".")[2]
    said = unsafe(drift, f"it is in sync with `{name}`, which has its name", f"makes a copy of `{last}` of it")
    help_ = f"if that is what it was copied from, name it in the directive: `{name}`. Otherwise {said.help}"
    return with_finding(found, drift, said._replace(help=help_))
