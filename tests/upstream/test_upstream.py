"""`copycheck upstream`: locked, watched and updated, from wheels, source archives, repositories and folders."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from copycheck.upstream.releases import listed_versions
from studies.repository import git
from tests.harness import committed, run, tree_of, write_tree
from tests.upstream.packages import source_archive, wheel, without_network

CONFIG = '[tool.copycheck.upstream]\nbirds = "1.0"\n'
OWL = """\
import math


class Owl:
    def hoot(self, volume):
        first = volume + 1
        second = volume + 2
        third = volume + 3
        fourth = volume + 4
        return first, second, third, fourth


def fly(height):
    return height
"""
NEW_OWL = OWL.replace("volume + 4\n", "volume + 400\n")
HAWK = """\
# Copied from birds.owl.Owl with Owl->Hawk, hoot->kree
class Hawk:
    def kree(self, volume):
        first = volume + 1
        second = volume + 2
        third = volume + 3
        fourth = volume + 4
        return first, second, third, fourth
"""
EDITED = HAWK.replace("volume + 1\n", "volume + 100\n")


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return without_network(monkeypatch, tmp_path)


@pytest.fixture
def zoo(zoo_with_pip: Path, links: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, where archives are copied without starting pip."""

    def copied(requirement: str, folder: str) -> str:
        name = requirement.replace("==", "-")
        found = [path for path in links.iterdir() if path.name.startswith(f"{name}-py3")]
        for path in found:
            shutil.copy(path, folder)
        return "" if found else "No matching distribution found"

    def listed(distribution: str) -> list[str]:
        names = [path.name.split("-")[1] for path in links.iterdir() if path.name.startswith(distribution)]
        return sorted(names, reverse=True)

    monkeypatch.setattr("copycheck.upstream.releases._download", copied)
    monkeypatch.setattr("copycheck.upstream.upstream_versions.listed_versions", listed)
    return zoo_with_pip


@pytest.fixture
def zoo_with_pip(tmp_path: Path, links: Path) -> Path:
    """A project with one copy that is in sync with release 1.0, and one with an edit of its own."""
    wheel(links, "birds", "1.0", {"birds/__init__.py": "", "birds/owl.py": OWL})
    wheel(links, "birds", "2.0", {"birds/__init__.py": "", "birds/owl.py": NEW_OWL})
    folder = tmp_path / "zoo"
    write_tree(folder, {"pyproject.toml": CONFIG, "hawk.py": HAWK, "kite.py": EDITED.replace("Hawk", "Kite")})
    return folder


def upstream(folder: Path, *args: str, code: int = 0) -> str:
    result = run(folder, "upstream", *args)
    assert (result.code, result.stderr) == (code, ""), result.stderr + result.text
    return result.text


def lock_of(folder: Path) -> dict:  # type: ignore[type-arg]
    return json.loads((folder / "copycheck-lock.json").read_text())  # type: ignore[no-any-return]


def refused(folder: Path, *args: str, code: int = 1) -> str:
    """The one line that is said on stderr; the tree is as it was."""
    before = tree_of(folder)
    result = run(folder, "upstream", *args)
    assert result.code == code and result.stderr.count("\n") == 1 and tree_of(folder) == before, result
    return result.stderr.removeprefix("copycheck: ").rstrip("\n")


