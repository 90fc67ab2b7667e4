"""A second implementation of the comparison: slow, obvious, and without a line of copycheck.

It reads each module with `ast`, finds the source of a directive, replaces, formats both sides with ruff, and compares
them token by token, row by row. It knows what the random trees of `studies.comparison` hold, and no more.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tempfile
import tokenize
from pathlib import Path
from typing import NamedTuple

DIRECTIVE = re.compile(r"[ \t]*# Copied from (\w+(?:\.\w+)+)(?: with (.*))?$")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign


class Piece(NamedTuple):
    """A definition cut out of its file: its rows as text, how deep it is, its name, and the row of that from 0."""

    text: str
    indent: int
    name: str
    head: int


class Pair(NamedTuple):
    """What is compared for one directive: the formatted copy, and each formatted expected text."""

    place: tuple[str, int]
    actual: str
    expected: list[str]


def verdicts(root: Path, ignore_header: bool = False) -> dict[tuple[str, int], str]:
    """The state of each directive of a project, by its file and row: `in-sync`, `drift` or `unchecked`."""
    found: dict[tuple[str, int], str] = {}
    pairs: list[Pair] = []
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        rows = path.read_text().split("\n")
        for row, line in enumerate(rows, 1):
            match = DIRECTIVE.match(line)
            if match is None:
                continue
            copy = _copy_below(path, row)
            sources = _find(root, match[1].split("."), set()) if copy is not None else []
            others = [(file, node) for file, node in sources if (file, node.lineno) != (path, copy and copy.lineno)]
            if copy is None or not others:
                found[name, row] = "unchecked"
                continue
            decorated = any(one.lineno > row for one in getattr(copy, "decorator_list", ()))
            own = _cut(path, copy, decorated)
            wanted = [
                _expected(_cut(file, node, decorated), own, match[2] or "", ignore_header, type(node) is type(copy))
                for file, node in others
            ]
            sides = [_without_ignored(own.text, text, own.indent) for text in wanted]
            pairs.append(Pair((name, row), sides[-1][0], [expected for _, expected in sides]))
    texts = _formatted([text for pair in pairs for text in (pair.actual, *pair.expected)])
    for pair in pairs:
        actual = _rows(texts[pair.actual])
        is_equal = any(text == pair.actual or _rows(texts[text]) == actual for text in pair.expected)
        found[pair.place] = "in-sync" if is_equal else "drift"
    return found


def _copy_below(path: Path, row: int) -> Definition | None:
    """The next statement behind a row, if it is a definition at the indent of the directive."""
    line = path.read_text().split("\n")[row - 1]
    tree = ast.parse(path.read_text())
    later = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno > row]
    if not later:
        return None
    node = min(later, key=lambda node: node.lineno)
    is_one = isinstance(node, Definition) and node.col_offset == len(line) - len(line.lstrip())
    return node if is_one and isinstance(node, Definition) else None


def _first_row(node: ast.stmt) -> int:
    return min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])


def _find(root: Path, parts: list[str], seen: set[tuple[str, ...]]) -> list[tuple[Path, Definition]]:
    """The definitions that a dotted name leads to: the shortest module first, imports followed."""
    if tuple(parts) in seen:
        return []
    seen.add(tuple(parts))
    for length in range(1, len(parts)):
        base = root.joinpath(*parts[:length])
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if file.is_file():
                found = _in_module(root, file, parts[:length], parts[length:], seen)
                if found:
                    return found
                break
    return []


def _in_module(
    root: Path, file: Path, module: list[str], rest: list[str], seen: set[tuple[str, ...]]
) -> list[tuple[Path, Definition]]:
    tree = ast.parse(file.read_text())
    scopes: list[ast.AST] = [tree]
    for number, name in enumerate(rest):
        nodes = [node for scope in scopes for node in _own(scope) if _name_of(node) == name]
        if not nodes:
            break
        if number == len(rest) - 1:
            return [(file, node) for node in nodes]
        scopes = list(nodes)
    for node in reversed(tree.body):
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            if (alias.asname or alias.name) == rest[0]:
                assert isinstance(node, ast.ImportFrom)
                package = module if file.name == "__init__.py" else module[:-1]
                start = package[: len(package) - node.level + 1] if node.level else []
                found = _find(root, [*start, *(node.module or "").split("."), alias.name, *rest[1:]], seen)
                if found:
                    return found
    return []


def _own(scope: ast.AST) -> list[Definition]:
    """The definitions in a body, through `if` and `else`."""
    found: list[Definition] = []
    for field in ("body", "orelse"):
        for node in getattr(scope, field, []):
            found += [node] if isinstance(node, Definition) else _own(node) if isinstance(node, ast.If) else []
    return found


def _name_of(node: Definition) -> str:
    if isinstance(node, ast.Assign):
        return node.targets[0].id if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name) else ""
    return node.name


def _cut(path: Path, node: Definition, decorated: bool) -> Piece:
    """The rows of a definition, with the comments behind it that are at the indent of its body; no directives."""
    rows = path.read_text().split("\n")
    assert node.end_lineno is not None
    end = node.end_lineno
    if not isinstance(node, ast.Assign) and node.body[0].lineno > node.lineno:
        body_row = rows[node.body[0].lineno - 1]
        if isinstance(node.body[0], ast.Expr) or not getattr(node.body[0], "decorator_list", ()):
            indent = body_row[: len(body_row) - len(body_row.lstrip())]
        else:
            first = rows[_first_row(node.body[0]) - 1]
            indent = first[: len(first) - len(first.lstrip())]
        for number in range(end, len(rows)):
            line = rows[number]
            if line.strip() and not (line.lstrip().startswith("#") and line.startswith(indent)):
                break
            if line.strip():
                end = number + 1
    decorators = [one for one in getattr(node, "decorator_list", ()) if decorated]
    above = [rows[one.lineno - 1] for one in decorators]
    kept = [line for line in rows[node.lineno - 1 : end] if not DIRECTIVE.match(line)]
    return Piece("\n".join([*above, *kept]), node.col_offset, _name_of(node), len(above))


def _expected(source: Piece, copy: Piece, options: str, ignore_header: bool, same_kind: bool) -> str:
    """The source at the indent of the copy, replaced, under the copy's name."""
    text = _without_markers(source.text)
    inside = _rows_in_strings(text)
    lines = [
        line if row in inside or not line.strip() else " " * copy.indent + line[source.indent :]
        for row, line in enumerate(text.split("\n"), 1)
    ]
    is_assignment = not re.match(r"\s*(?:@|class\b|def\b|async\b)", copy.text)
    if ignore_header and same_kind and not is_assignment:
        above, _, body = _parts("\n".join(lines), source.head)
        _, own_header, _ = _parts(copy.text, copy.head)
        return _replaced(above, options) + own_header + _replaced(body, options)
    lines = _replaced("\n".join(lines), options).split("\n")
    head = lines[source.head]
    lines[source.head] = re.sub(r"^(\s*(?:(?:async\s+)?def\s+|class\s+)?)\w+", rf"\g<1>{copy.name}", head, count=1)
    return "\n".join(lines)


