"""Suggestions at random, to be read by a person: would a maintainer want the two tied together?

    python -m studies.suggest_sample --seed N [--each 20] [--folder DIR] [scikit-learn-1.7.2 …]

For each release: unpack its wheel under `src/` of an empty project, suggest with the default options, take so many of
the copies at random, and print each with its source, its directive, and the difference or the code of the copy.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from copycheck.api.unmarked_copies import suggest
from copycheck.model.suggested_groups import SuggestedCopy, SuggestedGroup
from copycheck.project.config_search import load

RELEASES = (
    "scikit-learn-1.7.2",
    "django-5.2.8",
    "apache-airflow-providers-google-22.8.0",
    "modelscope-1.40.2",
    "sglang-0.5.23",
)
_MOST_LINES = 40


def unpack(release: str, folder: Path) -> Path:
    """A project with the files of a release under `src/`, downloaded once."""
    project = folder / release
    if not project.exists():
        name, _, version = release.rpartition("-")
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "-d", folder / f"{release}.wheel", f"{name}=={version}"], check=True)
        with zipfile.ZipFile(next((folder / f"{release}.wheel").glob("*.whl"))) as wheel:
            wheel.extractall(project / "src")
        (project / "pyproject.toml").write_text("[tool.copycheck]\n", encoding="utf-8")
    return project


def sample(project: Path, seed: int, each: int) -> tuple[int, list[tuple[SuggestedGroup, SuggestedCopy]]]:
    """How many copies are suggested in a project, and some of them at random."""
    groups = suggest((), load((), (), str(project))).groups
    copies = [(group, copy) for group in groups for copy in group.copies]
    chosen = random.Random(f"{seed} {project.name}").sample(copies, min(each, len(copies)))
    return len(copies), chosen


def shown(project: Path, group: SuggestedGroup, copy: SuggestedCopy) -> Iterator[str]:
    """A suggestion as a person reads it."""
    place = f"{group.source.filename}:{group.rows.start}"
    yield f"{copy.filename}:{copy.location.row} {copy.state} {copy.name or 'the file'} ← {place}"
    yield f"    {copy.directive}"
    if copy.diff is not None:
        yield from (f"    {line}" for line in copy.diff.split("\n")[2:])
    lines = (project / copy.filename).read_text(encoding="utf-8", errors="replace").split("\n")
    own = lines[copy.rows.start - 1 : copy.rows.end]
    yield from (f"    | {line}" for line in own[:_MOST_LINES])
    if len(own) > _MOST_LINES:
        yield f"    | … {len(own) - _MOST_LINES} more"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("releases", nargs="*", default=RELEASES)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--each", type=int, default=20, help="so many of each release")
    parser.add_argument("--folder", type=Path, help="where the releases are kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copycheck-sample-") as scratch:
        for release in options.releases:
            project = unpack(release, options.folder or Path(scratch))
            count, chosen = sample(project, options.seed, options.each)
            print(f"== {release}: {len(chosen)} of {count:,}")
            for number, (group, copy) in enumerate(chosen, 1):
                print("\n".join((f"-- {number}", *shown(project, group, copy), "")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
