"""Makes the JSON schema of the configuration, for editors and SchemaStore; `--check` says whether it is current.

Keys and choices are those of the reader, descriptions those of `docs/configuration.md`. The schema goes into the
package (`copycheck/configuration.schema.json`) and beside the documentation.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copycheck.model.rules import RULES
from copycheck.project.settings_reader import CHOICES, FULL_COPY_KEYS, KEYS, SUGGEST_KEYS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "configuration.md"
PLACES = (ROOT / "copycheck" / "configuration.schema.json", ROOT / "docs" / "configuration.schema.json")

_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}
_BOOLEAN = {"type": "boolean"}
_RULES = {"type": "array", "items": {"$ref": "#/definitions/rule"}}


def _object(required: str, *others: str) -> dict[str, Any]:
    keys = dict.fromkeys((required, *others), _STRING)
    return {"type": "object", "properties": keys, "required": [required], "additionalProperties": False}


def _full_copies() -> list[dict[str, Any]]:
    """An entry of a source inside of the project, and one of a file of an upstream."""
    own = {"with": _STRING, "keep": _STRINGS, "adapted": {"type": "string", "pattern": "\\S"}}
    shapes = [("source",), ("upstream", "file")]
    if {"source", "upstream", "file", *own} != set(FULL_COPY_KEYS):
        raise KeyError("the keys of an entry of `full-copies`")
    return [
        {
            "type": "object",
            "properties": {**dict.fromkeys(required, _STRING), **own},
            "required": list(required),
            "additionalProperties": False,
        }
        for required in shapes
    ]


_UPSTREAM = {
    "anyOf": [
        _STRING,
        _object("version", "distribution"),
        _object("git", "rev"),
        _object("rev", "git"),
        _object("path", "rev"),
        _object("environment"),
        {"type": "object", "maxProperties": 0},
    ]
}
_SUGGEST: Mapping[str, Any] = {
    "min-lines": {"type": "integer", "minimum": 2},
    "max-replacements": {"type": "integer", "minimum": 0},
    "diverged": {"type": "integer", "minimum": 0},
    "tests": _BOOLEAN,
    "source": {"anyOf": [_STRING, _STRINGS]},
}
_TYPES: Mapping[str, Any] = {
    **{key: {"enum": list(choices)} for key, choices in CHOICES.items()},
    **dict.fromkeys(("src", "include", "exclude", "extend-exclude", "external"), _STRINGS),
    **dict.fromkeys(("select", "ignore", "extend-select"), _RULES),
    **dict.fromkeys(("respect-gitignore", "force-exclude"), _BOOLEAN),
    **dict.fromkeys(("baseline", "cache-dir", "full-copies-from", "required-version"), _STRING),
    "per-file-ignores": {"type": "object", "additionalProperties": _RULES},
    "full-copies": {"type": "object", "additionalProperties": {"anyOf": [_STRING, *_full_copies()]}},
    "suggest": {"type": "object", "properties": dict(_SUGGEST), "additionalProperties": False},
    "upstream": {"type": "object", "additionalProperties": _UPSTREAM},
}


def descriptions() -> dict[str, str]:
    """The first paragraph about each key, as plain text."""
    found = {}
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        key, _, text = section.partition("\n")
        paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
        about = next(part for part in paragraphs if not part.startswith("*"))
        about = re.sub(r" See \[[^.]*\.$", "", about)
        found[key.strip("`")] = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", about)
    return found


def schema() -> dict[str, Any]:
    """The schema. Raises KeyError for a key that has no type here, or is not described on the page."""
    if set(SUGGEST_KEYS) != set(_SUGGEST):
        raise KeyError("the keys of `suggest`")
    about = descriptions()
    names = "|".join(rule.name for rule in RULES.values())
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://copycheck.readthedocs.io/en/stable/configuration.schema.json",
        "title": "copycheck",
        "description": "The configuration of copycheck: `[tool.copycheck]` of pyproject.toml, or copycheck.toml.",
        "type": "object",
        "properties": {key: {"description": about[key], **_TYPES[key]} for key in sorted(KEYS)},
        "additionalProperties": False,
        "definitions": {
            "rule": {
                "description": "The code of a rule, the beginning of codes, the name of a rule, or ALL.",
                "type": "string",
                "pattern": f"^\\s*(?:[Aa][Ll][Ll]|[Cc][Pp][Yy][0-9]{{0,3}}|{names})\\s*$",
            }
        },
    }


def main(check: bool) -> int:
    """Write the schema; with `check`, only name the files that are not what would be written."""
    text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    stale = [path for path in PLACES if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if check:
            print(f"{path.relative_to(ROOT).as_posix()} is not what docs/make_schema.py makes: run it")
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    sys.exit(main(parser.parse_args().check))
