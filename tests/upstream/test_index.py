"""Releases from an index on loopback, and archives that must not be trusted: each problem is one line."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from copycheck.model.errors import CopycheckError
from copycheck.upstream import archives, releases
from copycheck.upstream.archives import open_archive
from copycheck.upstream.git_tree import fetched_revision
from tests.docs.pages import blocks, sections
from tests.harness import run, write_tree
from tests.upstream.packages import source_archive, wheel

OWL = "def hoot(volume):\n    return volume + 1\n"
COPY = "# Copied from birds.owl.hoot with hoot->kree\ndef kree(volume):\n    return volume + 1\n"


class _Quiet(SimpleHTTPRequestHandler):
    def send_head(self) -> io.BytesIO | io.BufferedReader | None:
        """A folder with a file `503` is not answered for."""
        if (Path(self.translate_path(self.path)) / "503").exists():
            self.send_error(503)
            return None
        return super().send_head()

    def log_message(self, *arguments: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder `simple/birds` of an index on loopback, which is the only one that pip asks."""
    folder = tmp_path / "served" / "simple" / "birds"
    folder.mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=tmp_path / "served"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_")) or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("COPYCHECK_UPSTREAM_CACHE", os.fspath(tmp_path / "cache"))
    yield folder
    server.shutdown()
    server.server_close()
    thread.join()


def listed(folder: Path, wrong: str = "", yanked: str = "") -> None:
    """Write the page of the index: each archive with its hash, which is wrong for those of one kind."""
    lines = []
    for path in sorted(folder.glob("*-*")):
        digest = "0" * 64 if wrong and path.name.endswith(wrong) else hashlib.sha256(path.read_bytes()).hexdigest()
        attribute = f' data-yanked="{yanked}"' if yanked else ""
        lines.append(f'<a href="{path.name}#sha256={digest}"{attribute}>{path.name}</a>')
    (folder / "index.html").write_text("<!DOCTYPE html><html><body>\n" + "\n".join(lines) + "\n</body></html>")


@pytest.fixture
def zoo(tmp_path: Path, index: Path) -> Path:
    config = '[tool.copycheck.upstream]\nbirds = "1.0"\n'
    write_tree(tmp_path / "zoo", {"pyproject.toml": config, "hawk.py": COPY})
    return tmp_path / "zoo"


def synced(zoo: Path, *args: str) -> tuple[int, str, str]:
    result = run(zoo, "upstream", "sync", *args)
    return result.code, result.text, result.stderr


def test_a_wheel_and_the_list_of_releases(zoo: Path, index: Path) -> None:
    wheel(index, "birds", "1.0", {"birds/__init__.py": "", "birds/owl.py": OWL})
    wheel(index, "birds", "0.9", {"birds/__init__.py": "", "birds/owl.py": OWL.replace("+ 1", "+ 2")})
    listed(index)
    assert synced(zoo, "--find-version") == (
        0,
        "hawk.py:1: `kree` is in sync with `birds.owl.hoot` 1.0\n1 copy of other packages: 1 in sync.\n",
        "",
    )


@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
def test_a_hash_that_does_not_fit_is_refused(zoo: Path, index: Path, kind: str) -> None:
    make = wheel if kind == "whl" else source_archive
    make(index, "birds", "1.0", {"birds/__init__.py": "", "birds/owl.py": OWL})
    listed(index, wrong=kind)
    code, _, said = synced(zoo)
    assert code == 1 and said.count("\n") == 1 and "has not the hash that the index gives" in said, said
    assert not (zoo / "copycheck-lock.json").exists() or "def hoot" not in (zoo / "copycheck-lock.json").read_text()


@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
def test_a_yanked_release_is_taken_with_a_warning(zoo: Path, index: Path, kind: str) -> None:
    """It is the one that was copied: nobody installs it. The line says why it was yanked."""
    make = wheel if kind == "whl" else source_archive
    make(index, "birds", "1.0", {"birds/__init__.py": "", "birds/owl.py": OWL})
    listed(index, yanked="eats mice")
    code, text, said = synced(zoo)
    assert code == 0 and "1 in sync" in text
    assert said == "copycheck: warning: `birds==1.0` is yanked: eats mice\n"
    assert not (index / "BUILT").exists()


