"""Random packages with copies: every edit that copycheck makes leaves them as sound as they were (contract 5 and 11).

    python -m studies.edit_trees [--trees 1000] [--seed 0]

The packages are those of `studies.name_trees`. Each is fixed. From there, each by itself, an edited copy is promoted, a
changed source is merged into an edited copy, a copy is broken (without a reason, with one, in one member), and a module
is moved and its directives rewritten, by `mv` and by git's renames. Of each edit:

- no file uses a name that nothing binds more often than before, by ruff;
- what parsed parses;
- no line is changed outside of copies, of sources that were promoted into, of directives, and of added imports;
- what is refused changes nothing.
"""

from __future__ import annotations

import ast
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from copycheck.api import break_copy, fix_paths, list_copies, load, merge_copies, move, promote_copy
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Identity
from copycheck.model.errors import CopycheckError
from copycheck.model.result import Result
from copycheck.project.settings import Settings
from studies.name_trees import run, tree, write
from studies.repository import git
from studies.undefined_names import undefined

Texts = Mapping[str, str]
Edit = Callable[[], Result]
"""What copycheck does to a project; it may raise CopycheckError."""


class Project:
    """A tree on disk."""

    def __init__(self, root: Path, files: Texts) -> None:
        self.root = root
        write(root, files)
        self.settings: Settings = load([str(root)], cwd=str(root))

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        write(self.root, {name: text})

    def texts(self) -> dict[str, str]:
        """The Python files, by name."""
        paths = sorted(self.root.rglob("*.py"))
        return {path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8") for path in paths}

    def copies(self) -> list[ListedCopy]:
        """The copies that are held against a source."""
        return [copy for copy in list_copies(settings=self.settings) if copy.state in ("in-sync", "drift")]

    def place(self, copy: ListedCopy) -> str:
        """FILE:ROW of a directive."""
        return f"{self.root}/{copy.filename}:{copy.location.row}"

    def insert(self, filename: str, row: int, line: str) -> None:
        """Put a line above a row, at the indent of that."""
        lines = self.texts()[filename].split("\n")
        indent = lines[row - 1][: len(lines[row - 1]) - len(lines[row - 1].lstrip())]
        lines.insert(row - 1, indent + line)
        self.write(filename, "\n".join(lines))

    def commit(self) -> None:
        """Commit everything, in a new repository."""
        git(self.root, "init", "-q")
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "-m", "first")
        self.settings = load([str(self.root)], cwd=str(self.root))


def _in_sync(project: Project, number: random.Random) -> ListedCopy | None:
    copies = [copy for copy in project.copies() if copy.state == "in-sync" and copy.rows]
    return number.choice(copies) if copies else None


def _some_name(text: str, number: random.Random) -> str:
    """A name that somebody may use in a file: one that it binds, or that nobody does."""
    nodes = list(ast.walk(ast.parse(text)))
    used = [node.id for node in nodes if isinstance(node, ast.Name)]
    imports = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    imported = [(name.asname or name.name).partition(".")[0] for node in imports for name in node.names]
    return number.choice([*used, *imported, *imported, "x", "len", "nobody"])


def _promote(project: Project, number: random.Random) -> Edit | None:
    """An edit of a copy goes to its source."""
    copy = _in_sync(project, number)
    if copy is None or copy.rows is None:
        return None
    name = _some_name(project.texts()[copy.filename], number)
    project.insert(copy.filename, copy.rows.end, f"kept = {name}")
    return lambda: promote_copy(project.place(copy), project.settings)


def _merge(project: Project, number: random.Random) -> Edit | None:
    """What changed in a source goes into a copy with an edit of its own."""
    copy = _in_sync(project, number)
    if copy is None or copy.rows is None or copy.rows.end - copy.rows.start < 3:
        return None
    project.commit()
    source, last = copy.reads[-1].filename, copy.reads[-1].end
    project.insert(source, last, f"new = {_some_name(project.texts()[source], number)}")
    now = next((one for one in project.copies() if one.identity == copy.identity), None)
    if now is None or now.rows is None:
        return None
    body = next(row for row in range(now.rows.start, now.rows.end) if _line(project, now, row).endswith(":")) + 1
    project.insert(now.filename, body, f"own = {_some_name(project.texts()[now.filename], number)}")
    return lambda: merge_copies([project.place(now)], project.settings).result


