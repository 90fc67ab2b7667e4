"""What directives of one file say of each other: a copy in a copy, and two above the same one (contract 4.9)."""

from __future__ import annotations

import bisect
from collections import Counter

from copycheck.checking.outcome import Examined
from copycheck.model.diagnostic import Identity


def relate(examined: list[Examined]) -> list[Examined]:
    """Say of each directive whether an outer copy governs it (4.9), and whether another stands above the same copy."""
    related: list[Examined] = []
    taken: set[tuple[str, int]] = set()
    alike: Counter[Identity] = Counter()
    around: list[Examined] = []
    for found in examined:
        around = [outer for outer in around if outer.region and outer.region.end > found.directive.row]
        is_inside = any(_governs(outer, found) for outer in around)
        key = (found.name, found.region.end if found.region else 0)
        ordinal = alike[found.identity]
        alike[found.identity] += 1
        is_duplicate = found.compared and key in taken
        plain = not (is_inside or is_duplicate or ordinal)
        related.append(
            found if plain else found._replace(inside_outer_copy=is_inside, is_duplicate=is_duplicate, ordinal=ordinal)
        )
        if found.compared and not is_duplicate:
            taken.add(key)
            around.append(found)
    return related


def _governs(outer: Examined, inner: Examined) -> bool:
    """Whether a directive stands inside a copy, in a member that is not ignored."""
    if not outer.compared or outer.region is None or inner.region is None:
        return False
    if not outer.region.start < inner.directive.row < outer.region.end:
        return False
    row = inner.region.start
    place = bisect.bisect_right(outer.ignored, row, key=lambda span: span.start)
    return not (place and row <= outer.ignored[place - 1].end)
