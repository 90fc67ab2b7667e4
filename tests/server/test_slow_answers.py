"""What a server asks of another process: marks of copies, and updates from upstream; both of unsaved texts as well."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcException

from tests.harness import run, tree_of, write_tree
from tests.server.editor import CAPABILITIES, Editor

_OWL = """\
def rest(hours, limit):
    first = hours + 1
    second = first * limit
    third = second - hours
    if third > limit:
        return max(third, limit)
    return min(first, second)
"""


def test_a_copy_is_marked_in_an_unsaved_buffer(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": 'formatter = "none"\n', "zoo/auk.py": _OWL, "zoo/hawk.py": "import os\n"})
    before = tree_of(tmp_path)

    async def script() -> None:
        editor = Editor()
        await editor.start(tmp_path)
        text = "import os\n\n\n" + _OWL.replace("rest", "doze")
        hawk = editor.open(tmp_path / "zoo/hawk.py", text)
        await editor.until(lambda: hawk in editor.published)
        (mark,) = await editor.actions(hawk, 3)
        assert mark.title == "Mark `doze` as a copy of what `suggest` finds"
        marked = (await editor.applied(mark))[hawk]
        assert marked == text.replace("def", "# Copied from zoo.auk.rest\ndef")
        editor.type(hawk, marked)
        assert not [a for a in await editor.actions(hawk, 4) if a.title.startswith("Mark")]
        auk = editor.open(tmp_path / "zoo/auk.py")
        editor.type(hawk, text)
        (source,) = await editor.actions(auk, 0)
        with pytest.raises(JsonRpcException, match=r"takes .* for the source of zoo/hawk.py:4: mark the copy there"):
            await editor.edit_of(source)
        editor.type(hawk, "import os\n\n\ndef other():\n    return os\n")
        (mark,) = await editor.actions(hawk, 3)
        with pytest.raises(JsonRpcException, match=r"`copycheck suggest` finds no source of "):
            await editor.edit_of(mark)
        assert await editor.stop() == 0

    asyncio.run(script())
    assert tree_of(tmp_path) == before


def test_an_editor_that_takes_edits_at_once_is_not_made_to_wait(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "zoo/owl.py": _OWL})

    async def script() -> None:
        editor = Editor()
        await editor.start(tmp_path, capabilities={**CAPABILITIES, "textDocument": {}})
        owl = editor.open(tmp_path / "zoo/owl.py")
        assert await editor.actions(owl, 0) == []
        assert await editor.stop() == 0

    asyncio.run(script())


def test_a_locked_copy_is_updated_from_upstream(tmp_path: Path) -> None:
    root = tmp_path / "zoo"
    hawk = "# Copied from birds.owl.rest\n" + _OWL
    config = '[tool.copycheck.upstream]\nbirds = { path = "../birds" }\n'
    write_tree(tmp_path / "birds", {"birds/owl.py": _OWL, "birds/__init__.py": ""})
    write_tree(root, {"pyproject.toml": config, "hawk.py": hawk})
    assert run(root, "upstream", "sync", "-q").code == 0
    (tmp_path / "birds/birds/owl.py").write_text(_OWL.replace("hours + 1", "hours + 100"))

    async def script() -> None:
        editor = Editor()
        await editor.start(root)
        # An edit that nobody has saved is kept.
        uri = editor.open(root / "hawk.py", hawk.replace("min(first", "max(first"))
        await editor.until(lambda: uri in editor.published)
        update = next(a for a in await editor.actions(uri, 0) if a.title.startswith("Update"))
        assert update.title == "Update this copy of `rest` from upstream"
        edit = await editor.edit_of(update)
        after = editor.texts_after(edit)
        assert after[uri] == hawk.replace("hours + 1", "hours + 100").replace("min(first", "max(first")
        assert after.keys() == {uri, (root / "copycheck-lock.json").as_uri()}
        assert edit.change_annotations, "the lock is another file: it can be looked at first"
        assert await editor.stop() == 0

    before = tree_of(root)
    asyncio.run(script())
    assert tree_of(root) == before
