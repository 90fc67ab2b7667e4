"""`copycheck promote`: the edit of a copy goes back to its source, and on to all other copies."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from copycheck.api import check_paths, load, promote_copy
from copycheck.fixing.inverse_replacements import invert
from copycheck.model.directive import Replacement
from copycheck.model.errors import CopycheckError
from tests.harness import Run, changed_files, committed, git, run, tree_of, write_tree

CONFIG = "[tool.copycheck]\n"
OWL = '''\
class Owl:
    """An owl."""

    def hoot(self, times):
        sound = "owl" * times
        return OWL_SOUND + sound
'''
HAWK = "# Copied from zoo.owl.Owl with Owl->Hawk all-casing\n" + OWL.replace("Owl", "Hawk").replace(
    "owl", "hawk"
).replace("OWL", "HAWK")
KITE = """\
class Kite:
    wings = 2

    # Copied from zoo.owl.Owl.hoot with owl->kite, OWL_SOUND->SOUND
    def hoot(self, times):
        sound = "kite" * times
        return SOUND + sound
"""

LISTED = "; `copycheck list` shows the place of each copy"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "zoo/owl.py": OWL, "zoo/hawk.py": HAWK, "zoo/kite.py": KITE})
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, "the edit of the test is the one that it means"
    path.write_text(text.replace(old, new))


def clean(folder: Path) -> bool:
    return not check_paths(settings=load([str(folder)])).diagnostics


def promoted(folder: Path, place: str, *args: str) -> Run:
    result = run(folder, "promote", place, *args)
    assert (result.code, result.stderr) == (0, ""), result.stderr
    return result


def refused(folder: Path, place: str, *args: str) -> str:
    """What is said of a copy that cannot be carried back; nothing is written."""
    before = tree_of(folder)
    result = run(folder, "promote", place, *args)
    assert (result.code, result.stdout) == (2, b"")
    assert result.stderr.count("\n") == 1 and tree_of(folder) == before
    return result.stderr.removeprefix("copycheck: ").rstrip("\n")


def test_all_casings_and_a_deeper_indent(zoo: Path) -> None:
    edit(zoo / "zoo/hawk.py", 'sound = "hawk" * times', 'sound = "hawk, Hawk, HAWK" * (times + 1)')
    result = promoted(zoo, "zoo/hawk.py:1")
    assert result.text == ("promoted `Hawk` to `zoo.owl.Owl`\nupdated 1 copy\n2 files changed\n")
    assert (zoo / "zoo/owl.py").read_text() == OWL.replace('"owl" * times', '"owl, Owl, OWL" * (times + 1)')
    assert '"kite, Owl, OWL" * (times + 1)' in (zoo / "zoo/kite.py").read_text()
    assert clean(zoo)


@pytest.mark.parametrize("place", ["zoo/kite.py:4", "zoo/kite.py:4:5", "zoo/kite.py:6", "zoo/kite.py:7"])
def test_a_method_with_several_replacements(zoo: Path, place: str) -> None:
    edit(zoo / "zoo/kite.py", "return SOUND + sound", "return SOUND + sound.upper()")
    promoted(zoo, place)
    assert (zoo / "zoo/owl.py").read_text() == OWL.replace("OWL_SOUND + sound", "OWL_SOUND + sound.upper()")
    assert "return HAWK_SOUND + sound.upper()" in (zoo / "zoo/hawk.py").read_text()
    assert clean(zoo)


def test_lines_that_are_added_and_taken_out(zoo: Path) -> None:
    edit(
        zoo / "zoo/hawk.py",
        '        sound = "hawk" * times\n',
        '        if times < 0:\n            raise ValueError("hawk")\n\n',
    )
    edit(zoo / "zoo/hawk.py", "HAWK_SOUND + sound\n", "HAWK_SOUND\n\n    def rest(self):\n        return 8\n")
    promoted(zoo, "zoo/hawk.py:1")
    assert (
        (zoo / "zoo/owl.py").read_text()
        == '''\
class Owl:
    """An owl."""

    def hoot(self, times):
        if times < 0:
            raise ValueError("owl")

        return OWL_SOUND

    def rest(self):
        return 8
'''
    )
    assert clean(zoo)


def test_no_name_is_carried_to_where_it_is_undefined(zoo: Path) -> None:
    edit(zoo / "zoo/hawk.py", "HAWK_SOUND + sound", "helper(HAWK_SOUND) + sound")
    (zoo / "zoo/hawk.py").write_text("def helper(x): ...\n\n\n" + (zoo / "zoo/hawk.py").read_text())
    said = refused(zoo, "zoo/hawk.py:7")
    assert said.endswith("zoo/owl.py would not know `helper`; define or import it there first")
    assert "is a copy itself" not in said
    (zoo / "zoo/owl.py").write_text((zoo / "zoo/owl.py").read_text() + "\n\ndef helper(x): ...\n")
    said = refused(zoo, "zoo/hawk.py:7")
    assert "not every copy can take the edit: zoo/kite.py:4" in said and "would leave `helper` undefined" in said


def test_what_is_added_at_both_ends(zoo: Path) -> None:
    edit(zoo / "zoo/kite.py", "times):\n", "times):\n        # how a kite sounds\n")
    edit(zoo / "zoo/kite.py", "SOUND + sound\n", "SOUND + sound\n        # no more kite\n")
    promoted(zoo, "zoo/kite.py:4")
    assert (zoo / "zoo/owl.py").read_text() == OWL.replace("times):\n", "times):\n        # how a owl sounds\n") + (
        "        # no more owl\n"
    )
    assert clean(zoo)


def test_a_source_without_a_line_end_at_its_end(zoo: Path) -> None:
    (zoo / "zoo/owl.py").write_bytes(OWL.rstrip("\n").replace("\n", "\r\n").encode())
    edit(zoo / "zoo/kite.py", "SOUND + sound\n", "SOUND + sound\n        # no more\n")
    promoted(zoo, "zoo/kite.py:4")
    assert (zoo / "zoo/owl.py").read_bytes() == (OWL + "        # no more").replace("\n", "\r\n").encode()
    assert clean(zoo)


def test_the_name_and_the_header_are_the_source_s_own(tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "owl.py": "def hoot_owl(times):\n    return times\n",
        "hawk.py": "# Copied from owl.hoot_owl with owl->hawk\ndef cry(times, loud=True):\n    return times * loud\n",
    })  # fmt: skip
    promoted(tmp_path, "hawk.py:1")
    assert (tmp_path / "owl.py").read_text() == "def hoot_owl(times, loud=True):\n    return times * loud\n"
    assert clean(tmp_path)


def test_recursion_names_the_copy(tmp_path: Path) -> None:
    """Only the defined name is exchanged: where the body names the object, the replacement does that."""
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "owl.py": "def owl(n):\n    return owl(n - 1)\n",
        "hawk.py": "# Copied from owl.owl with owl->hawk\ndef hawk(n):\n    return hawk(n - 2)\n",
    })  # fmt: skip
    promoted(tmp_path, "hawk.py:3")
    assert (tmp_path / "owl.py").read_text() == "def owl(n):\n    return owl(n - 2)\n"
    assert clean(tmp_path)


def test_a_header_that_is_not_compared_stays(zoo: Path) -> None:
    (zoo / "pyproject.toml").write_text('[tool.copycheck]\nheader = "ignore"\n')
    edit(
        zoo / "zoo/kite.py",
        "def hoot(self, times):",
        "def hoot(\n        self,\n        times: int,\n        loud=False,\n    ):",
    )
    assert clean(zoo)
    edit(zoo / "zoo/kite.py", "return SOUND + sound", "# loud\n        return sound + SOUND")
    promoted(zoo, "zoo/kite.py:4")
    assert (zoo / "zoo/owl.py").read_text() == OWL.replace(
        "return OWL_SOUND + sound", "# loud\n        return sound + OWL_SOUND"
    )
    assert clean(zoo)


@pytest.mark.parametrize("extra", ["", "    # loud\n"])
def test_a_header_of_the_source_that_is_longer(tmp_path: Path, extra: str) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": '[tool.copycheck]\nheader = "ignore"\n',
        "owl.py": "def hoot(\n    times,\n    how,\n):\n    x = 1\n    return x\n",
        "hawk.py": f"# Copied from owl.hoot\ndef hoot(times):\n    x = 2\n{extra}    return x\n",
    })  # fmt: skip
    promoted(tmp_path, "hawk.py:1")
    assert (tmp_path / "owl.py").read_text() == f"def hoot(\n    times,\n    how,\n):\n    x = 2\n{extra}    return x\n"
    assert clean(tmp_path)


def test_members_that_are_left_out_stay(zoo: Path) -> None:
    (zoo / "zoo/owl.py").write_text(
        OWL + "\n    def rest(self):\n        return 8\n\n    def fly(self):\n        return 1\n"
    )
    (zoo / "zoo/hawk.py").write_text(
        HAWK
        + (
            "\n    # Ignore copy\n    def rest(self):\n        return [\n            5\n        ]\n\n"
            "    def fly(self):\n        return 2\n"
        )
    )
    promoted(zoo, "zoo/hawk.py:1")
    assert (zoo / "zoo/owl.py").read_text() == (
        OWL + "\n    def rest(self):\n        return 8\n\n    def fly(self):\n        return 2\n"
    )
    assert clean(zoo)


def test_a_copy_and_its_source_in_one_file(tmp_path: Path) -> None:
    text = (
        "# Copied from a.g\ndef f(x):\n    return x + 1\n\n\ndef g(x):\n    return x\n\n\n"
        "# Copied from a.g with x->y\ndef h(y):\n    return y\n"
    )
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "a.py": text})
    promoted(tmp_path, "a.py:1")
    assert (tmp_path / "a.py").read_text() == text.replace("return x\n", "return x + 1\n").replace(
        "return y", "return y + 1"
    )
    assert clean(tmp_path)


def test_layout_that_the_formatter_has_made_is_not_carried_back(tmp_path: Path) -> None:
    long = "a" * 30
    source = f"def f(x):\n    y = g(x, {long}, {long})\n    return y\n"
    name = "b" * 45
    copy = (
        f"# Copied from a.f with {long}->{name}\ndef f(x):\n    y = g(\n        x,\n        {name},\n"
        f"        {name},\n    )\n    return -y\n"
    )
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "a.py": source, "b.py": copy})
    promoted(tmp_path, "b.py:1")
    assert (tmp_path / "a.py").read_text() == source.replace("return y", "return -y")
    assert clean(tmp_path)


def test_layout_of_rows_beside_an_edit_is_not_carried_back(tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": "def f(x):\n    a = 'q'\n    b = g( 1,2 )\n    c = 'r'\n    return a\n",
        "b.py": '# Copied from a.f\ndef f(x):\n    a = "q"\n    b = g(1, 3)\n    c = "r"\n    return a\n',
    })  # fmt: skip
    promoted(tmp_path, "b.py:1")
    assert (tmp_path / "a.py").read_text() == "def f(x):\n    a = 'q'\n    b = g(1, 3)\n    c = 'r'\n    return a\n"


def test_a_source_with_tabs_keeps_them(tmp_path: Path) -> None:
    source = "class A:\n\tdef f(self):\n\t\tx = 1\n\t\treturn x\n\n\tdef g(self):\n\t\treturn 2\n"
    edited = source.replace("\t\tx = 1\n", "\t\tx = 11\n\t\ty = 3\n")
    copy = "# Copied from a.A with A->B\n" + edited.replace("A", "B").replace("\t", "    ")
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "a.py": source, "b.py": copy})
    promoted(tmp_path, "b.py:1")
    assert (tmp_path / "a.py").read_text() == edited and clean(tmp_path)


def test_layout_of_one_s_own_is_not_carried_back(zoo: Path) -> None:
    edit(zoo / "zoo/hawk.py", 'sound = "hawk" * times', 'sound = (\n            "hawk" * times\n        )')
    edit(zoo / "zoo/hawk.py", '"""An hawk."""', '"""One hawk."""')
    promoted(zoo, "zoo/hawk.py:1")
    assert (zoo / "zoo/owl.py").read_text() == OWL.replace("An owl", "One owl")
    assert clean(zoo)


def test_a_right_side_that_stands_for_two_is_taken_from_the_source(tmp_path: Path) -> None:
    """`swan` is made of `owl` and of `duck`: what has not changed on the line is taken from the source as it is."""
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": "def f(x):\n    return [owl(x), duck(x)]\n",
        "b.py": "# Copied from a.f with owl->swan, duck->swan\ndef f(x):\n    return [swan(x), swan(x + 1)]\n",
    })  # fmt: skip
    promoted(tmp_path, "b.py:1")
    assert (tmp_path / "a.py").read_text() == "def f(x):\n    return [owl(x), duck(x + 1)]\n"
    assert clean(tmp_path)


def test_ambiguous_lines_are_refused_with_their_rows(tmp_path: Path) -> None:
    """An `owl` in the copy could come from nothing: the replacement takes every one of them away."""
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": "def f(x):\n    y = 1\n    return owl(x)\n",
        "b.py": (
            "# Copied from a.f with owl->swan\ndef f(x):\n    y = 2\n    z = owl(x)\n    owl(1)\n"
            "    return swan(x)\n"
        ),
    })  # fmt: skip
    assert refused(tmp_path, "b.py:1") == (
        "b.py:1: `f` is not promoted: no one line of the source gives line 4 `z = owl(x)`, line 5 `owl(1)`"
        ": `owl->swan` would change `owl` in it. Edit the source by hand, or break the copy"
    )


def test_more_ambiguous_lines_than_fit(tmp_path: Path) -> None:
    many = "".join(f"    owl({number})\n" for number in range(9))
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": "def f(x):\n    return owl(x)\n",
        "b.py": f"# Copied from a.f with owl->swan\ndef f(x):\n{many}    return swan(x)\n",
    })  # fmt: skip
    assert "line 7 `owl(4)` and 4 more: `owl->swan` would change `owl` in it." in refused(tmp_path, "b.py:1")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("zoo/hawk.py:1", "zoo/hawk.py:1: `Hawk` is in sync: there is no edit to promote"),
        ("zoo/owl.py:1", "zoo/owl.py:1: there is no directive here, and no copy: the file has none"),
        ("zoo/kite.py:1", "zoo/kite.py:1: there is no directive here, and no copy; the nearest is in line 4"),
        (
            "zoo/kite.py",
            "zoo/kite.py: name a line of it, such as the one that a finding names (FILE:ROW)" + LISTED,
        ),
        (
            "zoo/none.py:1",
            "zoo/none.py:1: there is no such file (FILE:ROW)" + LISTED,
        ),
        ("zoo.owl.Owl", "zoo.owl.Owl: this is a source: name one of its copies, zoo/hawk.py:1"),
        ("zoo/lost.py:1", "zoo/lost.py:1: `f` is not compared with a source: there is no edit to promote"),
    ],
)
def test_nothing_to_carry_back(zoo: Path, place: str, message: str) -> None:
    write_tree(zoo, {"zoo/lost.py": "# Copied from zoo.owl.Nothing\ndef f():\n    pass\n"})
    assert refused(zoo, place) == message


def test_a_circle_is_not_carried_back(tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": "# Copied from b.f\ndef f():\n    return 1\n",
        "b.py": "# Copied from a.f\ndef f():\n    return 2\n",
    })  # fmt: skip
    assert "is not compared with a source" in refused(tmp_path, "a.py:1")


def test_a_chain_is_carried_to_its_top_and_down_again(zoo: Path) -> None:
    write_tree(zoo, {
        "a/b.py": "# Copied from zoo.hawk.Hawk with Hawk->Gull all-casing\n"
        + OWL.replace("Owl", "Gull").replace("owl", "gull").replace("OWL", "GULL"),
        "a/c.py": "# Copied from a.b.Gull with Gull->Tern all-casing\n"
        + OWL.replace("Owl", "Tern").replace("owl", "tern").replace("OWL", "TERN"),
    })  # fmt: skip
    assert clean(zoo)
    edit(zoo / "a/b.py", "GULL_SOUND + sound", "sound * len(GULL_SOUND)")
    result = promoted(zoo, "a/b.py:1")
    assert result.text == (
        "promoted `Gull` to `zoo.hawk.Hawk`\npromoted `Hawk` to `zoo.owl.Owl`\nupdated 2 copies\n4 files changed\n"
    )
    assert "return sound * len(OWL_SOUND)" in (zoo / "zoo/owl.py").read_text()
    assert "return sound * len(SOUND)" in (zoo / "zoo/kite.py").read_text()
    assert "return sound * len(TERN_SOUND)" in (zoo / "a/c.py").read_text(), "the copy of the edited copy follows it"
    assert clean(zoo)


def test_a_chain_that_cannot_be_carried_on_is_refused_as_a_whole(tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": "def f(x):\n    return owl(x)\n",
        "b.py": "# Copied from a.f with owl->swan\ndef f(x):\n    return swan(x)\n",
        "c.py": "# Copied from b.f\ndef f(x):\n    owl(x)\n    return swan(x)\n",
    })  # fmt: skip
    assert refused(tmp_path, "c.py:1") == (
        "the source `b.f` is a copy itself, and the edit cannot go on from there: "
        "b.py:1: `f` is not promoted: no one line of the source gives line 3 `owl(x)`"
        ": `owl->swan` would change `owl` in it. Edit the source by hand, or break the copy"
    )


def test_a_middle_that_had_drifted_before_is_as_far_as_it_goes(tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": "def f(x):\n    return 1\n",
        "b.py": "# Copied from a.f\ndef f(x):\n    return 2\n",
        "c.py": "# Copied from b.f\ndef f(x):\n    return 2 + x\n",
    })  # fmt: skip
    promoted(tmp_path, "c.py:1")
    assert (tmp_path / "a.py").read_text() == "def f(x):\n    return 1\n"
    assert (tmp_path / "b.py").read_text() == "# Copied from a.f\ndef f(x):\n    return 2 + x\n"


def test_copies_that_had_drifted_before_stay(zoo: Path) -> None:
    edit(zoo / "zoo/kite.py", '"kite" * times', '"kite" * 7')
    edit(zoo / "zoo/hawk.py", "HAWK_SOUND + sound", "sound")
    kite = (zoo / "zoo/kite.py").read_bytes()
    result = promoted(zoo, "zoo/hawk.py:1")
    assert result.text == (
        "promoted `Hawk` to `zoo.owl.Owl`\nleft 1 copy as it was: it had drifted before\n1 file changed\n"
    )
    assert (zoo / "zoo/kite.py").read_bytes() == kite


def test_no_trickle(zoo: Path) -> None:
    before = tree_of(zoo)
    edit(zoo / "zoo/hawk.py", "HAWK_SOUND + sound", "sound")
    result = promoted(zoo, "zoo/hawk.py:1", "--no-trickle")
    assert result.text == "promoted `Hawk` to `zoo.owl.Owl`\n1 file changed\n"
    assert changed_files(before, tree_of(zoo)) == {"zoo/owl.py", "zoo/hawk.py"}


def test_diff_writes_nothing_and_git_takes_it(zoo: Path) -> None:
    edit(zoo / "zoo/hawk.py", "HAWK_SOUND + sound", "sound")
    before = tree_of(zoo)
    shown = run(zoo, "promote", "zoo/hawk.py:1", "--diff")
    assert (shown.code, shown.stderr) == (0, "") and tree_of(zoo) == before
    subprocess.run(["git", "apply"], cwd=zoo, input=shown.stdout, check=True)
    patched = tree_of(zoo)
    assert changed_files(before, patched) == {"zoo/owl.py", "zoo/kite.py"}
    write_tree(zoo, before)
    promoted(zoo, "zoo/hawk.py:1")
    assert tree_of(zoo) == patched


def test_a_second_run_has_nothing_to_do(zoo: Path) -> None:
    edit(zoo / "zoo/hawk.py", "HAWK_SOUND + sound", "sound")
    promoted(zoo, "zoo/hawk.py:1")
    assert "is in sync" in refused(zoo, "zoo/hawk.py:1")


NEST = {
    "pyproject.toml": CONFIG,
    "base.py": "def rest(self):\n    return 8\n",
    "owl.py": "class Owl:\n    # Copied from base.rest\n    def rest(self):\n        return 8\n",
    "hawk.py": (
        "# Copied from owl.Owl with Owl->Hawk\nclass Hawk:\n    # Copied from base.rest\n"
        "    def rest(self):\n        return 8\n"
    ),
}


@pytest.mark.parametrize("row", [1, 3, 5])
def test_a_copy_inside_of_a_copy(tmp_path: Path, row: int) -> None:
    """Whichever of the two is named, the edit is one of both."""
    write_tree(tmp_path, NEST)
    assert clean(tmp_path)
    edit(tmp_path / "hawk.py", "return 8", "return 9")
    promoted(tmp_path, f"hawk.py:{row}")
    assert {name: text.decode() for name, text in tree_of(tmp_path).items() if name.endswith(".py")} == {
        name: text.replace("return 8", "return 9") for name, text in NEST.items() if name.endswith(".py")
    }
    assert clean(tmp_path)


def test_a_copy_inside_of_a_copy_whose_source_has_another(tmp_path: Path) -> None:
    write_tree(tmp_path, NEST | {"owl.py": "class Owl:\n    def rest(self):\n        return 8\n"})
    edit(tmp_path / "hawk.py", "return 8", "return 9")
    promoted(tmp_path, "hawk.py:3")
    assert "return 9" in (tmp_path / "owl.py").read_text() and "return 9" in (tmp_path / "base.py").read_text()
    assert clean(tmp_path)


def test_two_directives_above_one_definition(tmp_path: Path) -> None:
    source = "def f():\n    return 1\n"
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "a.py": source, "b.py": source,
                          "c.py": "# Copied from a.f\n# Copied from b.f\ndef f():\n    return 2\n"})  # fmt: skip
    promoted(tmp_path, "c.py:1")
    assert clean(tmp_path)
    assert (tmp_path / "b.py").read_text() == "def f():\n    return 2\n"


def test_rows_with_a_directive_among_them_are_to_be_edited_by_hand(tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "owl.py": "class Owl:\n    x = 1\n    # Copied from base.rest\n    def rest(self):\n        return 8\n",
        "base.py": NEST["base.py"],
        "hawk.py": (
            "# Copied from owl.Owl with Owl->Hawk\nclass Hawk:\n    y = 2\n    def sleep(self):\n"
            "        return 8\n"
        ),
    })  # fmt: skip
    assert refused(tmp_path, "hawk.py:1") == (
        "owl.py:2: there is a directive, a marker or other code among these lines; edit them by hand"
    )


def test_a_row_that_bears_a_marker_is_to_be_edited_by_hand(tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": "class A:\n    def f(self):\n        return 1\n",
        "b.py": "# Copied from a.A\nclass A:\n    def f(self):\n        return 2  # Ignore copy\n",
        "c.py": "# Copied from b.A\nclass A:\n    def f(self):\n        return 3\n",
    })  # fmt: skip
    assert "b.py:4: there is a directive, a marker or other code among these lines" in refused(tmp_path, "c.py:1")


def test_a_source_that_is_not_written(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(zoo / "zoo/hawk.py", "HAWK_SOUND + sound", "sound")
    (zoo / "zoo/owl.py").chmod(0o444)
    assert refused(zoo, "zoo/hawk.py:1") == "zoo/owl.py is not written: it is read-only"


def test_a_source_whose_encoding_lacks_a_character(zoo: Path) -> None:
    (zoo / "zoo/owl.py").write_bytes(b"# coding: latin-1\n" + OWL.replace("An owl", "An öwl").encode("latin-1"))
    edit(zoo / "zoo/hawk.py", '"""An hawk."""', '"""An ö → hawk."""')
    assert refused(zoo, "zoo/hawk.py:1").startswith("zoo/owl.py cannot hold the edit: ")


def test_a_full_copy_is_left_to_its_own_source(zoo: Path) -> None:
    (zoo / "pyproject.toml").write_text(CONFIG + '[tool.copycheck.full-copies]\n"zoo/owl.py" = "master.py"\n')
    write_tree(zoo, {"master.py": OWL})
    edit(zoo / "zoo/hawk.py", "HAWK_SOUND + sound", "sound")
    assert refused(zoo, "zoo/hawk.py:1") == "zoo/owl.py is not written: it is a full copy of master.py"


def test_the_api_raises(zoo: Path) -> None:
    with pytest.raises(CopycheckError, match="is in sync"):
        promote_copy(f"{zoo}/zoo/hawk.py:1", load([str(zoo)]))


BERT = [Replacement("Bert", "Roberta", all_casing=True)]
ABC = {
    "pyproject.toml": CONFIG,
    "a.py": "def f(x):\n    a = 1\n    b = 1\n\n    return a\n",
    "b.py": "# Copied from a.f\ndef f(x):\n    a = 1\n    b = 1\n\n    return a\n",
    "c.py": "# Copied from a.f\ndef f(x):\n    a = 1\n    b = 1\n\n    return a\n",
}
UNDONE = "the source has changed there since the last commit, and that would be undone"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A source and two copies in their first commit."""
    return committed(tmp_path / "abc", ABC)


