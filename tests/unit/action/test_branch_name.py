"""The branch of a main file: telling, its own, and one that git takes."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.action.branch_name import branch_of

BRANCH = "sarv-sync/accept-drift"


@pytest.mark.parametrize(
    ("path", "branch"),
    [
        ("sarv-sync.yaml", BRANCH),
        ("europe/sarv-sync.yaml", f"{BRANCH}-europe"),
        ("mail/europe/sarv-sync.yaml", f"{BRANCH}-mail-europe-sarv-sync-yaml-"),
        ("Europe/sarv-sync.yaml", f"{BRANCH}-europe-sarv-sync-yaml-"),
        ("accounts.yaml", f"{BRANCH}-accounts-yaml-"),
        ("é/ø.yaml", f"{BRANCH}-yaml-"),
        ("日本", f"{BRANCH}-"),
    ],
)
def test_the_name_says_which_file_it_is(path: str, branch: str) -> None:
    hashed = len(branch_of(path)) == len(branch) + 10
    assert branch_of(path).startswith(branch)
    assert hashed == branch.endswith("-")


def test_no_two_files_share_a_branch() -> None:
    paths = [
        "a/b/sarv-sync.yaml",
        "a-b/sarv-sync.yaml",
        "A-b/sarv-sync.yaml",
        "a b/sarv-sync.yaml",
        "a/b.yaml",
        "a-b.yaml",
    ]
    assert len({branch_of(path) for path in [*paths, "sarv-sync.yaml"]}) == len(paths) + 1


@given(st.text(min_size=1, max_size=300))
def test_git_takes_every_name(path: str) -> None:
    name = branch_of(path)
    assert len(name) < 120
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-/")
    assert not name.endswith("-")


@pytest.mark.parametrize("path", ["sarv-sync.yaml", "x.lock", "a/..b/c.lock", "@{x}/~^:?*[\\.yaml"])
def test_git_itself_says_so(path: str) -> None:
    subprocess.run(["git", "check-ref-format", f"refs/heads/{branch_of(path)}"], check=True)
