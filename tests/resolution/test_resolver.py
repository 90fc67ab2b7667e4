"""Resolution of dotted names, beside what the cases of contract 3 say."""

from __future__ import annotations

from pathlib import Path

import pytest

from copycheck import api

COPY = "# Copied from pkg.part.total\ndef total(values):\n    return sum(values)\n"
TOTAL = "def total(values):\n    return sum(values)\n"


def states(project: Path, package: str, **modules: str) -> list[str]:
    """The states of the copies of a project whose package has this text in its `__init__.py`."""
    (project / "pkg").mkdir()
    for name, text in {"__init__": package, **modules}.items():
        (project / "pkg" / f"{name}.py").write_text(text)
    (project / "copy.py").write_text(COPY)
    return [copy.state for copy in api.list_copies(settings=api.load(cwd=str(project)))]


@pytest.mark.parametrize(
    "package",
    [
        "class part:\n    def total(values):\n        return sum(values)\n",
        "x = 1;part = x\nclass part:\n    def total(values):\n        return sum(values)\n",
        "if 1:\n  class\tpart:\n    def total(values):\n        return sum(values)\n",
        "from .other import total as t, Part as part\n",
        "from.import other as part\n",
        "from .other import (Part as\\\npart)\n",
        "from .mod_part import (\npart)\n",
    ],
)
def test_what_a_package_binds_is_found(project: Path, package: str) -> None:
    other = f"class Part:\n    {TOTAL.replace(chr(10), chr(10) + '    ').rstrip()}\n{TOTAL}"
    assert states(project, package, other=other, mod_part=f"from . import other as part\n{TOTAL}") == ["in-sync"]


@pytest.mark.parametrize("package", ["from .part import *\n", "__all__ = ['part', \"part\"]\n", "(((  from .part\n"])
def test_a_package_that_only_mentions_a_name_does_not_hide_the_module(project: Path, package: str) -> None:
    assert states(project, package, part=TOTAL) == ["in-sync"]
