"""`copycheck suggest` from end to end."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from copycheck import parallel
from copycheck.api import CopycheckError, load
from copycheck.api.unmarked_copies import suggest, write_suggestions
from copycheck.suggestion import clusters
from tests.harness import run, tree_of
from tests.suggestion.trees import HAWK, KITE, LOSS, OWL, copies, git, suggested, write

DIRECTIVE = "# Copied from zoo.owl.owl_loss with owl->{name}"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    return write(tmp_path, zoo__owl=OWL, zoo__hawk=f"import zoo.owl\n\n\n{HAWK}")


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_an_equal_copy(zoo: Path, large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if large:
        monkeypatch.setattr(parallel, "ENOUGH", 0)
        monkeypatch.setattr(parallel, "processors", lambda: 2)
    assert suggested(zoo) == {
        "version": 1,
        "summary": {"definitions": 2, "groups": 1, "copies": 1, "diverged": 0},
        "groups": [
            {
                "source": {
                    "target": "zoo.owl.owl_loss",
                    "filename": "zoo/owl.py",
                    "location": {"row": 1, "column": 1},
                    "rows": {"start": 1, "end": 7},
                },
                "reason": "1 module of its copies imports its module",
                "copies": [
                    {
                        "filename": "zoo/hawk.py",
                        "location": {"row": 4, "column": 1},
                        "rows": {"start": 4, "end": 10},
                        "name": "hawk_loss",
                        "directive": DIRECTIVE.format(name="hawk"),
                        "state": "equal",
                        "diff": None,
                    }
                ],
            }
        ],
    }


def test_a_diverged_copy(tmp_path: Path) -> None:
    write(tmp_path, zoo__owl=OWL, zoo__kite=f"import zoo.owl\n\n\n{KITE}")
    (group,) = suggested(tmp_path)["groups"]
    (copy,) = group["copies"]
    assert (copy["state"], copy["directive"]) == ("diverged", DIRECTIVE.format(name="kite"))
    assert copy["diff"].splitlines()[-2:] == [
        "-    return total / len(pairs)",
        "+    return total / max(len(pairs), 1)",
    ]
    assert copy["diff"].splitlines()[2] == "@@ -7,4 +4,4 @@"
    assert suggested(tmp_path, "--diverged", "0")["groups"] == []


def test_written_and_in_sync(zoo: Path) -> None:
    before = tree_of(zoo)
    diff = run(zoo, "suggest", "--diff")
    assert tree_of(zoo) == before
    assert b"+# Copied from zoo.owl.owl_loss with owl->hawk" in diff.stdout
    written = run(zoo, "suggest", "--write", "--no-cache")
    assert (written.code, written.text) == (0, "Wrote 1 directive into 1 file.\n")
    changed = {name: data for name, data in tree_of(zoo).items() if before.get(name) != data}
    assert changed == {"zoo/hawk.py": f"import zoo.owl\n\n\n{DIRECTIVE.format(name='hawk')}\n{HAWK}".encode()}
    assert "1 in sync, 0 findings" in run(zoo, "--no-cache").text
    assert copies(zoo) == []
    assert run(zoo, "suggest", "--write", "--no-cache").text == "Wrote 0 directives into 0 files.\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (HAWK.replace("\n", "\r\n").encode(), b"with owl->hawk\r\ndef hawk_loss"),
        (b"\xef\xbb\xbf" + HAWK.encode(), b"\xef\xbb\xbf# Copied"),
        (HAWK.rstrip("\n").encode(), b"with owl->hawk\ndef hawk_loss"),
        (b"# coding: latin-1\nE = '\xe9'\n" + HAWK.encode(), b"E = '\xe9'\n# Copied"),
    ],
    ids=["windows", "byte-order-mark", "no-last-line-end", "latin-1"],
)
def test_every_other_byte_stays(zoo: Path, data: bytes, expected: bytes) -> None:
    (zoo / "zoo/hawk.py").write_bytes(data)
    result = run(zoo, "suggest", "--write", "--no-cache", "--source", "zoo/owl.py")
    assert result.code == 0, result.stderr
    written = (zoo / "zoo/hawk.py").read_bytes()
    assert expected in written
    comment = DIRECTIVE.format(name="hawk").encode()
    end = b"\r\n" if b"\r\n" in data else b"\n"
    assert written.replace(comment + end, b"") == data


def test_decorators(tmp_path: Path) -> None:
    write(
        tmp_path,
        a__one=f"import functools\n\n\n@functools.cache\n{OWL}",
        a__two=f"import functools\nimport a.one\n\n\n@functools.cache\n{HAWK}",
        a__three=f"import functools\nimport a.one\n\n\n@functools.lru_cache\n{LOSS.format(name='jay')}",
    )
    assert run(tmp_path, "suggest", "--write", "--no-cache").code == 0
    assert "# Copied from a.one.owl_loss with owl->hawk\n@functools" in (tmp_path / "a/two.py").read_text()
    assert "lru_cache\n# Copied from a.one.owl_loss with owl->jay\ndef" in (tmp_path / "a/three.py").read_text()


def test_members_of_a_class_are_not_said_again(tmp_path: Path) -> None:
    body = "".join(f"    {line}\n" if line else "\n" for line in OWL.splitlines())
    write(tmp_path, a=f"class Owl:\n{body}", b=f"import a\n\n\nclass Hawk:\n{body}", c=f"import a\n\n\n{OWL}")
    assert copies(tmp_path) == [
        ("b.py:4", "# Copied from a.Owl", "equal"),
        ("c.py:4", "# Copied from a.Owl.owl_loss", "equal"),
    ]


def test_marked_and_broken_copies_are_left_alone(zoo: Path) -> None:
    write(
        zoo,
        zoo__jay=f"# Copied from zoo.owl.owl_loss with owl->jay\n{LOSS.format(name='jay')}",
        zoo__kite=f"# Adapted from zoo.owl.owl_loss: on purpose\n{KITE}",
    )
    (group,) = suggested(zoo)["groups"]
    assert group["reason"] == "1 directive names it already"
    assert [copy["filename"] for copy in group["copies"]] == ["zoo/hawk.py"]


def test_a_preferred_folder_wins(zoo: Path) -> None:
    (group,) = suggested(zoo, "--source", str(zoo / "zoo/hawk.py"))["groups"]
    assert (group["source"]["target"], group["reason"]) == (
        "zoo.hawk.hawk_loss",
        "it is in `zoo/hawk.py`, which is preferred",
    )
    wrong = run(zoo, "suggest", "--source", "nowhere")
    assert (wrong.code, "--source nowhere" in wrong.stderr) == (2, True)


def test_the_oldest_by_git_and_the_side_that_changed_last(tmp_path: Path) -> None:
    write(tmp_path, zoo__owl=OWL)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "owl", date="2020-02-02T12:00:00 +0000")
    write(tmp_path, zoo__hawk=HAWK, zoo__kite=KITE)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "hawk and kite", date="2023-03-03T12:00:00 +0000")
    (group,) = suggested(tmp_path)["groups"]
    assert (group["source"]["filename"], group["reason"]) == (
        "zoo/owl.py",
        "its file is the oldest, of 2020-02-02",
    )
    text = run(tmp_path, "suggest", "--no-cache", "--color", "never").text
    assert "the copy changed last, on 2023-03-03, in commit " in text


NOISE = {
    "short": "def {n}(x):\n    y = x\n    return y\n",
    "constants": "class {n}:\n" + "".join(f'    A{i} = "{i}"\n' for i in range(8)),
    "table": "class {n}:\n    rows = [\n" + "".join(f'        ("{i}", One),\n' for i in "abcdef") + "    ]\n",
    "delegation": "def same(\n    a,\n    b,\n    c=None,\n):\n    return that.layer.make(\n        a, b, c=c\n    )\n",
    "stubs": 'def {n}(\n    a,\n    b,\n    c,\n    d,\n):\n    """Do."""\n    raise NotImplementedError("no")\n',
    "stub class": "class {n}(Base):\n"
    + "".join(
        f"    @one\n    def {i}(self, x): ...\n\n    def {i}{i}(self):\n"
        '        """Do."""\n        raise NotImplementedError("a")\n'
        for i in "abc"
    ),
    "a docstring with a comment": 'def same(a, b, c=None):\n    """Do\n\n    as the layer does.\n    """  # noqa\n\n'
    "    return that.layer.make(\n        a,\n        b,\n        c=c,\n    )\n",
    "constructor": "class {n}X(Base):\n    x = print()\n\n    def __init__(self, a, b, c, d, e):\n"
    + "".join(f"        self.{i} = {i}\n" for i in "abcde")
    + "        super().__init__(a)\n",
    "property": "class {n}Y(Base):\n    y = print(1)\n\n    @property\n    def one(\n        self,\n        *,\n"
    "        x=1,\n        y=2,\n    ):\n        return self.x\n",
}


@pytest.mark.parametrize("name", NOISE)
def test_noise_is_left_out(tmp_path: Path, name: str) -> None:
    text = NOISE[name]
    if name in ("constructor", "property"):
        one, other = text.format(n="One"), text.format(n="Other").replace("print", "max")
        other += "    z = [w for w in sum((1, 2), 3)]\n    v = {w: w for w in abs(4)}\n" * 3
    else:
        one, other = text.format(n="One"), text.format(n="Other")
    write(tmp_path, a=one, b=other)
    assert copies(tmp_path) == []
    assert "Left out: " in run(tmp_path, "suggest", "--no-cache").text


PULSE = '''\
def {name}(self, sent, wanted):
    """The pulse of {what}."""
    beats = [beat for beat in sent if beat.weight]
    total = sum(beat.weight * beat.weight for beat in beats)
    self.count = len(beats)
    floor = {floor}
    return floor + total / self.count
'''


@pytest.mark.parametrize(
    ("floor", "one_file", "two_files"),
    [
        ("sorted(sent.highs)[0]", False, False),  # another name in the place of one
        ("sorted(self.highs)[0]", False, False),  # and it is a state of its own
        ("max(self.least.lenient(), wanted)", False, True),  # a fix adds something
        ("-self.least.lenient()", False, False),  # another sign is what makes two of a family
    ],
)
def test_what_differs_on_purpose_is_left_out(tmp_path: Path, floor: str, one_file: bool, two_files: bool) -> None:
    texts = [
        f"class {name}:\n" + textwrap.indent(PULSE.format(name="pulse", what="one", floor=some), "    ")
        for name, some in (("Owl", "self.least.lenient()"), ("Kite", floor))
    ]
    for shared, is_found in ((True, one_file), (False, two_files)):
        folder = tmp_path / str(shared)
        folder.mkdir()
        write(folder, **({"a": "\n\n".join(texts)} if shared else {"a": texts[0], "b": texts[1]}))
        assert [state for *_, state in copies(folder)] == ["diverged"] * is_found
        assert ("that differ on purpose" in run(folder, "suggest", "--no-cache").text) is not is_found


def test_a_pair_of_other_names_in_one_file_has_opposite_signs_on_purpose(tmp_path: Path) -> None:
    low = PULSE.format(name="low_pulse", what="low", floor="low(+wanted.inf)")
    high = PULSE.format(name="high_pulse", what="high", floor="high(-wanted.inf)")
    write(tmp_path, a=f"{low}\n\n{high}")
    assert copies(tmp_path) == []
    write(tmp_path, a=low, b=high)
    assert [state for *_, state in copies(tmp_path)] == ["diverged"]
    other = PULSE.format(name="high_pulse", what="high", floor="high(wanted.inf)")
    write(tmp_path, a=f"{low}\n\n{other}", b="")
    assert copies(tmp_path) == [], "a sign that one side lacks"
    write(tmp_path, a=low, b=other)
    assert [state for *_, state in copies(tmp_path)] == ["diverged"]


def test_a_diverged_copy_with_decorators_is_shown_once(tmp_path: Path) -> None:
    text = """\
