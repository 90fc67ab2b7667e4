"""Random trees of sources and copies: copycheck must find of each directive what a second implementation finds.

    python -m studies.comparison --trees 1000

The second implementation, `studies.reference`, shares no code with copycheck. A tree holds modules with functions,
classes, assignments and imports, and copies of them: with replacements, other names, other indents, in chains, with
members that are ignored, with layout that does not count and edits that do. Half of the trees ignore headers. Each is
checked twice: as it is, and in the way of a large project, where ruff is asked what parses and most bodies are cut.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from copycheck.api import list_copies, load
from studies.large import in_the_way_of_large_projects
from studies.reference import verdicts

_WORDS = ("owl", "hawk", "wing", "speed", "limit", "Nest", "Feather")
_REPLACEMENTS = ("owl->hawk", "wing->fin", "speed->rate, limit->bound", "Nest->Den all-casing", "owl->owls", "x->y")
_MODULES = ("pkg/__init__.py", "pkg/base.py", "pkg/more.py", "pkg/sub/__init__.py", "pkg/sub/deep.py", "top.py")


class Tree:
    """A random tree under way: the blocks of each module, and the dotted names that may be copied."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.blocks: dict[str, list[str]] = {name: [] for name in _MODULES}
        self.sources: list[tuple[str, str]] = []
        """Dotted name and text of what may be copied, at the outermost indent."""
        self._count = 0

    def write(self, root: Path) -> None:
        """Write all modules."""
        for name, blocks in self.blocks.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n\n".join(blocks) + "\n" if blocks else "")

    def name(self, word: str = "") -> str:
        """A name that nothing else bears."""
        self._count += 1
        return f"{word or self.rng.choice(_WORDS[:5])}{self._count}"

    def expression(self, depth: int = 0) -> str:
        """Something to compute."""
        rng = self.rng
        kinds = ["name", "number", "string", "call", "sum", "list"] if depth < 2 else ["name", "number"]
        kind = rng.choice(kinds)
        if kind == "name":
            return rng.choice((*_WORDS, "x"))
        if kind == "number":
            return str(rng.randrange(9))
        if kind == "string":
            return rng.choice(('"owl"', "'wing'", '"""owl\n\n   wing  \n"""', 'f"{x} owl"'))
        parts = [self.expression(depth + 1) for _ in range(rng.randrange(1, 4))]
        if kind == "call":
            return f"{rng.choice(_WORDS)}({', '.join(parts)})"
        return " + ".join(parts) if kind == "sum" else f"[{', '.join(parts)}]"

    def body(self, indent: str, depth: int = 0) -> list[str]:
        """Statements of a function."""
        rng, lines = self.rng, []
        if rng.random() < 0.3:
            more = rng.choice(("", f"\n\n{indent}More.\n{indent}"))
            lines.append(f'{indent}"""About the owl.{more}"""')
        for _ in range(rng.randrange(1, 4)):
            kind = rng.choice(["assign", "assign", "if", "comment", "blank", "for", "def"])
            if kind == "comment":
                lines.append(f"{indent}# the {rng.choice(_WORDS)}")
            elif kind == "blank":
                lines.append("")
            elif kind in ("if", "for") and depth < 2:
                head = f"if {self.expression(1)}:" if kind == "if" else f"for x in {self.expression(1)}:"
                lines += [indent + head, *self.body(indent + "    ", depth + 1)]
            elif kind == "def" and depth < 1:
                lines += [f"{indent}def inner(x):", *self.body(indent + "    ", depth + 1)]
            else:
                lines.append(f"{indent}{rng.choice(_WORDS)} = {self.expression()}")
        return [*lines, f"{indent}return {self.expression()}"]

    def function(self, name: str, indent: str = "", method: bool = False) -> list[str]:
        """A function, sometimes with a decorator."""
        rng = self.rng
        parameters = ["self"] if method else []
        parameters += rng.sample(["x", "owl", "wing=1", "speed=None"], rng.randrange(3))
        parameters.sort(key=lambda parameter: "=" in parameter)
        decorator = [f"{indent}@{rng.choice(('staticmethod', 'owl(1)'))}"] if rng.random() < 0.2 else []
        kind = "async def" if rng.random() < 0.1 else "def"
        return [*decorator, f"{indent}{kind} {name}({', '.join(parameters)}):", *self.body(indent + "    ")]

    def define(self, module: str) -> None:
        """Add a definition to a module, and what it holds to the sources."""
        rng = self.rng
        dotted = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        kind = rng.choice(["def", "def", "class", "assignment", "alternatives"])
        name = self.name("Owl" if kind == "class" else "")
        if kind == "class":
            methods = [self.name() for _ in range(rng.randrange(1, 4))]
            lines = [f"class {name}:", f"    limit = {self.expression(1)}", ""]
            for method in methods:
                text = self.function(method, "    ", method=True)
                self.sources.append((f"{dotted}.{name}.{method}", _outdented(text)))
                lines += [*text, ""]
            lines.pop()
        elif kind == "alternatives":
            one, other = (self.function(name, "    ") for _ in range(2))
            lines = ["if owl:", *one, "else:", *other]
            self.sources.append((f"{dotted}.{name}", _outdented(rng.choice((one, other)))))
            self.blocks[module].append("\n".join(lines))
            return
        else:
            lines = self.function(name) if kind == "def" else [f"{name} = {self.expression()}"]
        text = "\n".join(lines)
        self.sources.append((f"{dotted}.{name}", text))
        self.blocks[module].append(text)

    def copy(self, module: str) -> None:
        """Add a copy of something to a module, changed or not."""
        rng = self.rng
        target, text = rng.choice(self.sources)
        options = rng.choice(("", "", *_REPLACEMENTS))
        for item in options.split(", ") if options else ():
            left, right = item.removesuffix(" all-casing").split("->")
            text = text.replace(left, right)
            if item.endswith(" all-casing"):
                text = text.replace(left.lower(), right.lower()).replace(left.upper(), right.upper())
        name = self.name("Hawk" if text.startswith("class ") else "fly")
        text = re.sub(r"^((?:@.*\n)*(?:(?:async )?def |class )?)\w+", rf"\g<1>{name}", text, count=1)
        text = _edited(rng, text)
        if rng.random() < 0.1:
            target = rng.choice((f"{target}x", f"pkg.nowhere.{name}", target.rpartition(".")[0] or target))
        elif rng.random() < 0.1 and target.startswith("pkg.base."):
            first = target.split(".")[2]
            self.blocks["pkg/sub/__init__.py"].insert(0, f"from pkg.base import {first} as {first}_too")
            target = target.replace(f"pkg.base.{first}", f"pkg.sub.{first}_too", 1)
        directive = f"# Copied from {target}" + (f" with {options}" if options else "")
        dotted = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if text.startswith("@") and rng.random() < 0.5:
            decorator, _, text = text.partition("\n")
            lines = [decorator, directive, *text.split("\n")]
        else:
            lines = [directive, *text.split("\n")]
        if rng.random() < 0.3 and '"""' not in text:
            holder = self.name("Holder")
            lines = [f"class {holder}:", *(f"    {line}" if line.strip() else line for line in lines)]
            dotted = f"{dotted}.{holder}"
        if _parses("\n".join(lines)):
            self.sources.append((f"{dotted}.{name}", text))
            self.blocks[module].append("\n".join(lines))


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _outdented(lines: list[str]) -> str:
    text = "\n".join(lines)
    if '"""' in text:  # the inside of a string stays where it is, which is a drift or none
        return "\n".join(line.removeprefix("    ") for line in lines)
    return "\n".join(line[4:] for line in text.split("\n"))


