"""What a fix does to the names of a file: which are undefined, which imports help, why it is refused (contract 5.7)."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

from copycheck.checking.outcome import Examined
from copycheck.directives.binding import Copy
from copycheck.directives.directive_parser import WORDS
from copycheck.directives.module_directives import Module
from copycheck.fixing.headers_of_file import function_of_header
from copycheck.fixing.missing_imports import Importer, NoImport, Wish
from copycheck.fixing.other_meanings import Attribute, OtherMeanings
from copycheck.fixing.refusals import Refusal, undefined_names
from copycheck.fixing.replaced_names import replaced
from copycheck.model.wording import listed
from copycheck.project.file_edits import LineEdit
from copycheck.project.upstream_settings import LOCK
from copycheck.resolution.project_index import Project
from copycheck.resolution.source_provider import Reader
from copycheck.syntax.compile_faults import new_fault
from copycheck.syntax.import_layout import ImportBlock
from copycheck.syntax.new_imports import NewImport
from copycheck.syntax.python_tree import parse
from copycheck.syntax.scopes import BUILTINS, Use
from copycheck.syntax.undefined_names import (
    Fragment,
    Surroundings,
    declared_global,
    new_undefined_names,
    parse_around,
    surroundings,
)
from copycheck.syntax.written_names import chains_among, chains_in

_NO_TYPES_INSIDE = frozenset(
    f"{module}{name}" for module in ("typing", "typing_extensions") for name in ("", ".Literal", ".Annotated")
)
_BY_HAND = "fix the copy by hand, or remove the directive"


class Imports(NamedTuple):
    """The imports that a fix adds to the file of a copy."""

    new: tuple[NewImport, ...] = ()


class Fragments(NamedTuple):
    """The lines of a copy as they are, and as a fix has them in the same place."""

    old: Fragment
    new: Fragment


def texts_of(module: Module, copy: Copy, edit: LineEdit) -> Fragments:
    """The lines that an edit of a copy is about."""
    old = Fragment(edit.start, edit.end, tuple(module.lines[edit.start - 1 : edit.end]), copy.indents)
    return Fragments(old, old._replace(lines=edit.lines))


class NamesOfFile:
    """What the fixes of one file do to its names."""

    def __init__(self, project: Project, importer: Importer, module: Module, rows: Collection[int], width: int) -> None:
        """`rows` are those of the definitions that are to be fixed; `width` is the longest line."""
        self._project = project
        self._importer = importer
        self._module = module
        self._width = width
        known = project.facts(module.filename).surroundings if project.modules.has_facts(module.filename) else None
        # The bodies around a directive stay: what they bind counts for the copy below it.
        self.around = known or surroundings(module.filename, module.file.text, WORDS, rows)
        """What the file binds around the copies; None where it cannot be parsed."""

    def needed(self, copy: Copy, found: Examined, edit: LineEdit) -> Imports | Refusal:
        """The imports without which the new lines of a copy would leave names undefined; why they cannot be had."""
        around = self.around
        if around is None:
            return self._by_words(edit) or Imports()
        old, new = texts_of(self._module, copy, edit)
        fault = new_fault(old, new, lambda: (self._module.file.text, self._after(edit)))
        if fault:
            return Refusal(f"Python would not take its expected text: {fault}", _BY_HAND)
        variables = self._unbound_globals(old, new, found)
        if variables:
            return undefined_names({name: self._not_defined(name, found) for name in variables})
        clash = self._clash(old, new, found)
        if clash is not None:
            return Refusal(f"a fix would use a name that means something else there: {clash.reason}", clash.help)
        after = self._missing(around, new, found)
        if after == [] and _binds_itself_only(copy, old) and around.binds(new) == {copy.region.name}:
            gained = Counter[str]()  # what the old lines used does not matter
        else:
            before = around.missing(old)
            if before is None or after is None or around.binds(old) != around.binds(new):
                names = self._by_whole_file(edit)
                if isinstance(names, Refusal):
                    return names
                if not {use.name for use in after or ()}.issuperset(names):
                    return Refusal(f"a fix would leave {listed(names)} undefined", _BY_HAND)
                gained = Counter(names)
            else:
                gained = Counter(use.name for use in after) - Counter(use.name for use in before)
        return self._imports(gained, after or (), copy, found, edit)

    def _missing(self, around: Surroundings, new: Fragment, found: Examined) -> list[Use] | None:
        """What a new text uses that nothing would bind. The strings of a `Literal` that is to be imported are none."""
        after = around.missing(new)
        typing = {
            use.name: str(origin).partition(".")[2]
            for use in after or ()
            for origin in self._importer.origins(
                self._importer.sources, use.name, _source_of(found), found.directive.replacements
            )
            if str(origin) in _NO_TYPES_INSIDE
        }
        return around.missing(new, typing) if typing else after

    def _imports(
        self, gained: Collection[str], after: Sequence[Use], copy: Copy, found: Examined, edit: LineEdit
    ) -> Imports | Refusal:
        """The imports that bind the names which a copy has gained; `after` are its uses of what nothing binds."""
        assert self.around is not None, "what cannot be parsed has no names"
        old = texts_of(self._module, copy, edit).old
        wanted: list[NewImport] = []
        refused: dict[str, NoImport] = {}
        text = "\n".join(edit.lines)
        source = _source_of(found)
        for name in sorted(gained):
            got = self._import_of(_wish(name, after, text), copy, found, source)
            if isinstance(got, NoImport):
                refused[name] = got
            else:
                wanted += got
        if refused:
            parameters = parameters_of(self._project, found).items()
            lacking = [written for one, written in parameters if one in refused and not refused[one].reason]
            return undefined_names(refused, lacking, f"the header of `{found.name}`")
        wanted += [
            other
            for other in self._importer.submodules(text, "\n".join(old.lines), source, self._module.filename)
            if other not in wanted
        ]
        types = [one for one in wanted if one.condition == "TYPE_CHECKING"]
        if types and "TYPE_CHECKING" not in self.around.bound:
            wanted.append(NewImport(("typing",), name="TYPE_CHECKING"))
        return Imports(tuple(dict.fromkeys(wanted)))

    def _unbound_globals(self, old: Fragment, new: Fragment, found: Examined) -> list[str]:
        """The variables of the source's module that a new text declares `global`, and the file of the copy lacks.

        To pyflakes the statement binds them; at run time nothing does.
        """
        assert self.around is not None, "what cannot be parsed has no names"
        names = declared_global(new) - declared_global(old) if any("global " in line for line in new.lines) else set()
        missing = {name for name in names if name not in self.around.bound}  # the view's `-` walks over all of the file
        if not missing:
            return []
        return sorted(missing & self._importer.defined_by(_source_of(found), found.directive.replacements))

    def _clash(self, old: Fragment, new: Fragment, found: Examined) -> NoImport | None:
        """Why a name that a new text uses otherwise than the old one means something else in its module."""
        assert self.around is not None, "what cannot be parsed has no names"
        known = set(old.lines)
        gained = chains_in("\n".join(line for line in new.lines if line not in known))
        gained -= chains_among(gained, "\n".join(old.lines))
        steps = {tuple(chain.split(".")[:2]) for chain in gained}
        names = {step[0] for step in steps}
        if not (names & self.around.bound.keys() or names & BUILTINS):
            return None  # most are the copy's own
        meanings = OtherMeanings(self._importer, _source_of(found), self._module.filename, found.directive.replacements)
        of_module, of_python = self.around.outer_names(new)
        attributes = {Attribute(step[0], step[1]) for step in steps if len(step) > 1}
        return meanings.of_module(names & of_module, attributes) or meanings.of_builtins(names & of_python)

    def _not_defined(self, name: str, found: Examined) -> NoImport:
        reason = f"{_source_of(found)} defines the global variable `{name}` itself"
        return NoImport(reason, f"define `{name}` in {self._module.filename} as well")

    def lines(self, imports: Sequence[NewImport], row: int) -> list[LineEdit] | None:
        """The lines that the imports come to, each by itself; None where the file has no place for them.

        They are needed in `row`.
        """
        return self._block.added(imports, row) if imports and self._block is not None else []

    @cached_property
    def _block(self) -> ImportBlock | None:
        """The imports of the file, read once for all copies; None where it cannot be parsed."""
        tree = parse_around(self._module.file.text)
        own = self._importer.modules.imports(self._module.filename)
        section_of = self._importer.modules.section_of
        return None if tree is None else ImportBlock(self._module.lines, tree, own, section_of, self._width)

    def _import_of(self, wish: Wish, copy: Copy, found: Examined, source: str) -> list[NewImport] | NoImport:
        assert self.around is not None, "what cannot be parsed has no names"
        name, filename, directive = wish.name, self._module.filename, found.directive
        if name in self.around.for_types:
            out = f"move the import of `{name}` in {filename} out of `if TYPE_CHECKING`"
            return NoImport(f"{filename} imports `{name}` for types alone", out)
        if name in self.around.bound:
            return NoImport(f"{filename} defines `{name}` only further down", f"move `{name}` above the copy")
        if name in parameters_of(self._project, found):
            return NoImport("", "")  # all of these are said together
        got = self._importer.find(wish, source, filename, directive.replacements)
        if isinstance(got, list) and name in self._importer.modules.unbound(filename):
            return NoImport(f"{filename} deletes its own `{name}`", f"give that `{name}` another name")
        if got is not None:
            return got
        last = found.directive.target.rpartition(".")[2]
        if name == replaced(last, directive.replacements) and copy.region.name != name:
            where = "before the others of" if name != last else "to"
            help_ = f"add the replacement `{last}->{copy.region.name}` {where} the directive"
            return NoImport(f"the source is called `{last}`", help_)
        if name in self._importer.defined_by(source, found.directive.replacements):
            return NoImport(f"{source} defines `{name}` itself", f"copy `{name}` from there as well, or import it")
        if self._project.workspace.exists(source):
            reason = f"{source} binds no `{name}` outside of its functions and classes"
        else:  # of a source of another package, the lock keeps the text of the object alone
            reason = f"{LOCK} does not keep what {source} imports"
        return NoImport(reason, f"define `{name}` in {filename}, or import it")

    def _by_whole_file(self, edit: LineEdit) -> list[str] | Refusal:
        """The names that the file would lack, where the lines of a copy by themselves do not tell."""
        before = self._module.file.text
        if parse(before) is None:
            return self._by_words(edit) or []
        after = self._after(edit)
        if parse(after) is None:
            return Refusal("the file would not parse with its expected text", _BY_HAND)
        return new_undefined_names(before, after, self._module.filename)

    def _after(self, edit: LineEdit) -> str:
        """The text of the file with an edit."""
        return "\n".join([*self._module.lines[: edit.start - 1], *edit.lines, *self._module.lines[edit.end :]])

    def _by_words(self, edit: LineEdit) -> Refusal | None:
        """The refusal for a file whose syntax is newer than this Python: no word may come that the copy has not."""
        old = _words("\n".join(self._module.lines[edit.start - 1 : edit.end]))
        names = sorted(_words("\n".join(edit.lines)) - old)
        if not names:
            return None
        what = (
            f"this Python cannot parse {self._module.filename}, and so cannot tell whether {listed(names)} is defined"
        )
        return Refusal(what, "run copycheck with the Python of the project, or fix the copy by hand")


def _binds_itself_only(copy: Copy, lines: Fragment) -> bool:
    """Whether a copy is known to bind nothing but its own name in the scopes around it."""
    is_definition = copy.region.kind in ("class", "def", "async def")
    return is_definition and not any(":=" in line or "global" in line for line in lines.lines)


def _source_of(found: Examined) -> str:
    """The file of the source of a copy that has drifted."""
    assert found.source is not None, "a copy that has drifted has a source"
    return found.source.filename


def _wish(name: str, uses: Sequence[Use], text: str) -> Wish:
    own = [use for use in uses if use.name == name]
    return Wish(name, any(use.at_once for use in own), all(use.is_type for use in own), text)


def parameters_of(project: Project, found: Examined) -> dict[str, str]:
    """The parameters of a source that is a function, once the replacements are applied, and as a header has them."""
    reader = Reader(found.filename, found.name)
    definitions = project.sources.resolve(found.directive.target, reader).definitions
    names: dict[str, str] = {}
    for definition in definitions:
        region = definition.plain
        node = function_of_header(region.text, region.name_line) if region.kind in ("def", "async def") else None
        if node is not None:
            arguments = node.args
            plain = ("", arguments.posonlyargs), ("", arguments.args), ("", arguments.kwonlyargs)
            starred = ("*", [arguments.vararg]), ("**", [arguments.kwarg])
            for stars, some in (*plain, *starred):
                made = (replaced(one.arg, found.directive.replacements) for one in some if one)
                names |= {name: f"{stars}{name}" for name in made}
    return names


def _words(text: str) -> set[str]:
    """The words of a text that may be names of its module."""
    words: set[str] = set()
    before = ""
    with suppress(tokenize.TokenError, SyntaxError, IndexError):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and before != "." and not keyword.iskeyword(token.string):
                words.add(token.string)
            before = token.string
    return words - BUILTINS
