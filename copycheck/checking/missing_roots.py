"""What is said of directives whose root is missing: nothing else is looked for before it is there (contract 3.6)."""

from __future__ import annotations

from collections.abc import Sequence

from copycheck.checking.outcome import Examined, with_help


def with_roots_of_others(said: Sequence[Examined]) -> list[Examined]:
    """The directives, those of a package that lacks its root with the root that others of the package name."""
    helps = {
        found.directive.target.split(".")[0]: finding.help
        for found in said
        for finding in found.diagnostics
        if finding.code == "CPY101" and not found.unresolved_name
    }
    return [with_root_help(found, helps.get(found.directive.target.split(".")[0])) for found in said]


def with_root_help(found: Examined, help_: str | None) -> Examined:
    """A directive, its finding with help that names the root that is missing; as it is where there is none."""
    if help_ is None or not any(d.code == "CPY101" for d in found.diagnostics):
        return found
    return with_help(found, "CPY101", help_)._replace(unresolved_name="")
