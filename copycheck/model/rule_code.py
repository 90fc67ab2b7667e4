"""The codes of all rules, as a type: mypy finds a code that no rule has. `rules` has what each of them means."""

from __future__ import annotations

from typing import Literal

RuleCode = Literal[
    "CPY000",
    "CPY001",
    "CPY002",
    "CPY003",
    "CPY004",
    "CPY005",
    "CPY006",
    "CPY007",
    "CPY008",
    "CPY009",
    "CPY010",
    "CPY101",
    "CPY102",
    "CPY103",
    "CPY104",
    "CPY105",
    "CPY201",
    "CPY202",
    "CPY203",
    "CPY204",
    "CPY301",
    "CPY302",
    "CPY303",
    "CPY901",
    "CPY902",
]
