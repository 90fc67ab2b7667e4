"""Properties that hold for whatever is written (hypothesis, derandomized)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copycheck.api import check_paths, fix_paths
from copycheck.directives.directive_parser import parse_directive
from copycheck.directives.replacements import apply_replacements, parse_options
from copycheck.model.directive import Replacement, print_options
from copycheck.project.config_search import load
from tests.harness import run, tree_of

settings.register_profile(
    "fixed", derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("fixed")

PATTERN = st.text("abAB_.,->( \\é", min_size=1, max_size=8)
NAME = st.sampled_from(["alpha", "beta", "gamma", "delta"])


def sound(text: str) -> bool:
    """Whether a pattern stands for itself when it is printed: no blanks at its ends, nothing like an option."""
    return text == text.strip() and not text.endswith("\\") and "\\," not in text and "\\->" not in text


@st.composite
def replacement_lists(draw: st.DrawFn) -> list[Replacement]:
    left = PATTERN.filter(lambda text: sound(text) and not text.startswith(("->", "-")) and not text.endswith("-"))
    right = st.one_of(st.just(""), PATTERN.filter(lambda text: sound(text) and not text.startswith((">", "->"))))
    return draw(st.lists(st.builds(Replacement, left, right, st.booleans()), min_size=1, max_size=4))


@given(replacement_lists())
def test_printed_options_read_back(replacements: list[Replacement]) -> None:
    assert parse_options(print_options(replacements)).replacements == tuple(replacements)


@given(replacement_lists(), st.sampled_from(["", "    ", "\t"]))
def test_printed_directive_reads_back(replacements: list[Replacement], indent: str) -> None:
    line = f"{indent}# Copied from pkg.mod.Object {print_options(replacements)}"
    directive = parse_directive([line, "def f(): ..."], 1)
    assert directive is not None and directive.problem is None
    assert (directive.target, directive.replacements) == ("pkg.mod.Object", tuple(replacements))
    assert (directive.row, directive.column, directive.indent) == (1, len(indent) + 1, indent)


@given(st.text("abcBERTbert ", max_size=40), st.text("abBRrt", min_size=1, max_size=4), st.text("xyBRrt", max_size=4))
def test_plain_replacement_is_literal(text: str, left: str, right: str) -> None:
    assert apply_replacements(text, [Replacement(left, right)]) == text.replace(left, right)


@given(st.text("bert BERT Bert Xx", max_size=60))
def test_casings_never_rewrite_each_other(text: str) -> None:
    result = apply_replacements(text, [Replacement("Bert", "BertBERTbert", True)])
    counts = [text.count(word) for word in ("Bert", "bert", "BERT")]
    assert len(result) == len(text) + 8 * sum(counts)


@given(st.text(max_size=200))
def test_no_comment_raises(text: str) -> None:
    parse_directive([f"# Copied from {text}".replace("\n", " "), text.replace("\n", " ")], 1)
    parse_options(text)


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


MODULES = ("m0", "pkg.m1", "pkg.deep.m2", "other.m3")


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, str]:
    """Functions in a few modules, most of them copies of earlier ones; the last few may close a circle."""
    count = draw(st.integers(2, 12))
    modules: dict[str, list[str]] = {name: [] for name in MODULES[: draw(st.integers(1, 4))]}
    places: list[tuple[str, str]] = []
    for number in range(count):
        module = draw(st.sampled_from(sorted(modules)))
        value = draw(st.integers(0, 3))
        body = f"def f{number}(x):\n    total = x + {value}\n    return [total, {value}]\n"
        if places and draw(st.booleans()) | draw(st.booleans()):
            source = draw(st.sampled_from(places))
            with_ = draw(st.sampled_from(["", " with total->amount", " with x->y, total->sum all-casing"]))
            body = f"# Copied from {source[0]}.{source[1]}{with_}\n{body}"
        elif draw(st.integers(0, 9)) == 0:
            body = f"# Copied from {module}.f{count - 1}\n{body}"
        modules[module].append(body)
        places.append((module, f"f{number}"))
    return {f"{name.replace('.', '/')}.py": "\n\n".join(bodies) for name, bodies in modules.items()} | {
        "pyproject.toml": "[tool.copycheck]\n"
    }


@settings(max_examples=40)
@given(graphs())
def test_fix_converges_in_one_run(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, files)
        project = load([folder], cwd=folder)
        fixed = fix_paths(settings=project)
        assert {diagnostic.code for diagnostic in fixed.diagnostics} <= {"CPY102", "CPY104", "CPY105"}
        after = tree_of(root)
        again = fix_paths(settings=project)
        assert not again.patches
        assert tree_of(root) == after
        assert again.diagnostics == check_paths(settings=project).diagnostics


STEPS = st.sampled_from(["append", "insert", "change", "rename", "delete", "config", "revert"])


@settings(max_examples=40, deadline=None)
@given(
    graphs(),
    st.lists(st.tuples(st.integers(0, 3), STEPS), max_size=5),
)
def test_the_cache_never_lies(files: dict[str, str], steps: list[tuple[int, str]]) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr("copycheck.caching.file_freshness._GRAIN", -(10**12))
        root = Path(folder)
        write(root, files)
        for number, step in [(0, "append"), *steps]:
            disturb(root, f"{MODULES[number].replace('.', '/')}.py", step, files)
            project = load([folder], cwd=folder)
            cold = check_paths(settings=project)
            some = str(root / "pkg")
            if number % 2 and os.path.exists(some):
                assert check_paths([some], project, cache=True) == check_paths([some], project)
            for _ in range(2):
                assert check_paths(settings=project, cache=True) == cold


def disturb(root: Path, name: str, step: str, files: dict[str, str]) -> None:
    """One thing that a user does to a tree."""
    path = root / name
    if step == "config":
        (root / "pyproject.toml").write_text('[tool.copycheck]\nheader = "ignore"\n')
    elif step == "revert":
        write(root, files)
    elif path.exists() and step == "append":
        path.write_text(path.read_text() + "\n\ndef extra():\n    return 1\n")
    elif path.exists() and step == "insert":
        path.write_text("import os\n\n\n" + path.read_text())
    elif path.exists() and step == "change":
        path.write_text(path.read_text().replace("x + ", "x - ", 1))
    elif path.exists() and step == "rename":
        os.rename(path, path.with_name(f"renamed_{path.name}"))
    elif path.exists() and step == "delete":
        path.unlink()
        if not list(path.parent.iterdir()):
            path.parent.rmdir()


def test_the_cached_path_is_taken(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copycheck.caching.file_freshness._GRAIN", -(10**12))
    write(project, {"a.py": "def f():\n    return 1\n", "b.py": "# Copied from a.f\ndef f():\n    return 2\n"})
    first = run(project)
    monkeypatch.setattr("copycheck.checking.checker.Check.run", None)
    monkeypatch.setattr("copycheck.checking.checker.Check.run_from", None)
    assert run(project).stdout == first.stdout


TEXTS = st.one_of(
    st.binary(max_size=120),
    st.text(max_size=120).map(lambda text: text.encode("utf-8", "replace")),
    st.lists(
        st.sampled_from(
            ["# Copied from a.f", "# Copied from a.A.f with f->g,", "# x->y", "# Ignore copy", "# End copy", "class A:",
             "    def f(self):", "        return 1", "@property", "def f(x):", "    return x", "x = '''", "'''",
             "if x:", "else:", "    pass", "\t# Copied from a.f", "\f", "(", ")", "\\", "async def g(): pass",
             "x = 1; y = 2", "type X = int", "class B[T]: x = f'{\"a\"}'", "\ufeff", "# -*- coding: latin-1 -*-", "é"]
        ),
        max_size=14,
    ).map(lambda lines: "\n".join(lines).encode()),
)  # fmt: skip


@settings(max_examples=150)
@given(TEXTS, TEXTS)
def test_no_file_raises_and_fix_settles(one: bytes, other: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "copycheck.toml").write_text('select = ["ALL"]\n')
        (root / "a.py").write_bytes(one)
        (root / "b.py").write_bytes(other)
        first = run(root, "--fix", "--no-cache")
        assert first.code in (0, 1), first.stderr
        after = tree_of(root)
        assert run(root, "--fix", "--no-cache").code in (0, 1)
        assert tree_of(root) == after
