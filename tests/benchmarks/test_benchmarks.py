"""The benchmarks say what they measure: synthetic repositories hold what they claim, and the table is right."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from benchmarks.floor_cold import module_of, sources, targets_in
from benchmarks.packages import rows as package_rows
from benchmarks.process import Sample
from benchmarks.shapes import SHAPES, write
from benchmarks.suite import rows
from benchmarks.synthetic import Generated, generate, groups_of
from benchmarks.table import Row, render, row, seconds
from copycheck.api import check_paths, fix_paths, load
from copycheck.syntax.ruff_executable import ruff_executable
from tests.harness import run, tree_of


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Generated]:
    folder = tmp_path_factory.mktemp("synthetic")
    return folder, generate(folder, 200)


def test_the_tool_finds_what_was_generated(synthetic: tuple[Path, Generated]) -> None:
    folder, made = synthetic
    found = json.loads(run(folder, "--no-cache", "--select", "ALL", "--output-format", "json").stdout)
    assert made.directives == 40 and made.drifted == 1 and made.fans and made.chains and made.pairs
    assert found["summary"]["directives"] == made.directives
    assert [finding["code"] for finding in found["diagnostics"]] == ["CPY201"] * made.drifted


def test_generated_files_are_ordinary(synthetic: tuple[Path, Generated], tmp_path: Path) -> None:
    folder, made = synthetic
    tree = tree_of(folder)
    assert generate(tmp_path, 200) == made and tree_of(tmp_path) == tree
    names = [name for name in tree if name.endswith(".py")]
    assert len(names) == made.files == 200
    assert all(3_000 <= len(tree[name]) <= 8_000 for name in names if "__init__" not in name)
    assert all(len(targets_in(tree[name])) <= 1 for name in names)
    assert all(module_of(target, tree) for name in names for target in targets_in(tree[name]))
    subprocess.run([ruff_executable(), "format", "--check", "--no-cache", "--quiet", folder], check=True)


def test_the_share_of_each_kind_is_that_of_every_block() -> None:
    groups = groups_of(200)
    assert sum(group.copies for group in groups) == 200
    assert sum(group.copies for group in groups if group.width > 1) == 90
    assert sum(group.copies for group in groups if group.length > 1) == 42
    assert max(group.width for group in groups) == 50 and max(group.length for group in groups) == 5


def test_a_source_is_the_shortest_plain_module_else_the_innermost_package() -> None:
    files = {
        "src/a/__init__.py": b"",
        "src/a/b.py": b"# Copied from a.c.X with X->Y\n# Copied from a.d.X\n",
        "src/a/c/__init__.py": b"  # Copied from a.b.Z.run\n",
    }
    assert sources(files) == {"src/a/b.py", "src/a/c/__init__.py", "src/a/__init__.py"}
    assert module_of("z.b.Z", files) is None


def test_rows_hold_medians_against_their_floors() -> None:
    samples = {
        "warm floor": [Sample(0.2), Sample(0.1), Sample(0.1)],
        "warm": [Sample(0.3), Sample(0.15), Sample(0.1)],
        "cold 10": [Sample(1.0, rss=1_000_000)],
        "warm 10": [Sample(0.5, rss=1_000_000)],
        "cold 30": [Sample(6.0, rss=3_000_000)],
        "warm 30": [Sample(1.5, rss=3_600_000)],
    }
    found = {row.what: (row.ratio, row.met) for row in rows(samples, [10, 30, 100])}
    assert found["check with a cache, nothing changed"] == ("1.50 × warm floor", True)
    assert found["growth, cold: 30 files"] == ("200000.0 µs a file, 2.00 ×", False)
    assert found["growth, warm, memory: 30 files"] == ("120.0 kB a file, 1.20 ×", True)


def test_every_shape_is_checked_and_fixed(tmp_path: Path) -> None:
    for shape in SHAPES:
        tree = write(tmp_path / f"{shape.name} {shape.work}", shape.files(6))
        result = check_paths(settings=load(cwd=str(tree)))
        assert result.summary.directives and not result.failed
        if shape.fix:
            assert fix_paths(settings=load(cwd=str(tree)), write=False).summary.fixed


def test_four_times_the_work_is_held_against_the_size_before() -> None:
    shape = SHAPES[0]
    samples = {
        f"{shape.what}, {shape.work} {n}": [Sample(t, 10**6, cpu=t)]
        for n, t in zip(shape.sizes, (1, 4, 20), strict=True)
    }
    found = [(line.ratio, line.met) for line in rows(samples, [])]
    assert found == [
        ("1.00 s CPU, 1 MB", None),
        ("4.00 s CPU, 1 MB, 4.00 ×", True),
        ("20.00 s CPU, 1 MB, 5.00 ×", False),
    ]


def test_packages_are_held_against_the_first_one_by_size_or_copies() -> None:
    counts = {
        "transformers-4.57.6": {"bytes": 50_000_000, "copies": 1000},
        "paddlenlp-2.8.1": {"bytes": 10_000_000, "copies": 10},
    }
    samples = {f"{name} {what}": [Sample(1.0, cpu=2.0)] for name in counts for what in ("cold", "warm", "ruff")}
    found = [line for line in package_rows(samples, counts) if line.met is not None]
    assert [(line.what, line.met) for line in found] == [("paddlenlp-2.8.1: 10 copies, 10 MB, without a cache", False)]
    assert found[0].ratio.endswith(": 5.00 ×")


def test_the_table_is_aligned_or_markdown() -> None:
    some = [
        row("quick", [0.01, 0.03, 0.02], seconds),
        Row("slow", "1.50 s", "", "2.00 × quick", "at most 1.0 ×", False),
    ]
    assert render(some).splitlines() == [
        "what   median           range         ratio         target  met",
        "quick   20 ms  10 ms to 30 ms",
        "slow   1.50 s                  2.00 × quick  at most 1.0 ×   no",
    ]
    assert render(some, markdown=True).splitlines() == [
        "| what | median | range | ratio | target | met |",
        "|---|--:|--:|--:|--:|---|",
        "| quick | 20 ms | 10 ms to 30 ms |  |  |  |",
        "| slow | 1.50 s |  | 2.00 × quick | at most 1.0 × | no |",
    ]
