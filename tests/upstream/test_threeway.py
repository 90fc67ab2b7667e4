"""The three-way merge, held against what git itself makes of the texts."""

from __future__ import annotations

import subprocess
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.upstream.threeway import merge, with_markers


def by_git(folder: Path, base: str, ours: str, theirs: str) -> tuple[int, str]:
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_text(text)
    done = subprocess.run(
        ["git", "merge-file", "-p", "-q", "ours", "base", "theirs"], cwd=folder, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode()


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c, d\n", "e\n", "f\n"]), min_size=1, max_size=12).map("".join)


@settings(max_examples=40, deadline=None)
@given(LINES, LINES, LINES)
def test_a_merge_that_git_has_clean_is_the_same(tmp_path_factory, base: str, ours: str, theirs: str) -> None:  # type: ignore[no-untyped-def]
    code, text = by_git(tmp_path_factory.mktemp("m"), base, ours, theirs)
    result = merge(base, ours, theirs)
    if code == 0:
        assert not result.conflicts and result.text == text
    assert merge(base, ours, ours).text == merge(base, ours, base).text == ours


BASE = "".join(f"line {n}\n" for n in range(20))


def test_both_changes_are_in_it() -> None:
    ours, theirs = BASE.replace("line 3\n", "mine\n"), BASE.replace("line 9\n", "yours\nand more\n")
    assert merge(BASE, ours, theirs).text == ours.replace("line 9\n", "yours\nand more\n")


def test_a_conflict_keeps_all_three() -> None:
    result = merge(BASE, BASE.replace("line 3", "mine"), BASE.replace("line 3", "yours"))
    assert result.conflicts == 1
    base, ours, theirs = result.sides()
    assert (base, ours, theirs) == (BASE, BASE.replace("line 3", "mine"), BASE.replace("line 3", "yours"))
    marked = with_markers(base, ours, theirs, ("copy", "base", "source"))
    assert "<<<<<<< copy\nmine\n||||||| base\nline 3\n=======\nyours\n>>>>>>> source\n" in marked


def test_text_that_looks_like_markers_is_text() -> None:
    marker = "<" * 7 + " x\n" + "=" * 7 + "\n"
    base, ours, theirs = f"{marker}{BASE}", f"{marker}{BASE}mine\n", f"yours\n{marker}{BASE}"
    assert merge(base, ours, theirs).text == f"yours\n{marker}{BASE}mine\n"
