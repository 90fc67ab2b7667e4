"""Edits as one patch that `git apply` takes (contract 5.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copycheck.model.line_matcher import LineMatcher
from copycheck.model.result import Patch

_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def render_patch(patches: Sequence[Patch]) -> bytes:
    """One patch of all changed files, byte for byte: line ends and encodings are the files' own."""
    return b"".join(part for patch in patches for part in _file(patch))


def _file(patch: Patch) -> Iterator[bytes]:
    old, new = _name("a/", patch.filename), _name("b/", patch.filename)
    yield b"diff --git %s %s\n" % (old, new)
    if patch.before is None:
        yield b"new file mode 100644\n"
        old = b"/dev/null"
    if patch.before == patch.after or (patch.before is None and not patch.after):
        return
    yield b"--- %s\n+++ %s\n" % (_tabbed(old), _tabbed(new))
    before, after = _lines(patch.before or b""), _lines(patch.after)
    matcher = LineMatcher(before, after)
    for group in matcher.get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        yield b"@@ -%s +%s @@\n" % (_range(first[1], last[2]), _range(first[3], last[4]))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from _marked(b" ", before[i1:i2])
                continue
            yield from _marked(b"-", before[i1:i2])
            yield from _marked(b"+", after[j1:j2])


def _lines(data: bytes) -> list[bytes]:
    """Split at `\\n` only, as git does."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _marked(mark: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield mark + line
        if not line.endswith(b"\n"):
            yield b"\n\\ No newline at end of file\n"


def _range(start: int, stop: int) -> bytes:
    count = stop - start
    begin = start + 1 if count else start
    return b"%d" % begin if count == 1 else b"%d,%d" % (begin, count)


def _name(prefix: str, filename: str) -> bytes:
    """A file name as git writes it: quoted when it holds a control character, a quote or a byte beyond ASCII."""
    data = (prefix + filename).encode("utf-8", "surrogateescape")
    if all(32 <= byte < 127 and byte not in (34, 92) for byte in data):
        return data
    text = "".join(_ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in data)
    return f'"{text}"'.encode()


def _tabbed(name: bytes) -> bytes:
    """A name with a blank is ended by a tab, or what follows would be read as a time."""
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name
