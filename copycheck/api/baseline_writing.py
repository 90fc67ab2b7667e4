"""Writes the findings of now into the baseline of a project (contract 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from copycheck.api.check_and_fix import check_paths
from copycheck.api.paths_to_check import select
from copycheck.checking import baseline
from copycheck.model.diagnostic import FindingKey
from copycheck.model.errors import CopycheckError, WriteError
from copycheck.model.result import Result
from copycheck.model.rules import OF_SUGGEST
from copycheck.model.wording import plural
from copycheck.project.config_search import load
from copycheck.project.settings import Settings

_NOT_FOUND = ("CPY101", "CPY102", "CPY103")
_FEW = 2
"""One copy whose source is lost is a finding like any other."""


class WrittenBaseline(NamedTuple):
    """A baseline that was written: its path from the root, and how many findings it holds now.

    `warning` says so where most copies are not compared at all, with what helps.
    """

    filename: str
    entries: int
    warning: str = ""


def write_baseline(paths: Sequence[str] = (), settings: Settings | None = None) -> WrittenBaseline:
    """Write all findings into the baseline of the project.

    Given paths, the entries of other files stay as they are. Raises CopycheckError when there is to be no baseline,
    when the check itself fails, and when the file cannot be written.
    """
    settings = settings or load(paths)
    name = baseline_to_write(settings)
    selection, _ = select(settings, paths)
    result = check_paths(paths, settings._replace(baseline=""))
    if result.failed:
        raise CopycheckError("; ".join(result.errors))
    keys = baseline.keys_of(result.diagnostics)
    entries = put_into_baseline(settings, keys, lambda key: key.code not in OF_SUGGEST and key.filename in selection)
    return WrittenBaseline(name, entries, _warning(result))


def _warning(result: Result) -> str:
    """What to say where a baseline hides that most copies are not compared; empty where they are."""
    lost = [finding for finding in result.diagnostics if finding.code in _NOT_FOUND]
    if 2 * len(lost) <= result.summary.directives or len(lost) < _FEW:
        return ""
    helps = Counter(finding.help.partition(":")[0] for finding in lost if finding.help and "to `src`" in finding.help)
    [(advice, _)] = helps.most_common(1) or [("`copycheck --no-baseline` says why", 0)]
    total = plural(result.summary.directives, "copy", "copies")
    return f"{len(lost)} of {total} are not compared, as their sources are not found: {advice}. Then write it anew"


def baseline_to_write(settings: Settings) -> str:
    """The path of the project's baseline, from the root. Raises CopycheckError where there is to be none."""
    name = baseline.name_of(settings)
    if not name:
        raise CopycheckError('`baseline = ""` turns the baseline off: set it to a path, or remove it')
    return name


def put_into_baseline(settings: Settings, keys: Collection[FindingKey], replaces: Callable[[FindingKey], bool]) -> int:
    """Write findings into the baseline in place of the entries that they replace; how many it holds now.

    Raises CopycheckError where the file cannot be written.
    """
    from copycheck.project.atomic_write import content_of, replace_file
    from copycheck.project.workspace import Workspace

    name = baseline_to_write(settings)
    kept = {key for key in baseline.known(settings, Workspace(settings.root)) if not replaces(key)}
    after = baseline.written(kept | set(keys))
    try:
        before = content_of(settings.root, name)
        if after != before:
            replace_file(settings.root, name, before, after)
    except OSError as error:
        raise CopycheckError(f"{name} is not written: {error.strerror or error}") from None
    except WriteError as error:
        raise CopycheckError(str(error)) from None
    return len(kept | set(keys))
