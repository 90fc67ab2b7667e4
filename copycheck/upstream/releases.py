"""Fetches releases of distributions by pip, which uv brings along where there is none; nothing is built (15)."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress

from copycheck.model.errors import CopycheckError
from copycheck.project.programs import find_program
from copycheck.project.user_cache import user_cache
from copycheck.upstream import pip_source_archive
from copycheck.upstream.archives import MemoryTree, open_archive

MOST_DOWNLOAD = 4_000_000_000
"""No archive with more bytes than this is downloaded."""
_PATIENCE = 900
"""So many seconds one download may take."""
_NO_SOURCE_ARCHIVE, _OTHER_PIP = 3, 4
_VERSION = re.compile(r"[\w.!+-]+")
_OFFLINE = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "NameResolutionError",
    "ConnectionRefusedError",
    "ProtocolError",
    "ResponseError",
    "ProxyError",
    "SSLError",
)
"""How pip names the ways in which an index cannot be reached."""
_LOOK = "look at the network, and run `pip config list` to see which index is asked"


def release_tree(distribution: str, version: str, warn: Callable[[str], None]) -> MemoryTree:
    """The files of a release, from the cache of the user or from the index: a wheel, else the source archive.

    Raises CopycheckError, in one line, where there is no such release, or its archive cannot be read.
    """
    if not _VERSION.fullmatch(version):
        raise CopycheckError(f"`{version}` is not a version of `{distribution}`: write one such as 4.57.6")
    folder = os.path.join(user_cache(), "releases", _index(), _canonical(distribution), _safe(version))
    path = _archive_in(folder)
    if path is None:
        path = _fetched(distribution, version, folder, warn)
    try:
        return open_archive(path)
    except CopycheckError:
        shutil.rmtree(folder, ignore_errors=True)  # the next run fetches it anew
        raise


def listed_versions(distribution: str) -> list[str]:
    """The final releases of a distribution that the index lists, the newest first. Raises CopycheckError."""
    from packaging.version import InvalidVersion, Version

    done = _run([*_python_with_pip(), "-m", "pip", "index", "versions", "--disable-pip-version-check", distribution])
    match = re.search(r"^Available versions: (.*)$", done.stdout, re.MULTILINE)
    if match is None:
        raise CopycheckError(f"the index lists no releases of `{distribution}`: {said_in_one_line(done.stderr)}")
    versions = []
    for text in match[1].split(","):
        with suppress(InvalidVersion):
            versions.append(Version(text.strip()))
    return [str(version) for version in sorted(versions, reverse=True)]


def _fetched(distribution: str, version: str, folder: str, warn: Callable[[str], None]) -> str:
    """Fetch a release into a folder; the path of its archive. Raises CopycheckError."""
    requirement = f"{distribution}=={version}"
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=os.path.dirname(folder)) as beside:
        said = _download(requirement, beside)
        if _archive_in(beside) is None:
            raise CopycheckError(_not_fetched(distribution, version, said))
        for line in said.splitlines():
            if line.startswith("yanked:"):
                warn(f"`{requirement}` is yanked: {line.partition(':')[2].strip() or 'no reason given'}")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(beside, folder)
    path = _archive_in(folder)
    assert path is not None, "it was there"
    return path


def _not_fetched(distribution: str, version: str, said: str) -> str:
    """What is said of a release that pip has not brought: in the words of pip, where it is not simply not there."""
    requirement = f"{distribution}=={version}"
    if said.startswith("No matching distribution found"):
        if failed := _failed_pages(requirement):
            return f"`{requirement}` cannot be looked up: the index does not answer ({failed}): {_LOOK}"
        return (
            f"the index has no release {version} of `{distribution}` (`{requirement}`): run `pip index versions "
            f"{distribution}` to see those that it has, or name another package with `distribution = …`"
        )
    return f"`{requirement}` cannot be downloaded: {said}"


def _failed_pages(requirement: str) -> str:
    """What an index said in place of a page, such as an error of its own; empty where it has answered.

    pip passes such a page over and says that there is no release.
    """
    command = [*_python_with_pip(), "-m", "pip", "download", "-vv", "--retries", "0", "--no-deps", "--no-input"]
    with tempfile.TemporaryDirectory(prefix="copycheck-") as folder:
        done = _run([*command, "--disable-pip-version-check", "--only-binary", ":all:", "--dest", folder, requirement])
    failed = re.findall(r"Could not fetch URL (\S+): (.*?)(?: - skipping)?$", done.stdout, re.MULTILINE)
    for url, why in failed:
        code = re.search(r"\b([45]\d\d)\b(?=.*(?:error|Error))", why)
        if code is None or code[1] not in ("404", "410"):
            return f"{url}: {code[1] if code else why}"
    return ""


def _download(requirement: str, folder: str) -> str:
    """Download a wheel, else the source archive, into a folder; what is to be said of it."""
    python = _python_with_pip()
    common = ["--no-deps", "--no-input", "--disable-pip-version-check", "--ignore-requires-python"]
    done = _run([*python, "-m", "pip", "download", *common, "--only-binary", ":all:", "--dest", folder, requirement])
    if done.returncode == 0:
        return _yanked(f"{done.stdout}\n{done.stderr}")
    problem = said_in_one_line(done.stderr)
    program = os.path.abspath(pip_source_archive.__file__)
    done = _run([*python, program, folder, requirement])
    if done.returncode == 0:
        return done.stdout
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    if done.returncode == _OTHER_PIP:
        return f"{problem} (and this pip cannot fetch a source archive without building it)"
    return problem if done.returncode == _NO_SOURCE_ARCHIVE else said_in_one_line(done.stderr) or problem


def _yanked(said: str) -> str:
    """What pip says of a release that was yanked, as `yanked: why`; empty where it was not."""
    if "is a yanked version" not in said:
        return ""
    why = re.search(r"Reason for being yanked: (?!<none given>)(.+)", said)
    return f"yanked: {why[1].strip() if why else ''}"


def _has_pip() -> bool:
    """Whether the running Python has pip."""
    import importlib.util

    return importlib.util.find_spec("pip") is not None


def _python_with_pip() -> list[str]:
    """The command line of a Python that has pip. Raises CopycheckError where there is none.

    It is the running one; in an environment that uv has made, which has no pip, uv brings one along. uv itself has no
    download, and takes no source archive without building it; pip does both, with its own configuration and hashes.
    """
    if _has_pip():
        return [sys.executable]
    try:
        uv = find_program("uv")
    except FileNotFoundError:
        raise CopycheckError("neither pip nor uv is there to fetch releases: run `python -m ensurepip`") from None
    return [uv, "run", "--quiet", "--no-project", "--isolated", "--with", "pip", "--python", sys.executable, "python"]


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program that may use the network. Raises CopycheckError where it does not end."""
    from functools import partial

    limit = partial(_limit_files, MOST_DOWNLOAD) if os.name == "posix" else None
    environment = {**os.environ, "PIP_NO_COLOR": "1", "PIP_PROGRESS_BAR": "off"}
    try:
        # `python -m` imports from the working directory: an empty one, and no folder that others can write to.
        with tempfile.TemporaryDirectory(prefix="copycheck-") as empty:
            return subprocess.run(
                command,
                capture_output=True,
                check=False,
                stdin=subprocess.DEVNULL,
                timeout=_PATIENCE,
                env=environment,
                encoding="utf-8",
                errors="replace",
                cwd=empty,
                preexec_fn=limit,
            )
    except subprocess.TimeoutExpired:
        raise CopycheckError(f"`{' '.join(command[:4])}` did not end in {_PATIENCE} seconds: {_LOOK}") from None
    except OSError as error:
        raise CopycheckError(f"{command[0]} cannot be run: {error.strerror}") from None


