"""The pull request that proposes what the branch holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sarv_sync.errors import GitHubError
from sarv_sync.github.own_branch import State
from sarv_sync.github.pull_request import Action
from tests.forge.answers import Answer
from tests.forge.events import BAD_GATEWAY, Fault
from tests.forge.server import Forge
from tests.unit.github.proposals import BOT, BRANCH, MARKER, REPOSITORY, TEAM_FILE, Place, change, git, proposal

OTHER = proposal(change(b"team: 3\n"), fingerprint="f2", said="billing: 30")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Forge() as forge:
        yield Place.found(forge, tmp_path)


def test_the_first_proposal_opens_a_pull_request_from_the_branch(place: Place) -> None:
    kept = place.keep()
    thread, pull = place.only(), place.forge.pull_request(REPOSITORY, place.only().number)
    assert (kept.action, kept.number, kept.html_url) == (
        Action.OPENED,
        thread.number,
        f"{place.forge.url}/{REPOSITORY}/pull/{thread.number}",
    )
    assert (thread.title, thread.body, thread.author) == (proposal().title, proposal().body, BOT)
    assert (pull.head_ref, pull.head_sha, pull.base_ref) == (BRANCH, place.head(), "main")


def test_the_same_proposal_changes_nothing(place: Place) -> None:
    first = place.keep()
    before = place.forge.writes
    again = place.keep()
    assert (again.action, again.number) == (Action.UNCHANGED, first.number)
    assert place.forge.writes == before


def test_another_proposal_updates_branch_and_text_of_the_open_one(place: Place) -> None:
    first = place.keep()
    kept = place.keep(OTHER)
    thread = place.only()
    assert (kept.action, kept.number, thread.body) == (Action.UPDATED, first.number, OTHER.body)
    assert place.forge.pull_request(REPOSITORY, thread.number).head_sha == place.head()
    assert place.content(TEAM_FILE) == b"team: 3\n"
    assert place.forge.comments(REPOSITORY, thread.number) == []


def test_a_text_that_somebody_has_changed_is_put_right_without_a_commit(place: Place) -> None:
    place.keep()
    place.forge.thread(REPOSITORY, place.only().number).body = f"{proposal().body} (merge at once!)"
    head = place.head()
    assert place.keep().action is Action.UPDATED
    assert (place.only().body, place.head()) == (proposal().body, head)


def test_a_branch_that_somebody_has_worked_on_keeps_its_pull_request_as_it_is(place: Place) -> None:
    first = place.keep()
    sha = place.commit("README", b"Mine\n", branch=BRANCH)
    before = place.forge.writes
    kept = place.keep(OTHER)
    assert (kept.action, kept.number, kept.branch.strangers) == (Action.LEFT, first.number, (sha,))
    assert (place.forge.writes, place.only().body) == (before, proposal().body)
    assert kept.is_open


def test_a_branch_of_somebody_elses_gets_no_pull_request(place: Place) -> None:
    git(place.desk, "push", "--quiet", "origin", f"main:{BRANCH}")
    place.commit("README", b"Mine\n", branch=BRANCH)
    kept = place.keep()
    assert (kept.action, kept.number, kept.is_open) == (Action.LEFT, None, False)
    assert place.forge.pull_requests(REPOSITORY) == []


def close(place: Place, number: int) -> None:
    place.forge.thread(REPOSITORY, number).state = "closed"


def test_what_a_person_has_closed_stays_closed_until_something_else_is_proposed(place: Place) -> None:
    first = place.keep().number or 0
    close(place, first)
    before = place.forge.writes
    declined = place.keep()
    assert (declined.action, declined.number, declined.is_open) == (Action.DECLINED, first, False)
    assert place.forge.writes == before
    assert place.keep(OTHER).action is Action.OPENED
    assert [thread.state for thread in place.forge.pull_requests(REPOSITORY)] == ["closed", "open"]
    assert place.merged() == [TEAM_FILE]


def test_what_was_merged_may_be_proposed_again(place: Place) -> None:
    first = place.keep().number or 0
    place.merge()
    place.forge.merge(REPOSITORY, first, place.head("main"))
    place.commit(TEAM_FILE, b"team: 1\n")
    assert place.keep().action is Action.OPENED


def test_nothing_left_closes_it_with_a_word_and_lets_it_be_proposed_again(place: Place) -> None:
    first = place.keep().number or 0
    head = place.head()
    assert place.close() == first
    thread = place.only()
    assert (thread.state, place.head()) == ("closed", head)
    assert [comment.body for comment in place.forge.comments(REPOSITORY, first)] == ["Nothing is left."]
    assert (thread.body or "").endswith("\nbilling: 20")
    before = place.forge.writes
    assert place.close() is None
    assert place.forge.writes == before
    kept = place.keep()
    assert (kept.action, kept.branch.state) == (Action.OPENED, State.UNCHANGED)


def test_pull_requests_of_others_are_neither_edited_nor_closed(place: Place) -> None:
    for more in (
        {"head_repository": "stranger/mail", "head_ref": BRANCH, "author": BOT, "body": proposal().body},
        {"head_ref": "other", "author": BOT, "body": proposal().body},
        {"head_ref": BRANCH, "base_ref": "next", "author": BOT, "body": proposal().body},
    ):
        place.forge.open_pull_request(REPOSITORY, **more)
    before = [(thread.number, thread.state, thread.body) for thread in place.forge.pull_requests(REPOSITORY)]
    assert place.close() is None
    assert place.keep().action is Action.OPENED
    assert place.keep(OTHER).action is Action.UPDATED
    assert [(each.number, each.state, each.body) for each in place.forge.pull_requests(REPOSITORY)][:3] == before


def test_of_one_that_a_person_opened_from_our_branch_the_branch_alone_is_kept(place: Place) -> None:
    place.forge.let_workflows_open(REPOSITORY, allowed=False)
    with pytest.raises(GitHubError, match="not permitted to create"):
        place.keep()
    number = place.forge.open_pull_request(REPOSITORY, place.head(), head_ref=BRANCH, body=proposal().body)
    kept = place.keep(OTHER)
    assert (kept.action, kept.number, place.only().body) == (Action.UPDATED, number, proposal().body)
    assert place.content(TEAM_FILE) == b"team: 3\n"
    assert place.close() is None


def test_what_cannot_be_opened_is_opened_by_the_next_run(place: Place) -> None:
    place.forge.let_workflows_open(REPOSITORY, allowed=False)
    with pytest.raises(GitHubError) as raised:
        place.keep()
    assert "Allow GitHub Actions to create and approve pull requests" in (raised.value.hint or "")
    place.forge.let_workflows_open(REPOSITORY, allowed=True)
    kept = place.keep()
    assert (kept.action, kept.branch.state) == (Action.OPENED, State.UNCHANGED)


@pytest.mark.parametrize("fault", ["drop-after", BAD_GATEWAY, Answer(422, {"message": "Validation Failed"})])
def test_one_that_may_be_there_is_looked_for_before_it_counts_as_failed(place: Place, fault: Fault) -> None:
    place.forge.events.fail("POST", "/pulls", fault)
    if fault == "drop-after":
        assert place.keep().is_open
    else:
        with pytest.raises(GitHubError):
            place.keep()
    assert place.keep().number == place.only().number


def test_one_that_another_run_opens_meanwhile_is_used(place: Place) -> None:
    def open_another(_: object) -> None:
        place.forge.open_pull_request(REPOSITORY, place.head(), head_ref=BRANCH, author=BOT, body=proposal().body)

    place.forge.events.before("POST", "/pulls", open_another, times=1)
    assert place.keep().number == place.only().number


def test_one_that_would_not_be_found_again_is_closed_at_once(place: Place) -> None:
    with pytest.raises(GitHubError, match="what the token writes is by github") as raised:
        place.keep(author="octo-app[bot]")
    assert f"comment-author to {BOT}" in (raised.value.hint or "")
    assert place.only().state == "closed"


def test_the_right_that_is_missing_is_named(place: Place) -> None:
    place.forge.add_token("t", BOT, {"contents": "write", "pull-requests": "read"})
    with pytest.raises(GitHubError) as raised:
        place.keep()
    assert "add `pull-requests: write` to `permissions:`" in (raised.value.hint or "")


@pytest.mark.parametrize("body", ["no marker", f'{MARKER}"fingerprint":"other"}} -->\nf1'])
def test_a_text_by_which_it_would_not_be_found_is_a_bug(place: Place, body: str) -> None:
    wrong = proposal()
    with pytest.raises(ValueError, match="marker"):
        place.keep(type(wrong)(wrong.title, body, wrong.fingerprint, wrong.message, wrong.changes))


def test_a_pull_request_without_a_number_is_an_error(place: Place) -> None:
    place.forge.events.fail("POST", "/pulls", Answer(201, {}))
    with pytest.raises(GitHubError, match="which pull request it has opened"):
        place.keep()