def test_an_edit_of_the_source_is_not_undone_by_a_copy_without_one(repository: Path) -> None:
    edit(repository / "a.py", "a = 1", "a = 2")
    assert refused(repository, "b.py:1") == (
        f"b.py:1: `f` is not promoted: {UNDONE} (a.py:2); look at both sides, and commit what is right"
    )


@pytest.mark.parametrize(("old", "new"), [("    a = 1\n", ""), ("    a = 1\n", "    a = 1\n    c = 1\n")])
def test_rows_taken_out_of_the_source_or_added_to_it_are_not_undone(repository: Path, old: str, new: str) -> None:
    edit(repository / "a.py", old, new)
    assert UNDONE in refused(repository, "b.py:1")


def test_edits_of_both_sides_on_different_rows_are_not_carried_back(repository: Path) -> None:
    edit(repository / "a.py", "a = 1", "a = 2")
    edit(repository / "b.py", "return a", "return b")
    assert UNDONE in refused(repository, "b.py:1")


def test_edits_of_both_sides_on_one_row_are_not_carried_back(repository: Path) -> None:
    edit(repository / "a.py", "a = 1", "a = 2")
    edit(repository / "b.py", "a = 1", "a = 3")
    assert UNDONE in refused(repository, "b.py:1")


def test_an_edit_that_has_been_trickled_down_may_be_edited_again(repository: Path) -> None:
    edit(repository / "a.py", "a = 1", "a = 2")
    assert run(repository, "--fix").code == 0
    edit(repository / "b.py", "a = 2", "a = 3")
    promoted(repository, "b.py:1")
    assert "a = 3" in (repository / "c.py").read_text() and clean(repository)


