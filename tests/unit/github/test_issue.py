"""The issue about drift."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from sarv_sync.errors import GitHubError, InputError
from sarv_sync.github.issue import Action, Drifting, Kept, close_issue, find_issue, keep_issue
from tests.forge.answers import Answer
from tests.forge.client import client
from tests.forge.records import Thread
from tests.forge.server import Forge

REPOSITORY, BOT, LABEL = "acme/mail", "github-actions[bot]", "sarv-sync-drift"
MARKER = "<!-- sarv-sync:drift eu.yaml "


def drifting(fingerprint: str = "f1", said: str = "billing: 20", change: str | None = "Other drift") -> Drifting:
    return Drifting("Drift in eu.yaml", f"{MARKER}fingerprint={fingerprint} -->\n\n{said}", change, fingerprint)


@pytest.fixture
def forge() -> Iterator[Forge]:
    moments = (datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minute) for minute in range(10_000))
    with Forge(clock=lambda: next(moments)) as forge:
        forge.add_repository(REPOSITORY)
        forge.add_token("t", BOT, {"issues": "write"})
        yield forge


def keep(forge: Forge, what: Drifting, *, author: str = BOT, label: str = LABEL, token: str = "t") -> Kept:
    with client(forge, token) as api:
        return keep_issue(api, REPOSITORY, author, label, MARKER, what)


def close(forge: Forge) -> Kept | None:
    with client(forge, "t") as api:
        return close_issue(api, REPOSITORY, BOT, LABEL, MARKER, "The account is as its files say.")


def only(forge: Forge) -> Thread:
    (issue,) = forge.issues(REPOSITORY)
    return issue


def said(forge: Forge, number: int) -> list[str]:
    return [comment.body for comment in forge.comments(REPOSITORY, number)]


@contextmanager
def leaving_all_as_it_is(forge: Forge) -> Iterator[None]:
    before = len(forge.writes)
    yield
    assert forge.writes[before:] == []


def test_the_first_drift_opens_an_issue_under_a_label_that_explains_itself(forge: Forge) -> None:
    kept = keep(forge, drifting())
    issue = only(forge)
    assert (kept.action, kept.html_url) == (Action.OPENED, f"{forge.url}/{REPOSITORY}/issues/{issue.number}")
    assert (issue.title, issue.body, issue.labels) == (drifting().title, drifting().body, [LABEL])
    assert (forge.label(REPOSITORY, LABEL) or {})["description"]


def test_a_label_that_is_there_is_left_as_it_is(forge: Forge) -> None:
    forge.open_issue(REPOSITORY, "octocat", labels=[LABEL])
    before = forge.label(REPOSITORY, LABEL)
    keep(forge, drifting())
    assert forge.label(REPOSITORY, LABEL) == before
    assert "POST /repos/acme/mail/labels" not in [f"{call.method} {call.path}" for call in forge.calls]


def test_a_label_that_another_run_makes_meanwhile_is_no_error(forge: Forge) -> None:
    forge.events.before("POST", "/labels", lambda _: (forge.open_issue(REPOSITORY, "x", labels=[LABEL]), None)[1])
    assert keep(forge, drifting()).action == Action.OPENED


def test_a_label_that_needs_escaping_is_looked_up_as_it_is(forge: Forge) -> None:
    label = "drift/eu? 100%"
    forge.open_issue(REPOSITORY, "octocat", labels=[label])
    assert [keep(forge, drifting(), label=label).action for _ in range(2)] == [Action.OPENED, Action.UNCHANGED]
    assert [call.path for call in forge.calls if call.method == "POST"] == ["/repos/acme/mail/issues"]


def test_the_same_drift_in_the_same_words_changes_nothing(forge: Forge) -> None:
    keep(forge, drifting())
    with leaving_all_as_it_is(forge):
        assert keep(forge, drifting()).action == Action.UNCHANGED


def test_the_same_drift_in_other_words_is_edited_without_a_comment(forge: Forge) -> None:
    keep(forge, drifting())
    newer = drifting(said="as of another run")
    kept = keep(forge, newer)
    assert (kept.action, kept.news, only(forge).body, said(forge, 1)) == (Action.UPDATED, False, newer.body, [])


def test_other_drift_is_edited_and_commented_once(forge: Forge) -> None:
    keep(forge, drifting())
    other = drifting("f2", "orders is gone")
    assert [keep(forge, other).action for _ in range(2)] == [Action.COMMENTED, Action.UNCHANGED]
    assert (only(forge).body, said(forge, 1)) == (other.body, ["Other drift"])


def test_other_drift_without_a_comment_is_edited(forge: Forge) -> None:
    keep(forge, drifting())
    kept = keep(forge, drifting("f2", change=None))
    assert (kept.action, kept.news, said(forge, 1)) == (Action.COMMENTED, True, [])


def test_a_fingerprint_that_somebody_wrote_below_the_hidden_lines_counts_for_nothing(forge: Forge) -> None:
    keep(forge, drifting())
    forge.thread(REPOSITORY, 1).body = f"{MARKER}fingerprint=f1 -->\n\nfingerprint=f2"
    assert keep(forge, drifting("f2")).action == Action.COMMENTED


def test_a_body_with_the_line_ends_of_a_browser_is_understood(forge: Forge) -> None:
    keep(forge, drifting())
    forge.thread(REPOSITORY, 1).body = drifting().body.replace("\n", "\r\n")
    assert keep(forge, drifting()).action == Action.UPDATED


def test_an_issue_that_was_closed_is_reopened_with_a_comment(forge: Forge) -> None:
    keep(forge, drifting())
    close(forge)
    kept = keep(forge, drifting("f2"))
    issue = only(forge)
    assert (kept.action, issue.state, issue.body) == (Action.REOPENED, "open", drifting("f2").body)
    assert said(forge, 1)[1:] == ["Other drift"]


def test_a_clean_run_closes_the_issue_with_a_word(forge: Forge) -> None:
    keep(forge, drifting())
    kept = close(forge)
    issue = only(forge)
    assert kept is not None
    assert (kept.action, issue.state, issue.state_reason) == (Action.CLOSED, "closed", "completed")
    assert said(forge, 1) == ["The account is as its files say."]


@pytest.mark.parametrize("was", ["never opened", "closed before"])
def test_a_clean_run_without_an_open_issue_writes_nothing(forge: Forge, was: str) -> None:
    if was == "closed before":
        keep(forge, drifting())
        close(forge)
    with leaving_all_as_it_is(forge):
        assert close(forge) is None


@pytest.mark.parametrize(
    ("author", "body", "labels"),
    [
        ("mallory", drifting().body, [LABEL]),
        (BOT, drifting().body, []),
        (BOT, drifting().body, ["another"]),
        (BOT, drifting().body.replace("eu.yaml", "eu.yaml.bak"), [LABEL]),
        (BOT, f"quoted:\n{drifting().body}", [LABEL]),
        (BOT, None, [LABEL]),
    ],
)
def test_what_is_not_ours_is_left_alone(forge: Forge, author: str, body: str | None, labels: list[str]) -> None:
    number = forge.open_issue(REPOSITORY, author, "Theirs", body, labels)
    assert close(forge) is None
    assert keep(forge, drifting()).action == Action.OPENED
    theirs = forge.thread(REPOSITORY, number)
    assert (theirs.title, theirs.body, theirs.state, said(forge, number)) == ("Theirs", body, "open", [])


def test_a_pull_request_is_no_issue(forge: Forge) -> None:
    number = forge.open_pull_request(REPOSITORY, author=BOT, body=drifting().body)
    forge.open_issue(REPOSITORY, "x", labels=[LABEL])
    forge.thread(REPOSITORY, number).labels = [LABEL]
    assert keep(forge, drifting()).action == Action.OPENED


def test_an_open_issue_is_found_before_a_closed_one_and_of_those_the_one_closed_last(forge: Forge) -> None:
    for number in (1, 2, 3):
        forge.open_issue(REPOSITORY, BOT, body=drifting().body, labels=[LABEL])
        if number < 3:
            close(forge)
    with client(forge, "t") as api:
        found = [find_issue(api, REPOSITORY, BOT, LABEL, MARKER)]
        forge.thread(REPOSITORY, 1).closed = datetime(2027, 1, 1, tzinfo=timezone.utc)
        close(forge)
        found.append(find_issue(api, REPOSITORY, BOT, LABEL, MARKER))
        assert find_issue(api, REPOSITORY, BOT, LABEL, "<!-- other") is None
    assert [(issue.number, issue.state) for issue in found if issue] == [(3, "open"), (1, "closed")]


def test_the_issue_is_found_among_hundreds(forge: Forge) -> None:
    keep(forge, drifting())
    for _ in range(130):
        forge.open_issue(REPOSITORY, "octocat", labels=[LABEL])
    assert keep(forge, drifting()).action == Action.UNCHANGED


def test_of_several_open_ones_the_oldest_stays(forge: Forge) -> None:
    for _ in range(3):
        forge.open_issue(REPOSITORY, BOT, "Drift in eu.yaml", drifting().body, [LABEL])
    keep(forge, drifting())
    close(forge)
    assert [(issue.state, issue.state_reason) for issue in forge.issues(REPOSITORY)] == [
        ("closed", "completed"),
        ("closed", "not_planned"),
        ("closed", "not_planned"),
    ]
    assert [issue.body for issue in forge.issues(REPOSITORY)][1:] == [
        "A duplicate of #1: two runs opened an issue at the same time."
    ] * 2
    assert keep(forge, drifting()).html_url.endswith("/issues/1")


def test_of_two_runs_that_open_one_at_the_same_time_the_earlier_issue_stays(forge: Forge) -> None:
    together = threading.Barrier(2, timeout=60)
    forge.events.before("POST", "/issues", lambda _: (together.wait(), None)[1], times=2)
    kept: list[Kept] = []
    runs = [threading.Thread(target=lambda: kept.append(keep(forge, drifting()))) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [issue.state for issue in forge.issues(REPOSITORY)] == ["open", "closed"]
    assert {one.html_url.rpartition("/")[2] for one in kept} == {"1"}
    assert only_open_body(forge) == drifting().body


def only_open_body(forge: Forge) -> str | None:
    (body,) = [issue.body for issue in forge.issues(REPOSITORY) if issue.state == "open"]
    return body


def test_what_cannot_be_commented_on_is_edited_and_not_said_again(forge: Forge) -> None:
    keep(forge, drifting())
    forge.thread(REPOSITORY, 1).locked = True
    with pytest.raises(GitHubError, match="locked"):
        keep(forge, drifting("f2"))
    with leaving_all_as_it_is(forge):
        assert keep(forge, drifting("f2")).action == Action.UNCHANGED


def test_issues_that_are_turned_off_are_an_error_that_says_how_to_go_on(forge: Forge) -> None:
    forge.add_repository(REPOSITORY, has_issues=False)
    with pytest.raises(GitHubError) as raised:
        keep(forge, drifting())
    assert raised.value.status == 410
    assert "issue: false" in (raised.value.hint or "")
    assert close(forge) is None


def test_a_token_that_may_not_write_issues_is_an_error(forge: Forge) -> None:
    forge.add_token("reader", BOT, {"issues": "read", "pull-requests": "write"})
    with pytest.raises(GitHubError, match="not accessible") as raised:
        keep(forge, drifting(), token="reader")
    assert raised.value.status == 403


def test_an_issue_by_another_author_than_the_one_looked_for_is_closed_again(forge: Forge) -> None:
    forge.add_token("app", "acme-bot[bot]", {"issues": "write"})
    with pytest.raises(GitHubError, match=r"by acme-bot\[bot\]"):
        keep(forge, drifting(), token="app")
    assert only(forge).state == "closed"


def test_a_label_with_a_comma_is_refused_since_it_is_never_found_again(forge: Forge) -> None:
    with pytest.raises(InputError, match="comma"):
        keep(forge, drifting(), label="drift,mail")


def test_a_text_without_its_marker_or_fingerprint_is_a_bug(forge: Forge) -> None:
    for text in ("no marker", f"{MARKER} -->\nfingerprint=f1"):
        with pytest.raises(ValueError, match="must begin"):
            keep(forge, replace(drifting(), body=text))
    assert forge.calls == ()


def test_an_answer_without_a_number_is_an_error(forge: Forge) -> None:
    forge.events.fail("POST", "/issues", Answer(201, {"id": 1}))
    forge.events.fail("GET", "/labels", Answer(200, {}))
    with pytest.raises(GitHubError, match="which issue"):
        keep(forge, drifting())


def test_what_github_lists_beyond_issues_is_passed_over(forge: Forge) -> None:
    listed = [None, {}, {"user": {"login": BOT}}, {"user": None, "number": 1}]
    forge.events.fail("GET", "/issues", Answer(200, listed))
    with client(forge, "t") as api:
        assert find_issue(api, REPOSITORY, BOT, LABEL, MARKER) is None
