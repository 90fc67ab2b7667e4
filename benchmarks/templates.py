"""The code that synthetic files are made of: formatted as ruff leaves it, whatever words are put in.

`{W}` is the subject of a definition (`Kestrel`), `{w}` the same in lower case; `{a}` to `{c}` are names, `{m}` and
`{n}` numbers. Every method and function ends in a `return` of a simple expression.
"""

from __future__ import annotations

# fmt: off
SUBJECTS = (
    "Amber", "Aspen", "Basalt", "Birch", "Cedar", "Cobalt", "Condor", "Coral", "Cypress", "Dahlia", "Dragonfly",
    "Falcon", "Fjord", "Garnet", "Granite", "Hazel", "Heron", "Honeysuckle", "Indigo", "Iris", "Jasper", "Juniper",
    "Kestrel", "Kingfisher", "Lagoon", "Lotus", "Magnolia", "Maple", "Nightjar", "Nimbus", "Nutmeg", "Onyx", "Orchid",
    "Osprey", "Pebble", "Quartz", "Quill", "Raven", "Rowan", "Saffron", "Snowflake", "Sorrel", "Sparrow", "Sycamore",
    "Thistle", "Topaz", "Tundra", "Vesper", "Violet", "Walnut", "Willow", "Yarrow", "Zephyr",
)
"""None of them occurs in a template, in a name or in another subject: replacements are literal."""
NOUNS = ("Queue", "Ledger", "Encoder", "Planner", "Router", "Sampler", "Tracker", "Adapter", "Index", "Schema")
NAMES = (
    "values", "items", "weights", "limits", "offsets", "records", "chunks", "tokens", "labels", "scores", "frames",
    "batches", "entries", "margins", "buffers", "spans",
)
# fmt: on

MODULE = '''"""{W} {noun}: {a} and {b} of the {w} part."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable, Iterator

logger = logging.getLogger(__name__)

DEFAULT_{A} = {n}
LIMITS = {{"{a}": {m}, "{b}": {n}, "{c}": None}}
'''

PACKAGE = '''"""Package {number} of the synthetic repository."""

__all__: list[str] = []
'''

CLASS = '''class {W}{noun}:
    """Keeps the {a} of a {w}, and what is known of its {b}."""

    default_{c} = {n}

    def __init__(self, {a}: list[int], {b}: dict[str, int] | None = None) -> None:
        self.{a} = list({a})
        self.{b} = dict({b} or {{}})
        self.name = "{w}"  # what logs call it
        self._ready = False
        self._steps = {m}
'''

