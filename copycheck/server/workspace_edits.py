"""What a fix changes, as an edit of the workspace: in open documents and in files alike, nothing of it written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lsprotocol import types

from copycheck.model.diagnostic import Edit
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.model.location import Location
from copycheck.model.result import Patch
from copycheck.project.file_edits import edits_between
from copycheck.project.workspace import decode
from copycheck.server.documents import Text, Units, split_lines
from copycheck.server.projects import ServedProject


class Abilities(NamedTuple):
    """What an editor can do with an edit: versions of documents, new files, and a preview that asks first."""

    document_changes: bool = False
    creates_files: bool = False
    annotations: bool = False

    @staticmethod
    def of(capabilities: types.ClientCapabilities) -> Abilities:
        """What a client has said of itself."""
        workspace = capabilities.workspace
        edit = workspace.workspace_edit if workspace else None
        if edit is None:
            return Abilities()
        creates = types.ResourceOperationKind.Create in (edit.resource_operations or ())
        return Abilities(bool(edit.document_changes), creates, edit.change_annotation_support is not None)


class Editor:
    """Makes edits of the workspace for one editor. `versions` are those of its open documents, by URI."""

    def __init__(self, abilities: Abilities, units: Units, versions: dict[str, int]) -> None:
        self._abilities, self._units, self._versions = abilities, units, versions

    def of_patches(
        self, project: ServedProject, patches: Sequence[Patch], label: str, here: str = ""
    ) -> types.WorkspaceEdit:
        """The edit for the patches of a fix. One that reaches beyond the file `here` can be looked at first.

        Raises CopycheckError for a file that cannot be edited as a text, and for one whose text cannot be parsed at
        the moment.
        """
        texts: dict[str, list[types.TextEdit]] = {}
        created: list[str] = []
        for patch in patches:
            self._refuse_broken(project, patch.filename)
            if patch.before is None:
                created.append(patch.filename)
                start = types.Position(0, 0)
                texts[patch.filename] = [
                    types.TextEdit(types.Range(start, start), _decoded(patch.filename, patch.after))
                ]
            else:
                texts[patch.filename] = self._between(patch.filename, patch.before, patch.after)
        return self._edit(project, texts, created, label, any(name != here for name in texts))

    def of_edits(self, project: ServedProject, edits: Iterable[Edit], label: str) -> types.WorkspaceEdit:
        """The edit for the edits of a fix. Raises CopycheckError as `of_patches` does."""
        texts: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            self._refuse_broken(project, edit.filename)
            text = project.text(edit.filename, self._units)
            texts.setdefault(edit.filename, []).append(types.TextEdit(text.range(edit.start, edit.end), edit.text))
        return self._edit(project, texts, [], label, False)

    def of_texts(
        self, project: ServedProject, texts: dict[str, list[types.TextEdit]], label: str, here: str = ""
    ) -> types.WorkspaceEdit:
        """The edit for edits of texts, by file. Raises CopycheckError as `of_patches` does."""
        for filename in texts:
            self._refuse_broken(project, filename)
        return self._edit(project, texts, [], label, bool(here) and any(name != here for name in texts))

    def _refuse_broken(self, project: ServedProject, filename: str) -> None:
        if filename in project.broken:
            raise CopycheckError(f"{filename} cannot be parsed at the moment, so nothing was changed: correct it first")

    def _between(self, filename: str, before: bytes, after: bytes) -> list[types.TextEdit]:
        try:
            file = decode(filename, before)
        except UnreadableFileError as error:
            raise CopycheckError(f"{filename} {error.reason}, so nothing was changed in it") from None
        text = Text(split_lines(_decoded(filename, before)), self._units)
        edits = edits_between(file, after)
        if not edits and before != after:
            raise CopycheckError(f"{filename} cannot be changed by an editor: run `copycheck --fix` in a terminal")
        return [types.TextEdit(text.range(edit.start, edit.end), edit.text) for edit in edits]

    def _edit(
        self,
        project: ServedProject,
        texts: dict[str, list[types.TextEdit]],
        created: Sequence[str],
        label: str,
        is_wide: bool,
    ) -> types.WorkspaceEdit:
        if created and not self._abilities.creates_files:
            raise CopycheckError(f"this editor cannot create {', '.join(created)}: run `copycheck --fix` in a terminal")
        if not self._abilities.document_changes:
            return types.WorkspaceEdit(changes={project.uri_of(name): edits for name, edits in texts.items()})
        note = _NOTE if is_wide and self._abilities.annotations else None
        changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
        for filename, edits in texts.items():
            uri = project.uri_of(filename)
            if filename in created:
                changes.append(types.CreateFile(uri, annotation_id=note))
            annotated = [types.AnnotatedTextEdit(note, e.range, e.new_text) if note else e for e in edits]
            document = types.OptionalVersionedTextDocumentIdentifier(uri, self._versions.get(uri))
            changes.append(types.TextDocumentEdit(document, annotated))
        notes = {_NOTE: types.ChangeAnnotation(label, needs_confirmation=True)} if note else None
        return types.WorkspaceEdit(document_changes=changes, change_annotations=notes)


_NOTE = "copycheck"


def _decoded(filename: str, data: bytes) -> str:
    """A file as an editor shows it, line ends kept. Raises CopycheckError for what is no text."""
    try:
        encoding = decode(filename, data).encoding
    except UnreadableFileError as error:
        raise CopycheckError(f"{filename} {error.reason}, so nothing was changed in it") from None
    return data.decode(encoding)


def inserted_line(text: Text, row: int, line: str) -> types.TextEdit:
    """A line above a row, with the line end that the row has."""
    own = text.lines[row - 1] if row <= len(text.lines) else ""
    end = own[len(own.rstrip("\r\n")) :] or "\n"
    place = text.position(Location(row))
    return types.TextEdit(types.Range(place, place), line + end)
