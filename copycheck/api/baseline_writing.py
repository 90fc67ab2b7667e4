"""Writes the findings of now into the baseline of a project (contract 7)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from copycheck.api.check_and_fix import check_paths
from copycheck.api.paths_to_check import select
from copycheck.checking import baseline
from copycheck.model.diagnostic import FindingKey
from copycheck.model.errors import CopycheckError, WriteError
from copycheck.model.rules import OF_SUGGEST
from copycheck.project.config_search import load
from copycheck.project.settings import Settings


class WrittenBaseline(NamedTuple):
    """A baseline that was written: its path from the root, and how many findings it holds now."""

    filename: str
    entries: int


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
    return WrittenBaseline(name, entries)


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
