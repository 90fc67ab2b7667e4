"""Synthetic repositories of any size, in which the share of everything is the same whatever the size.

One file in five holds one directive. Of 200 copies 90 stand in fans (one source, up to 50 copies), 42 in chains (a copy
of a copy, up to 5 of them), 68 in pairs; one in a hundred has drifted. The same seed gives the same bytes.
"""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.templates import CLASS, FUNCTIONS, METHODS, MODULE, NAMES, NOUNS, PACKAGE, SUBJECTS

CONFIGURATION = "[tool.ruff]\nline-length = 88\n"

_BLOCK = 1000
"""So many files make a whole; copies and sources of a group lie in one of them."""
_ONE_IN = 5
_MODULES_IN_PACKAGE = 50
_LINE = 88
_LEAST, _MOST = 3_000, 8_000

Kind = Literal["class", "function", "method"]
Words = dict[str, str | int]


@dataclass(frozen=True)
class Generated:
    """What was made; `directives` is the sum over all groups."""

    files: int = 0
    directives: int = 0
    drifted: int = 0
    fans: int = 0
    chains: int = 0
    pairs: int = 0


@dataclass(frozen=True)
class Group:
    """As many rows of copies from one source as it is wide, each as long a chain."""

    width: int = 1
    length: int = 1

    @property
    def copies(self) -> int:
        return self.width * self.length


@dataclass(frozen=True)
class Thing:
    """Something that is copied: its seed gives the same code under every subject."""

    kind: Kind
    seed: int


@dataclass(frozen=True)
class Part:
    """A thing as it stands in a file, a copy of `source` or the first of its kind."""

    filename: str
    thing: Thing
    subject: str
    source: Part | None = None
    drifted: bool = False


@dataclass(frozen=True)
class _Text:
    """A thing under one subject. A method stands in a class, whose head and other methods are not copied."""

    name: str
    text: str
    head: str = ""
    others: tuple[str, ...] = ()


_CHAINS = [Group(length=5), Group(length=4), Group(length=3), Group(length=2)]
_PAIRS = [Group()] * 10
_GROUPS = (Group(width=10), *_CHAINS, *_PAIRS, Group(width=30), Group(width=50), *_CHAINS, *_CHAINS)


def groups_of(copies: int) -> list[Group]:
    """The groups that so many copies of a block form: all kinds as far as they fit, the rest in pairs."""
    groups = []
    for group in _GROUPS:
        if group.copies <= copies:
            groups.append(group)
            copies -= group.copies
    return [*groups, *[Group()] * copies]


