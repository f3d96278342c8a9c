"""A backend that another installed package brings, by an entry point."""

from __future__ import annotations

from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import in_account
from tests.end_to_end.workplace import HEAD, Workplace

MODULE = """
from sarv_sync.errors import InputError
from sarv_sync.state.local import LocalStore


class Cupboard(LocalStore):
    def describe(self):
        return "the cupboard"


def open_cupboard(options, site):
    if "shelf" not in options:
        raise InputError("the cupboard needs `shelf`", "write state.options.shelf")
    return Cupboard(site.directory / options["shelf"])
"""


@pytest.fixture
def installed(work: Workplace, tmp_path: Path) -> Workplace:
    """The program, with a package installed that has a backend called cupboard."""
    packages = tmp_path / "packages"
    info = packages / "cupboard-1.0.dist-info"
    info.mkdir(parents=True)
    (packages / "cupboard.py").write_text(MODULE, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cupboard\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(
        "[sarv_sync.backends]\ncupboard = cupboard:open_cupboard\n", encoding="utf-8"
    )
    work.environment["PYTHONPATH"] = str(packages)
    return work


def test_it_is_used_like_any_other(installed: Workplace, sandbox: Sandbox) -> None:
    installed.users("a: {}", f"{HEAD}state: {{backend: cupboard, options: {{shelf: top}}}}\n")

    done = installed.apply()

    assert (done.code, len(in_account(sandbox))) == (0, 1), done.said
    assert (installed.path / "top").exists()
    assert installed.run("plan", "--detailed-exitcode").code == 0


def test_the_state_can_move_there(installed: Workplace, sandbox: Sandbox) -> None:
    installed.users("a: {}")
    assert installed.apply().code == 0

    moved = installed.run("state", "migrate", "--to", "cupboard", "--to-option", "shelf=top")

    assert moved.code == 0, moved.said
    assert "state: {backend: cupboard, options: {shelf: top}}" in moved.out
    refused = installed.run("plan")
    assert (refused.code, "was moved to the cupboard" in refused.flat) == (4, True)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("{backend: cupbord}", "did you mean `cupboard`?"),
        ("{backend: cupboard}", "the cupboard needs `shelf`"),
        ("{backend: cupboard, shelf: top}", "unknown key `shelf`"),
    ],
)
def test_what_it_is_told_is_checked(installed: Workplace, sandbox: Sandbox, section: str, words: str) -> None:
    installed.users("a: {}", f"{HEAD}state: {section}\n")

    done = installed.run("plan")

    assert (done.code, words in done.flat) == (3, True), done.said
