"""Which whole files are registered as copies of others (contract 6)."""

from __future__ import annotations

import ast
import os
import posixpath
import re
from collections.abc import Iterable
from typing import NamedTuple

from copycheck.directives.replacements import WITH, Options, parse_options
from copycheck.model.diagnostic import Diagnostic, Identity
from copycheck.model.directive import Replacement
from copycheck.model.errors import ConfigError, UnreadableFileError
from copycheck.model.paths import why_no_path
from copycheck.project.reading import is_below
from copycheck.project.settings import FullCopySetting, Settings
from copycheck.project.workspace import SourceFile, Workspace
from copycheck.syntax.size_bounds import endless, is_too_large

PYTHON = (".py", ".pyi")
"""How the name of a file of Python ends."""


class FullCopy(NamedTuple):
    """A file and the file that it copies, both by their names in the project.

    The source of a copy of an `upstream` is its `file` there, and is called `UPSTREAM:FILE`. `keep` are the patterns of
    lines that are the copy's own, `adapted` is why it has edits of its own.
    """

    copy: str
    source: str
    replacements: tuple[Replacement, ...] = ()
    keep: tuple[str, ...] = ()
    upstream: str = ""
    adapted: str = ""
    ignores_tool_comments: bool = False
    """Whether it is Python, and comments for tools do not count in it."""

    @property
    def identity(self) -> Identity:
        """What tells it from other copies, and its findings from others."""
        return Identity(self.copy, "", self.source, 0)

    @property
    def is_tracked(self) -> bool:
        """Whether the lock has the text that it was made from: its base."""
        return bool(self.upstream or self.adapted)

    @property
    def file(self) -> str:
        """The name of the source in the package, or in the project."""
        return self.source.removeprefix(f"{self.upstream}:") if self.upstream else self.source

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The patterns of lines that are the copy's own."""
        return tuple(map(re.compile, self.keep))

    @property
    def is_formatted(self) -> bool:
        """Whether both sides are formatted before they are compared."""
        return bool(self.replacements) and self.source.endswith(PYTHON)


class FullCopyVerdict(NamedTuple):
    """A full copy with its finding, the bytes that fix would write, and the files of git that the finding rests on.

    `beside` is what is found of its source, where neither can be read.
    """

    pair: FullCopy
    diagnostic: Diagnostic | None = None
    expected: bytes | None = None
    probed: tuple[str, ...] = ()
    beside: tuple[Diagnostic, ...] = ()


def registered(settings: Settings, workspace: Workspace) -> list[FullCopy]:
    """The full copies of the configuration, sources before their copies.

    Raises ConfigError for a path that leaves the project, a replacement that cannot be read, a file that is registered
    twice under two names, and a cycle.
    """
    pairs = _pairs(settings, settings.full_copies)
    configured = {entry.copy for entry in settings.full_copies}
    others = [entry for entry in _from_script(settings, workspace) if entry.copy not in configured]
    return _in_order({**_pairs(settings, others), **pairs})


def _pairs(settings: Settings, entries: Iterable[FullCopySetting]) -> dict[str, FullCopy]:
    """The full copies of one list, by the path of the copy."""
    pairs: dict[str, FullCopy] = {}
    for entry in entries:
        pair = _read(settings, entry)
        if pair.copy == pair.source:
            raise ConfigError(
                f"`full-copies` lists `{pair.copy}` as a copy of itself: name its source, or remove the entry"
            )
        if pairs.setdefault(pair.copy, pair) != pair:
            raise ConfigError(f"`full-copies` lists `{pair.copy}` twice, with two sources: remove one of the entries")
    return pairs


