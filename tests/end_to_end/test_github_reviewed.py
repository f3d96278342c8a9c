"""What was reviewed is what is applied: the pull request's plan, found after the merge however that was made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_user, in_account, user
from tests.end_to_end.github_office import EVERYTHING, IDENTITY, REPOSITORY, Office, git
from tests.end_to_end.workplace import OWNER, TOKEN
from tests.forge.server import Forge

BILLING = "billing: {smtp_user_name: smtp1, total_limit: 1000, hourly_limit: 100}"
RAISED = "billing: {smtp_user_name: smtp1, total_limit: 5000, hourly_limit: 100}"
ORDERS = "orders: {smtp_user_name: smtp2, total_limit: 1000, hourly_limit: 100}"
NEW = "new: {total_limit: 700, hourly_limit: 70}"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Two users, bound and applied."""
    account = MemoryAccount(users=(user("smtp1"), user("smtp2")))
    with Forge() as forge, Sandbox(account, owner_id=OWNER, token=TOKEN) as sandbox:
        made = Office(tmp_path, forge, sandbox)
        made.found(made.users(f"{BILLING}\n{ORDERS}"))
        made.comment = "false"
        first = made.apply(approved_plan="none")
        assert first.code == 0, first.said
        yield made


@pytest.mark.parametrize("way", ["merge", "squash", "rebase", "queue"])
def test_after_a_merge_of_any_kind_what_was_shown_is_done_and_then_forgotten(office: Office, way: str) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}\n{NEW}"))
    planned = office.plan(pull)
    assert (planned.code, planned.outputs["exitcode"], planned.outputs["changes"]) == (0, "2", "true"), planned.said
    assert len(office.reviews()) == 1
    office.merge(pull, way)
    done = office.apply()
    assert (done.code, done.outputs["failure-reason"]) == (0, ""), done.said
    assert (done.outputs["created"], done.outputs["updated"], done.outputs["digest"]) == (
        "1", "1", planned.outputs["digest"],
    )  # fmt: skip
    assert in_account(office.sandbox) == [(700, 70, "Enable"), (1000, 100, "Enable"), (5000, 100, "Enable")]
    assert office.reviews() == []


def test_without_a_reviewed_plan_nothing_is_done_and_it_is_said_how_to_go_on(office: Office) -> None:
    before = office.writes()
    office.push_main(office.users(f"{RAISED}\n{ORDERS}"))
    refused = office.apply()
    assert (refused.code, refused.outputs["exitcode"], refused.outputs["failure-reason"]) == (4, "4", "not-reviewed")
    assert "no merged pull request has shown what this apply would do" in refused.said
    assert "in a new pull request" in refused.said
    assert "1 to update" in refused.summary
    assert "no merged pull request has shown" in refused.summary
    assert office.writes() == before


