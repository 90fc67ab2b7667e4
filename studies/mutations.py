"""The mutation study: change one thing in a copy, or in its source, and see whether the tool flags it.

    python -m studies.mutations [--corpus DIR] [--sample N] [--seed N]

DIR is a project (default: the sample tree of the tests). For each kind of change, N in-sync copies are tried in an
order that the seed decides. A mutant counts when the file still parses. Each must be flagged at its directive; `--fix`
must give the original back, but for blank lines; neutral changes must not be flagged; a change in a source must flag
every copy of it. Prints a table; the exit code is 1 when anything is silent, crashed or falsely flagged.
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.fixing.fix_planner import Planner
from copycheck.fixing.fix_session import FixSession
from copycheck.fixing.fixer import fix_selected
from copycheck.model.diagnostic import State
from copycheck.project.config_search import load
from copycheck.project.selection import Selection
from copycheck.resolution.project_index import Project
from studies.mutators import DRIFTS, NEUTRAL, Definition, Mutator, Target

DEFAULT = Path(__file__).parent.parent / "fixtures" / "mutants"


@dataclass
class Tally:
    """The counts of one kind, and a line for each mutant that went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Subject:
    """An in-sync copy, or the source of some: the file, the definition in it, and the directives that must react."""

    filename: str
    name: str
    row: int
    watchers: tuple[tuple[str, int], ...]


class Study:
    """A project checked once, in whose workspace the mutants are tried."""

    def __init__(self, root: Path, seed: int) -> None:
        self.project = Project(load([str(root)], cwd=str(root)))
        self.check = Check(self.project, Planner()).run()
        self.seed = seed
        self.texts: dict[str, str] = {}

    def copies(self) -> list[Subject]:
        """The in-sync copies with nothing left out of the comparison, no directive inside, and no finding beside."""
        drifted = {found.filename for found in self.check.directives if found.diagnostics}
        return [
            Subject(found.filename, found.name, found.region.start, ((found.filename, found.directive.row),))
            for found in self.check.directives
            if found.state is State.IN_SYNC and found.region and not found.ignored and self._is_plain(found)
            if found.filename not in drifted
        ]

    def _is_plain(self, found: Examined) -> bool:
        return found.region is not None and not any(
            found.filename == other.filename and found.region.start < other.directive.row < found.region.end
            for other in self.check.directives
        )

    def sources(self) -> list[Subject]:
        """The sources of in-sync copies, with the directives of all their copies."""
        watchers: dict[tuple[str, int, str], list[tuple[str, int]]] = {}
        for found in self.check.directives:
            if found.state is State.IN_SYNC and found.source and not found.ignored:
                key = (found.source.filename, found.source.location.row, found.directive.target.rpartition(".")[2])
                watchers.setdefault(key, []).append((found.filename, found.directive.row))
        return [Subject(filename, name, row, tuple(some)) for (filename, row, name), some in watchers.items()]

    def text(self, filename: str) -> str:
        """The file as it is on disk."""
        if filename not in self.texts:
            self.texts[filename] = self.project.workspace.read(filename).text
        return self.texts[filename]

    def mutants(
        self, kind: str, mutator: Mutator, subjects: Sequence[Subject], wanted: int
    ) -> Iterator[tuple[Subject, str]]:
        """At most `wanted` mutants of a kind that parse."""
        dice = random.Random(f"{self.seed} {kind}")
        order = list(subjects)
        dice.shuffle(order)
        for subject in order[: 20 * wanted]:
            text = self.text(subject.filename)
            node = definition_at(text, subject)
            mutated = node and mutator(Target(text, node, dice))
            if mutated and mutated != text and _parses(mutated):
                yield subject, mutated
                wanted -= 1
                if not wanted:
                    return

    def states(self, subject: Subject, text: str) -> dict[tuple[str, int], bool]:
        """With a text laid over the subject's file: for each watcher, whether it is flagged.

        Raises KeyError for a watcher whose directive is no longer found.
        """
        shift = text.count("\n") - self.text(subject.filename).count("\n")
        self.project.edit({subject.filename: text.encode()})
        self.check.update([subject.filename])
        flagged = {
            (found.filename, found.directive.row): found.state is not State.IN_SYNC for found in self.check.directives
        }
        result = {}
        for filename, row in subject.watchers:
            below = filename == subject.filename and row > subject.row
            result[filename, row] = flagged[filename, row + shift if below else row]
        return result

    def way_back(self, subject: Subject) -> bool:
        """Whether fix gives the original text back, but for blank lines and trailing blanks."""
        fix_selected(FixSession(self.check, Selection((subject.filename,))))
        fixed = self.project.workspace.read(subject.filename).text
        return _squeezed(fixed) == _squeezed(self.text(subject.filename))

    def restore(self) -> None:
        """Take every edit back."""
        changed = list(self.project.workspace.edits())
        self.project.edit(dict.fromkeys(changed))
        self.check.update(changed)

    def run(self, kind: str, mutator: Mutator, subjects: Sequence[Subject], wanted: int, fix: bool) -> Tally:
        """Try the mutants of one kind."""
        tally = Tally()
        for subject, text in self.mutants(kind, mutator, subjects, wanted):
            where = f"{kind}: {subject.filename}:{subject.row} {subject.name}"
            tally.counts["mutants"] += 1
            try:
                states = self.states(subject, text)
                tally.counts["watched"] += len(states)
                tally.counts["flagged"] += sum(states.values())
                tally.wrong += [
                    f"{where} at {place}" for place, flagged in states.items() if flagged != (kind in DRIFTS)
                ]
                if fix:
                    back = self.way_back(subject)
                    tally.counts["back"] += back
                    tally.wrong += [] if back else [f"not back — {where}"]
            except Exception as error:
                tally.counts["crashed"] += 1
                tally.wrong.append(f"{where}: {error!r}")
            self.restore()
        return tally


