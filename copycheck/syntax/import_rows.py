"""The imports of a module from the rows that they are in: what is around them is not parsed.

It may assume that the text is Python. What is not plain is left to the tree of the module.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence

from copycheck.syntax.comments_and_strings import TextRange, docstring_places, has_continuations, is_within
from copycheck.syntax.import_statements import ImportStatement, read_imports
from copycheck.syntax.python_tree import parse

_TOP = re.compile(r"\n(?=[^\s#)\]}])")
_DEFINITION = re.compile(r"(?:async[ \t]+)?def\b|class\b|@")
_BRANCH = re.compile(r"(?:else|elif|except|finally)\b")


def imports_by_rows(text: str) -> list[ImportStatement] | None:
    """What `read_imports` says of the tree of a module, or None where only that can tell."""
    strings = docstring_places(text)
    if strings is None or "\f" in text or has_continuations(text):
        return None
    kept: list[str] = []
    done = 0
    for start, end in _statements(text, strings):
        kept += ("\n" * text.count("\n", done, start), text[start:end])
        done = end
    tree = parse("".join(kept))
    return None if tree is None else read_imports(tree)


def _statements(text: str, strings: Sequence[TextRange]) -> Iterator[TextRange]:
    """The statements of a module with an import in them, but for definitions, each with all of its branches."""
    tops = [0, *(match.end() for match in _TOP.finditer(text) if not is_within(strings, match.end()))]
    at = text.find("import")
    while at >= 0:
        number = bisect.bisect_right(tops, at) - 1
        end = number + 1
        if not is_within(strings, at) and not _DEFINITION.match(text, tops[number]):
            while number and _BRANCH.match(text, tops[number]):
                number -= 1
            while end < len(tops) and _BRANCH.match(text, tops[end]):
                end += 1
            behind = tops[end] if end < len(tops) else len(text)
            yield TextRange(tops[number], behind)
            at = behind - 1
        elif _DEFINITION.match(text, tops[number]) and end < len(tops):
            at = tops[end] - 1
        at = text.find("import", at + 1)
