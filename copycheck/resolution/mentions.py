"""Whether the bytes of a module mention a name, so that a package that does not is never parsed for it."""

from __future__ import annotations

import string

_NO_NAME_BEHIND = frozenset(character.encode() for character in f"._'\"{string.ascii_letters}{string.digits}")
"""What stands right before no name that a module binds."""


def mentions(data: bytes, name: bytes) -> bool:
    """Whether a module may bind a name: it occurs where no dot, quote or other word ends right before it."""
    at = data.find(name)
    while at >= 0:
        if data[at - 1 : at] not in _NO_NAME_BEHIND:
            return True
        at = data.find(name, at + 1)
    return False
