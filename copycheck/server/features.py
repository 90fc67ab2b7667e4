"""Each message of an editor, and what the server does about it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path

from copycheck.model.errors import CopycheckError
from copycheck.server.actions import FIX_ALL, Actions, actions_at
from copycheck.server.app import CopycheckServer
from copycheck.server.completion import completions_at
from copycheck.server.diagnostics import diagnostics_of, location_of
from copycheck.server.documents import Document, Text, split_lines
from copycheck.server.lenses import LEGEND, SHOW_COPIES, SHOW_SOURCE, hints_of, lenses_of, tokens_of
from copycheck.server.navigation import Navigator, copies_below, copy_item, source_item
from copycheck.server.options import Options
from copycheck.server.renaming import Renaming
from copycheck.server.workshop import Place

_ACTIONS = types.CodeActionOptions(
    [types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, FIX_ALL], resolve_provider=True
)
_DIAGNOSTICS = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="copycheck")


def make_server() -> CopycheckServer:
    """The server with all that it answers."""
    server = CopycheckServer()
    _follow_editor(server)
    _follow_documents(server)
    _follow_workspace(server)
    _give_diagnostics(server)
    _give_actions(server)
    _navigate(server)
    _show_in_text(server)
    _rename(server)
    return server


def _refused(error: CopycheckError) -> JsonRpcException:
    """What cannot be done, as the answer to a request."""
    return JsonRpcException(str(error), code=types.LSPErrorCodes.RequestFailed.value)


def _follow_editor(server: CopycheckServer) -> None:
    @server.feature(types.INITIALIZE)
    async def initialize(params: types.InitializeParams) -> None:
        server.begin(params)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        server.starting = asyncio.ensure_future(_start(server))

    @server.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:
        server.is_over = True
        server.workshop.close()


async def _start(server: CopycheckServer) -> None:
    await server.pull_options()
    server.is_told_of_files = await server.watch_files()
    await server.first_check()


def _follow_documents(server: CopycheckServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        opened = params.text_document
        server.documents[opened.uri] = Document(opened.uri, opened.text, opened.version)
        server.workshop.changed(opened.uri, opened.text)
        server.publish()

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        document = server.documents.get(params.text_document.uri)
        if document is None:
            return
        document.change(params.content_changes, params.text_document.version, server.units)
        server.workshop.changed(document.uri, document.text)
        server.publish()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.workshop.changed_on_disk([params.text_document.uri])
        server.workshop.look_around(not server.is_told_of_files)
        server.publish()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.documents.pop(params.text_document.uri, None)
        server.workshop.changed(params.text_document.uri, None)
        server.forget(params.text_document.uri)
        server.publish()


def _follow_workspace(server: CopycheckServer) -> None:
    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        server.workshop.changed_on_disk(change.uri for change in params.changes)
        server.publish()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        if not await server.pull_options():
            server.workshop.configured(Options.read(params.settings))
        server.publish()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_workspace_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        event = params.event
        added, removed = ([p for f in some if (p := to_fs_path(f.uri))] for some in (event.added, event.removed))
        server.workshop.folders(added, removed)
        server.publish()


def _give_diagnostics(server: CopycheckServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, _DIAGNOSTICS)
    async def diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        def answer(place: Place) -> list[types.Diagnostic]:
            return diagnostics_of(place.project, place.filename, server.units, server.workshop.options)

        empty: list[types.Diagnostic] = []
        found = await server.ask(params.text_document.uri, answer, empty)
        result_id = _result_id(found)
        if params.previous_result_id == result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
        return types.RelatedFullDocumentDiagnosticReport(found, result_id=result_id)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def workspace_diagnostic(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        previous = {known.uri: known.value for known in params.previous_result_ids}
        found = await server.workshop.work(lambda: _of_all_files(server, previous))
        return types.WorkspaceDiagnosticReport(
            [
                types.WorkspaceUnchangedDocumentDiagnosticReport(uri, result_id)
                if previous.get(uri) == (result_id := _result_id(diagnostics))
                else types.WorkspaceFullDocumentDiagnosticReport(uri, diagnostics, result_id=result_id)
                for uri, diagnostics in found.items()
            ]
        )


def _of_all_files(server: CopycheckServer, previous: dict[str, str]) -> dict[str, list[types.Diagnostic]]:
    """The diagnostics of every file that has some, and of those that had some before; called in the thread."""
    found: dict[str, list[types.Diagnostic]] = {}
    for project in server.workshop.projects:
        for filename in project.concerned_files():
            some = diagnostics_of(project, filename, server.units, server.workshop.options)
            if some:
                found[project.uri_of(filename)] = some
    return {**{uri: [] for uri in previous}, **found}


def _result_id(diagnostics: Sequence[types.Diagnostic]) -> str:
    """What stays the same while the diagnostics do."""
    import hashlib

    return hashlib.sha256(repr(list(diagnostics)).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _give_actions(server: CopycheckServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, _ACTIONS)
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        return await server.ask(uri, lambda place: _actions(server, place, params), [])

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        data: Any = action.data
        if action.edit is not None or not isinstance(data, dict) or "uri" not in data:
            return action

        def answer(place: Place) -> types.WorkspaceEdit:
            maker = Actions(server.editor(), server.units)
            return maker.edit(place.project, place.filename, action.title, data["do"], data["where"])

        try:
            action.edit = await server.ask(data["uri"], answer, types.WorkspaceEdit())
        except CopycheckError as error:
            raise _refused(error) from None
        return action


def _actions(server: CopycheckServer, place: Place, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The actions that are asked for, with their edits where the editor cannot ask for these later."""
    first, last = params.range.start.line + 1, params.range.end.line + 1
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    maker = Actions(server.editor(), server.units)
    found = []
    for action in actions_at(place.project, place.filename, first, last):
        if only and not any(f"{action.kind}.".startswith(f"{kind}.") for kind in only):
            continue
        data = {"uri": params.text_document.uri, "do": action.do, "where": dict(action.where)}
        about = [d for d in params.context.diagnostics if d.code == action.about and d.source == "copycheck"]
        made = types.CodeAction(action.title, action.kind, about or None, action.is_preferred or None, data=data)
        if not server.resolves_actions:
            try:
                made.edit = maker.edit(place.project, place.filename, action.title, action.do, action.where)
            except CopycheckError:
                continue
        found.append(made)
    return found


