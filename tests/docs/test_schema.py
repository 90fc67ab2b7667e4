"""The JSON schema of the configuration: the reader is the judge of what it takes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from copycheck.model.errors import ConfigError
from copycheck.project.config_table import ConfigLocation, ConfigTable
from copycheck.project.settings import Settings
from copycheck.project.settings_reader import KEYS, read_settings
from copycheck.project.toml import tomllib

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "copycheck" / "configuration.schema.json").read_text(encoding="utf-8"))
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]
EXAMPLES = [
    (page.name, title, text)
    for page in PAGES
    for title, text in re.findall(r"```toml([^\n]*)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
]
"""Each TOML block of each page, with the rest of its first line."""
WRONG: list[dict[str, Any]] = [
    {"exclud": ["old"]},
    {"src": "src"},
    {"src": [1]},
    {"header": "both"},
    {"header": True},
    {"respect-gitignore": "yes"},
    {"force-exclude": 1},
    {"cache-dir": ["x"]},
    {"select": "CPY201"},
    {"select": ["CPY9999"]},
    {"ignore": ["drifted"]},
    {"per-file-ignores": {"*.py": "CPY201"}},
    {"per-file-ignores": ["*.py"]},
    {"full-copies": {"a": {"with": "A->B"}}},
    {"full-copies": {"a": {"source": "b", "when": "x"}}},
    {"full-copies": {"a": 1}},
    {"suggest": {"min-lines": 1}},
    {"suggest": {"min-lines": True}},
    {"suggest": {"lines": 5}},
    {"suggest": {"source": 1}},
    {"upstream": {"birds": {"environment": "auto", "rev": "x"}}},
    {"upstream": {"birds": {"folder": "x"}}},
    {"upstream": {"birds": 1}},
    {"upstream": "birds"},
]
RIGHT: list[dict[str, Any]] = [
    {},
    {"select": ["ALL"], "ignore": ["CPY2", "cpy201", "copy-drift"], "extend-select": ["CPY006"]},
    {"suggest": {"source": ["lib"], "tests": True, "diverged": 0}},
    {"suggest": {"source": "lib"}},
    {"upstream": {"birds": "1.2.3", "owls": {"distribution": "owl", "version": "1"}, "nuts": {"environment": "auto"}}},
    {"upstream": {"github.com/org/birds": {}, "x": {"git": "https://x.org/x", "rev": "v1"}, "y": {"path": "../y"}}},
    {"upstream": {"github.com/org/birds": {"rev": "main"}}},
    {"full-copies": {"a": "b", "c": {"source": "d", "with": "A->B"}}},
    {"per-file-ignores": {"*.py": ["CPY201", "copy-drift"]}},
]


def reader_takes(table: dict[str, Any]) -> bool:
    try:
        read_settings(Settings("/x", ""), ConfigTable(ConfigLocation("x.toml"), table))
    except ConfigError:
        return False
    return True


def schema_takes(table: dict[str, Any]) -> bool:
    return jsonschema.Draft7Validator(SCHEMA).is_valid(table)


def test_it_is_a_schema_and_knows_every_key() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"].keys() == set(KEYS)
    assert all(one["description"].endswith(".") or "`" in one["description"] for one in SCHEMA["properties"].values())


@pytest.mark.parametrize("table", WRONG, ids=str)
def test_what_the_reader_refuses_is_refused(table: dict[str, Any]) -> None:
    assert (reader_takes(table), schema_takes(table)) == (False, False)


@pytest.mark.parametrize("table", RIGHT, ids=str)
def test_what_the_reader_takes_is_taken(table: dict[str, Any]) -> None:
    assert (reader_takes(table), schema_takes(table)) == (True, True)


def ours(title: str, text: str) -> list[dict[str, Any]]:
    """The configuration of copycheck in a block, where it has one."""
    table = tomllib.loads(text)
    if "tool" in table:
        return [table["tool"]["copycheck"]] if "copycheck" in table["tool"] else []
    return [table] if "copycheck.toml" in title else []


def test_the_examples_of_every_page_are_taken_and_one_mistake_is_shown() -> None:
    found = [(name, table) for name, title, text in EXAMPLES for table in ours(title, text)]
    assert len(found) > 30 and len({name for name, _ in found}) > 6
    assert all(schema_takes(table) for name, table in found if name != "configuration.md")
    assert [table for _, table in found if not schema_takes(table)] == [{"exclud": ["old"]}]


def test_it_is_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "make_schema.py", "--check"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"")
