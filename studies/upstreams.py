"""What becomes of the copies of transformers in other packages: locked, and brought to a newer release (contract 15).

    python -m studies.upstreams [--folder DIR] [--to 4.57.6] [--versions 4.30.2,4.33.3,…] [modelscope-1.40.2 …]

For each package: `sync --find-version` over a dozen releases, then `update --to`, in a copy of it. Merges to the
releases between are compared as well, and not written. The study fails for a copy of which nothing is said, for a
written file that does not parse or has a name undefined more often than before (ruff's F821), for a second update that
changes something, for a merge that `git merge-file` makes otherwise of the three formatted texts, and for one that goes
further than git whose tokens are not those of both changes. It prints the tables of `docs/how-updates-merge.md`.
Releases come from PyPI, once.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from copycheck.api.upstream_tracking import SyncResult, sync_upstreams, update_copies
from copycheck.model.wording import plural
from copycheck.project.config_search import load
from copycheck.syntax.ruff_executable import ruff_executable
from copycheck.upstream import updating
from copycheck.upstream.copy_merging import Merged, Sides
from studies.corpora import Corpus, unpack

CORPORA = tuple(
    Corpus(release, "line-length = 119\n") for release in ("modelscope-1.40.2", "xtuner-0.2.0", "ipex-llm-2.2.0")
)
VERSIONS = (
    "4.30.2,4.33.3,4.36.2,4.37.2,4.38.2,4.40.2,4.42.4,4.44.2,4.46.3,4.48.3,4.50.3,4.53.3,4.57.6"
)  # fmt: skip
BETWEEN = (
    "4.31.0,4.32.1,4.33.3,4.34.1,4.35.2,4.36.2,4.37.2,4.38.2,4.39.3,4.40.2,4.41.2,4.42.4,4.43.4,4.44.2,4.45.2,4.46.3,"
    "4.47.1,4.48.3,4.49.0,4.50.3,4.51.3,4.52.4,4.53.3,4.54.1,4.55.4,4.56.2"
)
"""Releases to which merges are made and compared as well, and not written: the newest of each minor."""
WANTED = 50
"""So many different merges at least are clean in `git merge-file`, whose text is the same."""
CLEAN = "clean in git, the same text"
OUTCOMES = ("nothing", "as-upstream", "merged", "conflict", "gone", "refused")


class Real(NamedTuple):
    """A merge in which both sides changed something: its three texts, and what came out."""

    sides: Sides
    merged: Merged


class Measured(NamedTuple):
    """What was found of one package, and what is wrong with it."""

    name: str
    synced: SyncResult
    outcomes: Counter[str]
    merges: Counter[str]
    seconds: tuple[float, float]
    problems: list[str]


def measure(project: Path, versions: str, to: str) -> Measured:
    """Lock all copies of a project, and update them to a version; the project is written."""
    settings = load([str(project)])
    start = time.perf_counter()
    synced = sync_upstreams(settings, find_version=True, versions=versions)
    middle = time.perf_counter()
    before, undefined = _texts(project), undefined_names(project)
    with recorded() as real:
        for version in BETWEEN.split(","):
            update_copies((), settings, to=version, write=False, steps=False)
    middle, found = time.perf_counter(), middle - start
    with recorded() as last:
        first = update_copies((), settings, to=to)
    seconds = found, time.perf_counter() - middle
    merges, problems = _judged(list({one.sides[:3]: one for one in (*real, *last)}.values()))
    problems += [error for error in first.result.errors if "is not in the lock" not in error]
    locked = {(copy.filename, copy.name, copy.target) for copy in synced.copies if copy.version}
    told = {(copy.filename, copy.name, copy.target) for copy in first.copies}
    problems += [f"nothing is said of {name} in {file}" for file, name, _ in sorted(locked - told)]
    problems += _broken(project, before, undefined)
    again = update_copies((), settings, to=to)
    problems += [f"a second update changes {patch.filename}" for patch in again.result.patches]
    outcomes = Counter(copy.outcome for copy in first.copies)
    return Measured(project.name, synced, Counter(dict(outcomes)), merges, seconds, problems)


@contextmanager
def recorded() -> Iterator[list[Real]]:
    """The merges that updates make meanwhile, one for each copy of which both sides changed something."""
    found: dict[Sides, Real] = {}
    make = updating.merged

    def noted(*arguments: object) -> Merged:
        result = make(*arguments)  # type: ignore[arg-type]
        sides = result.sides
        if sides.base not in (sides.ours, sides.theirs) and sides.ours != sides.theirs:
            found[sides] = Real(sides, result)
        return result

    updating.merged = noted  # type: ignore[assignment]
    try:
        real: list[Real] = []
        yield real
        real += found.values()
    finally:
        updating.merged = make


def _judged(real: Sequence[Real]) -> tuple[Counter[str], list[str]]:
    """How the merges compare with those of `git merge-file`, and what is wrong with them."""
    merges: Counter[str] = Counter()
    problems: list[str] = []
    for one in real:
        conflicts, text = git_merge(one.sides)
        result = one.merged.result
        if not conflicts:
            if result.text == text:
                merges[CLEAN] += 1
            else:
                problems.append("git merge-file is clean and makes another text:\n" + text)
        elif result.conflicts:
            alike = git_merge(one.sides, "--ours")[1] == result.text
            merges["a conflict in git" + ("" if alike else ", settled in part")] += 1
        else:
            merges["clean by tokens or steps"] += 1
            if not has_both_changes(one.sides, result.text):
                problems.append("a merge has not the tokens of both changes:\n" + result.text)
    return merges, problems


def git_merge(sides: Sides, *options: str) -> tuple[int, str]:
    """The number of conflicts that `git merge-file` has with three texts, and what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("ours", "base", "theirs")]
        for path, text in zip(paths, (sides.ours, sides.base, sides.theirs), strict=True):
            path.write_text(text, encoding="utf-8")
        done = subprocess.run(["git", "merge-file", "-p", *options, *paths], capture_output=True, check=False)
        return done.returncode, done.stdout.decode()