def _navigate(server: CopycheckServer) -> None:
    def navigator(place: Place) -> Navigator:
        return Navigator(place.project, place.filename, server.units)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.LocationLink] | list[types.Location]:
        empty: list[types.LocationLink] = []
        found = await server.ask(
            params.text_document.uri, lambda place: navigator(place).definition(params.position), empty
        )
        if server.takes_links:
            return found
        return [types.Location(link.target_uri, link.target_range) for link in found]

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        return await server.ask(params.text_document.uri, lambda place: navigator(place).hover(params.position), None)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        def answer(place: Place) -> list[types.Location]:
            return navigator(place).references(params.position, params.context.include_declaration)

        return await server.ask(params.text_document.uri, answer, [])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def document_link(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        return await server.ask(params.text_document.uri, lambda place: list(navigator(place).links()), [])

    @server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    async def prepare(params: types.CallHierarchyPrepareParams) -> list[types.CallHierarchyItem]:
        uri = params.text_document.uri
        return await server.ask(uri, lambda place: navigator(place).hierarchy_at(params.position), [])

    @server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)
    async def incoming(params: types.CallHierarchyIncomingCallsParams) -> list[types.CallHierarchyIncomingCall]:
        row = _row_of(params.item, "row")

        def answer(place: Place) -> list[types.CallHierarchyIncomingCall]:
            copies = copies_below(place.project, place.filename, row)
            items = [(copy, copy_item(place.project, copy, server.units)) for copy in copies]
            return [
                types.CallHierarchyIncomingCall(item, [location_of(place.project, copy, server.units).range])
                for copy, item in items
            ]

        return await server.ask(params.item.uri, answer, [])

    @server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)
    async def outgoing(params: types.CallHierarchyOutgoingCallsParams) -> list[types.CallHierarchyOutgoingCall]:
        row = _row_of(params.item, "copy")

        def answer(place: Place) -> list[types.CallHierarchyOutgoingCall]:
            copies = place.project.session.copies_in(place.filename)
            return [
                types.CallHierarchyOutgoingCall(
                    source_item(place.project, copy, server.units),
                    [location_of(place.project, copy, server.units).range],
                )
                for copy in copies
                if copy.location.row == row and copy.source is not None
            ]

        return await server.ask(params.item.uri, answer, [])


def _row_of(item: types.CallHierarchyItem, key: str) -> int:
    data: Any = item.data
    row = data.get(key) if isinstance(data, dict) else None
    return row if isinstance(row, int) else 0


def _show_in_text(server: CopycheckServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        if not server.workshop.options.code_lens:
            return []
        uri = params.text_document.uri
        return await server.ask(uri, lambda place: list(lenses_of(place.project, place.filename, server.units)), [])

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

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[".", " "]))
    async def completion(params: types.CompletionParams) -> types.CompletionList:
        document = server.documents.get(params.text_document.uri)
        text = Text(split_lines(document.text if document else ""), server.units)

        def answer(place: Place) -> list[types.CompletionItem]:
            return list(completions_at(place.project, text, params.position))

        return types.CompletionList(False, await server.ask(params.text_document.uri, answer, []))

    @server.command(SHOW_SOURCE)
    async def show_source(uri: str, position: types.Position, locations: list[types.Location]) -> None:
        await server.show(locations)

    @server.command(SHOW_COPIES)
    async def show_copies(uri: str, position: types.Position, locations: list[types.Location]) -> None:
        await server.show(locations)


def _rename(server: CopycheckServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare_rename(params: types.PrepareRenameParams) -> types.Range | None:
        def answer(place: Place) -> types.Range | None:
            return Renaming(place.project, place.filename, server.units, params.position).range()

        return await server.ask(params.text_document.uri, answer, None) if server.workshop.options.rename else None

    @server.feature(types.TEXT_DOCUMENT_RENAME)
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        def answer(place: Place) -> types.WorkspaceEdit:
            renaming = Renaming(place.project, place.filename, server.units, params.position)
            return server.editor().of_texts(place.project, renaming.edits(params.new_name), "Rename in directives")

        if not server.workshop.options.rename:
            return None
        try:
            return await server.ask(params.text_document.uri, answer, types.WorkspaceEdit())
        except CopycheckError as error:
            raise _refused(error) from None
