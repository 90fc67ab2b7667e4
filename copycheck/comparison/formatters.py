"""ruff, black or none: all fragments of a run in one process for each style (contract 4.7)."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from copycheck.comparison.format_config import Style, Styles
from copycheck.comparison.idle_semicolons import without_idle_semicolons
from copycheck.model.errors import ConfigError, CopycheckError, FormatterError
from copycheck.project.programs import limit_process
from copycheck.syntax.ruff_executable import FILES_A_CALL, ruff_executable

_REFUSED = re.compile(r"^error: (?:Failed to (?:parse|format|read)|cannot (?:parse|format)):? (\d+)\.pyi?:?\s*(.*)")

_MOST_COMMENTS = 5_000
"""So many lines of comments in a row are formatted: ruff 0.17 takes time in their square, 100,000 take minutes."""
_MOST_GROWTH = 10
_MUCH = 1_000_000
"""A text of which a formatter makes one so many times as long, and so many characters more, is taken as it was: of 400
`lambda:` in a row it makes 400 lines, each indented more than the one before."""
_MOST_MEMORY = 4_000_000_000
_MOST_SECONDS = 10
"""Seconds of processor time of one call, and more for each megabyte. ruff needs a tenth of a second for one."""
_SECONDS_A_MEGABYTE = {"ruff": 1, "black": 20}


class Fragment(NamedTuple):
    """A text that is in a file of that name, at its true depth and parsable by itself."""

    text: str
    filename: str


class Formatters:
    """Formats as the project formats its own code. `failure` is set when a formatter could not be run at all."""

    def __init__(self, styles: Styles, remembers: int = 0) -> None:
        """`remembers` says how many formatted texts are kept for the next time."""
        self._styles = styles
        self.failure: str | None = None
        self._remembers = remembers
        self._known: dict[tuple[Style, str, bool], str | FormatterError] = {}

    def looked_at(self) -> list[str]:
        """The configuration files that decided on the style, whether they are there or not."""
        return list(self._styles.configurations)

    def is_configured(self, filename: str) -> bool:
        """Whether the project says how a file is formatted; True where its configuration cannot be used."""
        try:
            return self._styles.is_configured(filename)
        except ConfigError:
            return True

    def format(self, fragments: Sequence[Fragment]) -> list[str | FormatterError]:
        """Each fragment formatted, or the error of the formatter for it; one process for each style."""
        results: list[str | FormatterError] = [fragment.text for fragment in fragments]
        fragments = [fragment._replace(text=without_idle_semicolons(fragment.text)) for fragment in fragments]
        groups: dict[Style, list[int]] = {}
        for number, fragment in enumerate(fragments):
            if _has_too_many_comments(fragment.text):
                results[number] = FormatterError(f"it has more than {_MOST_COMMENTS:,} lines of comments in a row")
                continue
            try:
                groups.setdefault(self._styles.of(fragment.filename), []).append(number)
            except ConfigError as error:
                self.failure = str(error)
                results[number] = FormatterError(self.failure)
        for style, all_numbers in groups.items():
            if style.formatter == "none":
                continue
            numbers = self._recall(style, fragments, all_numbers, results)
            alike: dict[_Kind, list[int]] = {}
            for number in numbers:
                alike.setdefault(_kind(fragments[number]), []).append(number)
            distinct = list(alike.values())  # the copies of one source have the same texts, in file after file
            for start in range(0, len(distinct), FILES_A_CALL):
                some = distinct[start : start + FILES_A_CALL]
                for same, formatted in zip(some, self._run(style, [fragments[n] for n, *_ in some]), strict=True):
                    for number in same:
                        results[number] = formatted
            self._remember(style, fragments, numbers, results)
        return results

    def _recall(
        self, style: Style, fragments: Sequence[Fragment], numbers: list[int], results: list[str | FormatterError]
    ) -> list[int]:
        """Take what is known of some fragments into the results; the numbers of the others."""
        unknown = []
        for number in numbers:
            key = (style, *_kind(fragments[number]))
            known = self._known.pop(key, None)
            if known is None:
                unknown.append(number)
            else:
                self._known[key] = results[number] = known  # the last to be forgotten
        return unknown

    def _remember(
        self, style: Style, fragments: Sequence[Fragment], numbers: list[int], results: Sequence[str | FormatterError]
    ) -> None:
        """Keep the newest results, unless the formatter could not be run."""
        if not self._remembers or self.failure is not None:
            return
        for number in numbers:
            self._known[(style, *_kind(fragments[number]))] = results[number]
        while len(self._known) > self._remembers:
            del self._known[next(iter(self._known))]

    def _run(self, style: Style, fragments: Sequence[Fragment]) -> list[str | FormatterError]:
        try:
            command = _command(style)
            import tempfile

            size = sum(len(fragment.text) for fragment in fragments)
            seconds = _MOST_SECONDS + _SECONDS_A_MEGABYTE[style.formatter] * size // 1_000_000
            with tempfile.TemporaryDirectory(prefix="copycheck-") as folder:
                return _format_in(folder, command, fragments, seconds)
        except OSError as error:
            self.failure = f"the formatter cannot be run: {error.strerror or error}"
        except CopycheckError as error:
            self.failure = str(error)
        return [FormatterError(self.failure)] * len(fragments)


class _Kind(NamedTuple):
    """What a formatter sees of a fragment."""

    text: str
    is_stub: bool


def _kind(fragment: Fragment) -> _Kind:
    return _Kind(fragment.text, fragment.filename.endswith(".pyi"))


def _has_too_many_comments(text: str) -> bool:
    """Whether so many lines of comments follow each other, with blank lines at most between them."""
    if text.count("#") <= _MOST_COMMENTS:
        return False
    run = 0
    for line in text.split("\n"):
        kept = line.lstrip()
        run = run + 1 if kept.startswith("#") else 0 if kept else run
        if run > _MOST_COMMENTS:
            return True
    return False


def _format_in(
    folder: str, command: Sequence[str], fragments: Sequence[Fragment], seconds: int
) -> list[str | FormatterError]:
    names = [f"{number}.pyi" if f.filename.endswith(".pyi") else f"{number}.py" for number, f in enumerate(fragments)]
    for name, fragment in zip(names, fragments, strict=True):
        with open(os.path.join(folder, name), "wb") as stream:
            stream.write(fragment.text.encode("utf-8", "surrogatepass"))
    with open(os.path.join(folder, "none.toml"), "wb"):
        pass
    said = _run_to_its_end(folder, [*command, *names], seconds)
    refused: dict[int, str] = {}
    for line in said.stderr.splitlines():
        match = _REFUSED.match(line)
        if match:
            refused[int(match.group(1))] = match.group(2)
    if said.returncode not in (0, 1) and not refused:
        raise CopycheckError(_first_words("black" if "black" in command else command[0], said, seconds))
    results: list[str | FormatterError] = []
    for number, name in enumerate(names):
        if number in refused:
            results.append(FormatterError(refused[number] or "the formatter refused it"))
            continue
        with open(os.path.join(folder, name), "rb") as stream:
            if os.fstat(stream.fileno()).st_size > _MUCH + _MOST_GROWTH * len(fragments[number].text):
                results.append(FormatterError(f"it would be more than {_MOST_GROWTH} times as long"))
                continue
            text = stream.read().decode("utf-8", "surrogatepass")
            results.append(text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)
    return results


class _Ended(NamedTuple):
    """How a formatter ended, and what it said."""

    returncode: int
    stderr: str


def _run_to_its_end(folder: str, command: Sequence[str], seconds: int) -> _Ended:
    """A formatter, run to its end or to that of its share of time and memory."""
    import subprocess

    no, pipe = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdin=no, stdout=no, stderr=pipe) as process:
        try:
            limit_process(process.pid, seconds, _MOST_MEMORY)
            _, stderr = process.communicate()
        except BaseException:
            process.kill()
            raise
    return _Ended(process.returncode, stderr.decode("utf-8", "replace"))


def _first_words(program: str, said: _Ended, seconds: int) -> str:
    """What a formatter says of a configuration that it cannot use, in one line that names the key."""
    lines = [line.strip() for line in said.stderr.splitlines() if line.strip()]
    name = os.path.basename(program)
    if said.returncode < 0 and not lines:
        return f"{name} was ended: it may take {seconds} seconds of processor time for these copies"
    shown = next((line.partition("|")[2].strip() for line in lines if re.match(r"\d+ \|", line)), "")
    if shown:
        where = next((line for line in reversed(lines) if "Failed to parse" in line), "").rpartition("parse ")[2]
        return f"{name} cannot read {where or 'its configuration'}: `{shown}`: {lines[-1]}"
    errors = [line for line in lines if line.startswith("Error: ")]
    errors = errors or [line for line in lines if line != f"{name} failed"]
    return f"{name} failed: {': '.join(errors[:4]) or 'without a word'}"


def _command(style: Style) -> list[str]:
    """The formatter's command line, but for the files. Raises CopycheckError when it is not installed."""
    if style.formatter == "ruff":
        config = ["--config", style.config] if style.config else ["--isolated"]
        return [ruff_executable(), "format", "--no-cache", "--no-force-exclude", *config]
    import importlib.util

    if importlib.util.find_spec("black") is None:
        raise CopycheckError(
            "this project is formatted with black, which is not installed: run `pip install 'copycheck-lint[black]'`"
        )
    # The working directory, which `-m` puts on the import path, is the folder of the fragments.
    return [sys.executable, "-m", "black", "--fast", "--quiet", "--config", "none.toml", *style.options]
