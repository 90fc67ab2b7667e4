"""What a new file keeps of the old one, and files that are replaced together or not at all."""

from __future__ import annotations

import os
import struct
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


def access_list(*entries: tuple[int, int, int]) -> bytes:
    """An access control list, as Linux keeps it in an attribute: kind, rights and user of each entry."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@pytest.mark.skipif(sys.platform != "linux", reason="access control lists are attributes on Linux")
@pytest.mark.parametrize("is_own", [True, False])
def test_who_may_read_a_file_stays(tmp_path: Path, is_own: bool) -> None:
    path, nobody = tmp_path / "a.py", 0xFFFFFFFF
    own = access_list((1, 6, nobody), (2, 6, 1234), (4, 4, nobody), (16, 6, nobody), (32, 0, nobody))
    path.write_bytes(b"old")
    path.chmod(0o664)
    try:
        if is_own:
            os.setxattr(path, "system.posix_acl_access", own)
        else:  # each new file of the folder may be read by somebody who may not read this one
            inherited = access_list((1, 7, nobody), (2, 7, 1234), (4, 7, nobody), (16, 7, nobody), (32, 5, nobody))
            os.setxattr(tmp_path, "system.posix_acl_default", inherited)
    except OSError:
        pytest.skip("this file system has no access control lists")
    before = {name: os.getxattr(path, name) for name in os.listxattr(path)}, path.stat().st_mode
    replace_file(str(tmp_path), "a.py", b"old", b"new")
    assert ({name: os.getxattr(path, name) for name in os.listxattr(path)}, path.stat().st_mode) == before
