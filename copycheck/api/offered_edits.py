"""What a session would write: edits as patches, which change nothing in the session (contract 13)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from copycheck.api.edit_writing import written_result
from copycheck.fixing.moved_paths import NewName
from copycheck.model.diagnostic import Identity
from copycheck.model.result import Result
from copycheck.project.selection import Selection

if TYPE_CHECKING:
    from copycheck.checking.checker import Check
    from copycheck.checking.outcome import Examined


class OfferedEdits(ABC):
    """The edits that are made of a check that is kept. Each is made in a fork of it."""

    @abstractmethod
    def _fork(self) -> Check:
        """A check that knows the same, with the fixes of all copies that have drifted; to be edited by itself."""

    def fix(
        self,
        paths: Sequence[str] = (),
        *,
        only: Collection[Identity] | None = None,
        within: Collection[str] | None = None,
        unsafe: bool = False,
    ) -> Result:
        """What `--fix` would write for files and folders, or for all of them: a patch for each file that changes.

        With `only`, the expected text of these copies, and of those alone without which their fixes would break the
        program (contract 5.11); with `within`, no other file is changed.
        """
        from copycheck.fixing.fix_session import FixSession
        from copycheck.fixing.fixer import fix_selected
        from copycheck.fixing.fixes_together import with_needed

        check = self._fork()
        selection = Selection(tuple(paths), with_needed(check.directives, only) if only is not None else None)
        fixes = FixSession(check, selection, unsafe, None if within is None else frozenset(within))
        fix_selected(fixes)
        return written_result(fixes, selection, write=False)

    def promote(self, filename: str, row: int, *, trickle: bool = True) -> Result:
        """What `promote_copy` would write for the copy at a row. Raises CopycheckError where that cannot be done."""
        from copycheck.api.refactoring import promoted

        return promoted(*self._copy_at(filename, row), write=False, trickle=trickle)

    def break_copy(self, filename: str, row: int, *, reason: str | None = None, member: str | None = None) -> Result:
        """What `break_copy` would write for the copy at a row. Raises CopycheckError where that cannot be done."""
        from copycheck.api.refactoring import broken

        return broken(*self._copy_at(filename, row), write=False, reason=reason, member=member)

    def break_full_copy(self, filename: str, *, reason: str | None = None) -> Result:
        """What `break_copy` would write for a full copy. Raises CopycheckError where that cannot be done."""
        from copycheck.api.refactoring import broken_off

        return broken_off(self._fork(), filename, write=False, reason=reason)

    def ignore_differing(self, filename: str, row: int) -> Result:
        """What `ignore_differing` would write for the copy at a row. Raises CopycheckError where it cannot be done."""
        from copycheck.api.refactoring import ignored

        return ignored(*self._copy_at(filename, row), write=False)

    def move(self, old: str, new: str) -> Result:
        """What `move` would write. Raises CopycheckError where no directive names `old`."""
        from copycheck.api.refactoring import moved

        return moved(self._fork(), old, new, write=False)

    def rename(self, filename: str, row: int, old: str, new: str) -> Result:
        """What rewrites the directives that name a definition, or something in it, for the name that it will have.

        Raises CopycheckError for what is no name, and where no directive names the definition.
        """
        from copycheck.api.refactoring import renamed

        return renamed(self._fork(), filename, row, NewName(old, new))

    def _copy_at(self, filename: str, row: int) -> tuple[Check, Examined]:
        from copycheck.fixing.break_on_purpose import directive_at

        check = self._fork()
        return check, directive_at(check, filename, row)
