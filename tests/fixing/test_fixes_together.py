"""Fixes of one file that rest on each other, or contradict each other (contract 5.11)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copycheck.api import check_paths, fix_copy, fix_paths, load
from copycheck.api.session import Session
from tests.harness import run, tree_of, write_tree

CONFIG = "[tool.copycheck]\n"
OWL = "def hoot(a):\n    return a\n"
USER = "def rest(a):\n    return hoot(a)\n"
HAWK = """\
# Copied from zoo.owl.hoot
def hoot(a, b):
    return a, b


# Copied from zoo.kite.rest
def rest(a):
    return hoot(a, 1)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "zoo/owl.py": OWL, "zoo/kite.py": USER, "zoo/hawk.py": HAWK})
    return tmp_path


def offers(project: Path, *args: str) -> dict[str, str | None]:
    """Of each copy with a finding whether its fix is safe or unsafe."""
    found = json.loads(run(project, "--no-cache", "--output-format", "json", *args).text)["diagnostics"]
    assert all("line" in one["message"] or "only the fix" in one["message"] for one in found if _is_unsafe(one))
    return {one["message"].split("`")[1]: one["fix"] and one["fix"]["applicability"] for one in found}


def _is_unsafe(finding: dict[str, dict[str, str] | None]) -> bool:
    return finding["fix"] is not None and finding["fix"]["applicability"] == "unsafe"


def test_both_are_fixed_together(project: Path) -> None:
    assert offers(project) == {"hoot": "safe", "rest": "safe"}
    assert "2 fixed, 0 findings" in run(project, "--fix", "--no-cache").text


@pytest.mark.parametrize(
    ("args", "offered"),
    [
        (["zoo/owl.py"], {"hoot": "unsafe"}),
        (["zoo/kite.py"], {"rest": "unsafe"}),
        (["zoo/hawk.py"], {"hoot": "safe", "rest": "safe"}),
        (["--only", "zoo.owl.hoot"], {"hoot": "unsafe"}),
        (["--only", "zoo/hawk.py:6"], {"rest": "unsafe"}),
    ],
)
def test_one_alone_is_not_fixed(project: Path, args: list[str], offered: dict[str, str]) -> None:
    before = tree_of(project)
    assert offers(project, *args) == offered
    run(project, "--fix", "--no-cache", *args)
    assert (tree_of(project) == before) is ("unsafe" in offered.values())
    run(project, "--fix", "--unsafe-fixes", "--no-cache", *args)
    assert tree_of(project) != before
    assert offers(project, *args) == {}


def test_what_a_person_chooses_alone_takes_what_it_needs_along(project: Path) -> None:
    """A session, as an editor asks it, and `--interactive`."""
    settings = load([str(project)], cwd=str(project))
    session = Session(settings)
    copies = session.copies_in("zoo/hawk.py")
    for copy in copies:
        assert len(session.fix(only=[copy.identity]).done) == 2
    fix_copy(copies[0].identity, settings)
    assert check_paths(settings=settings).diagnostics == ()


@pytest.mark.parametrize("how", ["baseline", "comment"])
def test_what_the_baseline_or_a_comment_keeps_is_not_fixed_with_it(project: Path, how: str) -> None:
    if how == "comment":
        text = HAWK.replace("# Copied from zoo.kite", "# copycheck: ignore[CPY201] slow\n# Copied from zoo.kite")
        write_tree(project, {"zoo/hawk.py": text})
    else:
        entry = {"code": "CPY201", "filename": "zoo/hawk.py", "copy": "rest", "target": "zoo.kite.rest"}
        baseline = json.dumps({"version": 1, "findings": [entry]})
        write_tree(project, {"copycheck-baseline.json": baseline})
    before = tree_of(project)
    assert offers(project) == {"hoot": "unsafe"}
    run(project, "--fix", "--no-cache")
    assert tree_of(project) == before


def test_the_cache_and_a_session_say_the_same(project: Path) -> None:
    settings = load([str(project)], cwd=str(project))
    for paths in ([], ["zoo/owl.py"], ["zoo/kite.py"]):
        names = [str(project / path) for path in paths]
        cold = check_paths(names, settings).diagnostics
        for _ in range(2):
            assert check_paths(names, settings, cache=True).diagnostics == cold
    found = Session(settings).findings("zoo/hawk.py")
    assert found == check_paths(settings=settings).diagnostics


@pytest.mark.parametrize(
    ("source", "copy", "fixed"),
    [
        # The new text calls a function of its own file that cannot be called so.
        ("def f(a):\n    return g(a, 1)\n\n\ndef g(a, b): ...", "def f(a):\n    return g(a)\n\n\ndef g(a): ...", 0),
        ("def f(a):\n    return g(a, b=1)\n\n\ndef g(a, b): ...", "def f(a):\n    return 1\n\n\ndef g(a): ...", 0),
        ("def f(a):\n    return g(a, 1)\n\n\ndef g(a, b): ...", "def f(a):\n    return 1\n\n\ndef g(a, *b): ...", 1),
        ("def f(a):\n    return g(a)\n\n\ndef g(a): ...", "def f(a):\n    return 1\n\n\n@d\ndef g(): ...", 1),
        # It did so before.
        ("def f(a):\n    return g(a, 1), 2\n\n\ndef g(a, b): ...",
         "def f(a):\n    return g(a,\n 1)\n\n\ndef g(a): ...", 1),
        # A name of its own is another one.
        ("def f(a, g):\n    return g(a, 1)\n\n\ndef g(a, b): ...",
         "def f(a, g):\n    return g(a)\n\n\ndef g(a): ...", 1),
        # A class and its constructor.
        ("def f(a):\n    return G(a)\n\n\nclass G:\n    def __init__(self, a): ...",
         "def f(a):\n    return G()\n\n\nclass G:\n    def __init__(self): ...", 0),
    ],
)  # fmt: skip
def test_what_the_new_text_calls_in_its_file(source: str, copy: str, fixed: int, tmp_path: Path) -> None:
    copy = f"def d(f): return f\n\n\n# Copied from owl.f\n{copy}\n"
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "owl.py": f"{source}\n", "bat.py": copy})
    result = fix_paths(settings=load([str(tmp_path)], cwd=str(tmp_path)))
    assert len(result.patches) == fixed
    assert [d.message.rpartition("; ")[2] for d in result.diagnostics] == [
        f"a fix would call `{name}` as its header does not allow" for name in "gG" if not fixed and f"{name}(" in source
    ]


