"""The page of each rule, from `rule_pages/`: for the terminal, for programs and for the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import NamedTuple

from copycheck.model.rules import Rule


class RuleRow(NamedTuple):
    """A row of the table of rules, as texts."""

    code: str
    name: str
    default: str
    fix: str
    summary: str


HEAD = RuleRow("code", "name", "default", "fix", "summary")


def explanation(rule: Rule) -> str:
    """The sections of a page in Markdown, without its title."""
    return (files("copycheck.model") / "rule_pages" / f"{rule.code}.md").read_text(encoding="utf-8")


def page(rule: Rule) -> str:
    """The whole page, under a title and the facts that the table of rules holds."""
    facts = (
        f"since {rule.since}",
        "on by default" if rule.default else "off by default",
        "fixed by `--fix`" if rule.fixable else "no fix",
    )
    return f"# {rule.name} ({rule.code})\n\n{rule.summary}\n\n*{' | '.join(facts)}*\n\n{explanation(rule)}"


def row(rule: Rule) -> RuleRow:
    """A rule in a table, under `HEAD`."""
    fix = "yes" if rule.fixable else ""
    return RuleRow(rule.code, rule.name, "on" if rule.default else "off", fix, rule.summary)


def table(rules: Iterable[Rule]) -> str:
    """A line a rule, in columns for a terminal."""
    rows = [HEAD, *map(row, rules)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join("  ".join(map(str.ljust, cells, widths)).rstrip() + "\n" for cells in rows)


def as_json(rules: Iterable[Rule]) -> str:
    """A list with an object for each rule."""
    objects = [
        {
            "code": rule.code,
            "name": rule.name,
            "summary": rule.summary,
            "default": rule.default,
            "fixable": rule.fixable,
            "since": rule.since,
            "url": rule.url,
            "explanation": explanation(rule),
        }
        for rule in rules
    ]
    return json.dumps(objects, indent=2) + "\n"
