"""Makes `docs/rules/` from the table and the pages of the rules; `--check` says whether it is current."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from copycheck.model.rule_docs import page, row
from copycheck.model.rules import RULES

FOLDER = Path(__file__).parent / "rules"
_MADE = "<!-- Made by docs/make_rules.py from {}: edit that. -->\n\n"
_CODE = re.compile(r"(?P<verbatim>```.*?^```|`[^`\n]*`)|\bCPY\d{3}\b", re.DOTALL | re.MULTILINE)


def linked(text: str, code: str) -> str:
    """The text with a link at each other rule that it names outside of code."""

    def link(match: re.Match[str]) -> str:
        found = match.group()
        return found if match["verbatim"] or found == code else f"[{found}]({found}.md)"

    return _CODE.sub(link, text)


def index() -> str:
    """The table of all rules."""
    lines = ["| rule | what it says | default | fix |", "|---|---|---|---|"]
    for rule in RULES.values():
        code, name, default, fix, summary = row(rule)
        lines.append(f"| [{code}]({code}.md) {name} | {summary} | {default} | {fix} |")
    intro = (
        "`default`: whether the rule is on when nothing is selected. `fix`: whether `copycheck --fix` fixes it.\n"
        "In a terminal, `copycheck rule CODE` prints the page of a rule, and `copycheck rule --all` this table."
    )
    return f"# Rules\n\n{intro}\n\n" + "\n".join(lines) + "\n"


def made() -> dict[str, str]:
    """The name and the text of every page."""
    pages = {"index.md": _MADE.format("copycheck/model/rules.py") + index()}
    for code, rule in RULES.items():
        pages[f"{code}.md"] = _MADE.format(f"copycheck/model/rule_pages/{code}.md") + linked(page(rule), code)
    return pages


def main(check: bool) -> int:
    """Write what differs and remove what is no page of a rule; with `check`, only name it."""
    pages = made()
    present = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
    stale = [name for name in sorted({*pages, *present}) if pages.get(name) != present.get(name)]
    if check:
        for name in stale:
            print(f"docs/rules/{name} is not what docs/make_rules.py makes: run it")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        if name in pages:
            (FOLDER / name).write_text(pages[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
        print(f"docs/rules/{name}")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is out of date")
    sys.exit(main(parser.parse_args().check))
