"""Requests for what an editor shows in the text: lenses, hints, colours of directives, completions."""

from __future__ import annotations

from lsprotocol import types

from copycheck.server.app import CopycheckServer
from copycheck.server.directive_completion import completions_at
from copycheck.server.documents import Text, split_lines
from copycheck.server.lenses import LEGEND, SHOW_COPIES, SHOW_SOURCE, hints_of, lenses_of, tokens_of
from copycheck.server.project_thread import Place


def give_text_features(server: CopycheckServer) -> None:
    """Answer the requests for what is shown in the text of the user, and for completions there."""
    _give_lenses(server)
    _give_hints(server)
    _give_completions(server)


def _give_lenses(server: CopycheckServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        if not server.workshop.options.code_lens:
            return []
        uri = params.text_document.uri
        return await server.ask(uri, lambda place: list(lenses_of(place.project, place.filename, server.units)), [])

    @server.command(SHOW_SOURCE)
    async def show_source(uri: str, position: types.Position, locations: list[types.Location]) -> None:
        await server.show(locations)

    @server.command(SHOW_COPIES)
    async def show_copies(uri: str, position: types.Position, locations: list[types.Location]) -> None:
        await server.show(locations)


def _give_hints(server: CopycheckServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint]:
        if not server.workshop.options.inlay_hints:
            return []
        first, last = params.range.start.line + 1, params.range.end.line + 1

        def answer(place: Place) -> list[types.InlayHint]:
            return list(hints_of(place.project, place.filename, server.units, first, last))

        return await server.ask(params.text_document.uri, answer, [])

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    async def semantic_tokens(params: types.SemanticTokensParams) -> types.SemanticTokens:
        uri = params.text_document.uri
        empty = types.SemanticTokens([])
        return await server.ask(uri, lambda place: tokens_of(place.project, place.filename, server.units), empty)


def _give_completions(server: CopycheckServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[".", " "]))
    async def completion(params: types.CompletionParams) -> types.CompletionList:
        document = server.documents.get(params.text_document.uri)
        text = Text(split_lines(document.text if document else ""), server.units)

        def answer(place: Place) -> list[types.CompletionItem]:
            return list(completions_at(place.project, text, params.position))

        return types.CompletionList(False, await server.ask(params.text_document.uri, answer, []))
