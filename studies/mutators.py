"""Single changes to one definition in a file: each kind is a function from a target to the new text, or None.

Kinds in `DRIFTS` change what a copy means or says, and must be flagged; those in `NEUTRAL` must never be.
"""

from __future__ import annotations

import ast
import io
import keyword
import random
import re
import tokenize
from collections.abc import Callable
from dataclasses import dataclass

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
OPERATORS = {"+": "-", "-": "+", "*": "/", "==": "!=", "!=": "==", "<": ">=", ">": "<=", "and": "or", "or": "and"}


@dataclass(frozen=True)
class Target:
    """A definition in the text of a file, and the dice."""

    text: str
    node: Definition
    dice: random.Random

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """The definition itself, or the methods of a class."""
        if not isinstance(self.node, ast.ClassDef):
            return [self.node]
        return [n for n in self.node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]

    def methods(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return self.functions() if isinstance(self.node, ast.ClassDef) else []

    def pick(self, things: list[ast.AST]) -> ast.AST | None:
        return self.dice.choice(things) if things else None

    def tokens(self, kind: int) -> list[tokenize.TokenInfo]:
        """The tokens of a kind that belong to the body of the definition."""
        first, last = self.node.body[0].lineno, self.node.end_lineno or 0
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [t for t in tokens if t.type == kind and first <= t.start[0] <= last]

    def replace(self, token: tokenize.TokenInfo, new: str) -> str | None:
        """The text with one token on one row exchanged."""
        if token.start[0] != token.end[0]:
            return None
        lines = self.lines
        line = lines[token.start[0] - 1]
        lines[token.start[0] - 1] = line[: token.start[1]] + new + line[token.end[1] :]
        return "\n".join(lines)

    def cut(self, node: ast.stmt) -> str:
        lines = self.lines
        del lines[start_of(node) - 1 : node.end_lineno]
        return "\n".join(lines)

    def insert(self, row: int, *new: str) -> str:
        """The text with lines put in before a row."""
        lines = self.lines
        lines[row - 1 : row - 1] = new
        return "\n".join(lines)


Mutator = Callable[[Target], str | None]


def start_of(node: ast.stmt) -> int:
    """The first row of a statement, decorators included."""
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])


def _indent(node: ast.stmt) -> str:
    return " " * node.col_offset


def _body(target: Target) -> list[ast.stmt]:
    """The statements of a function of the target with more than one, its docstring left out."""
    many = [f.body for f in target.functions() if len(f.body) > 2 and f.body[0].lineno > f.lineno]
    return target.dice.choice(many)[1:] if many else []


def identifier(target: Target) -> str | None:
    names = [t for t in target.tokens(tokenize.NAME) if t.string.isidentifier() and t.string not in _RESERVED]
    token = target.pick(names)
    return token and target.replace(token, token.string + "_mutated")


def operator(target: Target) -> str | None:
    tokens = [t for kind in (tokenize.OP, tokenize.NAME) for t in target.tokens(kind) if t.string in OPERATORS]
    token = target.pick(tokens)
    return token and target.replace(token, OPERATORS[token.string])


def string(target: Target) -> str | None:
    tokens = [
        t for t in target.tokens(tokenize.STRING) if t.string[-1:] in "'\"" and t.string[-3:] not in ('"""', "'''")
    ]
    token = target.pick(tokens)
    return token and target.replace(token, token.string[:-1] + "~" + token.string[-1])


def last_statement_removed(target: Target) -> str | None:
    body = _body(target)
    return target.cut(body[-1]) if body else None


def middle_statement_removed(target: Target) -> str | None:
    body = _body(target)
    return target.cut(body[0]) if len(body) > 1 else None


def statement_appended(target: Target) -> str | None:
    body = _body(target)
    return target.insert((body[-1].end_lineno or 0) + 1, f"{_indent(body[-1])}mutated = 1") if body else None


def statement_inserted(target: Target) -> str | None:
    body = _body(target)
    return target.insert(start_of(body[0]), f"{_indent(body[0])}mutated = 1") if body else None


def nested_def_inserted(target: Target) -> str | None:
    body = _body(target)
    lines = (f"{_indent(body[0])}def mutated():", f"{_indent(body[0])}    return 1", "") if body else ()
    return target.insert(start_of(body[0]), *lines) if body else None


