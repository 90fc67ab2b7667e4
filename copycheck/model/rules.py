"""The rules: one table (contract 7), and the selection of codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from copycheck.model.errors import ConfigError
from copycheck.model.rule_code import RuleCode

_SITE = "https://copycheck.readthedocs.io/en/stable"


class Rule(NamedTuple):
    """A rule; codes and names are stable from their first release. Its page is `rule_pages/CODE.md`."""

    code: RuleCode
    name: str
    summary: str
    default: bool = True
    fixable: bool = False
    since: str = "0.1.0"

    @property
    def url(self) -> str:
        """Where its page stands on the web."""
        return f"{_SITE}/rules/{self.code}/"


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("CPY000", "unreadable-file", "A file cannot be read, decoded or parsed."),
        Rule("CPY001", "malformed-directive", "A directive that cannot be read for certain."),
        Rule("CPY002", "missing-with", "Replacements without the word `with`.", fixable=True),
        Rule("CPY003", "spaced-arrow", "Blanks beside an arrow.", fixable=True),
        Rule(
            "CPY004",
            "unused-replacement",
            "A replacement that occurs nowhere in the source.",
            default=False,
            fixable=True,
        ),
        Rule("CPY005", "dangling-directive", "No definition follows the directive."),
        Rule("CPY006", "not-quite-a-directive", "A comment that resembles a directive.", default=False),
        Rule(
            "CPY007",
            "unused-ignore-copy",
            "An `# Ignore copy` without effect.",
            default=False,
            fixable=True,
        ),
        Rule("CPY008", "unused-ignore", "An ignore comment that suppresses nothing.", fixable=True),
        Rule("CPY009", "unneeded-baseline-entry", "The baseline lists a finding that no longer occurs.", fixable=True),
        Rule("CPY010", "other-notation", "A comment names its source in another notation.", fixable=True),
        Rule("CPY101", "unknown-module", "No root holds the module that the directive names."),
        Rule("CPY102", "unknown-object", "The module does not hold the object that the directive names."),
        Rule("CPY103", "unreadable-source", "The source is in a file that cannot be read."),
        Rule("CPY104", "self-copy", "The directive names its own copy."),
        Rule("CPY105", "copy-cycle", "A chain of copies that comes back to itself."),
        Rule("CPY201", "copy-drift", "The copy differs from its source.", fixable=True),
        Rule("CPY202", "nested-copy-drift", "A copy inside of a copy differs from its own source."),
        Rule("CPY203", "full-copy-drift", "A file differs from the file it copies.", fixable=True),
        Rule("CPY204", "full-copy-missing", "A full copy, or its source, is missing.", fixable=True),
        Rule("CPY301", "unlocked-upstream", "A directive of a configured upstream that is not in the lock."),
        Rule("CPY302", "upstream-changed", "The source of an adaptation has changed since its base."),
        Rule("CPY303", "unneeded-lock-entry", "The lock holds an entry that no copy needs."),
        Rule("CPY901", "unmarked-copy", "A copy that no directive marks; `suggest` looks for it.", default=False),
        Rule("CPY902", "diverged-copy", "An unmarked copy that has diverged; `suggest` looks for it.", default=False),
    )
}


OF_SUGGEST: frozenset[RuleCode] = frozenset(("CPY901", "CPY902"))
"""Rules that `copycheck suggest` looks for, and no check."""
NOT_ALWAYS_LOOKED_FOR: frozenset[RuleCode] = frozenset(("CPY004", "CPY006", "CPY007", "CPY010"))
"""What is not found of these rules while they are off may be there all the same."""
DEFAULT_CODES = frozenset(code for code, rule in RULES.items() if rule.default)


def choose(
    base: frozenset[str],
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
) -> frozenset[str]:
    """The codes that are on, from those of the layer below: the defaults, then the configuration.

    `select` starts from nothing instead of `base`. The longest selector that fits a code decides; of two alike,
    `ignore` wins. Raises ConfigError for a selector that fits no rule.
    """
    wanted = _strengths([*(select or ()), *extend_select])
    unwanted = _strengths(ignore)
    kept = base if select is None else frozenset[str]()
    return frozenset(
        code for code in RULES if wanted.get(code, 0) > unwanted.get(code, 0) or (code in kept and code not in unwanted)
    )


def expand_selector(selector: str) -> list[str]:
    """The codes that a code, a prefix of one (`CPY2`), a rule's name or `ALL` stands for."""
    text = selector.strip()
    if text.upper() == "ALL":
        return list(RULES)
    codes = [code for code, rule in RULES.items() if rule.name == text.lower()]
    if not codes and text.upper().startswith("CPY"):
        codes = [code for code in RULES if code.startswith(text.upper())]
    if codes:
        return codes
    known = [*RULES, *(rule.name for rule in RULES.values())]
    import difflib

    near = difflib.get_close_matches(text.upper(), known, 1) or difflib.get_close_matches(text, known, 1)
    hint = f"; did you mean `{near[0]}`?" if near else "; `copycheck rule --all` lists the rules"
    raise ConfigError(f"unknown rule `{selector}`{hint}")


def _strengths(selectors: Iterable[str]) -> dict[str, int]:
    """Code → how exact the longest selector is that fits it: 1 for `ALL`, else the length of the prefix."""
    strengths: dict[str, int] = {}
    for selector in selectors:
        for code in expand_selector(selector):
            text = selector.strip()
            exact = len(code) if text.lower() == RULES[code].name else 1 if text.upper() == "ALL" else len(text)
            strengths[code] = max(exact, strengths.get(code, 0))
    return strengths