def test_a_row_beside_an_edit_that_has_been_carried_back(repository: Path) -> None:
    for old, new in [("a = 1", "a = 2"), ("a = 2\n", "a = 2\n    c = 1\n"), ("    return a\n", "    return b\n")]:
        edit(repository / "b.py", old, new)
        promoted(repository, "b.py:1")
    assert (repository / "a.py").read_text() == "def f(x):\n    a = 2\n    c = 1\n    b = 1\n\n    return b\n"


def test_what_the_copy_lacked_before_its_edit_stays_in_the_source(repository: Path) -> None:
    edit(repository / "a.py", "    b = 1\n", "    b = 1\n    only_here(b)\n")
    git(repository, "commit", "-qam", "the source has gone ahead")
    edit(repository / "b.py", "a = 1", "a = 2")
    assert "the copy has not changed there since the last commit" in refused(repository, "b.py:1")


def test_a_difference_that_is_committed_is_carried_back_as_a_whole(repository: Path) -> None:
    edit(repository / "b.py", "a = 1", "a = 2")
    git(repository, "commit", "-qam", "an edit of the copy")
    promoted(repository, "b.py:1")
    assert "a = 2" in (repository / "c.py").read_text() and clean(repository)


def test_a_new_copy_is_an_edit_as_a_whole(repository: Path) -> None:
    write_tree(repository, {"d.py": ABC["b.py"].replace("a = 1", "a = 4")})
    promoted(repository, "d.py:1")
    assert "a = 4" in (repository / "a.py").read_text() and clean(repository)


