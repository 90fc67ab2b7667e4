"""Names of files as the working directory sees them (contract 8).

The project writes every name from its root on. A person reads them, and pastes them, where the person is.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from copycheck.model.errors import CopycheckError
from copycheck.model.paths import is_outside, relative_path
from copycheck.project.config_search import find_root
from copycheck.project.git_folder import top_of_repository

if TYPE_CHECKING:
    from copycheck.model.copy_entry import Impact, Impacted, ListedCopy
    from copycheck.model.diagnostic import Diagnostic
    from copycheck.model.result import Patch, Result
    from copycheck.model.suggested_groups import SuggestedGroup, Suggestions
    from copycheck.project.settings import Settings
    from copycheck.queries.copy_graph import CopyGraph

_BREAK = re.compile(r"([\s`'\"(),;:]+)")
"""What separates the words of a message."""
_MOST_PARTS = 7
"""A name with blanks is looked for among so many words and separators."""
_COMMAND = re.compile(r"`(copycheck [^`]*)`")
_ABOUT_ALL = re.compile(r"copycheck --(?:fix|write-baseline|show-settings)\b")
_NAMES_FOLDER = re.compile(r"copycheck [^\s-]")


class Here:
    """A project as a working directory sees it.

    `paths` are those of the command line: an error about one of them keeps it as it was typed. Where the single path
    is a folder that is a project of its own, the commands that messages suggest name that folder.
    """

    def __init__(self, settings: Settings, paths: Sequence[str] = (), cwd: str | None = None) -> None:
        self._root = os.path.realpath(settings.root)
        self._cwd = os.path.realpath(cwd or os.getcwd())
        self._typed = tuple(paths)
        self._configured = _configured(settings)
        self.folder = self._own_folder(settings, paths)
        """The single path, where it is a project and the working directory is in another one; else nothing."""

    def _own_folder(self, settings: Settings, paths: Sequence[str]) -> str:
        """The single path, where it is the project and the working directory is in another one; else nothing."""
        if len(paths) != 1 or os.path.realpath(os.path.join(self._cwd, paths[0])) != self._root:
            return ""
        try:
            return paths[0] if os.path.realpath(find_root((), self._cwd).root) != self._root else ""
        except CopycheckError:
            return paths[0]

    @property
    def _is_root(self) -> bool:
        """Whether all names are right as they are."""
        return self._root == self._cwd and not self.folder

    def path(self, filename: str) -> str:
        """The name of a file of the project, from the working directory on."""
        if self._root == self._cwd or os.path.isabs(filename):
            return filename
        return relative_path(os.path.join(self._root, filename), self._cwd)

    def text(self, message: str) -> str:
        """A message with the files and the commands that it names as they are from here."""
        if self._is_root:
            return message
        parts = _COMMAND.split(message)
        commands = [f"`{self._command(command)}`" for command in parts[1::2]]
        texts = [self._paths_in(part) for part in parts[::2]]
        return "".join(part for pair in zip(texts, [*commands, ""], strict=True) for part in pair)

    def error(self, message: str) -> str:
        """An error as `text` has it, unless it is about a path as somebody typed it."""
        is_typed = any(message.startswith((f"{path}:", f"{path} ")) for path in self._typed)
        return message if is_typed else self.text(message)

    def _command(self, command: str) -> str:
        """A suggested command, to be pasted here."""
        if not self.folder:
            return self._paths_in(command, folders=bool(_NAMES_FOLDER.match(command)))
        folder = shlex.quote(self.folder)
        return f"{command} {folder}" if _ABOUT_ALL.match(command) else f"cd {folder} && {command}"

    def _paths_in(self, text: str, folders: bool = False) -> str:
        """A text with each file of the project that it names, and with `folders` each folder, as they are from here."""
        parts = _BREAK.split(text)  # words, and at odd places what separates them
        done: list[str] = []
        while parts:
            ends = range(1, min(len(parts), _MOST_PARTS) + 1, 2)
            end = next((end for end in ends if self._is_ours("".join(parts[:end]), folders)), 0)
            done.append(self.path("".join(parts[:end])) if end else parts[0])
            del parts[: end or 1]
            done += parts[:1]
            del parts[:1]
        return "".join(done)

    def _is_ours(self, name: str, folders: bool) -> bool:
        """Whether a text names a file of the project, from its root on."""
        if not name or os.path.isabs(name) or name.startswith("../"):
            return False
        if name in self._configured:
            return True
        path = os.path.join(self._root, name)
        try:
            return os.path.isfile(path) or (folders and name != "copycheck" and os.path.isdir(path))
        except ValueError:  # a NUL
            return False

    def finding(self, diagnostic: Diagnostic) -> Diagnostic:
        """A finding, its file, its source and its texts as they are from here."""
        source = diagnostic.source
        if source is not None:
            target = self.path(source.target) if source.target == source.filename else source.target
            source = source._replace(target=target, filename=self.path(source.filename))
        return diagnostic._replace(
            filename=self.path(diagnostic.filename),
            message=self.text(diagnostic.message),
            help=diagnostic.help and self.text(diagnostic.help),
            source=source,
        )

    def result(self, result: Result) -> Result:
        """A result for people. Its patches stay as they are: `patches` names their files."""
        if self._is_root:
            return result
        done = tuple(one._replace(filename=self.path(one.filename)) for one in result.done)
        return replace(result, diagnostics=tuple(map(self.finding, result.diagnostics)), done=done)

    def patches(self, patches: Sequence[Patch]) -> list[Patch]:
        """Patches as `git apply` reads them here: from the top of the repository on, or without one from here on.

        It takes no name that leads out of there: then all of them stay as they are, from the root on.
        """
        top = top_of_repository(self._cwd) or self._cwd
        named = [p._replace(filename=relative_path(os.path.join(self._root, p.filename), top)) for p in patches]
        return list(patches) if any(is_outside(patch.filename) for patch in named) else named

    def copies(self, copies: Iterable[ListedCopy]) -> list[ListedCopy]:
        """Copies for a list or a tree."""
        return [self._copy(copy) for copy in copies]

    def _copy(self, copy: ListedCopy) -> ListedCopy:
        # The source of an upstream is `UPSTREAM:FILE`.
        is_here = copy.is_full and (copy.source is not None or ":" not in copy.target)
        target = self.path(copy.target) if is_here else copy.target
        return copy._replace(filename=self.path(copy.filename), target=target)

    def impacts(self, impacts: Iterable[Impact]) -> list[Impact]:
        """The trees of `impact`."""
        return [self._impact(impact) for impact in impacts]

    def _impact(self, impact: Impact) -> Impact:
        filename = impact.rows.filename
        here = self.path(filename)
        # What has no dotted name is named by its file.
        name = f"{here}{impact.name.removeprefix(filename)}" if impact.name.startswith(filename) else impact.name
        rows = impact.rows._replace(filename=here)
        return impact._replace(name=name, rows=rows, copies=tuple(map(self._node, impact.copies)))

    def _node(self, node: Impacted) -> Impacted:
        return node._replace(copy=self._copy(node.copy), copies=tuple(map(self._node, node.copies)))

    def suggestions(self, suggestions: Suggestions) -> Suggestions:
        """What `suggest` shows."""
        return suggestions._replace(groups=tuple(map(self._suggested, suggestions.groups)))

    def _suggested(self, group: SuggestedGroup) -> SuggestedGroup:
        copies = tuple(copy._replace(filename=self.path(copy.filename)) for copy in group.copies)
        return group._replace(source=group.source._replace(filename=self.path(group.source.filename)), copies=copies)

    def graph(self, graph: CopyGraph) -> CopyGraph:
        """What `graph` shows."""
        objects = [
            node._replace(filename=self.path(node.filename), name=self.path(node.name) if node.is_file else node.name)
            for node in graph.objects
        ]
        copies = self.copies(edge.copy for edge in graph.copies)
        edges = [edge._replace(copy=copy) for edge, copy in zip(graph.copies, copies, strict=True)]
        return replace(graph, objects=objects, copies=edges)

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Has errors name files as they are from here. Raises CopycheckError for each CopycheckError."""
        try:
            yield
        except CopycheckError as error:
            raise CopycheckError(self.error(str(error))) from None


def _configured(settings: Settings) -> frozenset[str]:
    """The files that the configuration names, which messages name whether they are there or not."""
    names = {settings.baseline, settings.full_copies_from}
    names |= {name for pair in settings.full_copies for name in pair.inside}
    return frozenset(name for name in names if name)