@dataclass(order=True)
class {}:
    \"\"\"
    The weight of the {} and its data and whatever else there is
    to say.
    \"\"\"

    weight: float
    parts: dict = field(compare=False)

    def copy(self):
        return type(self)(self.weight, self.parts.copy())
"""
    write(
        tmp_path,
        a=text.format("Tree", "tree"),
        b=text.format("Wood", "wood").replace(" there is\n    ", "\n    there is "),
    )
    assert [place for place, *_ in copies(tmp_path)] == ["b.py:2"]


def test_what_came_with_other_versions_differs_on_purpose(tmp_path: Path) -> None:
    owl, hawk = (
        text.replace("The loss", f"The loss\n\n    .. versionadded:: {version}\n    ")
        for text, version in ((OWL.replace("total = 0", "total = 1"), "1.4"), (HAWK, "1.5"))
    )
    write(tmp_path, owl=owl, hawk=hawk)
    assert copies(tmp_path) == []


def test_a_few_statements_of_other_things(tmp_path: Path) -> None:
    text = "class {}:\n    kind = {}\n\n    def tags(self):\n        tags = super().tags()\n        tags.fits = True\n"
    others = "(\n        {1: 2},\n        [3] + [4],\n        5 * 6,\n    )"
    text += "        tags.{} = True\n        tags.sparse = False\n        return tags\n"
    write(tmp_path, a=text.format("Owl", "[1, 2] * 3", "positive"), b=text.format("Hawk", others, "dense"))
    assert copies(tmp_path) == []
    write(tmp_path, b=text.format("Hawk", others, "positive"))
    assert [state for *_, state in copies(tmp_path)] == ["equal"]


def test_copies_in_folders_of_other_projects(tmp_path: Path) -> None:
    write(tmp_path, zoo__owl=OWL, zoo__third_party__hawk=HAWK)
    assert copies(tmp_path) == []
    assert "1 definition in folders of other projects" in run(tmp_path, "suggest", "--no-cache").text
    found = run(tmp_path, "suggest", "--no-cache", "zoo/third_party").text
    assert "zoo/third_party/hawk.py:1: equal hawk_loss" in found


def test_a_replacement_looks_for_words_of_the_source(tmp_path: Path) -> None:
    text = "def notice(fmt, rows):\n    try:\n        warn_msg = fmt % rows\n    except TypeError:\n"
    text += '        warn_msg = fmt\n    logger.warning("MADE_NOTICE: %s", warn_msg)\n'
    other = text.replace("warn_msg", "err_msg").replace("warning", "error").replace("NOTICE", "ERROR")
    write(tmp_path, a=text, b=other.replace("def notice", "def failed"))
    (group,) = suggested(tmp_path, "--min-lines", "5")["groups"]
    assert "warn_msg->err_msg" in group["copies"][0]["directive"] or "warning->error" in group["copies"][0]["directive"]


def test_tests_and_generated_files_are_left_out(zoo: Path) -> None:
    write(zoo, tests__test_owl=OWL, zoo__made=f"# This file was generated by a tool. Do not edit.\n{OWL}")
    assert [place for place, *_ in copies(zoo)] == ["zoo/hawk.py:4"]
    assert [place for place, *_ in copies(zoo, "--tests")] == ["tests/test_owl.py:1", "zoo/hawk.py:4"]
    assert "1 definition in generated files, 1 file of tests" in run(zoo, "suggest", "--no-cache").text
    write(zoo, zoo__tests__test_owl=OWL)
    assert [place for place, *_ in copies(zoo, "zoo")] == ["zoo/hawk.py:4"], (
        "a folder with tests in it is none of tests"
    )
    assert "zoo/tests/test_owl.py:1" in [place for place, *_ in copies(zoo, "zoo/tests")]
    assert "tests/test_owl.py:1" in [place for place, *_ in copies(zoo, "tests/test_owl.py")]


def test_two_methods_of_one_class_are_left_out(tmp_path: Path) -> None:
    body = "".join(f"    {line}\n" if line else "\n" for text in (OWL, HAWK) for line in text.splitlines())
    write(tmp_path, a=f"class Zoo:\n{body}")
    assert copies(tmp_path) == []


def test_alternatives_of_one_name_are_no_copies_of_each_other(tmp_path: Path) -> None:
    body = "".join(f"        {line}\n" for line in OWL.splitlines())
    other = body.replace("zip", "izip")
    write(tmp_path, a=f"def outer(x):\n    if x:\n{body}    else:\n{other}    return owl_loss\n")
    assert copies(tmp_path) == []


def test_the_check_has_the_last_word(zoo: Path) -> None:
    """Quotes are layout for a formatter alone: without one, the two differ."""
    write(zoo, zoo__hawk=HAWK.replace('"""', "'''"))
    assert [state for *_, state in copies(zoo)] == ["equal"]
    assert [state for *_, state in copies(zoo, "--config", 'formatter = "none"')] == ["diverged"]