def _replaced(text: str, options: str) -> str:
    for item in options.split(", ") if options else ():
        casing = item.endswith(" all-casing")
        left, right = item.removesuffix(" all-casing").split("->")
        if not casing:
            text = text.replace(left, right)
            continue
        forms = {left.upper(): right.upper(), left.lower(): right.lower(), left: right}
        text = re.sub("|".join(map(re.escape, forms)), lambda match, forms=forms: forms[match[0]], text)  # type: ignore[misc]
    return text


def _parts(text: str, head: int) -> tuple[str, str, str]:
    """The decorators, the header up to the end of the row with its colon, and the rest."""
    lines = text.split("\n")
    above, rest = lines[:head], lines[head:]
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO("\n".join(rest)).readline):
        depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        if token.string == ":" and not depth and token.type == tokenize.OP:
            row, column = token.end
            line = rest[row - 1]
            end = column if line[column:].strip() and not line[column:].strip().startswith("#") else len(line)
            header = "\n".join([*rest[: row - 1], line[:end]])
            return "".join(f"{one}\n" for one in above), header, "\n".join(rest)[len(header) :]
    raise AssertionError("a header ends in a colon")


def _without_markers(text: str) -> str:
    """A source says nothing about what it ignores itself."""
    lines = [line for line in text.split("\n") if line.strip() != "# Ignore copy"]
    return "\n".join(line.removesuffix("  # Ignore copy") for line in lines)


