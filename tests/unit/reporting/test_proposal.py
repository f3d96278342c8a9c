"""The pull request that accepts drift."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.errors import Fault
from sarv_sync.model.acceptance import AcceptedField
from sarv_sync.model.plan import Drift, Plan
from sarv_sync.reporting.cutting import size
from sarv_sync.reporting.proposal_markdown import (
    PROPOSAL_MAX,
    ProposalText,
    ProposalWhere,
    proposal,
    proposal_marker,
    proposal_summary,
    settled_line,
)
from tests.unit.reporting.hostile import CORPUS, plan_of, proposal_of
from tests.unit.reporting.sample_github import RUN
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, moved

WHERE = ProposalWhere("sarv-sync.yaml")
RAISED = AcceptedField("billing", "smtp1", "hourly_limit", 100, 200, "users/team.yaml", 7, "user")
DRIFT = Drift("billing", "smtp1", "changed", (moved("hourly_limit", 100, 200),))
PLAN = Plan(account=ACCOUNT, digest=DIGEST, drift=(DRIFT,))


def text(*accepted: AcceptedField, plan: Plan = PLAN, left: tuple[Fault, ...] = ()) -> ProposalText:
    return proposal(plan, WHERE, accepted or (RAISED,), left, ())


def test_each_value_is_told_with_its_user_its_way_and_its_place() -> None:
    body = text(RAISED, replace(RAISED, field="status", before="Disable", after="Enable", line=8)).body
    [row] = [line for line in body.split("\n") if line.startswith("| `billing`")]
    assert row == (
        "| `billing` | `smtp1` | `hourly_limit` 100 → 200 **↑**<br>`status` Disable → Enable **↑** "
        "| `users/team.yaml:7`<br>`users/team.yaml:8` |"
    )
    assert "To accept: 2 values of 1 user" in body


def test_what_was_last_applied_is_told_where_the_files_say_something_else_by_now() -> None:
    assert "(last applied: 100)" in text(replace(RAISED, before=150)).body
    assert "last applied:" not in text().body


def test_an_entry_that_comes_back_is_told_as_one() -> None:
    again = replace(RAISED, before=None, where="added")
    assert "`hourly_limit` 200 (a new entry)" in text(again, plan=replace(PLAN, drift=())).body


def test_what_cannot_be_accepted_is_told_too() -> None:
    body = text(left=(Fault("orders: its limit is 0", "no file can say that"),)).body
    assert "#### Not in here: 1" in body
    assert "orders: its limit is 0" in body


def test_the_same_proposal_gives_the_same_text_whatever_run_finds_it() -> None:
    other = replace(WHERE, run_url=RUN)
    assert proposal(PLAN, other, (RAISED,), (), ()) == text()


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"line": 9, "file": "other.yaml"}, True),
        ({"after": 300}, False),
        ({"before": 150}, False),
        ({"name": "orders"}, False),
        ({"smtp_user_name": "smtp2"}, False),
    ],
)
def test_the_fingerprint_is_that_of_the_change_wherever_it_stands(changed: dict[str, object], same: bool) -> None:
    assert (text(replace(RAISED, **changed)).fingerprint == text().fingerprint) is same  # type: ignore[arg-type]


def test_it_begins_with_its_marker_and_the_fingerprint_and_a_closed_one_with_the_marker_alone() -> None:
    made, marker = text(), proposal_marker("sarv-sync.yaml")
    assert made.body.startswith(marker)
    assert made.fingerprint in made.body.split("\n")[0]
    assert settled_line("sarv-sync.yaml").startswith(marker)
    assert not made.body.startswith(proposal_marker("eu/sarv-sync.yaml"))
    assert not made.body.startswith(proposal_marker("sarv-sync"))


@pytest.mark.parametrize("word", CORPUS, ids=lambda word: ascii(word[:30]))
def test_no_text_forges_a_marker_or_a_commit_message(word: str) -> None:
    made = proposal_of(plan_of(word), word)
    assert [line for line in made.body.split("\n") if line.startswith("<!--")] == [made.body.split("\n")[0]]
    assert len(made.title) <= 256
    assert made.message.replace("\n", "").isprintable()
    assert len(made.message.splitlines()) == 6


def test_thousands_of_users_fit() -> None:
    many = [replace(RAISED, name=f"user{number:05}") for number in range(5_000)]
    made = text(*many)
    assert size(made.body) <= PROPOSAL_MAX
    assert "To accept: 5,000 values of 5,000 users" in made.body
    assert "Close this" in made.body
    assert "- and 4,980 more" in made.message


def test_a_summary_leads_to_the_pull_request() -> None:
    assert proposal_summary("Opened it", 7, "https://github.com/a/b/pull/7") == (
        "### Accepting\n\nOpened it. [Pull request 7](https://github.com/a/b/pull/7)."
    )
    assert proposal_summary("Nothing", None, "") == "### Accepting\n\nNothing."
