"""Copies whose base the lock knows: what changed in their sources, and entries that nobody needs (contract 15)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from copycheck.checking.candidate_files import find_candidates
from copycheck.checking.full_copy_lock_findings import about_files, keep_help, keys_of
from copycheck.checking.line_counts import lines_changed
from copycheck.checking.outcome import Tracked, unreadable
from copycheck.checking.registered_full_copies import FullCopy
from copycheck.directives.binding import Copy, bind
from copycheck.directives.module_directives import Module
from copycheck.directives.suppression_comments import ignores_around
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.directive import Adapted
from copycheck.model.errors import ConfigError, CopycheckError, UnreadableFileError
from copycheck.model.location import Location, Source
from copycheck.model.paths import relative_path
from copycheck.model.rule_code import RuleCode
from copycheck.model.rules import expand_selector
from copycheck.model.wording import plural
from copycheck.project.lock_file import CopyKey, Lock, LockedCopy, LockedSource, source_key
from copycheck.project.upstream_settings import LOCK, Upstream, upstream_of
from copycheck.resolution.configured_providers import load_lock
from copycheck.resolution.foreign_package import Foreign
from copycheck.resolution.local_upstreams import open_local
from copycheck.resolution.locked_sources import locked_text
from copycheck.resolution.module_lookup import Definition
from copycheck.resolution.project_index import Project


def check_tracked(project: Project, pairs: Sequence[FullCopy]) -> Tracked:
    """CPY301 and CPY302 at adaptations and tracked full copies, and CPY303 in the lock.

    Raises CopycheckError for a damaged lock.
    """
    lock = load_lock(project.workspace)
    sources = _Sources(project)
    findings: list[Diagnostic] = []
    wanted = keys_of(pairs)
    for filename in _concerned(project, lock):
        try:
            module = project.module(filename)
            wanted |= {CopyKey(module.filename, copy.name, copy.directive.target) for copy in _copies(module)}
            for adapted in module.adapted:
                copy = bind(module, adapted.as_directive())
                if copy is not None and (finding := _about(sources, lock, module, adapted, copy)):
                    findings.append(finding)
        except UnreadableFileError as error:  # half saved, or in conflict: its copies are still there
            locked = {entry.key for entry in lock.copies if entry.file == filename}
            wanted |= locked
            if locked and _is_passed_over(project, filename):
                findings.append(unreadable(error))
    findings += about_files(project, pairs, lock, sources.opened, sources.looked_at)
    findings += _unneeded(project, lock, wanted)
    return Tracked(tuple(findings), frozenset({LOCK, *sources.looked_at}))


def _is_passed_over(project: Project, filename: str) -> bool:
    """Whether a file that cannot be read is no finding of its directives: it has adaptations alone."""
    return not find_candidates(project, [filename]).filenames or project.facts(filename).is_bystander


def _concerned(project: Project, lock: Lock) -> Iterator[str]:
    """The files that hold adaptations, or copies that the lock names."""
    locked = {copy.file for copy in lock.copies}
    for filename in project.files:
        with suppress(UnreadableFileError):
            if filename in locked or b"Adapted from" in project.workspace.read_uncached(filename):
                yield filename


def _copies(module: Module) -> Iterator[Copy]:
    """Each copy of a file, tracked or not."""
    for directive in (*module.directives, *(adapted.as_directive() for adapted in module.adapted)):
        copy = bind(module, directive)
        if copy is not None:
            yield copy


class _Sources:
    """Finds sources as they are now, where that takes no network."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._foreign: dict[str, Foreign | None] = {}
        self.looked_at: set[str] = set()

    def upstream(self, target: str) -> Upstream | None:
        """The upstream of a target that no root holds."""
        resolution = self._project.resolver.resolve(target)
        if resolution.code != "CPY101" and not resolution.external:
            return None
        return upstream_of(self._project.settings.upstream, target)

    def now(self, target: str) -> tuple[Definition, ...] | None:
        """The definitions that a target names now; None where only the network could tell."""
        upstream = self.upstream(target)
        if upstream is None:
            resolution = self._project.resolver.resolve(target)
            self.looked_at |= set(resolution.probed)
            return resolution.definitions if resolution.code != "CPY101" and not resolution.external else None
        if upstream.kind not in ("path", "environment") or upstream.version:
            return None
        foreign = self.opened(upstream)
        if foreign is None:
            return None
        resolution = foreign.resolve(target)
        root, own = foreign.project.settings.root, self._project.settings.root
        self.looked_at |= {relative_path(os.path.join(root, name), own) for name in resolution.probed}
        return resolution.definitions

    def opened(self, upstream: Upstream) -> Foreign | None:
        """An upstream on this machine; None where it is not there."""
        if upstream.key not in self._foreign:
            try:
                self._foreign[upstream.key] = open_local(self._project.settings.root, upstream)
            except CopycheckError:
                self._foreign[upstream.key] = None  # `copycheck upstream` says why
        return self._foreign[upstream.key]