def method_added(target: Target) -> str | None:
    method = target.pick(list(target.methods()))
    if method is None:
        return None
    return target.insert(start_of(method), f"{_indent(method)}def mutated(self):", f"{_indent(method)}    return 1", "")


def method_removed(target: Target) -> str | None:
    methods = target.methods()
    return target.cut(target.dice.choice(methods[:-1])) if len(methods) > 1 else None


def last_method_removed(target: Target) -> str | None:
    methods = target.methods()
    return target.cut(methods[-1]) if len(methods) > 1 and target.node.body[-1] is methods[-1] else None


def methods_swapped(target: Target) -> str | None:
    methods = target.methods()
    if len(methods) < 2:
        return None
    one, other = sorted(target.dice.sample(methods, 2), key=start_of)
    lines = target.lines
    first, second = (lines[start_of(m) - 1 : m.end_lineno] for m in (one, other))
    if first == second:
        return None
    lines[start_of(other) - 1 : other.end_lineno] = first
    lines[start_of(one) - 1 : one.end_lineno] = second
    return "\n".join(lines)


def method_renamed(target: Target) -> str | None:
    method = target.pick(list(target.methods()))
    return method and _header(target, method, rf"(def\s+{method.name})\b", r"\1_mutated")


def attribute_added_first(target: Target) -> str | None:
    if not isinstance(target.node, ast.ClassDef) or target.node.body[0].lineno == target.node.lineno:
        return None
    return target.insert(start_of(target.node.body[0]), f"{_indent(target.node.body[0])}mutated = 1")


def attribute_added_last(target: Target) -> str | None:
    if not isinstance(target.node, ast.ClassDef) or target.node.body[0].lineno == target.node.lineno:
        return None
    return target.insert((target.node.end_lineno or 0) + 1, f"{_indent(target.node.body[0])}mutated = 1")


def decorator_added(target: Target) -> str | None:
    method = target.pick(list(target.methods()))
    return method and target.insert(start_of(method), f"{_indent(method)}@mutated")


def decorator_removed(target: Target) -> str | None:
    decorators = [d for m in target.methods() for d in m.decorator_list]
    decorator = target.pick(decorators)
    if decorator is None:
        return None
    lines = target.lines
    del lines[decorator.lineno - 1 : decorator.end_lineno]
    return "\n".join(lines)


def parameter_added(target: Target) -> str | None:
    function = target.pick(list(target.functions()))
    return function and _header(target, function, r"(def\s+\w+\()", r"\1mutated, ")


def default_changed(target: Target) -> str | None:
    defaults = [d for f in target.functions() for d in [*f.args.defaults, *f.args.kw_defaults] if d is not None]
    return _exchange(target, [d for d in defaults if isinstance(d, ast.Constant)], "'mutated'")


def annotation_changed(target: Target) -> str | None:
    arguments = [a for f in target.functions() for a in [*f.args.args, *f.args.kwonlyargs] if a.annotation]
    return _exchange(target, [a.annotation for a in arguments if a.annotation], "Mutated")


def became_async(target: Target) -> str | None:
    plain = [f for f in target.functions() if isinstance(f, ast.FunctionDef)]
    function = target.pick(list(plain))
    return function and _header(target, function, r"\bdef\b", "async def")


def base_changed(target: Target) -> str | None:
    return _exchange(target, target.node.bases, "Mutated") if isinstance(target.node, ast.ClassDef) else None


def base_added(target: Target) -> str | None:
    if not isinstance(target.node, ast.ClassDef) or not target.node.bases:
        return None
    return _header(target, target.node, r"(class\s+\w+\()", r"\1Mutated, ")


def docstring_word(target: Target) -> str | None:
    doc = target.pick(_docstrings(target))
    if doc is None:
        return None
    lines = target.lines
    rows = [row for row in range(doc.lineno, (doc.end_lineno or 0) + 1) if re.search(r"\w{3,}", lines[row - 1])]
    row = target.dice.choice(rows) if rows else 0
    if not row:
        return None
    lines[row - 1] = re.sub(r"(\w{3,})", r"\1mutated", lines[row - 1], count=1)
    return "\n".join(lines)


def docstring_line_at_column_0(target: Target) -> str | None:
    long = [d for d in _docstrings(target) if d.end_lineno != d.lineno]
    doc = target.pick(list(long))
    return doc and target.insert(doc.end_lineno, "mutated at column 0")