def test_from_nothing_to_an_update(zoo_with_pip: Path) -> None:
    zoo = zoo_with_pip
    assert "CPY301" in run(zoo, "--output-format", "concise").text
    assert upstream(zoo, "sync") == (
        "hawk.py:1: `Hawk` is in sync with `birds.owl.Owl` 1.0\n"
        "kite.py:1: `Kite` differs from `birds.owl.Owl` 1.0 in 1 line\n"
        "2 copies of other packages: 1 in sync, 1 with edits.\n"
    )
    lock = lock_of(zoo)
    assert [(entry["target"], entry["version"], entry["file"], entry["line"]) for entry in lock["sources"]] == [
        ("birds.owl.Owl", "1.0", "birds/owl.py", 4)
    ]
    assert lock["sources"][0]["text"] == OWL.split("\n")[3:10]
    assert lock["copies"][0] == {"file": "hawk.py", "name": "Hawk", "target": "birds.owl.Owl", "version": "1.0"}
    locked = tree_of(zoo)
    assert upstream(zoo, "sync") == "2 copies of other packages: 1 in sync, 1 with edits.\n"
    assert tree_of(zoo) == locked, "a second sync changes nothing"

    assert [line for line in run(zoo, "--output-format", "concise").text.splitlines() if "CPY" in line] == [
        "kite.py:1:1: CPY201 `Kite` differs from its source `birds.owl.Owl` (birds@1.0/birds/owl.py:4)"
    ]
    shown = upstream(zoo, "status", "--to", "2.0")
    assert "birds.owl.Owl: 1.0 → 2.0, 1 line changed\n" in shown
    assert "  as-upstream in-sync  hawk.py:1 `Hawk`\n  merged      drift    kite.py:1 `Kite`\n" in shown
    assert upstream(zoo, "status", "--to", "2.0", "--check", "-q", code=1)
    assert upstream(zoo, "status", "--check", "-q")
    assert tree_of(zoo) == locked, "status writes nothing"

    assert "2 copies: 1 as the source, 1 merged.\n3 files changed\n" in upstream(zoo, "update", "--to", "2.0")
    assert (zoo / "hawk.py").read_text() == HAWK.replace("+ 4\n", "+ 400\n")
    assert (zoo / "kite.py").read_text() == EDITED.replace("Hawk", "Kite").replace("+ 4\n", "+ 400\n")
    assert {copy["version"] for copy in lock_of(zoo)["copies"]} == {"2.0"}
    updated = tree_of(zoo)
    assert "2 copies: 2 with nothing to do.\n0 files changed\n" in upstream(zoo, "update", "--to", "2.0")
    assert tree_of(zoo) == updated, "a second update does nothing"


