"""A text with its long tables of plain values emptied: for `data_tables`, which few texts are long enough for."""

from __future__ import annotations

import functools
import re

_FEW_ROWS = 1000
_STRING = r"\"(?:[^\"\\\n]|\\[\\\"'nt])*\"|'(?:[^'\\\n]|\\[\\\"'nt])*'"
_NUMBER = r"-?(?:0[xX][0-9a-fA-F]{1,300}|(?:0|[1-9][0-9]{0,300})(?:\.[0-9]{1,300})?(?:[eE][-+]?[0-9]{1,3})?)"
_PLAIN = rf"(?:{_STRING}|{_NUMBER}|True|False|None)"
_PLAINS = rf"(?:{_PLAIN}(?:,[ \t]*{_PLAIN})*,?)?"
_VALUE = rf"(?:{_PLAIN}|\[{_PLAINS}\]|\({_PLAINS}\))"
_PAIR = rf"{_PLAIN}:[ \t]*{_VALUE}"
_BEGIN = re.compile(r"^[ \t]*[^\W\d]\w*(?:[ \t]*:[^=\n#]{1,100})?[ \t]*=[ \t]*([\[({])\n", re.MULTILINE)
_ITEMS = re.compile(rf"[ \t]*{_VALUE}(?:,[ \t]*{_VALUE})*(,?)[ \t]*\n")
_PAIRS = re.compile(rf"[ \t]*{_PAIR}(?:,[ \t]*{_PAIR})*(,?)[ \t]*\n")
_OPENED = re.compile(r"[ \t]*([\[({])\n")
_OPENED_PAIR = re.compile(rf"[ \t]*{_PLAIN}:[ \t]*([\[({{])\n")
_CLOSED = re.compile(r"[ \t]*([\])}])(,?)[ \t]*\n")
_END = re.compile(r"[ \t]*([\])}])")
_OTHER_END = {"[": "]", "(": ")", "{": "}"}


@functools.lru_cache(maxsize=1)  # a large file is measured first, and then parsed
def emptied(text: str) -> str:
    """The text with its long tables emptied, each as high as it was. What is left out is Python for certain."""
    kept: list[str] = []
    done = at = 0
    while begin := _BEGIN.search(text, at):
        at = begin.end()
        end = _end_of_table(text, at, begin.group(1))
        rows = text.count("\n", at, end)
        if rows > _FEW_ROWS:
            kept += (text[done:at], "\n" * rows)
            done = at = end
    kept.append(text[done:])
    return "".join(kept)


def _end_of_table(text: str, start: int, bracket: str) -> int:
    """Where the row with the last bracket begins; the start itself where a row is anything but plain values."""
    opened, at = [_Opened(text, start, bracket)], start
    needs_end = False
    while True:
        innermost = opened[-1]
        row = None if needs_end else innermost.row.match(text, at)
        if row is not None:
            needs_end, at = not row.group(1), row.end()
            continue
        deeper = None if needs_end else innermost.opening.match(text, at)
        if deeper is not None:
            at = deeper.end()
            opened.append(_Opened(text, at, deeper.group(1)))
            continue
        end = _END.match(text, at)
        if end is None or end.group(1) != innermost.end:
            return start
        if len(opened) == 1:
            return at
        closed = _CLOSED.match(text, at)
        if closed is None:
            return start
        opened.pop()
        needs_end, at = not closed.group(2), closed.end()


class _Opened:
    """A bracket that is open: which rows may follow, and what closes it."""

    def __init__(self, text: str, at: int, bracket: str) -> None:
        is_dict = bracket == "{" and _ITEMS.match(text, at) is None and _OPENED.match(text, at) is None
        self.row, self.opening = (_PAIRS, _OPENED_PAIR) if is_dict else (_ITEMS, _OPENED)
        self.end = _OTHER_END[bracket]
