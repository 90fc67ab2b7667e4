"""The settings of a run: every key with its default (contract 9)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal, NamedTuple

from copycheck.model.rules import DEFAULT_CODES, OF_SUGGEST, choose
from copycheck.project.upstream_settings import Upstream

# fmt: off
DEFAULT_EXCLUDE = (
    ".bzr", ".copycheck_cache", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints",
    ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv",
    ".vscode", "__pypackages__", "__pycache__", "_build", "buck-out", "build", "dist", "node_modules",
    "site-packages", "venv",
)
# fmt: on


class FullCopySetting(NamedTuple):
    """One entry of `full-copies`: the copy's path, the source's, the replacements as written, and what is its own.

    `keep` are patterns of lines that are the copy's own, `upstream` is the package that `source` is a file of, and
    `adapted` says why the copy has edits of its own.
    """

    copy: str
    source: str
    options: str = ""
    keep: tuple[str, ...] = ()
    upstream: str = ""
    adapted: str = ""

    @property
    def inside(self) -> tuple[str, ...]:
        """The files of the project that it names."""
        return (self.copy,) if self.upstream else (self.copy, self.source)


DEFAULT_ROOTS = (".", "src")


class SuggestSettings(NamedTuple):
    """What `suggest` looks for (contract 14): lines, replacements, changed lines, tests, and preferred sources."""

    min_lines: int = 6
    max_replacements: int = 3
    diverged: int = 3
    tests: bool = False
    source: tuple[str, ...] = ()
    codes: frozenset[str] = OF_SUGGEST
    """Which of its own rules are on: all that the configuration does not ignore."""


class PerFileIgnore(NamedTuple):
    """A pattern of files, and the rules that are off for them."""

    pattern: str
    codes: frozenset[str]


class Settings(NamedTuple):
    """The configuration of a run; `origin` is the file it was read from."""

    root: str
    origin: str | None = None
    src: tuple[str, ...] = DEFAULT_ROOTS
    include: tuple[str, ...] = ("*.py", "*.pyi")
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    respect_gitignore: bool = True
    formatter: FormatterName = "auto"
    header: Treatment = "compare"
    tool_comments: Treatment = "compare"
    codes: frozenset[str] = DEFAULT_CODES
    per_file_ignores: tuple[PerFileIgnore, ...] = ()
    full_copies: tuple[FullCopySetting, ...] = ()
    full_copies_from: str | None = None
    cache_dir: str = ".copycheck_cache"
    external: tuple[str, ...] = ()
    baseline: str | None = None
    force_exclude: bool = False
    upstream: tuple[Upstream, ...] = ()
    """ConfigLocation the sources of other packages come from."""
    named: tuple[str, ...] = ()
    """Files and folders that the command line names, and that a walk would pass over."""
    own_repository: str = ""
    """The repository of git below the root that the working directory is in: no .gitignore around it leaves it out."""
    suggest: SuggestSettings = SuggestSettings()
    tracked: bool = False
    """Whether a source that git does not track is a finding; no configuration file can say so."""
    cache_by_content: bool = False
    """Whether a file with the content of an earlier run counts as unchanged; no configuration file can say so."""

    def with_codes(self, select: Iterable[str] | None, ignore: Iterable[str], extend: Iterable[str]) -> Settings:
        """The settings with the selection that a command line says. Raises ConfigError."""
        return self._replace(codes=choose(self.codes, select, ignore, extend))

    def without_baseline(self) -> Settings:
        """The settings with every finding reported, whether the baseline lists it or not."""
        return self._replace(baseline="")

    def with_cache_dir(self, folder: str | None) -> Settings:
        """The settings with the cache in a folder that the command line or the environment names, if one does.

        What is outside of the project comes from no commit of it: there, content alone tells whether a file changed.
        """
        if not folder:
            return self
        folder = os.path.abspath(folder)
        root = os.path.realpath(self.root)
        is_outside = not f"{os.path.realpath(folder)}{os.sep}".startswith(f"{root.rstrip(os.sep)}{os.sep}")
        return self._replace(cache_dir=folder, cache_by_content=is_outside)


FormatterName = Literal["auto", "ruff", "black", "none"]
Treatment = Literal["compare", "ignore"]
"""Whether a part of a copy counts: its header, or comments for other tools."""
