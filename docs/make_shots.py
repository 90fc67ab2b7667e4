"""Makes `docs/images/`: real runs on the sample, under a pseudo-terminal; `--check` names what is out of date."""

from __future__ import annotations

import argparse
import html
import io
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

REPOSITORY = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "images"
WIDTH = 118
SHOTS = {
    "check": ["copycheck"],
    "fix": ["copycheck --fix", "copycheck"],
    "rule": ["copycheck rule --all"],
}
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def terminal(command: str, cwd: Path) -> str:
    """What a command writes to a terminal, colors and all."""
    master, slave = pty.openpty()
    env = os.environ | {"TERM": "xterm-256color", "COLUMNS": str(WIDTH), "PYTHONPATH": str(REPOSITORY)}
    env.pop("NO_COLOR", None)
    arguments = [sys.executable, "-m", *command.split()]
    with subprocess.Popen(arguments, cwd=cwd, env=env, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        parts = []
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # how Linux says that the other end is closed
                part = b""
            if not part:
                break
            parts.append(part)
        process.wait()
    os.close(master)
    return b"".join(parts).decode().replace("\r\n", "\n")


def made(commands: list[str]) -> str:
    """The picture of commands that run one after another on a fresh sample."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    with tempfile.TemporaryDirectory() as folder:
        sample = shutil.copytree(REPOSITORY / "sample", Path(folder) / "sample")
        for command in commands:
            console.print(Text.from_ansi(f"\x1b[1m$ {command}\x1b[0m"))
            console.print(Text.from_ansi(terminal(command, sample)), soft_wrap=True)
    # The reader's own monospaced font: a picture fetches nothing.
    return _FONTS.sub("", console.export_svg(title="copycheck"))


def words(svg: str) -> list[str]:
    """The text of a picture: what must agree, whichever version of rich has drawn it."""
    return html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))).split()


def main(check: bool) -> int:
    """Write the pictures; with `check`, only name those that show something else."""
    stale = 0
    for name, commands in SHOTS.items():
        path, svg = FOLDER / f"{name}.svg", made(commands)
        if path.exists() and words(path.read_text(encoding="utf-8")) == words(svg):
            continue
        stale += 1
        if check:
            print(f"docs/images/{path.name} is not what the tool prints: run docs/make_shots.py")
        else:
            path.write_text(svg, encoding="utf-8")
            print(f"docs/images/{path.name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a picture is out of date")
    sys.exit(main(parser.parse_args().check))
