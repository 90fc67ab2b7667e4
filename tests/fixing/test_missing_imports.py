"""What a fix adds to the imports of a file, and what it refuses (contract 5.7)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.harness import run, tree_of, write_tree

OWL = """\
import math


def glide(x):
    return math.floor(x)


def hoot(x):
    return _shout(x)


def _shout(x): ...
"""
HAWK = "# Copied from owl.glide\ndef glide(x):\n    return x\n\n\n# Copied from owl.hoot\ndef hoot(x):\n    return x\n"


def test_what_is_refused_is_offered_by_no_report(project: Path) -> None:
    write_tree(project, {"owl.py": OWL, "hawk.py": HAWK})
    text = run(project, "--no-cache").text
    assert "1 finding can be fixed" in text
    assert "help: run `copycheck --fix` to write the expected text, and add `import math`, `copy" in text
    report = json.loads(run(project, "--output-format", "json", "--no-cache").text)
    fixes = [finding["fix"] for finding in report["diagnostics"]]
    message = "Replace the copy by the expected text, and add `import math`"
    assert fixes == [{"applicability": "safe", "message": message}, None]
    [sarif] = json.loads(run(project, "--output-format", "sarif", "--no-cache").text)["runs"]
    [change] = [result["fixes"][0]["artifactChanges"][0] for result in sarif["results"] if "fixes" in result]
    assert [edit["insertedContent"]["text"] for edit in change["replacements"]] == [
        "    return math.floor(x)\n",
        "import math\n\n\n",
    ]
    patch = run(project, "--diff", "--no-cache").text
    assert "+import math" in patch and "_shout" not in patch
    fixed = run(project, "--fix", "--no-cache")
    assert "`_shout`" in fixed.text and "1 fixed" in fixed.text
    assert b"_shout" not in tree_of(project)["hawk.py"]


def test_an_offer_rests_on_the_modules_that_it_imports(project: Path) -> None:
    source = "from tools import perch\n\n\ndef sit():\n    return perch()\n"
    copy = "# Copied from owl.sit\ndef sit():\n    return 1\n"
    write_tree(project, {"owl.py": source, "hawk.py": copy, "tools.py": "def perch(): ...\n"})
    assert "1 finding can be fixed" in run(project).text
    write_tree(project, {"tools.py": "import hawk\n\n\ndef perch(): ...\n"})
    assert "would close a cycle of imports" in run(project).text
    write_tree(project, {"tools.py": "def branch(): ...\n"})
    assert "there is no `tools.perch`" in run(project).text
    (project / "tools.py").unlink()
    assert run(project).text == run(project, "--no-cache").text


def test_each_of_two_offers_rests_on_what_their_imports_lead_to(project: Path) -> None:
    source = "from tools import perch\n\n\ndef sit():\n    return perch()\n"
    copy = "# Copied from owl.sit\ndef sit():\n    return 1\n"
    tools = "from nests import NEST\n\n\ndef perch(): ...\n"
    write_tree(project, {"owl.py": source, "hawk.py": copy, "kite.py": copy, "tools.py": tools})
    for nests in ("import kite, hawk\n", "NEST = 1\n", "import hawk\nimport kite\n", None):
        if nests is None:
            (project / "nests.py").unlink()
        else:
            write_tree(project, {"nests.py": nests})
        assert run(project).text == run(project, "--no-cache").text


def test_copies_of_a_file_share_their_imports(project: Path) -> None:
    names = [f"f{number}" for number in range(6)]
    source = f"from os import {', '.join(['getcwd', 'sep'])}\nimport re\n\n\n"
    bodies = ["getcwd()", "sep", "re, sep", "re", "getcwd(), sep", "re, getcwd()"]
    source += "\n\n".join(f"def {name}():\n    return {body}\n" for name, body in zip(names, bodies, strict=True))
    copy = "\n\n".join(f"# Copied from owl.{name}\ndef {name}():\n    return 1\n" for name in names)
    write_tree(project, {"owl.py": source, "hawk.py": f'"""Hawks."""\n\n\n{copy}'})
    fixed = run(project, "--fix", "--no-cache")
    assert "6 fixed, 0 findings" in fixed.text
    text = tree_of(project)["hawk.py"].decode()
    assert text.startswith('"""Hawks."""\n\nimport re\nfrom os import getcwd, sep\n\n\n# Copied from owl.f0\n')


def test_what_was_done_is_said(project: Path) -> None:
    write_tree(project, {"owl.py": OWL, "hawk.py": HAWK, "kite.py": HAWK.replace("owl.glide", "owl.glide x->x")})
    fixed = run(project, "--fix", "--show-fixes", "--no-cache").text
    row = 1 + (project / "hawk.py").read_text().split("\n").index("# Copied from owl.glide")
    assert row > 1  # the import is above it now
    assert f"fixed hawk.py: 1 copy, 1 import\n  hawk.py:{row}: `glide` of `owl.glide`: replace the copy by" in fixed
    assert f"fixed kite.py: 1 copy, 1 directive, 1 import\n  kite.py:{row}: " in fixed
    assert f"\n  kite.py:{row}: `glide` of `owl.glide`: insert `with`" in fixed
    write_tree(project, {"hawk.py": HAWK})
    assert "fixed hawk.py: 1 copy, 1 import\nChecked" in run(project, "--fix", "--no-cache").text
    write_tree(project, {"hawk.py": HAWK})
    assert "fixed" not in run(project, "--fix", "--quiet", "--no-cache").text


def test_a_long_line_of_imports_is_broken_as_the_formatter_breaks_it(project: Path) -> None:
    source = "from tools import alpha, omega\n\n\ndef f():\n    return alpha, omega\n"
    before = "from tools import (\n    beta,\n    gamma\n)\nfrom words import " + "a" * 70 + "\n\n\n"
    copies = "# Copied from owl.f\ndef f():\n    return beta, gamma\n\n\n# Copied from more.g\ndef g():\n    return 1\n"
    tools = "alpha = beta = gamma = omega = 1\n"
    more = "from words import blue\n\n\ndef g():\n    return blue\n"
    write_tree(
        project,
        {"owl.py": source, "hawk.py": before + copies, "tools.py": tools, "more.py": more, "words.py": "blue = 1\n"},
    )
    assert "2 fixed, 0 findings" in run(project, "--fix", "--no-cache").text
    text = tree_of(project)["hawk.py"].decode()
    first = "from tools import (\n    alpha,\n    beta,\n    gamma,\n    omega,\n)\n"
    assert text.startswith(f"{first}from words import (\n    {'a' * 70},\n    blue,\n)\n")


IMPORTS = """\
import re
import xml.dom.minidom
from os import sep
from os.path import join as joined
from typing import TYPE_CHECKING

