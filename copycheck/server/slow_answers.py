"""What takes long, a search of the whole project or the network, is asked of another process.

That process sees the texts of the open buffers, may use all processors, and is the only one that uses the network, as
`copycheck upstream update` does. The server goes on in the meantime, and no question is put that a user has not chosen.
"""

from __future__ import annotations

import asyncio
import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from copycheck.model.errors import CopycheckError
from copycheck.model.result import Patch

if TYPE_CHECKING:
    from copycheck.model.location import Span
    from copycheck.project.settings import Settings
    from copycheck.project.workspace import Workspace

MARK, UPDATE = "mark as copy", "update from upstream"
_RUN = (
    "import sys; sys.path[:1] = [p for p in sys.path[:1] if p]; from copycheck.server.slow_answers import main; main()"
)
"""Nothing of the working directory is on the import path: that is the user's code."""
_PATIENCE = 600
"""Seconds after which an answer is not waited for any more."""


class Question(NamedTuple):
    """What is to be done at a row of a file, in the project of a folder, with these texts in place of those on disk."""

    do: str
    folder: str
    config: tuple[str, ...]
    filename: str
    row: int
    buffers: Mapping[str, bytes]


async def patches_of(question: Question) -> tuple[Patch, ...]:
    """The patches that answer a question. Raises CopycheckError where it cannot be answered, saying why."""
    texts = {name: _shown(data) for name, data in question.buffers.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _RUN),
        cwd=question.folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    asked = json.dumps([*question[:-1], texts]).encode()
    command = "copycheck upstream update" if question.do == UPDATE else "copycheck suggest"
    try:
        answer, _ = await asyncio.wait_for(process.communicate(asked), _PATIENCE)
        found: dict[str, Any] = json.loads(answer)
    except asyncio.TimeoutError:
        raise CopycheckError(f"`{command}` gave no answer in {_PATIENCE} seconds: run it in a terminal") from None
    except ValueError:
        raise CopycheckError(f"`{command}` ended without an answer: run it in a terminal") from None
    finally:
        if process.returncode is None:  # nobody waits for it any more
            process.kill()
    if "error" in found:
        raise CopycheckError(found["error"])
    return tuple(Patch(name, _read(before), _read(after) or b"") for name, before, after in found["patches"])


def main() -> None:
    """Read a question from standard input, and write the answer to standard output."""
    question = Question(*json.load(sys.stdin))
    question = question._replace(buffers={name: b64decode(text) for name, text in question.buffers.items()})
    try:
        patches = [(one.filename, _shown(one.before), _shown(one.after)) for one in _answered(question)]
        answer: dict[str, object] = {"patches": patches}
    except CopycheckError as error:
        answer = {"error": str(error)}
    json.dump(answer, sys.stdout)


def _answered(question: Question) -> tuple[Patch, ...]:
    from copycheck.project.config_search import load
    from copycheck.project.workspace import Workspace

    settings = load((), question.config, question.folder)
    workspace = Workspace(settings.root)
    for name, data in question.buffers.items():
        workspace.open_buffer(name, data)
    if question.do == MARK:
        return _marked(settings, workspace, question)
    from copycheck.api.upstream_tracking import update_copies

    place = f"{workspace.path(question.filename)}:{question.row}"
    done = update_copies([place], settings, write=False, workspace=workspace)
    refused = [copy.reason for copy in done.copies if copy.outcome in ("refused", "conflict", "gone")]
    if not done.result.patches:
        problems = "; ".join([*done.result.errors, *filter(None, refused)])
        raise CopycheckError(problems or "nothing was changed: upstream has nothing newer")
    return done.result.patches


def _marked(settings: Settings, workspace: Workspace, question: Question) -> tuple[Patch, ...]:
    from copycheck.api.unmarked_copies import suggest
    from copycheck.suggestion.proof import Proposal, with_comments

    found = suggest([workspace.path(question.filename)], settings, workspace=workspace)
    copies = [copy for group in found.groups for copy in group.copies if copy.filename == question.filename]
    copy = next((one for one in copies if min(one.row, one.rows.start) <= question.row <= one.location.row), None)
    if copy is None or copy.is_file:
        place = f"{question.filename}:{question.row}"
        own = next((group for group in found.groups if _is_around(group.rows, question)), None)
        if own is not None:
            places = ", ".join(f"{one.filename}:{one.location.row}" for one in own.copies)
            raise CopycheckError(f"`copycheck suggest` takes {place} for the source of {places}: mark the copy there")
        raise CopycheckError(
            "; ".join(found.errors)
            or f"`copycheck suggest` finds no source of {place}: write `# Copied from` with its dotted name above it"
        )
    file = workspace.read(copy.filename)
    marked = with_comments(file, [Proposal(copy.filename, copy.row, copy.directive, "", 0)])
    return (Patch(copy.filename, file.data, marked),)


def _is_around(rows: Span, question: Question) -> bool:
    return rows.filename == question.filename and rows.start <= question.row <= rows.end


def _shown(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode()


def _read(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