def test_since_and_check(zoo: Path) -> None:
    git(zoo, "init", "-q")
    git(zoo, "add", ".")
    git(zoo, "commit", "-qm", "all")
    assert run(zoo, "suggest", "--check", "--no-cache").code == 1
    quiet = run(zoo, "suggest", "--since", "HEAD", "--check", "--no-cache")
    assert (quiet.code, "No unmarked copy found" in quiet.text) == (0, True)
    write(zoo, zoo__jay=LOSS.format(name="jay"))
    new = run(zoo, "suggest", "--since", "HEAD", "--check", "--no-cache")
    assert (new.code, "zoo/jay.py" in new.text) == (1, True)
    assert run(zoo, "suggest", "--since", "nothing", "--check").code == 2


def test_what_suppresses_a_suggestion(zoo: Path) -> None:
    def found(*args: str) -> list[str]:
        return [place for place, *_ in copies(zoo, *args)]

    assert found() == ["zoo/hawk.py:4"]
    assert found("--config", 'ignore = ["CPY901"]') == []
    assert found("--config", 'select = ["CPY2"]') == ["zoo/hawk.py:4"]
    assert found("--config", 'per-file-ignores = { "zoo/h*" = ["unmarked-copy"] }') == []
    path = zoo / "zoo/hawk.py"
    path.write_text(path.read_text().replace("def ", "# copycheck: ignore[CPY901] they differ soon\ndef ", 1))
    assert found() == []
    assert "1 ignored" in run(zoo, "suggest", "--no-cache").text
    path.write_text(f"import zoo.owl\n\n\n{HAWK}")
    assert run(zoo, "suggest", "--write-baseline", "--no-cache").code == 0
    assert (found(), found("--no-baseline")) == ([], ["zoo/hawk.py:4"])
    assert run(zoo, "--no-cache").code == 0, "the plain check says nothing of such entries"
    assert run(zoo, "--write-baseline").code == 0
    assert found() == [], "and keeps them"