def test_a_source_that_is_defined_twice_is_edited_by_hand(tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": (
            "try:\n    import t\n\n    def c(x):\n        return t.fast(x)\nexcept ImportError:\n\n"
            "    def c(x):\n        return slow(x)\n"
        ),
        "b.py": "# Copied from a.c\ndef c(x):\n    return t.fast(x, 2)\n",
        "d.py": "# Copied from a.c\ndef c(x):\n    return slow(x)\n",
    })  # fmt: skip
    assert refused(tmp_path, "b.py:1") == (
        "b.py:1: `c` is not promoted: its source is defined more than once (a.py:4, a.py:8); edit one by hand"
    )


def test_a_known_drift_in_a_member_that_is_left_out_is_known_no_more(tmp_path: Path) -> None:
    write_tree(tmp_path, ABC)
    edit(tmp_path / "b.py", "a = 1", "a = 2")
    assert run(tmp_path, "--write-baseline").code == 0
    assert run(tmp_path, "break", "b.py:1", "--member", "f").code == 0
    assert clean(tmp_path)


def test_where_a_copy_cannot_be_written_nothing_is(repository: Path) -> None:
    edit(repository / "b.py", "a = 1", "a = 2")
    (repository / "c.py").chmod(0o444)
    assert refused(repository, "b.py:1") == (
        "nothing is promoted, since not every copy can take the edit: c.py is not written: it is read-only"
    )


