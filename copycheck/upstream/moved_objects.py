"""Where an object of another package may be now, when it is not where it was (contract 15)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copycheck.model.errors import UnreadableFileError
from copycheck.resolution.foreign_package import Foreign

_DEFINED = re.compile(rb"^(?:class|def|async[ \t]+def)[ \t]+(\w+)", re.MULTILINE)
_PASSED_OVER = ("/tests/", "/test/", "/examples/", "/docs/")


class Homes:
    """The definitions at the top of the modules of a version, by their names."""

    def __init__(self, foreign: Foreign, names: Iterable[str]) -> None:
        self._modules: dict[str, list[str]] = {}
        for filename in names:
            if not filename.endswith(".py") or any(part in f"/{filename}" for part in _PASSED_OVER):
                continue
            try:
                data = foreign.tree.read_bytes(filename, keep=False)
            except UnreadableFileError:
                continue
            for match in _DEFINED.finditer(data):
                self._modules.setdefault(match[1].decode(), []).append(filename)

    def nearest(self, target: str) -> str:
        """The dotted name under which an object of that name is, in the module that is nearest; empty for none.

        `target` is the dotted name under which it was. Of a method, its class is looked for.
        """
        parts = target.split(".")
        for number in range(len(parts) - 1, 0, -1):
            filenames = self._modules.get(parts[number], [])
            if filenames:
                before = parts[:number]
                modules = [_module_of(filename) for filename in filenames]
                nearest = max(modules, key=lambda module: (_common(module.split("."), before), -len(module), module))
                return ".".join([nearest, *parts[number:]])
        return ""


def _module_of(filename: str) -> str:
    parts = filename.removesuffix(".py").removesuffix("/__init__").split("/")
    return ".".join(parts[1:] if parts[0] in ("src", "lib", "python") else parts)


def _common(one: list[str], other: list[str]) -> int:
    """How alike two dotted names are: parts in common at the beginning, and others."""
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return 10 * start + len(set(one) & set(other))
