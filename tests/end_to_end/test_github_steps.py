"""What a step of the Action leaves: exit code, outputs, annotations, summary, comment, issue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_user, user
from tests.end_to_end.github_office import EVERYTHING, JOB_TOKEN, REPOSITORY, Job, Office, git
from tests.end_to_end.workplace import OWNER, TOKEN
from tests.forge.server import Forge

BILLING = "billing: {smtp_user_name: smtp1, total_limit: 1000, hourly_limit: 100}"
RAISED = "billing: {smtp_user_name: smtp1, total_limit: 5000, hourly_limit: 100}"
NEW = "new: {total_limit: 700, hourly_limit: 70}"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """One user, bound and applied."""
    account = MemoryAccount(users=(user("smtp1"),))
    with Forge() as forge, Sandbox(account, owner_id=OWNER, token=TOKEN) as sandbox:
        made = Office(tmp_path, forge, sandbox)
        made.found(made.users(BILLING))
        first = made.apply(approved_plan="none")
        assert first.code == 0, first.said
        yield made


def annotated(job: Job) -> list[tuple[str, str, str, str]]:
    """Return level, place and message of each annotation."""
    return [
        (each.name, each.properties.get("file", ""), each.properties.get("line", ""), each.data)
        for each in job.commands
    ]


def bodies(office: Office, number: int) -> list[str]:
    return [comment.body for comment in office.forge.comments(REPOSITORY, number)]


def test_a_plan_is_told_in_outputs_summary_comment_and_file(office: Office) -> None:
    pull = office.open(office.users(f"{RAISED}\n{NEW}"))
    planned = office.plan(pull, plan_file="plan.json")
    assert planned.code == 0, planned.said
    assert {key: value for key, value in planned.outputs.items() if key not in {"digest", "plan-file"}} == {
        "exitcode": "2", "changes": "true", "drift": "false", "created": "1", "updated": "1", "disabled": "0",
        "blocked": "0", "incomplete": "", "failure-reason": "",
    }  # fmt: skip
    saved = json.loads(Path(planned.outputs["plan-file"]).read_text())
    assert saved["digest"] == planned.outputs["digest"]
    [body] = bodies(office, pull.number)
    for told in (planned.summary, body):
        assert "1 to create" in told
        assert planned.outputs["digest"] in told
    assert pull.head[:7] in body
    assert planned.commands == []


def test_the_plan_file_is_a_fresh_one_where_none_is_named(office: Office) -> None:
    first, second = (office.plan(office.open(office.users(RAISED)), comment="false") for _ in range(2))
    assert first.outputs["plan-file"] != second.outputs["plan-file"]
    assert all(Path(job.outputs["plan-file"]).is_file() for job in (first, second))


def test_the_comment_is_one_and_follows_the_head(office: Office) -> None:
    pull = office.open(office.users(RAISED))
    office.plan(pull)
    office.push(pull, office.users(f"{RAISED}\n{NEW}"))
    office.plan(pull)
    [body] = bodies(office, pull.number)
    assert "1 to create, 1 to update" in body
    assert pull.head[:7] in body
    assert "utdated" not in body


def test_the_comment_of_an_older_head_is_marked_before_the_new_plan_is_there(office: Office) -> None:
    pull = office.open(office.users(RAISED))
    office.plan(pull)
    office.push(pull, office.users(f"{RAISED}\n{NEW}"))
    office.sandbox.set_faults("listSmtp:auth-error")
    seen: list[str] = []
    office.forge.events.after("PATCH", "/issues/comments/", lambda _: seen.extend(bodies(office, pull.number)))
    failed = office.plan(pull)
    assert failed.outputs["failure-reason"] == "credentials"
    assert "Outdated" in seen[0]
    [body] = bodies(office, pull.number)
    assert "the plan could not be made" in body
    assert "1 to update" not in body


def test_a_plan_that_comes_too_late_leaves_the_comment_to_the_newer_head(office: Office) -> None:
    pull = office.open(office.users(RAISED))
    late = office.forge.pull_request(REPOSITORY, pull.number)
    office.plan(pull)
    [before] = bodies(office, pull.number)
    late.head_sha = "f" * 40
    assert office.plan(pull).code == 0
    assert bodies(office, pull.number) == [before]


def test_several_main_files_share_the_comment(office: Office) -> None:
    second = {"teams/other.yaml": office.head + "users:\n  other: {total_limit: 9, hourly_limit: 9}\n"}
    pull = office.open(office.users(RAISED) | second)
    place = "backend=git\nref=refs/sarv-sync/other"
    for options in ({}, {"config": "teams/other.yaml", "state_options": place}):
        assert office.plan(pull, **options).code == 0
    [body] = bodies(office, pull.number)
    assert "sarv-sync.yaml</code>: <b>1 to update" in body
    assert "teams/other.yaml</code>: <b>1 to create" in body
    assert body.startswith("<!-- sarv-sync:plan -->\n")


def test_bad_files_are_annotated_where_they_are_wrong_and_told_in_the_comment(office: Office) -> None:
    pull = office.open(office.users("billing: {smtp_user_name: smtp1, total_limit: 0, hourly_limit: 100}"))
    failed = office.plan(pull)
    assert (failed.code, failed.outputs["exitcode"], failed.outputs["failure-reason"]) == (3, "3", "input")
    [(level, file, line, message)] = annotated(failed)
    assert (level, file, line) == ("error", "sarv-sync.yaml", "5")
    assert "total_limit" in message
    [body] = bodies(office, pull.number)
    assert "total_limit" in body
    assert "total_limit" in failed.summary


def test_files_below_a_working_directory_are_annotated_from_the_root(office: Office) -> None:
    office.push_main({"mail/sarv-sync.yaml": "version: 1\nusers: {a: {total_limit: 0, hourly_limit: 1}}\n"})
    with office.checkout("main") as folder:
        failed = office.step("validate", folder, working_directory="mail", token=None)
    assert annotated(failed)[0][:3] == ("error", "mail/sarv-sync.yaml", "2")


def test_validate_needs_neither_token_nor_endpoint(office: Office) -> None:
    with office.checkout("main") as folder:
        good = office.step("validate", folder, token="", endpoint="", github_token="")
    assert (good.code, good.outputs["exitcode"], good.outputs["failure-reason"]) == (0, "0", "")
    assert "1 user" in good.summary


def test_a_plan_that_apply_would_refuse_fails_the_check_and_is_shown(office: Office) -> None:
    guarded = office.head + "guards: {max_creates: 0}\nusers:\n" + f"  {BILLING}\n  {NEW}\n"
    pull = office.open({"sarv-sync.yaml": guarded})
    refused = office.plan(pull)
    assert (refused.code, refused.outputs["exitcode"], refused.outputs["failure-reason"]) == (4, "4", "guard")
    [body] = bodies(office, pull.number)
    assert "max_creates" in body


@pytest.mark.parametrize(
    ("changed", "reason", "told"),
    [
        ({"command": ""}, "input", "the input `command` is not given"),
        ({"command": "destroy"}, "input", "there is no command destroy"),
        ({"comment": "yes"}, "input", "the input `comment` is yes"),
        ({"args": "--nonsense"}, "input", "--nonsense"),
        ({"args": "'"}, "input", "close every quote"),
        ({"endpoint": ""}, "input", "must not decide where the token is sent"),
        ({"token": ""}, "input", "the input `token` is empty"),
        ({"state_options": ""}, "input", "the input `state-options` is empty"),
        ({"token": "wrong"}, "credentials", "AuthenticationError"),
        ({"config": "../elsewhere.yaml"}, "input", "does not lie in the checkout"),
        ({"config": "elsewhere.yaml"}, "input", "the file does not exist"),
        ({"github_token": "unknown", "comment": "true"}, "github", "401"),
    ],
)
def test_whatever_is_wrong_is_told_with_a_reason(
    office: Office, changed: dict[str, str], reason: str, told: str
) -> None:
    pull = office.open(office.users(RAISED))
    options = {"comment": "false", **changed}
    with office.checkout(pull.branch) as folder:
        command = options.pop("command", "plan")
        payload = {
            "pull_request": {
                "number": pull.number,
                "head": {"sha": pull.head, "repo": {"full_name": REPOSITORY}},
                "base": {"ref": "main", "sha": pull.head},
            }
        }
        failed = office.step(command, folder, event="pull_request", payload=payload, **options)
    assert failed.outputs["failure-reason"] == reason, failed.said
    assert failed.code == int(failed.outputs["exitcode"]) != 0
    assert told in failed.said
    assert [each.name for each in failed.commands] == ["error"] * len(failed.commands)
    assert failed.commands
    assert "failed" in failed.summary


def test_the_endpoint_of_a_pull_request_gets_nothing(office: Office) -> None:
    with Sandbox(MemoryAccount(), owner_id=OWNER, token=TOKEN) as elsewhere:
        head = office.head.replace("account: {", f'account: {{endpoint: "{elsewhere.url}", ')
        pull = office.open({"sarv-sync.yaml": f"{head}users:\n  {RAISED}\n"})
        assert office.plan(pull, comment="false").code == 0
        assert office.plan(pull, comment="false", endpoint="").outputs["failure-reason"] == "input"
        assert elsewhere.calls == ()


def test_a_fork_without_secrets_is_planned_from_the_snapshot(office: Office) -> None:
    with office.checkout("main") as folder:
        taken = office.step("snapshot", folder, event="schedule")
    assert taken.code == 0, taken.said
    assert "ublished" in taken.summary
    pull = office.open(office.users(RAISED), head_repository="stranger/mail")
    office.forge.add_token("ghs_reader", permissions={"contents": "read", "pull-requests": "read"})
    calls = len(office.sandbox.calls)
    planned = office.plan(
        pull, head_repository="stranger/mail", snapshot="state", token="", github_token="ghs_reader"
    )
    assert (planned.code, planned.outputs["updated"]) == (0, "1"), planned.said
    assert "snapshot" in planned.summary
    assert len(office.sandbox.calls) == calls
    assert bodies(office, pull.number) == []
    assert office.reviews() == []
    assert "the token may only read here" in planned.said


def test_where_a_comment_was_asked_for_and_is_not_allowed_the_step_fails_after_all_else(office: Office) -> None:
    office.forge.add_token("ghs_mute", permissions={**EVERYTHING, "pull-requests": "read", "issues": "read"})
    pull = office.open(office.users(RAISED))
    failed = office.plan(pull, github_token="ghs_mute")
    assert (failed.code, failed.outputs["failure-reason"]) == (1, "github")
    assert "pull-requests: write" in failed.said
    assert failed.outputs["updated"] == "1"
    assert office.reviews() == []  # what was not shown cannot have been reviewed


def test_where_the_plan_cannot_be_kept_the_step_fails_and_still_comments(office: Office) -> None:
    pull = office.open(office.users(RAISED))
    hook = office.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n")
    hook.chmod(0o755)
    failed = office.plan(pull)
    assert (failed.code, failed.outputs["failure-reason"]) == (1, "state")
    assert "the plan could not be kept for the apply after the merge" in failed.said
    assert len(bodies(office, pull.number)) == 1
    assert office.plan(pull, keep_plan="false", comment="false").code == 0


def test_drift_opens_one_issue_keeps_it_and_a_clean_run_closes_it(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    first = office.drift()
    assert (first.code, first.outputs["exitcode"], first.outputs["drift"]) == (0, "2", "true"), first.said
    [issue] = office.forge.issues(REPOSITORY)
    assert "sarv-sync.yaml" in issue.title
    assert "4,000" in (issue.body or "")
    assert office.drift().code == 0
    assert len(office.forge.issues(REPOSITORY)) == 1
    assert office.forge.comments(REPOSITORY, issue.number) == []
    office.sandbox.account.edit("smtp1", total_limit=3000)
    office.drift()
    assert len(office.forge.comments(REPOSITORY, issue.number)) == 1
    office.sandbox.account.edit("smtp1", total_limit=1000)
    assert office.drift().outputs["exitcode"] == "0"
    [issue] = office.forge.issues(REPOSITORY)
    assert issue.state == "closed"
    office.sandbox.account.edit("smtp1", status="Disable")
    office.drift()
    [issue] = office.forge.issues(REPOSITORY)
    assert issue.state == "open"


def test_an_apply_that_ends_well_closes_the_issue(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    office.drift()
    done = office.apply(approved_plan="none")
    assert (done.code, done.outputs["updated"]) == (0, "1"), done.said
    assert [issue.state for issue in office.forge.issues(REPOSITORY)] == ["closed"]
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")


@pytest.mark.parametrize("fault", ["listSmtp:empty-list", "listSmtp:html", "listSmtp:auth-error"])
def test_what_could_not_be_compared_neither_opens_nor_closes(office: Office, fault: str) -> None:
    office.sandbox.set_faults(fault)
    assert office.drift().code != 0
    assert office.forge.issues(REPOSITORY) == []
    office.sandbox.set_faults()
    office.sandbox.account.edit("smtp1", total_limit=4000)
    office.drift()
    office.sandbox.account.edit("smtp1", total_limit=1000)
    office.sandbox.set_faults(fault)
    assert office.drift().code != 0
    assert [issue.state for issue in office.forge.issues(REPOSITORY)] == ["open"]


def test_without_an_issue_drift_fails_the_job(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    found = office.drift(issue="false", args="--metrics drift.prom")
    assert (found.code, found.outputs["failure-reason"]) == (2, "")
    assert office.forge.issues(REPOSITORY) == []


def test_more_than_ten_errors_are_ten_annotations(office: Office) -> None:
    lines = "\n".join(f"user{number}: {{total_limit: 0, hourly_limit: 1}}" for number in range(30))
    pull = office.open(office.users(lines))
    failed = office.plan(pull, comment="false")
    assert len(failed.commands) == 10
    assert "more" in failed.commands[-1].data
    assert failed.err.count("total_limit") >= 30


def test_no_secret_is_in_anything_a_job_leaves(office: Office, tmp_path: Path) -> None:
    pull = office.open(office.users(f"{RAISED}\n{NEW}"))
    office.sandbox.set_faults("addSmtp:echo-secrets")
    jobs = [office.plan(pull)]
    office.merge(pull)
    jobs += [office.apply(), office.drift()]
    passwords = [each.password.reveal() for each in office.sandbox.account.users()]
    written = "".join(job.out + job.err + job.summary + json.dumps(job.outputs) for job in jobs)
    said = "".join(bodies(office, pull.number)) + "".join(
        issue.body or "" for issue in office.forge.issues(REPOSITORY)
    )
    kept = json.dumps(office.reviews())
    for secret in (TOKEN, JOB_TOKEN, *passwords):
        assert secret not in written + said + kept


def test_a_state_that_would_go_with_the_checkout_is_refused(office: Office) -> None:
    office.push_main(office.users(RAISED))
    refused = office.apply(approved_plan="none", state_options="file")
    assert (refused.code, refused.outputs["failure-reason"]) == (3, "input")
    assert "would be lost with it" in refused.said
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")
    assert office.apply(approved_plan="none", state_options="backend=local").code == 0


def test_a_state_that_was_left_behind_in_the_checkout_makes_no_user_again(office: Office) -> None:
    office.push_main(office.users(NEW))
    with office.checkout("main") as folder:
        assert office.step("apply", folder, approved_plan="none", state_options="backend=local").code == 0
        elsewhere = "backend=git\nref=refs/sarv-sync/another"
        for command in ("plan", "apply", "drift"):
            refused = office.step(command, folder, approved_plan="none", state_options=elsewhere)
            assert (refused.code, refused.outputs["failure-reason"]) == (4, "state"), refused.said
            assert "state migrate --to git" in refused.said
    assert office.writes().count("addSmtp") == 1


def test_a_link_in_the_place_of_the_main_file_has_nothing_quoted(office: Office, tmp_path: Path) -> None:
    secret = tmp_path / "credentials"
    secret.write_text("aws_secret_c4nary\n")
    pull = office.open(office.users(RAISED))
    for name, target in (("a.yaml", str(secret)), ("b.yaml", "/proc/self/environ"), ("c.yaml", ".git/config")):
        git(office.desk, "checkout", "--quiet", pull.branch)
        (office.desk / name).symlink_to(target)
    (office.desk / "folder").symlink_to(tmp_path)
    office.push(pull, {})
    for config in ("a.yaml", "b.yaml", "c.yaml", ".git/config", "folder/credentials", "/etc/passwd"):
        job = office.plan(pull, config=config)
        assert (job.code, job.outputs["failure-reason"]) == (3, "input")
        assert "does not lie in the checkout" in job.said
        told = job.said + job.summary + "".join(bodies(office, pull.number))
        for quoted in ("c4nary", "[core]", "root:", TOKEN, JOB_TOKEN):
            assert quoted not in told


def test_a_workspace_that_is_reached_by_a_link_is_one_all_the_same(office: Office, tmp_path: Path) -> None:
    with office.checkout("main") as folder:
        (tmp_path / "linked").symlink_to(folder)
        job = office.step("drift", folder, environment={"GITHUB_WORKSPACE": str(tmp_path / "linked")})
    assert job.code == 0, job.said


def test_the_plan_file_follows_no_link_of_the_checkout(office: Office, tmp_path: Path) -> None:
    victim = tmp_path / "bashrc"
    victim.write_text("precious\n")
    pull = office.open(office.users(RAISED))
    git(office.desk, "checkout", "--quiet", pull.branch)
    (office.desk / "plan.json").symlink_to(victim)
    (office.desk / "out").symlink_to(tmp_path)
    office.push(pull, {})
    assert office.plan(pull, plan_file="plan.json", comment="false").code == 0
    assert office.plan(pull, plan_file="out/bashrc", comment="false").outputs["failure-reason"] == "input"
    assert victim.read_text() == "precious\n"


def test_a_lost_state_is_no_clean_account(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    office.drift()
    git(office.bare, "update-ref", "-d", "refs/sarv-sync/state")
    lost = office.drift(args="--metrics drift.prom")
    assert (lost.code, lost.outputs["failure-reason"]) == (4, "state")
    assert "there is no state" in lost.said
    assert [issue.state for issue in office.forge.issues(REPOSITORY)] == ["open"]


def test_a_message_that_could_not_be_sent_fails_the_job(office: Office) -> None:
    office.sandbox.account.edit("smtp1", total_limit=4000)
    failed = office.drift(notify="json://127.0.0.1:9/")
    assert (failed.code, failed.outputs["failure-reason"]) == (1, "error"), failed.said
    assert "the notification could not be sent" in failed.said
    assert len(office.forge.issues(REPOSITORY)) == 1


def test_what_an_apply_could_not_do_is_annotated(office: Office) -> None:
    office.push_main(office.users(f"{RAISED}\n{NEW}"))
    office.sandbox.set_faults("editSmtp:general-error")
    failed = office.apply(approved_plan="none")
    assert (failed.code, failed.outputs["changes"]) == (5, "true")
    said = [each.data for each in failed.commands if each.name == "error"]
    assert any(each.startswith("billing: update ") for each in said), said
    office.sandbox.set_faults()
    assert office.apply(approved_plan="none").outputs["changes"] == "false"


def test_a_sink_that_a_pull_request_adds_runs_nothing(office: Office, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    sink = f'credentials: [{{sink: command, argv: [touch, "{canary}"]}}]\n'
    pull = office.open({"sarv-sync.yaml": office.head + sink + f"users:\n  {RAISED}\n  {NEW}\n"})
    planned = office.plan(pull, comment="false")
    assert planned.code in {0, 3}, planned.said
    office.merge(pull)
    assert office.apply().code in {3, 4}
    assert not canary.exists()
    assert office.writes().count("addSmtp") == 0