def _about(sources: _Sources, lock: Lock, module: Module, adapted: Adapted, copy: Copy) -> Diagnostic | None:
    """What is to be said of an adaptation: that it is not locked, or that its source has changed."""
    entry = lock.base(module.filename, copy.name, adapted.target)
    base = lock.source(adapted.target, entry.version, copy.name) if entry is not None else None
    if base is None:
        if sources.upstream(adapted.target) is None:
            return None
        message = f"`{adapted.target}` is not in {LOCK}: run `copycheck upstream sync`"
        return _at(module, adapted, copy, "CPY301", message, base)
    now = sources.now(adapted.target)
    if now is None:
        return None
    place = f"{module.filename}:{adapted.row}"
    if not now:
        message = f"the source `{adapted.target}` of this adaptation is gone since {_short(base.version)}"
        help_ = f"if it was renamed, run `copycheck mv {adapted.target} NEW`; if it is gone, remove this comment"
        finding = _at(module, adapted, copy, "CPY302", message, base)
        return finding and finding._replace(help=help_)
    changed = lines_changed(base.text, locked_text(now))
    if not changed:
        return None
    message = (
        f"the source `{adapted.target}` of this adaptation has changed in {plural(changed, 'line')} since "
        f"{_short(base.version)}: run `copycheck upstream update {place}`"
    )
    finding = _at(module, adapted, copy, "CPY302", message, base)
    return finding and finding._replace(help=keep_help(place))


def _short(version: str) -> str:
    return "it was copied" if version.startswith("sha256:") else version


def _at(
    module: Module, adapted: Adapted, copy: Copy, code: RuleCode, message: str, base: LockedSource | None
) -> Diagnostic | None:
    """A finding at an adaptation; None where an ignore comment suppresses it."""
    for ignore in ignores_around(module.lines, adapted.row, adapted.row):
        for selector in ignore.codes:
            with suppress(ConfigError):
                if code in expand_selector(selector):
                    return None
    start, end = Location(adapted.row, adapted.column), Location(adapted.row, adapted.end_column)
    source = Source(adapted.target, base.file, Location(base.line)) if base else None
    return Diagnostic(code, message, module.filename, start, end, source, copy=copy.name, target=adapted.target)


def _unneeded(project: Project, lock: Lock, wanted: set[CopyKey]) -> Iterator[Diagnostic]:
    """CPY303 for each copy in the lock that is not there any more, and each source that no copy needs."""
    if not lock.sources and not lock.copies:
        return
    lines = project.workspace.read_bytes(LOCK).decode("utf-8", "replace").split("\n")
    for copy in lock.copies:
        if copy.key not in wanted:
            what = f"`{copy.name}` in {copy.file}" if copy.name else copy.file
            message = f"the lock lists {what}, which is no copy of `{copy.target}` any more"
            yield _in_lock(_row_of(lines, copy), message, copy.name, copy.target)
    used = {(source_key(copy.target, copy.name), copy.version) for copy in lock.copies}
    for source in lock.sources:
        if (source.target, source.version) not in used:
            message = f"the lock holds `{source.target}` at {source.version}, which no copy is based on"
            row = next((n for n, line in enumerate(lines, 1) if f'"target": "{source.target}"' in line), 1)
            yield _in_lock(row, message, "", source.target)


def _row_of(lines: Sequence[str], copy: LockedCopy) -> int:
    pattern = re.compile(rf'"file": "{re.escape(copy.file)}".*"name": "{re.escape(copy.name)}"')
    return next((row for row, line in enumerate(lines, 1) if pattern.search(line) and copy.target in line), 1)


def _in_lock(row: int, message: str, copy: str, target: str) -> Diagnostic:
    help_ = "run `copycheck upstream sync` to take it out"
    return Diagnostic("CPY303", message, LOCK, Location(row), Location(row), help=help_, copy=copy, target=target)
