"""Upstreams on this machine: a folder, and what is installed in an environment, which is read and never started."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from copycheck.model.errors import CopycheckError
from copycheck.project.file_tree import Disk
from copycheck.project.reading import MOST_CONFIGURATION, read_file
from copycheck.project.upstream_settings import AUTO, Upstream
from copycheck.resolution.foreign_package import Foreign, folder_of


def open_local(root: str, upstream: Upstream, python: str = "") -> Foreign:
    """What a `path` without a revision, or an `environment`, holds now.

    `python` is the interpreter or environment that a command line names. Raises CopycheckError where it is not there.
    """
    if upstream.kind == "path":
        folder = folder_of(root, upstream.place)
        if not os.path.isdir(folder):
            raise CopycheckError(
                f"the path {upstream.place} of the upstream `{upstream.key}` is not a folder: correct it in the "
                f"configuration"
            )
        return Foreign(Disk(folder), upstream.key, upstream.place, root=folder)
    environment = environment_folder(root, python or upstream.place)
    return _installed(environment, upstream)


def environment_folder(root: str, place: str) -> str:
    """The folder of an environment. Raises CopycheckError where there is none.

    `auto` is that of `VIRTUAL_ENV`, else `.venv` or `venv` in the root; an interpreter stands for its environment.
    """
    if place != AUTO:
        folder = folder_of(root, place)
        if os.path.isfile(folder):
            folder = os.path.dirname(os.path.dirname(folder))
        if not _site_packages(folder):
            raise CopycheckError(
                f"{place} is no environment of Python, since it has no `site-packages`: name one with --python"
            )
        return folder
    tried = [os.environ.get("VIRTUAL_ENV", ""), os.path.join(root, ".venv"), os.path.join(root, "venv")]
    for folder in tried:
        if folder and _site_packages(folder):
            return folder
    raise CopycheckError("no environment of Python is active, and there is none in `.venv`: name it with --python")


def _site_packages(environment: str) -> list[str]:
    """The folders of installed packages in an environment."""
    found = [os.path.join(environment, "Lib", "site-packages")]
    for library in ("lib", "lib64"):
        try:
            names = sorted(os.listdir(os.path.join(environment, library)))
        except OSError:
            continue
        found += [os.path.join(environment, library, name, "site-packages") for name in names if name.startswith("py")]
    return [folder for folder in found if os.path.isdir(folder)]


def _installed(environment: str, upstream: Upstream) -> Foreign:
    """The package that is installed in an environment under the name of an upstream. Raises CopycheckError."""
    first = upstream.key
    for folder in _site_packages(environment):
        version = _version_in(folder, first)
        for place in (folder, *_linked(folder, first)):
            found = Foreign(Disk(place), first, _distribution_of(folder, first) or first, version, root=place)
            if found.has_package:
                return found
    raise CopycheckError(
        f"the package `{first}` is not installed in {environment}: install it there, or name another environment with "
        f"--python"
    )


def _metadata_folders(folder: str) -> Iterator[str]:
    for name in sorted(os.listdir(folder)):
        if name.endswith(".dist-info"):
            yield os.path.join(folder, name)


def _is_of(metadata: str, first: str) -> bool:
    """Whether a distribution installs the module or package of a name: by its RECORD, top_level.txt, or its name."""
    record = _text(os.path.join(metadata, "RECORD"))
    if re.search(rf"^\"?{re.escape(first)}(?:/|\.pyi?[,\"])", record, re.MULTILINE):
        return True
    tops = _text(os.path.join(metadata, "top_level.txt")).split()
    name = os.path.basename(metadata).partition("-")[0]
    is_editable = '"editable": true' in _text(os.path.join(metadata, "direct_url.json")).replace('":true', '": true')
    return first in tops or (is_editable and re.sub(r"[-.]+", "_", name).lower() == first.lower())


def _distribution_of(folder: str, first: str) -> str:
    found = next((one for one in _metadata_folders(folder) if _is_of(one, first)), "")
    match = re.search(r"^Name: *(\S+)", _text(os.path.join(found, "METADATA")), re.MULTILINE) if found else None
    return match[1] if match else ""


def _version_in(folder: str, first: str) -> str:
    """The version of the distribution that installs a package; empty where nobody says."""
    found = next((one for one in _metadata_folders(folder) if _is_of(one, first)), "")
    match = re.search(r"^Version: *(\S+)", _text(os.path.join(found, "METADATA")), re.MULTILINE) if found else None
    return match[1] if match else ""


def _linked(folder: str, first: str) -> Iterator[str]:
    """The folders outside of an environment from which it takes packages: editable installs, and `.pth` files."""
    for metadata in _metadata_folders(folder):
        if _is_of(metadata, first):
            try:
                url = json.loads(_text(os.path.join(metadata, "direct_url.json")) or "{}").get("url", "")
            except (ValueError, AttributeError):
                url = ""
            parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
            if parts.scheme == "file":
                yield unquote(parts.path)
    for name in sorted(os.listdir(folder)):
        if name.endswith(".pth"):
            for line in _text(os.path.join(folder, name)).splitlines():
                if line.strip() and not line.startswith(("import ", "import\t", "#")):
                    yield os.path.normpath(os.path.join(folder, line.strip()))


def _text(path: str) -> str:
    try:
        return read_file(path, MOST_CONFIGURATION).decode("utf-8", "replace")
    except OSError:
        return ""