def _read(settings: Settings, entry: FullCopySetting) -> FullCopy:
    written = entry.options.strip()
    # The key says `with` already, so the word may be missing, whatever blanks the patterns hold.
    options = parse_options(written if WITH.match(written) else f"with {written}") if written else Options()
    if options.problem is not None:
        raise ConfigError(f"`full-copies` has a `with` that cannot be read, that of `{entry.copy}`: {options.problem}")
    copy = _inside(settings, entry.copy)
    is_python = copy.endswith(PYTHON) and entry.source.endswith(PYTHON)
    bare = is_python and settings.tool_comments == "ignore"
    if not entry.upstream:
        source = _inside(settings, entry.source)
        return FullCopy(copy, source, options.replacements, entry.keep, "", entry.adapted, bare)
    if not any(one.key == entry.upstream for one in settings.upstream):
        raise ConfigError(
            f"`full-copies` takes `{entry.copy}` from `{entry.upstream}`, which is no configured upstream: name its "
            "version in `[tool.copycheck.upstream]`"
        )
    file = posixpath.normpath(entry.source.replace("\\", "/"))
    if file.startswith(("/", "..")) or not entry.source or file == ".":
        raise ConfigError(
            f"`full-copies` names `{entry.source}` as the source of `{entry.copy}`, which is no file of "
            f"`{entry.upstream}`: write its path from the top of the package, such as `idna/core.py`"
        )
    source = f"{entry.upstream}:{file}"
    return FullCopy(copy, source, options.replacements, entry.keep, entry.upstream, entry.adapted, bare)


def _inside(settings: Settings, path: str, key: str = "full-copies") -> str:
    """A path of the configuration, from the root on. Raises ConfigError for one that leaves the project."""
    if why_no_path(path):
        raise ConfigError(f"`{key}` names `{path[:200]}`, which {why_no_path(path)}: name a file of the project")
    root = os.path.realpath(settings.root)
    real = os.path.realpath(os.path.join(root, path))
    name = os.path.normpath(path)
    if os.path.isabs(path) or name.startswith("..") or not is_below(real, root):
        raise ConfigError(f"`{key}` names `{path}`, which is outside of the project: name a file inside of it")
    return name.replace(os.sep, "/")


def _from_script(settings: Settings, workspace: Workspace) -> list[FullCopySetting]:
    """The dict literal `FULL_COPIES` of the file that `full-copies-from` names; nothing of it is run."""
    name = settings.full_copies_from
    if name is None:
        return []
    filename = _inside(settings, name, "full-copies-from")
    try:
        literal = full_copies_literal(workspace.read(filename))
    except UnreadableFileError as error:
        raise ConfigError(
            f"`full-copies-from` names {filename}, which {error.reason}: name the script that has FULL_COPIES"
        ) from None
    return [FullCopySetting(copy, source) for copy, source in ast.literal_eval(literal).items()]


def full_copies_literal(file: SourceFile) -> ast.expr:
    """The dict literal `FULL_COPIES` of a script, of strings alone. Raises ConfigError where it has none."""
    where = f"`full-copies-from` names {file.filename}, which"
    if is_too_large(file.text) or endless(file.text):
        raise ConfigError(f"{where} cannot be parsed: it is larger than any script")
    try:
        tree = ast.parse(file.text)
    except MemoryError:  # how CPython's parser says that its stack is full
        raise ConfigError(f"{where} cannot be parsed: nested too deeply") from None
    except (SyntaxError, ValueError, RecursionError) as error:
        raise ConfigError(f"{where} cannot be parsed: {error}") from None
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == "FULL_COPIES" for target in targets):
            value: ast.expr | None = node.value  # type: ignore[attr-defined]
            if value is None or not _is_dict_of_strings(value):
                raise ConfigError(
                    f"{file.filename}:{node.lineno}: FULL_COPIES is not a dict of plain strings: write each path as a "
                    "string, or list the copies in `full-copies`"
                )
            return value
    raise ConfigError(f"{where} has no FULL_COPIES at its top level: name the script that has it")


def _is_dict_of_strings(node: ast.expr) -> bool:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return isinstance(value, dict) and all(isinstance(path, str) for pair in value.items() for path in pair)


def _in_order(pairs: dict[str, FullCopy]) -> list[FullCopy]:
    ordered: dict[str, FullCopy] = {}
    for first in sorted(pairs):
        name = first
        way: list[str] = []
        while name in pairs and name not in ordered:
            if name in way:
                way = [*way[way.index(name) :], name]
                raise ConfigError(f"`full-copies` has a cycle: {' → '.join(way)}. Remove one of these entries")
            way.append(name)
            name = pairs[name].source
        ordered.update((step, pairs[step]) for step in reversed(way))
    return list(ordered.values())
