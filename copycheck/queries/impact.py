"""What a change will touch: the copies of an object, and the copies of those (contract 11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from copycheck.caching.copy_index import CopyIndex, Reader
from copycheck.model.copy_entry import Impact, Impacted, ListedCopy, whole
from copycheck.model.errors import CopycheckError
from copycheck.model.location import NamedRows, Span

MOST_LINKS = 300
"""A chain of more copies is no tree: neither a person nor a program that takes JSON reads it."""

Readers = dict[str, list[Reader]]
"""File → the pieces of it that copies are compared with."""


def impacts(objects: Sequence[NamedRows], copies: CopyIndex) -> list[Impact]:
    """The tree of copies below each of some objects."""
    readers = copies.readers()
    found = [_impact(name, rows, copies, readers) for name, rows in objects]
    return [_with_lost(impact, copies) if _is_whole(impact.rows) else impact for impact in found]


def _is_whole(rows: Span) -> bool:
    return rows == whole(rows.filename)


def _with_lost(impact: Impact, copies: CopyIndex) -> Impact:
    """A file also with the copies that name something in it which cannot be read, or is not there."""
    module = dotted_name(impact.rows.filename)
    lost = tuple(
        Impacted(copy)
        for copy in copies.unread()
        if (copy.target == impact.rows.filename if copy.is_full else leads_into(copy.target, module))
    )
    return impact._replace(copies=(*impact.copies, *lost))


def dotted_name(filename: str, name: str = "") -> str:
    """The dotted name of a module, or of an object in it, from the root of the project on."""
    module = filename.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")
    return f"{module}.{name}" if name else module


def leads_into(target: str, name: str) -> bool:
    """Whether a directive names an object, from whichever root, or something in it."""
    return any(f".{name}.".endswith(f".{target.rsplit('.', n)[0]}.") for n in range(target.count(".")))


def with_edited(found: Sequence[Impact], copies: CopyIndex) -> list[Impact]:
    """The trees, with each copy that was edited itself above its own, unless it stands below another object anyway."""
    below = {copy.identity for copy in copies_in(found)}
    writers: dict[str, list[ListedCopy]] = {}
    for copy in copies:
        if copy.rows is not None and copy.identity not in below:
            writers.setdefault(copy.filename, []).append(copy)
    return [_with_own(impact, writers.get(impact.rows.filename, ())) for impact in found]


def _with_own(impact: Impact, writers: Sequence[ListedCopy]) -> Impact:
    own = [copy for copy in writers if copy.rows is not None and copy.rows.overlaps(impact.rows)]
    if not own:
        return impact
    first, *others = own
    return impact._replace(copies=(Impacted(first, impact.copies), *map(Impacted, others)))


def with_full_copies(found: Sequence[Impact], files: Iterable[str], copies: CopyIndex) -> list[Impact]:
    """The trees, and one for each of some files whose full copies, or that as a full copy, none of them names."""
    named = {copy.identity for copy in copies_in(found)}
    whole_files = [copies[number] for number in copies.full_copies()]
    added = []
    for filename in sorted(files):
        concerned = [copy for copy in whole_files if filename in (copy.filename, copy.target)]
        if any(copy.identity not in named for copy in concerned):
            added.append(_of_file(filename, copies))
    return [*found, *added]


def _of_file(filename: str, copies: CopyIndex) -> Impact:
    """A file as a full copy, its full copies, and what is below them; no other copies of what is in it."""
    numbers = set(copies.full_copies())
    readers = copies.readers()
    readers[filename] = [piece for piece in readers.get(filename, ()) if piece.copy in numbers]
    impact = _impact(filename, whole(filename), copies, readers)
    lost = (copies[n] for n in numbers if copies[n].target == filename and not copies[n].reads)
    impact = impact._replace(copies=(*impact.copies, *map(Impacted, lost)))
    own = [copies[n] for n in numbers if copies[n].filename == filename]
    return impact._replace(copies=(Impacted(own[0], impact.copies),)) if own else impact


def copies_in(found: Iterable[Impact]) -> list[ListedCopy]:
    """All copies of some trees, each once, by file and row."""
    copies = {(node.copy.filename, node.copy.location): node.copy for impact in found for node in _nodes(impact.copies)}
    return [copies[place] for place in sorted(copies)]


def _nodes(nodes: Iterable[Impacted]) -> Iterator[Impacted]:
    front = list(nodes)
    while front:
        node = front.pop()
        yield node
        front += node.copies


def _impact(name: str, rows: Span, copies: Sequence[ListedCopy], readers: Readers) -> Impact:
    touched = _touched([rows], copies, readers)
    seen: set[int] = set()

    def below(spans: Sequence[Span], depth: int = 0) -> tuple[Impacted, ...]:
        if depth > MOST_LINKS:
            what = f"a chain of more than {MOST_LINKS} copies"
            raise CopycheckError(f"below {name} is {what}: run `copycheck graph --format json` to see it")
        nodes = []
        for number in _readers_of(spans, readers):
            again = number in seen and bool(_readers_of(touched[number], readers))
            seen.add(number)
            nodes.append(Impacted(copies[number], () if again else below(touched[number], depth + 1), again))
        return tuple(nodes)

    return Impact(name, rows, below([rows]))


def _touched(spans: list[Span], copies: Sequence[ListedCopy], readers: Readers) -> dict[int, list[Span]]:
    """For each copy that a change of some rows reaches, through chains, the rows of it that change with them."""
    touched: dict[int, list[Span]] = {}
    front = [spans]
    while front:
        changed = front.pop()
        for number in _readers_of(changed, readers):
            known = touched.setdefault(number, [])
            new = [span for span in _carried(changed, copies[number]) if span not in known]
            known += new
            front += [new] if new else []
    return touched


def _readers_of(spans: Sequence[Span], readers: Readers) -> list[int]:
    """The numbers of the copies whose source shares a row with some spans."""
    return sorted(
        {
            reader.copy
            for span in spans
            for reader in readers.get(span.filename, ())
            if reader.first <= span.end and span.start <= reader.last
        }
    )


def _carried(spans: Sequence[Span], copy: ListedCopy) -> list[Span]:
    """The rows of a copy that stand for rows of its source: line by line where both have as many, else all."""
    reads, writes = list(_rows(copy.reads)), list(_rows(copy.writes))
    if len(reads) != len(writes):
        return list(copy.writes)
    rows = [w for (name, r), (_, w) in zip(reads, writes, strict=True) if any(_holds(span, name, r) for span in spans)]
    return list(_spans(copy.filename, rows))


def _rows(spans: Iterable[Span]) -> Iterator[tuple[str, int]]:
    for span in spans:
        for row in range(span.start, span.end + 1):
            yield span.filename, row


def _holds(span: Span, filename: str, row: int) -> bool:
    return span.filename == filename and span.start <= row <= span.end


def _spans(filename: str, rows: Sequence[int]) -> Iterator[Span]:
    start = 0
    for number, row in enumerate(rows):
        if number + 1 == len(rows) or rows[number + 1] != row + 1:
            yield Span(filename, rows[start], row)
            start = number + 1
