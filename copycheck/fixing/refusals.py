"""Why a fix is refused, and what to do: one clause for all the names that it would leave undefined (contract 5.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from copycheck.fixing.missing_imports import NoImport
from copycheck.model.wording import listed


class Refusal(NamedTuple):
    """Why a drift is not fixed, as a clause of the message of its finding, and what to do instead."""

    reason: str
    help: str


def undefined_names(refused: Mapping[str, NoImport], parameters: Sequence[str] = (), header: str = "") -> Refusal:
    """One refusal for all names that a fix would leave undefined.

    `parameters` are those of the source that the `header` of the copy lacks, as they are written there; they are among
    the names.
    """
    names = {parameter.lstrip("*") for parameter in parameters}
    reasons = {why.reason: why.help for name, why in refused.items() if name not in names}
    if parameters:
        are, word = ("is a parameter", "parameter") if len(parameters) == 1 else ("are parameters", "parameters")
        bare = listed([parameter.lstrip("*") for parameter in parameters])
        reasons = {f"{bare} {are} of the source": f"add the {word} {listed(parameters)} to {header}"} | reasons
    helps = dict.fromkeys(reasons.values())
    return Refusal(f"a fix would leave {listed(list(refused))} undefined: {'; '.join(reasons)}", "; ".join(helps))
