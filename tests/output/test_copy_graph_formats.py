"""`copycheck graph`: the picture of all copies as text, for Graphviz, for Mermaid, and as JSON."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.harness import run, tree_of, write_tree

CONFIG = '[tool.copycheck]\nexternal = ["park"]\n'
OWL = "class Owl:\n    def hoot(self):\n        return 1\n\n\ndef fly():\n    return 2\n"
HAWK = """\
# Copied from zoo.owl.Owl with Owl->Hawk, "a\\,b"->`c` all-casing
class Hawk:
    def hoot(self):
        return 1


# Copied from zoo.owl.fly
def fly():
    return 3


# Copied from park.swan.fly
def swim():
    return 3


# Adapted from zoo.owl.fly: slower
def walk():
    return 4
"""
KITE = "class Kite:\n    # Copied from zoo.hawk.Hawk.hoot\n    def hoot(self):\n        return 1\n"
CIRCLE = "# Copied from b.f\ndef f():\n    return 1\n"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "zoo/owl.py": OWL, "zoo/hawk.py": HAWK, "zoo/kite.py": KITE})
    return tmp_path


def drawn(folder: Path, *args: str) -> str:
    before = tree_of(folder)
    result = run(folder, "graph", *args)
    assert (result.code, result.stderr) == (0, "")
    assert tree_of(folder) == before
    return result.text


def in_a_circle(folder: Path) -> None:
    write_tree(folder, {"a.py": CIRCLE, "b.py": CIRCLE.replace("b.f", "a.f"), "c.py": CIRCLE.replace("b.f", "a.f"),
                        "d.py": CIRCLE.replace("b.f", "d.f")})  # fmt: skip


def test_text(zoo: Path) -> None:
    assert drawn(zoo) == (
        "zoo/hawk.py:3 Hawk.hoot\n└─ zoo/kite.py:2: in-sync Kite.hoot\n"
        "zoo/owl.py:1 Owl\n└─ zoo/hawk.py:1: in-sync Hawk\n"
        "zoo/owl.py:6 fly\n└─ zoo/hawk.py:7: drift fly (CPY201)\n"
        "without a source\n├─ zoo/hawk.py:12: external swim ← park.swan.fly\n"
        "└─ zoo/hawk.py:17: adapted walk (slower) ← zoo.owl.fly\n"
        "5 copies: 2 in sync, 1 drift, 1 external, 1 adapted.\n"
    )


def test_text_of_a_circle_ends(zoo: Path) -> None:
    in_a_circle(zoo)
    assert drawn(zoo, "a.py") == (
        "b.py:2 f\n"
        "└─ a.py:1: unchecked f (CPY105)\n"
        "   ├─ b.py:1: unchecked f (CPY105) (its copies are listed elsewhere)\n"
        "   └─ c.py:1: in-sync f\n"
        "3 copies: 1 in sync, 2 unchecked.\n"
    )


def test_a_chain(zoo: Path) -> None:
    chain = {f"m{n}.py": f"# Copied from m{n - 1}.f\ndef f():\n    return 1\n" for n in range(1, 60)}
    write_tree(zoo, chain | {"m0.py": "def f():\n    return 1\n"})
    lines = drawn(zoo, "m0.f").splitlines()
    assert len(lines) == 61 and lines[-2] == "   " * 58 + "└─ m59.py:1: in-sync f"


@pytest.mark.parametrize(
    ("what", "places"),
    [
        ("zoo.owl.Owl", {"zoo/hawk.py:1"}),
        ("zoo/kite.py", {"zoo/kite.py:2"}),
        ("zoo/owl.py:7", {"zoo/hawk.py:7"}),
        ("zoo/hawk.py:7:1", {"zoo/hawk.py:7"}),
        ("zoo/hawk.py", {"zoo/hawk.py:1", "zoo/hawk.py:7", "zoo/kite.py:2"}),
    ],
)
def test_what_is_asked_for(zoo: Path, what: str, places: set[str]) -> None:
    text = drawn(zoo, what)
    assert set(re.findall(r"─ (\S+:\d+):", text)) >= places
    assert f"{len(set(re.findall(r'─ (.*:[0-9]+):', text)))} cop" in text


def test_what_is_not_there(zoo: Path) -> None:
    result = run(zoo, "graph", "Olw")
    assert (result.code, result.stdout) == (2, b"") and result.stderr.count("\n") == 1
    assert run(zoo, "graph", "--format", "svg").code == 2


@pytest.mark.parametrize("format_", ["text", "dot", "mermaid", "json"])
def test_no_copies_at_all(tmp_path: Path, format_: str) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    text = drawn(tmp_path, "--format", format_)
    assert text in ("0 copies.\n", "flowchart LR\n") or text.endswith("}\n")


@pytest.mark.parametrize("format_", ["text", "dot", "mermaid", "json"])
def test_an_output_file(zoo: Path, tmp_path: Path, format_: str) -> None:
    shown = run(zoo, "graph", "--format", format_).stdout
    result = run(zoo, "graph", "--format", format_, "-o", "picture")
    assert (result.code, result.stdout, result.stderr) == (0, b"", "")
    assert (zoo / "picture").read_bytes() == shown
    result = run(zoo, "graph", "-o", "none/picture")
    assert result.code == 2 and result.stderr.startswith("copycheck: none/picture: the report cannot be written: ")


def test_a_cached_picture_is_the_same(zoo: Path) -> None:
    cold = run(zoo, "graph", "--format", "json", "--no-cache").text
    assert [run(zoo, "graph", "--format", "json").text for _ in range(3)] == [cold] * 3


# JSON


def test_json(zoo: Path) -> None:
    document = json.loads(drawn(zoo, "--format", "json"))
    assert (document["version"], document["project"]) == (1, zoo.name)
    objects = {thing["id"]: thing for thing in document["objects"]}
    copies = {objects[copy["copy"]]["name"]: copy for copy in document["copies"]}
    assert set(copies) == {"Hawk", "fly", "swim", "walk", "Kite.hoot"}
    hawk = copies["Hawk"]
    assert objects[hawk["source"]] == {
        "id": hawk["source"], "name": "Owl", "module": "zoo/owl.py", "row": 1, "end_row": 3
    }  # fmt: skip
    assert (hawk["target"], hawk["state"], hawk["row"]) == ("zoo.owl.Owl", "in-sync", 1)
    assert hawk["replacements"] == ["Owl->Hawk", '"a\\,b"->`c` all-casing']
    [finding] = copies["fly"]["findings"]
    assert (finding["code"], finding["name"]) == ("CPY201", "copy-drift")
    assert "-    return 3\n+    return 2\n" in finding["diff"]
    assert (copies["walk"]["source"], copies["walk"]["reason"], copies["walk"]["state"]) == (None, "slower", "adapted")
    assert objects[copies["fly"]["source"]]["name"] == "fly" and copies["fly"]["source"] != copies["fly"]["copy"]


def test_an_object_has_one_node_whether_it_is_copied_or_copies(zoo: Path) -> None:
    write_tree(zoo, {"a.py": f"# Copied from zoo.hawk.Hawk\n{OWL.partition('def fly')[0].replace('Owl', 'Hawk')}"})
    document = json.loads(drawn(zoo, "--format", "json"))
    names = [(thing["module"], thing["name"]) for thing in document["objects"]]
    assert names.count(("zoo/hawk.py", "Hawk")) == 1 and len(names) == len(set(names))


# Graphviz and Mermaid


HOSTILE = "\"quoted\" \\ <b>&amp; ; | [x] {y} \\#1; end \\N %% é 'z' `c`"


def test_dot(zoo: Path) -> None:
    text = drawn(zoo, "zoo.owl.fly", "--format", "dot")
    assert text == (
        "digraph copies {\n"
        "  rankdir=LR;\n"
        '  node [shape=box, style=rounded, fontname="sans-serif"];\n'
        '  n0 [label="fly", tooltip="zoo/hawk.py:8"];\n'
        '  n1 [label="fly", tooltip="zoo/owl.py:6"];\n'
        '  n1 -> n0 [color="#c62828", label="", tooltip="drift"];\n'
        "}\n"
    )


def strings(dot: str) -> list[str]:
    """The quoted strings of a dot file as Graphviz reads them; what is left over holds no quote."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"', dot)
    assert '"' not in re.sub(r'"(?:[^"\\]|\\.)*"', "", dot)
    return [re.sub(r"\\(.)", r"\1", text) for text in found]


