"""Properties of trickling down and breaking, on generated copies that are in sync (hypothesis, derandomized)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copycheck.api import break_copy, check_paths, fix_paths, impact, list_copies, load, move, promote_copy
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Identity
from copycheck.model.directive import print_options
from copycheck.model.errors import CopycheckError
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import LOCK
from copycheck.queries.impact import copies_in
from tests.harness import changed_files, tree_of, write_tree

settings.register_profile(
    "fixed", derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("fixed")

MODULES = ("m0", "pkg.m1", "pkg.deep.m2")
WITH = ["", " with total->amount", " with x->y, total->sum_ all-casing", " with Owl->Hawk all-casing", " with owl->"]
BODY = """\
    def hoot(self, x):
        total = x + {value}
        # an owl's total
        return [total, OWL, {value}]

    def rest(self):
        return "owl {value}"
"""


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    """Classes and functions in a few modules, most of them copies of earlier ones, or of methods of these."""
    modules: dict[str, list[str]] = {name: [] for name in MODULES[: draw(st.integers(1, 3))]}
    classes: list[str] = []
    functions: list[str] = []
    for number in range(draw(st.integers(2, 9))):
        module = draw(st.sampled_from(sorted(modules)))
        value = draw(st.integers(0, 3))
        with_ = draw(st.sampled_from(WITH))
        if draw(st.booleans()):
            text = f"class Owl{number}:\n{BODY.format(value=value)}"
            if functions and draw(st.booleans()):
                text = text.replace(
                    "    def rest", f"    # Copied from {draw(st.sampled_from(functions))}\n    def rest"
                )
            if classes and draw(st.booleans()):
                text = f"# Copied from {draw(st.sampled_from(classes))}{with_}\n{text}"
            classes.append(f"{module}.Owl{number}")
        else:
            text = f"def owl{number}(x):\n    total = x + {value}\n\n    return [total, {value}]\n"
            sources = [*functions, *(f"{name}.rest" for name in classes)]
            if sources and draw(st.booleans()) | draw(st.booleans()):
                text = f"# Copied from {draw(st.sampled_from(sources))}{with_}\n{text}"
            functions.append(f"{module}.owl{number}")
        modules[module].append(text)
    files = {f"{name.replace('.', '/')}.py": "\n\n".join(texts) for name, texts in modules.items()}
    return files | {"pyproject.toml": "[tool.copycheck]\n"}


@contextmanager
def in_sync(files: dict[str, str]) -> Iterator[tuple[Path, Settings, list[ListedCopy]]]:
    """A folder with these files, brought in line, and its copies that are in sync."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_tree(root, files)
        project = load([folder], cwd=folder)
        fix_paths(settings=project)
        broken = {copy.identity for copy in list_copies(settings=project) if copy.state != "in-sync"}
        while broken:
            copy = next(copy for copy in list_copies(settings=project) if copy.identity in broken)
            break_copy(place_of(root, copy), project)
            fix_paths(settings=project)
            broken = {copy.identity for copy in list_copies(settings=project) if copy.state != "in-sync"}
        assert not check_paths(settings=project).diagnostics, "the test begins with copies that are in sync"
        yield root, project, list(list_copies(settings=project))


def place_of(root: Path, copy: ListedCopy) -> str:
    return f"{root}/{copy.filename}:{copy.location.row}"


EDITS = ["change", "insert", "append", "delete", "word"]


def edit(root: Path, copy: ListedCopy, kind: str, at: int) -> None:
    """What somebody does to a copy: something to one of the lines of its body."""
    assert copy.rows is not None
    path = root / copy.filename
    lines = path.read_text().split("\n")
    rows = [row for row in range(copy.rows.start + 1, copy.rows.end + 1) if lines[row - 1].strip()]
    rows = [row for row in rows if not lines[row - 1].lstrip().startswith(("# Copied", "def ", "class "))]
    row = rows[at % len(rows)]
    line = lines[row - 1]
    indent = line[: len(line) - len(line.lstrip())]
    lines[row - 1 : row] = {
        "change": [line.replace(" + ", " - ").replace("[", "[7, ").replace('"owl', '"so owl')],
        "insert": [f"{indent}print(self, 7)", line],
        "append": [line, f"{indent}# what owls do"],
        "delete": [f"{indent}pass"],
        "word": [f"{line}  # amount, total, Hawk, owl"],
    }[kind]
    path.write_text("\n".join(lines))


