"""What the server does when an editor starts, stops, or changes its folders and files."""

from __future__ import annotations

import asyncio

from lsprotocol import types
from pygls.uris import to_fs_path

from copycheck.server.app import CopycheckServer
from copycheck.server.documents import Document
from copycheck.server.editor_settings import Options


def follow_editor(server: CopycheckServer) -> None:
    """Take part in the start and the end of a session."""

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


def follow_documents(server: CopycheckServer) -> None:
    """Take the texts of open documents, and publish what is found in them."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        opened = params.text_document
        server.documents[opened.uri] = Document(opened.uri, opened.text, opened.version)
        server.workshop.changed(opened.uri, opened.text, opened.version)
        server.publish()

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        document = server.documents.get(params.text_document.uri)
        if document is None:
            return
        document.change(params.content_changes, params.text_document.version, server.units)
        server.workshop.changed(document.uri, document.text, document.version)
        server.publish()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.workshop.changed_on_disk([params.text_document.uri])
        server.workshop.look_around(not server.is_told_of_files)
        server.publish()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.documents.pop(params.text_document.uri, None)
        server.workshop.closed(params.text_document.uri)
        server.forget(params.text_document.uri)
        server.publish()


def follow_workspace(server: CopycheckServer) -> None:
    """Take changes of files, settings and folders."""

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
