"""Merges the changes of a source into a full copy with edits of its own (contract 12.5)."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from copycheck.checking.expected_full_copies import ExpectedFile, WholeFiles, expected_files
from copycheck.checking.full_copy_check import unparsable
from copycheck.checking.registered_full_copies import PYTHON, FullCopy
from copycheck.comparison.formatters import Formatters, Fragment
from copycheck.comparison.kept_part_placing import restored
from copycheck.comparison.kept_parts import KeepError, kept_lines, pieces_of
from copycheck.comparison.laid_out_texts import ToWrite, own_layouts
from copycheck.comparison.tied_units import Laid
from copycheck.directives.replacements import apply_replacements
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.errors import FormatterError, GrowthError, UnreadableFileError
from copycheck.model.merge_report import Outcome
from copycheck.project.atomic_write import obstacle
from copycheck.project.workspace import SourceFile, Workspace, decode
from copycheck.syntax.undefined_names import undefined_names
from copycheck.upstream.copy_merging import MergeError, Sides, undefined
from copycheck.upstream.threeway import Chunk, MarkerLabels, Merge, merge, with_markers


class MergedFile(NamedTuple):
    """A merge of a full copy. `data` takes the place of its bytes, where something is to be written."""

    outcome: Outcome
    sides: Sides
    result: Merge
    data: bytes | None = None


class FileMerger:
    """Merges one full copy: its bytes as they are, and the formatter. Raises MergeError where there is no copy."""

    def __init__(self, workspace: Workspace, formatters: Formatters, pair: FullCopy) -> None:
        if not workspace.exists(pair.copy):
            raise MergeError("it is not there: run `copycheck --fix` to create it")
        if reason := obstacle(workspace.root, pair.copy):
            raise MergeError(f"{pair.copy} is not written: {reason}")
        self.pair = pair
        self.copy = workspace.read_bytes(pair.copy)
        self._formatters = formatters
        self._is_python = pair.copy.endswith(PYTHON)

    def sides(self, base: bytes, source: bytes) -> Sides:
        """The three texts: base and source replaced, and with what is the copy's own. Raises MergeError."""
        files = [WholeFiles(self.pair, data, self.copy) for data in (base, source)]
        old, new = (self._sound(made) for made in expected_files(self._formatters, files))
        ours = self._text(self.copy)
        if new.present is not None:
            ours = restored(new.present, ours, self.pair.patterns)
        before, after = (made.formatted or made.data for made in (old, new))
        as_written = self._text(self.copy), self._text(new.data), new.source or ""
        return Sides(self._text(before), ours, self._text(after), as_written=as_written)

    def _sound(self, made: ExpectedFile | Diagnostic) -> ExpectedFile:
        if isinstance(made, Diagnostic):
            raise MergeError(made.message)
        if made.refusal is not None:
            raise MergeError(made.refusal)
        return made

    def _text(self, data: bytes) -> str:
        """The text of some bytes, as it is merged."""
        if self.pair.is_formatted:
            try:
                return decode(self.pair.copy, data).text
            except UnreadableFileError as error:
                raise MergeError(f"the file {error.reason}") from None
        return data.decode("utf-8", "surrogateescape")

    def merged(self, sides: Sides, source: bytes, result: Merge | None = None) -> MergedFile:
        """The merge: `result`, or what the sides come to; `source` is what the source has become.

        Raises MergeError where what came out cannot be written, and GitError.
        """
        result = result or self._merge(sides)
        if result.conflicts:
            return MergedFile("conflict", sides, result)
        text = self._ended(result.text, sides)
        if text == sides.ours:
            return MergedFile("nothing", sides, Merge((Chunk(text),)))
        text = self._in_layout(sides, text)
        data = self._bytes(text)
        self._require_sound(data, text, source)
        return MergedFile("as-upstream" if sides.base == sides.ours else "merged", sides, result, data)

    def _in_layout(self, sides: Sides, text: str) -> str:
        """A merged text with its lines as the copy and the source have them, where no formatter is configured."""
        if not self.pair.is_formatted or self._formatters.is_configured(self.pair.copy):
            return text
        own, theirs, unreplaced = sides.as_written
        merged, ours = self._formatters.format([Fragment(one, self.pair.copy) for one in (text, own)])
        if isinstance(merged, FormatterError) or isinstance(ours, FormatterError):
            return text
        laid = Laid(ours, own), Laid(sides.theirs, theirs)
        wanted = ToWrite(self.pair.copy, (), merged.rstrip("\n"), *laid, unreplaced, blank_lines_count=True)
        [layout] = own_layouts(self._formatters, [wanted])
        return text if layout is None else f"{layout}\n"

    def _merge(self, sides: Sides) -> Merge:
        texts = (sides.base, sides.ours, sides.theirs)
        if any("\0" in text for text in texts) and sides.ours not in (sides.base, sides.theirs):
            raise MergeError("it is no text file, so its changes cannot be merged: edit it by hand")
        return merge(*texts, by_tokens=self._is_python)

    def _ended(self, text: str, sides: Sides) -> str:
        """A merged text with the last line end that the one side gave it which changed that of the base."""
        base, ours, theirs = (side.endswith("\n") for side in (sides.base, sides.ours, sides.theirs))
        ends = theirs if ours == base else ours
        return text if ends or sides.ours in (sides.base, sides.theirs) else text.removesuffix("\n")

    def _bytes(self, text: str) -> bytes:
        if not self.pair.is_formatted:
            return text.encode("utf-8", "surrogateescape")
        file: SourceFile = decode(self.pair.copy, self.copy)
        newline = "\r\n" if b"\r\n" in self.copy else "\n"
        try:
            return text.replace("\n", newline).encode(file.encoding)
        except UnicodeEncodeError as error:
            lacks = error.object[error.start]
            raise MergeError(f"the encoding of {self.pair.copy}, {file.encoding}, lacks `{lacks}`") from None

    def _require_sound(self, data: bytes, text: str, source: bytes) -> None:
        """Refuse what does not parse, uses new names that nothing binds, or has not all that is the copy's own."""
        if reason := unparsable(self.pair.copy, data):
            raise MergeError(f"the merged text does not parse, merge it by hand: {reason}")
        if self._is_python:
            after = undefined_names(text, self.pair.copy) or Counter()
            before = undefined_names(self._text(self.copy), self.pair.copy) or Counter()
            if names := sorted(after.keys() - before.keys() - self._unbound_in(source)):
                raise MergeError(undefined(names, self.pair.copy))
        try:
            own, kept = (kept_lines(pieces_of(one, self.pair.patterns)) for one in (self._text(self.copy), text))
        except KeepError as error:
            raise MergeError(f"the merged text has a kept part that is not closed: {error}") from None
        left = iter(kept)
        if not all(line in left for line in own):
            raise MergeError("the merge would change a part that it keeps as its own: merge it by hand")

    def _unbound_in(self, source: bytes) -> set[str]:
        """The names that the source itself leaves undefined, after the replacements."""
        try:
            found = undefined_names(self._text(source), self.pair.copy) or Counter()
            return {apply_replacements(name, self.pair.replacements) for name in found}
        except (GrowthError, MergeError):
            return set()

    def with_markers(self, conflicting: MergedFile, labels: MarkerLabels) -> bytes:
        """The bytes of the copy with git's markers. Raises MergeError."""
        base, ours, theirs = conflicting.result.sides()
        return self._bytes(with_markers(base, ours, theirs, labels))
