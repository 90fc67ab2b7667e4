"""`copycheck check`: the check by its name, for whom it is a habit. `copycheck` alone is the same."""

from __future__ import annotations

from copy import copy

from copycheck.cli.check_command import check

COMMAND = copy(check)
COMMAND.name = "check"
