"""Requests to rename an object in directives."""

from __future__ import annotations

from lsprotocol import types

from copycheck.model.errors import CopycheckError
from copycheck.server.app import CopycheckServer
from copycheck.server.messages.refusal import refused
from copycheck.server.project_thread import Place
from copycheck.server.renaming import Renaming


def give_renaming(server: CopycheckServer) -> None:
    """Answer the requests to rename."""

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def preparegive_renaming(params: types.PrepareRenameParams) -> types.Range | None:
        def answer(place: Place) -> types.Range | None:
            return Renaming(place.project, place.filename, server.units, params.position).range()

        return await server.ask(params.text_document.uri, answer, None) if server.workshop.options.rename else None

    @server.feature(types.TEXT_DOCUMENT_RENAME)
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        def answer(place: Place) -> types.WorkspaceEdit:
            renaming = Renaming(place.project, place.filename, server.units, params.position)
            patches = renaming.result(params.new_name).patches
            return server.editor().of_patches(place.project, patches, "Rename in directives", place.filename)

        if not server.workshop.options.rename:
            return None
        try:
            return await server.ask(params.text_document.uri, answer, types.WorkspaceEdit())
        except CopycheckError as error:
            raise refused(error) from None