def test_a_pull_request_that_is_not_merged_approves_nothing(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.push_main(office.users(f"{RAISED}\n{ORDERS}"))
    assert office.apply().outputs["failure-reason"] == "not-reviewed"
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")


def test_a_head_that_was_never_planned_is_not_what_was_reviewed(office: Office) -> None:
    pull = office.open(office.users(f"{BILLING}\n{ORDERS}\n{NEW}"))
    office.plan(pull)
    office.push(pull, office.users(f"{RAISED}\n{ORDERS}\n{NEW}"))
    office.merge(pull)
    refused = office.apply()
    assert refused.outputs["failure-reason"] == "not-reviewed"
    assert f"it was merged at {pull.head[:7]}" in refused.said


def test_other_commits_on_main_meanwhile_do_no_harm(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.push_main({"README.md": "about something else\n"})
    office.merge(pull, "squash")
    office.push_main({"README.md": "about something else again\n"})
    assert office.apply().code == 0
    assert by_user(office.sandbox)["smtp1"] == (5000, 100, "Enable")


def test_a_commit_that_changes_another_user_meanwhile_is_not_carried_along(office: Office) -> None:
    pull = office.open({"more.txt": "", **office.users(f"{RAISED}\n{ORDERS}")})
    office.plan(pull)
    git_merged = office.users(f"{BILLING}\n{ORDERS.replace('1000', '9000')}")
    office.push_main(git_merged)
    office.push_main(office.users(f"{RAISED}\n{ORDERS.replace('1000', '9000')}"))
    office.forge.merge(REPOSITORY, pull.number, office.push_main({"more.txt": ""}))
    refused = office.apply()
    assert refused.outputs["failure-reason"] == "not-reviewed"
    assert "orders: update is not in the reviewed plan" in refused.said
    assert by_user(office.sandbox) == {"smtp1": (1000, 100, "Enable"), "smtp2": (1000, 100, "Enable")}
    narrowed = office.apply(args="--target billing")
    assert narrowed.code == 0, narrowed.said
    assert by_user(office.sandbox) == {"smtp1": (5000, 100, "Enable"), "smtp2": (1000, 100, "Enable")}


def test_two_merges_of_which_the_first_was_never_applied_count_together(office: Office) -> None:
    """The newest merge takes the place of an apply that waits for another one."""
    first = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    second = office.open(office.users(f"{BILLING}\n{ORDERS}") | {"users/new.yaml": f"users:\n  {NEW}\n"})
    office.push(
        second, {"sarv-sync.yaml": office.head + "include: [users/*.yaml]\nusers:\n  " + f"{BILLING}\n  {ORDERS}\n"}
    )
    for pull in (first, second):
        assert office.plan(pull).code == 0
    office.merge(first)
    office.merge(second)
    assert office.apply().code == 0
    assert in_account(office.sandbox) == [(700, 70, "Enable"), (1000, 100, "Enable"), (5000, 100, "Enable")]
    assert office.reviews() == []


def test_drift_of_a_user_that_was_not_in_the_plan_stops_the_apply(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    office.sandbox.account.edit("smtp2", status="Disable")
    refused = office.apply()
    assert refused.outputs["failure-reason"] == "not-reviewed"
    assert refused.outputs["drift"] == "true"
    assert "orders: update is not in the reviewed plan" in refused.said
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")
    assert office.apply(args="--target billing").code == 0


def test_drift_of_a_value_that_was_in_the_plan_stops_the_apply(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    office.sandbox.account.edit("smtp1", total_limit=2000)
    refused = office.apply()
    assert refused.outputs["failure-reason"] == "not-reviewed"
    assert "total_limit before: 1000 reviewed, 2000 now" in refused.said


def test_drift_that_brought_the_user_to_where_it_should_be_is_nothing_to_do(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    office.sandbox.account.edit("smtp1", total_limit=5000)
    assert office.apply().code == 0


def test_a_second_run_after_a_partial_apply_goes_on(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}\n{NEW}"))
    office.plan(pull)
    office.merge(pull)
    office.sandbox.set_faults("editSmtp:general-error")
    first = office.apply()
    assert (first.code, first.outputs["incomplete"], len(office.reviews())) == (5, "true", 1), first.said
    office.sandbox.set_faults()
    second = office.apply()
    assert (second.code, second.outputs["incomplete"]) == (0, "false"), second.said
    assert in_account(office.sandbox) == [(700, 70, "Enable"), (1000, 100, "Enable"), (5000, 100, "Enable")]
    assert office.reviews() == []


def test_an_apply_of_a_part_leaves_the_plan_for_the_rest(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}\n{NEW}"))
    office.plan(pull)
    office.merge(pull)
    assert office.apply(args="--target new").outputs["created"] == "1"
    assert office.apply().outputs["updated"] == "1"


def test_what_was_applied_once_does_not_approve_a_repair_later(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    assert office.apply().code == 0
    office.sandbox.account.edit("smtp1", total_limit=1000)
    again = office.apply()
    assert again.outputs["failure-reason"] == "not-reviewed"
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")


def test_a_plan_of_another_account_approves_nothing(office: Office) -> None:
    """Its key is another one, even with the same token, next to the same state."""
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    with Sandbox(MemoryAccount(users=(user("smtp1"), user("smtp2"))), owner_id=OWNER, token=TOKEN) as other:
        git(office.bare, "update-ref", "-d", "refs/sarv-sync/state")
        refused = office.apply(endpoint=other.url)
        assert refused.outputs["failure-reason"] == "not-reviewed"
        assert "signed with another token" in refused.said
        assert by_user(other)["smtp1"] == (1000, 100, "Enable")


def test_another_token_of_the_same_account_cannot_check_a_plan(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    port = int(office.sandbox.url.rpartition(":")[2].partition("/")[0])
    account = office.sandbox.account
    office.sandbox.stop()
    with Sandbox(account, owner_id=OWNER, token="s3cond-t0ken", port=port) as renewed:
        assert renewed.url == office.sandbox.url
        refused = office.apply(token="s3cond-t0ken")
    assert refused.outputs["failure-reason"] == "not-reviewed"
    assert "signed with another token" in refused.said


def test_a_forged_plan_next_to_the_state_approves_nothing(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    text = git(office.bare, "show", "refs/sarv-sync/state-reviews:sarv-sync.state.json")
    forge_kept_plan(office, text.replace("5000", "6000"))
    office.push_main(office.users(f"{RAISED.replace('5000', '6000')}\n{ORDERS}"))
    refused = office.apply()
    assert refused.outputs["failure-reason"] == "not-reviewed"
    assert "edited, or forged" in refused.said
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")


def forge_kept_plan(office: Office, text: str) -> None:
    """Put `text` where the kept plans are, as anybody may who can push."""
    parent = git(office.desk, "ls-remote", "origin", "refs/sarv-sync/state-reviews").split()[0]
    git(office.desk, "fetch", "--quiet", "origin", parent)
    (office.desk / "sarv-sync.state.json").write_text(text)
    blob = git(office.desk, "hash-object", "-w", "sarv-sync.state.json")
    (office.desk / "sarv-sync.state.json").unlink()
    git(office.desk, "read-tree", "--index-output=.git/forged", parent)
    environment = {"GIT_INDEX_FILE": ".git/forged"}
    git(office.desk, "update-index", "--add", "--cacheinfo", f"100644,{blob},sarv-sync.state.json", more=environment)
    tree = git(office.desk, "write-tree", more=environment)
    commit = git(office.desk, *IDENTITY, "commit-tree", "-p", parent, "-m", "forged", tree)
    git(office.desk, "push", "--quiet", "origin", f"{commit}:refs/sarv-sync/state-reviews")


def test_a_comment_approves_nothing_however_genuine(office: Office) -> None:
    """A plan part of a real comment, under another pull request that is merged, is words and nothing else."""
    shown = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(shown, comment="true")
    [genuine] = office.forge.comments(REPOSITORY, shown.number)
    pull = office.open({"README.md": "words\n", **office.users(f"{BILLING}\n{ORDERS}")})
    office.plan(pull, comment="true")
    [comment] = office.forge.comments(REPOSITORY, pull.number)
    office.forge.edit_comment(REPOSITORY, comment.id, genuine.body.replace(shown.head, pull.head))
    office.merge(pull)
    office.push_main(office.users(f"{RAISED}\n{ORDERS}"))
    assert office.apply().outputs["failure-reason"] == "not-reviewed"
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")


def test_a_plan_by_a_snapshot_approves_nothing_and_says_so(office: Office) -> None:
    with office.checkout("main") as folder:
        assert office.step("snapshot", folder, event="schedule").code == 0
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    planned = office.plan(pull, snapshot="state", token="", comment="true")
    assert planned.code == 0, planned.said
    assert "apply needs a plan that was made with the token" in planned.said
    office.merge(pull)
    assert office.apply().outputs["failure-reason"] == "not-reviewed"


def test_an_expired_snapshot_is_no_plan_at_all(office: Office) -> None:
    with office.checkout("main") as folder:
        assert office.step("snapshot", folder, event="schedule").code == 0
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    refused = office.plan(pull, snapshot="state", token="", environment={"SARV_SNAPSHOT_MAX_AGE": "1ms"})
    assert (refused.code, refused.outputs["failure-reason"]) == (4, "refused")


def test_it_is_said_whether_the_very_files_were_planned(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull, "squash")
    assert f"pull request #{pull.number} was planned from the very files that are applied" in office.apply().said
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}\n{NEW}"))
    office.plan(pull)
    office.push_main({"README.md": "words\n"})
    office.merge(pull)
    assert f"pull request #{pull.number} was planned from other files" in office.apply().said


def test_a_saved_plan_of_the_same_run_approves_what_it_holds(office: Office) -> None:
    office.push_main(office.users(f"{RAISED}\n{ORDERS}\n{NEW}"))
    with office.checkout("main") as folder:
        planned = office.step("plan", folder, event="workflow_dispatch", plan_file="plan.json")
        assert planned.code == 0, planned.said
        done = office.step("apply", folder, event="workflow_dispatch", approved_plan="plan.json")
        assert (done.code, done.outputs["created"]) == (0, "1"), done.said


def test_a_saved_plan_that_was_edited_approves_nothing(office: Office) -> None:
    office.push_main(office.users(f"{RAISED}\n{ORDERS}"))
    with office.checkout("main") as folder:
        office.step("plan", folder, event="workflow_dispatch", plan_file="plan.json")
        path = folder / "plan.json"
        path.write_text(path.read_text().replace("5000", "5001"))
        refused = office.step("apply", folder, event="workflow_dispatch", approved_plan="plan.json")
        assert (refused.code, refused.outputs["failure-reason"]) == (4, "not-reviewed")


def test_a_plan_without_changes_needs_no_review(office: Office) -> None:
    office.push_main({"README.md": "words\n"})
    assert office.apply().code == 0


def test_a_plan_in_which_one_user_is_blocked_approves_the_rest_once(office: Office) -> None:
    office.head += "on_removal: forbid\n"
    pull = office.open(office.users(RAISED))
    assert office.plan(pull).outputs["blocked"] == "1"
    office.merge(pull)
    assert office.apply().code == 4
    assert by_user(office.sandbox)["smtp1"] == (5000, 100, "Enable")
    office.sandbox.account.edit("smtp1", total_limit=1000)
    again = office.apply()
    assert (again.code, again.outputs["failure-reason"]) == (4, "not-reviewed")
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")


@pytest.mark.parametrize("choice", ["--target billing", "--target 'bil*'", "--label team=finance"])
def test_what_a_narrowed_apply_did_is_not_approved_again(office: Office, choice: str) -> None:
    labelled = RAISED.replace("{", "{labels: {team: finance}, ", 1)
    pull = office.open(office.users(f"{labelled}\n{ORDERS}\n{NEW}"))
    assert "limited to billing Update 1 user" in office.plan(pull, args=choice).said
    office.plan(pull)
    office.merge(pull)
    assert office.apply(args=choice).code == 0
    office.sandbox.account.edit("smtp1", total_limit=1000)
    assert office.apply(args=choice).outputs["failure-reason"] == "not-reviewed"
    assert office.apply(args="--target new").outputs["created"] == "1"


def test_a_plan_that_found_nothing_takes_the_place_of_the_one_before(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.sandbox.account.edit("smtp1", total_limit=5000)
    assert office.plan(pull).outputs["changes"] == "false"
    office.merge(pull)
    office.sandbox.account.edit("smtp1", total_limit=1000)
    assert office.apply().outputs["failure-reason"] == "not-reviewed"


def test_a_plan_that_is_refused_is_not_kept(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    guarded = office.head + "guards: {max_updates: 0}\nusers:\n" + f"  {RAISED}\n  {ORDERS}\n"
    office.push(pull, {"sarv-sync.yaml": guarded})
    assert office.plan(pull).code == 4
    assert [kept["review"]["head"] for kept in office.reviews()] != [pull.head]


def test_the_run_of_an_older_commit_applies_nothing(office: Office) -> None:
    """It may want what was taken back since."""
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    merged = office.merge(pull)
    office.push_main(office.users(f"{BILLING}\n{ORDERS}"))
    refused = office.apply(merged, ref="main")
    assert (refused.code, refused.outputs["failure-reason"]) == (4, "superseded")
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")


def test_a_tag_of_the_branchs_name_is_not_the_branch(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    refused = office.apply(environment={"GITHUB_REF": "refs/tags/main"})
    assert refused.outputs["failure-reason"] == "not-reviewed"
    assert "refs/tags/main is no branch" in refused.said


def test_a_pull_request_into_another_branch_approves_nothing_here(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"), base_ref="next")
    office.plan(pull)
    office.merge(pull)
    refused = office.apply()
    assert refused.outputs["failure-reason"] == "not-reviewed"
    assert "it was merged into next" in refused.said


def test_a_merge_that_is_part_of_nothing_any_more_holds_up_nobody(office: Office) -> None:
    gone = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(gone)
    office.forge.merge(REPOSITORY, gone.number, "f" * 40)
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    assert office.apply().code == 0
    assert by_user(office.sandbox)["smtp1"] == (5000, 100, "Enable")


def test_a_merge_of_long_ago_approves_nothing(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    merged = office.forge.pull_request(REPOSITORY, pull.number)
    assert merged.merged_at is not None
    merged.merged_at -= timedelta(days=31)
    refused = office.apply()
    assert refused.outputs["failure-reason"] == "not-reviewed"
    assert "a plan counts for 30 days" in refused.said


@pytest.mark.parametrize(
    ("missing", "named"), [("pull-requests", "pull-requests: read"), ("contents", "contents: read")]
)
def test_a_token_that_may_not_ask_is_told_which_permission_is_missing(
    office: Office, missing: str, named: str
) -> None:
    office.forge.add_repository(REPOSITORY, git=office.bare, private=True)
    pull = office.open(office.users(f"{RAISED}\n{ORDERS}"))
    office.plan(pull)
    office.merge(pull)
    office.push_main({"README.md": "words\n"})
    granted = {key: level for key, level in EVERYTHING.items() if key != missing}
    office.forge.add_token("ghs_less", permissions=granted)
    refused = office.apply(github_token="ghs_less")
    assert (refused.code, refused.outputs["failure-reason"]) == (1, "github")
    assert named in refused.said
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")