def test_an_edit_that_takes_the_source_of_another_copy_away(tmp_path: Path) -> None:
    write_tree(tmp_path, {
        "pyproject.toml": CONFIG,
        "a.py": "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\n",
        "b.py": "# Copied from a.A with A->B\nclass B:\n    def f(self):\n        return 1\n",
        "c.py": "class C:\n    # Copied from a.A.g\n    def g(self):\n        return 2\n",
    })  # fmt: skip
    message = "nothing is promoted, since not every copy can take the edit: c.py:2: `a.A.g` would be gone"
    assert refused(tmp_path, "b.py:1") == message
    assert refused(tmp_path, "b.py:1", "--no-trickle") == message


def test_a_known_drift_that_is_carried_back_is_known_no_more(tmp_path: Path) -> None:
    write_tree(tmp_path, ABC)
    edit(tmp_path / "b.py", "a = 1", "a = 2")
    assert run(tmp_path, "--write-baseline").code == 0 and "b.py" in (tmp_path / "copycheck-baseline.json").read_text()
    promoted(tmp_path, "b.py:1")
    assert "b.py" not in (tmp_path / "copycheck-baseline.json").read_text() and clean(tmp_path)


INVERTED = [
    ("the plain way", "x = RobertaLayer(1)", None, [Replacement("Bert", "Roberta")], "x = BertLayer(1)"),
    ("all casings", "Roberta roberta ROBERTA", None, BERT, "Bert bert BERT"),
    ("the last replacement first", "c", None, [Replacement("a", "b"), Replacement("b", "c")], "a"),
    ("nothing to replace", "y = 1", None, BERT, "y = 1"),
    ("a left side that would be replaced", "Bert", None, [Replacement("Bert", "Roberta")], None),
    ("what was taken out cannot be known", "x = 1", None, [Replacement("# note", "")], "x = 1"),
    ("the source as it is", "f(b, b, 2)", ("f(a, b, 1)", "f(b, b, 1)"), [Replacement("a", "b")], "f(a, b, 2)"),
    ("another number of words", "f(q, z, 2)", ("f(a, 1)", "f(x y, 1)"), [Replacement("a", "x y")], "f(q, z, 2)"),
    ("blanks inside", "the Kite bird", None, [Replacement("Owl", "Kite bird")], "the Owl"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "old", "replacements", "source"), [c[1:] for c in INVERTED], ids=[c[0] for c in INVERTED]
)
def test_a_line_read_backwards(
    line: str, old: tuple[str, str] | None, replacements: list[Replacement], source: str | None
) -> None:
    assert invert(line, old, replacements) == source


