"""Whether a fix leaves names undefined: ruff's F821 before and after `--fix`, on real packages (contract 5.7).

    python -m studies.undefined_names [--folder DIR] [--project DIR …] [--formatter black] [diffusers-0.30.3 …]

Each corpus is fixed in a copy of it, once with each header setting that is named. `--project` adds a checkout of a
repository, such as that of diffusers. Comments that silence ruff count for nothing. The study fails for a file that has
a name undefined more often than before, for a fix that a check offered and `--fix` did not make, for a file that does
not parse any more, for written lines that the formatter would change, and for a second fix that changes something. It
prints the table of `docs/reliability.md`.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from copycheck.api import check_paths, fix_paths
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.result import Result
from copycheck.project.config_search import load
from copycheck.syntax.ruff_executable import ruff_executable
from studies.corpora import Corpus, unpack
from studies.layout import relaid

_BLACK = "line-length = 119\n"
CORPORA = (
    Corpus("transformers-4.57.6", 'line-length = 119\ntarget-version = "py310"\n'),
    Corpus("diffusers-0.30.3", _BLACK),
    Corpus("diffusers-0.30.3", _BLACK, "ignore"),
    Corpus("ppdiffusers-0.29.0", _BLACK),
    Corpus("paddlenlp-2.8.1", _BLACK),
)
_WHY = {
    "a helper of the source": "itself",
    "a parameter": "parameter",
    "an import that is not there": "there is no `",
    "a condition": "condition",
    "a circle of imports": "circle of imports",
    "defined further down": "only further down",
}
"""Why a fix is refused, by the words of the finding."""


class Measured(NamedTuple):
    """What was found on a project: the findings before, the result of the fix, and the names that it left undefined."""

    name: str
    before: Result
    after: Result
    new_names: Counter[tuple[str, str]]

    @property
    def drifts(self) -> list[Diagnostic]:
        """The copies that had drifted."""
        return [finding for finding in self.before.diagnostics if finding.code == "CPY201"]

    def row(self) -> str:
        """The row of the table."""
        copies = [done for done in self.after.done if done.kind == "copy"]
        imports = sum(len({(d.filename, statement) for statement in d.imports}) for d in copies)
        refused = Counter(_why(finding) for finding in self.drifts if finding.fix is None)
        unsafe = sum(finding.fix is not None and finding.fix.applicability == "unsafe" for finding in self.drifts)
        why = ", ".join(f"{reason} {count}" for reason, count in refused.most_common())
        cells = (
            self.name,
            len(self.drifts),
            len(copies),
            imports,
            unsafe,
            refused.total(),
            why,
            self.new_names.total(),
        )
        return f"| {' | '.join(map(str, cells))} |"


def _why(finding: Diagnostic) -> str:
    if "would leave" not in finding.message:
        return "no name"
    return next((reason for reason, words in _WHY.items() if words in finding.message), "bound nowhere")


def undefined(folder: Path) -> Counter[tuple[str, str]]:
    """Each undefined name of each file below a folder, by ruff, and how often it is used."""
    command = [ruff_executable(), "check", "--isolated", "--no-cache", "--ignore-noqa", "--select", "F821"]
    options = ["--exclude", "", "--output-format", "json-lines", str(folder)]
    found = subprocess.run([*command, *options], capture_output=True, check=False).stdout
    entries = (json.loads(line) for line in found.splitlines())
    return Counter((entry["filename"], entry["message"]) for entry in entries if entry["code"] == "F821")


def measure(name: str, project: Path, header: str, formatter: str = "ruff") -> tuple[Measured, list[str]]:
    """Fix a project in place; what was measured, and a line for each thing that is wrong."""
    keys = [f'header = "{header}"', f'formatter = "{formatter}"']
    settings = load([str(project)], keys, cwd=str(project))
    names = undefined(project)
    before = check_paths(settings=settings)
    after = fix_paths(settings=settings)
    measured = Measured(name, before, after, undefined(project) - names)
    layout = (f"{name}: {line}" for line in relaid(project, after.patches, formatter))
    return measured, [*_problems(measured), *layout, *_second_fix(fix_paths(settings=settings))]


def _problems(measured: Measured) -> Iterator[str]:
    for (filename, message), count in measured.new_names.items():
        yield f"{measured.name}: {filename}: {message} ({count} times more than before)"
    left = {finding.key for finding in measured.after.diagnostics}
    for finding in measured.drifts:
        if finding.fix is not None and finding.fix.applicability == "safe" and finding.key in left:
            yield f"{measured.name}: {finding.filename}:{finding.location.row}: a fix was offered, and not made"
    for patch in measured.after.patches:
        try:
            ast.parse(patch.after)
        except SyntaxError as error:
            yield f"{measured.name}: {patch.filename} does not parse after the fix: {error}"


def _second_fix(again: Result) -> Iterator[str]:
    return (f"a second fix changes {patch.filename}" for patch in again.patches)


def _projects(corpora: Iterable[Corpus], folders: Iterable[str], folder: Path) -> Iterator[tuple[str, Path, str]]:
    """The name, the folder and the header setting of each project."""
    for corpus in corpora:
        yield corpus.name, unpack(corpus, folder), corpus.header
    for path in folders:
        for header in ("ignore", "compare"):
            yield f"{Path(path).name}.header-{header}", Path(path), header


def _configure_black(path: Path) -> None:
    """Have black take lines as long as ruff does in these projects."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if "[tool.black]" not in text:
        path.write_text(f"{text}\n[tool.black]\n{_BLACK}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("releases", nargs="*", help="only these corpora")
    parser.add_argument("--folder", type=Path, default=Path("corpora"))
    parser.add_argument("--project", action="append", default=[], help="a checkout of a repository")
    parser.add_argument("--formatter", choices=("ruff", "black"), default="ruff")
    options = parser.parse_args(arguments)
    wanted = options.releases or ([] if options.project else [corpus.release for corpus in CORPORA])
    chosen = [corpus for corpus in CORPORA if corpus.release in wanted]
    options.folder.mkdir(parents=True, exist_ok=True)
    print("| project | drifted | fixed | imports added | unsafe | refused | why | new undefined names |")
    print("|---|--:|--:|--:|--:|--:|---|--:|")
    problems: list[str] = []
    for name, project, header in _projects(chosen, options.project, options.folder):
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / "project"
            shutil.copytree(project, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", ".copycheck_cache"))
            if options.formatter == "black":
                _configure_black(copy / "pyproject.toml")
            measured, wrong = measure(name, copy, header, options.formatter)
        print(measured.row(), flush=True)
        problems += wrong
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
