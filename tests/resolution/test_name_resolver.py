"""Resolution of dotted names, beside what the cases of contract 3 say."""

from __future__ import annotations

from pathlib import Path

import pytest

from copycheck import api
from copycheck.project.workspace import Workspace
from copycheck.resolution.project_index import Project
from copycheck.resolution.star_closure import star_closure

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


def test_what_is_worth_asking_ruff_about_is_behind_the_stars(project: Path) -> None:
    files = {
        "pkg/__init__.py": "from .a import *\nfrom other.b import*\nfrom .gone import *\nfrom .named import x\n",
        "pkg/a.py": "if 1:\n    from .deep.c import *\nfrom .a import *\n",
        "pkg/deep/c.py": "from ... import *\nfrom .. import *\n",
        "pkg/named.py": "x = 1\n",
        "other/__init__.py": "",
        "other/b.py": "y = 1\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    resolver = Project(api.load(cwd=str(project))).resolver
    found = star_closure(
        Workspace(str(project)), lambda parts: resolver.module_files(parts)[0], [resolver.longest_module("pkg.X.y")]
    )
    assert sorted(found) == ["other/b.py", "pkg/__init__.py", "pkg/a.py", "pkg/deep/c.py"]
    assert resolver.longest_module("gone.X") == ()