METHODS = (
    '''    def add(self, {a}: Iterable[int], limit: int = {n}) -> int:
        """Take in {a} until the {w} holds `limit` of them."""
        before = len(self.{c})
        for number, value in enumerate({a}):
            if len(self.{c}) >= limit:
                logger.debug("%s is full after %d", self.name, number)
                break
            self.{c}.append(value * {m})
        return len(self.{c}) - before
''',
    """    def merge(self, other: {W}Base, weight: float = 0.5) -> dict[str, float]:
        # The keys of this {w} come first; those of the other one fill the gaps.
        merged = {{key: float(value) for key, value in self.{b}.items()}}
        for key, value in other.{b}.items():
            if key in merged:
                merged[key] = merged[key] * weight + value * (1 - weight)
            else:
                merged[key] = value / {n}
        return merged
""",
    '''    @property
    def is_ready(self) -> bool:
        """Whether the {w} has seen enough {a} to be asked."""
        return self._ready and len(self.{a}) > {m}
''',
    '''    def normalized(self, {c}: list[float]) -> list[float]:
        """The {c} divided by their sum.

        Args:
            {c} (`list[float]`):
                What is to be brought to a sum of one. An empty list stays empty.

        Returns:
            `list[float]`: as many numbers as went in.
        """
        total = sum(abs(value) for value in {c}) or {n}.0
        return [value / total for value in {c}]
''',
    """    def windows(self, size: int = {m}, step: int = 1) -> Iterator[list[int]]:
        for start in range(0, max(len(self.{a}) - size + 1, 1), step):
            window = self.{a}[start : start + size]
            if len(window) < size and self.default_{c}:
                window = window + [0] * (size - len(window))
            yield window
        return None
""",
    '''    @classmethod
    def from_dict(cls, data: dict[str, list[int]], strict: bool = True) -> {W}Base:
        """Make a {w} of plain data, as `to_dict` leaves it."""
        missing = [key for key in ("{a}", "{b}") if key not in data]
        if missing and strict:
            raise KeyError(f"no {{missing[0]}} in the data of a {w}")
        {a} = data.get("{a}", [])
        {b} = dict(zip(map(str, data.get("{b}", [])), itertools.count({m})))
        return cls({a}, {b})
''',
    '''    def step(self, {b}: int, momentum: float = 0.{n}) -> float:
        """One step of the {w} schedule."""
        self._steps += 1
        rate = {b} / (self._steps + {m})
        if self._steps % {n} == 0:
            rate *= momentum
            self._ready = True
        elif rate > self.default_{c}:
            rate = float(self.default_{c})
        return rate * (1 - momentum)
''',
    """    @staticmethod
    def checked({a}: list[int], *, lowest: int = {m}, highest: int = {n}_000) -> list[int]:
        wrong = [value for value in {a} if not lowest <= value <= highest]
        if wrong:
            message = "a {w} takes {a} between %d and %d, not %r"
            raise ValueError(message % (lowest, highest, wrong[:{m}]))
        return sorted({a})
""",
    '''    def load_{w}(self, path: str, retries: int = {m}) -> str | None:
        """The text of a file, or None after `retries` failures."""
        for attempt in range(retries):
            try:
                with open(path, encoding="utf-8") as stream:
                    text = stream.read()
            except OSError as error:
                logger.warning("{w}: attempt %d failed: %s", attempt, error)
                continue
            return text.strip()
        return None
''',
    """    def grouped(self, {a}: Iterable[str]) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = {{}}

        def key_of(value: str) -> str:
            head, _, tail = value.partition(":")
            return head if tail else "{w}"

        for value in {a}:
            groups.setdefault(key_of(value), []).append(value.casefold())
        if len(groups) > {n}:
            logger.info("%s has %d groups", type(self).__name__, len(groups))
        return groups
""",
    '''    def to_dict(self) -> dict[str, object]:
        """Plain data, from which `from_dict` makes the same {W} again."""
        return {{
            "{a}": self.{a},
            "{b}": sorted(self.{b}),
            "kind": "{w}",
            "steps": self._steps + {m},
        }}
''',
    """    def distance(self, {a}: list[float], {b}: list[float]) -> float:
        total = 0.0
        for left, right in zip({a}, {b}):
            difference = left - right
            total += difference**2 if abs(difference) < {n} else abs(difference)
        # Short lists count for less.
        scale = max(min(len({a}), len({b})), 1)
        return (total / scale) ** 0.5
""",
)

FUNCTIONS = (
    '''def build_{w}_table({a}: Iterable[int], columns: int = {m}) -> list[list[int]]:
    """Lay {a} out in rows of as many columns; the last row may be shorter."""
    table: list[list[int]] = []
    row: list[int] = []
    for value in {a}:
        row.append(value % {n})
        if len(row) == columns:
            table.append(row)
            row = []
    if row:
        table.append(row)
    return table
''',
    '''def parse_{w}(text: str, separator: str = ",") -> dict[str, int]:
    """Read `name=number` pairs; what cannot be read is told and passed over."""
    found: dict[str, int] = {{}}
    for part in text.split(separator):
        name, sign, number = part.strip().partition("=")
        if not sign:
            logger.debug("{w}: %r is no pair", part)
            continue
        try:
            found[name] = int(number) % {m}
        except ValueError:
            found[name] = {n}
    return found
''',
    """def walk_{w}(roots: list[str], children: dict[str, list[str]]) -> list[str]:
    # Depth first; a node that was seen is not visited again.
    seen: set[str] = set()
    order: list[str] = []
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node in seen or len(order) > {n}_000:
            continue
        seen.add(node)
        order.append(node)
        stack.extend(reversed(children.get(node, [])))
    return order
""",
    '''def blend_{w}({a}: list[float], {b}: list[float], share: float = 0.{m}) -> list[float]:
    """Blend two rows of numbers; the longer one keeps its tail."""
    blended = [x * share + y * (1 - share) for x, y in zip({a}, {b})]
    longer = {a} if len({a}) > len({b}) else {b}
    blended += longer[len(blended) :]
    peak = max(blended, default=0.0)
    if peak > {n}:
        logger.info("{w}: a peak of %.2f", peak)
        blended = [value / peak for value in blended]
    return blended
''',
    '''def schedule_{w}(total: int, warmup: int = {m}, cycles: int = {n}) -> Iterator[float]:
    """Rates that rise for `warmup` steps and then fall, `cycles` times over."""
    span = max((total - warmup) // cycles, 1)
    for step in range(total):
        if step < warmup:
            yield (step + 1) / warmup
            continue
        position = (step - warmup) % span
        yield 1.0 - position / span
    return None
''',
)
