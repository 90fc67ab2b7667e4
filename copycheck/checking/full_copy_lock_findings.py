"""Full copies with edits of their own: that they are not locked, and what changed in their sources (contract 6.3)."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence

from copycheck.checking.expected_full_copies import finding_at, not_locked
from copycheck.checking.line_counts import lines_changed
from copycheck.checking.registered_full_copies import FullCopy
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.errors import UnreadableFileError
from copycheck.model.paths import relative_path
from copycheck.model.wording import plural
from copycheck.project.lock_file import CopyKey, Lock, LockedSource, lines_of
from copycheck.project.upstream_settings import Upstream
from copycheck.resolution.foreign_package import Foreign
from copycheck.resolution.project_index import Project

Open = Callable[[Upstream], "Foreign | None"]
"""What opens an upstream on this machine; None where it is not there."""


def about_files(
    project: Project, pairs: Sequence[FullCopy], lock: Lock, opened: Open, looked_at: set[str]
) -> Iterator[Diagnostic]:
    """CPY301 and CPY302 for full copies whose edits are their own; `looked_at` gets the files that this rests on."""
    for pair in pairs:
        if not pair.adapted or not project.workspace.exists(pair.copy):
            continue
        base = lock.base_of_file(pair.copy, pair.source)
        if base is None:
            if not pair.upstream:  # the check of full copies says it of the others
                yield not_locked(pair)
            continue
        now = text_now(project, pair, opened, looked_at)
        changed = lines_changed(base.text, now) if now is not None else 0
        if changed:
            since = "it was copied" if base.version.startswith("sha256:") else base.version
            message = (
                f"the source `{pair.source}` of this full copy has changed in {plural(changed, 'line')} since {since}: "
                f"run `copycheck upstream update {pair.copy}`"
            )
            yield finding_at(pair, "CPY302", message)._replace(help=keep_help(pair.copy))


def keep_help(place: str) -> str:
    """What to do where a change of a source is not wanted in an adaptation."""
    command = f"copycheck upstream update {shlex.quote(place)} --keep"
    return f"if the copy needs nothing of it, `{command}` moves its base on and leaves it as it is"


def text_now(project: Project, pair: FullCopy, opened: Open, looked_at: set[str]) -> Sequence[str] | None:
    """The lines of the source as it is now; None where only the network could tell, or it is not there."""
    if not pair.upstream:
        looked_at.add(pair.source)
        try:
            return lines_of(project.workspace.read_bytes(pair.source))
        except UnreadableFileError:
            return None
    upstream = upstream_named(project, pair.upstream)
    if upstream.kind not in ("path", "environment") or upstream.version:
        return None
    foreign = opened(upstream)
    found = foreign.whole_file(pair.source, pair.file) if foreign is not None else None
    if foreign is None or not isinstance(found, LockedSource):
        return None
    path = os.path.join(foreign.project.settings.root, found.file)
    looked_at.add(relative_path(path, project.settings.root))
    return found.text


def upstream_named(project: Project, key: str) -> Upstream:
    """The upstream of a full copy, which the configuration has: it was held against it."""
    return next(one for one in project.settings.upstream if one.key == key)


def keys_of(pairs: Iterable[FullCopy]) -> set[CopyKey]:
    """What the lock lists full copies by."""
    return {CopyKey(pair.copy, "", pair.source) for pair in pairs if pair.is_tracked}