def _edited(rng: random.Random, text: str) -> str:
    """A copy with an edit, or as it is: what counts and what does not is for others to say."""
    lines = text.split("\n")
    row = rng.randrange(len(lines))
    line = lines[row]
    indent = line[: len(line) - len(line.lstrip())]
    edit = rng.choice(
        ["none", "none", "blank", "trailing", "layout", "word", "drop", "comment", "ignore", "quote", "behind"]
    )
    if edit == "blank":
        lines.insert(row, "")
    elif edit == "trailing":
        lines[row] += "   "
    elif edit == "layout":
        lines[row] = line.replace(", ", " , ").replace(" = ", "  =  ").replace(" + ", "+")
    elif edit == "word":
        lines[row] = line.replace("owl", "lark", 1).replace("1", "2", 1)
    elif edit == "drop" and row and line.lstrip().startswith(("#", "owl =", "wing =")):
        del lines[row]
    elif edit == "comment" and line.strip() and row:
        lines.insert(row, f"{indent}# a new word")
    elif edit == "quote":
        lines[row] = line.replace('"owl"', "'owl'")
    elif edit == "behind":
        lines.append("    # at the end")
    elif edit == "ignore":
        heads = [
            n for n, one in enumerate(lines) if re.match(r"\s*(?:async )?def (?!inner)", one) and one.endswith(":")
        ]
        if heads:
            head = rng.choice(heads)
            inner = len(lines[head]) - len(lines[head].lstrip()) + 4
            lines.insert(head + 1, f"{' ' * inner}# Ignore copy")
            if rng.random() < 0.7 and head + 2 < len(lines):
                lines[-1] = lines[-1].replace("owl", "lark")
    return "\n".join(lines)


def make(rng: random.Random) -> Tree:
    """A random tree."""
    tree = Tree(rng)
    for _ in range(rng.randrange(3, 7)):
        tree.define(rng.choice(_MODULES))
    for _ in range(rng.randrange(3, 9)):
        tree.copy(rng.choice(_MODULES))
    return tree


def run(seed: int, root: Path, states: Counter[str]) -> list[str]:
    """Make a tree and compare both answers; a line for each directive on which they differ."""
    rng = random.Random(seed)
    make(rng).write(root)
    ignore_header = rng.random() < 0.5
    (root / "copycheck.toml").write_text('header = "ignore"\n' if ignore_header else "")
    wanted = verdicts(root, ignore_header)
    small = states_in(root)
    with in_the_way_of_large_projects():
        large = states_in(root)
    states.update(small.values())
    return [
        f"seed {seed}: {place[0]}:{place[1]} is {found.get(place)}, the reference says {wanted.get(place)}"
        for found in (small, large)
        for place in sorted({*wanted, *found})
        if wanted.get(place) != found.get(place)
    ]


def states_in(root: Path) -> dict[tuple[str, int], str]:
    """The state of each directive of a project, by its place."""
    copies = list_copies((), load(cwd=str(root)))
    return {(copy.filename, copy.location.row): copy.state for copy in copies if copy.state != "adapted"}


def main() -> int:
    """Run the study; exit code 1 when the two differ anywhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    states: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in range(arguments.seed, arguments.seed + arguments.trees):
        with tempfile.TemporaryDirectory() as folder:
            wrong += run(seed, Path(folder), states)
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    print(f"{arguments.trees} trees, {states.total()} directives ({counts}): {len(wrong)} differences")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
