"""Full copies with edits that no commit has yet: a safe fix throws none of them away (contract 5.8)."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Container, Iterable, Mapping, Sequence

from copycheck.checking.expected_full_copies import ExpectedFile, WholeFiles, expected_files
from copycheck.checking.registered_full_copies import FullCopy, FullCopyVerdict
from copycheck.comparison.formatters import Formatters
from copycheck.model.diagnostic import Diagnostic
from copycheck.project.git import GitError
from copycheck.project.git_folder import git_files, is_below_repository
from copycheck.resolution.project_index import Project


def with_edits_kept(
    project: Project, formatters: Formatters, verdicts: Sequence[FullCopyVerdict], written: Container[str]
) -> list[FullCopyVerdict]:
    """The verdicts; a fix is unsafe where the copy has changed since the last commit that has it.

    `written` holds the marks of the files that fixes wrote. Without git, or without a commit, no copy is one of them.
    """
    root = project.settings.root
    drifted = [verdict.pair for verdict in verdicts if _is_fixable(verdict)]
    if not drifted or not is_below_repository(root):
        return list(verdicts)
    of_git, known = git_files(root), project.workspace.committed
    rests_on: dict[FullCopy, tuple[str, ...]] = {}
    try:
        committed = known.texts(sorted({name for pair in drifted for name in (pair.copy, pair.source)}))
        rests_on = {pair: known.rests_on((pair.copy, pair.source)) for pair in drifted}
    except GitError:
        committed = {}
    changed = [pair for pair in drifted if _has_changed(project, pair, committed, written)]
    edited = set(changed) - _made_from_source(project, formatters, changed, committed)
    return [
        verdict._replace(
            diagnostic=_unsafe(verdict) if verdict.pair in edited else verdict.diagnostic,
            probed=(*of_git, *rests_on.get(verdict.pair, ())),
        )
        if _is_fixable(verdict)
        else verdict
        for verdict in verdicts
    ]


def _is_fixable(verdict: FullCopyVerdict) -> bool:
    finding = verdict.diagnostic
    return finding is not None and finding.code == "CPY203" and finding.fix is not None


def _has_changed(project: Project, pair: FullCopy, committed: Mapping[str, bytes], written: Container[str]) -> bool:
    before, now = committed.get(pair.copy), project.workspace.without_edit(pair.copy)
    if before is None or now is None or _plain(before) == _plain(now):
        return False
    return mark_of_file(pair.copy, now) not in written


def _made_from_source(
    project: Project, formatters: Formatters, pairs: Sequence[FullCopy], committed: Mapping[str, bytes]
) -> set[FullCopy]:
    """The copies that are as their sources of the last commit make them: whoever wrote that, no edit is lost."""
    texts: dict[FullCopy, WholeFiles] = {}
    for pair in pairs:
        source, now = committed.get(pair.source), project.workspace.without_edit(pair.copy)
        if source is not None and now is not None:
            texts[pair] = WholeFiles(pair, source, now)
    expected = expected_files(formatters, list(texts.values()))
    return {
        pair
        for (pair, files), wanted in zip(texts.items(), expected, strict=True)
        if isinstance(wanted, ExpectedFile) and (wanted.same or _plain(wanted.data) == _plain(files.copy or b""))
    }


def _plain(data: bytes) -> bytes:
    """Bytes with the line ends that git keeps."""
    return data.replace(b"\r\n", b"\n")


def _unsafe(verdict: FullCopyVerdict) -> Diagnostic:
    finding = verdict.diagnostic
    assert finding is not None and finding.fix is not None, "only a fix can be unsafe"
    place = shlex.quote(verdict.pair.copy)
    return finding._replace(
        fix=finding.fix._replace(applicability="unsafe"),
        message=f"{finding.message}; it has changed since the last commit, and a fix would overwrite that",
        help=f"`copycheck break {place}` takes it off `full-copies`; `copycheck --fix --unsafe-fixes` overwrites it",
    )


def mark_of_file(filename: str, data: bytes) -> str:
    """What tells the bytes of a full copy from all others, without keeping them."""
    import hashlib  # it loads OpenSSL, which most runs have no need of

    return hashlib.sha256(b"\0".join((filename.encode("utf-8", "surrogateescape"), _plain(data)))).hexdigest()[:32]


def marks_of_files(project: Project, verdicts: Iterable[FullCopyVerdict], filenames: Collection[str]) -> list[str]:
    """The marks of the full copies in sync among some files: what a fix has written, and what needs no fix."""
    names = [verdict.pair.copy for verdict in verdicts if verdict.diagnostic is None and verdict.pair.copy in filenames]
    return [mark_of_file(name, project.workspace.read_uncached(name)) for name in names]
