"""`python -m copycheck`: the command, without the working directory on the import path.

Python puts the working directory first on `sys.path` for `-m`; there a `click.py` of the checked repository
would be imported, and nothing of a checked repository is ever imported.
"""

import os
import sys

if sys.path and os.path.abspath(sys.path[0] or ".") == os.getcwd():
    del sys.path[0]

from copycheck.cli import main

main()
