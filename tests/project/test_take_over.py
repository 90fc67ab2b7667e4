"""What a new file keeps of the old one, and files that are replaced together or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from copycheck.model.errors import WriteError
from copycheck.model.result import Patch
from copycheck.project import atomic_write
from copycheck.project.atomic_write import replace_file, replace_together


def test_the_mode_with_its_set_uid_bit_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o4751)
    replace_file(str(tmp_path), "a.py", b"old", b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o7777) == (b"new", 0o4751)


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes are looked at on Linux")
def test_extended_attributes_and_the_owner_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    if os.geteuid() == 0:
        os.chown(path, 1234, 1234)
    try:
        os.setxattr(path, "user.origin", b"somewhere")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    before = path.stat()
    replace_file(str(tmp_path), "a.py", b"old", b"new")
    after = path.stat()
    assert os.getxattr(path, "user.origin") == b"somewhere"
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)


def test_another_name_of_the_same_file_keeps_what_it_has(tmp_path: Path) -> None:
    path, other = tmp_path / "a.py", tmp_path / "store.py"
    path.write_bytes(b"old")
    os.link(path, other)
    replace_file(str(tmp_path), "a.py", b"old", b"new")
    assert (path.read_bytes(), other.read_bytes()) == (b"new", b"old"), "a store of packages is not written"


def test_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_bytes(b"old")
    (tmp_path / "b.py").write_bytes(b"changed")
    patches = [Patch("a.py", b"old", b"new"), Patch("b.py", b"old", b"new"), Patch("c.py", None, b"new")]
    with pytest.raises(WriteError, match="has changed since it was read"):
        replace_together(str(tmp_path), patches)
    (tmp_path / "b.py").write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(atomic_write.os, "fsync", full)
        with pytest.raises(WriteError, match="No space left"):
            replace_together(str(tmp_path), patches)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "b.py"]
    assert (tmp_path / "a.py").read_bytes() == b"old"
    replace_together(str(tmp_path), patches)
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"new"}


@pytest.mark.skipif(sys.platform != "linux", reason="needs setfacl")
def test_an_access_list_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    try:
        subprocess.run(["setfacl", "-m", "u:1234:r", str(path)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no setfacl, or no access lists on this file system")
    replace_file(str(tmp_path), "a.py", b"old", b"new")
    assert b"user:1234:r--" in subprocess.run(["getfacl", "-n", str(path)], check=True, capture_output=True).stdout
