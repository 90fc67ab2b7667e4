"""Full copies that are tracked: locked, watched, and merged with what their sources have become."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.harness import run, tree_of, write_tree
from tests.upstream.packages import source_archive, wheel, without_network

CORE = """\
from idna.data import scripts

__version__ = "{version}"
# Copyright Idna


def encode(text):
    table = scripts()
    first = text.lower()
    second = first.strip()
    third = second.encode({codec})
    return table, third


def decode(data):
    return data.decode()
"""
OLD, NEW = CORE.format(version="3.6", codec=""), CORE.format(version="3.7", codec="'ascii'")
CONFIG = """\
[tool.copycheck.upstream]
idna = "3.6"

[tool.copycheck.full-copies]
"app/_vendor/idna/core.py" = { upstream = "idna", file = "idna/core.py", with = "from idna->from app._vendor.idna", \
keep = ["^__version__", "Copyright"] }
"app/_vendor/idna/LICENSE.md" = { upstream = "idna", file = "idna-LICENSE.md" }
"""
NAME = "app/_vendor/idna/core.py"


def vendored(text: str) -> str:
    """A source after the replacements, as ruff formats it."""
    return text.replace("from idna", "from app._vendor.idna").replace("'", '"')


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels; archives are copied from there without starting pip."""
    links = without_network(monkeypatch, tmp_path)

    def copied(requirement: str, folder: str) -> str:
        found = [path for path in links.iterdir() if path.name.startswith(requirement.replace("==", "-"))]
        for path in found:
            shutil.copy(path, folder)
        return "" if found else "No matching distribution found"

    monkeypatch.setattr("copycheck.upstream.releases._download", copied)
    monkeypatch.setattr("copycheck.upstream.upstream_versions.listed_versions", lambda _: ["3.7", "3.6", "3.5"])
    return links


@pytest.fixture
def app(tmp_path: Path, links: Path) -> Path:
    """A project with a vendored module that has two lines of its own, and a region."""
    for version, text in (("3.5", OLD.replace("3.6", "3.5").replace("strip", "rstrip")), ("3.6", OLD), ("3.7", NEW)):
        files = {"idna/__init__.py": "", "idna/core.py": text, "idna-LICENSE.md": f"Free, {version}\n"}
        wheel(links, "idna", version, files)
    own = vendored(OLD).replace('"3.6"', '"3.6+app"').replace("Idna", "Idna and App")
    own = own.replace(
        "    return table, third\n",
        "    # copycheck: keep\n    third += b'!'  # ours\n    # copycheck: end\n    return table, third\n",
    )
    folder = tmp_path / "app"
    write_tree(folder, {"pyproject.toml": CONFIG, NAME: own, "app/_vendor/idna/LICENSE.md": "Free, 3.6\n"})
    return folder


def upstream(folder: Path, *args: str, code: int = 0) -> str:
    result = run(folder, "upstream", *args)
    assert (result.code, result.stderr) == (code, ""), result.stderr + result.text
    return result.text


def test_from_nothing_to_an_update(app: Path) -> None:
    assert run(app, "--output-format", "concise").text.count("CPY301") == 2
    assert upstream(app, "sync") == (
        "app/_vendor/idna/LICENSE.md:1: `LICENSE.md` is in sync with `idna:idna-LICENSE.md` 3.6\n"
        "app/_vendor/idna/core.py:1: `core.py` is in sync with `idna:idna/core.py` 3.6\n"
        "2 copies of other packages: 2 in sync.\n"
    )
    assert run(app).code == 0
    lock = json.loads((app / "copycheck-lock.json").read_text())
    assert lock["sources"][1]["text"] == OLD.split("\n") and lock["sources"][1]["file"] == "idna/core.py"
    assert lock["copies"][1] == {"file": NAME, "name": "", "target": "idna:idna/core.py", "version": "3.6"}
    locked = tree_of(app)
    assert "idna:idna/core.py: 3.6 → 3.7, 2 lines changed\n  as-upstream in-sync" in upstream(
        app, "status", "--to", "3.7"
    )
    assert tree_of(app) == locked
    before = (app / NAME).read_text()
    assert "2 copies: 2 as the source.\n3 files changed\n" in upstream(app, "update", "--to", "3.7")
    assert (app / NAME).read_text() == before.replace("encode()", "encode('ascii')"), "all that is its own is there"
    assert (app / "app/_vendor/idna/LICENSE.md").read_text() == "Free, 3.7\n"
    updated = tree_of(app)
    assert "2 copies: 2 with nothing to do.\n0 files changed\n" in upstream(app, "update", "--to", "3.7")
    assert tree_of(app) == updated and run(app).code == 0


def test_edits_outside_of_the_kept_parts_are_merged(app: Path) -> None:
    upstream(app, "sync")
    text = (app / NAME).read_text().replace("return data.decode()", "return data.decode().title()")
    (app / NAME).write_text(text)
    assert "CPY203" in run(app, "--output-format", "concise").text
    assert "  merged      drift    app/_vendor/idna/core.py:1 `core.py`" in upstream(app, "status", "--to", "3.7")
    assert "1 merged" in upstream(app, "update", NAME, "--to", "3.7")
    assert (app / NAME).read_text() == text.replace("encode()", "encode('ascii')")


