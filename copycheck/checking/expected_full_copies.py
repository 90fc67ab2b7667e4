"""The bytes that full copies should have: of their sources, replaced, formatted, with what is kept (contract 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.checking.outcome import unreadable
from copycheck.checking.registered_full_copies import FullCopy
from copycheck.comparison.formatters import Formatters, Fragment
from copycheck.comparison.kept_part_placing import PlaceError, restored, with_kept_parts
from copycheck.comparison.kept_parts import (
    KeepError,
    are_in_sync,
    as_bytes,
    as_text,
    compares_nothing,
    keeps_parts,
    kept_lines,
    pieces_of,
)
from copycheck.comparison.laid_out_texts import ToWrite, own_layouts
from copycheck.comparison.tied_units import Laid
from copycheck.comparison.tool_comments import (
    Commented,
    StrippedSides,
    with_comments_of,
    without_those_of_both,
    without_tool_comments,
)
from copycheck.directives.replacements import apply_replacements
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.errors import FormatterError, GrowthError, UnreadableFileError
from copycheck.model.location import Location, Source
from copycheck.model.rule_code import RuleCode
from copycheck.project.upstream_settings import LOCK
from copycheck.project.workspace import SourceFile, decode
from copycheck.syntax.statement_parser import read_outline


class WholeFiles(NamedTuple):
    """A full copy with the bytes of its source and its own; None for a copy that is not there."""

    pair: FullCopy
    source: bytes
    copy: bytes | None


class ExpectedFile(NamedTuple):
    """The bytes that a copy should have; whether it is the same already; why they cannot be written.

    `replaced` is the text of the source before it was formatted, where it was, and `source` that before replacement.
    `present` is the formatted text of the copy. `is_misplaced` says that a part of the copy's own has no place.
    `formatted` are the bytes as the formatter has them, where those to be written are laid out otherwise.
    """

    data: bytes
    same: bool = False
    refusal: str | None = None
    replaced: str | None = None
    source: str | None = None
    present: str | None = None
    is_misplaced: bool = False
    formatted: bytes | None = None


class _ForFormatter(NamedTuple):
    """A copy of Python whose texts go to the formatter: the replaced source, the copy, and what it is to be."""

    files: WholeFiles
    source: SourceFile
    replaced: str
    copy: str
    placed: str
    refusal: str | None
    tool_comments: StrippedSides | None = None
    """The copy and what it is to be, with what was left out of them, where comments for tools do not count."""


def expected_files(formatters: Formatters, all_files: Sequence[WholeFiles]) -> list[ExpectedFile | Diagnostic]:
    """What each copy should hold; or the finding that says why nobody can say it. One batch for the formatter."""
    results: list[ExpectedFile | Diagnostic] = []
    batch: list[tuple[int, _ForFormatter]] = []
    for number, files in enumerate(all_files):
        made = _made(formatters, files)
        if isinstance(made, _ForFormatter):
            batch.append((number, made))
            made = ExpectedFile(files.source)
        results.append(made)
    fragments = [
        Fragment(text, one.files.pair.copy) for _, one in batch for text in (one.replaced, one.copy, one.placed)
    ]
    formatted = iter(formatters.format(fragments))
    drifted: dict[int, tuple[_ForFormatter, ToWrite]] = {}
    for number, one in batch:
        texts = [next(formatted) for _ in range(3)]
        made = results[number] = _formatted(one, texts)
        if not made.same and not made.refusal and not any(isinstance(text, FormatterError) for text in texts):
            drifted[number] = one, _to_write(one, *map(str, texts[1:]))
    layouts = own_layouts(formatters, [text for _, text in drifted.values()])
    for (number, (one, _)), layout in zip(drifted.items(), layouts, strict=True):
        results[number] = _in_layout(one, results[number], layout)
    return results


def _to_write(one: _ForFormatter, present: str, placed: str) -> ToWrite:
    """What is written of a copy, with the lines of copy and source as they are."""
    copy, source = Laid(present, one.copy), Laid(placed, one.placed)
    return ToWrite(one.files.pair.copy, (), placed.rstrip("\n"), copy, source, one.source.text, blank_lines_count=True)


def _in_layout(one: _ForFormatter, made: ExpectedFile | Diagnostic, layout: str | None) -> ExpectedFile | Diagnostic:
    """What a copy should hold, in a layout of its own, if there is one that can be written."""
    if layout is None or isinstance(made, Diagnostic):
        return made
    text = _with_own_parts(one, f"{layout}\n", one.copy, one.placed)
    try:
        read_outline(one.files.pair.copy, text)
        return made._replace(data=_encoded(one, text), formatted=made.data)
    except (UnreadableFileError, UnicodeEncodeError):
        return made


def _with_own_parts(one: _ForFormatter, text: str, copy: str, source: str | None = None) -> str:
    """A text with the kept parts, and the comments for tools, of a copy; `source` is laid out as the text."""
    if one.placed != one.replaced:
        text = restored(text, one.placed, one.files.pair.patterns)
    if one.tool_comments is not None:
        sides = [Commented(copy, one.tool_comments.copy), Commented(source or text, one.tool_comments.source)]
        text = with_comments_of(sides, text)
    return text


def _encoded(one: _ForFormatter, text: str) -> bytes:
    """A text as the copy is written: in the source's encoding and with its line ends. Raises UnicodeEncodeError."""
    newline = "\r\n" if b"\r\n" in one.source.data else "\n"
    return text.replace("\r\n", "\n").replace("\n", newline).encode(one.source.encoding)


