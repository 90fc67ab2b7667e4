"""The real corpora, from PyPI: the findings are the recorded ones, and fix leaves nothing that it should not.

    python -m studies.corpora [--folder DIR] [--record] [transformers-4.57.6 …]

For each corpus and header setting: unpack the wheel under `src/` of an empty project, check (findings equal
`fixtures/corpora/NAME.txt`, with the counts on its first line), check again with the cache, fix in a copy (only what
cannot be fixed is left), fix again (no byte changes), parse every changed file, and hold each changed line against the
regions and directives that were reported. `--record` writes the files of findings anew, for a person to read.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from copycheck.api import check_paths, fix_paths
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.project.config_search import load

RECORDED = Path(__file__).parent.parent / "fixtures" / "corpora"


@dataclass(frozen=True)
class Corpus:
    """A release on PyPI, the ruff settings that it is formatted with, and the header setting."""

    release: str
    ruff: str
    header: str = "compare"

    @property
    def name(self) -> str:
        return self.release if self.header == "compare" else f"{self.release}.header-{self.header}"


CORPORA = (
    Corpus("transformers-4.57.6", 'line-length = 119\ntarget-version = "py310"\n'),
    Corpus("diffusers-0.30.3", "line-length = 119\n"),
    Corpus("diffusers-0.30.3", "line-length = 119\n", "ignore"),
)


def unpack(corpus: Corpus, folder: Path) -> Path:
    """The project with the corpus under `src/`, downloaded once."""
    project = folder / corpus.release
    if not project.exists():
        name, _, version = corpus.release.rpartition("-")
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, f"{name}=={version}"], check=True
        )
        with zipfile.ZipFile(next(folder.glob(f"{corpus.release}-*.whl"))) as wheel:
            wheel.extractall(project / "src")
    (project / "pyproject.toml").write_text(f"[tool.ruff]\n{corpus.ruff}", encoding="utf-8")
    return project


def lines_of(result: Result) -> list[str]:
    """The counts, then a line a finding, as they are recorded."""
    summary = result.summary
    counts = f"# {summary.directives} directives in {summary.files} files, {summary.in_sync} in sync"
    return [counts, *(_line(diagnostic) for diagnostic in result.diagnostics)]


def _line(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.filename}:{diagnostic.location.row}:{diagnostic.location.column} {diagnostic.code}"


def study(corpus: Corpus, folder: Path, record: bool) -> list[str]:
    """Everything that is wrong with a corpus, in a line each; prints what was measured."""
    project = unpack(corpus, folder)
    settings = load([str(project)], [f'header = "{corpus.header}"'], cwd=str(project))
    start = time.perf_counter()
    result = check_paths(settings=settings)
    seconds = time.perf_counter() - start
    recorded = RECORDED / f"{corpus.name}.txt"
    if record:
        recorded.write_text("\n".join(lines_of(result)) + "\n", encoding="utf-8")
    wrong = _differences(recorded.read_text(encoding="utf-8").splitlines(), lines_of(result))
    for name in ("cold", "warm"):
        if check_paths(settings=settings, cache=True) != result:
            wrong.append(f"the {name} run with a cache finds something else")
    shutil.rmtree(project / ".copycheck_cache", ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copytree(project, Path(scratch) / "project"))
        fixed, problems = _fix(copy, corpus, result)
    print(f"{corpus.name}: {lines_of(result)[0][2:]}, {len(result.diagnostics)} findings in {seconds:.1f} s; {fixed}")
    return [f"{corpus.name}: {line}" for line in wrong + problems]


def _differences(expected: Sequence[str], actual: Sequence[str]) -> list[str]:
    return list(difflib.unified_diff(expected, actual, "recorded", "found", n=0, lineterm=""))


def _fix(copy: Path, corpus: Corpus, before: Result) -> tuple[str, list[str]]:
    settings = load([str(copy)], [f'header = "{corpus.header}"'], cwd=str(copy))
    result = fix_paths(settings=settings)
    left = [d for d in result.diagnostics if d.fix is not None and d.fix.applicability == "safe"]
    problems = [f"left after fix: {_line(d)}" for d in left]
    expected = {(d.filename, d.code, d.message) for d in before.diagnostics if not RULES[d.code].fixable}
    gone = expected - {(d.filename, d.code, d.message) for d in result.diagnostics}
    problems += [f"gone after fix, but not fixable: {finding}" for finding in sorted(gone)]
    for patch in result.patches:
        try:
            ast.parse(patch.after)
        except SyntaxError as error:
            problems.append(f"{patch.filename} does not parse after fix: {error}")
        imports = any(done.imports for done in result.done if done.filename == patch.filename)
        problems += _outside(patch.filename, patch.before or b"", patch.after, before, imports)
    again = fix_paths(settings=settings)
    problems += [f"a second fix changes {patch.filename}" for patch in again.patches]
    return f"{result.summary.fixed} fixed in {len(result.patches)} files", problems


def _outside(filename: str, old: bytes, new: bytes, before: Result, imports: bool) -> list[str]:
    """The changed rows that lie in no object that was reported: a finding vouches for its directive and definition.

    Where `imports` were added, the rows above the first definition may have changed too.
    """
    lines = old.splitlines(keepends=True)
    allowed: set[int] = set(range(1, _first_definition(old))) if imports else set()
    for finding in before.diagnostics:
        if finding.filename == filename and RULES[finding.code].fixable:
            allowed |= set(range(finding.location.row, _end_of_object(lines, finding.location.row) + 1))
    matcher = difflib.SequenceMatcher(None, lines, new.splitlines(keepends=True), autojunk=False)
    changed = {
        row + 1 for tag, i1, i2, _, _ in matcher.get_opcodes() if tag != "equal" for row in range(i1, max(i2, i1 + 1))
    }
    return [f"{filename}:{row} lies outside of what was to be fixed" for row in sorted(changed - allowed)]


def _first_definition(text: bytes) -> int:
    """The row of the first class or function of a module."""
    definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return next((node.lineno for node in ast.parse(text).body if isinstance(node, definitions)), 1)


def _end_of_object(lines: Sequence[bytes], row: int) -> int:
    """The last row of the first definition behind a row."""
    definitions = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(b"".join(lines)))
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Assign, ast.AnnAssign))
    ]
    return min(((start, end) for start, end in definitions if start > row), default=(row, row))[1]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="the corpora to study (default: all)")
    parser.add_argument("--folder", type=Path, default=Path(os.path.expanduser("~/.cache/copycheck-corpora")))
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    for corpus in CORPORA:
        if not options.names or corpus.release in options.names or corpus.name in options.names:
            wrong += study(corpus, options.folder.resolve(), options.record)
    print("\n".join(wrong) or "All corpora are as recorded.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