def test_status_as_json(zoo: Path) -> None:
    upstream(zoo, "sync")
    document = json.loads(upstream(zoo, "status", "--to", "2.0", "--output-format", "json"))
    assert document == {
        "version": 1,
        "sources": [
            {
                "target": "birds.owl.Owl",
                "base": "1.0",
                "to": "2.0",
                "lines_changed": 1,
                "copies": [
                    {
                        "filename": name,
                        "location": {"row": 1, "column": 1},
                        "name": name[:4].title(),
                        "state": state,
                        "outcome": outcome,
                    }
                    for name, state, outcome in (
                        ("hawk.py", "in-sync", "as-upstream"),
                        ("kite.py", "drift", "merged"),
                    )
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("head", "added"),
    [
        (
            "import os\n\nfrom birds import base\n\n\n",
            "import os\nimport re\n\nfrom birds import base\nfrom birds.call import shout\n",
        ),
        ("import birds.base\n\n\n", "import re\n\nimport birds.base\nfrom birds.call import shout\n"),
        ("import os\n\n\n", None),
    ],
)  # fmt: skip
def test_imports_that_an_update_needs_are_added(zoo: Path, links: Path, head: str, added: str | None) -> None:
    """Those of upstream itself only where the copy's module imports from there already."""
    (zoo / "kite.py").write_text(head + (zoo / "kite.py").read_text())
    upstream(zoo, "sync")
    new = NEW_OWL.replace("import math\n", "import math\nimport re\n\nfrom .call import shout\n")
    new = new.replace("volume + 400", "shout(re.escape(volume))")
    wheel(links, "birds", "3.0", {"birds/__init__.py": "", "birds/owl.py": new, "birds/call.py": "def shout(x): ...\n"})
    before = tree_of(zoo)
    said = upstream(zoo, "update", "kite.py", "--to", "3.0", code=0 if added else 1)
    if added is None:
        why = "birds/owl.py imports `shout` from `birds.call`, and kite.py nothing of it"
        assert why in said and "`import re`" not in said and tree_of(zoo) == before
    else:
        assert ": adds `import re` and `from birds.call import shout`\n" in said
        text = (zoo / "kite.py").read_text()
        assert text.startswith(added) and "fourth = shout(re.escape(volume))" in text


def test_a_name_that_means_something_else_in_the_copy_is_refused(zoo: Path, links: Path) -> None:
    """As `--fix` refuses it: nothing is undefined, and yet the program is another one."""
    new = "import datetime\n" + OWL.replace("volume + 4\n", "datetime.datetime.now()\n")
    wheel(links, "birds", "3.0", {"birds/__init__.py": "", "birds/owl.py": new})
    head = "from datetime import datetime\n\ndatetime.now()\n\n\n"
    (zoo / "kite.py").write_text(head + (zoo / "kite.py").read_text())
    upstream(zoo, "sync")
    before = (zoo / "kite.py").read_text()
    result = run(zoo, "upstream", "update", "--to", "3.0")
    assert result.code == 1 and "the merge would use a name that means something else there" in result.text
    assert (zoo / "kite.py").read_text() == before and "import datetime\n" in (zoo / "hawk.py").read_text()
    assert bases_of(zoo) == {"hawk.py": "3.0", "kite.py": "1.0"}


def bases_of(zoo: Path) -> dict[str, str]:
    return {copy["file"]: copy["version"] for copy in lock_of(zoo)["copies"]}


def test_a_conflict_leaves_the_copy_and_its_base(zoo: Path, links: Path) -> None:
    wheel(links, "birds", "3.0", {"birds/__init__.py": "", "birds/owl.py": OWL.replace("+ 1\n", "* 7\n")})
    upstream(zoo, "sync")
    before = tree_of(zoo)
    result = run(zoo, "upstream", "update", "--to", "3.0", "kite.py:1")
    assert result.code == 1 and "`Kite` conflicts with `birds.owl.Owl` since 1.0" in result.text
    assert "`copycheck upstream update kite.py:1 --conflicts` writes both sides" in result.text
    assert (
        "cannot stay as it is: run `copycheck upstream adapt kite.py:1`"
        in run(zoo, "upstream", "update", "--to", "3.0", "kite.py", "--keep").text
    )
    assert "volume * 7" in result.text and "volume + 100" in result.text
    assert tree_of(zoo) == before
    assert run(zoo, "upstream", "update", "--to", "3.0", "--conflicts", "kite.py").code == 1
    assert "<<<<<<< copy Kite\n        first = volume + 100\n||||||| base 1.0\n" in (zoo / "kite.py").read_text()
    assert bases_of(zoo) == {"hawk.py": "1.0", "kite.py": "3.0"}


def test_a_file_in_conflict_keeps_its_bases_until_a_person_has_settled_it(zoo: Path, links: Path) -> None:
    wheel(links, "birds", "3.0", {"birds/__init__.py": "", "birds/owl.py": OWL.replace("+ 1\n", "* 7\n")})
    upstream(zoo, "sync")
    run(zoo, "upstream", "update", "--to", "3.0", "--conflicts")
    assert bases_of(zoo) == {"hawk.py": "3.0", "kite.py": "3.0"}
    for command in (("sync",), ("update",), ("update", "birds"), ("status", "--check")):
        result = run(zoo, "upstream", *command)
        assert result.code == 1 and "its copies keep their bases until it is fixed" in result.stderr
    assert "CPY303" not in run(zoo, "--output-format", "concise").text
    assert bases_of(zoo) == {"hawk.py": "3.0", "kite.py": "3.0"}
    (zoo / "kite.py").write_text(EDITED.replace("Hawk", "Kite").replace("+ 100\n", "* 700\n"))
    upstream(zoo, "sync")
    upstream(zoo, "status", "--check", "--to", "3.0")
    assert bases_of(zoo) == {"hawk.py": "3.0", "kite.py": "3.0"}


def test_no_release_is_gone_back_to_unless_it_is_asked_for(zoo: Path) -> None:
    upstream(zoo, "sync")
    upstream(zoo, "update", "--to", "2.0")
    result = run(zoo, "upstream", "update")
    assert result.code == 0 and "0 files changed" in result.text
    assert "note: copies of `birds` are based on 2.0, which is newer than the configured 1.0" in result.text
    upstream(zoo, "status", "--check")
    upstream(zoo, "update", "birds", "--to", "1.0")
    assert bases_of(zoo) == {"hawk.py": "1.0", "kite.py": "1.0"}


def test_a_copy_that_was_renamed_or_moved_keeps_its_base(zoo: Path) -> None:
    upstream(zoo, "sync")
    upstream(zoo, "update", "--to", "2.0")
    (zoo / "hawk.py").write_text((zoo / "hawk.py").read_text().replace("Hawk", "Falcon"))
    (zoo / "kite.py").rename(zoo / "kites.py")
    upstream(zoo, "sync")
    assert bases_of(zoo) == {"hawk.py": "2.0", "kites.py": "2.0"}
    upstream(zoo, "status", "--check")


def test_release_by_release_where_one_jump_conflicts(zoo: Path, links: Path) -> None:
    """Upstream changed a line as the copy did, and then changed it again: one jump cannot tell."""
    step = OWL.replace("+ 1\n", "+ 100\n")
    wheel(links, "birds", "2.1", {"birds/__init__.py": "", "birds/owl.py": step})
    wheel(links, "birds", "3.0", {"birds/__init__.py": "", "birds/owl.py": step.replace("+ 100\n", "+ 1000\n")})
    upstream(zoo, "sync")
    assert run(zoo, "upstream", "update", "--to", "3.0", "--no-steps", "kite.py").code == 1
    upstream(zoo, "update", "--to", "3.0", "kite.py")
    assert "first = volume + 1000\n" in (zoo / "kite.py").read_text()


def test_find_the_version_of_a_copy(zoo: Path, links: Path) -> None:
    (zoo / "hawk.py").write_text(HAWK.replace("+ 4\n", "+ 400\n"))
    wheel(links, "birds", "3.0", {"birds/__init__.py": "", "birds/owl.py": OWL.replace("volume", "loudness")})
    assert "`Hawk` is in sync with `birds.owl.Owl` 2.0\n" in upstream(zoo, "sync", "--find-version")
    assert {copy["file"]: copy["version"] for copy in lock_of(zoo)["copies"]} == {"hawk.py": "2.0", "kite.py": "1.0"}
    upstream(zoo, "sync")
    assert lock_of(zoo)["copies"][0]["version"] == "2.0", "a copy keeps its base"
    os.unlink(zoo / "copycheck-lock.json")
    assert "`Hawk` differs from `birds.owl.Owl` 1.0 in 1 line\n" in upstream(
        zoo, "sync", "--find-version", "--versions", "0.9..1"
    )


def test_an_object_that_is_gone_is_named_with_its_new_home(zoo: Path, links: Path) -> None:
    wheel(links, "birds", "3.0", {"birds/__init__.py": "", "birds/night/owl.py": OWL, "birds/night/__init__.py": ""})
    upstream(zoo, "sync")
    shown = upstream(zoo, "status", "--to", "3.0")
    assert "gone        in-sync  hawk.py:1 `Hawk`" in shown and "it may be `birds.night.owl.Owl` now\n" in shown
    before = tree_of(zoo)
    assert run(zoo, "upstream", "update", "--to", "3.0").code == 1 and tree_of(zoo) == before


def test_a_source_archive_is_read_and_never_built(zoo_with_pip: Path, links: Path) -> None:
    zoo = zoo_with_pip
    os.unlink(links / "birds-1.0-py3-none-any.whl")
    source_archive(links, "birds", "1.0", {"src/birds/__init__.py": "", "src/birds/owl.py": OWL})
    upstream(zoo, "sync", "-q")
    assert lock_of(zoo)["sources"][0]["file"] == "src/birds/owl.py"
    assert not (links / "BUILT").exists()
    assert "2 with nothing to do" not in upstream(zoo, "update", "--to", "2.0")


def test_what_pip_has_fetched_is_not_fetched_again(zoo: Path, links: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upstream(zoo, "sync")
    os.unlink(zoo / "copycheck-lock.json")
    monkeypatch.setattr("copycheck.upstream.releases._run", None)
    upstream(zoo, "sync")


def test_a_revision_of_a_repository(tmp_path: Path, links: Path) -> None:
    birds = committed(tmp_path / "birds", {"python/birds/__init__.py": "", "python/birds/owl.py": OWL})
    git(birds, "tag", "v1")
    (birds / "python/birds/owl.py").write_text(NEW_OWL)
    git(birds, "commit", "-qam", "louder")
    git(tmp_path, "clone", "-q", "--bare", os.fspath(birds), "birds.git")
    url = f"file://{tmp_path / 'birds.git'}"
    folder = tmp_path / "zoo"
    config = f'[tool.copycheck.upstream]\nbirds = {{ git = "{url}", rev = "v1" }}\n'
    write_tree(folder, {"pyproject.toml": config, "hawk.py": HAWK})
    upstream(folder, "sync", "-q")
    source = lock_of(folder)["sources"][0]
    assert (source["version"], source["file"]) == ("v1", "python/birds/owl.py")
    assert source["commit"] == git(birds, "rev-parse", "v1").strip()
    assert run(folder, "-q").code == 0
    upstream(folder, "update", "--to", "main", "-q")
    assert (folder / "hawk.py").read_text() == HAWK.replace("+ 4\n", "+ 400\n")
    short = git(birds, "rev-parse", "HEAD").strip()[:9]
    upstream(folder, "update", "--to", short, "-q")
    assert lock_of(folder)["sources"][0]["version"] == short
    said = refused(folder, "update", "--to", "v9")
    assert said.startswith(f"{url} has no revision `v9`: ")


def test_a_folder_and_a_revision_of_it(tmp_path: Path, links: Path) -> None:
    birds = committed(tmp_path / "birds", {"src/birds/__init__.py": "", "src/birds/owl.py": OWL})
    folder = tmp_path / "zoo"
    adapted = EDITED.replace("Copied", "Adapted").replace("->kree\n", "->kree: louder\n")
    config = '[tool.copycheck.upstream]\nbirds = { path = "../birds/src" }\n'
    write_tree(folder, {"pyproject.toml": config, "hawk.py": adapted})
    upstream(folder, "sync", "-q")
    assert run(folder, "-q").code == 0
    (birds / "src/birds/owl.py").write_text(NEW_OWL)
    concise = run(folder, "--output-format", "concise", "-q").text
    assert concise.startswith("hawk.py:1:1: CPY302 the source `birds.owl.Owl` of this adaptation has changed in 1 line")
    lock = (folder / "copycheck-lock.json").read_bytes()
    assert "`copycheck upstream update hawk.py:1 --keep` moves its base on" in run(folder).text
    assert "adapted already" in run(folder, "upstream", "adapt", "hawk.py:2").stderr
    assert run(folder, "upstream", "update", "--keep").code == 2
    assert "stays as it is" in upstream(folder, "update", "hawk.py:1", "--keep")
    assert (folder / "hawk.py").read_text() == adapted and run(folder, "-q").code == 0
    (folder / "copycheck-lock.json").write_bytes(lock)
    upstream(folder, "update", "hawk.py:1", "-q")
    assert (folder / "hawk.py").read_text() == adapted.replace("+ 4\n", "+ 400\n")
    assert run(folder, "-q").code == 0
    (folder / "pyproject.toml").write_text(config.replace('src" }', 'src", rev = "HEAD" }'))
    os.unlink(folder / "copycheck-lock.json")
    upstream(folder, "sync", "-q")
    assert lock_of(folder)["sources"][0]["text"][-2].strip() == "fourth = volume + 4"
    git(birds, "commit", "-qam", "louder")
    upstream(folder, "update", "--to", "HEAD~1", "-q")
    upstream(folder, "update", "--to", "HEAD", "-q")
    assert lock_of(folder)["sources"][0]["text"][-2].strip() == "fourth = volume + 400"


def test_the_edit_of_a_copy_of_another_package_cannot_be_promoted(zoo: Path) -> None:
    upstream(zoo, "sync")
    said = run(zoo, "kite.py").text
    assert "promote" not in said and "`copycheck upstream adapt kite.py:1` to keep the copy's edit" in said
    result = run(zoo, "promote", "kite.py:1")
    assert (result.code, result.text) == (2, "")
    assert "the source of `Kite` is in another package: `copycheck upstream adapt kite.py:1`" in result.stderr


def test_what_is_installed_in_an_environment(tmp_path: Path, links: Path) -> None:
    packages = tmp_path / "zoo/.venv/lib/python3.12/site-packages"
    info = {"METADATA": "Name: birds-of-prey\nVersion: 1.5\n", "RECORD": "birds/__init__.py,,\nbirds/owl.py,,\n"}
    write_tree(packages, {"birds/__init__.py": "raise SystemExit('imported')\n", "birds/owl.py": OWL})
    write_tree(packages / "birds_of_prey-1.5.dist-info", dict(info))
    folder = tmp_path / "zoo"
    config = '[tool.copycheck.upstream]\nbirds = { environment = ".venv" }\n'
    write_tree(folder, {"pyproject.toml": config, "hawk.py": HAWK})
    upstream(folder, "sync", "-q")
    source = lock_of(folder)["sources"][0]
    assert (source["from"], source["version"]) == ("birds-of-prey", "1.5")
    assert run(folder, "-q").code == 0

    elsewhere = tmp_path / "elsewhere"
    write_tree(elsewhere, {"src/birds/__init__.py": "", "src/birds/owl.py": NEW_OWL})
    for name in ("__init__.py", "owl.py"):
        os.unlink(packages / "birds" / name)
    os.rmdir(packages / "birds")
    editable = {"url": f"file://{elsewhere}", "dir_info": {"editable": True}}
    info = {"METADATA": "Name: birds\nVersion: 1.6\n", "direct_url.json": json.dumps(editable), "RECORD": ""}
    write_tree(packages / "birds-1.6.dist-info", dict(info))
    os.unlink(packages / "birds_of_prey-1.5.dist-info/RECORD")
    upstream(folder, "update", "-q")
    assert (folder / "hawk.py").read_text() == HAWK.replace("+ 4\n", "+ 400\n")


def test_an_environment_that_is_named_or_active(tmp_path: Path, links: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = tmp_path / "env/lib/python3.12/site-packages"
    write_tree(packages, {"birds/__init__.py": "", "birds/owl.py": OWL})
    folder = tmp_path / "zoo"
    config = '[tool.copycheck.upstream]\nbirds = { environment = "auto" }\n'
    write_tree(folder, {"pyproject.toml": config, "hawk.py": HAWK})
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    result = run(folder, "upstream", "sync")
    assert result.code == 1 and "no environment of Python is active" in result.stderr
    assert upstream(folder, "sync", "-q", "--python", os.fspath(tmp_path / "env"))
    os.unlink(folder / "copycheck-lock.json")
    monkeypatch.setenv("VIRTUAL_ENV", os.fspath(tmp_path / "env"))
    assert upstream(folder, "sync", "-q")


def test_a_merge_conflict_in_the_lock_is_an_error_that_sync_mends(zoo: Path) -> None:
    upstream(zoo, "sync")
    path = zoo / "copycheck-lock.json"
    sound = path.read_text()
    line = next(line for line in sound.splitlines(keepends=True) if '"kite.py"' in line)
    path.write_text(sound.replace(line, f"<<<<<<< ours\n{line}=======\n{line}>>>>>>> theirs\n"))
    result = run(zoo)
    assert result.code == 2 and result.stderr.count("\n") == 1
    assert "has an unresolved merge conflict: run `copycheck upstream sync`" in result.stderr
    upstream(zoo, "sync")
    assert path.read_text() == sound


def test_a_forged_text_is_an_error_that_sync_mends(zoo: Path) -> None:
    upstream(zoo, "sync")
    path = zoo / "copycheck-lock.json"
    sound = path.read_text()
    path.write_text(sound.replace("third = volume + 3", "third = volume + 33"))
    result = run(zoo)
    assert result.code == 2 and "(`birds.owl.Owl` at 1.0): its hash does not fit its text" in result.stderr
    assert "its hash does not fit" in refused(zoo, "status", code=2)
    upstream(zoo, "sync")
    assert path.read_text() == sound


def bad(folder: Path, config: str) -> str:
    (folder / "pyproject.toml").write_text(config)
    result = run(folder, "upstream", "sync")
    assert result.stderr.count("\n") == 1 and "Traceback" not in result.stderr, result.stderr
    assert result.code in (1, 2)
    return result.stderr.removeprefix("copycheck: ").rstrip("\n")


def test_the_index_lists_the_releases(zoo_with_pip: Path) -> None:
    assert listed_versions("birds") == ["2.0", "1.0"]


def test_no_such_release(zoo_with_pip: Path) -> None:
    zoo = zoo_with_pip
    said = bad(zoo, CONFIG.replace("1.0", "9.9"))
    assert said.startswith("the index has no release 9.9 of `birds` (`birds==9.9`): run `pip index versions birds`")


def test_no_pip(zoo_with_pip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zoo = zoo_with_pip
    monkeypatch.setattr("copycheck.upstream.releases._has_pip", lambda: False)
    monkeypatch.setenv("PATH", "")
    assert bad(zoo, CONFIG) == "neither pip nor uv is there to fetch releases: run `python -m ensurepip`"


def test_a_broken_archive(zoo_with_pip: Path, links: Path) -> None:
    zoo = zoo_with_pip
    (links / "birds-1.0-py3-none-any.whl").write_bytes(b"PK\x03\x04 no archive")
    assert "birds" in bad(zoo, CONFIG)


@pytest.mark.parametrize("name", ["../evil.py", "birds/../../evil.py", "/evil.py", "C:\\evil.py"])
def test_a_name_that_leads_out_of_the_archive(zoo: Path, links: Path, name: str) -> None:
    with zipfile.ZipFile(links / "birds-1.0-py3-none-any.whl", "a") as archive:
        archive.writestr(name, "x = 1\n")
    assert "which leads out of it, and is not read: name another release" in bad(zoo, CONFIG)


def test_a_file_that_is_too_large(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copycheck.upstream.archives.MOST_BYTES_A_FILE", 20)
    result = run(zoo, "upstream", "sync")
    assert result.code == 1 and "it is not a source" in result.text and "Traceback" not in result.stderr


def test_an_object_that_the_release_does_not_have(zoo: Path) -> None:
    (zoo / "hawk.py").write_text(HAWK.replace("birds.owl.Owl", "birds.owl.Eagle"))
    result = run(zoo, "upstream", "sync")
    assert result.code == 1
    assert "hawk.py:1: `Hawk` is not locked: birds 1.0: `birds/owl.py` does not define `Eagle`" in result.text


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('birds = ""', "`birds` names no version"),
        ("birds = 1", "`birds` must be a version, {"),
        ('birds = { git = "birds" , rev = "v1" }', "is not a git address"),
        ('birds = { git = "https://example.org/birds" }', "`birds` names no revision"),
        ('birds = { pth = "x" }', "`birds` has an unknown key `pth`"),
        ('birds = { path = "x", version = "1" }', "`birds` has an unknown key"),
        ('"a b" = "1"', "neither the first part of a dotted name nor `host/org/repo`"),
        ('more-birds = "1"', "nor `host/org/repo`: write `more_birds`, as an import does"),
        ('"github.com/a/b" = {}\n"https://GitHub.com/a/b.git" = {}', "two upstreams for one name"),
        ('birds = "1"\nbirds = "2"', "this is not TOML"),
        ('birds = { path = "nowhere" }', "the path nowhere of the upstream `birds` is not a folder"),
    ],
)
def test_a_configuration_that_cannot_be_used(zoo: Path, entry: str, said: str) -> None:
    assert said in bad(zoo, f"[tool.copycheck.upstream]\n{entry}\n")


def test_without_an_upstream_a_line_says_how_to_name_one(zoo: Path) -> None:
    assert "no upstream is configured" in bad(zoo, "[tool.copycheck]\n")


_OTHERS = (
    "", "list", "impact birds", "graph", "graph --format html", "report", "suggest", "merge", "rule CPY301", "agents",
    "--show-settings", "--show-files", "--statistics", "--diff --unsafe-fixes", "break kite.py:1 --diff",
    "promote kite.py:1", "mv hawk hawks --diff", "--fix --unsafe-fixes", "--write-baseline", "clean",
)  # fmt: skip
"""Every way of running copycheck but `copycheck upstream`."""


def test_nothing_but_upstream_uses_the_network(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own audit events say so: no socket is connected, no host is looked up, and no pip or uv is started."""
    upstream(zoo, "sync")
    git(zoo, "init", "-q")
    said: list[str] = []

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith("socket.") and event != "socket.__new__":
            said.append(event)
        elif event == "subprocess.Popen":
            words = [str(word) for word in arguments[1]]  # type: ignore[attr-defined]
            said.extend(word for word in words if re.search(r"^(fetch|clone|pull|ls-remote|pip|uv)$|/(pip|uv)$", word))

    _AUDITED.append(note)
    try:
        for command in _OTHERS:
            run(zoo, *command.split())
            assert not said, f"copycheck {command}"
    finally:
        _AUDITED.remove(note)
    assert (zoo / "kite.py").read_text() == HAWK.replace("Hawk", "Kite"), "one has fixed it, from the lock"


_AUDITED: list[Callable[[str, tuple[object, ...]], None]] = []
"""Who hears of audit events; a hook of Python's cannot be taken away."""


@pytest.fixture(scope="module", autouse=True)
def _hook() -> None:
    def heard(event: str, arguments: tuple[object, ...]) -> None:
        for listener in _AUDITED:
            listener(event, arguments)

    sys.addaudithook(heard)
