"""`copycheck agents`: the lines that tell a coding agent what to run, for AGENTS.md (docs/agents.md)."""

from __future__ import annotations

import click

from copycheck.cli.command_options import CONTEXT

SNIPPET = """\
## Copied code

`# Copied from x.y.Z with A->B` above a class or function says that it is a copy of `x.y.Z`: copycheck compares the two.

- Before you edit a function or class: `copycheck impact FILE:ROW` lists its copies, which change with it.
- After an edit: `copycheck --output-format json-lines`. Each line is a finding. Nothing and exit code 0 mean that all
  copies are in sync.
- CPY201 at a copy whose source you have changed: `copycheck --fix` updates the copy. Do not do it by hand.
- CPY201 at a copy that you have changed: `copycheck promote FILE:ROW` writes the edit into the source and its
  other copies. If the copy is meant to differ: `copycheck break FILE:ROW --reason "why"`.
- Do not remove or reword a directive to silence a finding. `copycheck rule CODE` explains one.
- Exit codes: 0 nothing to report, 1 findings, 2 wrong usage or configuration.
"""


@click.command(context_settings=CONTEXT, short_help="Print what a coding agent should know, for AGENTS.md.")
def agents() -> int:
    """Print what a coding agent should know about copies, for AGENTS.md.

    Append it once: copycheck agents >> AGENTS.md
    """
    click.echo(SNIPPET, nl=False)
    return 0


COMMAND = agents
