"""Holds full copies against their sources, in the project or in the lock: CPY203, CPY204 and CPY301 (contract 6)."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence

from copycheck.checking.expected_full_copies import ExpectedFile, WholeFiles, expected_files, finding_at, not_locked
from copycheck.checking.outcome import unreadable
from copycheck.checking.registered_full_copies import PYTHON, FullCopy, FullCopyVerdict
from copycheck.comparison.diff import significant, unified
from copycheck.comparison.formatters import Formatters
from copycheck.comparison.line_numbers import placed
from copycheck.comparison.tool_comments import differ_in_tool_comments_alone
from copycheck.directives.replacements import apply_replacements
from copycheck.model.diagnostic import Diagnostic, Edit, Fix
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import DiffRows
from copycheck.model.wording import listed
from copycheck.project.file_edits import edits_between
from copycheck.project.lock_file import Lock, whole_file
from copycheck.project.workspace import Workspace, decode, refuse_conflict
from copycheck.syntax.compile_faults import fault_between
from copycheck.syntax.statement_parser import read_outline
from copycheck.syntax.undefined_names import undefined_names


def check_full_copies(
    workspace: Workspace, formatters: Formatters, pairs: Sequence[FullCopy], lock: Lock
) -> list[FullCopyVerdict]:
    """Hold each full copy against its source; those that need the formatter go to it in one batch."""
    read = [_files(workspace, pair, lock) for pair in pairs]
    expected = iter(expected_files(formatters, [files for files in read if isinstance(files, WholeFiles)]))
    verdicts = []
    for pair, files in zip(pairs, read, strict=True):
        if isinstance(files, FullCopyVerdict):
            verdicts.append(files)
            continue
        wanted = next(expected)
        if isinstance(wanted, Diagnostic):
            verdicts.append(FullCopyVerdict(pair, wanted))
        else:
            verdicts.append(_compared(files, wanted, lock))
    return verdicts


def _files(workspace: Workspace, pair: FullCopy, lock: Lock) -> WholeFiles | FullCopyVerdict:
    """The bytes of source and copy; a verdict where one, or each, cannot be read."""
    source, copy, unread = b"", None, []
    try:
        found = source_bytes(workspace, pair, lock)
        if isinstance(found, Diagnostic):
            return FullCopyVerdict(pair, found)
        source = found
    except UnreadableFileError as error:
        unread.append(unreadable(error))
    try:
        copy = whole_bytes(workspace, pair.copy) if workspace.exists(pair.copy) else None
    except UnreadableFileError as error:
        unread.append(unreadable(error))
    return FullCopyVerdict(pair, unread[-1], beside=tuple(unread[:-1])) if unread else WholeFiles(pair, source, copy)


def source_bytes(workspace: Workspace, pair: FullCopy, lock: Lock) -> bytes | Diagnostic:
    """The bytes of the source: of an upstream those of the base. Raises UnreadableFileError."""
    if not pair.upstream:
        if workspace.exists(pair.source):
            return whole_bytes(workspace, pair.source)
        message = f"the source `{pair.source}` of this full copy is missing"
        return finding_at(pair, "CPY204", message)._replace(
            help=f"if it was moved, run `copycheck mv {shlex.quote(pair.source)} NEW`; if it is gone, run "
            f"`copycheck break {shlex.quote(pair.copy)}`"
        )
    base = lock.base_of_file(pair.copy, pair.source)
    if base is None:
        return not_locked(pair)
    return whole_file(base)


def whole_bytes(workspace: Workspace, filename: str) -> bytes:
    """The bytes of a file. Raises UnreadableFileError, also where a merge conflict in it is unresolved."""
    data = workspace.read_bytes(filename)
    refuse_conflict(filename, data)
    return data


def _compared(files: WholeFiles, wanted: ExpectedFile, lock: Lock) -> FullCopyVerdict:
    pair, actual = files.pair, files.copy
    name = f"`{pair.source}`"
    if pair.upstream and (base := lock.base_of_file(pair.copy, pair.source)):
        name += f" {base.version.removeprefix('sha256:')}"
    if actual is None:
        finding = finding_at(pair, "CPY204", f"the full copy of {name} is missing")
        take_off = f"`copycheck break {shlex.quote(pair.copy)}` to take it off `full-copies`"
        help_ = f"run `copycheck --fix` to create it, or {take_off}"
        return _verdict(pair, finding._replace(fix=Fix("Create the copy"), help=help_), wanted)
    if wanted.same or wanted.data == actual or pair.adapted:
        return FullCopyVerdict(pair)
    diff = None
    rows: tuple[DiffRows, ...] = ()
    if b"\0" not in wanted.data and b"\0" not in actual:
        left, right = (data.decode("utf-8", "replace").replace("\r\n", "\n") for data in (actual, wanted.data))
        replaced = right if wanted.replaced is None else wanted.replaced
        expected = placed(right, replaced, range(1, replaced.count("\n") + 2))
        difference = unified(significant(left), expected, pair.copy, f"{pair.source} (expected)")
        diff, rows = difference.text, difference.rows
    message = f"the file differs from {name}, of which it is a full copy"
    fix = Fix("Replace the file by its source", edits=_edits(pair.copy, actual, wanted.data))
    place = shlex.quote(pair.copy)
    help_ = f"run `copycheck --fix` to write it again, or `copycheck break {place}` to take it off `full-copies`"
    if diff is not None and pair.copy.endswith(PYTHON) and differ_in_tool_comments_alone(right, left):
        message += ", in comments for tools alone, such as `# noqa`"
        help_ = f'set `tool-comments = "ignore"` to let each keep its own, or {help_}'
    finding = finding_at(pair, "CPY203", message)._replace(fix=fix, diff=diff, help=help_, rows=rows)
    return _verdict(pair, finding, wanted, actual.decode("utf-8", "replace"))


def _edits(filename: str, actual: bytes, wanted: bytes) -> tuple[Edit, ...]:
    """The edits that make one text of another; none where one of them is no text."""
    try:
        return edits_between(decode(filename, actual), wanted)
    except UnreadableFileError:
        return ()


def _verdict(pair: FullCopy, finding: Diagnostic, wanted: ExpectedFile, present: str = "") -> FullCopyVerdict:
    """The finding with the bytes that would fix it, or with the reason why there are none."""
    refusal = wanted.refusal or unparsable(pair.copy, wanted.data)
    fault = "" if refusal else _fault_of(pair, wanted)
    if fault:
        message = f"{finding.message}; Python would not take its expected text: {fault}"
        help_ = "change its replacements, so that no two names become one"
        return FullCopyVerdict(pair, finding._replace(message=message, fix=None, help=help_))
    if refusal is None:
        names = unbound(pair, wanted, present)
        if not names:
            return FullCopyVerdict(pair, finding, wanted.data)
        message = f"{finding.message}; a fix would leave {listed(names)} undefined"
        help_ = f"change its replacements, so that what binds {listed(names)} is renamed as well"
        return FullCopyVerdict(pair, finding._replace(message=message, fix=None, help=help_))
    message = f"{finding.message}; its expected text cannot be written: {refusal}"
    help_ = "bring the source's changes in by hand" if wanted.is_misplaced else f"fix `{pair.source}` first"
    return FullCopyVerdict(pair, finding._replace(message=message, fix=None, help=help_))


def _fault_of(pair: FullCopy, wanted: ExpectedFile) -> str:
    """What Python says against a file of it as replacements make it, where it takes the source; empty for nothing."""
    if wanted.source is None or wanted.replaced is None or not pair.copy.endswith(PYTHON):
        return ""
    return fault_between(wanted.source, wanted.replaced)


def unbound(pair: FullCopy, wanted: ExpectedFile, present: str) -> list[str]:
    """The names that a fix would leave undefined in a file of Python, which neither its source nor it had so before."""
    if wanted.source is None or wanted.replaced is None or not pair.copy.endswith(PYTHON):
        return []
    after = undefined_names(wanted.replaced, pair.copy)
    if not after:
        return []
    own = Counter[str]()
    for name, count in (undefined_names(wanted.source, pair.source) or {}).items():
        own[apply_replacements(name, pair.replacements)] += count
    return sorted(after - (own | (undefined_names(present, pair.copy) or Counter())))


def unparsable(filename: str, data: bytes) -> str | None:
    """Why a file of Python must not hold some bytes: they cannot be parsed. None for those that it may hold."""
    if not filename.endswith(PYTHON):
        return None
    try:
        read_outline(filename, decode(filename, data).text)
    except UnreadableFileError as error:
        return f"it {error.reason}"
    return None
