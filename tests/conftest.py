"""What every test has: Ctrl-C as at a terminal, and an empty project."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test asserts a time: the machine may be busy.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_configure() -> None:
    """A shell has its background jobs ignore Ctrl-C, and what is started here would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--record` writes what copycheck says of a case into its folder."""
    parser.addoption("--record", action="store_true", help="Write findings.txt, left.txt and after/ of the cases.")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """An empty project with an empty configuration."""
    (tmp_path / "pyproject.toml").write_text("[tool.copycheck]\n")
    yield tmp_path
