"""Check or fix one text that is not saved, with everything else from disk: standard input (contract 8)."""

from __future__ import annotations

import os
from dataclasses import replace

from copycheck.api.session import Session
from copycheck.model.errors import CopycheckError
from copycheck.model.result import Result
from copycheck.project.config_search import load
from copycheck.project.selection import PathNames
from copycheck.project.settings import Settings
from copycheck.project.unchecked_reasons import LeftOut


def check_text(
    path: str,
    text: bytes,
    settings: Settings | None = None,
    *,
    cache: bool = False,
    fix: bool = False,
    unsafe: bool = False,
) -> Result:
    """What `check_paths` says of a file that holds this text; the file need not be there.

    With `fix`, what `fix_paths` leaves, and a patch of the text where that changes it; no other file is changed.
    Nothing of the project is written. Raises CopycheckError for a path outside of the project.
    """
    settings = settings or load()
    names = PathNames(settings.root, os.getcwd()).of(path)
    if not names:
        raise CopycheckError(f"{path}: this is outside of the project {settings.root}: run copycheck in its project")
    left_out = LeftOut(settings)
    if not settings.force_exclude and any(map(left_out.is_passed_over, names)):
        settings = settings._replace(named=tuple(names))
    session = Session(settings, cache=cache, processes=True)
    session.change(names[-1], text)
    result = session.fix(names, within=names, unsafe=unsafe) if fix else session.result(names)
    if not any(name in session.project.sizes for name in names):
        reason = left_out.reason(names[-1]) or "cannot be read"
        return replace(result, warnings=(f"{names[-1]} is not checked: it {reason}",))
    return result