def has_both_changes(sides: Sides, text: str) -> bool:
    """Whether a text has as many of each token as both changes of the base make together.

    What both sides put in or took out may be there once or twice.
    """
    base, ours, theirs, found = (Counter(re.findall(r"\w+|[^\w\s]", part)) for part in (*sides[:3], text))
    for token in {*base, *ours, *theirs, *found}:
        mine, other = ours[token] - base[token], theirs[token] - base[token]
        once = max(mine, other, key=abs) if mine * other > 0 else mine + other
        if not min(once, mine + other) <= found[token] - base[token] <= max(once, mine + other):
            return False
    return True


def _texts(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in project.rglob("*.py")}


def _broken(project: Path, before: dict[Path, bytes], undefined: Counter[tuple[str, str]]) -> Iterator[str]:
    """What written files have that they must not have."""
    for path, data in _texts(project).items():
        if before.get(path) != data:
            try:
                ast.parse(data)
            except SyntaxError as error:
                yield f"{path.name} does not parse: {error}"
    for (file, name), count in (undefined_names(project) - undefined).items():
        yield f"{file}: `{name}` is undefined {count} times more than before"


def undefined_names(project: Path) -> Counter[tuple[str, str]]:
    """How often each name is undefined in each file, as ruff has it; comments that silence it count for nothing."""
    options = ["--isolated", "--no-cache", "--ignore-noqa", "--select", "F821", "--output-format", "json", "--quiet"]
    done = subprocess.run([ruff_executable(), "check", *options, project], capture_output=True, check=False)
    return Counter((entry["filename"], entry["message"]) for entry in json.loads(done.stdout))


def tables(found: Sequence[Measured]) -> Iterator[str]:
    """The lines of both tables."""
    yield "| package | copies | in sync with a release | nearest release | not locked | seconds |"
    yield "|---|---|---|---|---|---|"
    for one in found:
        copies = one.synced.copies
        in_sync = sum(bool(copy.version) and not copy.lines for copy in copies)
        lost = sum(not copy.version for copy in copies)
        counts = [len(copies), in_sync, len(copies) - in_sync - lost, lost, round(one.seconds[0])]
        yield f"| {one.name} | {' | '.join(map(str, counts))} |"
    yield ""
    yield f"| package | {' | '.join(OUTCOMES)} | seconds |"
    yield f"|---|{'---|' * len(OUTCOMES)}---|"
    for one in found:
        counts = [*(one.outcomes[outcome] for outcome in OUTCOMES), round(one.seconds[1])]
        yield f"| {one.name} | {' | '.join(map(str, counts))} |"
    yield ""
    every = sum((one.merges for one in found), Counter[str]())
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(every.items())) or "none"
    yield f"{plural(every.total(), 'merge')} with changes on both sides, each counted once: {told}."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the study; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the packages are kept")
    parser.add_argument("--to", default="4.57.6")
    parser.add_argument("--versions", default=VERSIONS)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch) / "corpora"
        folder.mkdir(parents=True, exist_ok=True)
        for corpus in CORPORA:
            if options.names and corpus.release not in options.names:
                continue
            project = Path(scratch) / corpus.release
            shutil.copytree(unpack(corpus, folder), project)
            with (project / "pyproject.toml").open("a", encoding="utf-8") as stream:
                stream.write(f'\n[tool.copycheck.upstream]\ntransformers = "{options.to}"\n')
            found.append(measure(project, options.versions, options.to))
            for problem in found[-1].problems:
                print(f"{corpus.release}: {problem}", file=sys.stderr)
    print("\n".join(tables(found)))
    clean = sum(one.merges[CLEAN] for one in found)
    if len(found) == len(CORPORA) and clean < WANTED:
        print(f"only {clean} merges are clean in git: more releases are needed", file=sys.stderr)
        return 1
    return 1 if any(one.problems for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
