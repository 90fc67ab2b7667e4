"""Patterns that are looked up instead of matched say what the regular expressions say."""

from __future__ import annotations

import fnmatch
import re

from hypothesis import example, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from copycheck.project.gitignore import GitIgnore
from copycheck.project.patterns import NamePatterns, Patterns

NAMES = st.text("ab.*?[]!\\- ", min_size=1, max_size=6)
PART = st.sampled_from(
    ("a", "b", "ab", "*", "*.py", "*.py[co]", "a?", ".*", "**", "[ab]", "a b", "-", "a*", "[!a]", "a$py")
)
LINES = st.tuples(
    st.sampled_from(("", "", "!", "/", "\\", " ", "#")),
    st.lists(PART, min_size=1, max_size=3),
    st.sampled_from(("", "/", " ", "\t", "/ ")),
)
PATHS = st.tuples(
    st.lists(
        st.sampled_from(("a", "b", "ab", "x.py", "a.pyc", ".a", "-", "a b", "c", "[ab]", "a$py")),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(("", "/")),
)


@given(st.lists(NAMES, max_size=4), NAMES)
def test_a_name_fits_where_a_regular_expression_says_so(patterns: list[str], name: str) -> None:
    expected = any(re.match(fnmatch.translate(pattern), name) for pattern in patterns)
    assert NamePatterns(patterns).match(name) is expected


def test_a_pattern_with_a_slash_counts_from_the_root() -> None:
    patterns = Patterns(["build", "docs/*.py", "**/gen/", "./top/x.py"])
    fitting = ("a/build", "docs/a.py", "a/gen", "gen", "top/x.py")
    assert all(patterns.match(name, name.rpartition("/")[2]) for name in fitting)
    assert not any(patterns.match(name, name.rpartition("/")[2]) for name in ("a/docs/a.py", "builds", "a/top/x.py"))


@given(st.lists(LINES, max_size=5), st.lists(PATHS, min_size=1, max_size=6))
@example([("", ["**"], "")], [(["a"], "")])
@example([("", ["a", "**"], ""), ("!", ["a", "b"], "")], [(["a", "b", "c"], ""), (["a", "c"], "/")])
def test_a_gitignore_says_what_the_whole_of_it_says(
    lines: list[tuple[str, list[str], str]], paths: list[tuple[list[str], str]]
) -> None:
    texts = [f"{start}{'/'.join(parts)}{end}" for start, parts, end in lines]
    ignore, spec = GitIgnore("", texts, ".gitignore"), GitIgnoreSpec.from_lines(texts)
    for parts, end in paths:
        name = "/".join(parts) + end
        assert ignore.ignores(name) == spec.check_file(name).include