def hostile(folder: Path) -> None:
    left = HOSTILE.replace(",", "")
    write_tree(folder, {
        "zoo/swan.py": f"# Copied from zoo.owl.fly with {left}->\"\\x\ndef fly():\n    return 2\n",
        'q"u\\o\x1b\n[x]/<é>.py': "# Copied from zoo.owl.fly\ndef fly():\n    return 2\n",
        "zoo/digraph.py": "# Copied from graph.node.end\ndef subgraph():\n    return 2\n",
    })  # fmt: skip


def test_dot_with_hostile_names(zoo: Path) -> None:
    hostile(zoo)
    found = strings(drawn(zoo, "--format", "dot"))
    assert f'with {HOSTILE}->"\\x' in found
    assert any(text.startswith('q"u\\o\\x1b') for text in found)
    assert "\x1b" not in "".join(found)


def test_dot_of_a_circle(zoo: Path) -> None:
    in_a_circle(zoo)
    text = drawn(zoo, "--format", "dot", "a.py")
    assert text.count(" -> ") == 3


@pytest.mark.skipif(not shutil.which("dot"), reason="there is no graphviz")
def test_graphviz_takes_it(zoo: Path) -> None:
    hostile(zoo)
    in_a_circle(zoo)
    data = run(zoo, "graph", "--format", "dot").stdout
    done = subprocess.run(["dot", "-Tsvg"], input=data, capture_output=True, check=True)
    assert b"</svg>" in done.stdout and not done.stderr


