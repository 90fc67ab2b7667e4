"""Runs a page of the documentation as a reader would, and holds what it shows against what happens.

`python tests/pages.py docs/start.md` runs a page in an empty folder; `.ci/run` does, for the page that installs things.

A fenced block with a title is a file, and is written. A `console` block is run, in the folder where the one before
ended. A `text` block behind it is what that prints; `…` at the end of a line stands for the rest of it, alone for any
lines.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^( *)```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    title: str
    text: str


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page or of a part of it."""
    found = []
    for indent, language, title, text in _BLOCK.findall(page):
        found.append(Block(language, title, re.sub(f"^{indent}", "", text, flags=re.MULTILINE)))
    return found


def sections(page: str) -> Iterator[tuple[str, str]]:
    """The `##` sections of a page: title and text."""
    for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        title, _, text = part.partition("\n")
        yield title, text


def differences(page: str, folder: Path, env: Mapping[str, str]) -> list[str]:
    """What a page shows and does not happen, when it is run in a folder."""
    wrong, printed = [], None
    for block in blocks(page):
        if block.title:
            path = folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            printed, folder = _run(block.text, folder, env)
        elif block.language == "text" and printed is not None:
            if not _fits(block.text, printed):
                wrong.append(f"the page shows\n{block.text}\nand this is printed\n{printed}")
            printed = None
    return wrong


def _run(commands: str, folder: Path, env: Mapping[str, str]) -> tuple[str, Path]:
    """What the commands print, and the folder that they end in."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as ended:
        printed = _printed(f"trap 'pwd >{ended.name}' EXIT\n{commands}", folder, env)
        return printed, Path(ended.read().strip())


def _printed(commands: str, folder: Path, env: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["bash", "--norc", "-c", commands],
        cwd=folder,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


def _fits(shown: str, printed: str) -> bool:
    """Whether it is what is printed: `…` at the end of a line stands for the rest of it, alone for any lines."""
    pattern = ""
    for line in shown.strip().split("\n"):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*"
        else:
            pattern += re.escape(line.removesuffix("…")) + (r".*\n" if line.endswith("…") else r"\n")
    return re.fullmatch(pattern, _plain(printed).strip() + "\n") is not None


def _plain(printed: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", re.sub(r"[ \t]+$", "", printed, flags=re.MULTILINE))


def main(path: str) -> int:
    """Run a page; 1 when something else happens than it shows."""
    with tempfile.TemporaryDirectory() as folder:
        wrong = differences(Path(path).read_text(encoding="utf-8"), Path(folder), {})
    print("\n".join(wrong) or f"{path}: all of it happens as it is shown")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
