"""The texts that an editor holds, as the bytes that it would write."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from copycheck.model.errors import UnreadableFileError
from copycheck.project.workspace import Workspace, declared_encoding

if TYPE_CHECKING:
    from copycheck.directives.module_directives import Module
    from copycheck.resolution.project_index import Project


class Encoder:
    """Encodes texts as their files are: in the encoding that a text declares, with the mark that its file has."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def bytes_of(self, filename: str, text: str | bytes) -> bytes:
        """A text, with the line ends of its file, as bytes. A text that its encoding cannot hold is UTF-8."""
        if isinstance(text, bytes):
            return text
        data = text.encode("utf-8", "surrogatepass")
        if not data.startswith(codecs.BOM_UTF8) and self._is_marked(filename):
            return codecs.BOM_UTF8 + data
        try:
            return text.encode(declared_encoding(data)) if b"coding" in data else data
        except (SyntaxError, LookupError, UnicodeError):
            return data

    def _is_marked(self, filename: str) -> bool:
        """Whether a file begins with a byte order mark, which editors keep and do not show."""
        try:
            return self._workspace.read_bytes(filename).startswith(codecs.BOM_UTF8)
        except UnreadableFileError:
            return False


def trial_of(project: Project, filename: str, data: bytes, keep_broken: bool) -> Module | None:
    """A text as a module, which need not be parsed again; None for what is none.

    Without `keep_broken`, raises UnreadableFileError for a text that cannot be parsed.
    """
    if not filename.endswith((".py", ".pyi")):
        return None
    try:
        module = project.trial(filename, data)
        if not keep_broken:
            module.outline  # noqa: B018
        return module
    except UnreadableFileError:
        if not keep_broken:
            raise
        return None
