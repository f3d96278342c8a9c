"""What a checkout brings along runs nothing, sends nothing and quotes nothing; no secret gets out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_user
from tests.end_to_end.github_applied import NEW, RAISED, applied_office, bodies
from tests.end_to_end.github_office import JOB_TOKEN, REPOSITORY, Office, git
from tests.end_to_end.workplace import OWNER, TOKEN


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with applied_office(tmp_path) as office:
        yield office


def test_the_endpoint_of_a_pull_request_gets_nothing(office: Office) -> None:
    with Sandbox(MemoryAccount(), owner_id=OWNER, token=TOKEN) as elsewhere:
        head = office.head.replace("account: {", f'account: {{endpoint: "{elsewhere.url}", ')
        pull = office.open({"sarv-sync.yaml": f"{head}users:\n  {RAISED}\n"})
        assert office.plan(pull, comment="false").code == 0
        assert office.plan(pull, comment="false", endpoint="").outputs["failure-reason"] == "input"
        assert elsewhere.calls == ()


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
