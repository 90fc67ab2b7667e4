"""The program: `python -m copycheck`, and the console script."""

# No `from __future__` here: a `__future__.py` of the working directory would be imported before the end of this file.

import gc
import os
import sys


def run() -> None:
    """Run the command line, and end without taking everything apart first: there is a lot of it, and nobody waits.

    For the same reason no garbage is collected, which would go through all of it again and again.
    """
    gc.disable()
    try:
        from copycheck.cli.main import main

        main(serve)
    except KeyboardInterrupt:  # while modules are still being imported
        os._exit(130)
    except SystemExit as exit_:
        sys.stderr.flush()
        os._exit(int(exit_.code or 0))


def serve() -> int:
    """Run the language server; its exit code."""
    from copycheck.server import serve

    return serve()


if __name__ == "__main__":
    # For `-m` Python puts the working directory first on the path: a `click.py` of the checked repository would be
    # imported, and nothing of a checked repository is ever imported.
    if sys.path and os.path.abspath(sys.path[0] or ".") == os.getcwd():
        del sys.path[0]
    run()
