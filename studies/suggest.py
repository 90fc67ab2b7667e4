"""How many of the copies that maintainers marked `suggest` finds, once their directives are taken away.

    python -m studies.suggest [--folder DIR] [--every N] [--missed] [transformers-4.57.6 …]

For each corpus: check it, and keep the copies of three lines or more that are in sync; empty the lines of all
directives, so that no row moves; suggest with `--min-lines 3 --max-replacements 8`; look for each copy in a group with
its source; write all directives, and check, which has to be clean. With `--every N`, only every Nth folder of models or
pipelines is looked at: a sample, for CI.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from copycheck.api import check_paths, list_copies
from copycheck.api.unmarked_copies import suggest, write_suggestions
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.suggested_groups import SuggestedCopy, SuggestedGroup, Suggestions
from copycheck.project.config_search import load
from copycheck.project.settings import Settings
from copycheck.suggestion.definition_scan import scan
from studies.corpora import CORPORA, unpack

LEAST = 3
_MOST_REPLACEMENTS = 8
_TARGET = 0.97

Place = tuple[str, int]
"""A file, and the row of a `class` or `def` in it."""


class Outcome(NamedTuple):
    """What became of the known copies of a corpus, by kind, and what a check says after `--write`."""

    name: str
    known: int
    counts: Counter[str]
    missed: list[str]
    written: int
    findings: int

    @property
    def found(self) -> int:
        return sum(self.counts[kind] for kind in ("the same clause", "another clause", "with its class"))


def known_copies(settings: Settings) -> list[ListedCopy]:
    """The copies of three lines or more that are in sync, each definition once."""
    kept: dict[Place, ListedCopy] = {}
    for copy in list_copies((), settings):
        long_enough = copy.rows is not None and copy.rows.end - copy.rows.start + 1 >= LEAST
        if copy.state == "in-sync" and long_enough and copy.source is not None:
            kept.setdefault(place_of(copy), copy)
    return list(kept.values())


def place_of(copy: ListedCopy) -> Place:
    """Where the `class` or `def` of a copy is."""
    return copy.filename, copy.writes[0].start


def strip(project: Path, copies: Sequence[ListedCopy]) -> None:
    """Empty the lines of all directives."""
    rows: dict[str, set[int]] = {}
    for copy in copies:
        rows.setdefault(copy.filename, set()).add(copy.location.row)
    for filename, some in rows.items():
        path = project / filename
        lines = path.read_bytes().split(b"\n")
        for row in some:
            following = row
            while lines[following - 1].rstrip().endswith(b","):
                following += 1
            lines[row - 1 : following] = [b""] * (following - row + 1)
        path.write_bytes(b"\n".join(lines))


def study(project: Path, every: int = 1) -> Outcome:
    """Strip a corpus in place, and look for its copies."""
    settings = load((), (), str(project))
    if every > 1:
        thin_out(project, every)
    copies = [copy for copy in list_copies((), settings) if copy.state != "adapted"]
    known = known_copies(settings)
    strip(project, copies)
    wishes = settings.suggest._replace(min_lines=LEAST, max_replacements=_MOST_REPLACEMENTS)
    settings = settings._replace(suggest=wishes, baseline="")
    found = suggest((), settings)
    index = _Index(found, project)
    counts: Counter[str] = Counter()
    missed = []
    for copy in known:
        kind = index.kind_of(copy)
        counts[kind] += 1
        if kind.startswith("missed"):
            missed.append(f"{copy.filename}:{place_of(copy)[1]} {copy.name} ← {copy.target}: {kind}")
    equal = [copy for group in found.groups for copy in group.copies if copy.state == "equal" and not copy.is_file]
    write_suggestions(equal, settings)
    result = check_paths((), settings)
    assert result.summary.in_sync == result.summary.directives == len(equal), result.summary
    return Outcome(project.name, len(known), counts, missed, len(equal), len(result.diagnostics))


def thin_out(project: Path, every: int) -> None:
    """Keep every Nth folder of models or pipelines, and the files that directives name most."""
    folders = sorted(
        path for path in project.glob("src/*/*/*") if path.is_dir() and path.parent.name in ("models", "pipelines")
    )
    for number, folder in enumerate(folders):
        if number % every and folder.name not in ("bert", "llama", "bart", "clip", "stable_diffusion"):
            shutil.rmtree(folder)


class _Index:
    """The suggestions by place."""

    def __init__(self, found: Suggestions, project: Path) -> None:
        self._project = project
        self._names: dict[str, dict[str, int]] = {}
        self._groups: dict[Place, list[tuple[SuggestedGroup, SuggestedCopy | None]]] = {}
        self._classes: dict[str, list[tuple[SuggestedGroup, SuggestedCopy]]] = {}
        for group in found.groups:
            source = (group.source.filename, group.source.location.row)
            self._groups.setdefault(source, []).append((group, None))
            for copy in group.copies:
                self._groups.setdefault((copy.filename, copy.location.row), []).append((group, copy))
                if copy.state == "equal":
                    self._classes.setdefault(copy.filename, []).append((group, copy))

    def kind_of(self, copy: ListedCopy) -> str:
        """What became of a copy."""
        assert copy.source is not None, "known copies have one"
        own, theirs = place_of(copy), (copy.source.filename, copy.source.location.row)
        mine = self._groups.get(own, [])
        others = self._groups.get(theirs, [])
        for group, one in mine:
            for other_group, other in others:
                sides = [side for side in (one, other) if side is not None]
                if group is other_group and all(side.state == "equal" for side in sides):
                    same = one is not None and other is None and one.replacements == copy.replacements
                    return "the same clause" if same else "another clause"
        if self._in_class(copy, own, theirs):
            return "with its class"
        return f"missed: {self._why(copy)}"

    def _in_class(self, copy: ListedCopy, own: Place, theirs: Place) -> bool:
        """Whether the two are in one group once members of suggested classes are taken for those of their sources."""
        assert copy.source is not None, "known copies have one"
        mine = self._behind(own, copy.name)
        others = self._behind(theirs, self._name_at(*theirs))
        if mine.intersection(others):
            return True
        groups = [{id(group) for place in places for group in self._equal_at(place)} for places in (mine, others)]
        return not groups[0].isdisjoint(groups[1])

    def _behind(self, place: Place, name: str) -> set[Place]:
        """A place, and those of the members that suggested classes around it are made of."""
        places = {place}
        filename, own = place
        for group, outer in self._classes.get(filename, ()):
            if outer.rows.start < own <= outer.rows.end and name.startswith(f"{outer.name}."):
                member = name.removeprefix(f"{outer.name}.")
                source = group.source.filename
                outer_name = self._name_at(source, group.source.location.row)
                row = self._rows(source).get(f"{outer_name}.{member}")
                if row is not None:
                    places |= self._behind((source, row), f"{outer_name}.{member}")
        return places

    def _equal_at(self, place: Place) -> Iterator[SuggestedGroup]:
        """The groups in which a place is the source, or an equal copy."""
        return (group for group, one in self._groups.get(place, ()) if one is None or one.state == "equal")

    def _rows(self, filename: str) -> dict[str, int]:
        if filename not in self._names:
            text = (self._project / filename).read_text(encoding="utf-8")
            self._names[filename] = {c.name: c.row for c in scan(filename, text, True, False).candidates}
        return self._names[filename]

    def _name_at(self, filename: str, row: int) -> str:
        return next((name for name, own in self._rows(filename).items() if own == row), "")

    def _why(self, copy: ListedCopy) -> str:
        assert copy.source is not None, "known copies have one"
        if self._is_generated(copy.filename):
            return "in a generated file"
        if self._is_generated(copy.source.filename):
            return "its source is in a generated file"
        text = (self._project / copy.filename).read_text(encoding="utf-8").split("\n")
        if any("Ignore copy" in text[row - 1] for span in copy.writes for row in range(span.start - 1, span.end + 2)):
            return "parts of it are ignored"
        own, theirs = place_of(copy), (copy.source.filename, copy.source.location.row)
        mine = self._groups.get(own, [])
        if any(one is not None and one.state == "diverged" for _, one in (*mine, *self._groups.get(theirs, []))):
            return "found as diverged"
        if any(one is None or one.state == "equal" for _, one in mine):
            return "in a group with another source"
        return "no replacements found, or noise"

    def _is_generated(self, filename: str) -> bool:
        text = (self._project / filename).read_text(encoding="utf-8")
        return bool(scan(filename, text, True, False).generated)


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The outcomes as a table in Markdown."""
    kinds = sorted(
        {kind for outcome in outcomes for kind in outcome.counts}, key=lambda kind: (kind.startswith("missed"), kind)
    )
    yield f"| | {' | '.join(outcome.name for outcome in outcomes)} |"
    yield f"|---|{'---|' * len(outcomes)}"
    yield f"| copies of {LEAST} lines or more, in sync | {' | '.join(f'{o.known:,}' for o in outcomes)} |"
    shares = (f"**{o.found:,} ({o.found / o.known:.1%})**" for o in outcomes)
    yield f"| **found with their source** | {' | '.join(shares)} |"
    for kind in kinds:
        yield f"| {kind} | {' | '.join(f'{o.counts[kind]:,}' for o in outcomes)} |"
    yield f"| directives that `--write` writes | {' | '.join(f'{o.written:,}' for o in outcomes)} |"
    yield f"| findings of the check afterwards | {' | '.join(f'{o.findings:,}' for o in outcomes)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="*", default=["transformers-4.57.6", "diffusers-0.30.3"])
    parser.add_argument("--folder", type=Path, help="where the corpora are kept")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="a sample: every Nth model or pipeline")
    parser.add_argument("--missed", action="store_true", help="list what was missed")
    options = parser.parse_args()
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="copycheck-suggest-") as scratch:
        for release in options.corpora:
            corpus = next(c for c in CORPORA if c.release == release and c.header == "compare")
            project = Path(scratch) / release
            shutil.copytree(unpack(corpus, options.folder or Path(scratch) / "kept"), project)
            outcomes.append(study(project, options.every))
    print("\n".join(table(outcomes)))
    for outcome in outcomes if options.missed else ():
        print("\n".join(sorted(outcome.missed)))
    return 0 if all(o.found >= _TARGET * o.known and not o.findings for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