def _limit_files(most: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def said_in_one_line(text: str) -> str:
    """What went wrong, in one line: the first error that a program names."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    if "DO NOT MATCH THE HASHES" in text:
        return "its archive has not the hash that the index gives, so it was damaged on the way, or exchanged"
    if any(name in text for name in _OFFLINE):
        return f"the index cannot be reached: {_LOOK}"
    if any("File too large" in line for line in lines):
        return f"its archive is larger than {MOST_DOWNLOAD // 1_000_000_000} GB"
    if errors and errors[-1] == "Exception:":
        return f"pip has stopped ({lines[-1]}): {_LOOK}"
    return errors[-1] if errors else lines[-1] if lines else "it ended without a word"


def _archive_in(folder: str) -> str | None:
    """The path of the archive in a folder; None where there is none."""
    try:
        names = sorted(os.listdir(folder), key=lambda name: not name.endswith(".whl"))
    except OSError:
        return None
    found = [name for name in names if name.endswith((".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"))]
    return os.path.join(folder, found[0]) if found else None


def _index() -> str:
    """Tells the releases of one index from those of another, by the environment of pip and uv."""
    own = sorted((name, value) for name, value in os.environ.items() if name.startswith(("PIP_", "UV_")))
    return hashlib.sha256(repr(own).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _canonical(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _safe(version: str) -> str:
    return re.sub(r"[^\w.!+-]+", "_", version)
