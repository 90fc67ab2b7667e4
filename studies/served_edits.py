"""Random edits through a real server: after each, what is published of open documents is what a fresh check says.

    python -m studies.served_edits [--sequences N] [--steps N] [--seed N]

The fresh check looks at a copy of the project in which the texts of the open documents are saved; of a text that cannot
be parsed, the last one that could be.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.editor import Client
from copycheck.api import list_copies
from copycheck.directives.module_directives import Module
from copycheck.model.errors import UnreadableFileError
from copycheck.project.workspace import decode
from studies.sessions import Edits, run_sequences

_AT_A_SOURCE = re.compile(r"\d+ of \d+ cop(y|ies) of this ha(s|ve) drifted")
_AT_DIRECTIVES = (1, 2)
"""The severities of what a check finds."""


class Server:
    """Tells a real server of changes, as an editor does."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.client = Client(root, {"cache": False})
        self.texts: dict[str, str] = {}
        """The texts of all open documents."""
        self.last: dict[str, str] = {}
        """Of each open document, the last text that could be parsed."""

    def change(self, filename: str, text: str | None, /) -> None:
        """Open a document, change it, or close it."""
        path = self._root / filename
        if text is None:
            self.client.close(path.as_uri())
            self.client.diagnostics.pop(path.as_uri(), None)
            self.texts.pop(filename, None)
            self.last.pop(filename, None)
            return
        before = self.texts.get(filename)
        if before is None:
            self.client.open(path, text)
        else:
            self._type(path.as_uri(), before, text)
        self.texts[filename] = text
        if _parses(filename, text):
            self.last[filename] = text

    def _type(self, uri: str, before: str, after: str) -> None:
        """Replace the lines that differ."""
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
        head = tail = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        lines = "".join(new[head : len(new) - tail])
        self.client.replace_range(uri, (head, 0), (len(old) - tail, 0), lines)

    def changed_on_disk(self, filenames: Iterable[str], /) -> None:
        """Say that files or folders have changed."""
        self.client.changed_on_disk(self._root / name for name in filenames)

    def is_broken(self, filename: str) -> bool:
        """Whether a document has a text that cannot be parsed, and had one that could be."""
        return filename in self.last and self.last[filename] != self.texts[filename]


class ServedEdits(Edits):
    """A sequence of edits in an editor."""

    def __init__(self, folder: Path, chance: random.Random, formatter: str) -> None:
        self.prepare(folder, chance, formatter)
        self.server = Server(self._root)
        self.teller = self.server

    def counted(self) -> dict[str, str]:
        """The texts that count: of a broken one, the last one that was none."""
        return {name: self.server.last.get(name, text) for name, text in self._buffers.items()}

    def difference(self) -> str:
        """Where the server and a fresh check disagree, in words; empty where they do not."""
        fresh = self.fresh()
        client = self.server.client
        client.settle(self._root.as_uri() + "/zoo/owl.py")
        drifted = self._drifted_sources()
        for name in self._buffers:
            uri = (self._root / name).as_uri()
            if uri not in client.diagnostics:
                return f"{name}: nothing was published"
            published = client.diagnostics[uri]
            is_broken = self.server.is_broken(name)
            found = Counter(
                _placed(finding.location.row - 1, finding.location.column - 1, finding.code, finding.message, is_broken)
                for finding in fresh.diagnostics
                if finding.filename == name
            )
            said = Counter(_told(one, is_broken) for one in published if one["severity"] in _AT_DIRECTIVES)
            if said != found:
                return f"{name}:\n published {said - found}\n for {found - said}"
            sources = sum(_AT_A_SOURCE.fullmatch(one["message"]) is not None for one in published)
            if sources != drifted[name]:
                return f"{name}: {sources} sources with copies that have drifted, for {drifted[name]}"
            if sum(one["severity"] == 4 for one in published) != is_broken:
                return f"{name}: broken is {is_broken}, published is {published}"
        return ""

    def _drifted_sources(self) -> Counter[str]:
        """The number of sources in each file that have copies which have drifted, nothing suppressing that."""
        sources = set()
        for copy in list_copies(settings=self.settings_of(self._saved)):
            codes = {finding.code for finding in copy.findings} - copy.ignored - copy.known
            if copy.source is not None and codes & {"CPY201", "CPY202"}:
                sources.add((copy.source.filename, copy.source.location))
        return Counter(filename for filename, _ in sources)


def _placed(line: int, character: int, code: str, message: str, is_broken: bool) -> tuple[object, ...]:
    """What tells a finding; where it is moves with a broken text."""
    return (code, message) if is_broken else (line, character, code, message)


def _told(one: dict[str, Any], is_broken: bool) -> tuple[object, ...]:
    start = one["range"]["start"]
    return _placed(start["line"], start["character"], one["code"], one["message"], is_broken)


def _parses(filename: str, text: str) -> bool:
    try:
        Module(decode(filename, text.encode())).outline  # noqa: B018
    except UnreadableFileError:
        return False
    return True


def run(seed: int, steps: int, formatter: str = "none") -> str:
    """Run one sequence; the first disagreement, with what was done until then."""
    with tempfile.TemporaryDirectory() as folder:
        edits = ServedEdits(Path(folder).resolve(), random.Random(seed), formatter)
        done: list[str] = []
        try:
            for _ in range(steps):
                done.append(edits.step())
                if found := edits.difference():
                    return f"seed {seed}, after {done}:\n{found}"
        finally:
            edits.server.client.stop()
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    return run_sequences(run, __doc__, 15, arguments)


if __name__ == "__main__":
    sys.exit(main())
