"""Makes wheels and source archives, and has pip find them without a network."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest


def wheel(folder: Path, name: str, version: str, files: Mapping[str, str]) -> Path:
    """A wheel with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w") as archive:
        for filename, text in files.items():
            archive.writestr(filename, text)
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", tags)
        archive.writestr(f"{info}/RECORD", "")
    return path


def source_archive(folder: Path, name: str, version: str, files: Mapping[str, str]) -> Path:
    """A source archive with these files below its one folder. Whoever builds it, fails."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}.tar.gz"
    bomb = f"import os\nopen({os.fspath(folder / 'BUILT')!r}, 'w').close()\nraise SystemExit(3)\n"
    with tarfile.open(path, "w:gz") as archive:
        every = {"PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "setup.py": bomb, **files}
        for filename, text in every.items():
            entry = tarfile.TarInfo(f"{name}-{version}/{filename}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


def without_network(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Has pip look into a folder, and nowhere else; the folder."""
    links = folder / "links"
    links.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", os.fspath(links))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("COPYCHECK_UPSTREAM_CACHE", os.fspath(folder / "cache"))
    return links
