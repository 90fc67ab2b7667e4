"""Makes `docs/messages.txt`: every message of the program, as its code has it; `--check` says whether it is current.

A change of a message shows in the file, where it is read beside all others: they are written in one voice.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "messages.txt"
_HEAD = (
    "# Every message of copycheck, made by docs/make_messages.py. `{…}` is what the program fills in.\n"
    "# Write a new one like the others: what is wrong, in a sentence; then what to do, as a command to paste.\n"
)
_WORDS = 3
"""Fewer words are no message: a code, a key, a path."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST = 800
"""Characters: a longer text is a page."""
_PATTERN = re.compile(
    r"\(\?|\\[wWdDsSbB.]|\[\^|\]\*|\)\*|\.\*|<[a-z]+[ >]|<\?xml|^[(]?lambda |node \[|-src |linkStyle|^--format|\{name: "
)
"""What only patterns and pages of HTML have."""


def messages(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The rows and the texts of what a module says to people: all its texts but docstrings, patterns and assertions.

    The docstring of a command is its help.
    """
    passed_over = set(_without_messages(tree))
    front = [tree]
    while front:
        node = front.pop()
        if id(node) in passed_over:
            continue
        if isinstance(node, (ast.Constant, ast.JoinedStr)):
            yield from _texts(node)
        else:
            front += ast.iter_child_nodes(node)


def _without_messages(tree: ast.AST) -> Iterator[int]:
    """The nodes that are no messages: assertions, annotations, and docstrings but for those of commands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield id(node)
        elif isinstance(node, ast.AnnAssign):
            yield id(node.annotation)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from (id(part) for part in (node.returns, *(a.annotation for a in node.args.args)) if part)


def _help_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The paragraphs of the docstrings of commands."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
        if any("command(" in one or "group(" in one for one in decorators):
            for paragraph in (ast.get_docstring(node) or "").split("\n\n"):
                yield node.lineno, paragraph


def _is_message(text: str) -> bool:
    """Whether people read it: some words, two of which are written out, and nothing that only a program reads."""
    if len(text.split()) < _WORDS or len(text) > _MOST or _PATTERN.search(text):
        return False
    return len(_WORD.findall(text.replace("{…}", " "))) >= 2


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
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = sorted({*messages(tree), *_help_of(tree)})
        texts = [" ".join(text.split()) for _, text in found if _is_message(text)]
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
