"""Whole files registered as copies of others (contract 6)."""

from __future__ import annotations

import ast
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from copycheck.comparison.diff import significant, unified
from copycheck.comparison.formatters import Formatters, Fragment
from copycheck.comparison.numbering import placed
from copycheck.directives.replacements import WITH, Options, apply_replacements, parse_options
from copycheck.model.diagnostic import Diagnostic, Edit, Fix
from copycheck.model.directive import Replacement
from copycheck.model.errors import ConfigError, FormatterError, GrowthError, UnreadableFileError
from copycheck.model.location import Location, Source
from copycheck.model.rule_code import RuleCode
from copycheck.model.wording import listed
from copycheck.project.edits import edits_between
from copycheck.project.reading import is_below
from copycheck.project.settings import FullCopySetting, Settings
from copycheck.project.workspace import SourceFile, Workspace, decode, refuse_conflict
from copycheck.syntax.parser import read_outline
from copycheck.syntax.undefined_names import undefined_names


class FullCopy(NamedTuple):
    """A file and the file that it copies, both by their names in the project."""

    copy: str
    source: str
    replacements: tuple[Replacement, ...] = ()


class FullCopyVerdict(NamedTuple):
    """A full copy with its finding, and the bytes that fix would write."""

    pair: FullCopy
    diagnostic: Diagnostic | None = None
    expected: bytes | None = None


def registered(settings: Settings, workspace: Workspace) -> list[FullCopy]:
    """The full copies of the configuration, sources before their copies.

    Raises ConfigError for a path that leaves the project, a replacement that cannot be read, a file that is registered
    twice under two names, and a cycle.
    """
    pairs = _pairs(settings, settings.full_copies)
    configured = {entry.copy for entry in settings.full_copies}
    others = [entry for entry in _from_script(settings, workspace) if entry.copy not in configured]
    return _in_order({**_pairs(settings, others), **pairs})


def _pairs(settings: Settings, entries: Iterable[FullCopySetting]) -> dict[str, FullCopy]:
    """The full copies of one list, by the path of the copy."""
    pairs: dict[str, FullCopy] = {}
    for entry in entries:
        pair = _read(settings, entry)
        if pair.copy == pair.source:
            raise ConfigError(f"full-copies: `{pair.copy}` is registered as a copy of itself")
        if pairs.setdefault(pair.copy, pair) != pair:
            raise ConfigError(f"full-copies: `{pair.copy}` is registered twice, with two sources: keep one of them")
    return pairs


def _read(settings: Settings, entry: FullCopySetting) -> FullCopy:
    written = entry.options.strip()
    # The key says `with` already, so the word may be missing, whatever blanks the patterns hold.
    options = parse_options(written if WITH.match(written) else f"with {written}") if written else Options()
    if options.problem is not None:
        raise ConfigError(f"full-copies: `with` of `{entry.copy}`: {options.problem}")
    return FullCopy(_inside(settings, entry.copy), _inside(settings, entry.source), options.replacements)


def _inside(settings: Settings, path: str) -> str:
    root = os.path.realpath(settings.root)
    real = os.path.realpath(os.path.join(root, path))
    name = os.path.normpath(path)
    if os.path.isabs(path) or name.startswith("..") or not is_below(real, root):
        raise ConfigError(f"full-copies: `{path}` leaves the project: name a file inside of it")
    return name.replace(os.sep, "/")


def _from_script(settings: Settings, workspace: Workspace) -> list[FullCopySetting]:
    """The dict literal `FULL_COPIES` of the file that `full-copies-from` names; nothing of it is run."""
    name = settings.full_copies_from
    if name is None:
        return []
    filename = _inside(settings, name)
    try:
        file = workspace.read(filename)
        tree = ast.parse(file.text)
    except UnreadableFileError as error:
        raise ConfigError(f"full-copies-from: {filename} {error.reason}") from None
    except (SyntaxError, ValueError, RecursionError) as error:
        raise ConfigError(f"full-copies-from: {filename} cannot be parsed: {error}") from None
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == "FULL_COPIES" for target in targets):
            return _literal(filename, node)
    raise ConfigError(f"full-copies-from: {filename} has no FULL_COPIES at its top level")


def _literal(filename: str, node: ast.stmt) -> list[FullCopySetting]:
    try:
        value = ast.literal_eval(node.value)  # type: ignore[attr-defined]
    except (ValueError, TypeError, SyntaxError, RecursionError):
        value = None
    if not isinstance(value, dict) or not all(isinstance(path, str) for pair in value.items() for path in pair):
        raise ConfigError(f"full-copies-from: {filename}:{node.lineno}: FULL_COPIES is not a plain dict of paths")
    return [FullCopySetting(copy, source) for copy, source in value.items()]


