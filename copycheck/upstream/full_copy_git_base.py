"""The base of a full copy inside the project: its source at the last commit at which the two were in sync (12.1)."""

from __future__ import annotations

from typing import NamedTuple

from copycheck.checking.expected_full_copies import ExpectedFile, WholeFiles, expected_files
from copycheck.checking.registered_full_copies import FullCopy
from copycheck.comparison.formatters import Formatters
from copycheck.project.git_history import FileAt, is_shallow
from copycheck.upstream.git_base import BATCH, MOST_COMMITS, NoBaseError, common_repository, moments_of


class FileBase(NamedTuple):
    """A commit, and the bytes of the source then."""

    commit: str
    data: bytes


def base_of_file(root: str, formatters: Formatters, pair: FullCopy, most: int = MOST_COMMITS) -> FileBase:
    """The source of a full copy at the newest commit at which the copy was in sync; `most` of each file are looked at.

    Raises NoBaseError where there is none, and GitError where git cannot say.
    """
    repository = common_repository(root, pair.copy, pair.source)
    moments = moments_of(repository.order(), *(repository.versions_of(name, most) for name in (pair.copy, pair.source)))
    for start in range(0, len(moments), BATCH):
        batch = moments[start : start + BATCH]
        places = [(FileAt(one.commit, one.copy), FileAt(one.commit, one.source)) for one in batch]
        texts = repository.texts_of([one for both in places for one in both])
        found = [
            (copy.commit, WholeFiles(pair, texts[source], texts[copy]))
            for copy, source in places
            if source in texts and copy in texts
        ]
        for (commit, files), made in zip(found, expected_files(formatters, [one for _, one in found]), strict=True):
            if isinstance(made, ExpectedFile) and (made.same or made.data == files.copy):
                return FileBase(commit, files.source)
    if is_shallow(repository.folder):
        raise NoBaseError("the history of this clone is cut off: run `git fetch --unshallow` to get the rest")
    raise NoBaseError(
        "the copy and its source were in sync at no commit" if moments else "no commit has both the copy and its source"
    )
