"""Comments with the address of a file in a configured repository are directives; all others stay prose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copycheck.project.upstream_settings import address_of
from studies.repository import git
from tests.harness import committed, run, write_tree
from tests.upstream.packages import without_network

OWL = """\
import functools


def other():
    return 1


@functools.cache
def hoot(volume):
    first = volume + 1
    second = volume + 2
    third = volume + 3
    return first, second, third
"""
ADDRESS = "https://github.com/zoo/birds/blob/v1/birds/owl.py"
COPY = """\
def kree(volume):
    first = volume + 1
    second = volume + 2
    third = volume + 3
    return first, second, third
"""


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_network(monkeypatch, tmp_path)
    birds = committed(tmp_path / "birds", {"birds/owl.py": OWL})
    git(birds, "tag", "v1")
    (birds / "birds/owl.py").write_text("# one more line\n" + OWL.replace("+ 3\n", "+ 300\n"))
    git(birds, "commit", "-qam", "louder")
    git(birds, "tag", "v2")
    folder = tmp_path / "zoo"
    config = f'[tool.copycheck.upstream]\n"github.com/zoo/birds" = {{ git = "file://{birds}" }}\n'
    write_tree(folder, {"pyproject.toml": config})
    return folder


def upstream(folder: Path, *args: str, code: int = 0) -> str:
    result = run(folder, "upstream", *args)
    assert (result.code, result.stderr) == (code, ""), result.stderr + result.text
    return result.text


@pytest.mark.parametrize("line", ["#L8", "#L9", "#L8-L13", "#L9-L11"])
def test_an_address_with_a_line_from_nothing_to_an_update(zoo: Path, line: str) -> None:
    path = zoo / "hawk.py"
    path.write_text(f"# Copied from {ADDRESS}{line} with hoot->kree\n{COPY}")
    assert "CPY301" in run(zoo, "--output-format", "concise").text
    upstream(zoo, "sync", "-q")
    assert run(zoo, "-q").code == 0
    path.write_text(path.read_text().replace("+ 1\n", "+ 100\n"))
    assert "hawk.py:1:1: CPY201" in run(zoo, "--output-format", "concise").text
    upstream(zoo, "update", "--to", "v2", "-q")
    rewritten = f"# Copied from {ADDRESS.replace('v1', 'v2')}#L9-L14 with hoot->kree\n"
    assert path.read_text() == rewritten + COPY.replace("+ 1\n", "+ 100\n").replace("+ 3\n", "+ 300\n")
    lock = json.loads((zoo / "copycheck-lock.json").read_text())
    assert [copy["version"] for copy in lock["copies"]] == [entry["version"] for entry in lock["sources"]] == ["v2"]
    assert "CPY3" not in run(zoo, "--output-format", "concise").text
    assert "1 with nothing to do" in upstream(zoo, "update", "--to", "v2")
    assert "owl.py#L9-L14\n" in run(zoo, "graph").text


def test_without_a_line_the_name_of_the_copy_is_the_object(zoo: Path) -> None:
    path = zoo / "hawk.py"
    own = COPY.replace("kree", "hoot")
    path.write_text(f"# Copied from {ADDRESS}\n{own}\n\n# Copied from {ADDRESS}\ndef other():\n    return 1\n")
    upstream(zoo, "sync", "-q")
    assert run(zoo, "-q").code == 0
    upstream(zoo, "update", "--to", "v2", "-q")
    assert path.read_text().count(f"# Copied from {ADDRESS.replace('v1', 'v2')}\n") == 2
    assert "volume + 300\n" in path.read_text()


@pytest.mark.parametrize("comment", ["{}#L9", "{}#L9: louder", "{}#L9 with hoot->kree: it is louder", "{}#L9:"])
def test_an_adaptation_of_an_address(zoo: Path, comment: str) -> None:
    path = zoo / "hawk.py"
    path.write_text(f"# Adapted from {comment.format(ADDRESS)}\n{COPY.replace('+ 1', '+ 100')}")
    assert "CPY301" in run(zoo, "--output-format", "concise").text
    upstream(zoo, "sync", "-q")
    assert run(zoo, "-q").code == 0
    upstream(zoo, "update", "--to", "v2", "-q")
    after = comment.format(ADDRESS).replace("v1", "v2").replace("#L9", "#L9-L14")
    assert path.read_text().startswith(f"# Adapted from {after}\n")
    assert "+ 100\n" in path.read_text() and "+ 300\n" in path.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/zoo/fish/blob/v1/cod.py#L3",
        "https://github.com/zoo/birds-of-prey/blob/v1/owl.py#L3",
        "https://example.org/zoo/birds/blob/v1/owl.py#L3",
        "vllm: birds/owl.py",
    ],
)
def test_what_is_not_configured_stays_prose(zoo: Path, text: str) -> None:
    (zoo / "hawk.py").write_text(f"# Copied from {text}\n{COPY}\n\n# Adapted from {text}\n{COPY}")
    assert run(zoo).code == 0


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        (f"{ADDRESS}#L2", "no definition is at line 2"),
        (f"{ADDRESS.replace('owl', 'eagle')}#L2", "has no file birds/eagle.py"),
        (f"{ADDRESS.replace('v1', 'v9')}#L2", "has no revision `v9`"),
        ("https://github.com/zoo/birds/wiki", "is no address of a file"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_line(zoo: Path, comment: str, said: str) -> None:
    (zoo / "hawk.py").write_text(f"# Copied from {comment}\n{COPY}")
    result = run(zoo, "upstream", "sync")
    assert result.code == 1 and said in result.text + result.stderr and "Traceback" not in result.stderr


def test_the_parts_of_an_address() -> None:
    found = address_of("https://www.GitHub.com/zoo/birds/blob/v4.49.0/src/x.py#L10-L42")
    assert found == ("github.com/zoo/birds", "v4.49.0", "src/x.py", 10)
    assert address_of("https://gitlab.com/zoo/sub/birds/-/blob/main/x.py") == (
        "gitlab.com/zoo/sub/birds",
        "main",
        "x.py",
        0,
    )
    assert address_of("https://github.com/zoo/birds") is None and address_of("birds.owl.hoot") is None