def comment_changed(target: Target) -> str | None:
    comments = [t for t in target.tokens(tokenize.COMMENT) if "opy" not in t.string and "opied" not in t.string]
    token = target.pick(comments)
    return token and target.replace(token, token.string + " mutated")


def comment_added(target: Target) -> str | None:
    body = _body(target)
    return target.insert(start_of(body[0]), f"{_indent(body[0])}# mutated") if body else None


def comment_added_at_column_0(target: Target) -> str | None:
    body = _body(target)
    return target.insert(start_of(body[0]), "# mutated") if body else None


def comment_between_methods(target: Target) -> str | None:
    methods = target.methods()
    return target.insert(start_of(methods[-1]), f"{_indent(methods[-1])}# mutated", "") if len(methods) > 1 else None


def blank_line_added(target: Target) -> str | None:
    body = _body(target)
    return target.insert(start_of(body[0]), "") if body else None


def blank_line_removed(target: Target) -> str | None:
    inside = {row for t in target.tokens(tokenize.STRING) for row in range(t.start[0], t.end[0] + 1)}
    first, last = target.node.body[0].lineno, target.node.end_lineno or 0
    blank = [row for row in range(first, last) if not target.lines[row - 1].strip() and row not in inside]
    if not blank or target.tokens(getattr(tokenize, "FSTRING_START", -1)):
        return None
    lines = target.lines
    del lines[target.dice.choice(blank) - 1]
    return "\n".join(lines)


def trailing_blanks(target: Target) -> str | None:
    body = _body(target)
    if not body or isinstance(body[0], ast.Expr):
        return None
    lines = target.lines
    lines[start_of(body[0]) - 2] += "  "
    return "\n".join(lines) if lines[start_of(body[0]) - 2].strip() else None


def own_name(target: Target) -> str | None:
    return _header(target, target.node, rf"((?:def|class)\s+){target.node.name}\b", rf"\1{target.node.name}Own")


def layout(target: Target) -> str | None:
    """Blanks around the first `=` of a plain assignment, which every formatter takes back."""
    plain = [n for f in target.functions() for n in f.body if isinstance(n, ast.Assign) and n.end_lineno == n.lineno]
    node = target.pick(list(plain))
    if node is None:
        return None
    lines = target.lines
    lines[node.lineno - 1] = lines[node.lineno - 1].replace(" = ", "  =  ", 1)
    return "\n".join(lines)


def _docstrings(target: Target) -> list[ast.AST]:
    found = []
    for node in [target.node, *target.functions()]:
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            found.append(first)
    return list(found)


def _header(target: Target, node: ast.AST, pattern: str, new: str) -> str | None:
    lines = target.lines
    row = node.lineno  # type: ignore[attr-defined]
    changed = re.sub(pattern, new, lines[row - 1], count=1)
    if changed == lines[row - 1]:
        return None
    lines[row - 1] = changed
    return "\n".join(lines)


def _exchange(target: Target, nodes: list[ast.expr], new: str) -> str | None:
    one_row = [node for node in nodes if node.lineno == node.end_lineno and target.lines[node.lineno - 1].isascii()]
    node = target.dice.choice(one_row) if one_row else None
    if node is None:
        return None
    lines = target.lines
    line = lines[node.lineno - 1]
    lines[node.lineno - 1] = line[: node.col_offset] + new + line[node.end_col_offset :]
    return "\n".join(lines)


_RESERVED = frozenset({*keyword.kwlist, "self"})
DRIFTS: dict[str, Mutator] = {
    mutator.__name__.replace("_", " "): mutator
    for mutator in (
        identifier, operator, string, last_statement_removed, middle_statement_removed, statement_appended,
        statement_inserted, nested_def_inserted, method_added, method_removed, last_method_removed, methods_swapped,
        method_renamed, attribute_added_first, attribute_added_last, decorator_added, decorator_removed,
        parameter_added, default_changed, annotation_changed, became_async, base_changed, base_added, docstring_word,
        docstring_line_at_column_0, comment_changed, comment_added, comment_added_at_column_0, comment_between_methods,
    )
}  # fmt: skip
NEUTRAL: dict[str, Mutator] = {
    mutator.__name__.replace("_", " "): mutator
    for mutator in (blank_line_added, blank_line_removed, trailing_blanks, own_name, layout)
}