def generate(folder: Path, files: int, seed: int = 1) -> Generated:
    """Write a repository of that many `.py` files into an empty or missing folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")
    names = _names()
    made = Generated()
    for number, start in enumerate(range(0, files, _BLOCK)):
        block = list(itertools.islice(names, min(_BLOCK, files - start)))
        groups = groups_of(len(block) // _ONE_IN)
        parts = _plan(block, groups, random.Random(f"{seed} {number}"))
        for name in block:
            _write(folder, name, parts.get(name), random.Random(f"{seed} {name}"))
        made = Generated(
            made.files + len(block),
            made.directives + sum(group.copies for group in groups),
            made.drifted + sum(part.drifted for part in parts.values()),
            made.fans + sum(group.width > 1 for group in groups),
            made.chains + sum(group.length > 1 for group in groups),
            made.pairs + sum(group.copies == 1 for group in groups),
        )
    return made


def _names() -> Iterator[str]:
    """The files of a repository without end: packages of 50 modules, three levels deep."""
    yield "acme/__init__.py"
    for package in itertools.count():
        area, unit, part = package // 100, package // 10 % 10, package % 10
        if package % 100 == 0:
            yield f"acme/area_{area:02}/__init__.py"
        if package % 10 == 0:
            yield f"acme/area_{area:02}/unit_{unit}/__init__.py"
        yield f"acme/area_{area:02}/unit_{unit}/part_{part}/__init__.py"
        for module in range(_MODULES_IN_PACKAGE):
            yield f"acme/area_{area:02}/unit_{unit}/part_{part}/module_{module:02}.py"


def _plan(block: Sequence[str], groups: Sequence[Group], dice: random.Random) -> dict[str, Part]:
    """Which files of a block hold a copy or a source. Only copies that are no source drift: one finding for each."""
    modules = [name for name in block if not name.endswith("__init__.py")]
    dice.shuffle(modules)
    free = iter(modules)
    parts: list[Part] = []
    last: list[Part] = []
    for group in groups:
        kind: Kind = dice.choice(("class", "function", "method"))
        source = Part(next(free), Thing(kind, dice.getrandbits(32)), dice.choice(SUBJECTS))
        parts.append(source)
        for _ in range(group.width):
            part = source
            for _ in range(group.length):
                subject = part.subject if dice.random() < 0.25 else dice.choice(SUBJECTS)
                part = Part(next(free), source.thing, subject, part)
                parts.append(part)
            last.append(part)
    drifting = dice.sample(last, min(len(last), max(1, len(block) // _ONE_IN // 100)))
    gone = {part.filename for part in drifting}
    return {
        part.filename: Part(part.filename, part.thing, part.subject, part.source, part.filename in gone)
        for part in parts
    }


def _write(folder: Path, name: str, part: Part | None, dice: random.Random) -> None:
    path = os.path.join(folder, name)
    if name.endswith("__init__.py"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        text = PACKAGE.format(number=dice.randrange(10_000))
    else:
        text = _module(part, dice)
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def _module(part: Part | None, dice: random.Random) -> str:
    """A module of 3 to 8 kB; the part stands somewhere between its other definitions."""
    subjects = [subject for subject in dice.sample(SUBJECTS, 24) if part is None or subject != part.subject]
    head = MODULE.format(W=subjects[0], w=subjects[0].lower(), noun=dice.choice(NOUNS), **_words(dice))
    blocks = [] if part is None else [_written(part, dice)]
    size = len(head) + sum(map(len, blocks))
    wanted = dice.randrange(_LEAST, _MOST - 1_000)
    for subject in subjects:
        kind: Kind = "class" if dice.random() < 0.6 else "function"
        text = _under(Thing(kind, dice.getrandbits(32)), subject).text
        if size >= wanted or size + len(text) > _MOST - 100:
            break
        blocks.append(text)
        size += len(text) + 2
    dice.shuffle(blocks)
    return "\n\n".join([head, *blocks])


def _written(part: Part, dice: random.Random) -> str:
    """A part as it stands in its file, its directive above it."""
    own = _under(part.thing, part.subject)
    text = own.text
    if part.drifted:
        before, _, after = text.rpartition("return ")
        text = f"{before}return not {after}"
    indent = "    " if part.thing.kind == "method" else ""
    if part.source is not None:
        text = f"{indent}{_directive(part, part.source)}\n{text}"
    if part.thing.kind != "method":
        return text
    members = [text, *own.others]
    dice.shuffle(members)
    return "\n".join([own.head, *members])


def _directive(copy: Part, source: Part) -> str:
    """The comment above a copy, with the replacements that lead to it from its source."""
    other = _under(source.thing, source.subject)
    target = f"{source.filename.removesuffix('.py').replace('/', '.')}.{other.name}"
    old, new = source.subject, copy.subject
    pairs = [(old, new), (old.lower(), new.lower())] if old != new else []
    used = [f"{left}->{right}" for left, right in pairs if left in other.text]
    return f"# Copied from {target}" + (f" with {','.join(used)}" if used else "")


def _under(thing: Thing, subject: str) -> _Text:
    """The name and the code of a thing under a subject."""
    dice = random.Random(thing.seed)
    words: Words = {"W": subject, "w": subject.lower(), "noun": dice.choice(NOUNS), **_words(dice)}
    if thing.kind == "function":
        text = _fitted(dice.choice(FUNCTIONS).format(**words))
        return _Text(text[4 : text.index("(")], text)
    methods = dice.sample(METHODS, dice.randrange(4, 6))
    first, *others = (_fitted(method.format(**words)) for method in methods)
    name = f"{subject}{words['noun']}"
    head = _fitted(CLASS.format(**words))
    if thing.kind == "class":
        return _Text(name, "\n".join([head, first, *others]))
    method = first[first.index("def ") + 4 :].partition("(")[0]
    return _Text(f"{name}.{method}", first, head, tuple(others))


def _words(dice: random.Random) -> Words:
    a, b, c = dice.sample(NAMES, 3)
    return {"a": a, "b": b, "c": c, "A": a.upper(), "m": dice.randrange(2, 10), "n": dice.randrange(12, 97)}


def _fitted(text: str) -> str:
    """The definition with a header that is too long for a line taken apart, as formatters do it."""
    start = text.index("def ")
    start = text.rfind("\n", 0, start) + 1
    end = text.index("\n", start)
    if end - start <= _LINE:
        return text
    header = text[start:end]
    indent = header[: len(header) - len(header.lstrip())]
    name, _, rest = header.partition("(")
    parameters, _, result = rest.rpartition(") ->")
    return f"{text[:start]}{name}(\n{indent}    {parameters}\n{indent}) ->{result}{text[end:]}"