@pytest.mark.parametrize("format_", ["concise", "github", "gitlab", "sarif", "json-lines"])
def test_formats(zoo: Path, format_: str) -> None:
    result = run(zoo, "suggest", "--no-cache", "--output-format", format_)
    assert (result.code, result.stderr) == (0, "")
    assert "zoo/hawk.py" in result.text
    if format_ == "sarif":
        (one,) = json.loads(result.text)["runs"][0]["results"]
        (replacement,) = one["fixes"][0]["artifactChanges"][0]["replacements"]
        assert replacement["insertedContent"]["text"] == f"{DIRECTIVE.format(name='hawk')}\n"


def test_accept_takes_one_and_a_diverged_one_too(zoo: Path) -> None:
    write(zoo, zoo__kite=KITE, zoo__jay=LOSS.format(name="jay"))
    result = run(zoo, "suggest", "--write", "--accept", str(zoo / "zoo/kite.py:3"), "--no-cache")
    assert (result.code, result.text) == (0, "Wrote 1 directive into 1 file.\n")
    assert (zoo / "zoo/kite.py").read_text().startswith(DIRECTIVE.format(name="kite"))
    assert (zoo / "zoo/jay.py").read_text() == LOSS.format(name="jay")
    none = run(zoo, "suggest", "--write", "--accept", str(zoo / "zoo/owl.py:3"), "--no-cache")
    assert (none.code, "no copy is suggested there" in none.stderr) == (2, True)


