"""Sources that no root has: a provider is asked for them, and its definitions are compared as all others are."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from copycheck.checking.checker import Check
from copycheck.directives.module_directives import Module
from copycheck.fixing.fix_planner import plan_fixes
from copycheck.project.config_search import load
from copycheck.project.selection import Selection
from copycheck.project.workspace import decode
from copycheck.resolution.module_lookup import look_up
from copycheck.resolution.name_resolver import Resolution
from copycheck.resolution.project_index import Project
from copycheck.resolution.source_provider import Reader
from tests.harness import write_tree

UPSTREAM = b"def hoot(times):\n    return times\n\n\ndef fly():\n    return 1\n"


class Lock:
    """The texts of one foreign module, kept in one file of the project."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Reader | None]] = []
        self.forgotten: list[str] = []

    def resolve(self, target: str, reader: Reader | None) -> Resolution | None:
        package, _, name = target.partition(".")
        if package != "upstream":
            return None
        self.asked.append((target, reader))
        lookup = look_up(Module(decode("lock.json", UPSTREAM)), (name,))
        if not lookup.definitions:
            return Resolution((), ("lock.json",), "CPY102", f"the lock has no `{name}`")
        return Resolution(lookup.definitions, ("lock.json",))

    def forget(self, changed: Collection[str]) -> None:
        self.forgotten += changed


def test_a_provider_finds_what_no_root_has(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "owls.py": "def hoot():\n    pass\n",
            "bats.py": (
                "# Copied from upstream.hoot\ndef hoot(times):\n    return times\n\n\n"
                "class Bat:\n    # Copied from upstream.fly\n    def fly():\n        return 2\n\n\n"
                "# Copied from upstream.gone\ndef gone():\n    pass\n\n\n"
                "# Copied from owls.fly\ndef swim():\n    pass\n\n\n"
                "# Copied from other.fly\ndef dive():\n    pass\n"
            ),
        },
    )
    lock = Lock()
    project = Project(load(cwd=str(tmp_path)), providers=[lock])
    check = Check(project, plan_fixes).run()
    findings, summary, _ = check.report(Selection())
    assert [(d.code, d.copy) for d in findings] == [
        ("CPY201", "Bat.fly"), ("CPY102", "gone"), ("CPY102", "swim"), ("CPY101", "dive"),
    ]  # fmt: skip
    assert summary.in_sync == 1
    assert ("upstream.fly", Reader("bats.py", "Bat.fly")) in lock.asked
    assert "lock.json" in check.looked_at()
    project.edit({"owls.py": b"def fly():\n    pass\n"})
    check.update(["owls.py"])
    assert lock.forgotten == ["owls.py"]