def _in_order(pairs: dict[str, FullCopy]) -> list[FullCopy]:
    ordered: dict[str, FullCopy] = {}
    for first in sorted(pairs):
        name = first
        way: list[str] = []
        while name in pairs and name not in ordered:
            if name in way:
                raise ConfigError(f"full-copies: {' → '.join([*way[way.index(name) :], name])} is a cycle")
            way.append(name)
            name = pairs[name].source
        ordered.update((step, pairs[step]) for step in reversed(way))
    return list(ordered.values())


def check_full_copies(workspace: Workspace, formatters: Formatters, pairs: Sequence[FullCopy]) -> list[FullCopyVerdict]:
    """Hold each full copy against its source; those that need the formatter go to it in one batch."""
    verdicts = []
    expected = _expected_bytes(workspace, formatters, pairs)
    for pair, wanted in zip(pairs, expected, strict=True):
        if isinstance(wanted, Diagnostic):
            verdicts.append(FullCopyVerdict(pair, wanted))
            continue
        if not workspace.exists(pair.copy):
            finding = _at(pair, "CPY204", f"the full copy of `{pair.source}` is missing", Fix("Create the copy"))
            verdicts.append(_verdict(pair, finding, wanted))
            continue
        verdicts.append(_compare(workspace, pair, wanted))
    return verdicts


class _Wanted(NamedTuple):
    """The bytes that a copy should have; whether it is the same already, once formatted; why it cannot be written.

    `replaced` is the text of the source before it was formatted, where it was, and `source` that before replacement.
    """

    data: bytes
    same: bool = False
    refusal: str | None = None
    replaced: str | None = None
    source: str | None = None


def _compare(workspace: Workspace, pair: FullCopy, wanted: _Wanted) -> FullCopyVerdict:
    try:
        actual = _whole(workspace, pair.copy)
    except UnreadableFileError as error:
        place = Location(error.row, error.column)
        return FullCopyVerdict(pair, Diagnostic("CPY000", f"the file {error.reason}", pair.copy, place, place))
    if wanted.same or wanted.data == actual:
        return FullCopyVerdict(pair)
    diff = None
    rows: tuple[tuple[int, int], ...] = ()
    if b"\0" not in wanted.data and b"\0" not in actual:
        left, right = (data.decode("utf-8", "replace").replace("\r\n", "\n") for data in (actual, wanted.data))
        replaced = right if wanted.replaced is None else wanted.replaced
        expected = placed(right, replaced, range(1, replaced.count("\n") + 2))
        difference = unified(significant(left), expected, pair.copy, f"{pair.source} (expected)")
        diff, rows = difference.text, difference.rows
    message = f"the file differs from `{pair.source}`, of which it is a full copy"
    fix = Fix("Replace the file by its source", edits=_edits(pair.copy, actual, wanted.data))
    help_ = "run `copycheck --fix` to write it again, or remove it from `full-copies`"
    diagnostic = _at(pair, "CPY203", message, fix)._replace(diff=diff, help=help_, rows=rows)
    return _verdict(pair, diagnostic, wanted, actual.decode("utf-8", "replace"))


def _whole(workspace: Workspace, filename: str) -> bytes:
    """The bytes of a file. Raises UnreadableFileError, also where a merge conflict in it is unresolved."""
    data = workspace.read_bytes(filename)
    refuse_conflict(filename, data)
    return data


def _edits(filename: str, actual: bytes, wanted: bytes) -> tuple[Edit, ...]:
    """The edits that make one text of another; none where one of them is no text."""
    try:
        return edits_between(decode(filename, actual), wanted)
    except UnreadableFileError:
        return ()


def _verdict(pair: FullCopy, finding: Diagnostic, wanted: _Wanted, present: str = "") -> FullCopyVerdict:
    """The finding with the bytes that would fix it, or with the reason why there are none."""
    refusal = wanted.refusal or _unparsable(pair.copy, wanted.data)
    if refusal is None:
        names = _unbound(pair, wanted, present)
        if not names:
            return FullCopyVerdict(pair, finding, wanted.data)
        message = f"{finding.message}; a fix would leave {listed(names)} undefined"
        help_ = f"change its replacements, so that what binds {listed(names)} is renamed as well"
        return FullCopyVerdict(pair, finding._replace(message=message, fix=None, help=help_))
    message = f"{finding.message}; its expected text cannot be written: {refusal}"
    return FullCopyVerdict(pair, finding._replace(message=message, fix=None, help=f"fix `{pair.source}` first"))


