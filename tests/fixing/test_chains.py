"""Copies of copies that are fixed in one wave: the same files as by one wave for each link (contract 5.1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from copycheck.fixing.chains import Foresight, Link
from copycheck.fixing.fix_session import FixSession
from tests.harness import run, tree_of, write_tree

BODY = "    x = {value}\n    return x\n"


def links(count: int, body: str = BODY, above: str = "", behind: str = "") -> str:
    """A chain of functions in one file, of which the first has another body than all others."""
    source = "def f0(x):\n" + body.format(value=0)
    copies = (
        f"# Copied from a.f{number - 1} with f{number - 1}->f{number}\n{above}def f{number}(x):\n"
        f"{body.format(value=1)}{behind}"
        for number in range(1, count)
    )
    return "\n\n".join((source, *copies))


METHODS = "class A:\n    def f(self):\n        return 0\n\n\n" + "\n\n".join(
    f"class {after}:\n    # Copied from a.{before}.f\n    def f(self):\n        return 1\n"
    for before, after in zip("ABC", "BCD", strict=True)
)
SCENES = {
    "one file": {"a.py": links(9)},
    "methods": {"a.py": METHODS},
    "two files": {
        "a.py": "def f():\n    return 0\n",
        "b.py": "# Copied from a.f\ndef f():\n    return 1\n",
        "c.py": "# Copied from b.f\ndef f():\n    return 1\n\n\n# Copied from c.f with f->g\ndef g():\n    return 2\n",
    },
    "end copy": {"a.py": links(5, behind="    # End copy\n    x += 1\n")},
    "decorators above": {"a.py": links(4).replace("# Copied from a.f1", "@once\n# Copied from a.f1")},
    "decorators below": {"a.py": links(4, above="@once\n").replace("def f0", "@once\ndef f0")},
    "another layout": {
        "a.py": "def f(x):\n    return x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(x, 1, 2, 3, 4, 5, 6)\n\n\n"
        "# Copied from a.f with f->g,aaaaaaa->bbbbbbbbbbbb\ndef g(x):\n    return 0\n\n\n"
        "# Copied from a.g with g->h,bbbbbbbbbbbb->a\ndef h(x):\n    return 0\n"
    },
    "ignored member": {
        "a.py": "class A:\n    def f(self):\n        return 0\n\n    def g(self):\n        return 0\n\n\n"
        "# Copied from a.A with A->B\nclass B:\n    def f(self):\n        return 1\n\n    def g(self):  # Ignore copy\n"
        "        return 2\n\n\n"
        "# Copied from a.B with B->C\nclass C:\n    def f(self):\n        return 1\n\n"
        "    def g(self):\n        return 3\n"
    },
    "imports": {
        "a.py": "import os\n\n\ndef f():\n    return os.sep\n",
        "b.py": "# Copied from a.f\ndef f():\n    return 1\n",
        "c.py": "# Copied from b.f\ndef f():\n    return 1\n",
        "d.py": "# Copied from c.f\ndef f():\n    return 1\n",
    },
    "a name that is not there": {
        "a.py": "X = 1\n\n\ndef f():\n    return X\n",
        "b.py": "X = 2\n\n\n# Copied from a.f\ndef f():\n    return 1\n",
        "c.py": "# Copied from b.f\ndef f():\n    return 1\n",
        "d.py": "X = 3\n\n\n# Copied from c.f\ndef f():\n    return 1\n",
    },
    "a fork": {
        "a.py": links(2)
        + "\n\n# Copied from a.f1 with f1->f2\ndef f2(x):\n"
        + "".join(f"    x = x + {number}\n" for number in range(30))
        + "\n\n# Copied from a.f2 with f2->f3\ndef f3(x):\n    return 1\n"
    },
    "alternatives": {
        "a.py": links(3) + "\n\nif x:\n    def f0(x):\n        return 7\n",
    },
    "the name decides": {"a.py": links(6).replace("def f3(x)", "def f3(x, y)").replace("f4->f5", "x->z")},
    "a cycle below": {
        "a.py": "def f():\n    return 0\n\n\n# Copied from a.f\ndef g():\n    return 1\n\n\n"
        "# Copied from a.i with i->h\ndef h():\n    return 1\n\n\n# Copied from a.h with h->i\ndef i():\n    return 2\n"
    },
}


def without_foresight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Foresight, "links", lambda self, fixed: [])


@pytest.mark.parametrize("option", [(), ("--unsafe-fixes",)])
@pytest.mark.parametrize("scene", SCENES)
def test_the_same_as_link_after_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scene: str, option: tuple[str, ...]
) -> None:
    trees, texts = [], []
    for name in ("foreseen", "by itself"):
        root = tmp_path / name
        write_tree(root, {"copycheck.toml": "", **SCENES[scene]})
        if name == "by itself":
            without_foresight(monkeypatch)
        # By itself, a link is at the row where it was before its own fix, not before all.
        texts.append(re.sub(r":\d+", "", run(root, "--fix", "--show-fixes", "--no-cache", *option).text))
        trees.append(tree_of(root))
    assert trees[0] == trees[1]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("scene", SCENES)
def test_the_same_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scene: str) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", **SCENES[scene]})
    said = [run(tmp_path, *output, "--no-cache").text for output in ((), ("--output-format", "sarif"), ("--diff",))]
    without_foresight(monkeypatch)
    assert said == [
        run(tmp_path, *output, "--no-cache").text for output in ((), ("--output-format", "sarif"), ("--diff",))
    ]


def test_a_chain_takes_two_waves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    make = FixSession.make
    monkeypatch.setattr(FixSession, "make", lambda self, findings: made.append(1) or make(self, findings))
    write_tree(tmp_path, {"copycheck.toml": "", "a.py": links(30)})
    assert "29 fixed, 0 findings" in run(tmp_path, "--fix", "--no-cache").text
    assert len(made) == 1


def test_what_was_foreseen_wrongly_is_fixed_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "a.py": links(6)})
    foresee = Foresight.links

    def wrongly(self: Foresight, fixed: dict[int, object]) -> list[Link]:
        found = foresee(self, fixed)  # type: ignore[arg-type]
        return [link._replace(found=_with_other_text(link)) if link.number == 3 else link for link in found]

    monkeypatch.setattr(Foresight, "links", wrongly)
    assert "5 fixed, 0 findings" in run(tmp_path, "--fix", "--no-cache").text


def _with_other_text(link: Link):  # type: ignore[no-untyped-def]
    def other(finding):  # type: ignore[no-untyped-def]
        if finding.fix is None:
            return finding
        edits = tuple(edit._replace(text=edit.text.replace("0", "9")) for edit in finding.fix.edits)
        return finding._replace(fix=finding.fix._replace(edits=edits))

    return link.found._replace(diagnostics=tuple(other(finding) for finding in link.found.diagnostics))
