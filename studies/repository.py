"""Runs git for studies and tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def git(folder: Path, *args: str) -> str:
    """Run git in a folder, free of this machine's own configuration; its output."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    quiet = ["-c", "maintenance.auto=false"]  # newer ones leave a process behind that writes into the repository
    command = ["git", *identity, *quiet, "-c", "protocol.file.allow=always", *args]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout
