"""Downloads one source archive with pip's own index, session and hashes, and without building it.

A program for the interpreter that has pip, started by `releases`: `pip download` builds the metadata of a source
archive, which runs code of the package. Arguments: the folder, and `NAME==VERSION`. Not imported by copycheck.
"""

from __future__ import annotations

import os
import shutil
import sys


def main(folder: str, requirement: str) -> int:
    """Download it; 0 where that worked, 3 where the index has no source archive, 4 for a pip that is too different."""
    try:
        from pip._internal.commands.download import DownloadCommand
        from pip._internal.network.download import Downloader
        from pip._vendor.packaging.requirements import Requirement
    except ImportError:
        return 4

    found = {"code": 4}

    class Fetch(DownloadCommand):
        def run(self, options, arguments):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            wanted = Requirement(requirement)
            session = self.get_default_session(options)
            finder = self._build_package_finder(options=options, session=session, ignore_requires_python=True)
            best = finder.find_best_candidate(wanted.name, wanted.specifier).best_candidate
            if best is None:
                found["code"] = 3
                return 0
            fetch(Downloader, best.link, session, folder)
            found["code"] = 0
            return 0

    arguments = ["--no-deps", "--no-input", "--no-binary", ":all:", "--dest", folder, requirement]
    command = Fetch("download", "Download a source archive.")
    code = command.main([*arguments, "--disable-pip-version-check"])
    return code or found["code"]


def fetch(downloaders, link, session, folder: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Bring one archive into a folder, and hold it against the hashes that the index gives.

    `downloaders` is the class of pip that downloads; it takes other arguments in older versions.
    """
    if link.is_file:
        path = shutil.copy(link.file_path, folder)
    else:
        try:
            downloader = downloaders(session, "off")
        except TypeError:
            downloader = downloaders(session, "off", 5)
        path, _ = downloader(link, folder)
    hashes = link.as_hashes()
    try:
        if hashes:
            hashes.check_against_path(path)
    except Exception:
        os.remove(path)  # nobody may take it for what was asked for
        raise
    if link.is_yanked:
        sys.stdout.write(f"yanked: {link.yanked_reason or 'no reason given'}\n")


if __name__ == "__main__":
    os.environ["PIP_QUIET"] = os.environ.get("PIP_QUIET", "0")
    sys.exit(main(sys.argv[1], sys.argv[2]))