TEXT = [Replacement("text", "vision")]
GAM = [Replacement("Alpha", "Gam"), Replacement("Beta", "Gam")]
WORDS = [
    ("a word of the source that becomes it", "bar += 1", "foo_bar = 1", [Replacement("foo_", "")], "foo_bar += 1"),
    ("a word that stays as it is", "b2 = vision_m2", "text_m, vision_m2", TEXT, "b2 = vision_m2"),
    ("a new word", "vision_new", "text_m, vision_m2", TEXT, "text_new"),
    ("two words that become it", "Gam(3)", "Alpha(1), Beta(2)", GAM, None),
    ("a new word of two right sides", "Gam2(3)", "x = 1", GAM, None),
    ("one of two right sides", "Gam(3)", "Alpha(1), Delta(2)", GAM, "Alpha(3)"),
    ("both as they are and changed", "vision", "text, vision", TEXT, None),
]


@pytest.mark.parametrize(("line", "text", "replacements", "source"), [c[1:] for c in WORDS], ids=[c[0] for c in WORDS])
def test_a_line_read_backwards_by_the_words_of_the_source(
    line: str, text: str, replacements: list[Replacement], source: str | None
) -> None:
    assert invert(line, None, replacements, text) == source


def test_a_change_of_the_source_that_was_committed_is_not_undone(tmp_path: Path) -> None:
    """The copies never had it: what `promote` wrote into the source took it away, with exit code 0."""
    source = "def fee(hours):\n    low = 0\n    a = 1\n    b = 2\n    c = 3\n    rate = 2\n    return hours * rate\n"
    copy = f"# Copied from fees.fee\n{source}"
    files: dict[str, str | bytes] = {"copycheck.toml": "", "fees.py": source, "bus.py": copy, "car.py": copy}
    root = committed(tmp_path / "town", files)
    write_tree(root, {"fees.py": source.replace("low = 0", "low = 1")})
    git(root, "commit", "-q", "-a", "-m", "a change of the source")
    write_tree(root, {"bus.py": copy.replace("rate = 2", "rate = 3")})
    git(root, "commit", "-q", "-a", "-m", "an edit of a copy")
    before = tree_of(root)
    refused = run(root, "promote", "bus.py:1")
    assert refused.code and "which would be undone: run `copycheck merge bus.py:1` first" in refused.stderr
    lagging = run(root, "promote", "car.py:1")
    assert lagging.code and "it has no edit of its own" in lagging.stderr and tree_of(root) == before
    assert run(root, "merge", "bus.py:1").code == 0 and run(root, "promote", "bus.py:1").code == 0
    assert (root / "fees.py").read_text() == source.replace("low = 0", "low = 1").replace("rate = 2", "rate = 3")