from torch import Tensor

from zoo.perch import sit

if TYPE_CHECKING:
    from decimal import Decimal
"""
BODIES = ("re", "xml.dom.minidom", "sep", "joined", "Tensor(1)", "sit()", "sep, joined", "Decimal_")


def test_imports_that_are_added_at_once_are_those_of_one_fix_after_the_other(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, copies = IMPORTS, "import math\n"
    for number, body in enumerate(BODIES):
        header, value = ('(x: "Decimal")', "1") if body == "Decimal_" else ("(x)", body)
        source += f"\n\ndef f{number}{header}:\n    return {value}\n"
        copies += f"\n\n# Copied from zoo.swan.f{number}\ndef f{number}(x):\n    return math\n"
    files = {"zoo/swan.py": source, "zoo/perch.py": "def sit(): ...\n", "zoo/duck.py": copies}
    write_tree(project, files)
    assert "8 fixed" in run(project, "--fix", "--no-cache").text
    together = tree_of(project)["zoo/duck.py"]
    assert together.count(b"import ") == 9
    write_tree(project, files)
    monkeypatch.setattr("copycheck.fixing.shared_imports.shared_imports", lambda *_: None)
    run(project, "--fix", "--no-cache")
    assert tree_of(project)["zoo/duck.py"] == together


def test_a_class_that_was_renamed_and_names_itself_gets_the_replacement_that_is_missing(project: Path) -> None:
    source = "class FrenchHorn:\n    def twice(self):\n        return FrenchHorn(), 1\n"
    copy = "# Copied from owl.FrenchHorn with Horn->Tuba\nclass Tuba:\n    def twice(self):\n        return Tuba()\n"
    write_tree(project, {"owl.py": source, "hawk.py": copy})
    said = run(project, "--no-cache").text
    assert "the source is called `FrenchHorn`" in said
    assert "add the replacement `FrenchHorn->Tuba` before the others of the directive" in " ".join(said.split())
    write_tree(project, {"hawk.py": copy.replace("with Horn", "with FrenchHorn->Tuba, Horn")})
    assert "1 fixed" in run(project, "--fix", "--no-cache").text
