"""Names near a missing one, and homes of lost objects, also where there are many."""

from __future__ import annotations

from pathlib import Path

from copycheck.project.workspace import Workspace
from copycheck.resolution.unresolved_name_hints import NearestNames, find_homes, nearest


def test_few_names_are_all_compared() -> None:
    names = ["read_items", "read_item", "write", "*"]
    assert NearestNames(names).to("reads_item") == ["read_item", "read_items"]
    assert nearest("reads_item", names) == "did you mean `read_item` or `read_items`?"


def test_of_many_names_the_nearest_is_still_found() -> None:
    names = [f"read_{number}_items" for number in range(2000)]
    for number in (0, 37, 1999):
        assert f"read_{number}_items" in NearestNames(names).to(f"reads_{number}_item")
    assert NearestNames(names).to("unlike") == []


def test_homes_are_definitions_that_are_no_copies(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "class Owl:\n    async  def fly(self):\n        pass\n\n    class\tWing: pass\n\n# undef hoot, class Talon\n"
    )
    (tmp_path / "c.py").write_text("def nest():\n    def egg():\n        return 1\n\n    return egg\n")
    (tmp_path / "b.py").write_text(
        "# Copied from a.Owl\nclass Owl:\n    pass\n\n\ndef hoot(): pass\ndef hoot(): pass\ndef Wings(): pass\n"
    )
    sizes = {"a.py": 1, "b.py": 1, "c.py": 1}
    homes = find_homes(
        ["Owl", "fly", "Wing", "hoot", "gone", "Talon", "egg"], sizes, Workspace(str(tmp_path)), ["."], {}
    )
    assert homes == {
        "Owl": [("a.py", 1, "a.Owl")],
        "fly": [("a.py", 2, "a.Owl.fly")],
        "Wing": [("a.py", 5, "a.Owl.Wing")],
        "hoot": [("b.py", 6, ""), ("b.py", 7, "")],
        "gone": [],
        "Talon": [],
        "egg": [("c.py", 2, "c.nest.egg")],
    }
