"""`copycheck break`: a copy goes its own way, as a whole, with a reason, or in one member."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from copycheck.api import check_paths, list_copies, load
from tests.harness import changed_files, run, tree_of, write_tree

CONFIG = "[tool.copycheck]\n"
LISTED = "; `copycheck list` shows the place of each copy"
OWL = """\
class Owl:
    def hoot(self):
        return "hoo"

    def rest(self):
        return 8


def fly():
    return 1
"""
HAWK = """\
import os

# Copied from zoo.owl.Owl with Owl->Hawk,
# hoo->kree
class Hawk:
    # Copied from zoo.owl.Owl.hoot with hoo->kree
    def kreet(self):
        return "kree"

    def rest(self):
        return 8


# a comment
# copycheck: ignore[CPY201] on purpose
# Copied from zoo.owl.fly
# another
def fly():
    return 2
"""
KITE = """\
# Copied from zoo.hawk.Hawk with Hawk->Kite
class Kite:
    # Copied from zoo.owl.Owl.hoot with hoo->kree
    def kreet(self):
        return "kree"

    def rest(self):
        return 8
"""


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "zoo/owl.py": OWL, "zoo/hawk.py": HAWK, "zoo/kite.py": KITE})
    return tmp_path


def codes(folder: Path) -> list[str]:
    return [finding.code for finding in check_paths(settings=load([str(folder)])).diagnostics]


def broken(folder: Path, place: str, *args: str) -> str:
    """What `break` says; it takes effect and is not needed a second time."""
    result = run(folder, "break", place, *args)
    assert (result.code, result.stderr) == (0, ""), result.stderr
    return result.text


def refused(folder: Path, *args: str) -> str:
    before = tree_of(folder)
    result = run(folder, "break", *args)
    assert (result.code, result.stdout) == (2, b"")
    assert result.stderr.count("\n") == 1 and tree_of(folder) == before
    return result.stderr.removeprefix("copycheck: ").rstrip("\n")


def test_a_directive_over_several_lines(zoo: Path) -> None:
    assert codes(zoo) == []
    before = tree_of(zoo)
    assert broken(zoo, "zoo/hawk.py:4") == "`Hawk` is no longer a copy of `zoo.owl.Owl`\n1 file changed\n"
    after = tree_of(zoo)
    assert changed_files(before, after) == {"zoo/hawk.py"}
    assert after["zoo/hawk.py"].decode() == HAWK.replace("# Copied from zoo.owl.Owl with Owl->Hawk,\n# hoo->kree\n", "")
    assert codes(zoo) == [], "what copies the copy goes on to"


def test_its_own_ignore_comment_goes_with_it(zoo: Path) -> None:
    broken(zoo, "zoo/hawk.py:16")
    assert (zoo / "zoo/hawk.py").read_text() == HAWK.replace(
        "# copycheck: ignore[CPY201] on purpose\n# Copied from zoo.owl.fly\n", ""
    )
    assert codes(zoo) == []


@pytest.mark.parametrize("place", ["zoo/hawk.py:15", "zoo/hawk.py:19", "zoo/hawk.py:16:1"])
def test_places_that_mean_the_same(zoo: Path, place: str) -> None:
    assert broken(zoo, place).startswith("`fly` is no longer a copy of ")


def test_an_ignore_comment_of_two_directives_stays(tmp_path: Path) -> None:
    text = "# Copied from a.f\n# copycheck: ignore[CPY201] both\n# Copied from a.g\ndef f():\n    return 3\n"
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "b.py": text,
                          "a.py": "def f():\n    return 1\n\n\ndef g():\n    return 2\n"})  # fmt: skip
    broken(tmp_path, "b.py:1")
    assert (tmp_path / "b.py").read_text() == text.replace("# Copied from a.f\n", "")
    assert codes(tmp_path) == []
    broken(tmp_path, "b.py:2")
    assert (tmp_path / "b.py").read_text() == "def f():\n    return 3\n"


def test_a_copy_inside_of_a_copied_class(zoo: Path) -> None:
    broken(zoo, "zoo/hawk.py:6")
    assert (zoo / "zoo/hawk.py").read_text() == HAWK.replace("    # Copied from zoo.owl.Owl.hoot with hoo->kree\n", "")
    assert codes(zoo) == [], "the outer copy is what it was"


def test_the_outer_of_two_copies_leaves_the_inner_one(zoo: Path) -> None:
    (zoo / "zoo/hawk.py").write_text(HAWK.replace("return 8", "return 9"))
    assert "CPY201" in codes(zoo)
    broken(zoo, "zoo/hawk.py:3")
    copies = {
        copy.name: copy.state for copy in list_copies(settings=load([str(zoo)])) if copy.filename == "zoo/hawk.py"
    }
    assert copies == {"Hawk.kreet": "in-sync", "fly": "drift"}


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("kites are louder", "kites are louder"),
        ("two\nlines\r\n\tand  blanks ", "two lines and blanks"),
        ("form\ffeed\x1c\u2028\x85", "form feed"),
        ("ö → 'quotes' \"and\" # more", "ö → 'quotes' \"and\" # more"),
        ("//example.org", "//example.org"),
    ],
)
def test_a_reason(zoo: Path, given: str, written: str) -> None:
    broken(zoo, "zoo/hawk.py:6", "--reason", given)
    comment = f"    # Adapted from zoo.owl.Owl.hoot with hoo->kree: {written}\n"
    assert (zoo / "zoo/hawk.py").read_text() == HAWK.replace(
        "    # Copied from zoo.owl.Owl.hoot with hoo->kree\n", comment
    )
    [found] = [copy for copy in list_copies(settings=load([str(zoo)])) if copy.state == "adapted"]
    assert (found.name, found.target, found.reason) == ("Hawk.kreet", "zoo.owl.Owl.hoot", written)
    assert codes(zoo) == []


def test_what_was_adapted_is_listed_and_never_compared(zoo: Path) -> None:
    broken(zoo, "zoo/hawk.py:3", "--reason", "louder")
    (zoo / "zoo/hawk.py").write_text((zoo / "zoo/hawk.py").read_text().replace("return 8", "return 7"))
    run(zoo, "--fix")
    assert "return 7" in (zoo / "zoo/kite.py").read_text(), "it is still a source"
    assert "zoo/hawk.py:3: adapted Hawk ← zoo.owl.Owl (louder)\n" in run(zoo, "list").text
    assert codes(zoo) == []


@pytest.mark.parametrize("reason", ["", "  ", "\n\t\r\n"])
def test_an_empty_reason(zoo: Path, reason: str) -> None:
    assert refused(zoo, "zoo/hawk.py:3", "--reason", reason) == ("--reason needs a text: why the copy differs")


def test_a_directive_that_cannot_be_named_in_a_reason(zoo: Path) -> None:
    write_tree(zoo, {"bad.py": "# Copied from zoo.owl/fly.x\ndef f():\n    pass\n"})
    assert refused(zoo, "bad.py:1", "--reason", "gone") == (
        "`zoo.owl/fly.x` is not a dotted name: break the copy without a reason"
    )
    broken(zoo, "bad.py:1")
    assert codes(zoo) == []


@pytest.mark.parametrize(
    "text",
    [
        "# Copied from zoo.owl.Gone\ndef f():\n    pass\n",
        "x = 1\n# Copied from zoo.owl.fly",
        "# Copied from zoo.owl.fly with a=>b\ndef f():\n    pass\n",
    ],
)
def test_a_directive_that_leads_nowhere(zoo: Path, text: str) -> None:
    write_tree(zoo, {"bad.py": text})
    assert codes(zoo) != []
    row = text[: text.index("# Copied")].count("\n") + 1
    broken(zoo, f"bad.py:{row}")
    assert codes(zoo) == [] and "Copied" not in (zoo / "bad.py").read_text()


# One member


def test_a_member_of_a_class(zoo: Path) -> None:
    (zoo / "zoo/kite.py").write_text(KITE.replace("return 8", "return 5"))
    assert codes(zoo) == ["CPY201"]
    assert broken(zoo, "zoo/kite.py:1", "--member", "rest") == (
        "`rest` is no longer compared with `zoo.hawk.Hawk`\n1 file changed\n"
    )
    assert (zoo / "zoo/kite.py").read_text() == KITE.replace(
        "    def rest(self):\n        return 8", "    # Ignore copy\n    def rest(self):\n        return 5"
    )
    assert codes(zoo) == []


def test_a_member_with_decorators_and_one_below_a_directive(zoo: Path) -> None:
    text = KITE.replace("    def rest", "    @property\n    @cache\n    def rest")
    (zoo / "zoo/kite.py").write_text(text)
    broken(zoo, "zoo/kite.py:1", "--member", "rest")
    assert "    # Ignore copy\n    @property\n    @cache\n    def rest" in (zoo / "zoo/kite.py").read_text()
    broken(zoo, "zoo/kite.py:1", "--member", "kreet")
    assert "hoo->kree\n    # Ignore copy\n    def kreet" in (zoo / "zoo/kite.py").read_text()
    assert codes(zoo) == []


def test_what_else_differs_is_told(zoo: Path) -> None:
    (zoo / "zoo/kite.py").write_text(KITE.replace("return 8", "return 5").replace('"kree"', '"wee"'))
    result = run(zoo, "break", "zoo/kite.py:1", "--member", "rest")
    assert result.text.endswith("1 file changed\n")
    assert result.stderr.startswith("zoo/kite.py:1:1: CPY201 `Kite` differs") and result.code == 1


def test_a_function(zoo: Path) -> None:
    text = "# Copied from zoo.owl.fly\n@cache\ndef fly():\n    # fast\n    return 2\n"
    write_tree(zoo, {"a.py": text.replace("@cache\n", "")})
    broken(zoo, "a.py:1", "--member", "fly")
    assert (zoo / "a.py").read_text() == text.replace("@cache\n", "").replace(
        "    return", "    # Ignore copy\n    return"
    )
    assert codes(zoo) == []


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("def fly(): return 2\n", "def fly(): return 2  # Ignore copy\n"),
        ("def fly(\n): return 2\n", "def fly(\n): return 2  # Ignore copy\n"),
        ("def fly(): return [\n    2\n]\n", "def fly(): return [\n    2\n]  # Ignore copy\n"),
        ("def fly(): return 2  # fast\n", "def fly(): return 2  # fast  # Ignore copy\n"),
        ("def fly():\n    'two'\n    return 2", "def fly():\n    # Ignore copy\n    'two'\n    return 2"),
    ],
)
def test_a_body_on_the_line_of_its_header(zoo: Path, text: str, after: str) -> None:
    write_tree(zoo, {"a.py": f"# Copied from zoo.owl.fly\n{text}"})
    broken(zoo, "a.py:1", "--member", "fly")
    assert (zoo / "a.py").read_text() == f"# Copied from zoo.owl.fly\n{after}"
    assert codes(zoo) == []


def test_all_that_bear_the_name_of_a_member(tmp_path: Path) -> None:
    source = (
        "class A:\n    @property\n    def x(self):\n        return 1\n\n    @x.setter\n"
        "    def x(self, to):\n        self.to = to\n"
    )
    copy = "# Copied from a.A\n" + source.replace("self.to = to", "self.to = -to")
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "a.py": source, "b.py": copy})
    broken(tmp_path, "b.py:1", "--member", "x")
    assert (tmp_path / "b.py").read_text() == copy.replace("    @", "    # Ignore copy\n    @")
    assert codes(tmp_path) == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["zoo/hawk.py:3", "--member", "rets"], (
            "zoo/hawk.py:3: `Hawk` has no member `rets`; did you mean `rest` or `kreet`?"
        )),
        (["zoo/hawk.py:3", "--member", "zzz"], "zoo/hawk.py:3: `Hawk` has no member `zzz`"),
        (["zoo/hawk.py:16", "--member", "x"],
         "zoo/hawk.py:16: the one member of a function is its body: name it `fly`, not `x`"),
        (["x.py:1", "--member", "X"], "x.py:1: an assignment has no members: leave out --member"),
        (["x.py:4", "--member", "X"], "x.py:4: no definition follows this directive"),
        (["x.py:5"], "x.py:5: there is no directive here, and no copy; the nearest is in line 4"),
        (["x.py:99"], "x.py:99: there is no directive here, and no copy; the nearest is in line 4"),
        (["zoo/owl.py:2"], "zoo/owl.py:2: there is no directive here, and no copy: the file has none"),
        (["zoo/owl.py"], "zoo/owl.py: name a line of it, such as the one that a finding names (FILE:ROW)" + LISTED),
        (["nowhere.py:1"], "nowhere.py:1: there is no such file (FILE:ROW)" + LISTED),
        (["zoo/hawk.py:3", "--reason", "r", "--member", "rest"],
         "--reason cannot be used with --member (see copycheck break --help)"),
    ],
)  # fmt: skip
def test_refusals(zoo: Path, args: list[str], message: str) -> None:
    write_tree(zoo, {"x.py": "# Copied from zoo.owl.X\nX = 1\n\n# Copied from zoo.owl.fly\nprint()\n"})
    assert refused(zoo, *args) == message


@pytest.mark.parametrize("command", [["break"], ["promote"], ["break", "--member", "fly"]])
def test_a_file_that_cannot_be_parsed(zoo: Path, command: list[str]) -> None:
    write_tree(zoo, {"a.py": "# Copied from zoo.owl.fly\ndef fly(:\n"})
    result = run(zoo, command[0], "a.py:1", *command[1:])
    assert (result.code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("copycheck: a.py:2:") and "cannot be parsed" in result.stderr


def test_a_member_that_is_left_out_already(zoo: Path) -> None:
    (zoo / "zoo/kite.py").write_text(KITE.replace("return 8", "return 5"))
    broken(zoo, "zoo/kite.py:1", "--member", "rest")
    assert refused(zoo, "zoo/kite.py:1", "--member", "rest") == "zoo/kite.py:1: `rest` is ignored already"
    write_tree(zoo, {"a.py": "# Copied from zoo.owl.fly\ndef fly():\n    return 2  # Ignore copy\n"})
    assert refused(zoo, "a.py:1", "--member", "fly") == "a.py:1: `fly` is ignored already"


# Every other byte


BYTES = {
    "line ends": HAWK.replace("\n", "\r\n").encode(),
    "a byte order mark": b"\xef\xbb\xbf" + HAWK.partition("\n\n")[2].encode(),
    "latin-1": b"# coding: latin-1\n" + HAWK.replace("a comment", "\xf6").encode("latin-1"),
    "no line end at the end": HAWK.rstrip("\n").encode(),
    "odd blanks": HAWK.replace("        return", "        return ").replace("import os", "import os  ").encode(),
}


@pytest.mark.parametrize("kind", BYTES)
@pytest.mark.parametrize("reason", [False, True])
def test_every_other_byte_stays(zoo: Path, kind: str, reason: bool) -> None:
    path, data = zoo / "zoo/hawk.py", BYTES[kind]
    path.write_bytes(data)
    path.chmod(0o755)
    row = data.splitlines().index(next(line for line in data.splitlines() if b"Owl->Hawk" in line)) + 1
    broken(zoo, f"zoo/hawk.py:{row}", *(["--reason", "louder"] if reason else []))
    end = b"\r\n" if kind == "line ends" else b"\n"
    directive = end.join([b"# Copied from zoo.owl.Owl with Owl->Hawk,", b"# hoo->kree", b""])
    assert directive in data
    kept = b"# Adapted from zoo.owl.Owl with Owl->Hawk, hoo->kree: louder" + end if reason else b""
    assert path.read_bytes() == data.replace(directive, kept)
    assert path.stat().st_mode & 0o777 == 0o755


def test_a_reason_that_the_encoding_lacks(zoo: Path) -> None:
    (zoo / "zoo/hawk.py").write_bytes(BYTES["latin-1"])
    assert refused(zoo, "zoo/hawk.py:4", "--reason", "a → b") == (
        "zoo/hawk.py cannot be edited: its encoding, latin-1, lacks `→`"
    )


def test_a_file_that_is_read_only(zoo: Path) -> None:
    (zoo / "zoo/hawk.py").chmod(0o444)
    before = tree_of(zoo)
    result = run(zoo, "break", "zoo/hawk.py:3")
    assert result.code == 1 and result.stderr == "copycheck: zoo/hawk.py is not written: it is read-only\n"
    assert "broke" not in result.text and tree_of(zoo) == before


def test_diff_writes_nothing_and_git_takes_it(zoo: Path) -> None:
    before = tree_of(zoo)
    shown = run(zoo, "break", "zoo/hawk.py:3", "--reason", "louder", "--diff")
    assert (shown.code, shown.stderr) == (0, "") and tree_of(zoo) == before
    subprocess.run(["git", "apply"], cwd=zoo, input=shown.stdout, check=True)
    patched = tree_of(zoo)
    write_tree(zoo, before)
    broken(zoo, "zoo/hawk.py:3", "--reason", "louder")
    assert tree_of(zoo) == patched != before


def test_a_known_drift_is_no_longer_known(zoo: Path) -> None:
    (zoo / "zoo/kite.py").write_text(KITE.replace("return 8", "return 5"))
    run(zoo, "--write-baseline")
    assert codes(zoo) == []
    assert broken(zoo, "zoo/kite.py:1").endswith("2 files changed\n")
    assert json.loads((zoo / "copycheck-baseline.json").read_text())["findings"] == []
    assert codes(zoo) == []


def test_a_row_below_two_directives_means_the_one_that_decides(tmp_path: Path) -> None:
    f = "def f():\n    return 1\n"
    two = f"# Copied from a.f\n# Copied from c.f\n{f}"
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "a.py": f, "b.py": two, "c.py": f})
    assert run(tmp_path, "break", "b.py:4").code == 0
    assert (tmp_path / "b.py").read_text() == f"# Copied from c.f\n{f}"


def test_a_link_to_a_file_elsewhere_is_named_as_it_is(tmp_path: Path) -> None:
    f = "def f():\n    return 1\n"
    (tmp_path / "elsewhere.py").write_text(f"# Copied from a.f\n{f}")
    write_tree(tmp_path / "in", {"pyproject.toml": CONFIG, "a.py": f})
    (tmp_path / "in/b.py").symlink_to("../elsewhere.py")
    (tmp_path / "in/c.py").symlink_to("a.py")
    assert run(tmp_path / "in", "impact", "-q", "b.py:1").text == "b.py:f\n"
    assert "└─ b.py:1: in-sync f" in run(tmp_path / "in", "impact", "c.py").text


@pytest.mark.parametrize("body", ["    return 1\n", "    return 1  # one\n"])
def test_copies_of_a_copy_with_a_member_left_out_keep_working(tmp_path: Path, body: str) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": f"def f(x):\n{body}\n\nclass A:\n    def f(self): return 1\n",
        "b.py": f"# Copied from a.f\ndef f(x):\n{body}\n\n# Copied from a.A\nclass A:\n    def f(self): return 1\n",
        "c.py": f"# Copied from b.f\ndef f(x):\n{body}\n\n# Copied from b.A\nclass A:\n    def f(self): return 1\n",
    })  # fmt: skip
    for place in ("b.py:1", "b.py:7"):
        assert run(tmp_path, "break", place, "--member", "f").code == 0
    assert (tmp_path / "b.py").read_text().count("# Ignore copy") == 2
    assert not check_paths(settings=load([str(tmp_path)])).diagnostics
    (tmp_path / "b.py").write_text((tmp_path / "b.py").read_text().replace("return 1", "return 2"))
    assert run(tmp_path, "--fix").code == 0
    changed = (tmp_path / "c.py").read_text()
    assert changed.count("return 2") == 2 and "Ignore copy" not in changed


def test_comments_for_tools_stay_behind_the_reason(tmp_path: Path) -> None:
    directive = "# Copied from zoo.owl.fly with one->uno,  # noqa: E501\n# two->due  # noqa: E501  # see #4\n"
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG, "zoo/owl.py": "def fly():\n    return one, two\n",
        "zoo/bat.py": f"{directive}def fly():\n    return uno, due\n",
    })  # fmt: skip
    run(tmp_path, "break", "zoo/bat.py:1", "--reason", "slower, see #7")
    line, *body = (tmp_path / "zoo/bat.py").read_text().splitlines()
    assert line == ("# Adapted from zoo.owl.fly with one->uno, two->due: slower, see #7  # noqa: E501  # see #4")
    assert body == ["def fly():", "    return uno, due"]
    adapted = next(iter(list_copies(settings=load([str(tmp_path)], cwd=str(tmp_path)))))
    assert adapted.reason == "slower, see #7"
    assert adapted.state == "adapted"
    run(tmp_path, "mv", "zoo.owl", "zoo.uhu")  # refused, the module did not move
    assert (tmp_path / "zoo/bat.py").read_text().startswith(line)
