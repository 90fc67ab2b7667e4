"""Requests for what can be done at a place: fixes and refactorings."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from copycheck.model.errors import CopycheckError
from copycheck.server.actions import FIX_ALL, Actions, actions_at
from copycheck.server.app import CopycheckServer
from copycheck.server.messages.refusal import refused
from copycheck.server.project_thread import Place
from copycheck.server.slow_answers import MARK, UPDATE, Question, patches_of
from copycheck.server.workspace_edits import Editor

_ACTIONS = types.CodeActionOptions(
    [types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, FIX_ALL], resolve_provider=True
)


def give_actions(server: CopycheckServer) -> None:
    """Answer the requests for actions, and for the edit of one of them."""

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
            if data["do"] in (MARK, UPDATE):
                action.edit = await _answer_of_another(server, action.title, data)
            else:
                action.edit = await server.ask(data["uri"], answer, types.WorkspaceEdit())
        except CopycheckError as error:
            raise refused(error) from None
        return action


async def _answer_of_another(server: CopycheckServer, title: str, data: dict[str, Any]) -> types.WorkspaceEdit:
    """The edit that another process is asked for. It is about the versions that the documents have now.

    Raises CopycheckError where there is none.
    """

    def ask(place: Place) -> tuple[Question, dict[str, int], Place]:
        workspace = place.project.session.project.workspace
        buffers = {name: text for name in workspace.buffers if (text := workspace.buffer(name)) is not None}
        options, folder = server.workshop.options, place.project.folder
        question = Question(data["do"], folder, options.config, place.filename, data["where"]["row"], buffers)
        return question, dict(server.workshop.taken), place

    asked = await server.ask(data["uri"], ask, None)
    if asked is None:
        raise CopycheckError("the project of this file is gone: open the file again")
    question, versions, place = asked
    patches = await patches_of(question)
    editor = Editor(server.abilities, server.units, versions)
    return await server.workshop.work(lambda: editor.of_patches(place.project, patches, title, place.filename))


def _actions(server: CopycheckServer, place: Place, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The actions that are asked for, with their edits where the editor cannot ask for these later."""
    first, last = params.range.start.line + 1, params.range.end.line + 1
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    maker = Actions(server.editor(), server.units)
    found = []
    for action in actions_at(place.project, place.filename, first, last):
        if action.do in (MARK, UPDATE) and not server.resolves_actions:
            continue  # no editor is to wait that long for its menu
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
