from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import InputError
from sarv_sync.github import event as event_file
from sarv_sync.github.context import Context, PullRequest, read_context

SHA, HEAD = "a" * 40, "b" * 40
ENVIRONMENT = {
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_REPOSITORY": "acme/mail.config",
    "GITHUB_SHA": SHA,
    "GITHUB_REF": "refs/pull/7/merge",
    "GITHUB_REF_NAME": "7/merge",
    "GITHUB_RUN_ID": "1234567890",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_SERVER_URL": "https://ghe.example",
    "GITHUB_API_URL": "https://ghe.example/api/v3",
    "GITHUB_WORKSPACE": "/work/space",
    "GITHUB_ACTOR": "mona[bot]",
}
PULL_REQUEST = {
    "number": 7,
    "head": {"sha": HEAD, "repo": {"full_name": "acme/mail.config"}},
}
EVENT = {"pull_request": PULL_REQUEST, "repository": {"default_branch": "main"}}


def _read(tmp_path: Path, event: object, **variables: str) -> Context:
    path = tmp_path / "event.json"
    path.write_bytes(event if isinstance(event, bytes) else json.dumps(event).encode())
    return read_context({**ENVIRONMENT, "GITHUB_EVENT_PATH": str(path), **variables})


def test_a_run_for_a_pull_request(tmp_path: Path) -> None:
    context = _read(tmp_path, EVENT)
    assert context == Context(
        repository="acme/mail.config",
        sha=SHA,
        ref="refs/pull/7/merge",
        default_branch="main",
        run_id=1234567890,
        run_attempt=2,
        server_url="https://ghe.example",
        api_url="https://ghe.example/api/v3",
        workspace=Path("/work/space"),
        actor="mona[bot]",
        pull_request=PullRequest(7, HEAD, "acme/mail.config"),
    )
    assert context.run_url == "https://ghe.example/acme/mail.config/actions/runs/1234567890/attempts/2"
    assert not context.from_fork


@pytest.mark.parametrize("repo", [{"full_name": "mallory/mail.config"}, None, {}])
def test_a_pull_request_from_elsewhere_or_from_nowhere_is_from_a_fork(tmp_path: Path, repo: object) -> None:
    head = {"sha": HEAD, "repo": repo}
    assert _read(tmp_path, {"pull_request": {**PULL_REQUEST, "head": head}}).from_fork


@pytest.mark.parametrize("event", [{}, {"pull_request": None}, {"issue": {"pull_request": {}}}])
def test_another_event_has_no_pull_request(tmp_path: Path, event: object) -> None:
    context = _read(tmp_path, event)
    assert context.pull_request is None
    assert not context.from_fork


def test_a_scheduled_run_is_on_the_default_branch_which_its_event_does_not_name(tmp_path: Path) -> None:
    event = {"schedule": "0 4 * * *"}
    assert _read(tmp_path, event, GITHUB_EVENT_NAME="schedule", GITHUB_REF_NAME="trunk").default_branch == "trunk"
    assert _read(tmp_path, event, GITHUB_EVENT_NAME="push", GITHUB_REF_NAME="trunk").default_branch is None


def test_what_is_not_set_is_as_it_is_on_github_com() -> None:
    needed = ("GITHUB_EVENT_NAME", "GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_RUN_ID", "GITHUB_WORKSPACE")
    context = read_context({name: ENVIRONMENT[name] for name in needed})
    assert (context.api_url, context.server_url) == ("https://api.github.com", "https://github.com")
    assert context.run_attempt == 1
    assert context.default_branch is None


WRONG: dict[str, tuple[str, ...]] = {
    "GITHUB_EVENT_NAME": ("",),
    "GITHUB_REPOSITORY": ("", "acme", "acme/", "/x", "a/b/c", "a/..", "a/.", "a b/c", "a/b\n", "a/b?c", "a/%2e"),
    "GITHUB_SHA": ("", "main", "A" * 40, "a" * 39, "a" * 41, "a" * 40 + "\n"),
    "GITHUB_RUN_ID": ("", "0", "-1", "x", "1 ", "\u0661", "9" * 5000),
    "GITHUB_RUN_ATTEMPT": ("0", "x"),
    "GITHUB_WORKSPACE": ("",),
    "GITHUB_API_URL": ("http://ghe.example", "ftp://x", "https://u:p@ghe.example", "https://x/?a"),
    "GITHUB_SERVER_URL": ("javascript:alert(1)", "https://x)"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_variable_that_is_missing_or_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(InputError, match=name) as caught:
        read_context({**ENVIRONMENT, name: value})
    assert caught.value.hint
    assert not value or value not in caught.value.message or value in name


def test_both_lengths_of_hashes_are_right() -> None:
    assert read_context({**ENVIRONMENT, "GITHUB_SHA": "0" * 64}).sha == "0" * 64


def _with(**changes: Any) -> dict[str, object]:
    return {"pull_request": {**PULL_REQUEST, **changes}}


EVENTS: dict[str, object] = {
    "pull_request that is an object": {"pull_request": [1]},
    "number that is a number": _with(number="7"),
    "pull_request.number": _with(number=True),
    "number": _with(number=0),
    "head.sha": _with(head={"sha": "main", "repo": None}),
    "pull_request.head.sha": _with(head=None),
    "head.repo.full_name": _with(head={"sha": HEAD, "repo": {"full_name": "a/b/../c"}}),
    "not a JSON object": [1],
    "is not a JSON object": b"{",
    "this run is not a JSON": b"\xff",
    "of this run is not a JSON object": b"[" * 100_000,
}


@pytest.mark.parametrize(("words", "event"), EVENTS.items(), ids=EVENTS.keys())
def test_an_event_that_is_malformed_is_explained(tmp_path: Path, words: str, event: object) -> None:
    with pytest.raises(InputError, match=words) as caught:
        _read(tmp_path, event)
    assert "GITHUB_EVENT_PATH" in (caught.value.hint or "")
    assert caught.value.__cause__ is None


def test_the_number_may_stand_beside_the_pull_request(tmp_path: Path) -> None:
    without = {key: value for key, value in PULL_REQUEST.items() if key != "number"}
    context = _read(tmp_path, {"number": 9, "pull_request": without})
    assert context.pull_request is not None
    assert context.pull_request.number == 9


@pytest.mark.parametrize("path", ["/nowhere/event.json", "/", "a\0b"])
def test_an_event_that_cannot_be_read_is_explained(path: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_context({**ENVIRONMENT, "GITHUB_EVENT_PATH": path})


def test_an_event_beyond_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_file, "SIZE_MAX", 10)
    with pytest.raises(InputError, match="larger than"):
        _read(tmp_path, EVENT)
