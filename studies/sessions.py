"""Random edits of a small project, in buffers and on disk: after each, a session says what a fresh check says.

    python -m studies.sessions [--sequences N] [--steps N] [--seed N]

The fresh check looks at a copy of the project in which the texts of the open buffers are saved.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from copycheck.api import check_paths
from copycheck.api.session import Session
from copycheck.model.result import Result
from copycheck.project.config_search import load
from copycheck.project.settings import Settings

FILES = ("zoo/owl.py", "zoo/hawk.py", "zoo/birds/__init__.py", "zoo/birds/kite.py", "zoo/__init__.py", "den.py")
_TARGETS = (
    "zoo.owl.rest", "zoo.owl.Owl", "zoo.owl.Owl.fly", "zoo.hawk.rest", "zoo.hawk.Owl", "zoo.birds.rest",
    "zoo.birds.Owl", "zoo.birds.kite.rest", "zoo.birds.kite.Owl", "zoo.rest", "den.rest", "den.Owl", "zoo.lost.rest",
    "other.thing.rest", ".owl.rest", "zoo/owl.py::rest", "`zoo.owl.Owl`",
)  # fmt: skip
_OPTIONS = (
    "", " with owl->hawk", " with owl->hawk all-casing", " with x->", " owl->kite", " with owl -> hawk", " with ->",
)  # fmt: skip
_NOTES = ("", "", "", "# copycheck: ignore[CPY201] ours\n", "# copycheck: ignore[CPY1]\n", "# copycheck: ignore\n")
_BODIES = ("return hours", "return max(hours, 1)", "return  max( hours,1 )", "owl = hours\n    return owl", "pass")
_IMPORTS = (
    "from zoo.owl import rest", "from .kite import *", "from .birds import *", "from zoo.owl import Owl as Owl",
    "from den import *", "import os", "from .hawk import rest",
)  # fmt: skip
_CONFLICT = "<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n"
_BROKEN = ("def rest(hours:\n", "class Owl\n", '"""\n', _CONFLICT, "\tx\n  y\n")


def text(chance: random.Random) -> str:
    """A module with copies, sources and imports, now and then a broken one."""
    parts = [f"{chance.choice(_IMPORTS)}\n" for _ in range(chance.randrange(2))]
    for _ in range(chance.randrange(1, 4)):
        note = chance.choice(_NOTES)
        directive = f"# Copied from {chance.choice(_TARGETS)}{chance.choice(_OPTIONS)}\n"
        directive = directive if chance.random() < 0.6 else ""
        body = chance.choice(_BODIES)
        if chance.random() < 0.5:
            parts.append(f"{note}{directive}def rest(hours):\n    {body}\n\n\n")
            continue
        inner = f"    # Copied from {chance.choice(_TARGETS)}\n" if chance.random() < 0.3 else ""
        marker = "    # Ignore copy\n" if chance.random() < 0.2 else ""
        body = body.replace("\n", "\n    ")
        method = f"{marker}{inner}    def fly(self, hours):\n        {body}\n"
        parts.append(f"{note}{directive}class Owl:\n{method}\n    x = 1\n\n\n")
    chance.shuffle(parts)
    if chance.random() < 0.08:
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(_BROKEN))
    whole = "".join(parts)
    return whole.replace("\n", "\r\n") if chance.random() < 0.05 else whole


class Teller(Protocol):
    """Who is told of changes: a session, or a server."""

    def change(self, filename: str, text: str | None, /) -> object:
        """A buffer was opened, has changed, or was closed."""

    def changed_on_disk(self, filenames: Iterable[str], /) -> object:
        """Files or folders have changed."""


