"""The copies of a file by a look at its text: no tree is made (contract 1.8).

It may assume that the file parses, and nothing else. It answers where a class or function, or a member of a class,
follows each directive, and the text tells of all of them; None for all else, which is left to `directives.binding`.
`tests/resolution/test_lookup_by_text.py` runs both.
"""

from __future__ import annotations

import re

from copycheck.directives.binding import MOST_COMPARED, Copy
from copycheck.model.directive import Directive
from copycheck.resolution.lookup_by_text import Found, PlainModule, says_nothing

_HEADER = re.compile(r"( *)(?:async[ \t]+def|def|class)[ \t]+([A-Za-z_]\w*)")
_CLASS = re.compile(r"class[ \t]+([A-Za-z_]\w*)")


def copies_by_text(module: PlainModule) -> tuple[Copy, ...] | None:
    """The copy below each directive of a file, in order; None where that takes the tree."""
    copies = []
    length = 0
    for directive in module.directives:
        copy = _copy_below(module, directive)
        length += len(copy.region.text) if copy is not None else 0
        if copy is None or length > MOST_COMPARED:
            return None
        copies.append(copy)
    return tuple(copies)


def _copy_below(module: PlainModule, directive: Directive) -> Copy | None:
    first = directive.end_row + 1
    while first <= len(module.lines) and says_nothing(module.lines[first - 1]):
        first += 1
    row = first
    while row <= len(module.lines) and not (header := _HEADER.match(module.lines[row - 1])):
        row += 1
    if row > len(module.lines) or header is None or header[1] != directive.indent:
        return None
    around = _class_around(module, directive) if directive.indent else None
    found = module.find(header[2], around) if around is not None or not directive.indent else None
    if found is None or found.row != row or directive.row in found.decorators:
        return None
    decorators = [above for above in found.decorators if above > directive.end_row]
    region = module.region(found, decorators) if first == [*decorators, row][0] else None
    name, indents = (f"{around.name}.{found.name}", ("",)) if around is not None else (found.name, ())
    if region is None:
        return None
    return Copy(module.filename, directive, name, found.row, "", 0, indents, bool(decorators), region)


def _class_around(module: PlainModule, directive: Directive) -> Found | None:
    """The class of the module that a directive is in; None where something else is around it."""
    row = directive.row
    while row and (module.lines[row - 1][:1] in ("", " ", "\t", "#", ")", "]", "}") or module.is_in_string(row)):
        row -= 1
    header = _CLASS.match(module.lines[row - 1]) if row else None
    around = module.find_class(header[1]) if header is not None else None
    return around if around is not None and around.row == row and directive.end_row < around.end else None