def test_interactive(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("?\nw\n"))
    result = run(zoo, "suggest", "--interactive", "--no-cache")
    assert result.code == 0, result.stderr
    assert result.text.endswith("1 directive written, 0 groups left.\n")
    assert DIRECTIVE.format(name="hawk") in (zoo / "zoo/hawk.py").read_text()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--accept", "x.py:1"], "--accept needs --write"),
        (["--write", "--check"], "--write cannot be used with --check"),
        (["--write", "--output-format", "json"], "--write takes no --output-format"),
        (["--config", "suggest = { min-line = 3 }"], "did you mean `min-lines`?"),
        (["--config", "suggest = { min-lines = 0 }"], "`min-lines` must be a whole number of 2 or more"),
        (["nowhere.py"], "nowhere.py: there is no such file"),
    ],
)
def test_wrong_usage(zoo: Path, args: list[str], said: str) -> None:
    result = run(zoo, "suggest", *args)
    assert (result.code, said in result.stderr) == (2, True), result.stderr


def test_a_file_that_cannot_be_written(zoo: Path) -> None:
    (zoo / "zoo/hawk.py").chmod(0o444)
    before = tree_of(zoo)
    result = run(zoo, "suggest", "--write", "--no-cache")
    assert (result.code, "nothing is written: zoo/hawk.py: it is read-only" in result.stderr) == (2, True)
    assert tree_of(zoo) == before