def test_a_copy_by_its_name(tmp_path: Path) -> None:
    own = "# Copied from zoo.owl.hunt\ndef hunt(prey):\n    return 2\n"
    files = {"copycheck.toml": "", "zoo/owl.py": "def hunt(prey):\n    return 1\n", "zoo/bat.py": own}
    write_tree(tmp_path, {**files, "zoo/fox/__init__.py": own.replace("2", "1")})
    for name, said in (
        ("zoo.owl.hunt", "this is a source: name one of its copies, zoo/bat.py:1, zoo/fox/__init__.py:1\n"),
        ("hunt", "several copies have this name: zoo/bat.py:1, zoo/fox/__init__.py:1. Name one by its place, "),
        ("zoo.bat.hnut", "no copy has this name; did you mean `zoo.bat.hunt` or `zoo.fox.hunt`?\n"),
        ("plain", "no copy has this name; `copycheck list` shows the place of each copy\n"),
    ):
        result = run(tmp_path, "promote", name)
        assert result.code == 2 and result.stderr.startswith(f"copycheck: {name}: {said}")
    assert run(tmp_path, "promote", "zoo.bat.hunt").code == 0
    assert (tmp_path / "zoo/owl.py").read_text().endswith("return 2\n")
    assert run(tmp_path, "break", "zoo.fox.hunt").text.startswith("`hunt` is no longer a copy")
    result = run(tmp_path, "break", "hunt", "--member", "hunt")
    assert "warning: the body of `hunt` was compared, and is left out now: " in result.text and result.code == 0
