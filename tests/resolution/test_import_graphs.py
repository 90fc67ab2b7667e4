"""Random import graphs with stars, cycles and modules that are absent: each resolution ends, in steps that are few."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck import api
from copycheck.project.config_search import load
from copycheck.resolution.module_lookup import Lookup
from copycheck.resolution.parsed_modules import ParsedModules
from copycheck.resolution.project_index import Project
from tests.harness import run, write_tree

NAMES = ("f", "Thing", "m0", "m1", "m2", "absent")
MODULES = ("__init__", "m0", "m1", "m2")
imports = st.tuples(st.sampled_from([*MODULES[1:], "absent", "gone"]), st.sampled_from(["*", *NAMES]))
definition = st.sampled_from(
    ["def f():\n    return 1\n", "class Thing:\n    def f():\n        return 1\n", "f = Thing\n"]
)
texts = st.tuples(st.lists(imports, max_size=4), st.lists(definition, max_size=1)).map(
    lambda drawn: "".join(f"from .{module} import {name}\n" for module, name in drawn[0]) + "".join(drawn[1])
)
graphs = st.fixed_dictionaries({f"lib/{name}.py": texts for name in MODULES})
targets = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(lambda names: ".".join(["lib", *names]))


def steps_of(root: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a module is asked for a name until a target is resolved, or is known not to be there."""
    project = Project(load(cwd=str(root)))
    asked: list[tuple[str, ...]] = []
    real = ParsedModules.look_up

    def look_up(self: ParsedModules, filename: str, name: tuple[str, ...]) -> Lookup:
        asked.append((filename, *name))
        return real(self, filename, name)

    monkeypatch.setattr(ParsedModules, "look_up", look_up)
    project.resolver.resolve(target)
    monkeypatch.setattr(ParsedModules, "look_up", real)
    return len(asked)


@given(graphs, targets)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_every_module_is_asked_for_a_name_once(
    tmp_path_factory: pytest.TempPathFactory, graph: Mapping[str, str], target: str
) -> None:
    root = tmp_path_factory.mktemp("graph")
    write_tree(root, {"copycheck.toml": "", **graph})
    with pytest.MonkeyPatch.context() as patch:
        assert steps_of(root, target, patch) <= len(MODULES) * (len(NAMES) + 1)


@pytest.mark.parametrize("star", ["", "from .absent import *\n"])
def test_the_steps_grow_with_the_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, star: str) -> None:
    def ladder(length: int) -> int:
        root = tmp_path / str(length)
        rungs = {
            f"lib/m{n}.py": f"from .m{n + 1} import *\nfrom .m{n + 2} import *\n{star}from .m{n + 1} import f\n"
            for n in range(length)
        }
        first = "from .m0 import *\nfrom .m1 import *\nfrom .m0 import f\n"
        write_tree(root, {"copycheck.toml": "", "lib/__init__.py": first, **rungs})
        return max(steps_of(root, target, monkeypatch) for target in ("lib.f.Thing", "lib.Gone", "lib.gone.Thing"))

    assert ladder(40) <= 2 * ladder(20) + 4


def test_stars_of_absent_modules_end(project: Path) -> None:
    write_tree(
        project,
        {
            "lib/__init__.py": "from ._c import *\nfrom ._gen import *\n",
            "m.py": "# Copied from lib.gone.Thing\nclass A:\n    pass\n\n# Copied from lib.Gone\nclass B:\n    pass\n",
        },
    )
    found = run(project, "--no-cache", "--output-format", "concise")
    assert [line.split()[1] for line in found.text.splitlines() if line.startswith("m.py")] == ["CPY101", "CPY102"]


def test_a_star_without_a_blank_is_a_star_import(project: Path) -> None:
    write_tree(
        project,
        {
            "pkg/__init__.py": "from pkg.impl import*\n",
            "pkg/impl.py": "def f():\n    return 1\n",
            "m.py": "# Copied from pkg.f\ndef f():\n    return 1\n",
        },
    )
    assert [copy.state for copy in api.list_copies(settings=api.load(cwd=str(project)))] == ["in-sync"]


def test_a_module_is_parsed_once_for_all_names(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty packages that import with stars, and a hundred names that none of them has."""
    packages = {f"pkg{n}/__init__.py": "from pkg0.impl import *\nfrom pkg1.impl import *\n" for n in range(20)}
    directives = [f"# Copied from pkg{n % 20}.gone{n}.Thing\nclass A{n}:\n    pass\n" for n in range(100)]
    write_tree(
        project, {**packages, "pkg0/impl.py": "x = 1\n", "pkg1/impl.py": "y = 1\n", "m.py": "\n\n".join(directives)}
    )
    parsed: list[str] = []
    real = ParsedModules.module
    monkeypatch.setattr(ParsedModules, "module", lambda self, name: parsed.append(name) or real(self, name))
    run(project, "--no-cache")
    assert len(parsed) == len(set(parsed)) > 0


def test_a_broken_source_is_parsed_once_for_all_copies(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from copycheck.syntax import statement_parser

    source = "".join(f"def f{n}():\n    return {n}\n" for n in range(50)) + "def f(:\n"
    copies = "".join(f"# Copied from base.f{n}\ndef f{n}():\n    return {n}\n\n\n" for n in range(50))
    write_tree(project, {"base.py": source, "m.py": copies})
    parsed: list[str] = []
    real = statement_parser.ast.parse
    monkeypatch.setattr(statement_parser.ast, "parse", lambda text, *a, **k: parsed.append(text) or real(text, *a, **k))
    found = run(project, "--no-cache", "--output-format", "concise")
    assert found.text.count("CPY103") == 50
    assert sum("def f(:" in text for text in parsed if isinstance(text, str)) <= 1