def _made(formatters: Formatters, files: WholeFiles) -> ExpectedFile | _ForFormatter | Diagnostic:
    pair = files.pair
    try:
        if pair.is_formatted:
            return _for_formatter(formatters, files)
        data = files.source
        if pair.replacements:
            data = as_bytes(apply_replacements(data.decode("utf-8", "surrogateescape"), pair.replacements))
        return _kept(files, data)
    except UnreadableFileError as error:
        return unreadable(error)
    except GrowthError as error:
        message = f"the replacements of this full copy cannot be made: {error}"
        return finding_at(pair, "CPY001", message)._replace(help="shorten `with` of its entry in `full-copies`")


def _kept(files: WholeFiles, data: bytes) -> ExpectedFile | Diagnostic:
    """Bytes with the parts of the copy that are its own."""
    pair, copy = files.pair, files.copy
    # Where line ends are mixed, or others than in the source, every byte counts.
    leaves_out = pair.ignores_tool_comments and copy is not None and _line_end(copy) == _line_end(data) != ""
    if copy is None or not (leaves_out or keeps_parts(copy, pair.patterns)):
        return ExpectedFile(data)
    try:
        own, new = as_text(copy), as_text(data)
        text, refusal = _placed(pair, own, new) if keeps_parts(copy, pair.patterns) else (new, None)
    except KeepError as error:
        return _unkept(pair, error)
    compared = text
    if leaves_out:
        newline = _line_end(data)
        own, compared, text = without_those_of_both(*(one.replace(newline, "\n") for one in (own, text)))
        text = text.replace("\n", newline)
    same = refusal is None and are_in_sync(pieces_of(own, pair.patterns), pieces_of(compared, pair.patterns))
    return ExpectedFile(as_bytes(text), same, refusal, is_misplaced=refusal is not None)


def _line_end(data: bytes) -> str:
    """The line end of a file; empty where it has several."""
    if b"\r" not in data:
        return "\n"
    return "\r\n" if data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n") else ""


def _placed(pair: FullCopy, own: str, new: str) -> tuple[str, str | None]:
    """A text with the parts of the copy that are its own, and why one has no place in it. Raises KeepError."""
    if compares_nothing(pieces_of(new, pair.patterns)):
        raise KeepError("`keep` matches every line of the source, so that nothing would be compared")
    try:
        return with_kept_parts(own, new, pair.patterns), None
    except PlaceError as error:
        return new, f"line {error.row} of the copy: {error}"


