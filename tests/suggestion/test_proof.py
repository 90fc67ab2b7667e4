"""The quick ways to a proof, beside a check of the files with the directives in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from copycheck.project.config_search import load
from copycheck.project.discovery import explore
from copycheck.project.selection import Selection
from copycheck.project.workspace import Workspace
from copycheck.suggestion.diverged_preview import previews
from copycheck.suggestion.project_survey import Survey
from copycheck.suggestion.proof import Proof, Proposal, Prover
from copycheck.suggestion.unwritten_directives import Tie, proposal_of, tie_of
from tests.suggestion.trees import HAWK, KITE, OWL, write

IN_CLASS = "class {name}:\n{body}"


def indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())


METHOD = IN_CLASS.format(name="Hawk", body=indented(HAWK.replace("hawk(", "owl(")))
DECORATED = f"import functools\n\n\n@functools.cache\n@functools.wraps(\n    print\n)\n{KITE}"
TREES = {
    "plain": {"zoo__owl": OWL, "zoo__hawk": HAWK, "zoo__kite": KITE},
    "methods": {"zoo__owl": IN_CLASS.format(name="Owl", body=indented(OWL)), "zoo__hawk": METHOD},
    "close together": {"zoo__owl": OWL, "zoo__hawk": f"def near():\n    return 1\n{HAWK}"},
    "decorated": {"zoo__owl": OWL, "zoo__kite": DECORATED, "zoo__hawk": f"@print\n# why\n{HAWK}"},
    "layout": {
        "zoo__owl": OWL,
        "zoo__hawk": HAWK.replace("(predicted, wanted)", "(\n    predicted,\n    wanted,\n)", 1),
    },
    "marks inside": {
        "zoo__owl": OWL,
        "zoo__kite": KITE.replace("    total = 0\n", "    # Copied from life\n    total = 0\n"),
    },
    "blocks": {"zoo__owl": OWL, "zoo__hawk": f"if True:\n{indented(HAWK)}", "zoo__kite": f"if True:\n{indented(KITE)}"},
    "ends of lines": {"zoo__owl": OWL, "zoo__hawk": HAWK.replace("\n", "\r\n")},
}


@pytest.mark.parametrize("tree", TREES)
def test_both_ways_say_the_same(tmp_path: Path, tree: str) -> None:
    settings = load((), (), str(write(tmp_path, **TREES[tree])))
    walk, workspace = explore(settings), Workspace(settings.root)
    survey = Survey(settings, workspace, [file.filename for file in walk.files], Selection())
    ties = [tie for tie in _ties(survey) if tie is not None]
    assert ties
    proposals = [proposal_of(survey, tie) for tie in ties]
    prover = Prover(settings, walk, workspace)
    for proposal, tie in zip(proposals, ties, strict=True):
        (quick,) = prover.prove([proposal], previews(prover.project, survey, [tie])).found
        assert quick == _with_comment(prover, proposal), tie


def _ties(survey: Survey) -> list[Tie | None]:
    """Each definition as a copy of each other one, near or equal, above its decorators and below."""
    numbers = range(len(survey.candidates))
    ties = []
    for copy in numbers:
        for source in numbers:
            if survey.why_not(copy, source) is None:
                for below in (False, True):
                    tie = tie_of(survey, copy, source, (), below)
                    ties += [tie, tie and tie._replace(is_near=True)]
    return ties


def _with_comment(prover: Prover, proposal: Proposal) -> Proof | None:
    (proof,) = prover._with_comments([proposal])
    return proof
