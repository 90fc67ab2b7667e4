"""`list`, `impact`, `graph`, the reports and the baseline know sources in other packages, each with its version."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from copycheck.project.lock_file import Lock, LockedCopy, LockedSource, written
from tests.harness import run, write_tree

TEXT = ("def hoot(volume):", "    return volume + 1")
PLACE = "birds@{}/birds/owl.py"


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two copies of one object at two releases, one of which has drifted, an adaptation, and a full copy."""
    folder = tmp_path_factory.mktemp("queries") / "zoo"
    target, file = "birds.owl.hoot", "birds:birds/wing.py"
    sources = [
        LockedSource(target, "1.0", "birds", "birds/owl.py", 3, TEXT),
        LockedSource(target, "2.0", "birds", "birds/owl.py", 7, (TEXT[0], "    return volume + 2")),
        LockedSource(file, "2.0", "birds", "birds/wing.py", 1, ("wings = 2", "")),
    ]
    copies = [
        LockedCopy("hawk.py", "kree", target, "1.0"),
        LockedCopy("kite.py", "kree", target, "2.0"),
        LockedCopy("crow.py", "caw", target, "2.0"),
        LockedCopy("wing.py", "", file, "2.0"),
    ]
    copy = "# Copied from birds.owl.hoot with hoot->kree\ndef kree(volume):\n    return volume + {}\n"
    files: dict[str, str | bytes] = {
        "pyproject.toml": '[tool.copycheck.upstream]\nbirds = "2.0"\n\n[tool.copycheck.full-copies]\n'
        '"wing.py" = { upstream = "birds", file = "birds/wing.py" }\n',
        "hawk.py": copy.format(1),
        "kite.py": copy.format(1),
        "crow.py": copy.format(3)
        .replace("Copied", "Adapted")
        .replace("kree\n", "caw: speaks\n")
        .replace("kree", "caw"),
        "wing.py": "wings = 2\n",
        "copycheck-lock.json": written(Lock(tuple(sources), tuple(copies))),
    }
    write_tree(folder, files)
    return folder


def test_list(zoo: Path) -> None:
    lines = run(zoo, "list").text.splitlines()
    assert "hawk.py:1: in-sync kree ← birds.owl.hoot 1.0 with hoot->kree" in lines
    assert "kite.py:1: drift kree ← birds.owl.hoot 2.0 with hoot->kree (CPY201)" in lines
    assert "wing.py: in-sync full copy ← birds:birds/wing.py 2.0" in lines
    copies = json.loads(run(zoo, "list", "--output-format", "json").text)["copies"]
    places = {copy["filename"]: copy["source"] and copy["source"]["filename"] for copy in copies}
    assert places == {
        "crow.py": None,
        "hawk.py": PLACE.format("1.0"),
        "kite.py": PLACE.format("2.0"),
        "wing.py": "birds@2.0/birds/wing.py",
    }


@pytest.mark.parametrize("what", ["birds.owl.hoot", "birds.owl", "birds"])
def test_impact_of_an_object_a_module_and_a_package(zoo: Path, what: str) -> None:
    text = run(zoo, "impact", what).text
    assert f"birds.owl.hoot ({PLACE.format('1.0')}:3)\n└─ hawk.py:1: in-sync kree\n" in text
    assert f"birds.owl.hoot ({PLACE.format('2.0')}:7)\n└─ kite.py:1: drift kree (CPY201)\n" in text
    assert ("wing.py" in text) == (what == "birds")


def test_graph(zoo: Path) -> None:
    text = run(zoo, "graph").text
    assert (
        f"{PLACE.format('1.0')}:3 hoot\n└─ hawk.py:1" in text and f"{PLACE.format('2.0')}:7 hoot\n└─ kite.py:1" in text
    )
    graph = json.loads(run(zoo, "graph", "--format", "json").text)
    assert {PLACE.format("1.0"), PLACE.format("2.0"), "birds@2.0/birds/wing.py"} <= {
        o["module"] for o in graph["objects"]
    }
    for form in ("dot", "mermaid", "html"):
        text = run(zoo, "graph", "--format", form).text
        text = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), text)
        assert form == "html" or "hoot (birds@2.0)" in text, form
        assert "birds@1.0" in text and "birds@2.0" in text, form


@pytest.mark.parametrize(
    "form",
    ["full", "concise", "grouped", "json", "json-lines", "sarif", "github", "gitlab", "junit", "rdjson"],
)
def test_reports_name_the_version(zoo: Path, form: str) -> None:
    result = run(zoo, "--no-cache", "--output-format", form)
    assert result.code == 1 and "birds@2.0/birds/owl.py" in result.text and "Traceback" not in result.stderr


def test_the_baseline(zoo: Path, tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(zoo, tmp_path / "zoo"))
    run(folder, "--write-baseline")
    result = run(folder)
    assert result.code == 0 and "1 known" in result.text
    (folder / "kite.py").write_text((folder / "kite.py").read_text().replace("+ 1", "+ 2"))
    assert "CPY009" in run(folder, "--output-format", "concise").text
