"""How the lines of directives are often mistyped, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence

SLIPS: Sequence[tuple[str, str]] = (
    (r"(?<=\w)/(?=\w)", "."),
    (r"(?<=\w)\.\.+(?=\w)", "."),
    (r"(?<=\w)(?:::?|#)(?=\w)", "."),
    (r"\(\)(?=[ \t\f]|$)", ""),
    (r"[.,;:][ \t\f]*$", ""),
    (r"(?:(?<![ \t\f])[ \t\f]+)?(?:=>|-->|→|⟶)[ \t\f]*", "->"),
    (r"(?i)\ball[\W_]{0,2}cas+e?ings?\b", "all-casing"),
    (r":[ \t\f]*with\b", " with"),
    (r"^([\w.]+),?[ \t\f]+(?=[^\s,>]+->)", r"\1 with "),
    (r"(->[^\s,;>]+)(?:[ \t\f]*;|,?[ \t\f]+(?:and|with)(?=[ \t\f])|(?=[ \t\f]))[ \t\f]*(?=[^\s,>]+->)", r"\1, "),
    (r"(?<![ \t\f])[ \t\f]+(?:whit|wiht|wtih|wth|wit|width|whith|using)(?=[ \t\f]+\S)", " with"),
)
"""Each slip as a pattern, with what takes its place. Blanks are looked at from the first on: there may be 100,000."""
