"""A pytest plugin that fails the run where a package that must not be wrong is not tested through.

Branches alone are counted: they are the harder figure. Loaded by `make test`, since a partial run cannot meet it.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from coverage import Coverage

if TYPE_CHECKING:
    from collections.abc import Generator

FLOOR = 95.0
PACKAGES = ("config", "provider", "planning", "applying", "state")

_shares = pytest.StashKey[dict[str, float]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Measure after pytest-cov, whose hook this one surrounds, has put the data of all processes together."""
    result = yield
    if not hasattr(session.config, "workerinput") and session.config.pluginmanager.hasplugin("_cov"):
        shares = _measure()
        session.config.stash[_shares] = shares
        session.testsfailed += any(share < FLOOR for share in shares.values())
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures, above pytest's own closing line."""
    shares = config.stash.get(_shares, {})
    if shares:
        terminalreporter.section(f"branches covered, at least {FLOOR:g}% required")
    for package, share in shares.items():
        terminalreporter.write_line(
            f"{package:<10}{share:6.2f}%{'' if share >= FLOOR else '  TOO FEW'}", red=share < FLOOR
        )


def _measure() -> dict[str, float]:
    """Return, for each package, which percentage of its branches was taken."""
    taken, known = Counter[str](), Counter[str]()
    for name, file in _report()["files"].items():
        package = Path(name).parts[1]
        taken[package] += file["summary"]["covered_branches"]
        known[package] += file["summary"]["num_branches"]
    return {package: 100.0 * taken[package] / known[package] if known[package] else 0.0 for package in PACKAGES}


def _report() -> Any:
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(path))
        return json.loads(path.read_text(encoding="utf-8"))