def test_what_another_run_has_written_in_the_meantime_is_not_written_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path, zoo__owl=OWL, zoo__hawk=HAWK))
    found = suggest()
    marked = [copy for group in found.groups for copy in group.copies]
    assert write_suggestions(marked, load())
    after = tree_of(tmp_path)
    with pytest.raises(CopycheckError, match="has changed since it was looked at"):
        write_suggestions(marked, load())
    assert tree_of(tmp_path) == after


def test_a_generated_file_is_no_source_of_what_it_is_made_of(tmp_path: Path) -> None:
    write(tmp_path, zoo__owl=OWL, zoo__hawk_plan=HAWK, zoo__hawk=f"# Generated by make from hawk_plan.py.\n{HAWK}")
    assert [place for place, _, _ in copies(tmp_path)] == ["zoo/owl.py:1"]


def test_the_direction_that_names_can_go(tmp_path: Path) -> None:
    owl, bat = (OWL.replace("total = 0", f'total = load("{name}/tiny-1")') for name in ("the-owl", "bats"))
    body = owl.replace("the loss", "the-owl/tiny-1 loss")
    write(tmp_path, zoo__bat=bat.replace("owl", "bat"), zoo__owl=body)
    assert [state for _, _, state in copies(tmp_path)] == ["equal"]


def test_what_the_check_refuses_is_tied_to_another_source(tmp_path: Path) -> None:
    """The source that is chosen first is laid out in a way that no formatter brings in line with the others."""
    odd = OWL.replace("    pairs = list(", "    pairs = (list)(")
    write(tmp_path, aa__first=odd, zoo__owl=OWL, zoo__owlet=OWL)
    assert ("zoo/owlet.py:1", "# Copied from zoo.owl.owl_loss", "equal") in copies(tmp_path, "--diverged", "0")


