"""What a user can cause and is told in one line."""

from __future__ import annotations


class CopycheckError(Exception):
    """A mistake in the usage, the configuration or the environment: one line on stderr, exit code 2."""


class ConfigError(CopycheckError):
    """A configuration that cannot be used; the message names the file, the key and the nearest known key."""


class UnreadableFileError(Exception):
    """A file that cannot be read, decoded or parsed (CPY000).

    `row` and `column` are the place where the reader stopped, counted from 1.
    """

    def __init__(self, filename: str, reason: str, row: int = 1, column: int = 1) -> None:
        super().__init__(f"{filename}:{row}:{column}: {reason}")
        self.filename = filename
        self.reason = reason
        self.row = row
        self.column = column

    def __reduce__(self) -> tuple[type[UnreadableFileError], tuple[str, str, int, int]]:
        return type(self), (self.filename, self.reason, self.row, self.column)


class FormatterError(Exception):
    """The formatter refused a text, or is not there; the message is its own first line."""


class WriteError(Exception):
    """A file was left as it was; the message says why."""
