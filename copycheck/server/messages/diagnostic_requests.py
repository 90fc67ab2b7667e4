"""Requests for the findings of one file, or of all."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from copycheck.server.app import CopycheckServer
from copycheck.server.diagnostics import diagnostics_of
from copycheck.server.project_thread import Place

_DIAGNOSTICS = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="copycheck")


def give_diagnostics(server: CopycheckServer) -> None:
    """Answer the requests for findings."""

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, _DIAGNOSTICS)
    async def diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        def answer(place: Place) -> list[types.Diagnostic]:
            return diagnostics_of(place.project, place.filename, server.units, server.workshop.options)

        found = await server.pulled(params.text_document.uri, answer)
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