def test_the_end_of_a_copy_is_where_its_comment_says(tmp_path: Path) -> None:
    own = OWL + "    # End copy\n    return 0 if total is None else total\n"
    write(tmp_path, zoo__owl=OWL, zoo__owlet=own)
    assert copies(tmp_path) == [("zoo/owlet.py:1", "# Copied from zoo.owl.owl_loss", "equal")]


def test_the_end_of_a_copy_in_a_method_is_not_that_of_its_class(tmp_path: Path) -> None:
    """A class of the same text is one copy, with the method behind the comment."""
    first = textwrap.indent(OWL.replace("(predicted", "(self, predicted"), "    ")
    text = (
        f"class Owl:\n{first}        # End copy\n        self.total = total\n\n    def rest(self):\n        return 1\n"
    )
    write(tmp_path, zoo__owl=text, zoo__owlet=text)
    (group,) = suggested(tmp_path)["groups"]
    assert [(copy["name"], copy["rows"]["end"]) for copy in group["copies"]] == [("Owl", 13)]


def test_whole_files_are_candidates_for_full_copies(tmp_path: Path) -> None:
    both = f"{OWL}\n\n{OWL.replace('_loss', '_gain')}"
    write(tmp_path, zoo__owl=both, zoo__hawk=f"{both.replace('owl', 'hawk')}", zoo__kite=f"{both}x = 1\n")
    whole = [copy for copy in copies(tmp_path, "--source", str(tmp_path / "zoo/owl.py")) if copy[1][0] != "#"]
    entry = '"zoo/hawk.py" = { source = "zoo/owl.py", with = "owl->hawk" }'
    assert whole == [("zoo/hawk.py:1", entry, "equal")]
    assert "the whole file" in run(tmp_path, "suggest", "--no-cache").text
    (tmp_path / "copycheck.toml").write_text(f"[full-copies]\n{entry}\n")
    assert run(tmp_path, "--no-cache").code == 0
    assert not any(copy[1][0] != "#" for copy in copies(tmp_path)), "what is registered is not suggested again"


def test_write_leaves_the_configuration_alone(tmp_path: Path) -> None:
    both = f"{OWL}\n\n{OWL.replace('_loss', '_gain')}"
    write(tmp_path, zoo__owl=both, zoo__hawk=both.replace("owl", "hawk"))
    assert "Wrote 3 directives into 2 files" in run(tmp_path, "suggest", "--no-cache", "--write").text
    assert (tmp_path / "copycheck.toml").read_text() == ""


def test_a_form_that_thousands_have_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "MOST_TEXTS", 2)
    names = ("owl", "hawk", "kite")
    folder = write(tmp_path, **{f"zoo__{name}": LOSS.format(name=name) for name in names})
    write(folder, zoo__owl2=OWL)
    result = run(folder, "suggest", "--no-cache", "--diverged", "0")
    assert "zoo/kite.py:1: equal" in result.text
    assert "2 definitions of a form that more than 1,000 others have" in " ".join(result.text.split())


SHORT_COPIES = {
    "one rename": [("guests", "crew")],
    "two renames": [("guests", "crew"), ("season", "month")],
    "two renames and another name": [("guests", "crew"), ("season", "month"), ("def fare", "def price")],
    "one line": [("if season", "if season and season.extra")],
    "one line and another name": [("if season", "if season and season.extra"), ("def fare", "def price")],
    "one line and a rename": [("guests", "crew"), ("if season", "if season and season.extra")],
}


@pytest.mark.parametrize("name", SHORT_COPIES)
@pytest.mark.parametrize("is_method", [False, True])
def test_short_copies_have_enough_in_common(tmp_path: Path, name: str, is_method: bool) -> None:
    source = "def fare(guests, season):\n    total = 12\n    if season:\n        total += season.extra\n"
    source += "    total -= guests.children * 2\n    return max(total, 5)\n"
    copy = source
    for left, right in SHORT_COPIES[name]:
        copy = copy.replace(left, right)
    if is_method:
        source, copy = (
            f"class {owner}:\n{textwrap.indent(text.replace('(', '(self, ', 1), '    ')}"
            for owner, text in (("Ferry", source), ("Train", copy))
        )
    write(tmp_path, a=source, b=copy)
    # The class around a method is one more copy, where it has no other name.
    assert {state for *_, state in copies(tmp_path)} == {"diverged" if "line" in name else "equal"}


