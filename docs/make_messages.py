"""Makes `docs/messages.txt`: every message of the program, as its code has it; `--check` says whether it is current.

A change of a message shows in the file, where it is read beside all others: they are written in one voice.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "messages.txt"
_HEAD = (
    "# Every message of copycheck, made by docs/make_messages.py. `{…}` is what the program fills in.\n"
    "# Write a new one like the others: what is wrong, in a sentence; then what to do, as a command to paste.\n"
)
_MESSAGES = frozenset({"Diagnostic", "Done", "Fix", "Fork", "NoImport", "Refusal", "Resolution", "at", "echo", "say"})
"""What is called with messages, besides errors; a function whose name ends so counts as well."""
_PARTS = frozenset({"message", "help", "help_", "advice", "reason", "hint", "warning", "why", "title", "epilog"})
"""Arguments and names that hold a message or a part of one."""
_WORDS = 3
"""Fewer words are no message: a code, a key, a path."""


def messages(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The rows and the texts of what a module says to people."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _says(node.func):
            parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Call):
            parts = [keyword.value for keyword in node.keywords if keyword.arg in _PARTS]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and _is_part(node):
            parts = [node.value]
        else:
            continue
        for part in parts:
            yield from _texts(part)


def _says(function: ast.expr) -> bool:
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    return name in _MESSAGES or name.endswith(("Error", "Exception", "_warning", "_error", "_finding"))


def _is_part(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = {
        part.id.strip("_").lower() for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)
    }
    return any(name.rpartition("_")[2] in _PARTS or name in _PARTS for name in names)


def _texts(node: ast.expr) -> Iterator[tuple[int, str]]:
    """The texts in an expression, outermost first: a formatted one is one text."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        yield node.lineno, "".join(_shown(part) for part in node.values)
    elif isinstance(node, (ast.IfExp, ast.BinOp, ast.BoolOp, ast.Tuple, ast.List)):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _texts(child)


def _shown(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    inner = [text for _, text in _texts(part.value) if text.strip()]
    return "{" + ("|".join(inner) if inner else "…") + "}"


def made() -> str:
    """The text of the file."""
    lines = [_HEAD]
    for path in sorted((ROOT / "copycheck").rglob("*.py")):
        found = sorted(set(messages(ast.parse(path.read_text(encoding="utf-8")))))
        texts = [" ".join(text.split()) for _, text in found if len(text.split()) >= _WORDS]
        if texts:
            lines += [f"\n{path.relative_to(ROOT).as_posix()}\n", *(f"    {text}\n" for text in dict.fromkeys(texts))]
    return "".join(lines)


def main(check: bool) -> int:
    """Write the file; with `check`, only say that it is not what would be written."""
    text = made()
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    if check:
        print("docs/messages.txt is not what docs/make_messages.py makes: run it, and read what is new")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    sys.exit(main(parser.parse_args().check))