def test_a_conflict_leaves_the_copy_or_is_written(app: Path) -> None:
    upstream(app, "sync")
    text = (app / NAME).read_text().replace("encode()", 'encode("utf-8")')
    (app / NAME).write_text(text)
    before = tree_of(app)
    said = upstream(app, "update", "idna:idna/core.py", "--to", "3.7", code=1)
    assert "what the source changed:" in said and "-    third = second.encode()" in said and tree_of(app) == before
    upstream(app, "update", NAME, "--to", "3.7", "--conflicts", code=1)
    assert (app / NAME).read_text() == text.replace(
        '    third = second.encode("utf-8")\n',
        f"<<<<<<< copy {NAME}\n"
        '    third = second.encode("utf-8")\n'
        "||||||| base 3.6\n    third = second.encode()\n=======\n"
        '    third = second.encode("ascii")\n>>>>>>> source idna:idna/core.py\n',
    )
    assert "CPY000" in run(app, "--output-format", "concise").text


def test_the_release_that_a_file_was_copied_from(app: Path) -> None:
    (app / NAME).write_text((app / NAME).read_text().replace("strip", "rstrip"))
    assert "`core.py` is in sync with `idna:idna/core.py` 3.5\n" in upstream(app, "sync", "--find-version")


def test_adapted_files_never_drift(app: Path) -> None:
    config = CONFIG.replace("keep =", 'adapted = "logs what it does", keep =')
    (app / "pyproject.toml").write_text(config)
    (app / NAME).write_text((app / NAME).read_text() + "\n\ndef log():\n    pass\n")
    upstream(app, "sync")
    assert run(app).code == 0
    assert "  merged      adapted  app/_vendor/idna/core.py:1" in upstream(app, "status", "--to", "3.7")
    upstream(app, "update", "--to", "3.7")
    text = (app / NAME).read_text()
    assert "def log()" in text and "encode('ascii')" in text and "+app" in text and run(app).code == 0


def test_adapted_files_of_the_project(tmp_path: Path, links: Path) -> None:
    config = '[tool.copycheck.full-copies]\n"hawk.cfg" = { source = "owl.cfg", adapted = "hunts by day" }\n'
    owl, hawk = "[owl]\nwings = 2\nnight = yes\neyes = 2\n\n\n", "[owl]\nwings = 2\nnight = no\neyes = 2\n\n\n"
    write_tree(tmp_path / "zoo", {"copycheck.toml": config.replace("tool.copycheck.", ""), "owl.cfg": owl})
    zoo = tmp_path / "zoo"
    (zoo / "hawk.cfg").write_text(hawk)
    assert "CPY301" in run(zoo, "--output-format", "concise").text
    assert "differs from `owl.cfg`" in upstream(zoo, "sync")
    assert run(zoo).code == 0
    (zoo / "owl.cfg").write_text(owl + "claws = 8\n")
    assert (
        "CPY302 the source `owl.cfg` of this full copy has changed in 1 line"
        in run(zoo, "--output-format", "concise").text
    )
    assert "1 merged" in upstream(zoo, "update")
    assert (zoo / "hawk.cfg").read_text() == hawk + "claws = 8\n" and run(zoo).code == 0


def test_any_bytes_come_back_from_the_lock(app: Path, links: Path) -> None:
    data = b"\xef\xbb\xbfcaf\xe9\r\n\r\nlast" + bytes(range(128, 256))
    source_archive(links, "idna", "3.8", {"idna/__init__.py": ""})
    import tarfile

    with tarfile.open(links / "idna-3.9.tar.gz", "w:gz") as archive:
        (app.parent / "raw").write_bytes(data)
        archive.add(app.parent / "raw", "idna-3.9/src/idna/raw.bin")
        archive.add(app / NAME, "idna-3.9/src/idna/__init__.py")
    (app / "pyproject.toml").write_text(
        '[tool.copycheck.upstream]\nidna = "3.9"\n\n[tool.copycheck.full-copies]\n'
        '"raw.bin" = { upstream = "idna", file = "idna/raw.bin" }\n'
    )
    upstream(app, "sync")
    assert "src/idna/raw.bin" in (app / "copycheck-lock.json").read_text()
    run(app, "--fix")
    assert (app / "raw.bin").read_bytes() == data and run(app).code == 0


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("idna/gone.py", "idna 3.6 has no file idna/gone.py"),
        ("../core.py", "`../core.py` as the source of `x.py`, which is no file of `idna`"),
    ],
)
def test_a_file_that_is_not_there(app: Path, entry: str, said: str) -> None:
    text = CONFIG.partition('"app/')[0] + f'"x.py" = {{ upstream = "idna", file = "{entry}" }}\n'
    (app / "pyproject.toml").write_text(text)
    result = run(app, "upstream", "sync")
    assert said in result.text + result.stderr and result.code != 0 and "Traceback" not in result.stderr


def test_a_region_that_is_not_closed_refuses_the_update(app: Path) -> None:
    upstream(app, "sync")
    (app / NAME).write_text((app / NAME).read_text().replace("    # copycheck: end\n", ""))
    before = tree_of(app)
    assert "`copycheck: keep` has no `copycheck: end` below it" in upstream(app, "update", "--to", "3.7", NAME, code=1)
    assert tree_of(app)[NAME] == before[NAME]
