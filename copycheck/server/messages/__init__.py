"""The messages of an editor: each module registers those of one kind, with what the server answers."""

from __future__ import annotations

from copycheck.server.app import CopycheckServer
from copycheck.server.first_checks import FirstChecks
from copycheck.server.messages.action_requests import give_actions
from copycheck.server.messages.diagnostic_requests import give_diagnostics
from copycheck.server.messages.editor_events import follow_documents, follow_editor, follow_workspace
from copycheck.server.messages.navigation_requests import give_navigation
from copycheck.server.messages.rename_requests import give_renaming
from copycheck.server.messages.text_feature_requests import give_text_features


def make_server(checks: FirstChecks | None = None) -> CopycheckServer:
    """The server with all that it answers; `checks` are those that have begun already."""
    server = CopycheckServer(checks)
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