class Edits:
    """A sequence of edits: the project, its copy with everything saved, and the session over the project."""

    def __init__(self, folder: Path, chance: random.Random, formatter: str) -> None:
        self.prepare(folder, chance, formatter)
        self.session = Session(self.settings_of(self._root), reload=lambda: self.settings_of(self._root))
        self.teller: Teller = self.session

    def prepare(self, folder: Path, chance: random.Random, formatter: str) -> None:
        """Write the project."""
        self._chance = chance
        self._root, self._saved = folder / "project", folder / "saved"
        self._buffers: dict[str, str] = {}
        self._root.mkdir()
        (self._root / "copycheck.toml").write_text(
            f'formatter = "{formatter}"\nextend-select = ["CPY004", "CPY006", "CPY007"]\n'
            + ('[full-copies]\n"zoo/two.py" = "den.py"\n' if chance.random() < 0.3 else "")
        )
        for name in FILES:
            if chance.random() < 0.8:
                self._write(name, text(chance))
        if chance.random() < 0.4:
            from copycheck.api import write_baseline

            write_baseline(settings=self.settings_of(self._root))

    @staticmethod
    def settings_of(root: Path) -> Settings:
        return load(cwd=str(root))

    def _write(self, name: str, content: str) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())

    def step(self) -> str:
        """Change something, and tell the session; what was done, in words."""
        chance = self._chance
        name = chance.choice((*FILES, "zoo/new.py", "zoo/two.py", "zoo/lost.py"))
        action = chance.choice(("type", "type", "type", "close", "save", "write", "remove", "rename", "folder"))
        if action == "type":
            self._buffers[name] = text(chance)
            self.teller.change(name, self._buffers[name])
        elif action == "close" and self._buffers:
            name = chance.choice(sorted(self._buffers))
            del self._buffers[name]
            self.teller.change(name, None)
        elif action == "save" and self._buffers:
            name = chance.choice(sorted(self._buffers))
            self._write(name, self._buffers[name])
            self.teller.changed_on_disk([name])
        elif action == "write":
            self._write(name, text(chance))
            self.teller.changed_on_disk([name])
        elif action == "remove":
            (self._root / name).unlink(missing_ok=True)
            self.teller.changed_on_disk([name])
        elif action == "rename" and (self._root / name).exists():
            other = chance.choice(FILES)
            (self._root / other).parent.mkdir(parents=True, exist_ok=True)
            (self._root / name).rename(self._root / other)
            self.teller.changed_on_disk([name, other])
        elif action == "folder" and chance.random() < 0.4 and (self._root / "zoo/birds").exists():
            away = self._root / "zoo/birds"
            if (self._root / "aviary").exists():
                shutil.rmtree(self._root / "aviary")
            away.rename(self._root / "aviary")
            self.teller.changed_on_disk(["zoo/birds", "aviary"])
        return f"{action} {name}"

    def counted(self) -> dict[str, str]:
        """The texts of open buffers that count."""
        return self._buffers

    def fresh(self) -> Result:
        """What a fresh check says of the same texts."""
        shutil.rmtree(self._saved, ignore_errors=True)
        shutil.copytree(self._root, self._saved)
        for name, content in self.counted().items():
            path = self._saved / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        return check_paths(settings=self.settings_of(self._saved))


def difference(edits: Edits) -> str:
    """Where a session and a fresh check disagree, in words; empty where they do not."""
    fresh, session = edits.fresh(), edits.session
    mine = session.result()
    if mine.summary != fresh.summary:
        return f"summary: {mine.summary} for {fresh.summary}"
    if mine.diagnostics != fresh.diagnostics:
        return "\n".join(map(str, set(mine.diagnostics) ^ set(fresh.diagnostics)))
    by_file = tuple(finding for _, some in sorted(session.all_findings().items()) for finding in some)
    if by_file != fresh.diagnostics:
        return "by file:\n" + "\n".join(map(str, set(by_file) ^ set(fresh.diagnostics)))
    return ""


def run(seed: int, steps: int, formatter: str = "ruff") -> str:
    """Run one sequence; the first disagreement, with what was done until then."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        edits = Edits(Path(folder), chance, formatter)
        done: list[str] = []
        for _ in range(steps):
            done.append(edits.step())
            if found := difference(edits):
                return f"seed {seed}, after {done}:\n{found}"
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    return run_sequences(run, __doc__, 25, arguments)


def run_sequences(
    run: Callable[[int, int], str], description: str | None, steps: int, arguments: Sequence[str] | None
) -> int:
    """The command of a study of random edits; `run` takes a seed and how many edits, and says what disagrees."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sequences", type=int, default=200)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    failed = 0
    for seed in range(options.seed, options.seed + options.sequences):
        if found := run(seed, options.steps):
            print(found, flush=True)
            failed += 1
    print(f"{options.sequences} sequences of {options.steps} edits, {failed} of them with a disagreement")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