def _unbound(pair: FullCopy, wanted: _Wanted, present: str) -> list[str]:
    """The names that a fix would leave undefined in a file of Python, which neither its source nor it had so before."""
    if wanted.source is None or wanted.replaced is None or not pair.copy.endswith((".py", ".pyi")):
        return []
    after = undefined_names(wanted.replaced, pair.copy)
    if not after:
        return []
    own = Counter[str]()
    for name, count in (undefined_names(wanted.source, pair.source) or {}).items():
        own[apply_replacements(name, pair.replacements)] += count
    return sorted(after - (own | (undefined_names(present, pair.copy) or Counter())))


def _unparsable(filename: str, data: bytes) -> str | None:
    """Why a file of Python must not hold some bytes: they cannot be parsed. None for those that it may hold."""
    if not filename.endswith((".py", ".pyi")):
        return None
    try:
        read_outline(filename, decode(filename, data).text)
    except UnreadableFileError as error:
        return f"it {error.reason}"
    return None


def _at(pair: FullCopy, code: RuleCode, message: str, fix: Fix | None = None) -> Diagnostic:
    place = Location(1, 1)
    source = Source(pair.source, pair.source, place)
    return Diagnostic(code, message, pair.copy, place, place, source, fix, target=pair.source)


def _expected_bytes(
    workspace: Workspace, formatters: Formatters, pairs: Sequence[FullCopy]
) -> list[_Wanted | Diagnostic]:
    """What each copy should hold: its source's bytes, replaced and, for Python, formatted where there is a `with`."""
    results: list[_Wanted | Diagnostic] = []
    batch: list[tuple[int, SourceFile, Fragment, Fragment]] = []
    for pair in pairs:
        if not workspace.exists(pair.source):
            results.append(_at(pair, "CPY204", f"the source `{pair.source}` of this full copy is missing"))
            continue
        try:
            data = _whole(workspace, pair.source)
            if pair.replacements and pair.source.endswith((".py", ".pyi")):
                source = decode(pair.source, data)
                copy = workspace.read(pair.copy).text if workspace.exists(pair.copy) else ""
                replaced = apply_replacements(source.text, pair.replacements)
                batch.append((len(results), source, Fragment(replaced, pair.copy), Fragment(copy, pair.copy)))
            elif pair.replacements:
                text = data.decode("utf-8", "surrogateescape")
                data = apply_replacements(text, pair.replacements).encode("utf-8", "surrogateescape")
            results.append(_Wanted(data))
        except UnreadableFileError as error:
            place = Location(error.row, error.column)
            results.append(Diagnostic("CPY000", f"the file {error.reason}", error.filename, place, place))
        except GrowthError as error:
            results.append(_at(pair, "CPY001", f"the replacements of this full copy cannot be made: {error}"))
    formatted = formatters.format([fragment for _, _, *sides in batch for fragment in sides])
    for n, (number, source, replaced_fragment, copy_fragment) in enumerate(batch):
        results[number] = _formatted(source, replaced_fragment, copy_fragment, formatted[2 * n], formatted[2 * n + 1])
    return results


def _formatted(
    source: SourceFile,
    replaced: Fragment,
    copy: Fragment,
    wanted: str | FormatterError,
    actual: str | FormatterError,
) -> _Wanted:
    """The formatted bytes, in the source's encoding and with its line ends; nothing that does not parse is written."""
    refused = isinstance(wanted, FormatterError) or isinstance(actual, FormatterError)
    expected, present = (replaced.text, copy.text) if refused else (str(wanted), str(actual))
    refusal = str(wanted) if isinstance(wanted, FormatterError) else None
    newline = "\r\n" if b"\r\n" in source.data else "\n"
    try:
        read_outline(replaced.filename, expected)
        data = expected.replace("\r\n", "\n").replace("\n", newline).encode(source.encoding)
    except (UnreadableFileError, UnicodeEncodeError) as error:
        reason = error.reason if isinstance(error, UnreadableFileError) else f"{source.encoding} lacks a character"
        data, refusal = expected.encode("utf-8", "replace"), refusal or f"it {reason}"
    return _Wanted(data, expected == present, refusal, replaced.text, source.text)
