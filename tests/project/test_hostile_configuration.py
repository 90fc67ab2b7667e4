"""Configurations, baselines and scripts that nobody writes: one line each, no error of ours, no write outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from copycheck.api import load
from copycheck.project.patterns import folders_of
from tests.harness import run, tree_of, write_tree

TREE = {
    "pkg/base.py": "def f(x):\n    return 1\n",
    "copy.py": "# Copied from pkg.base.f\ndef f(x):\n    return 2\n",
    "y.py": "def f(x):\n    return 1\n",
}
ODD_TOML = {
    "nested arrays": f"x = {'[' * 20_000}",
    "nested tables": f"x = {'{a=' * 20_000}",
    "a key without end": f"{'.'.join('a' * 20_000)} = 1",
    "a table without end": f"[{'.'.join('a' * 20_000)}]",
    "a key in an inline table": f"x = {{ {'.'.join('a' * 20_000)} = 1 }}",
    "a key of quoted parts": ".".join(['"="'] * 20_000) + " = 1",
    "a number without end": f"x = {'9' * 5_000}",
}


@pytest.mark.parametrize("name", ["copycheck.toml", "pyproject.toml", "ruff.toml", "sub/pyproject.toml"])
@pytest.mark.parametrize("what", ODD_TOML)
def test_toml_that_is_too_deep_or_too_long(tmp_path: Path, name: str, what: str) -> None:
    text = f"# copycheck\n{ODD_TOML[what]}\n"
    write_tree(tmp_path, {**TREE, ".git/HEAD": "", name: text, "sub/c.py": TREE["copy.py"]})
    result = run(tmp_path)
    assert result.code in (1, 2) and "internal error" not in result.stderr + result.text, result.stderr
    assert "is not TOML" in result.stderr + result.text


@pytest.mark.parametrize("text", ["tool = 1", 'tool = "copycheck"', "tool = ['copycheck']", "tool.copycheck = 1"])
def test_a_tool_that_is_no_table(tmp_path: Path, text: str) -> None:
    write_tree(tmp_path, {**TREE, "pyproject.toml": f"# copycheck\n{text}\n"})
    result = run(tmp_path)
    assert result.code == 2 and "must be a table" in result.stderr


@pytest.mark.parametrize(
    "line",
    [
        r'src = ["a\u0000"]',
        r'cache-dir = "a\u0000"',
        r'baseline = "a\u0000"',
        r'full-copies-from = "a\u0000"',
        r'full-copies = { "a\u0000" = "y.py" }',
        r'full-copies = { "y.py" = { source = "pkg/base.py", with = "a->\u0000" } }',
        r'per-file-ignores = { "\u0000" = ["CPY201"] }',
        r'upstream = { up = { path = "\u0000" } }',
    ],
)
def test_a_nul_is_in_no_value(tmp_path: Path, line: str) -> None:
    write_tree(tmp_path, {**TREE, "copycheck.toml": f"{line}\n"})
    for command in ((), ("--fix",), ("clean",), ("--write-baseline",)):
        result = run(tmp_path, *command)
        assert result.code == 2 and f":1: `{line.partition(' ')[0]}` holds a NUL character" in result.stderr


@pytest.mark.parametrize("folder", ["..", "../beside", "/nobody/home", "link", "link/below", "pkg/../../beside", "."])
def test_no_configuration_has_the_cache_leave_the_project(tmp_path: Path, folder: str) -> None:
    project, beside = tmp_path / "project", tmp_path / "beside"
    write_tree(project, {**TREE, "copycheck.toml": f'cache-dir = "{folder}"\n'})
    beside.mkdir()
    (project / "link").symlink_to(beside)
    result = run(project)
    assert result.code == 2 and "`cache-dir` leaves the project" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beside", "project"] and not any(beside.iterdir())
    write_tree(project, {"copycheck.toml": ""})
    assert run(project, "--cache-dir", str(beside)).code == 1 and any(beside.iterdir()), "but who runs it may choose"


def test_no_cache_is_kept_among_other_files(tmp_path: Path) -> None:
    """Its .gitignore would have git, and the check, pass over all of them, and `clean` would remove theirs."""
    write_tree(tmp_path, {**TREE, "copycheck.toml": 'cache-dir = "pkg"\n', "pkg/.gitignore": "*.o\n"})
    before = tree_of(tmp_path)
    assert run(tmp_path).code == run(tmp_path).code == 1
    run(tmp_path, "clean")
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize("folder", ["a/" * 2_500, "x" * 5_000])
def test_a_path_that_is_too_long_for_any_system(tmp_path: Path, folder: str) -> None:
    write_tree(tmp_path, {**TREE, "copycheck.toml": f'cache-dir = "{folder}"\nbaseline = "{folder}b"\n'})
    assert run(tmp_path, "--no-baseline").code == 1
    result = run(tmp_path, "--write-baseline")
    assert result.code == 2 and "more characters" in result.stderr and "internal" not in result.stderr
    write_tree(tmp_path, {"copycheck.toml": f'full-copies = {{ "{folder}b" = "y.py" }}\n'})
    assert "has more than 4,096 characters" in run(tmp_path, "--fix").stderr


@pytest.mark.parametrize("name", ["pkg", "..", "pkg/base.py/x", "./"])
def test_a_baseline_that_no_file_can_be(tmp_path: Path, name: str) -> None:
    write_tree(tmp_path, {**TREE, "copycheck.toml": f'baseline = "{name}"\n'})
    before = tree_of(tmp_path)
    result = run(tmp_path, "--write-baseline")
    assert result.code == 2 and "internal error" not in result.stderr and tree_of(tmp_path) == before


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "null", "[]", '{"version": NaN}'])
def test_a_baseline_that_is_none(tmp_path: Path, text: str) -> None:
    write_tree(tmp_path, {**TREE, "copycheck.toml": "", "copycheck-baseline.json": text})
    result = run(tmp_path)
    assert result.code == 2 and result.stderr.startswith("copycheck: copycheck-baseline.json: ")


@pytest.mark.parametrize(
    "text",
    [
        f"x = {'-' * 100_000}1",
        f"x = {'(' * 100_000}1",
        f"x = {'+'.join('1' * 100_000)}",
        f"x = [{'1,' * 400_000}]",
        r'FULL_COPIES = {"a\0b": "y.py"}',
        r'FULL_COPIES = {"\ud800": "y.py"}',
        f'FULL_COPIES = {{"{"a/" * 2_500}": "y.py"}}',
    ],
    ids=lambda text: text[:30],
)
def test_a_script_that_nobody_writes(tmp_path: Path, text: str) -> None:
    write_tree(tmp_path, {**TREE, "copycheck.toml": 'full-copies-from = "s.py"\n', "s.py": f"{text}\n"})
    result = run(tmp_path)
    assert result.code == 2 and result.stderr.startswith("copycheck: `full-copies"), result.stderr
    assert result.stderr.count("\n") == 1 and "internal error" not in result.stderr


def test_roots_by_a_glob_follow_no_links_in_circles(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": 'src = ["**/src", "/**", "../**"]\n', "a/src/m.py": "", "b/c/src/m.py": ""})
    for name in ("one", "two"):  # as many paths as 2 to the 40th
        (tmp_path / name).symlink_to(tmp_path)
    assert load(cwd=str(tmp_path)).src == ("a/src", "b/c/src", "/**", "../**")


@pytest.mark.parametrize(
    ("pattern", "folders"),
    [
        ("packages/*/src", {"packages/a/src", "packages/b/src"}),
        ("packages/[ac]*", {"packages/a", "packages/c"}),
        ("./packages/*/src/", {"./packages/a/src", "./packages/b/src"}),
        ("*/a", {"packages/a"}),
        ("**/src", {"packages/a/src", "packages/b/src", "src"}),
        ("packages/**/**/src", {"packages/a/src", "packages/b/src"}),
        (".*/src", {".hidden/src"}),
        ("none/*", set()),
    ],
)
def test_which_folders_a_glob_fits(tmp_path: Path, pattern: str, folders: set[str]) -> None:
    for name in ("packages/a/src", "packages/b/src", "packages/c", "src", ".hidden/src"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "packages" / "file").touch()
    assert folders_of(str(tmp_path), pattern) == folders
