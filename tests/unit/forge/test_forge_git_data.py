"""The forge: blobs, trees, commits and refs of a real repository, and the pull requests that are opened from them."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.forge.server import WORKFLOW, Forge

REPOSITORY = "acme/mail"
EVERYTHING = {"contents": "write", "pull-requests": "write"}


def git(folder: Path, *words: str, data: str = "") -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.net"]
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *words], capture_output=True, text=True, check=True, input=data
    )
    return done.stdout.strip()


class Site:
    """A repository with one commit on main that holds `a.yaml` and `sub/b.sh`, and a token for it."""

    def __init__(self, forge: Forge, bare: Path) -> None:
        self.forge, self.bare = forge, bare
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
        blobs = [git(bare, "hash-object", "-w", "--stdin", data=text) for text in ("a\n", "b\n")]
        below = git(bare, "mktree", data=f"100755 blob {blobs[1]}\tb.sh\n")
        self.tree = git(bare, "mktree", data=f"100644 blob {blobs[0]}\ta.yaml\n040000 tree {below}\tsub\n")
        self.main = git(bare, "commit-tree", self.tree, "-m", "first")
        git(bare, "update-ref", "refs/heads/main", self.main)
        forge.add_repository(REPOSITORY, git=bare)
        forge.add_token("t", permissions=EVERYTHING)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        return requests.request(
            method,
            f"{self.forge.url}/repos/{REPOSITORY}{path}",
            json=body,
            headers={"Authorization": "Bearer t"},
            timeout=30,
        )

    def commit(self, content: bytes, *parents: str) -> str:
        blob = self.ask("POST", "/git/blobs", {"content": b64encode(content).decode(), "encoding": "base64"}).json()
        entry = {"path": "a.yaml", "mode": "100644", "type": "blob", "sha": blob["sha"]}
        tree = self.ask("POST", "/git/trees", {"base_tree": self.tree, "tree": [entry]}).json()
        body = {"message": "Change", "tree": tree["sha"], "parents": list(parents or [self.main])}
        made: str = self.ask("POST", "/git/commits", body).json()["sha"]
        return made


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Forge() as forge:
        yield Site(forge, tmp_path / "bare.git")


def test_what_is_written_piece_by_piece_is_a_commit_like_any_other(site: Site) -> None:
    content = b"\xef\xbb\xbfa: 1\r\n"
    sha = site.commit(content)
    assert site.ask("POST", "/git/refs", {"ref": "refs/heads/x/y", "sha": sha}).status_code == 201
    assert site.ask("GET", "/git/ref/heads/x/y").json()["object"] == {"sha": sha, "type": "commit"}
    shown = subprocess.run(["git", "-C", str(site.bare), "show", "x/y:a.yaml"], capture_output=True, check=True)
    assert shown.stdout == content
    assert git(site.bare, "show", "x/y:sub/b.sh") == "b"
    assert git(site.bare, "show", "--no-patch", "--format=%an %s", "x/y") == f"{WORKFLOW} Change"
    compared = site.ask("GET", f"/compare/{site.main}...{sha}").json()
    [commit], [file] = compared["commits"], compared["files"]
    assert (commit["author"], commit["committer"]) == ({"login": WORKFLOW}, {"login": WORKFLOW})
    assert (file["filename"], file["status"]) == ("a.yaml", "modified")
    assert commit["commit"]["tree"]["sha"] == site.ask("GET", f"/git/commits/{sha}").json()["tree"]["sha"]


def test_a_tree_says_what_each_thing_in_it_is(site: Site) -> None:
    entries = site.ask("GET", f"/git/trees/{site.tree}").json()["tree"]
    assert [(each["path"], each["mode"], each["type"]) for each in entries] == [
        ("a.yaml", "100644", "blob"),
        ("sub", "040000", "tree"),
    ]


def test_a_ref_only_moves_forwards(site: Site) -> None:
    first, other = site.commit(b"1"), site.commit(b"2")
    site.ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": first})
    refused = site.ask("PATCH", "/git/refs/heads/x", {"sha": other, "force": False})
    assert (refused.status_code, refused.json()["message"]) == (422, "Update is not a fast forward")
    assert site.ask("PATCH", "/git/refs/heads/x", {"sha": site.commit(b"3", first)}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/git/ref/heads/nowhere", None, 404, "Not Found"),
        ("POST", "/git/refs", {"ref": "refs/heads/main", "sha": "MAIN"}, 422, "Reference already exists"),
        ("POST", "/git/refs", {"ref": "main", "sha": "MAIN"}, 422, "Reference name must start"),
        ("POST", "/git/refs", {"ref": "refs/heads/x", "sha": "e" * 40}, 422, "Object does not exist"),
        ("POST", "/git/refs", {"ref": "refs/heads/main/x", "sha": "MAIN"}, 422, "Reference update failed"),
        ("PATCH", "/git/refs/heads/x", {"sha": "MAIN"}, 422, "Reference does not exist"),
        ("POST", "/git/commits", {"message": "x", "tree": "MAIN", "parents": []}, 422, "Tree SHA does not exist"),
        ("POST", "/git/trees", {"tree": []}, 422, "Invalid tree info"),
        ("POST", "/git/blobs", {"content": "%", "encoding": "base64"}, 422, "The content is not valid Base64."),
    ],
)
def test_what_cannot_be_is_refused(
    site: Site, *, method: str, path: str, body: dict[str, Any] | None, status: int, message: str
) -> None:
    asked = None if body is None else {key: site.main if value == "MAIN" else value for key, value in body.items()}
    answer = site.ask(method, path, asked)
    assert answer.status_code == status
    assert message in answer.json()["message"]


def opened(site: Site) -> int:
    site.ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": site.commit(b"1")})
    answer = site.ask("POST", "/pulls", {"title": "T", "head": "x", "base": "main", "body": "B"})
    assert answer.status_code == 201
    number: int = answer.json()["number"]
    return number


def test_a_pull_request_follows_its_branch_until_it_is_closed(site: Site) -> None:
    number = opened(site)
    second = site.commit(b"2", git(site.bare, "rev-parse", "x"))
    site.ask("PATCH", "/git/refs/heads/x", {"sha": second})
    assert site.forge.pull_request(REPOSITORY, number).head_sha == second
    assert site.ask("PATCH", f"/pulls/{number}", {"state": "closed", "title": "U"}).json()["title"] == "U"
    site.ask("PATCH", "/git/refs/heads/x", {"sha": site.commit(b"3", second)})
    assert site.forge.pull_request(REPOSITORY, number).head_sha == second


def test_pull_requests_are_listed_by_branch_and_state(site: Site) -> None:
    number = opened(site)
    site.forge.open_pull_request(REPOSITORY, head_ref="x", head_repository="stranger/mail")
    for query, found in (
        ("head=acme:x", [number]),
        ("head=acme:y", []),
        ("head=x", [number + 1, number]),
        ("base=other", []),
        ("state=closed", []),
    ):
        assert [each["number"] for each in site.ask("GET", f"/pulls?{query}").json()] == found, query


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"head": "x"}, 422, "A pull request already exists for acme:x."),
        ({"head": "nowhere"}, 422, "invalid"),
        ({"head": "main"}, 422, "No commits between main and main"),
        ({"head": "x", "title": " "}, 422, "missing_field"),
    ],
)
def test_a_pull_request_that_cannot_be_is_refused(site: Site, body: dict[str, str], status: int, told: str) -> None:
    opened(site)
    answer = site.ask("POST", "/pulls", {"title": "T", "base": "main", **body})
    assert answer.status_code == status
    assert told in answer.text


def test_a_workflow_opens_no_pull_request_where_it_may_not(site: Site) -> None:
    site.ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": site.commit(b"1")})
    site.forge.let_workflows_open(REPOSITORY, False)
    body = {"title": "T", "head": "x", "base": "main"}
    assert site.ask("POST", "/pulls", body).json()["message"].startswith("GitHub Actions is not permitted to create")
    site.forge.add_token("t", "octo-app[bot]", EVERYTHING)
    assert site.ask("POST", "/pulls", body).status_code == 201
