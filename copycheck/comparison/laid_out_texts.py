"""What is written where the project has no formatter configured, for fixes and merges alike (contract 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.comparison.diff import equal
from copycheck.comparison.formatters import Formatters, Fragment
from copycheck.comparison.own_layout import in_own_layout
from copycheck.comparison.tied_units import Laid, units_of
from copycheck.model.errors import FormatterError
from copycheck.syntax.nesting import unwrap, wrap


class ToWrite(NamedTuple):
    """A formatted text that goes into a file, at a depth, with the copy and the source as they are laid out.

    `unreplaced` is the source before its replacements; empty without any.
    """

    filename: str
    indents: tuple[str, ...]
    text: str
    copy: Laid
    source: Laid
    unreplaced: str
    blank_lines_count: bool = False

    @property
    def has_formatted_copy(self) -> bool:
        """Whether the copy is laid out by the formatter."""
        return equal(*self.copy)

    def laid_out(self, formatted: Sequence[int] = ()) -> str | None:
        """The text in the layout of copy and source, but for some units of it; None for none, or for one like it."""
        blank_lines_count = self.blank_lines_count
        layout = in_own_layout(self.text, self.copy, self.source, formatted, blank_lines_count=blank_lines_count)
        return None if layout == self.text else layout

    def is_made_of(self, text: str | None) -> bool:
        """Whether it is what the formatter has made of its layout."""
        return text is not None and (text == self.text if self.blank_lines_count else equal(text, self.text))


class _Trial(NamedTuple):
    """A layout for a text, by its number."""

    number: int
    layout: str


def own_layouts(formatters: Formatters, texts: Sequence[ToWrite]) -> list[str | None]:
    """Each text in the layout of copy and source; None for one that is written as it is formatted.

    So it is where a formatter is configured, where copy and source are both laid out as it has it, and where it would
    not make the text of the layout again.
    """
    layouts: list[str | None] = [None] * len(texts)
    trials = [_Trial(number, layout) for number, one in enumerate(texts) if (layout := _layout(formatters, one))]
    replaced = [one for one, _ in trials if texts[one].unreplaced and texts[one].has_formatted_copy]
    asked = [
        *((texts[one], layout) for one, layout in trials),
        *((texts[one], texts[one].unreplaced) for one in replaced),
    ]
    made = _formatted(formatters, asked)
    pairs = zip(replaced, made[len(trials) :], strict=True)
    settled = {one for one, text in pairs if text is not None and equal(text, texts[one].unreplaced)}
    again: list[_Trial] = []
    for (number, layout), text in zip(trials, made, strict=False):
        if number not in settled and texts[number].is_made_of(text):
            layouts[number] = layout
        elif number not in settled and (less := _with_less(texts[number], text)) is not None:
            again.append(_Trial(number, less))
    for (number, layout), text in zip(again, _formatted(formatters, [(texts[n], t) for n, t in again]), strict=True):
        layouts[number] = layout if texts[number].is_made_of(text) else None
    return layouts


def _layout(formatters: Formatters, one: ToWrite) -> str | None:
    """The layout that is tried for a text."""
    if formatters.is_configured(one.filename) or (one.has_formatted_copy and equal(*one.source)):
        return None
    return one.laid_out()


def _with_less(one: ToWrite, again: str | None) -> str | None:
    """Another layout, in which the units that came out otherwise are as they are formatted."""
    wanted, found = units_of(one.text) or (), units_of(again or "") or ()
    if len(wanted) != len(found):
        return None
    return one.laid_out([number for number, unit in enumerate(wanted) if unit.lines != found[number].lines])


def _formatted(formatters: Formatters, some: Sequence[tuple[ToWrite, str]]) -> list[str | None]:
    """Some texts formatted at the depth of what is written; None for one that the formatter refuses."""
    if not some:
        return []
    fragments = [Fragment(wrap(text, one.indents), one.filename) for one, text in some]
    return [
        None if isinstance(text, FormatterError) else unwrap(text, len(one.indents))
        for text, (one, _) in zip(formatters.format(fragments), some, strict=True)
    ]