def test_no_such_release_and_no_such_distribution(zoo: Path, index: Path) -> None:
    wheel(index, "birds", "0.9", {"birds/__init__.py": "", "birds/owl.py": OWL})
    listed(index)
    code, _, said = synced(zoo)
    assert code == 1 and said.startswith("copycheck: the index has no release 1.0 of `birds`")
    (zoo / "pyproject.toml").write_text(
        '[tool.copycheck.upstream]\nbirds = { distribution = "bees", version = "1.0" }\n'
    )
    code, _, said = synced(zoo)
    assert code == 1 and said.startswith("copycheck: the index has no release 1.0 of `bees`")
    assert "`pip index versions bees`" in said and said.count("\n") == 1


def test_an_index_that_does_not_answer_is_no_index_without_the_release(zoo: Path, index: Path) -> None:
    (index / "503").touch()
    code, _, said = synced(zoo)
    assert code == 1 and said.startswith("copycheck: `birds==1.0` cannot be looked up: the index does not answer (http")
    assert "/simple/birds/: 503)" in said and said.count("\n") == 1


def test_without_pip_uv_brings_it_along(zoo: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source_archive(index, "birds", "1.0", {"birds/__init__.py": "", "birds/owl.py": OWL})
    listed(index)
    programs = zoo.parent / "programs"
    programs.mkdir()
    uv = programs / "uv"
    said = programs / "said"
    uv.write_text(
        f"#!{sys.executable}\nimport os, sys\nopen({os.fspath(said)!r}, 'a').write(' '.join(sys.argv[1:8]) + chr(10))\n"
        "rest = sys.argv[sys.argv.index('python') + 1:]\nos.execv(sys.executable, [sys.executable, *rest])\n"
    )
    uv.chmod(uv.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(releases, "_has_pip", lambda: False)
    monkeypatch.setenv("PATH", os.fspath(programs) + os.pathsep + os.environ["PATH"])
    assert synced(zoo)[0] == 0 and not (index / "BUILT").exists()
    assert said.read_text().startswith("run --quiet --no-project --isolated --with pip --python")


def claimed(path: Path, size: int) -> None:
    """Have the directory of a zip say of its first file that it has another size."""
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = size.to_bytes(4, "little")
    path.write_bytes(data)


def test_a_wheel_that_claims_a_file_of_four_gigabytes(tmp_path: Path) -> None:
    path = wheel(tmp_path, "birds", "1.0", {"birds/owl.py": OWL})
    claimed(path, 2**32 - 2)
    tree = open_archive(os.fspath(path))
    with pytest.raises(CopycheckError, match="is larger than 50 MB: it is not a source"):
        tree.read_bytes("birds/owl.py")


def test_a_source_archive_that_claims_a_file_of_five_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "birds-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, size in (("birds-1.0/birds/owl.py", len(OWL)), ("birds-1.0/birds/big.py", 5 * 10**9)):
            entry = tarfile.TarInfo(name)
            entry.size = size
            if size < 100:
                archive.addfile(entry, io.BytesIO(OWL.encode()))
            elif archive.fileobj is not None:  # tarfile itself writes no entry without its content, from Python 3.13 on
                archive.fileobj.write(entry.tobuf())
            if size > 100:
                break
    with pytest.raises(CopycheckError) as raised:
        open_archive(os.fspath(path))
    assert "\n" not in str(raised.value) and "birds-1.0.tar.gz" in str(raised.value)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file claims is no bound: more than it may have is never in memory."""
    monkeypatch.setattr(archives, "MOST_BYTES_A_FILE", 10_000)
    path = tmp_path / "birds-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("birds/owl.py", "#" * 1_000_000)
    claimed(path, 100)
    with pytest.raises(CopycheckError):
        open_archive(os.fspath(path)).read_bytes("birds/owl.py")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nothing", b"\x1f\x8b\x08\0nothing", b"<html>not found</html>"])
@pytest.mark.parametrize("name", ["birds-1.0-py3-none-any.whl", "birds-1.0.tar.gz", "birds-1.0.zip"])
def test_what_is_no_archive(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CopycheckError) as raised:
        open_archive(os.fspath(tmp_path / name))
    assert str(raised.value).startswith(f"the archive {name} is damaged (") and "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["../owl.py", "/etc/owl.py", "a/../../owl.py", "C:/owl.py", "..\\owl.py"])
def test_names_that_lead_out_of_an_archive(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "birds-1.0.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name))
    with pytest.raises(CopycheckError, match="leads out of it, and is not read"):
        open_archive(os.fspath(tmp_path / "birds-1.0.tar.gz"))


def test_links_of_a_source_archive_are_no_files(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "birds-1.0.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("birds-1.0/birds/owl.py")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    tree = open_archive(os.fspath(tmp_path / "birds-1.0.tar.gz"))
    assert not tree.names and tree.other_file("birds/owl.py") is None
    path = wheel(tmp_path, "birds", "1.0", {"birds/__init__.py": ""})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("birds/owl.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert not open_archive(os.fspath(path)).exists("birds/owl.py")


def test_a_hard_link_is_another_name_of_a_file_in_the_archive(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "birds-1.0.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("birds-1.0/birds/owl.py")
        entry.size = len(OWL)
        archive.addfile(entry, io.BytesIO(OWL.encode()))
        for name, first in (("bat", "birds-1.0/birds/owl.py"), ("cat", "/etc/passwd")):
            entry = tarfile.TarInfo(f"birds-1.0/birds/{name}.py")
            entry.type, entry.linkname = tarfile.LNKTYPE, first
            archive.addfile(entry)
    tree = open_archive(os.fspath(tmp_path / "birds-1.0.tar.gz"))
    assert tree.read_bytes("birds/bat.py") == OWL.encode() and not tree.exists("birds/cat.py")


def test_two_texts_of_one_name_are_refused(tmp_path: Path) -> None:
    path = wheel(tmp_path, "birds", "1.0", {"birds/owl.py": OWL})
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("birds/owl.py", OWL + "\n")
    with pytest.raises(CopycheckError, match="two different files named"):
        open_archive(os.fspath(path))


@pytest.mark.parametrize("address", ["file:///nowhere/birds", "https://127.0.0.1:9/birds"])
def test_a_repository_that_is_not_there(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYCHECK_UPSTREAM_CACHE", os.fspath(tmp_path))
    with pytest.raises(CopycheckError) as raised:
        fetched_revision(address, "v1")
    assert str(raised.value).startswith(f"git cannot fetch {address} (") and "\n" not in str(raised.value)


def test_the_hub_block_of_the_page(tmp_path: Path, index: Path) -> None:
    """`docs/upstream.md`, "A model with a config.json": its configuration and its commands."""
    text = (Path(__file__).parents[2] / "docs" / "upstream.md").read_text(encoding="utf-8")
    [part] = [text for title, text in sections(text) if "config.json" in title]
    configuration, commands = (
        next(block.text for block in blocks(part) if block.language == language) for language in ("toml", "console")
    )
    folder = index.parent / "transformers"
    llama = "class LlamaNorm:\n    def forward(self, states):\n        scale = {}\n        return states * scale\n"
    for version, scale in (("4.44.2", "1"), ("4.57.6", "1.0")):
        files = {"__init__.py": "", "models/__init__.py": "", "models/llama.py": llama.format(scale)}
        wheel(folder, "transformers", version, {f"transformers/{name}": text for name, text in files.items()})
    listed(folder)
    directive = "# Copied from transformers.models.llama.LlamaNorm with Llama->Mine\n"
    model = tmp_path / "model"
    write_tree(model, {
        "pyproject.toml": configuration, "config.json": '{"transformers_version": "4.44.2"}',
        "modeling_mine.py": directive + llama.format(1).replace("Llama", "Mine"),
    })  # fmt: skip
    assert '"4.44.2"' in configuration
    shown = [run(model, *command.split()[1:]) for command in commands.strip().split(" && ")]
    assert [(result.code, result.stderr) for result in shown] == [(0, ""), (0, "")]
    assert "1 in sync" in shown[0].text
    assert shown[1].text == (
        "transformers.models.llama.LlamaNorm: 4.44.2 → 4.57.6, 1 line changed\n"
        "  as-upstream in-sync  modeling_mine.py:1 `MineNorm`\n"
        "1 source, 1 copy: 1 as-upstream.\n"
    )