def _line(project: Project, copy: ListedCopy, row: int) -> str:
    return project.texts()[copy.filename].split("\n")[row - 1]


def _break(reason: str | None) -> Callable[[Project, random.Random], Edit | None]:
    """A copy goes its own way."""

    def prepare(project: Project, number: random.Random) -> Edit | None:
        copy = _in_sync(project, number)
        return copy and (lambda: break_copy(project.place(copy), project.settings, reason=reason))

    return prepare


def _break_member(project: Project, number: random.Random) -> Edit | None:
    """A copy goes its own way in one member."""
    copy = _in_sync(project, number)
    if copy is None:
        return None
    name = copy.name.rpartition(".")[2]
    member = "run" if f"class {name}" in project.texts()[copy.filename] else name
    return lambda: break_copy(project.place(copy), project.settings, member=member)


def _move(project: Project, number: random.Random) -> Edit:
    """A module is moved, and its directives are rewritten."""
    old, new = _moved_module(project, number)
    return lambda: move(old, new, project.settings)


def _follow_git(project: Project, number: random.Random) -> Edit:
    """A module is moved, and git knows it."""
    project.commit()
    _moved_module(project, number)
    git(project.root, "add", "-A")
    return lambda: fix_paths(settings=project.settings, unsafe=True)


def _moved_module(project: Project, number: random.Random) -> tuple[str, str]:
    """Move a module; its dotted name before and after."""
    old = number.choice(("alpha", "pkg.beta", "pkg.deep.gamma"))
    new = number.choice(("omega", "pkg.omega", "pkg.deep.omega"))
    source, target = (project.root / f"{name.replace('.', '/')}.py" for name in (old, new))
    shutil.move(source, target)
    return old, new


def _fix(project: Project, number: random.Random) -> Edit:
    """All copies are fixed, the unsafe ones too."""
    return lambda: fix_paths(settings=project.settings, unsafe=True)


EDITS: Mapping[str, Callable[[Project, random.Random], Edit | None]] = {
    "promote": _promote,
    "merge": _merge,
    "break": _break(None),
    "break-reason": _break("on purpose"),
    "break-member": _break_member,
    "mv": _move,
    "git-mv": _follow_git,
}


class _State(NamedTuple):
    """The files of a project, and the rows of each that an edit may change."""

    texts: dict[str, str]
    rows: dict[str, set[int]]


def _state(project: Project, edit: str, drifted: Collection[Identity]) -> _State:
    """What a project is like now. Broken and moved copies keep their text, so that no row of theirs may change.

    `drifted` are copies that git's renames have not touched: the same run may fix them.
    """
    rows: dict[str, set[int]] = {}
    for copy in list_copies(settings=project.settings):
        if copy.state not in ("in-sync", "drift") and copy.identity not in drifted:
            continue  # one that had drifted may be in a circle now
        if edit not in ("fix", "promote", "merge") and not (edit == "git-mv" and copy.identity in drifted):
            continue
        spans = [copy.rows] if copy.rows else []
        for span in (*spans, *copy.writes, *(copy.reads if edit == "promote" else ())):
            rows.setdefault(span.filename, set()).update(range(span.start, span.end + 1))
    return _State(project.texts(), rows)


def _outside(state: _State, filename: str) -> list[str]:
    """The lines of a file that no edit may change: neither comments of ours nor imports, nor what may change."""
    text = state.texts[filename]
    rows = set(state.rows.get(filename, ()))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            rows |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    ours = ("# Copied from", "# Adapted from", "# Ignore copy", "if TYPE_CHECKING:")
    lines = enumerate(text.split("\n"), 1)
    return [line for row, line in lines if row not in rows and line.strip() and not line.lstrip().startswith(ours)]


