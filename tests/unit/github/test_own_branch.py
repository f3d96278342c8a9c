"""The branch that holds what is proposed, on a real repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sarv_sync.errors import GitHubError, Refused
from sarv_sync.github.own_branch import State
from tests.forge.answers import Answer
from tests.forge.events import BAD_GATEWAY, Fault
from tests.forge.server import Forge
from tests.unit.github.proposals import BOT, BRANCH, MAIN_FILE, SCRIPT, TEAM_FILE, Place, change, git

THIRD = change(b"team: 3\n")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Forge() as forge:
        yield Place.found(forge, tmp_path)


def test_one_commit_on_top_of_the_base_holds_every_file_to_the_byte(place: Place) -> None:
    main = b"\xef\xbb\xbfmain: 2\r\n# \xc3\xa9\t\r\n"
    assert place.keep_branch(change(), change(main, MAIN_FILE), change(b"x\n", SCRIPT)).state is State.MADE
    assert place.merged() == [SCRIPT, MAIN_FILE, TEAM_FILE]
    assert (place.content(TEAM_FILE), place.content(MAIN_FILE)) == (b"team: 2\n", main)
    assert git(place.bare, "rev-list", f"main..{BRANCH}") == place.head()
    assert git(place.bare, "ls-tree", "--format=%(objectmode)", BRANCH, SCRIPT) == "100755"
    assert git(place.bare, "show", "--no-patch", "--format=%an|%s", BRANCH) == f"{BOT}|Accept drift"


def test_the_same_again_writes_nothing(place: Place) -> None:
    place.keep_branch()
    before = place.forge.writes
    assert place.keep_branch().state is State.UNCHANGED
    assert place.forge.writes == before


def test_other_files_of_the_base_that_move_on_are_no_reason_to_write(place: Place) -> None:
    place.keep_branch()
    place.commit("README", b"Hello again\n")
    before = place.forge.writes
    assert place.keep_branch().state is State.UNCHANGED
    assert place.forge.writes == before


def test_what_is_proposed_next_goes_on_top_of_what_was(place: Place) -> None:
    place.keep_branch()
    before = place.head()
    assert place.keep_branch(THIRD).state is State.MOVED
    assert (place.content(TEAM_FILE), git(place.bare, "rev-parse", f"{BRANCH}^")) == (b"team: 3\n", before)
    assert place.keep_branch(change(b"main: 9\n", MAIN_FILE)).state is State.MOVED
    assert place.merged() == [MAIN_FILE]


@pytest.mark.parametrize("after", [b"team: 2\n", b"team: 3\n"], ids=["the same", "another"])
def test_a_base_that_has_changed_the_file_is_taken_in(place: Place, after: bytes) -> None:
    place.keep_branch()
    before = place.head()
    place.commit(TEAM_FILE, b"team: 7\n")
    place.commit("README", b"Hello again\n")
    assert place.keep_branch(change(after, before=b"team: 7\n")).state is State.MOVED
    assert git(place.bare, "rev-list", "--parents", "--max-count=1", BRANCH).split()[1:] == [
        before,
        place.head("main"),
    ]
    assert (place.merged(), place.content(TEAM_FILE), place.content("README")) == (
        [TEAM_FILE],
        after,
        b"Hello again\n",
    )
    place.merge()
    assert place.content(TEAM_FILE, "main") == after


@pytest.mark.parametrize("way", ["merged", "squashed"])
def test_a_branch_that_is_left_from_last_time_is_used_again(place: Place, way: str) -> None:
    place.keep_branch()
    place.merge(*(["--squash"] if way == "squashed" else []))
    assert place.keep_branch(change(b"team: 3\n", before=b"team: 2\n")).state is State.MOVED
    assert (place.merged(), place.content(TEAM_FILE)) == ([TEAM_FILE], b"team: 3\n")
    place.merge()
    assert place.content(TEAM_FILE, "main") == b"team: 3\n"


def add(place: Place) -> str:
    return place.commit("README", b"Mine\n", branch=BRANCH)


def amend(place: Place) -> str:
    return place.commit(TEAM_FILE, b"team: 4\n", "--amend", "--no-edit", branch=BRANCH)


def take_in(place: Place) -> str:
    place.commit("README", b"Hello again\n")
    place.checkout(BRANCH)
    git(place.desk, "merge", "--quiet", "--no-ff", "-m", "Update branch", "main")
    git(place.desk, "push", "--quiet", "origin", BRANCH)
    return git(place.desk, "rev-parse", "HEAD")


@pytest.mark.parametrize("work", [add, amend, take_in])
def test_a_branch_that_somebody_has_worked_on_is_left_as_it_is(place: Place, work: Callable[[Place], str]) -> None:
    place.keep_branch()
    sha = work(place)
    before = place.forge.writes
    left = place.keep_branch(THIRD)
    assert (left.state, left.strangers) == (State.LEFT, (sha,))
    assert (place.forge.writes, place.head()) == (before, sha)


def test_a_branch_of_somebody_who_came_first_is_left_as_it_is(place: Place) -> None:
    git(place.desk, "push", "--quiet", "origin", f"main:{BRANCH}")
    sha = place.commit(TEAM_FILE, b"team: 4\n", branch=BRANCH)
    assert place.keep_branch().strangers == (sha,)
    assert place.head() == sha


def test_a_branch_that_holds_what_is_wanted_is_right_whoever_made_it(place: Place) -> None:
    place.keep_branch()
    take_in(place)
    assert place.keep_branch().state is State.UNCHANGED


def test_a_branch_with_nothing_of_its_own_is_taken(place: Place) -> None:
    git(place.desk, "push", "--quiet", "origin", f"main:{BRANCH}")
    place.commit("README", b"Hello again\n")
    assert place.keep_branch().state is State.MOVED
    assert git(place.bare, "rev-parse", f"{BRANCH}^") == place.head("main")


def test_a_branch_of_another_history_is_left_as_it_is(place: Place) -> None:
    git(place.desk, "checkout", "--quiet", "--orphan", BRANCH)
    git(place.desk, "commit", "--quiet", "-m", "Apart")
    git(place.desk, "push", "--quiet", "origin", BRANCH)
    before = place.head()
    assert place.keep_branch().state is State.LEFT
    assert place.head() == before


@pytest.mark.parametrize(
    "told",
    [
        {"ahead_by": 251, "behind_by": 0, "commits": [], "files": []},
        {"ahead_by": 0, "behind_by": 0, "commits": [], "files": [{"filename": str(number)} for number in range(300)]},
    ],
    ids=["commits", "files"],
)
def test_a_branch_of_which_github_does_not_tell_all_is_left_as_it_is(place: Place, told: dict[str, object]) -> None:
    place.keep_branch()
    before = place.forge.writes
    place.forge.events.fail("GET", "/compare", Answer(200, told))
    assert place.keep_branch(THIRD).state is State.LEFT
    assert place.forge.writes == before


@pytest.mark.parametrize("exists", [False, True], ids=["made", "moved"])
def test_what_somebody_pushes_between_looking_and_moving_is_not_lost(place: Place, exists: bool) -> None:
    if exists:
        place.keep_branch()
    pushed: list[str] = []

    def push(_: object) -> None:
        if not exists:
            git(place.desk, "push", "--quiet", "origin", f"main:{BRANCH}")
        pushed.append(place.commit("README", b"Mine\n", branch=BRANCH))

    place.forge.events.before("PATCH" if exists else "POST", "/git/refs", push, times=1)
    left = place.keep_branch(THIRD)
    assert (left.state, left.strangers, place.head()) == (State.LEFT, tuple(pushed), pushed[0])


@pytest.mark.parametrize("fault", ["drop-after", "drop-before", BAD_GATEWAY])
def test_an_answer_that_is_lost_is_looked_for(place: Place, fault: Fault) -> None:
    place.forge.events.fail("POST", "/git/refs", fault)
    assert place.keep_branch().state in {State.MADE, State.UNCHANGED}
    assert place.content(TEAM_FILE) == b"team: 2\n"


@pytest.mark.parametrize("how", ["another commit", "another step", "gone", "a link", "a folder"])
def test_a_file_that_the_base_does_not_have_as_it_was_read_is_refused(place: Place, how: str) -> None:
    wanted = change(path=TEAM_FILE)
    if how == "another commit":
        place.commit(TEAM_FILE, b"team: 7\n")
    elif how == "another step":
        wanted = change(before=b"team: 7\n")
    elif how == "a folder":
        wanted = change(path="users", before=b"")
    else:
        git(place.desk, "rm", "--quiet", TEAM_FILE)
        if how == "a link":
            wanted = change(before=b"../README")
            (place.desk / "users").mkdir(exist_ok=True)
            (place.desk / TEAM_FILE).symlink_to("../README")
            git(place.desk, "add", "--all")
        git(place.desk, "commit", "--quiet", "-m", "x")
        git(place.desk, "push", "--quiet", "origin", "main")
    with pytest.raises(Refused, match="not on main as it was read here") as raised:
        place.keep_branch(wanted)
    assert (raised.value.reason, place.forge.writes) == ("superseded", [])


def test_a_base_that_is_not_there_is_refused(place: Place) -> None:
    git(place.bare, "branch", "-m", "main", "trunk")
    with pytest.raises(Refused, match="there is no branch main"):
        place.keep_branch()


def test_a_missing_right_is_named(place: Place) -> None:
    place.forge.add_token("t", BOT, {"contents": "read", "pull-requests": "write"})
    with pytest.raises(GitHubError) as raised:
        place.keep_branch()
    assert "add `contents: write` to `permissions:`" in (raised.value.hint or "")
    assert git(place.bare, "branch", "--list", BRANCH) == ""


@pytest.mark.parametrize(
    ("method", "part"), [("GET", "/git/ref/heads/sarv-sync"), ("GET", "/compare"), ("PATCH", "/git/refs")]
)
def test_what_is_forbidden_is_asked_for_once(place: Place, method: str, part: str) -> None:
    place.keep_branch()
    place.forge.events.fail(method, part, Answer(403, {"message": "Forbidden by the octopus"}), None)
    before = len(place.forge.calls)
    with pytest.raises(GitHubError, match="octopus"):
        place.keep_branch(THIRD)
    assert [call.status for call in place.forge.calls[before:]].count(403) == 1


def test_a_rule_that_forbids_the_branch_is_told_in_githubs_words(place: Place) -> None:
    place.forge.events.fail("POST", "/git/refs", Answer(422, {"message": "Repository rule violations found"}), None)
    with pytest.raises(GitHubError, match="Repository rule violations found"):
        place.keep_branch()


def test_a_content_that_does_not_arrive_as_it_is_is_no_success(place: Place) -> None:
    place.forge.events.fail("POST", "/git/blobs", Answer(201, {"sha": "e" * 40}))
    with pytest.raises(GitHubError, match="that it holds what it was sent"):
        place.keep_branch()


@pytest.mark.parametrize(
    "part", ["/git/ref/heads/main", "/git/commits", "/git/trees", "/compare"], ids=lambda part: part
)
@pytest.mark.parametrize("document", [{}, [], {"object": 1}, {"tree": 1}, {"commits": 1}])
def test_an_answer_that_says_nothing_is_an_error(place: Place, part: str, document: object) -> None:
    place.keep_branch()
    place.forge.events.fail("GET", part, Answer(200, document), None)
    with pytest.raises(GitHubError, match="GitHub does not say"):
        place.keep_branch()
