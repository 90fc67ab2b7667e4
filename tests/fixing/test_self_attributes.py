"""Attributes of `self` that nothing binds (contract 5.11)."""

from __future__ import annotations

from pathlib import Path

from tests.harness import run, write_tree

OWL = """\
class Owl:
    def __init__(self):
        self.lungs = 2

    def hoot(self):
        return self.lungs * 2
"""
HAWK = """\
from base import C0


class Hawk(C0):
    # Copied from owl.Owl.hoot
    def hoot(self):
        return 2
"""


def test_what_classes_in_each_other_bind_is_looked_at_once(tmp_path: Path) -> None:
    """To look at each of them again for each around it took twice as long with each: forty would take for ever."""
    nested = "".join(f"{'    ' * depth}class C{depth}:\n{'    ' * (depth + 1)}x{depth} = 1\n" for depth in range(40))
    write_tree(tmp_path, {"owl.py": OWL, "hawk.py": HAWK, "base.py": nested})
    assert "nothing in `Hawk` binds `self.lungs`" in run(tmp_path, "--no-cache").text
    write_tree(tmp_path, {"base.py": nested.replace("x39", "lungs")})
    assert "nothing in `Hawk`" not in run(tmp_path, "--no-cache").text
