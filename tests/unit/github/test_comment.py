"""The comment under a pull request, kept by one job."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sarv_sync.errors import GitHubError
from sarv_sync.github.author import whoami
from sarv_sync.github.comment import ROUNDS, SETTLE, keep_comment, refresh_comment
from sarv_sync.model.github_texts import COMMENT_MARKER as MARKER
from tests.forge.client import client
from tests.forge.records import Call
from tests.forge.server import Forge
from tests.unit.github.comment_jobs import BOT, REPOSITORY, Part, keep, text


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge() as forge:
        forge.add_repository(REPOSITORY)
        forge.add_token("t", BOT, {"pull-requests": "write"})
        yield forge


@pytest.fixture
def number(forge: Forge) -> int:
    return forge.open_pull_request(REPOSITORY)


def bodies(forge: Forge, number: int) -> list[str]:
    return [comment.body for comment in forge.comments(REPOSITORY, number)]


def test_the_first_job_creates_the_comment_and_returns_where_it_is(forge: Forge, number: int) -> None:
    url = keep(forge, number, Part("a"))
    (comment,) = forge.comments(REPOSITORY, number)
    assert comment.body == text(a="1")
    assert url.endswith(f"/{REPOSITORY}/pull/{number}#issuecomment-{comment.id}")


def test_a_later_job_puts_its_part_into_the_same_comment(forge: Forge, number: int) -> None:
    assert keep(forge, number, Part("a")) == keep(forge, number, Part("b"))
    assert bodies(forge, number) == [text(a="1", b="1")]


@pytest.mark.parametrize("stands", [text(a="1"), text(a="1").replace("\n", "\r\n") + "\r\n"])
def test_a_comment_that_is_right_is_not_written(forge: Forge, number: int, stands: str) -> None:
    forge.comment(REPOSITORY, number, BOT, stands)
    keep(forge, number, Part("a"))
    assert forge.writes == []


@pytest.mark.parametrize(
    ("author", "body"),
    [
        ("mallory", text(a="forged")),
        ("mallory", text(a="1")),
        ("actions[bot]", text(a="1")),
        (BOT, f"see below\n{text(a='1')}"),
        (BOT, f" {MARKER}\na=1"),
        (BOT, f"{MARKER} \na=1"),
    ],
)
def test_what_is_not_ours_is_neither_read_nor_touched(forge: Forge, number: int, author: str, body: str) -> None:
    forge.comment(REPOSITORY, number, author, body)
    keep(forge, number, Part("b"))
    assert bodies(forge, number) == [body, text(b="1")]


def test_the_authors_name_knows_no_case(forge: Forge, number: int) -> None:
    forge.comment(REPOSITORY, number, "GitHub-Actions[bot]", text(a="1"))
    keep(forge, number, Part("b"))
    assert bodies(forge, number) == [text(a="1", b="1")]


def test_the_comment_is_found_on_a_later_page(forge: Forge, number: int) -> None:
    for index in range(120):
        forge.comment(REPOSITORY, number, "octocat", f"remark {index}")
    forge.comment(REPOSITORY, number, BOT, text(a="1"))
    keep(forge, number, Part("b"))
    assert bodies(forge, number)[120:] == [text(a="1", b="1")]


def test_duplicates_are_deleted_only_once_the_oldest_was_read_to_hold_all_they_say(forge: Forge, number: int) -> None:
    for name in "abc":
        forge.comment(REPOSITORY, number, BOT, text(**{name: "1"}))
    keep(forge, number, Part("d"))
    assert bodies(forge, number) == [text(a="1", b="1", c="1", d="1")]
    assert [call.method for call in forge.calls] == ["GET", "PATCH", "GET", "DELETE", "DELETE", "GET"]


def test_what_a_duplicate_says_meanwhile_is_merged_before_it_is_deleted(forge: Forge, number: int) -> None:
    forge.comment(REPOSITORY, number, BOT, text(a="1"))
    duplicate = forge.comment(REPOSITORY, number, BOT, text(b="1"))

    def goes_on(_: Call) -> None:
        forge.edit_comment(REPOSITORY, duplicate, text(b="1", c="1"))

    forge.events.after("PATCH", "/comments/", goes_on, times=1)
    keep(forge, number, Part("d"))
    assert bodies(forge, number) == [text(a="1", b="1", c="1", d="1")]


def test_a_comment_deleted_between_reading_and_writing_is_made_anew(forge: Forge, number: int) -> None:
    deleted = forge.comment(REPOSITORY, number, BOT, text(a="1"))
    forge.events.before("PATCH", "/comments/", lambda _: forge.delete_comment(REPOSITORY, deleted), times=1)
    keep(forge, number, Part("b"))
    assert bodies(forge, number) == [text(b="1")]


def test_a_duplicate_that_somebody_else_deletes_is_no_error(forge: Forge, number: int) -> None:
    forge.comment(REPOSITORY, number, BOT, text(a="1", b="1"))
    deleted = forge.comment(REPOSITORY, number, BOT, text(b="1"))
    forge.events.before("DELETE", "/comments/", lambda _: forge.delete_comment(REPOSITORY, deleted), times=1)
    keep(forge, number, Part("a"))
    assert bodies(forge, number) == [text(a="1", b="1")]


@pytest.mark.parametrize("fault", ["drop-before", "drop-after"])
def test_a_lost_answer_to_creating_leaves_one_comment(forge: Forge, number: int, fault: str) -> None:
    forge.events.fail("POST", "/comments", "drop-after" if fault == "drop-after" else "drop-before")
    keep(forge, number, Part("a"))
    assert bodies(forge, number) == [text(a="1")]


def test_no_answer_to_creating_twice_in_a_row_is_an_error(forge: Forge, number: int) -> None:
    forge.events.fail("POST", "/comments", "drop-before", times=None)
    with pytest.raises(GitHubError, match="no answer"):
        keep(forge, number, Part("a"))
    assert sum(call.method == "POST" for call in forge.calls) == 2


def test_a_locked_conversation_is_an_error(forge: Forge, number: int) -> None:
    forge.thread(REPOSITORY, number).locked = True
    with pytest.raises(GitHubError, match="locked") as raised:
        keep(forge, number, Part("a"))
    assert raised.value.status == 403
    assert sum(call.method == "POST" for call in forge.calls) == 1


def test_a_token_that_may_only_read_is_an_error(forge: Forge, number: int) -> None:
    forge.add_token("reader", BOT, {"pull-requests": "read", "issues": "write"})
    with pytest.raises(GitHubError, match="not accessible"):
        keep(forge, number, Part("a"), token="reader")


def test_a_comment_by_another_author_than_the_one_looked_for_is_taken_back(forge: Forge, number: int) -> None:
    forge.add_token("app", "acme-bot[bot]", {"pull-requests": "write"})
    with pytest.raises(GitHubError, match=r"by acme-bot\[bot\], not by github-actions\[bot\]") as raised:
        keep(forge, number, Part("a"), token="app")
    assert "comment-author to acme-bot[bot]" in (raised.value.hint or "")
    assert bodies(forge, number) == []


def test_a_comment_that_never_stays_is_given_up_after_some_rounds(forge: Forge, number: int) -> None:
    made = forge.comment(REPOSITORY, number, BOT, text(b="1"))
    forge.events.after("PATCH", "/comments/", lambda _: forge.edit_comment(REPOSITORY, made, text(b="1")))
    with pytest.raises(GitHubError, match="did not stay"):
        keep(forge, number, Part("a"))
    assert len(forge.writes) == ROUNDS


def test_a_comment_that_stays_in_the_last_round_is_enough(forge: Forge, number: int) -> None:
    made = forge.comment(REPOSITORY, number, BOT, text(b="1"))
    undone = ROUNDS - 1
    forge.events.after("PATCH", "/comments/", lambda _: forge.edit_comment(REPOSITORY, made, text(b="1")), undone)
    keep(forge, number, Part("a"))
    assert bodies(forge, number) == [text(a="1", b="1")]


def test_what_others_do_to_the_text_after_our_write_is_left_to_them(forge: Forge, number: int) -> None:
    made = forge.comment(REPOSITORY, number, BOT, text(b="1"))
    touched = text(a="1", b="1") + "\na remark"
    forge.events.after("PATCH", "/comments/", lambda _: forge.edit_comment(REPOSITORY, made, touched))
    keep(forge, number, Part("a"))
    assert bodies(forge, number) == [touched]


def test_every_write_is_followed_by_a_pause_that_grows_by_chance(forge: Forge, number: int) -> None:
    made = forge.comment(REPOSITORY, number, BOT, text(b="1"))
    forge.events.after("PATCH", "/comments/", lambda _: forge.edit_comment(REPOSITORY, made, text(b="1")))
    pauses, bounds = list[float](), list[float]()

    def half(most: float) -> float:
        bounds.append(most)
        return most / 2

    with client(forge, "t") as api, pytest.raises(GitHubError):
        keep_comment(api, REPOSITORY, number, BOT, Part("a"), pauses.append, half)
    assert bounds == [2.0**round_ for round_ in range(ROUNDS)]
    assert pauses == [SETTLE + bound / 2 for bound in bounds]


def test_refreshing_brings_a_comment_up_to_date_once(forge: Forge, number: int) -> None:
    forge.comment(REPOSITORY, number, BOT, text(a="1"))
    with client(forge, "t") as api:
        for _ in range(2):
            refresh_comment(api, REPOSITORY, number, BOT, Part("a", "2"))
    assert bodies(forge, number) == [text(a="2")]
    assert [call.method for call in forge.calls] == ["GET", "PATCH", "GET"]


def test_refreshing_makes_no_comment(forge: Forge, number: int) -> None:
    with client(forge, "t") as api:
        refresh_comment(api, REPOSITORY, number, BOT, Part("a"))
    assert forge.writes == []


@pytest.mark.parametrize(
    ("token", "login", "who"),
    [("pat", "octocat", "octocat"), ("t", BOT, "fallback"), ("app", "acme[bot]", "fallback")],
)
def test_who_writes_is_asked_of_github_and_assumed_for_apps(forge: Forge, token: str, login: str, who: str) -> None:
    forge.add_token(token, login)
    with client(forge, token) as api:
        assert whoami(api, "fallback") == who


def test_who_writes_is_not_assumed_for_a_token_that_is_none(forge: Forge) -> None:
    with client(forge, "stolen") as api, pytest.raises(GitHubError) as raised:
        whoami(api, "fallback")
    assert raised.value.status == 401
