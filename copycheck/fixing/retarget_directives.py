"""An object, a module or a file was moved: all that names it is rewritten (contract 11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from keyword import iskeyword

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.directives.directive_parser import retargeted
from copycheck.directives.module_directives import Module
from copycheck.fixing.baseline_fixes import keep_known
from copycheck.fixing.full_copy_entries import rename_entries
from copycheck.fixing.likely_new_names import advice, full_name
from copycheck.fixing.moved_paths import Moving, NewName, moving_of
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.project.file_edits import LineEdit, edited
from copycheck.resolution.unresolved_name_hints import nearest
from copycheck.syntax.identifiers import python_name


@dataclass(frozen=True, slots=True)
class Moved:
    """How many comments and full copies were rewritten, and a line for each of those that stay as they are."""

    comments: int
    full_copies: int
    left: tuple[str, ...]


def move(check: Check, old: str, new: str) -> Moved:
    """Rewrite each directive that names `old`, or something in it, to name `new`, where that is there.

    Both are dotted names, or paths in the project. Comments `# Adapted from …`, full copies and the baseline follow.
    Raises CopycheckError when nothing names `old`, or nothing that is named is found under `new`.
    """
    moving = moving_of(check, old, new)
    adapted: dict[str, list[str]] = {}
    for name, _ in moving.names:
        adapted |= _adapted(check, name)
    named = {found.directive.target for found in check.directives} | {
        target for some in adapted.values() for target in some
    }
    targets = {target: renamed for target in named if (renamed := _renamed_by(target, moving.names))}
    paths = {path for pair in check.pairs for path in (pair.copy, pair.source)}
    files = {path: renamed for path in paths if (renamed := moving.path(path)) != path}
    if not targets and not files:
        raise CopycheckError(f"{old}: {_nothing(check, NewName(old, new), moving, named, paths)}")
    there = {target: renamed for target, renamed in targets.items() if _is_there(check, renamed)}
    moved = {path: renamed for path, renamed in files.items() if check.project.workspace.exists(renamed)}
    if not there and not moved:
        raise CopycheckError(_why_not(check, targets, files))
    selves = [found for found in check.directives if _names_itself(check, found, there)]
    others = [found for found in check.directives if found not in selves]
    count = rewrite_targets(check, others, there, adapted)
    entries = rename_entries(check, lambda path: moved.get(path, path))
    missing = {target: renamed for target, renamed in targets.items() if target not in there}
    left = [
        f"`{target}` stays as it is: {advice(check, target, renamed)}"
        for target, renamed in missing.items()
        if not any(target.startswith(f"{other}.") for other in missing)  # it goes with the object around it
    ]
    left += [f"`{path}` stays in `full-copies`: there is no file `{files[path]}`" for path in files.keys() - moved]
    left = sorted(left)
    left += [
        f"{found.filename}:{found.directive.row}: the directive stays as it is, for it would name its own copy"
        for found in selves
    ]
    return Moved(count, entries, tuple(left))


def names_of(check: Check, filename: str, row: int, name: str) -> set[str]:
    """The dotted names by which directives name a definition of this name, or something in it.

    `row` is that of its keyword, or of the name that a value is bound to.
    """
    targets = {found.directive.target for found in check.directives}
    prefixes = {prefix for target in targets for prefix in _prefixes(target, name)}
    return {prefix for prefix in prefixes if _is_at(check, prefix, filename, row)}


def rename(check: Check, filename: str, row: int, old: str, new: str) -> None:
    """Rewrite what names a definition for the name that it is about to have: nothing has to be there under that.

    Raises CopycheckError for what is no name, and where nothing names the definition.
    """
    if not new.isidentifier() or iskeyword(new):
        raise CopycheckError(f"`{new}` is no name")
    names = [NewName(name, name[: len(name) - len(old)] + new) for name in sorted(names_of(check, filename, row, old))]
    adapted = _adapted(check, old)
    targets = {found.directive.target for found in check.directives}
    targets |= {target for some in adapted.values() for target in some}
    renamed = {target: changed for target in targets if (changed := _renamed_by(target, names)) is not None}
    if not renamed:
        raise CopycheckError(f"no directive names `{old}`")
    rewrite_targets(check, check.directives, renamed, adapted)


def _prefixes(target: str, name: str) -> Iterator[str]:
    """The beginnings of a dotted name, or all of it, that end with a name."""
    parts = target.split(".")
    for count, part in enumerate(parts, 1):
        if part == name:
            yield ".".join(parts[:count])


def _is_at(check: Check, target: str, filename: str, row: int) -> bool:
    return any(found.is_at(filename, row) for found in check.project.sources.resolve(target).definitions)


def _nothing(check: Check, asked: NewName, moving: Moving, named: Iterable[str], paths: Iterable[str]) -> str:
    """Why nothing is to be rewritten, with the full name that ends so, or the nearest one."""
    old, new = asked
    if moving.is_of_files:
        hint = nearest(old, sorted(paths))
        return f"no full copy and no directive names this{hint and f'; {hint}'}"
    ends = sorted(target for target in named if target.endswith(f".{old}"))
    beside = f"{ends[0].rpartition('.')[0]}.{new}" if ends else ""
    full = new if "." in new else beside if beside and _is_there(check, beside) else full_name(check, new)
    if ends and full and full != ends[0]:
        return f"no directive names this. Write the full names: `copycheck mv {ends[0]} {full}`"
    names = sorted({*named, *(target.rpartition(".")[0] for target in named)})
    hint = f"did you mean `{ends[0]}`?" if ends else nearest(old, names)
    return f"no directive names this{hint and f'; {hint}'}"


def _why_not(check: Check, targets: Mapping[str, str], files: Mapping[str, str]) -> str:
    """Why nothing that is named can be rewritten."""
    if files:
        path = min(files)
        return f"{files[path]} is not there: move the file first, with `git mv {path} {files[path]}`"
    old, new = min(targets.items(), key=lambda item: item[1])
    others = sum(not f"{target}.".startswith(f"{old}.") for target in targets)
    more = f" ({others} more {'is' if others == 1 else 'are'} not there)" if others else ""
    return f"{new} is not there: {advice(check, old, new)}{more}"


def _renamed_by(target: str, names: Iterable[tuple[str, str]]) -> str | None:
    return next((renamed for old, new in names if (renamed := _renamed(target, old, new))), None)


def _names_itself(check: Check, found: Examined, renamed: Mapping[str, str]) -> bool:
    """Whether a directive that is rewritten would name its own copy, or something in it."""
    target = renamed.get(found.directive.target)
    definitions = check.project.sources.resolve(target).definitions if target and found.region else ()
    region = found.region
    return region is not None and any(
        definition.filename == region.filename and region.start <= definition.location.row <= region.end
        for definition in definitions
    )


def _renamed(target: str, old: str, new: str) -> str | None:
    target, old = python_name(target), python_name(old)
    return new + target[len(old) :] if target == old or target.startswith(f"{old}.") else None


def _is_there(check: Check, target: str) -> bool:
    resolution = check.project.sources.resolve(target)
    return resolution.external or bool(resolution.definitions)


def _adapted(check: Check, old: str) -> dict[str, list[str]]:
    """The files with comments `# Adapted from …` that may name an object, and all that these name."""
    project, found = check.project, {}
    last = old.rpartition(".")[2].encode() if old.isascii() else b""
    for filename in project.files:
        try:
            data = project.workspace.read_uncached(filename)
            if b"Adapted from" in data and last in data:
                found[filename] = [adapted.target for adapted in project.module(filename).adapted]
        except UnreadableFileError:
            continue
    return found


def rewrite_targets(
    check: Check, directives: Iterable[Examined], renamed: Mapping[str, str], adapted: Mapping[str, Iterable[str]]
) -> int:
    """Rewrite the targets of some directives, and of what was adapted in some files; how many comments changed."""
    project, count = check.project, 0
    rows: dict[str, set[int]] = {filename: set() for filename in adapted}
    for found in directives:
        if found.directive.target in renamed:
            rows.setdefault(found.filename, set()).add(found.directive.row)
    changed: dict[str, bytes | None] = {}
    for filename in sorted(rows):
        module = project.module(filename)
        own = rows[filename] | ({a.row for a in module.adapted} if filename in adapted else set())
        edits = list(_edits(module, own, renamed))
        if edits:
            count += len(edits)
            changed[filename] = edited(project.workspace.read(filename), edits)
    project.edit(changed)
    known = check.gate.known.items()
    keep_known(check, {key._replace(target=renamed.get(key.target, key.target)): row for key, row in known})
    check.update(changed)
    return count


def _edits(module: Module, rows: set[int], renamed: Mapping[str, str]) -> Iterator[LineEdit]:
    for row in sorted(rows):
        line = retargeted(module.lines[row - 1], renamed)
        if line is not None:
            yield LineEdit(row, row, (line,))
