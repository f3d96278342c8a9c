"""The example for several accounts, run by a real runner: a matrix of jobs, one comment, a state for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.accounts import in_account
from tests.end_to_end.act_office import open_office
from tests.end_to_end.github_office import REPOSITORY, git

PLANS = ("Plan europe-1", "Plan india-2")
APPLIES = ("Apply europe-1", "Apply india-2")
"""`act` numbers the jobs of a matrix."""


def test_two_accounts_are_planned_in_one_comment_and_applied_each_with_its_own_state(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with open_office(tmp_path, tmp_path_factory, "accounts.yml") as runner:
        office = runner.office
        files = {
            f"{folder}/sarv-sync.yaml": f"{office.head}users:\n  new: {{total_limit: {limit}, hourly_limit: 7}}\n"
            for folder, limit in (("europe", 71), ("india", 72))
        }
        pull = office.open({"sarv-sync.yaml": None, **files})
        planned = runner.pull_request("accounts.yml", pull)

        assert (planned.code, set(planned.jobs.values())) == (0, {"success"}), planned.plain
        assert {*PLANS} < {*planned.jobs}
        [comment] = office.forge.comments(REPOSITORY, pull.number)
        assert comment.body.count("<!-- sarv-sync:part {") == 2
        for job, folder, limit in zip(PLANS, ("europe", "india"), ("71", "72"), strict=True):
            assert planned.outputs(job)["created"] == "1"
            assert planned.outputs(job)["digest"] in comment.body
            assert f"<code>{folder}/sarv-sync.yaml</code>" in comment.body
            assert limit in comment.body

        office.merge(pull)
        done = runner.on_main("accounts.yml", "push")

        assert (done.code, set(done.jobs.values())) == (0, {"success"}), done.plain
        assert {*APPLIES} <= {*done.jobs}
        assert {done.outputs(job)["created"] for job in APPLIES} == {"1"}
        assert in_account(office.sandbox) == [(71, 7, "Enable"), (72, 7, "Enable"), (1000, 100, "Enable")]
        refs = git(office.bare, "for-each-ref", "--format=%(refname)", "refs/sarv-sync").split()
        assert {"refs/sarv-sync/europe/state", "refs/sarv-sync/india/state"} <= {*refs}
