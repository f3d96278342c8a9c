from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import Fault
from sarv_sync.model.github_texts import SUMMARY_MAX
from sarv_sync.model.outcome import Entry, Outcome
from sarv_sync.model.plan import Plan
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.reporting.cutting import size
from sarv_sync.reporting.outcome_markdown import outcome_markdown
from sarv_sync.reporting.outcome_text import outcome_line
from sarv_sync.reporting.plan_markdown import plan_markdown
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.style import Style
from sarv_sync.reporting.summaries import summary_line
from sarv_sync.reporting.summary_markdown import (
    drift_summary,
    failure_markdown,
    plan_summary,
    valid_summary,
)
from tests.unit.reporting.sample_outcomes import COMPLETE, FAULTS, INCOMPLETE, OUTCOMES
from tests.unit.reporting.sample_plans import DIGEST, DRIFTED, MIXED

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = tuple(Fault(f"fault {n}", "mend it", "a.yaml", n + 1, 1) for n in range(20_000))
ENTRIES = tuple(Entry(f"u{n:06}", "create", f"smtp{n}", "no answer within 30 seconds") for n in range(20_000))


@pytest.mark.parametrize(
    "make",
    [
        lambda limit: plan_summary(MIXED, limit),
        lambda limit: drift_summary(DRIFTED, limit),
        lambda limit: valid_summary(3, 1, MANY, limit),
        lambda limit: failure_markdown(MANY, "The plan could not be made", limit),
        lambda limit: outcome_markdown(Outcome(DIGEST, applied=ENTRIES, failed=ENTRIES), limit),
    ],
)
@pytest.mark.parametrize("limit", [300, 1_000, 2_000, 50_000, SUMMARY_MAX])
def test_every_summary_keeps_its_limit_and_its_title(make: Callable[[int], str], limit: int) -> None:
    text = make(limit)
    assert size(text) <= limit
    assert text.startswith("### ")


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_outcome_says_whether_a_fresh_listing_shows_it(name: str) -> None:
    outcome = OUTCOMES[name]
    text = outcome_markdown(outcome)
    assert ("\nVerified against a fresh listing.\n" in text) is outcome.complete
    assert ("\nRun apply again to go on from here.\n" in text) is not outcome.complete
    assert text.split("\n")[-1] == f"Digest `{DIGEST}`"


def test_what_did_not_end_well_comes_first() -> None:
    text = outcome_markdown(replace(INCOMPLETE, warnings=COMPLETE.warnings))
    order = [
        "### Incomplete: 1 created",
        "#### Failed: 1 change",
        "#### Unknown: 1 change",
        "#### Undelivered: 1 password",
        "#### Not attempted: 2 changes",
        "#### Blocked: 1",
        "#### Warnings: 1",
        "#### Applied: 2 changes",
        "#### Delivered: 1 password",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "| `newsletter` | update | `smtps456567` | ValidationError (-1): total&#95;limit" not in text
    assert "total_limit exceeds the plan of the account |" in text


def test_where_room_is_short_what_was_done_goes_first() -> None:
    text = outcome_markdown(Outcome(DIGEST, applied=ENTRIES, failed=ENTRIES[:5]), 3_000)
    assert "`u000004`" in text
    assert "more are not shown here: run with `--format json` for all of it.*" in text


def test_errors_stand_with_their_places() -> None:
    text = failure_markdown(FAULTS, "The plan could not be made")
    assert text.startswith("### The plan could not be made\n\n#### Errors: 5\n")
    assert "| unknown key totl_limit | did you mean total_limit? | `users/a.yaml:7:2` |" in text
    assert "| the token is missing | set SARV_TOKEN or SARV_TOKEN_FILE |  |" in text


def test_the_line_of_the_file_is_never_shown() -> None:
    fault = Fault("token: is no key of a file", "use the environment", "a.yaml", 1, 1, "token: s3cret")
    assert "s3cret" not in failure_markdown((fault,), "x") + valid_summary(1, 1, (fault,))


def test_valid_files_are_one_line() -> None:
    assert valid_summary(3, 2) == "### Valid: 3 users in 2 files"
    assert valid_summary(3, 2, FAULTS[:1]).startswith(
        "### Valid: 3 users in 2 files, 1 warning\n\n#### Warnings: 1\n"
    )


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (RotationRequest(names=("a",)), "No password to change: none was chosen"),
        (RotationRequest(due=True), "No password to change: none is due"),
    ],
)
def test_a_rotation_of_nobody_says_nothing_of_what_else_differs(request_: RotationRequest, said: str) -> None:
    plan = Plan(account=MIXED.account, digest=DIGEST, unchanged=39, rotation=request_)
    assert plan_text(plan, Style(color=False, width=80)).startswith(f"{said}.\n")
    assert plan_markdown(plan).startswith(f"### {said}\n")
    assert plan_markdown(replace(plan, drift=DRIFTED.drift)).startswith(f"### {said}\n")


def test_a_rotation_does_not_call_users_unchanged_that_it_leaves() -> None:
    plan = replace(MIXED, rotation=RotationRequest())
    assert "left as they are" in summary_line(plan)
    assert "unchanged" not in summary_line(plan)
    held_back = replace(plan, changes=(), drift=())
    assert summary_line(held_back).startswith("Plan: no password to change; ")


def test_a_rotation_that_did_nothing_speaks_of_passwords() -> None:
    assert outcome_line(Outcome(DIGEST, verified=True, rotation=True)) == "No password was changed."
