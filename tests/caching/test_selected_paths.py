"""A cached check of some paths says what a check without a cache says of them, whatever has changed (contract 8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import run, write_tree

F = "def f():\n    return 1\n"
FILES = {
    "copycheck.toml": "",
    "pkg/base.py": F + "\n\nclass A:\n    def g(self):\n        return 1\n",
    "pkg/copy.py": "# Copied from pkg.base.f\n" + F,
    "pkg/chain.py": "# Copied from pkg.copy.f\n" + F.replace("1", "2"),
    "pkg/sub/__init__.py": "from pkg.base import f\n",
    "pkg/sub/deep.py": "# Copied from pkg.sub.f\n" + F,
    "pkg/lost.py": "# Copied from pkg.gone.f\n" + F,
    "pkg/ring.py": "# Copied from pkg.ring.q\ndef p():\n    return 1\n\n\n"
    "# Copied from pkg.ring.p\ndef q():\n    return 1\n",
    "other.py": "# Copied from pkg.base.A\nclass A:\n    def g(self):\n        return 2\n",
    "broken.py": "# Copied from pkg.base.f\ndef f(:\n",
}
PATHS = ["pkg/base.py", "pkg/copy.py", "pkg/sub", "pkg/lost.py", "pkg/ring.py", "other.py", "broken.py", "pkg", "."]


@pytest.mark.parametrize("edited", [None, "pkg/base.py", "pkg/copy.py", "pkg/sub/__init__.py", "pkg/ring.py"])
def test_the_same_as_without_a_cache(tmp_path: Path, edited: str | None) -> None:
    write_tree(tmp_path, FILES)
    run(tmp_path)
    if edited is not None:
        path = tmp_path / edited
        path.write_text(path.read_text().replace("return 1", "return 3") + "\nx = 1\n")
    for path_given in PATHS:
        cached, fresh = run(tmp_path, path_given), run(tmp_path, path_given, "--no-cache")
        assert (cached.text, cached.code) == (fresh.text, fresh.code), path_given
    assert run(tmp_path, *PATHS[:3]).text == run(tmp_path, *PATHS[:3], "--no-cache").text
    assert run(tmp_path).text == run(tmp_path, "--no-cache").text
