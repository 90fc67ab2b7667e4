"""What a user can cause and reads in one line. Every error of ours is a CopycheckError."""

from __future__ import annotations


class CopycheckError(Exception):
    """A mistake in the usage, the configuration or the environment: one line on stderr, exit code 2."""


class ConfigError(CopycheckError):
    """A configuration that cannot be used; the message names the file, the key and the nearest known key."""


class UnreadableFileError(CopycheckError):
    """A file that cannot be read, decoded or parsed (CPY000).

    `row` and `column` are the place where the reader stopped, counted from 1. `is_missing` says that there is no file.
    """

    def __init__(self, filename: str, reason: str, row: int = 1, column: int = 1, *, is_missing: bool = False) -> None:
        super().__init__(f"{filename}:{row}:{column}: {reason}")
        self.filename = filename
        self.reason = reason
        self.row = row
        self.column = column
        self.is_missing = is_missing

    @property
    def advice(self) -> str | None:
        """What to do about it; None where the reason says it."""
        if "merge conflict" in self.reason:
            return "resolve the conflict, then run `copycheck` again"
        if self.reason.startswith("cannot be decoded"):
            return None
        if self.reason.startswith("cannot be parsed"):
            return "correct the file, or list it in `extend-exclude`"
        return "make the file readable, or list it in `extend-exclude`"

    def __reduce__(self) -> tuple[type[UnreadableFileError], tuple[str, str, int, int], dict[str, bool]]:
        return type(self), (self.filename, self.reason, self.row, self.column), {"is_missing": self.is_missing}


class FormatterError(CopycheckError):
    """The formatter refused a text, or is not there; the message is its own first line."""


class WriteError(CopycheckError):
    """A file was left as it was; the message says why."""


class GrowthError(CopycheckError):
    """Replacements that make a text grow beyond all measure; the message names the directive's mistake."""
