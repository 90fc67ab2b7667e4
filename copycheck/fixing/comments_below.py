"""Comments below a copy that a new body, at another indent, would take in or leave out (contract 4.1 and 1.9)."""

from __future__ import annotations

from copycheck.directives.binding import Copy
from copycheck.directives.compared_regions import indent_of, split_header
from copycheck.directives.directive_parser import END_COPY
from copycheck.directives.module_directives import Module
from copycheck.fixing.fixed_copy_text import definition_in
from copycheck.fixing.refusals import Refusal
from copycheck.project.file_edits import LineEdit

_HELP = "format {0}, and run `copycheck --fix` again"


def refusal_of_comment(module: Module, copy: Copy, edit: LineEdit) -> Refusal | None:
    """Why a copy would not end where it ends now, with the lines of an edit in its place; None where it would."""
    if copy.region.kind == "assignment":
        return None
    row = edit.end + 1
    while row <= len(module.lines) and not module.lines[row - 1].strip():
        row += 1
    line = module.lines[row - 1] if row <= len(module.lines) else ""
    indent = indent_of(line)
    if not line.lstrip().startswith("#") or indent == copy.region.indent or not indent.startswith(copy.region.indent):
        return None
    body = _body_indent(edit)
    help_ = _HELP.format(copy.filename)
    if END_COPY.match(line):
        if indent == body:
            return None
        return Refusal(f"the body that a fix writes is at another indent than its `# End copy` in row {row}", help_)
    if body is not None and not indent.startswith(body):
        return None
    return Refusal(f"the comment below it, in row {row}, would be taken for a part of what a fix writes", help_)


def _body_indent(edit: LineEdit) -> str | None:
    """What stands before the first statement of the new body; None for one beside its header."""
    text = "\n".join(edit.lines)
    name_line, _ = definition_in(text)
    _, _, body = split_header(text, name_line)
    beside, *lines = body.split("\n")
    if beside.strip():
        return None
    return next((indent_of(line) for line in lines if line.strip() and not line.lstrip().startswith("#")), None)
