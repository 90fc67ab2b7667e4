"""What became of copies that were merged with their sources: frozen values for a report (contract 12)."""

from __future__ import annotations

from typing import Literal, NamedTuple

Outcome = Literal["nothing", "as-upstream", "merged", "conflict", "gone", "refused", "kept"]
"""What an update comes to. The copy has all changes; it had no edits of its own and gets the source's text; both are
in it; they contradict each other; the source is no longer there; it cannot be merged, for another reason; it was
asked to stay as it is."""


class CopyMerge(NamedTuple):
    """A copy, and what a merge makes of it.

    `base` names the version that it was copied from. `reason` says why nothing can be written. `theirs` and `own` are
    unified diffs: what changed in the source since the base, and what the copy has otherwise than the base.
    """

    filename: str
    row: int
    name: str
    target: str
    outcome: Outcome
    base: str = ""
    reason: str = ""
    theirs: str = ""
    own: str = ""