def mermaid_texts(text: str) -> list[str]:
    """The quoted texts of a flowchart as Mermaid shows them."""
    found = re.findall(r'"([^"]*)"', text)
    return [re.sub(r"#(\d+);", lambda match: chr(int(match[1])), quoted) for quoted in found]


def test_mermaid(zoo: Path) -> None:
    assert drawn(zoo, "zoo.owl.Owl", "--format", "mermaid") == (
        "flowchart LR\n"
        '  n0["Hawk"]\n'
        '  n1["Owl"]\n'
        '  n1 -->|"with Owl-#62;Hawk#44; #34;a#92;#44;b#34;-#62;#96;c#96; all-casing"| n0\n'
        "  linkStyle 0 stroke:#2e7d32\n"
    )


def test_mermaid_with_hostile_names(zoo: Path) -> None:
    hostile(zoo)
    text = drawn(zoo, "--format", "mermaid")
    assert f'with {HOSTILE}->"\\x' in mermaid_texts(text)
    for line in text.splitlines()[1:]:
        bare = re.sub(r'"[^"]*"', "", line)
        assert re.fullmatch(
            r"  (?:[nm]\d+\[\]|[nm]\d+(?:\[\])? (?:-->|-\.->)(?:\|\|)? n\d+|linkStyle [\d,]+ stroke:#[0-9a-f]{6})", bare
        ), line
    assert not set("".join(re.findall(r'"([^"]*)"', text))) & set("<>&\\|{}[]`'()%")


def test_mermaid_numbers_its_links_by_state(zoo: Path) -> None:
    lines = drawn(zoo, "--format", "mermaid").splitlines()
    states = [copy["state"] for copy in json.loads(drawn(zoo, "--format", "json"))["copies"]]
    links = [line for line in lines if "-->" in line or "-.->" in line]
    styled = [line.split()[1:] for line in lines if "linkStyle" in line]
    colors = {int(number): color for numbers, color in styled for number in numbers.split(",")}
    assert len(links) == len(states) == len(colors) == 5
    assert {states[number]: color for number, color in colors.items()} == {
        "in-sync": "stroke:#2e7d32",
        "drift": "stroke:#c62828",
        "external": "stroke:#757575",
        "adapted": "stroke:#757575",
    }
    assert [("-.->" in line) for line in links] == [state in ("external", "adapted") for state in states]


def test_mermaid_of_a_circle(zoo: Path) -> None:
    in_a_circle(zoo)
    text = drawn(zoo, "--format", "mermaid", "a.py")
    assert (text.count("-->"), text.count("-.->")) == (1, 2)