def _without_ignored(actual: str, expected: str, indent: int) -> tuple[str, str]:
    """Both sides without the methods that bear a marker in the copy; of a function, with the copy's own body."""
    if "# Ignore copy" not in actual:
        return _deep(actual, indent), _deep(expected, indent)
    if not re.match(r"\s*class\b", actual.lstrip("@")) and not re.search(r"^\s*class\b", actual, re.M):
        above, header, _ = _parts(expected, _head_row(expected))
        _, _, own = _parts(actual, _head_row(actual))
        return _deep(actual, indent), _deep(above + header + own, indent)
    names = _marked(actual, indent)
    return _deep(_less(actual, names, indent), indent), _deep(_less(expected, names, indent), indent)


def _head_row(text: str) -> int:
    return next(row for row, line in enumerate(text.split("\n")) if re.match(r"\s*(?:def|class|async)\b", line))


def _members(text: str, indent: int) -> list[tuple[str, int, int]]:
    """The name, first and last row (from 0) of each method, with the comments right above it."""
    wrapped = _deep(text, indent)
    depth = indent // 4
    node: ast.AST = ast.parse(wrapped)
    while not isinstance(node, ast.ClassDef):
        node = node.body[0]  # type: ignore[attr-defined]
    lines, found = wrapped.split("\n"), []
    for member in node.body:
        if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
            start, end = _first_row(member), member.end_lineno or 0
            while lines[start - 2].lstrip().startswith("#"):
                start -= 1
            found.append((member.name, start - 1 - depth, end - 1 - depth))
    return found


def _marked(text: str, indent: int) -> set[str]:
    lines = text.split("\n")
    return {
        name
        for name, start, end in _members(text, indent)
        if any("# Ignore copy" in line for line in lines[start : end + 1])
    }


def _less(text: str, names: set[str], indent: int) -> str:
    gone = {row for name, start, end in _members(text, indent) if name in names for row in range(start, end + 1)}
    return "\n".join(line for row, line in enumerate(text.split("\n")) if row not in gone)


def _deep(text: str, indent: int) -> str:
    """A text that parses by itself, as deep as it is in its file."""
    return "".join(f"{' ' * column}if 1:\n" for column in range(0, indent, 4)) + text + "\n"


def _formatted(texts: list[str]) -> dict[str, str]:
    """Each text as ruff formats it; one that ruff refuses stays as it is."""
    unique = list(dict.fromkeys(texts))
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(unique):
            Path(folder, f"{number}.py").write_text(text)
        ruff = Path(sys.executable).parent / "ruff"
        command = [str(ruff), "format", "--isolated", "--no-cache", "--quiet", "."]
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        return {text: Path(folder, f"{number}.py").read_text() for number, text in enumerate(unique)}


def _rows_in_strings(text: str) -> set[int]:
    """The rows, from 1, that begin inside of a string that is no docstring."""
    found: set[int] = set()
    docstrings = _docstrings(text)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
            if token.type == tokenize.STRING and token.start[0] not in docstrings:
                found.update(range(token.start[0] + 1, token.end[0] + 1))
    except (tokenize.TokenError, IndentationError):
        pass
    return found


def _docstrings(text: str) -> set[int]:
    """The rows at which docstrings begin."""
    lines = text.split("\n")
    indent = next((len(line) - len(line.lstrip()) for line in lines if line.strip()), 0)
    wrapped, depth = _deep(text, indent), indent // 4
    try:
        tree = ast.parse(wrapped)
    except SyntaxError:
        return set()
    rows = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and ast.get_docstring(node) is not None
        ):
            rows.add(node.body[0].lineno - depth)
    return rows


def _rows(text: str) -> list[tuple[tuple[int, object], ...]]:
    """The tokens of a text by their rows, with their columns; blank lines count nowhere but in strings."""
    docstrings = _docstrings(text)
    rows: dict[int, list[tuple[int, object]]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
                continue
            value: object = token.string
            if token.type == tokenize.STRING and token.start[0] in docstrings:
                value = tuple(line.rstrip() for line in token.string.split("\n") if line.strip())
            rows.setdefault(token.start[0], []).append((token.start[1], value))
    except (tokenize.TokenError, IndentationError):
        return [((0, text),)]
    return [tuple(rows[row]) for row in sorted(rows)]
