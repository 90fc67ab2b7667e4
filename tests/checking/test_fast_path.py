"""What is settled at a glance is what the complete path says, whatever the header setting and the rules that are on."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.api import load
from copycheck.checking import fast_path
from copycheck.checking.examination import examine_file
from copycheck.checking.fast_path import glance
from copycheck.directives.compared_regions import split_header
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.resolution.project_index import Project
from copycheck.syntax.ruff_preflight import parsable

SOURCE = """class Owl:
    def fly(
        self,
        speed: int = 1,  # in knots: fast
        label: str = "a: b",
    ) -> int:
        # Owl glides
        return speed * 2

    @property
    def wings(self):
        return 2


def hoot(times=3): return times
"""
FLY = SOURCE[SOURCE.index("def fly") : SOURCE.index("    @")].rstrip()
HEADERS = (
    "def fly(self):",
    "def fly(\n        self, *, speed: int = {1: 2}[1]\n    ) -> int:  # own",
    "def glide(self):",
)
BODIES = (
    "\n        # Hawk glides\n        return speed * 2",
    "\n        # Owl glides\n        return speed * 2",
    " pass",
)
AROUND = (
    "class Hawk:\n",
    "class Hawk(\n    lib.Owl,\n    metaclass=type,  # why: it is\n):\n",
    "class Hawk(\n    lib.Owl,\n): pass\nif 1:\n",
    'class Hawk(\n    lib.Owl\n):\n    """About\nclass Owls:\n)\n"""\n\n    x = (\n        1\n)\n',
    "class Hawk:\n    x = (\n1\n)\n    if x:\n      y = 2\n",
    "def make(\n    self\n):\n",
    "with open(\n    'x'\n):\n",
)
"""What may stand around a copy: the third is no class, and neither are the last two."""
COMMENTS = ("", "# copied from lib.Owl\n", '"""copied from lib.Owl\n"""\n', "x = 1  # Copied from lib.Owl.fly\n")


@st.composite
def copies(draw: st.DrawFn) -> str:
    """A class with a copy of `fly`, true or not, and other comments around it."""
    options = draw(st.sampled_from(("", " with Owl->Hawk", " with Owl->Hawk, Crow->Jay", " with Owl -> Hawk")))
    own = draw(st.sampled_from(HEADERS)) + draw(st.sampled_from(BODIES))
    if draw(st.booleans()):
        own = FLY.replace("Owl", "Hawk" if options else "Owl")
    between = draw(st.sampled_from(("", "    # own\n", "    # Copied from lib.Owl.fly\n")))
    behind = draw(st.sampled_from(("", "\n        # deeper\n", "\n    # beside\n", "\n\n\nx = 1\n")))
    above = draw(st.sampled_from(COMMENTS))
    around = draw(st.sampled_from(AROUND))
    return f"{above}{around}    # Copied from lib.Owl.fly{options}\n{between}    {own}{behind}"


@st.composite
def decorated_copies(draw: st.DrawFn) -> str:
    """A class with a copy of `wings`, true or not, and comments and blank lines among its decorators."""
    above = draw(st.sampled_from(("", "    @cached\n", "    # own\n")))
    between = draw(st.sampled_from(("", "    # own\n", "\n", "    @cached\n")))
    decorator = draw(st.sampled_from(("@property", "@ property", "@property  # own", "@cached(\n        1\n    )")))
    name, body = draw(st.sampled_from(("wings", "feathers"))), draw(st.sampled_from(("return 2", "return 3")))
    return (
        f"class Hawk:\n{above}    # Copied from lib.Owl.wings\n    {decorator}\n{between}"
        f"    def {name}(self):\n        {body}\n"
    )


@settings(max_examples=50)
@given(
    copies() | decorated_copies(),
    st.sampled_from(("compare", "ignore")),
    st.sampled_from(("", "CPY004", "CPY006", "CPY007")),
)
def test_a_glance_says_what_the_tree_says(text: str, header: str, code: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "lib.py").write_text(SOURCE)
        (Path(folder) / "hawk.py").write_text(text)
        project = Project(
            load(config=[f'header = "{header}"', f"extend-select = {[code] if code else []}"], cwd=folder)
        )
        project.modules.parsable = parsable(folder, ["lib.py", "hawk.py"])
        seen = glance(project, "hawk.py")
        assert seen is None or seen == examine_file(project, project.facts("hawk.py"))


@pytest.mark.parametrize("header", ["compare", "ignore"])
@pytest.mark.parametrize("codes", ["[]", '["CPY004", "CPY006", "CPY007"]'])
def test_a_copy_in_sync_is_settled_at_a_glance(tmp_path: Path, header: str, codes: str) -> None:
    (tmp_path / "lib.py").write_text(SOURCE)
    own = SOURCE if header == "compare" else SOURCE.replace("times=3", "times: int = 4")
    copy = own[own.index("def hoot") :]
    (tmp_path / "hawk.py").write_text(
        f'"""About owls.\n\nCopied from lib.hoot, mostly.\n"""\n\n\n# Copied from lib.hoot\n{copy}'
    )
    project = Project(load(config=[f'header = "{header}"', f"extend-select = {codes}"], cwd=str(tmp_path)))
    project.modules.parsable = parsable(str(tmp_path), ["lib.py", "hawk.py"])
    assert glance(project, "hawk.py") is not None


def test_a_class_with_bases_in_many_rows_is_settled_at_a_glance(tmp_path: Path) -> None:
    (tmp_path / "lib.py").write_text(SOURCE)
    quoted = 'COMMENT = 1  # """quoted"""\n\n\n'
    (tmp_path / "hawk.py").write_text(f"{quoted}{AROUND[1]}    # Copied from lib.Owl.fly\n    {FLY}\n")
    project = Project(load(cwd=str(tmp_path)))
    project.modules.parsable = parsable(str(tmp_path), ["lib.py", "hawk.py"])
    seen = glance(project, "hawk.py")
    assert seen is not None and seen == examine_file(project, project.facts("hawk.py"))


def test_a_file_in_which_each_directive_may_look_at_much_is_left_to_the_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib.py").write_text(SOURCE)
    text = "# Copied from lib.hoot\n" * 20 + SOURCE[SOURCE.index("def hoot") :]
    (tmp_path / "hawk.py").write_text(text)
    project = Project(load(cwd=str(tmp_path)))
    project.modules.parsable = parsable(str(tmp_path), ["lib.py", "hawk.py"])
    assert glance(project, "hawk.py") == examine_file(project, project.facts("hawk.py"))
    monkeypatch.setattr(fast_path, "MOST_LINES", 19 * len(text.splitlines()))
    assert glance(project, "hawk.py") is None


HEADS = {
    "plain": ("def f(a, b):", "\n    pass"),
    "one row": ("def f(): ", "return 1"),
    "slices and dicts": ("def f(a: x[1:2] = {1: 2}) -> dict[str, int]:", "\n    pass"),
    "comments": ("def f(\n    a,  # note: 1) it\n):  # behind: this", "\n    pass"),
    "strings": ("def f(a=':', b=\"it's\", c='(') -> 'x: y':", "\n    pass"),
    "strings that touch": ("def f(a='' ':', b='a'':'):", "\n    pass"),
    "an f-string": ("def f(a=f'{1:>{2}}:'):", "\n    pass"),
    "three quotes": ('def f(a=""":""", b=\'\'\'"\'\'\'):', "\n    pass"),
    "a continued row": ("def f(a) \\\n    -> int:", "\n    pass"),
    "an escaped quote": ("def f(a='\\':'):", "\n    pass"),
    "a lambda": ("class A(x, key=lambda a: 1):", "\n    pass"),
    "no header": ("", "x = 1"),
}


@pytest.mark.parametrize(("header", "body"), HEADS.values(), ids=HEADS)
def test_where_a_header_ends(header: str, body: str) -> None:
    header = header.rstrip() if header.endswith(": ") else header
    body = (" " if header.endswith(":") and not body.startswith("\n") and header else "") + body
    above = "@decorator(x)\n" if header else ""
    assert split_header(above + header + body, 1 if header else 0) == (above, header, body)


CASES = Path(__file__).parent.parent.parent / "fixtures" / "cases"


@pytest.mark.parametrize("area", ["comparison", "directives", "replacements", "sources"])
def test_both_paths_say_the_same_of_the_cases(area: str) -> None:
    """Whatever the fast path settles in the files of the cases, the complete path says as well."""
    for folder in sorted((CASES / area).glob("*/before")):
        try:
            project = Project(load(cwd=str(folder)))
        except CopycheckError:
            continue
        project.modules.parsable = frozenset(filter(lambda name: _parses(project, name), project.files))
        for filename in sorted(project.modules.parsable):
            seen = glance(project, filename)
            assert seen is None or seen == examine_file(project, project.facts(filename)), f"{folder}: {filename}"


def _parses(project: Project, filename: str) -> bool:
    try:
        return bool(project.module(filename).outline)
    except UnreadableFileError:
        return False
