"""Where the source of a directive is found: under the roots, and wherever else a provider knows of (contract 3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

from copycheck.resolution.name_resolver import Resolution, Resolver


class Reader(NamedTuple):
    """The copy that a source is read for: its file, and its dotted name within it, empty where it is not known."""

    filename: str
    name: str = ""


class SourceProvider(Protocol):
    """Finds the source of a directive by its dotted name: texts outside of the roots, such as a lock of upstream texts.

    A definition carries its text, so that whoever compares never asks where it comes from. The roots are the first
    provider: what they hold is never looked for anywhere else.
    """

    def resolve(self, target: str, reader: Reader | None) -> Resolution | None:
        """What a dotted name leads to, for one copy or for all; None where this provider is not concerned.

        `probed` of the answer names the files of the project that it rests on, such as the lock. Never raises for what
        these files hold: the answer has the code and the message of what is wrong.
        """

    def forget(self, changed: Collection[str]) -> None:
        """Drop what rests on one of the changed files of the project."""


class Sources:
    """All sources of a project: under its roots first, then those of other providers, in their order."""

    def __init__(self, roots: Resolver, others: Sequence[SourceProvider] = ()) -> None:
        self._roots = roots
        self._others = others

    def resolve(self, target: str, reader: Reader | None = None) -> Resolution:
        """What a dotted name leads to. Never raises for anything in a user's files."""
        found = self._roots.resolve(target)
        if found.external or found.code == "CPY101":  # no root has a module of that name
            answers = (provider.resolve(target, reader) for provider in self._others)
            return next((answer for answer in answers if answer is not None), found)
        return found

    def forget(self, changed: Collection[str]) -> None:
        """Drop what rests on one of the changed files."""
        self._roots.forget(changed)
        for provider in self._others:
            provider.forget(changed)
