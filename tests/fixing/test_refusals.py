"""What a refused fix says: all names at once, and what to do instead (contract 5.7)."""

from __future__ import annotations

from pathlib import Path

from tests.harness import run, write_tree

OWL = "class Owl:\n    def hoot(self, loud, *, far=1, **more):\n        return loud, far, more\n"
HAWK = "class Hawk:\n    # Copied from zoo.owl.Owl.hoot\n    def hoot(self, loud):\n        return loud\n"


def test_all_parameters_that_a_header_lacks_are_said_at_once(tmp_path: Path) -> None:
    config = '[tool.copycheck]\nheader = "ignore"\n'
    write_tree(tmp_path, {"pyproject.toml": config, "zoo/owl.py": OWL, "zoo/hawk.py": HAWK})
    text = run(tmp_path, "--no-cache").text
    assert "would leave `far` and `more` undefined: `far` and `more` are parameters of the source\n" in text
    assert "help: add the parameters `far` and `**more` to the header of `Hawk.hoot`. Otherwise " in text
    assert "`copycheck promote zoo/hawk.py:2` writes the edit into the source, `copycheck break zoo/hawk.py:2`" in text
