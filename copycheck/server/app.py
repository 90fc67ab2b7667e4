"""The server: what an editor says and asks, and who answers it (contract 13)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from copycheck import __version__
from copycheck.server.diagnostics import diagnostics_of
from copycheck.server.documents import Document, Units
from copycheck.server.editor_settings import Options
from copycheck.server.first_checks import FirstChecks
from copycheck.server.project_thread import Place, Workshop
from copycheck.server.protocol import Protocol
from copycheck.server.workspace_edits import Abilities, Editor

R = TypeVar("R")
Found = dict[str, tuple[int | None, list[types.Diagnostic]]]
"""The diagnostics of documents, each with the version that they are about."""

_CONFIGURATIONS = ("copycheck.toml", ".copycheck.toml", "pyproject.toml", "ruff.toml", ".ruff.toml", ".gitignore")
_HEADS = ("**/.git/HEAD", "**/.git/logs/HEAD")
"""The files of git that change with each commit and checkout."""
_WATCHED = ("**/*.py", "**/*.pyi", *(f"**/{name}" for name in (*_CONFIGURATIONS, "copycheck-baseline.json")), *_HEADS)


_MOST_CHOICES = 20
"""So many copies are offered to choose from."""


def _title(location: types.Location) -> str:
    """A place in a few words."""
    path = to_fs_path(location.uri) or location.uri
    return f"{path.replace(os.sep, '/').rpartition('/')[2]}:{location.range.start.line + 1}"


class CopycheckServer(LanguageServer):
    """The language server: the open documents, and the projects that they belong to."""

    def __init__(self, checks: FirstChecks | None = None) -> None:
        """`checks` are those that have begun already."""
        super().__init__(
            "copycheck", __version__, protocol_cls=Protocol, converter_factory=get_converter, max_workers=2
        )
        self.documents: dict[str, Document] = {}
        self.units = Units()
        self.workshop = Workshop(self._complain, checks or FirstChecks(), self._tell_first)
        self.abilities = Abilities()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._published: dict[str, list[types.Diagnostic]] = {}
        self._publishing: asyncio.Task[None] | None = None
        self._waiting: dict[str, list[asyncio.Future[list[types.Diagnostic]]]] = {}
        """The requests for diagnostics that wait, by document."""
        self.starting: asyncio.Task[None] | None = None
        """What goes on since the editor is ready; a task that nobody holds may vanish."""
        self._is_publishing_again = False
        self._pulls = False
        self.is_over = False
        """Whether the editor has said that it is done."""
        self.is_told_of_files = False
        """Whether the editor tells of files that change."""
        self.resolves_actions = False
        """Whether the editor asks for the edit of a code action when that is chosen."""
        self.takes_links = False
        """Whether the editor takes the place that a definition is asked for with the answer."""

    def begin(self, params: types.InitializeParams) -> None:
        """Take what the editor says of itself: its folders, its settings, and what it can do."""
        self._loop = asyncio.get_running_loop()
        self.units = Units(self.workspace.position_encoding or types.PositionEncodingKind.Utf16)
        self.abilities = Abilities.of(params.capabilities)
        documents = params.capabilities.text_document
        if documents is not None:
            self._pulls = documents.diagnostic is not None
            resolved = documents.code_action.resolve_support if documents.code_action else None
            self.resolves_actions = resolved is not None and "edit" in resolved.properties
            self.takes_links = bool(documents.definition and documents.definition.link_support)
        self.workshop.configured(Options.read(params.initialization_options))
        folders = [folder.uri for folder in params.workspace_folders or ()]
        folders = folders or [uri for uri in (params.root_uri,) if uri]
        self.workshop.folders([path for uri in folders if (path := to_fs_path(uri))], ())

    def editor(self) -> Editor:
        """Who makes edits for this editor, of the texts that the thread has. Called in the thread."""
        return Editor(self.abilities, self.units, self.workshop.taken)

    async def ask(self, uri: str, answer: Callable[[Place], R], otherwise: R) -> R:
        """What is answered for a file, from its newest text; `otherwise` for one that belongs to no project."""

        def answered() -> R:
            place = self.workshop.place_of(uri)
            return otherwise if place is None else answer(place)

        return await self.workshop.work(answered)

    def publish(self) -> None:
        """Publish what is found in the open documents, once the thread has taken all changes."""
        if self._publishing is not None and not self._publishing.done():
            self._is_publishing_again = True
            return
        self._publishing = asyncio.ensure_future(self._publish())

    async def _publish(self) -> None:
        while True:
            self._is_publishing_again = False
            found = await self.workshop.work(self._found)
            if self._pulls:
                self._refresh(found)
            else:
                self._send(found)
            if not self._is_publishing_again:
                return

    def _found(self) -> Found:
        """The diagnostics of all open documents; called in the thread."""
        return self._found_in(self.workshop.open_places())

    def _found_in(self, places: dict[str, Place]) -> Found:
        return {
            uri: (
                self.workshop.taken.get(uri),
                diagnostics_of(place.project, place.filename, self.units, self.workshop.options),
            )
            for uri, place in places.items()
        }

    def _tell_first(self, places: dict[str, Place]) -> None:
        """Tell what a first check has found, before its project is in memory. Called in the thread."""
        if self._loop is not None and places:
            tell = self._answer_first if self._pulls else self._send
            self._loop.call_soon_threadsafe(tell, self._found_in(places))

    def _answer_first(self, found: Found) -> None:
        """Answer the editor that has asked for the diagnostics of documents, and waits."""
        for uri, (_, diagnostics) in found.items():
            for waiting in self._waiting.pop(uri, ()):
                if not waiting.done():
                    waiting.set_result(diagnostics)

    async def pulled(self, uri: str, answer: Callable[[Place], list[types.Diagnostic]]) -> list[types.Diagnostic]:
        """The diagnostics of a document, or what the first check has found in it, whichever is there first."""
        first: asyncio.Future[list[types.Diagnostic]] = asyncio.get_running_loop().create_future()
        empty: list[types.Diagnostic] = []
        known = asyncio.ensure_future(self.ask(uri, answer, empty))
        self._waiting.setdefault(uri, []).append(first)
        try:
            done, _ = await asyncio.wait({known, first}, return_when=asyncio.FIRST_COMPLETED)
            return (known if known in done else first).result()
        finally:
            known.cancel()
            others = [waiting for waiting in self._waiting.pop(uri, ()) if waiting is not first]
            if others:
                self._waiting[uri] = others

    def _send(self, found: Found) -> None:
        """Publish what differs from what was published last; nothing for documents that were closed since."""
        for uri, (version, diagnostics) in found.items():
            if uri in self.documents and self._published.get(uri) != diagnostics:
                self._published[uri] = diagnostics
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def _refresh(self, found: Found) -> None:
        """Have an editor that pulls do so again where another document is concerned than the one that it asks about."""
        now = {uri: diagnostics for uri, (_, diagnostics) in found.items()}
        before, self._published = self._published, now
        workspace = self.client_capabilities.workspace
        can = workspace is not None and workspace.diagnostics is not None and workspace.diagnostics.refresh_support
        if can and before != now:
            self.workspace_diagnostic_refresh(None)

    def forget(self, uri: str) -> None:
        """A document was closed: what was published of it is taken back."""
        if self._published.pop(uri, None) and not self._pulls:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _complain(self, message: str) -> None:
        """Tell the user of a configuration that cannot be used. Called in the thread."""
        if self._loop is not None:
            params = types.ShowMessageParams(types.MessageType.Error, f"copycheck: {message}")
            self._loop.call_soon_threadsafe(self.window_show_message, params)

    async def first_check(self) -> None:
        """Check the open folders, and show that it goes on."""
        token = "copycheck/first-check"
        window = self.client_capabilities.window
        shows = window is not None and bool(window.work_done_progress)
        if shows:
            shows = await self._has_progress(token)
        if shows:
            title = types.WorkDoneProgressBegin("copycheck: checking the project", cancellable=False)
            self.work_done_progress.begin(token, title)
        try:
            await self.workshop.work(self.workshop.open_folders)
        finally:
            if shows:
                self.work_done_progress.end(token, types.WorkDoneProgressEnd())
        self.publish()

    async def _has_progress(self, token: str) -> bool:
        """Whether the editor has made a progress bar; one that says nothing is not waited for."""
        try:
            await asyncio.wait_for(self.work_done_progress.create_async(token), 1)
        except Exception:
            return False
        return True

    async def pull_options(self) -> bool:
        """Ask the editor for its settings; whether it has answered."""
        workspace = self.client_capabilities.workspace
        if workspace is None or not workspace.configuration:
            return False
        item = types.ConfigurationItem(section="copycheck")
        try:
            given = await asyncio.wait_for(self.workspace_configuration_async(types.ConfigurationParams([item])), 5)
        except Exception:
            return False
        if given and isinstance(given[0], dict):
            self.workshop.configured(Options.read(given[0]))
        return True

    async def show(self, locations: Sequence[types.Location]) -> None:
        """Show the one place, or have the user choose among several, where the editor can do that."""
        window = self.client_capabilities.window
        if not locations or window is None or window.show_document is None:
            return
        chosen = locations[0]
        if len(locations) > 1:
            titles = {_title(location): location for location in locations[:_MOST_CHOICES]}
            actions = [types.MessageActionItem(title) for title in titles]
            message = f"{len(locations)} copies" + (
                f", the first {_MOST_CHOICES}:" if len(titles) < len(locations) else ":"
            )
            params = types.ShowMessageRequestParams(types.MessageType.Info, message, actions)
            answer = await self.window_show_message_request_async(params)
            if answer is None:
                return
            chosen = titles.get(answer.title, chosen)
        shown = types.ShowDocumentParams(chosen.uri, take_focus=True, selection=chosen.range)
        await self.window_show_document_async(shown)

    async def watch_files(self) -> bool:
        """Ask the editor to tell of files that change; whether it does."""
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        if watched is None or not watched.dynamic_registration:
            return False
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("copycheck-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        try:
            await self.client_register_capability_async(types.RegistrationParams([registration]))
        except Exception:
            return False
        return True

    def report_server_error(self, error: Exception, source: Any) -> None:
        """An error of ours, or a message that cannot be read: it goes to the log of the editor, and not in its way."""
        try:
            self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"copycheck: {error}"))
        except Exception:
            return