CHOICE = st.integers(0, 1000)


def test_what_is_promoted_leaves_a_clean_check() -> None:
    outcomes: list[str] = []

    @settings(max_examples=60)
    @given(projects(), CHOICE, CHOICE, st.sampled_from(EDITS))
    def attempt(files: dict[str, str], which: int, at: int, kind: str) -> None:
        with in_sync(files) as (root, project, copies):
            if copies:
                outcomes.append(promoted(root, project, copies[which % len(copies)], kind, at))

    attempt()
    assert outcomes.count("promoted") > len(outcomes) / 5 > 2, "it says something only where edits are promoted"


def promoted(root: Path, project: Settings, copy: ListedCopy, kind: str, at: int) -> str:
    """Edit a copy and promote it: what comes out is clean, what is refused writes nothing."""
    edit(root, copy, kind, at)
    edited = tree_of(root)
    if all(other.state == "in-sync" for other in list_copies(settings=project)):
        return "no drift"
    try:
        result = promote_copy(place_of(root, copy), project)
    except CopycheckError:
        assert tree_of(root) == edited
        return "refused"
    assert not result.errors and not result.diagnostics
    assert check_paths(settings=project).diagnostics == ()
    own = [other.state for other in list_copies(settings=project) if other.identity == copy.identity]
    assert own == ["in-sync"] and kept(edited, root, copy), "the edit is still there"
    return "promoted"


def kept(edited: dict[str, bytes], root: Path, copy: ListedCopy) -> bool:
    """Whether the lines of the copy that somebody edited are in its file as they were."""
    then, now = edited[copy.filename].decode(), (root / copy.filename).read_text()
    marks = ["print(self, 7)", "# what owls do", "pass", "# amount, total, Hawk, owl", "[7, ", "so owl", " - "]
    return all(mark in now for mark in marks if mark in then)


@settings(max_examples=25)
@given(projects(), CHOICE, st.sampled_from([None, "on purpose"]))
def test_what_is_broken_leaves_a_clean_check(files: dict[str, str], which: int, reason: str | None) -> None:
    with in_sync(files) as (root, project, copies):
        if not copies:
            return
        copy = copies[which % len(copies)]
        before = tree_of(root)
        result = break_copy(place_of(root, copy), project, reason=reason)
        assert not result.errors and check_paths(settings=project).diagnostics == ()
        after = tree_of(root)
        assert changed_files(before, after) == {copy.filename} | ({LOCK} if reason else set())
        lines = before[copy.filename].decode().split("\n")
        named = f"{copy.target} {print_options(copy.replacements)}".rstrip()
        note = [f"{' ' * (copy.location.column - 1)}# Adapted from {named}: {reason}"] if reason else []
        lines[copy.location.row - 1 : copy.location.row] = note
        assert after[copy.filename].decode() == "\n".join(lines)
        left = [other for other in list_copies(settings=project) if other.state != "adapted"]
        assert len(left) == len(copies) - 1


@settings(max_examples=25)
@given(projects(), CHOICE, CHOICE, st.sampled_from(EDITS))
def test_an_edit_that_is_broken_off_leaves_a_clean_check(files: dict[str, str], which: int, at: int, kind: str) -> None:
    with in_sync(files) as (root, project, copies):
        if not copies:
            return
        copy = copies[which % len(copies)]
        edit(root, copy, kind, at)
        for _ in copies:
            drifted = [other for other in list_copies(settings=project) if other.state == "drift"]
            if not drifted:
                break
            break_copy(place_of(root, drifted[0]), project)
        assert check_paths(settings=project).diagnostics == ()