def definition_at(text: str, subject: Subject) -> Definition | None:
    """The class or function of that name whose keyword or first decorator stands in the subject's row."""
    wanted = subject.name.rpartition(".")[2]
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == wanted:
            rows = [node.lineno, *(decorator.lineno for decorator in node.decorator_list)]
            if subject.row in rows:
                return node
    return None


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _parses(text: str) -> bool:
    try:
        _tree(text)
    except SyntaxError:
        return False
    return True


def _squeezed(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def table(study: Study, sample: int) -> tuple[list[str], list[str]]:
    """The rows of the report in Markdown, and what went wrong."""
    rows = [
        "| change | mutants | copies watched | flagged | crashed | fix gives the original back |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    wrong: list[str] = []
    copies, sources = study.copies(), study.sources()
    plans = [(f"{kind}", mutator, copies, True) for kind, mutator in DRIFTS.items()]
    plans += [(f"{kind}", mutator, sources, False) for kind, mutator in DRIFTS.items()]
    plans += [(f"{kind}", mutator, copies, False) for kind, mutator in NEUTRAL.items()]
    for kind, mutator, subjects, fix in plans:
        tally = study.run(kind, mutator, subjects, sample if subjects is copies else max(sample // 3, 1), fix)
        wrong += tally.wrong
        place = "neutral: " if kind in NEUTRAL else "" if subjects is copies else "in the source: "
        counts = [tally.counts[column] for column in ("mutants", "watched", "flagged", "crashed")]
        cells = [place + kind, *counts, tally.counts["back"] if fix else ""]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return rows, wrong


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=DEFAULT)
    parser.add_argument("--sample", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    rows, wrong = table(Study(options.corpus.resolve(), options.seed), options.sample)
    print("\n".join(rows))
    print("\n".join(wrong) or "\nEverything flagged, nothing crashed, nothing neutral flagged, every original back.")
    return any(not line.startswith("not back") for line in wrong)


if __name__ == "__main__":
    sys.exit(main())
