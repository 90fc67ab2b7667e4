"""The real server, driven as an editor drives it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.harness import tree_of, write_tree
from tests.server.editor import PATIENCE, Editor

_OWL = "def rest(hours):\n    return max(hours, 1)\n"
_HAWK = "# Copied from zoo.owl.rest\ndef rest(hours):\n    return max(hours, 1)\n"
_KITE = "# Copied from zoo.hawk.rest\ndef rest(hours):\n    return max(hours, 1)\n"

Play = Callable[[Editor, Path], Awaitable[None]]


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    write_tree(
        tmp_path,
        {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": _OWL, "zoo/hawk.py": _HAWK, "zoo/kite.py": _KITE},
    )
    return tmp_path


def play(zoo: Path, script: Play, **start: object) -> None:
    """Drive a server in a folder, and end it. Nothing of the project is written."""

    async def played() -> None:
        editor = Editor()
        await editor.start(zoo, **start)
        try:
            await script(editor, zoo)
        finally:
            assert await editor.stop() == 0

    before = tree_of(zoo)
    asyncio.run(played())
    assert tree_of(zoo) == before


def test_an_editor_types(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        owl, hawk = editor.open(zoo / "zoo/owl.py"), editor.open(zoo / "zoo/hawk.py")
        await editor.until(lambda: {owl, hawk} <= editor.published.keys())
        assert editor.published == {owl: [], hawk: []}
        version = editor.type(owl, _OWL.replace("1", "2"))
        await editor.until(lambda: editor.published[hawk] and editor.published[owl])
        assert editor.codes(hawk) == [(1, "CPY201")]
        drift, lines = editor.published[hawk]
        assert (lines.severity, lines.range.start.line, lines.range.end.line) == (3, 2, 2)
        assert drift.code_description
        assert drift.code_description.href.endswith("/rules/CPY201/")
        assert drift.related_information
        assert drift.related_information[0].location.uri == owl
        (left,) = editor.published[owl]
        assert (left.message, left.severity, left.range.start.line) == ("1 of 1 copy of this has drifted", 3, 0)
        assert left.related_information
        assert [one.location.uri for one in left.related_information] == [hawk]
        assert editor.versions[owl] == version
        editor.type(hawk, _HAWK.replace("1", "2"))
        await editor.until(lambda: not editor.codes(hawk) and not editor.published[owl])
        assert [d.message for d in editor.published[hawk]] == ["1 of 1 copy of this has drifted"]
        editor.close(owl)
        await editor.until(lambda: editor.codes(hawk) == [(1, "CPY201")])
        assert editor.published[owl] == []

    play(zoo, script)


def test_typing_leaves_no_queue(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        hawk = editor.open(zoo / "zoo/hawk.py")
        await editor.until(lambda: hawk in editor.published)
        for number in range(2, 202):
            editor.type(hawk, _HAWK.replace("1", str(number)))
        editor.type(hawk, _HAWK)
        found = await editor.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(hawk), types.Position(0, 20))
        )
        assert found is not None
        assert "in sync" in str(found.contents)
        await editor.until(lambda: not editor.published[hawk])
        assert editor.counts[hawk] < 150

    play(zoo, script)


def test_a_text_that_cannot_be_parsed_keeps_its_findings(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        owl, hawk = editor.open(zoo / "zoo/owl.py"), editor.open(zoo / "zoo/hawk.py", _HAWK.replace("1", "2"))
        await editor.until(lambda: {owl, hawk} <= editor.published.keys() and editor.published[hawk])
        editor.type(hawk, "import os\n" + _HAWK.replace("1", "2") + "def (\n")
        await editor.until(lambda: any(d.severity == 4 for d in editor.published[hawk]))
        assert editor.codes(hawk) == [(2, "CPY201")]
        (hint,) = [d for d in editor.published[hawk] if d.severity == 4]
        assert hint.range.start.line == 4
        assert "cannot be parsed" in hint.message
        editor.type(owl, _OWL + "def (\n")
        await editor.until(lambda: any(d.severity == 4 for d in editor.published[owl]))
        assert editor.codes(hawk) == [(2, "CPY201")], "no cascade"
        editor.type(hawk, _HAWK)
        await editor.until(lambda: not editor.published[hawk])

    play(zoo, script)


def test_code_actions(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        owl = editor.open(zoo / "zoo/owl.py", _OWL.replace("1", "2"))
        hawk = editor.open(zoo / "zoo/hawk.py")
        await editor.until(lambda: editor.published.get(hawk))
        actions = await editor.actions(hawk, 0)
        assert [action.title for action in actions] == [
            "Fix this copy of `rest`",
            "Promote this edit to `rest` and its copies",
            "Ignore what differs: `# Ignore copy`",
            "Ignore CPY201 here",
            "Ignore `rest` in this copy",
            "Break this copy: remove its directive",
            "Break this copy, with a reason in place of its directive",
            "Fix all copies and directives of this file",
        ]
        fixed = _HAWK.replace("1", "2")
        assert await editor.applied(actions[0]) == {hawk: fixed}
        assert actions[0].is_preferred
        assert await editor.applied(actions[1]) == {owl: _OWL}
        assert await editor.applied(actions[3]) == {hawk: "# copycheck: ignore[CPY201]\n" + _HAWK}
        marked = _HAWK.replace("    return", "    # Ignore copy\n    return")
        assert await editor.applied(actions[2]) == await editor.applied(actions[4]) == {hawk: marked}
        assert await editor.applied(actions[5]) == {hawk: _HAWK.partition("\n")[2]}
        assert (await editor.applied(actions[6]))[hawk].startswith("# Adapted from zoo.owl.rest: ")
        assert await editor.applied(actions[7]) == {hawk: fixed}
        (all_,) = await editor.actions(hawk, 2, only=["source.fixAll"])
        assert all_.kind == "source.fixAll.copycheck"
        (of_source, *_) = await editor.actions(owl, 0)
        assert of_source.title == "Fix 1 copy of this that drifted"
        kite = (zoo / "zoo/kite.py").as_uri()
        assert await editor.applied(of_source) == {hawk: fixed, kite: _KITE.replace("1", "2")}
        editor.type(hawk, fixed)
        promoted = [a for a in await editor.actions(owl, 0) if a.title.startswith("Fix")]
        assert promoted == []
        assert kite not in editor.published

    play(zoo, script)


def test_a_fix_takes_what_it_needs_along_and_an_unsafe_one_says_so(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        header = "def rest(hours, more):"
        text = _HAWK.replace("def rest(hours):", header) + "\n\n# Copied from zoo.nap.nap\ndef nap(a):\n    return"
        editor.open(zoo / "zoo/nap.py", "def nap(a):\n    return rest(a)\n\n\ndef rest(a): ...\n")
        hawk = editor.open(zoo / "zoo/hawk.py", f"{text} rest(a, 1)\n")
        await editor.until(lambda: hawk in editor.published and len(editor.codes(hawk)) == 2)
        fix = (await editor.actions(hawk, 0))[0]
        assert (fix.title, fix.is_preferred) == ("Fix this copy of `rest`", True)
        fixed = f"{text} rest(a)\n".replace(header, "def rest(hours):")
        assert await editor.applied(fix) == {hawk: fixed}
        editor.type(hawk, f"{text} rest(a, 1)\n\n\nrest(3, 4)\n")
        await editor.until(lambda: editor.published[hawk] and "line 11" in editor.published[hawk][0].message)
        fix = (await editor.actions(hawk, 0))[0]
        assert (fix.title, fix.is_preferred) == ("Fix this copy of `rest` (unsafe: look at it)", None)
        unsafe = f"{text} rest(a, 1)\n\n\nrest(3, 4)\n".replace(header, "def rest(hours):")
        assert await editor.applied(fix) == {hawk: unsafe}

    play(zoo, script)


def test_an_edit_reaches_files_that_are_not_open_and_can_be_looked_at(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        hawk = editor.open(zoo / "zoo/hawk.py", _HAWK.replace("1", "2"))
        await editor.until(lambda: editor.published.get(hawk))
        promote = next(a for a in await editor.actions(hawk, 0) if a.title.startswith("Promote"))
        edit = await editor.edit_of(promote)
        assert editor.texts_after(edit) == {
            (zoo / "zoo/owl.py").as_uri(): _OWL.replace("1", "2"),
            (zoo / "zoo/kite.py").as_uri(): _KITE.replace("1", "2"),
        }
        assert edit.change_annotations
        (note,) = edit.change_annotations.values()
        assert note.needs_confirmation

    play(zoo, script)


def test_an_editor_that_can_do_little_gets_whole_edits(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        hawk = editor.open(zoo / "zoo/hawk.py", _HAWK.replace("1", "2"))
        await editor.until(lambda: editor.published.get(hawk))
        fix = (await editor.actions(hawk, 0))[0]
        assert fix.edit
        assert fix.edit.changes
        assert editor.texts_after(fix.edit) == {hawk: _HAWK}

    play(zoo, script, capabilities={})


def test_navigation(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        owl, hawk = editor.open(zoo / "zoo/owl.py"), editor.open(zoo / "zoo/hawk.py")
        document = types.TextDocumentIdentifier(hawk)
        client = editor.client
        at = types.Position(0, 20)
        (link,) = await client.text_document_definition_async(types.DefinitionParams(document, at)) or ()
        assert isinstance(link, types.LocationLink)
        assert (link.target_uri, link.target_range.start.line) == (owl, 0)
        assert link.origin_selection_range == types.Range(types.Position(0, 14), types.Position(0, 26))
        hover = await client.text_document_hover_async(types.HoverParams(document, at))
        assert hover
        assert "is a copy of `zoo.owl.rest`: in sync" in str(hover.contents)
        context = types.ReferenceContext(include_declaration=True)
        source = types.TextDocumentIdentifier(owl)
        found = await client.text_document_references_async(
            types.ReferenceParams(context, source, types.Position(0, 5))
        )
        assert [(place.uri, place.range.start.line) for place in found or ()] == [(owl, 0), (hawk, 0)]
        (item,) = (
            await client.text_document_prepare_call_hierarchy_async(
                types.CallHierarchyPrepareParams(source, types.Position(0, 5))
            )
            or ()
        )
        (copy,) = await client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(item)) or ()
        assert (copy.from_.uri, copy.from_.detail) == (hawk, "copy of zoo.owl.rest, in sync")
        (copy_of_it,) = (
            await client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(copy.from_)) or ()
        )
        assert copy_of_it.from_.uri.endswith("kite.py")
        (back,) = (
            await client.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(copy.from_)) or ()
        )
        assert back.to.uri == owl
        (link_,) = await client.text_document_document_link_async(types.DocumentLinkParams(document)) or ()
        assert link_.target == f"{owl}#L1"
        nothing = types.DefinitionParams(document, types.Position(2, 8))
        assert not await client.text_document_definition_async(nothing)

    play(zoo, script)


def test_lenses_hints_and_tokens(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        owl = editor.open(zoo / "zoo/owl.py")
        hawk = editor.open(zoo / "zoo/hawk.py", "# Copied from zoo.owl.rest with owl->hawk all-casing\n" + _OWL)
        client = editor.client
        document = types.TextDocumentIdentifier(hawk)
        lenses = await client.text_document_code_lens_async(types.CodeLensParams(document)) or ()
        assert [lens.command and lens.command.title for lens in lenses] == ["1 copy", "copy of rest, in sync"]
        command = lenses[1].command
        assert command
        params = types.ExecuteCommandParams(command.command, command.arguments)
        await client.workspace_execute_command_async(params)
        await editor.until(lambda: editor.shown)
        assert editor.shown[0].uri == owl
        everything = types.Range(types.Position(0, 0), types.Position(9, 0))
        hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, everything))
        assert [(hint.label, hint.position.line) for hint in hints or ()] == [("in sync", 0), ("1 copy", 1)]
        tokens = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
        assert tokens
        data = list(tokens.data)
        first = "# Copied from zoo.owl.rest with owl->hawk all-casing"
        words, start = [], 0
        for n in range(0, len(data), 5):
            start += data[n + 1]
            words.append((first[start : start + data[n + 2]], data[n + 3]))
        assert words == [
            ("Copied from", 0),
            ("zoo.owl.rest", 1),
            ("with", 0),
            ("owl", 3),
            ("->", 2),
            ("hawk", 3),
            ("all-casing", 0),
        ]

    play(zoo, script, options={"inlayHints": True})


def test_inlay_hints_are_off_by_default(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        document = types.TextDocumentIdentifier(editor.open(zoo / "zoo/hawk.py"))
        everything = types.Range(types.Position(0, 0), types.Position(9, 0))
        assert not await editor.client.text_document_inlay_hint_async(types.InlayHintParams(document, everything))

    play(zoo, script)


def test_completion(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        uri = editor.open(zoo / "zoo/crow.py", "# Copied from \n# Copied from zoo.\n# Copied from zoo.owl.re\n")
        document = types.TextDocumentIdentifier(uri)

        async def offered(line: int, column: int) -> list[str]:
            params = types.CompletionParams(document, types.Position(line, column))
            found = await editor.client.text_document_completion_async(params)
            assert isinstance(found, types.CompletionList)
            return [item.label for item in found.items]

        assert await offered(0, 14) == ["zoo"]
        assert await offered(1, 18) == ["crow", "hawk", "kite", "owl"]
        assert await offered(2, 24) == ["rest"]
        editor.type(uri, "# Copied from zoo.owl.rest \n")
        assert await offered(0, 27) == ["with"]
        editor.type(uri, "x = 'zoo.'\n")
        assert await offered(0, 9) == []

    play(zoo, script)


def test_rename_rewrites_directives(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        owl, hawk = editor.open(zoo / "zoo/owl.py"), editor.open(zoo / "zoo/hawk.py")
        source, copy = types.TextDocumentIdentifier(owl), types.TextDocumentIdentifier(hawk)
        place = types.Position(0, 5)
        range_ = await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(source, place))
        assert range_ == types.Range(types.Position(0, 4), types.Position(0, 8))
        edit = await editor.client.text_document_rename_async(types.RenameParams(source, place, "sleep"))
        assert edit
        assert editor.texts_after(edit) == {hawk: _HAWK.replace("owl.rest", "owl.sleep")}
        edit = await editor.client.text_document_rename_async(types.RenameParams(copy, types.Position(0, 24), "sleep"))
        assert edit
        assert editor.texts_after(edit) == {hawk: _HAWK.replace("owl.rest", "owl.sleep")}
        other = types.PrepareRenameParams(copy, types.Position(2, 12))
        assert await editor.client.text_document_prepare_rename_async(other) is None

    play(zoo, script)


_OSPREY = """\
class Osprey:
    def dive(self, metres):
        return self.depth - metres