METHODS = """\
class Bat:
    # Copied from owl.Owl.fly
    def fly(self):
        return self.flap()

    def flap(self{parameters}):
        return 1
"""


@pytest.mark.parametrize(("parameters", "fixed"), [("", 0), (", times=1", 1), (", *, times", 1), (", n", 0)])
def test_what_the_new_text_calls_in_its_class(parameters: str, fixed: int, tmp_path: Path) -> None:
    owl = "class Owl:\n    def fly(self):\n        return self.flap(times=2)\n\n    def flap(self, times): ...\n"
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "owl.py": owl, "bat.py": METHODS.format(parameters=parameters)})
    assert len(fix_paths(settings=load([str(tmp_path)], cwd=str(tmp_path))).patches) == fixed


def test_what_two_new_texts_make_of_each_other(tmp_path: Path) -> None:
    """A class is marked as the copy of another kind of class, and the fixed text of its user calls it as before."""
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "owl.py": "class Egg:\n    def __init__(self, config):\n        self.config = config\n",
        "nest.py": "def lay(n):\n    return Egg(n, 2), 1\n",
        "bat.py": "# Copied from owl.Egg with Egg->Pup\nclass Pup:\n"
                  "    def __init__(self, size, n):\n        self.n = n\n\n\n"
                  "# Copied from nest.lay with Egg->Pup\ndef lay(n):\n    return Pup(n, 2)\n",
    })  # fmt: skip
    left = fix_paths(settings=load([str(tmp_path)], cwd=str(tmp_path))).diagnostics
    assert [(d.copy, d.fix and d.fix.applicability) for d in left] == [("Pup", "unsafe")]
    assert "header that a fix would write" in left[0].message


@pytest.mark.parametrize(
    ("copy", "use", "said"),
    [
        ("    def eyes(self):", "self.eyes()", "line 11 calls it, and a fix would make it a property"),
        ("    @property\n    def eyes(self):", "self.eyes", ""),
        ("    def eyes(self):", "self.eyes", ""),
    ],
)
def test_a_method_that_becomes_a_property(copy: str, use: str, said: str, tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "owl.py": "class Owl:\n    @property\n    @d\n    def eyes(self):\n        return 2\n",
        "bat.py": f"class Bat:\n    # Copied from owl.Owl.eyes\n    @d\n{copy}\n        return 2\n\n\n\n\n"
                  f"    def see(self):\n        return {use}\n",
    })  # fmt: skip
    text = (tmp_path / "bat.py").read_text()
    row = 1 + text.split("\n").index(f"        return {use}")
    assert said.replace("11", str(row)) in run(tmp_path, "--no-cache").text
    assert ("unsafe" in run(tmp_path, "--no-cache", "--output-format", "json").text) is bool(said)


MIDDLE = """\
# Copied from owl.a
def a():
    return 1


# Copied from owl.b
def b():
    return 1
"""


@pytest.mark.parametrize("circle", ["", "import hawk\n"])
def test_a_fix_that_an_import_of_another_one_makes_possible(circle: str, tmp_path: Path) -> None:
    """`a` is refused at first, and fixed once `b` is: what copies `a` is only offered where it is done as well."""
    owl = "import sys\n\nfrom tools import Y\n\nif sys.platform:\n    from tools import X\n\n\n"
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG, "tools.py": f"{circle}X = Y = 1\n", "kite.py": MIDDLE,
        "owl.py": f"{owl}def a():\n    return X\n\n\ndef b():\n    return Y\n",
        "hawk.py": "# Copied from kite.a\ndef a():\n    return 2\n",
    })  # fmt: skip
    settings = load([str(tmp_path)], cwd=str(tmp_path))
    offered = {d.key for d in check_paths(settings=settings).diagnostics if d.fix}
    left = {d.key for d in fix_paths(settings=settings).diagnostics}
    assert "return X" in (tmp_path / "kite.py").read_text()
    assert not offered & left
    assert {key.filename for key in left} == ({"hawk.py"} if circle else set())


def test_imports_where_only_the_whole_file_tells(tmp_path: Path) -> None:
    """The copy declares a global variable, so that its lines by themselves do not tell what its file binds."""
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG, "owl.py": "from os import sep\n\n\ndef f():\n    return sep\n",
        "bat.py": "# Copied from owl.f\ndef f():\n    global made\n    made = 1\n",
        "kite.py": "# Copied from owl.f\ndef f():\n    global made\n    made = 1\n\n\ndef g():\n    return made\n",
    })  # fmt: skip
    left = fix_paths(settings=load([str(tmp_path)], cwd=str(tmp_path))).diagnostics
    assert (tmp_path / "bat.py").read_text().startswith("from os import sep\n")
    assert [(d.filename, "`made`" in d.message) for d in left] == [("kite.py", True)]