def test_what_has_other_names_in_most_places_is_left_out(tmp_path: Path) -> None:
    body = "def {0}({1}):\n    {2} = {1}.{3}()\n    if {2}.{4}:\n        {2}.{5}()\n    {6}({2})\n    return {2}\n"
    write(tmp_path, a=body.format(*"ABCDEFG"), b=body.format(*"TBUDEVW"))
    assert copies(tmp_path, "--max-replacements", "5") == []
    result = run(tmp_path, "suggest", "--no-cache", "--max-replacements", "5")
    assert "1 pair with mostly other names" in result.text
    assert "`copycheck suggest --min-lines 5` shows" in result.stderr
    assert len(copies(tmp_path, "--max-replacements", "5", "--min-lines", "5")) == 1


def test_what_is_written_leaves_nothing_more_to_write(tmp_path: Path) -> None:
    """Two methods of one class are no pair, and no more are they by way of a marked copy of one of them."""
    method = """\
    def {0}(self, other):
        if other.is_number and self.is_{0}:
            for part in other.parts:
                self.rest = part.{0}(self.rest)
            return self
        return other.{0}(self.rest)
"""
    both = f"class Sum:\n{method.format('plus')}\n{method.format('less')}"
    write(tmp_path, a=both, b=f"class Total:\n{method.format('plus')}")
    assert "Wrote 1 directive" in run(tmp_path, "suggest", "--no-cache", "--write").text
    assert "Wrote 0 directives" in run(tmp_path, "suggest", "--no-cache", "--write").text


def test_a_preferred_folder_that_is_missing_is_said(zoo: Path) -> None:
    (zoo / "copycheck.toml").write_text('[suggest]\nsource = ["zoo", "nests"]\n')
    result = run(zoo, "suggest", "--no-cache")
    assert (result.code, result.stderr) == (
        2,
        "copycheck: copycheck.toml: `source` of `suggest`: there is no such file or folder in the project: nests\n",
    )
    assert run(zoo, "suggest", "--no-cache", "--source", str(zoo / "zoo")).code == 0, "the option counts"
    assert run(zoo, "--no-cache").code == 0, "a check prefers nothing"


_READER = '''\
class {name}Reader:
    def __init__(self, path):
        self.path = path
        self.rows = []

    def load_rows(self, limit=100):
        """Read rows from a file."""
        self.rows = []
        with open(self.path) as stream:
            for number, line in enumerate(stream):
                if number >= limit:
                    break
                parts = line.strip().split(",")
                if len(parts) < 2:
                    continue
                self.rows.append((parts[0], float(parts[1]) * 60))
        return self.rows

    def {name}_kind(self):
        return ["{name}", self.path]
'''


@pytest.mark.parametrize(
    "change",
    [("* 60", "* 3600"), (">= limit", "> limit"), ('split(",")', 'split(";")'), ("limit=100", "limit=99")],
    ids=["number", "sign", "string", "default"],
)
def test_the_one_place_of_several_that_a_fix_has_not_reached(tmp_path: Path, change: tuple[str, str]) -> None:
    """Members of a family differ in numbers; one of several that agree otherwise has missed a fix."""
    other = _READER.format(name="gull").replace(*change)
    agreeing = {name: _READER.format(name=name) for name in ("bat", "crow", "dove", "eagle")}
    write(tmp_path, **agreeing, gull=other)
    shown = [(place, directive) for place, directive, state in copies(tmp_path) if state == "diverged"]
    assert shown == [("gull.py:6", "# Copied from bat.batReader.load_rows")]
    (tmp_path / "p").mkdir()
    write(tmp_path / "p", bat=agreeing["bat"], gull=other)
    assert copies(tmp_path / "p") == [], "two are of one family"
