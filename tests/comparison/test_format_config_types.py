"""A wrong type in the configuration of a formatter is one line that names the file and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import run, write_tree

TREE: dict[str, str | bytes] = {
    "copycheck.toml": "",
    "base.py": "def f(x):\n    return 1\n",
    "copy.py": "# Copied from base.f\ndef f(x):\n    return 2\n",
}

WRONG = [
    ("pyproject.toml", "tool = 3", "`tool` must be a table, not 3"),
    ("pyproject.toml", "[tool]\nblack = 3", "`tool.black` must be a table, not 3"),
    ("pyproject.toml", "[tool]\nruff = [1]", "`tool.ruff` must be a table, not [1]"),
    ("pyproject.toml", '[tool.black]\nline-length = "x"', "`tool.black.line-length` must be an integer, not 'x'"),
    ("pyproject.toml", "[tool.black]\nline_length = true", "`tool.black.line_length` must be an integer, not true"),
    ("pyproject.toml", "[tool.black]\npreview = 3", "`tool.black.preview` must be true or false, not 3"),
    ("pyproject.toml", "[tool.black]\ntarget-version = 3", "`tool.black.target-version` must be a list of strings"),
    ("pyproject.toml", "[tool.black]\nenable-unstable-feature = 3", "`tool.black.enable-unstable-feature` must be"),
    ("pyproject.toml", '[tool.ruff]\nline-length = "x"', "`tool.ruff.line-length` must be an integer, not 'x'"),
    ("pyproject.toml", "[tool.ruff]\nextend = 3", "`tool.ruff.extend` must be a string, not 3"),
    ("pyproject.toml", "[tool.ruff.format]\nquote-style = 3", "`tool.ruff.format.quote-style` must be a string, not 3"),
    ("pyproject.toml", "[tool.black", "this is not TOML"),
    ("ruff.toml", 'line-length = "x"', "`line-length` must be an integer, not 'x'"),
    (".ruff.toml", "format = 3", "`format` must be a table, not 3"),
    ("ruff.toml", "line-length =", "this is not TOML"),
    ("ruff.toml", '[format]\nquote-style = "odd"', '`quote-style = "odd"`: unknown variant `odd`'),
]


@pytest.mark.parametrize(("name", "text", "message"), WRONG)
def test_one_line_names_the_key(tmp_path: Path, name: str, text: str, message: str) -> None:
    write_tree(tmp_path, {**TREE, name: f"{text}\n"})
    result = run(tmp_path, "--output-format", "concise")
    [line] = result.stderr.splitlines()
    assert message in line and name in line
    assert (result.code, "CPY201" in result.text) == (2, True), "the rest is compared as it stands"


def test_the_nearest_configuration_is_named_from_the_root(tmp_path: Path) -> None:
    write_tree(tmp_path, {**TREE, "pkg/ruff.toml": "indent-width = []\n", "pkg/copy.py": TREE["copy.py"]})
    assert "pkg/ruff.toml: `indent-width` must be an integer, not []" in run(tmp_path).stderr


@pytest.mark.parametrize(
    "text", ['line-length = "100"', 'skip-string-normalization = "yes"', 'target-version = "py310"']
)
def test_what_black_takes_is_taken(tmp_path: Path, text: str) -> None:
    write_tree(tmp_path, {**TREE, "pyproject.toml": f"[tool.black]\n{text}\n"})
    assert run(tmp_path).stderr == ""