@settings(max_examples=25)
@given(projects(), st.booleans(), CHOICE)
def test_there_and_back_changes_no_byte(files: dict[str, str], whole: bool, which: int) -> None:
    with in_sync(files) as (root, project, copies):
        if not copies:
            return
        before = tree_of(root)
        target = copies[which % len(copies)].target
        module = next(name for name in MODULES if target.startswith(f"{name}."))
        exported = f"exports.{target.rpartition('.')[2]}"
        if whole:
            (root / "exports.py").write_text((root / f"{module.replace('.', '/')}.py").read_text())
            old, new = module, "exports"
        elif target.count(".") - module.count(".") == 1:
            (root / "exports.py").write_text(f"from {module} import {target.rpartition('.')[2]}\n")
            old, new = target, exported
        else:
            return
        with_exports = tree_of(root)
        move(old, new, project)
        moved = tree_of(root)
        assert moved != with_exports
        assert not any(finding.code.startswith("CPY1") for finding in check_paths(settings=project).diagnostics)
        back = move(new, old, project)
        assert not back.errors
        (root / "exports.py").unlink()
        assert {name: data for name, data in tree_of(root).items() if name != "exports.py"} == before


@settings(max_examples=20)
@given(projects(), CHOICE, st.booleans())
def test_impact_holds_every_copy_that_drifts(files: dict[str, str], which: int, by_file: bool) -> None:
    with in_sync(files) as (root, project, copies):
        if not copies:
            return
        chosen = copies[which % len(copies)]
        assert chosen.source is not None
        row = chosen.reads[-1].end
        path = root / chosen.source.filename
        place = str(path) if by_file else f"{path}:{row}"
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(root)
            impacted = {copy.identity for copy in copies_in(impact([place], settings=project))}
        lines = path.read_text().split("\n")
        lines[row - 1] += "  # changed"
        path.write_text("\n".join(lines))
        drifted = {copy.identity for copy in list_copies(settings=project) if copy.state == "drift"}
        own = {copy.identity for copy in copies if holds(copy, chosen.source.filename, row)}
        assert chosen.identity in drifted
        assert drifted - own <= impacted
        before = tree_of(root)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(root)
            fix_paths(settings=project, only=[place])
        touched = changed_files(before, tree_of(root))
        assert touched <= {identity[0] for identity in impacted}
        left = {copy.identity for copy in list_copies(settings=project) if offers(copy)}
        assert left <= own, "all that the change has reached has followed, but for the copies that were edited"


def inside(identity: Identity, others: set[Identity]) -> bool:
    """Whether a copy stands inside of one of some others, whose text is its own as well."""
    return any(identity[0] == other[0] and identity[1].startswith(f"{other[1]}.") for other in others)


def offers(copy: ListedCopy) -> bool:
    """Whether a report offers a safe fix of the drift of a copy; one that would leave names undefined is refused."""
    return any(f.code == "CPY201" and f.fix is not None and f.fix.applicability == "safe" for f in copy.findings)


def codes(copy: ListedCopy) -> set[str]:
    return {finding.code for finding in copy.findings}


def holds(copy: ListedCopy, filename: str, row: int) -> bool:
    """Whether a row that is compared with its source stands in a copy."""
    return any(span.filename == filename and span.start <= row <= span.end for span in copy.writes)


@settings(max_examples=25)
@given(projects(), st.lists(CHOICE, min_size=2, max_size=3, unique=True), CHOICE)
def test_fix_of_one_source_touches_no_other_drift(files: dict[str, str], edits: list[int], which: int) -> None:
    with in_sync(files) as (root, project, copies):
        if not copies:
            return
        for number in edits:
            now = list(list_copies(settings=project))
            edit(root, now[number % len(now)], "append", number)
        target = copies[which % len(copies)].target
        impacted = {copy.identity for copy in copies_in(impact([target], settings=project))}
        before = tree_of(root)
        states = {copy.identity: copy.state for copy in list_copies(settings=project)}
        fix_paths(settings=project, only=[target])
        assert changed_files(before, tree_of(root)) <= {identity[0] for identity in impacted}
        after = {copy.identity: copy.state for copy in list_copies(settings=project)}
        corrected = {
            identity for identity, state in after.items() if state == "in-sync" and states[identity] == "drift"
        }
        assert all(identity in impacted or inside(identity, impacted) for identity in corrected)
        again = tree_of(root)
        fix_paths(settings=project, only=[target])
        assert tree_of(root) == again, "a second run changes nothing"