def rest(hours):
    return hours
"""
_GANNET = """\
class Gannet:
    # Copied from zoo.osprey.Osprey.dive
    def dive(self, metres):
        return self.depth - metres


# Adapted from zoo.osprey.Osprey: it dives from the air
class Shag:
    x = 1
"""


def test_rename_of_a_class_reaches_what_names_its_members(zoo: Path) -> None:
    write_tree(zoo, {"zoo/osprey.py": _OSPREY, "zoo/gannet.py": _GANNET})

    async def script(editor: Editor, zoo: Path) -> None:
        osprey, gannet = (
            types.TextDocumentIdentifier(editor.open(zoo / f"zoo/{name}.py")) for name in ("osprey", "gannet")
        )
        renamed = {gannet.uri: _GANNET.replace("osprey.Osprey", "osprey.Fisher")}
        for document, place in ((osprey, types.Position(0, 8)), (gannet, types.Position(1, 31))):
            edit = await editor.client.text_document_rename_async(types.RenameParams(document, place, "Fisher"))
            assert edit
            assert editor.texts_after(edit) == renamed
        method = types.RenameParams(osprey, types.Position(1, 9), "sink")
        edit = await editor.client.text_document_rename_async(method)
        assert edit
        assert editor.texts_after(edit) == {gannet.uri: _GANNET.replace("Osprey.dive", "Osprey.sink")}
        for place in (types.Position(5, 5), types.Position(1, 2), types.Position(2, 20)):
            asked = types.PrepareRenameParams(osprey, place)
            assert await editor.client.text_document_prepare_rename_async(asked) is None
        module = types.PrepareRenameParams(gannet, types.Position(1, 25))
        assert await editor.client.text_document_prepare_rename_async(module) is None
        with pytest.raises(JsonRpcException, match="`class` is no name"):
            await editor.client.text_document_rename_async(types.RenameParams(osprey, types.Position(0, 8), "class"))

    play(zoo, script)


def test_the_fix_of_a_source_goes_through_chains(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        owl = editor.open(zoo / "zoo/owl.py", _OWL.replace("1", "2"))
        await editor.until(lambda: editor.published.get(owl))
        fix = next(a for a in await editor.actions(owl, 0) if a.title == "Fix 1 copy of this that drifted")
        fixed = {"hawk": _HAWK.replace("1", "2"), "kite": _KITE.replace("1", "2")}
        expected = {(zoo / f"zoo/{name}.py").as_uri(): text for name, text in fixed.items()}
        assert await editor.applied(fix) == expected

    play(zoo, script)


def test_files_appear_and_vanish(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": _OWL, "zoo/hawk.py": _HAWK})

    async def script() -> None:
        editor = Editor()
        await editor.start(tmp_path, capabilities=_WATCHING)
        await editor.until(lambda: editor.registered)
        hawk = editor.open(tmp_path / "zoo/hawk.py")
        await editor.until(lambda: hawk in editor.published)
        owl = tmp_path / "zoo/owl.py"
        owl.unlink()
        editor.changed_on_disk(owl)
        await editor.until(lambda: editor.codes(hawk) == [(1, "CPY101")])
        owl.write_text(_OWL.replace("1", "2"))
        editor.changed_on_disk(owl)
        await editor.until(lambda: editor.codes(hawk) == [(1, "CPY201")])
        (tmp_path / "copycheck.toml").write_text('formatter = "none"\nignore = ["CPY201"]\n')
        editor.changed_on_disk(tmp_path / "copycheck.toml")
        await editor.until(lambda: editor.codes(hawk) == [])
        (tmp_path / "copycheck.toml").write_text('formatter = "none\n')
        editor.changed_on_disk(tmp_path / "copycheck.toml")
        await editor.until(lambda: any("this is not TOML" in message for message in editor.messages))
        other = editor.open(tmp_path / "zoo/owl.py")
        await editor.until(lambda: other in editor.published)
        (tmp_path / "copycheck.toml").write_text('formatter = "none"\n')
        editor.changed_on_disk(tmp_path / "copycheck.toml")
        await editor.until(lambda: editor.codes(hawk) == [(1, "CPY201")])
        assert await editor.stop() == 0

    asyncio.run(script())


_WATCHING = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}


def test_an_editor_that_tells_of_no_files_saves(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": _OWL, "zoo/hawk.py": _HAWK})

    async def script() -> None:
        editor = Editor()
        await editor.start(tmp_path, capabilities={})
        hawk = editor.open(tmp_path / "zoo/hawk.py")
        await editor.until(lambda: hawk in editor.published)
        (tmp_path / "zoo/owl.py").write_text(_OWL.replace("1", "2"))
        editor.save(hawk)
        await editor.until(lambda: editor.codes(hawk) == [(1, "CPY201")])
        assert await editor.stop() == 0

    asyncio.run(script())


def test_two_workspaces(tmp_path: Path) -> None:
    tree = {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": _OWL, "zoo/hawk.py": _HAWK}
    for name in ("one", "two"):
        write_tree(tmp_path / name, tree)

    async def script() -> None:
        editor = Editor()
        await editor.start(tmp_path / "one", tmp_path / "two")
        first = editor.open(tmp_path / "one/zoo/hawk.py")
        second = editor.open(tmp_path / "two/zoo/hawk.py")
        owl = editor.open(tmp_path / "two/zoo/owl.py", _OWL.replace("1", "2"))
        await editor.until(lambda: editor.published.get(second) and first in editor.published)
        assert editor.codes(first) == []
        folder = types.WorkspaceFolder((tmp_path / "two").as_uri(), "two")
        event = types.WorkspaceFoldersChangeEvent([], [folder])
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        editor.close(owl)
        await editor.until(lambda: editor.codes(second) == [])
        assert await editor.stop() == 0

    asyncio.run(script())


def test_malformed_messages_end_nothing(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        hawk = editor.open(zoo / "zoo/hawk.py")
        await editor.until(lambda: hawk in editor.published)
        editor.send(b"{")
        editor.send(b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"nothing": 1}}')
        editor.send(b'{"jsonrpc": "2.0", "id": 77, "method": "textDocument/hover", "params": 5}')
        editor.send(b'{"jsonrpc": "2.0", "method": "no/such/thing"}')
        editor.send(b"[]")
        outside = editor.open(zoo.parent / "elsewhere.py", "x = 1\n")
        strange = types.TextDocumentItem("untitled:Untitled-1", "python", 1, "# Copied from zoo.owl.rest\n")
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(strange))
        far = types.TextDocumentContentChangePartial(types.Range(types.Position(90, 9), types.Position(99, 9)), "\n")
        editor.change(hawk, far)
        editor.type(hawk, _HAWK.replace("1", "2"))
        await editor.until(lambda: editor.codes(hawk) == [(1, "CPY201")])
        assert editor.messages == []
        assert outside not in editor.published or editor.published[outside] == []

    play(zoo, script)


def test_a_server_that_was_killed_starts_again(zoo: Path) -> None:
    async def script() -> None:
        editor = Editor()
        await editor.start(zoo)
        hawk = editor.open(zoo / "zoo/hawk.py", _HAWK.replace("1", "2"))
        await editor.until(lambda: editor.published.get(hawk))
        server = editor.client._server
        assert server is not None
        server.kill()
        await server.wait()
        again = Editor()
        await again.start(zoo)
        again.open(zoo / "zoo/hawk.py", _HAWK.replace("1", "2"))
        await again.until(lambda: again.published.get(hawk))
        assert again.published == editor.published
        assert await again.stop() == 0

    before = tree_of(zoo)
    asyncio.run(script())
    assert tree_of(zoo) == before


def test_a_server_without_an_editor_ends(zoo: Path) -> None:
    async def script() -> None:
        editor = Editor()
        await editor.start(zoo)
        server = editor.client._server
        assert server is not None
        assert server.stdin is not None
        server.stdin.close()
        assert await asyncio.wait_for(server.wait(), PATIENCE) == 1

    asyncio.run(script())


def test_pull_diagnostics(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        hawk = editor.open(zoo / "zoo/hawk.py", _HAWK.replace("1", "2"))
        document = types.TextDocumentIdentifier(hawk)
        report = await editor.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert [d.code for d in report.items if d.severity == 2] == ["CPY201"]
        params = types.DocumentDiagnosticParams(document, previous_result_id=report.result_id)
        again = await editor.client.text_document_diagnostic_async(params)
        assert again.kind == "unchanged"
        whole = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
        assert sorted(item.uri.rpartition("/")[2] for item in whole.items) == ["hawk.py", "kite.py", "owl.py"]
        ids = [types.PreviousResultId(item.uri, item.result_id or "") for item in whole.items]
        editor.type(hawk, _HAWK)
        await editor.until(lambda: editor.refreshes)
        clean = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(ids))
        assert [list(item.items) for item in clean.items if item.kind == "full"] == [[], [], []]
        assert editor.published == {}, "an editor that pulls is not told twice"

    pulling = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
    play(zoo, script, capabilities=pulling)


def test_what_the_server_says_of_itself(zoo: Path) -> None:
    async def script() -> None:
        editor = Editor()
        result = await editor.start(zoo)
        provider = result.capabilities.diagnostic_provider
        assert isinstance(provider, types.DiagnosticOptions)
        assert provider.inter_file_dependencies
        assert provider.workspace_diagnostics
        sync = result.capabilities.text_document_sync
        assert isinstance(sync, types.TextDocumentSyncOptions)
        assert sync.change == types.TextDocumentSyncKind.Incremental
        await editor.until(lambda: any(isinstance(v, dict) or hasattr(v, "kind") for v in editor.progress))
        assert await editor.stop() == 0

    asyncio.run(script())


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 21), ("utf-16", 19), ("utf-32", 18)])
def test_places_are_counted_as_the_editor_counts(tmp_path: Path, encoding: str, column: int) -> None:
    text = "# Copied from zoo.owl.rest\ndef rest(hours):\n    return '\N{OWL}', hours\n"
    write_tree(tmp_path, {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": text.partition("\n")[2]})

    async def script() -> None:
        editor = Editor()
        await editor.start(tmp_path, capabilities={"general": {"positionEncodings": [encoding]}})
        hawk = editor.open(tmp_path / "zoo/hawk.py", text)
        await editor.until(lambda: hawk in editor.published)
        at = types.Position(2, column - 2)
        change = types.TextDocumentContentChangePartial(types.Range(at, types.Position(2, column - 1)), "H")
        editor.change(hawk, change)
        await editor.until(lambda: editor.published[hawk])
        document = types.TextDocumentIdentifier(hawk)
        hover = await editor.client.text_document_hover_async(types.HoverParams(document, types.Position(0, 20)))
        assert hover
        assert "-    return '\N{OWL}', Hours" in str(hover.contents).replace("\\n", "\n")
        assert editor.published[hawk][1].range.end.character == column + 3
        assert await editor.stop() == 0

    asyncio.run(script())


def test_a_form_feed_ends_no_line(zoo: Path) -> None:
    async def script(editor: Editor, zoo: Path) -> None:
        hawk = editor.open(zoo / "zoo/hawk.py", "x = 1\n\f\n" + _HAWK)
        await editor.until(lambda: hawk in editor.published)
        at = types.Range(types.Position(4, 22), types.Position(4, 23))
        editor.change(hawk, types.TextDocumentContentChangePartial(at, "7"))
        await editor.until(lambda: editor.codes(hawk) == [(3, "CPY201")])
        editor.change(hawk, types.TextDocumentContentChangePartial(at, "1"))
        await editor.until(lambda: editor.codes(hawk) == [])

    play(zoo, script)


def test_a_full_copy_has_lenses_and_actions(zoo: Path) -> None:
    write_tree(
        zoo,
        {"copycheck.toml": 'formatter = "none"\n[full-copies]\n"zoo/gull.py" = "zoo/owl.py"\n', "zoo/gull.py": _HAWK},
    )

    async def script(editor: Editor, zoo: Path) -> None:
        owl, gull = editor.open(zoo / "zoo/owl.py"), editor.open(zoo / "zoo/gull.py")
        await editor.until(lambda: {owl, gull} <= editor.published.keys() and editor.published[gull])
        assert (1, "CPY203") in editor.codes(gull)
        titles = []
        for uri in (owl, gull):
            params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
            lenses = await editor.client.text_document_code_lens_async(params) or ()
            titles.append([lens.command and lens.command.title for lens in lenses])
        assert "whole file: 1 copy, 1 drifted" in titles[0]
        assert titles[1][0] == "full copy of zoo/owl.py, drifted"
        actions = {action.title: action for action in await editor.actions(gull, 0)}
        assert await editor.applied(actions["Replace the file by its source"]) == {gull: _OWL}
        broken = await editor.applied(actions["Break this full copy: remove its entry in `full-copies`"])
        assert broken == {(zoo / "copycheck.toml").as_uri(): 'formatter = "none"\n[full-copies]\n'}

    play(zoo, script)
