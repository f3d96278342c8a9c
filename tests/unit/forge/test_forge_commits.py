"""The forge: commits and pull requests, of a drawn graph and of a real repository."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.forge.server import Forge

REPOSITORY = "acme/mail"
GRAPH = {"root": [], "base": ["root"], "head": ["root"], "merged": ["base", "head"], "apart": []}
"""root ← base ← merged, root ← head ← merged, and a commit that is none of theirs."""


def in_git(folder: Path) -> dict[str, str]:
    """Make the same commits in a bare repository, and return their SHAs."""

    def git(*words: str) -> str:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.net"]
        done = subprocess.run(
            ["git", "-C", str(folder), *identity, *words], capture_output=True, text=True, check=True, input=""
        )
        return done.stdout.strip()

    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    empty = git("mktree")
    made: dict[str, str] = {}
    for name, parents in GRAPH.items():
        flags = [word for parent in parents for word in ("-p", made[parent])]
        made[name] = git("commit-tree", empty, "-m", name, *flags)
    git("update-ref", "refs/heads/main", made["base"])
    git("update-ref", "refs/heads/feature/x", made["head"])
    return made


@pytest.fixture(params=["graph", "git"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Forge, dict[str, str]]]:
    with Forge() as forge:
        if request.param == "git":
            shas = in_git(tmp_path / "bare.git")
            forge.add_repository(REPOSITORY, git=tmp_path / "bare.git")
        else:
            shas = {name: name for name in GRAPH}
            forge.add_repository(REPOSITORY, graph=GRAPH, branches={"main": "base", "feature/x": "head"})
        yield forge, shas


Ask = Callable[[str], requests.Response]


@pytest.fixture
def ask(world: tuple[Forge, dict[str, str]]) -> Ask:
    return lambda path: requests.get(f"{world[0].url}/repos/{REPOSITORY}{path}", timeout=30)


@pytest.fixture
def shas(world: tuple[Forge, dict[str, str]]) -> dict[str, str]:
    return world[1]


@pytest.mark.parametrize(
    ("base", "head", "status", "ahead", "behind"),
    [
        ("base", "base", "identical", 0, 0),
        ("base", "merged", "ahead", 2, 0),
        ("merged", "head", "behind", 0, 2),
        ("base", "head", "diverged", 1, 1),
    ],
)
def test_two_commits_are_compared(
    ask: Ask, shas: dict[str, str], *, base: str, head: str, status: str, ahead: int, behind: int
) -> None:
    answer = ask(f"/compare/{shas[base]}...{shas[head]}").json()
    assert (answer["status"], answer["ahead_by"], answer["behind_by"]) == (status, ahead, behind)
    if status == "diverged":
        assert answer["merge_base_commit"]["sha"] == shas["root"]


@pytest.mark.parametrize("span", ["main...feature%2Fx", "main...feature/x"])
def test_branches_are_compared(ask: Ask, span: str) -> None:
    assert ask(f"/compare/{span}").json()["status"] == "diverged"


def test_what_cannot_be_compared_is_not_found(ask: Ask, shas: dict[str, str]) -> None:
    for span in ("main...gone", f"main...{shas['apart']}", "main", "--all...main"):
        assert ask(f"/compare/{span}").status_code == 404


@pytest.mark.parametrize("ref", ["feature%2Fx", "feature/x"])
def test_a_commit_is_returned_with_its_tree_and_parents(ask: Ask, shas: dict[str, str], ref: str) -> None:
    answer = ask(f"/commits/{ref}").json()
    assert (answer["sha"], answer["parents"]) == (shas["head"], [{"sha": shas["root"]}])
    assert len(answer["commit"]["tree"]["sha"]) == 40


def test_a_commit_that_does_not_exist_is_not_processed(ask: Ask) -> None:
    answer = ask("/commits/gone")
    assert (answer.status_code, answer.json()["message"]) == (422, "No commit found for SHA: gone")


def test_a_pull_request_tells_its_head_its_base_and_how_it_was_merged(
    world: tuple[Forge, dict[str, str]], ask: Ask
) -> None:
    forge, shas = world
    number = forge.open_pull_request(REPOSITORY, shas["root"], shas["base"], head_repository="fork/mail")
    forge.push(REPOSITORY, number, shas["head"])
    before = ask(f"/pulls/{number}").json()
    assert (before["state"], before["merged"], before["merge_commit_sha"]) == ("open", False, None)
    assert before["head"] == {"sha": shas["head"], "ref": "feature", "repo": {"full_name": "fork/mail"}}
    assert (before["base"]["sha"], before["base"]["ref"]) == (shas["base"], "main")
    forge.merge(REPOSITORY, number, shas["merged"])
    after = ask(f"/pulls/{number}").json()
    assert (after["state"], after["merged"], after["merge_commit_sha"]) == ("closed", True, shas["merged"])


def test_an_issue_is_no_pull_request(world: tuple[Forge, dict[str, str]], ask: Ask) -> None:
    number = world[0].open_issue(REPOSITORY, "octocat")
    assert ask(f"/pulls/{number}").status_code == 404


@pytest.mark.parametrize(
    ("commit", "found"), [("head", [1]), ("merged", [1]), ("apart", [1]), ("base", []), ("root", [])]
)
def test_pull_requests_are_found_by_their_commits_and_by_what_they_became(
    world: tuple[Forge, dict[str, str]], ask: Ask, commit: str, found: list[int]
) -> None:
    forge, shas = world
    number = forge.open_pull_request(REPOSITORY, shas["head"], shas["base"])
    forge.merge(REPOSITORY, number, shas["merged"], landed=[shas["apart"]])
    listed = ask(f"/commits/{shas[commit]}/pulls").json()
    assert [pull["number"] for pull in listed] == found
    assert all(pull["merged_at"] and "merged" not in pull for pull in listed)


def test_a_pull_request_that_is_not_merged_is_found_by_its_head_alone(
    world: tuple[Forge, dict[str, str]], ask: Ask
) -> None:
    forge, shas = world
    forge.open_pull_request(REPOSITORY, shas["head"], shas["base"])
    assert [len(ask(f"/commits/{shas[name]}/pulls").json()) for name in ("head", "merged")] == [1, 0]
    assert ask("/commits/gone/pulls").status_code == 422