def _imports(text: str) -> Counter[str]:
    """What a file imports, each name by itself."""
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom)))
    return Counter(
        f"{getattr(node, 'level', '')} {getattr(node, 'module', '')} {name.name} {name.asname}"
        for node in nodes
        for name in node.names
    )


def _problems(before: _State, after: _State) -> Iterator[str]:
    if before.texts.keys() != after.texts.keys():
        yield "files came or went"
    for filename in before.texts.keys() & after.texts.keys():
        if before.texts[filename] == after.texts[filename]:
            continue
        try:
            if _outside(before, filename) != _outside(after, filename):
                yield f"{filename}: a line outside of the edit has changed"
            if _imports(before.texts[filename]) - _imports(after.texts[filename]):
                yield f"{filename}: an import is gone"
        except SyntaxError as error:
            yield f"{filename}: does not parse: {error}"


class Attempt(NamedTuple):
    """One edit of a tree: its files before and after, what came out, and what is wrong besides names."""

    name: str
    before: Texts
    after: Texts
    outcome: str
    wrong: tuple[str, ...] = ()


def attempt(name: str, project: Project, edit: Edit | None) -> Attempt:
    """Make an edit, and look at the files before and after."""
    if edit is None:
        return Attempt(name, {}, {}, "nothing to do")
    drifted = {copy.identity for copy in project.copies() if copy.state == "drift"}
    before = _state(project, name, drifted)
    try:
        outcome = "done" if edit().patches else "nothing to do"
    except CopycheckError:
        outcome = "refused"
    after = _state(project, name, drifted)
    wrong = [*_problems(before, after)]
    if outcome == "refused" and before.texts != after.texts:
        wrong.append("it was refused, and files have changed")
    return Attempt(name, before.texts, after.texts, outcome, tuple(wrong))


def attempts(seed: int, folder: Path) -> Iterator[Attempt]:
    """Each edit of the tree of a seed, made below a folder."""
    files = tree(seed)
    fixed = Project(folder / "fix", files)
    yield attempt("fix", fixed, _fix(fixed, random.Random(seed)))
    start = {**fixed.texts(), "copycheck.toml": files["copycheck.toml"]}
    for name, prepare in EDITS.items():
        project = Project(folder / name, start)
        yield attempt(name, project, prepare(project, random.Random(f"{seed} {name}")))


def study(folder: Path, seeds: Sequence[int]) -> tuple[Counter[str], list[str]]:
    """How often each edit came to what, and a line for each thing that is wrong."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in seeds:
        for attempt in attempts(seed, folder / "work" / str(seed)):
            counts[f"{attempt.name}: {attempt.outcome}"] += 1
            wrong += [f"{seed} {attempt.name}: {problem}" for problem in attempt.wrong]
            for state, texts in (("before", attempt.before), ("after", attempt.after)):
                write(folder / state / f"{seed}/{attempt.name}", texts)
        shutil.rmtree(folder / "work" / str(seed))
    before, after = (_by_file(folder / state) for state in ("before", "after"))
    return counts, wrong + [f"{filename}: {message}" for filename, message in after - before]


def _by_file(folder: Path) -> Counter[tuple[str, str]]:
    found = undefined(folder) if folder.exists() else Counter()
    names: Counter[tuple[str, str]] = Counter()
    for (filename, message), count in found.items():
        names[Path(filename).resolve().relative_to(folder.resolve()).as_posix(), message] = count
    return names


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what came out of each edit; 1 where something is wrong."""

    def lines(folder: Path, seeds: Sequence[int]) -> tuple[list[str], list[str]]:
        counts, wrong = study(folder, seeds)
        return [f"{name}: {count}" for name, count in sorted(counts.items())], wrong

    return run(__doc__, lines, arguments)


if __name__ == "__main__":
    sys.exit(main())