def _placed_where_formatted(formatters: Formatters, pair: FullCopy, copy: str, replaced: str) -> str | None:
    """The formatted text of the source with the parts of the copy as they are; None where one has no place there.

    Where the two are laid out otherwise, a part has no place in the text as it is, or one inside of a statement.
    """
    own, new = formatters.format([Fragment(copy, pair.copy), Fragment(replaced, pair.copy)])
    if isinstance(own, FormatterError) or isinstance(new, FormatterError):
        return None
    try:
        text = restored(with_kept_parts(own, new, pair.patterns), copy, pair.patterns)
        left = iter(kept_lines(pieces_of(text, pair.patterns)))
        is_whole = all(line in left for line in kept_lines(pieces_of(copy, pair.patterns)))
    except KeepError:
        return None
    return text if is_whole and _parses(pair.copy, text) else None


def _parses(filename: str, text: str) -> bool:
    try:
        read_outline(filename, text)
    except UnreadableFileError:
        return False
    return True


def _unkept(pair: FullCopy, error: KeepError) -> Diagnostic:
    help_ = (
        "add the comment that is missing, or remove this one" if "copycheck: " in str(error) else "correct its `keep`"
    )
    finding = finding_at(pair, "CPY001", f"the file is not compared: {error}")
    return finding._replace(location=Location(error.row), end_location=Location(error.row), help=help_)


def _for_formatter(formatters: Formatters, files: WholeFiles) -> _ForFormatter | Diagnostic:
    pair = files.pair
    source = decode(pair.source, files.source)
    copy = decode(pair.copy, files.copy).text if files.copy is not None else ""
    placed = replaced = apply_replacements(source.text, pair.replacements)
    refusal = None
    if files.copy is not None and keeps_parts(files.copy, pair.patterns):
        try:
            placed, refusal = _placed(pair, copy, replaced)
        except KeepError as error:
            return _unkept(pair, error)
        if refusal is not None or not _parses(pair.copy, placed):
            again = _placed_where_formatted(formatters, pair, copy, replaced)
            placed, refusal = (placed, refusal) if again is None else (again, None)
    if not pair.ignores_tool_comments:
        return _ForFormatter(files, source, replaced, copy, placed, refusal)
    bare, own, new = (
        without_tool_comments(*sides) for sides in ((replaced, [copy]), (copy, [placed]), (placed, [copy]))
    )
    return _ForFormatter(files, source, bare.text, own.text, new.text, refusal, StrippedSides(own, new))


def _formatted(one: _ForFormatter, formatted: Sequence[str | FormatterError]) -> ExpectedFile:
    """The formatted bytes, in the source's encoding and with its line ends; nothing that does not parse is written."""
    pair = one.files.pair
    failed = next((text for text in formatted if isinstance(text, FormatterError)), None)
    texts = [one.replaced, one.copy, one.placed] if failed is not None else [str(text) for text in formatted]
    refusal = str(formatted[2]) if isinstance(formatted[2], FormatterError) else one.refusal
    expected, present, placed = texts
    same = placed == present
    if one.placed != one.replaced:
        own, new, with_kept = (pieces_of(text, pair.patterns) for text in (present, expected, placed))
        same = one.refusal is None and (are_in_sync(own, new) or are_in_sync(own, with_kept))
    placed = _with_own_parts(one, placed, present)
    if one.tool_comments is not None:
        present = with_comments_of([Commented(present, one.tool_comments.copy)], present)
    try:
        read_outline(pair.copy, placed)
        data = _encoded(one, placed)
    except (UnreadableFileError, UnicodeEncodeError) as error:
        reason = error.reason if isinstance(error, UnreadableFileError) else f"{one.source.encoding} lacks a character"
        data, refusal = placed.encode("utf-8", "replace"), refusal or f"it {reason}"
    is_misplaced = one.refusal is not None
    return ExpectedFile(data, same, refusal, one.replaced, one.source.text, present, is_misplaced)


def not_locked(pair: FullCopy) -> Diagnostic:
    """The finding CPY301 for a full copy whose base is not in the lock."""
    return finding_at(pair, "CPY301", f"`{pair.source}` is not in {LOCK}: run `copycheck upstream sync`")


def finding_at(pair: FullCopy, code: RuleCode, message: str) -> Diagnostic:
    """A finding about a full copy as a whole."""
    place = Location(1, 1)
    source = Source(pair.source, pair.source, place)
    return Diagnostic(code, message, pair.copy, place, place, source, target=pair.source)
