"""The language server: projects in memory, and the protocol of editors over them (contract 13)."""

from __future__ import annotations


def serve() -> int:
    """Serve one editor over standard input and output, until it is gone; 1 where it went without a word.

    Nothing else may write to standard output: whatever does is led to standard error.
    """
    import gc
    import logging
    import os
    import sys

    from copycheck.server.first_checks import FirstChecks
    from copycheck.server.first_message import first_message

    # There is no thread yet, and there may be forks. What is imported so far, a check needs as well.
    checks = FirstChecks()
    opened = first_message(sys.stdin.buffer)
    for project in opened.projects:
        checks.fork(project)
    from copycheck.server.messages import make_server

    # An editor may never read standard error: a server that fills it would stop.
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    server = make_server(checks)
    gc.enable()  # unlike a check, this may run for days
    gc.freeze()  # what was imported stays
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as stdout:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        server.start_io(opened.stream, stdout)
    return 0 if server.is_over else 1
