"""The messages of an editor: each module registers those of one kind, with what the server answers."""

from __future__ import annotations

from copycheck.server.app import CopycheckServer
from copycheck.server.messages.actions import give_actions
from copycheck.server.messages.diagnostics import give_diagnostics
from copycheck.server.messages.editor import follow_documents, follow_editor, follow_workspace
from copycheck.server.messages.in_text import give_text_features
from copycheck.server.messages.navigation import give_navigation
from copycheck.server.messages.renaming import give_renaming


def make_server() -> CopycheckServer:
    """The server with all that it answers."""
    server = CopycheckServer()
    for register in (
        follow_editor,
        follow_documents,
        follow_workspace,
        give_diagnostics,
        give_actions,
        give_navigation,
        give_text_features,
        give_renaming,
    ):
        register(server)
    return server
