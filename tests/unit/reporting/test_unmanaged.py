"""Users that no entry owns, and which of them are new, in every format."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.model.plan import Drift, Plan, Refusal, UnmanagedUser
from sarv_sync.model.plan_document import from_document, to_document
from sarv_sync.monitoring.metrics import Check, gauges
from sarv_sync.reporting.comment_parts import Where, plan_part
from sarv_sync.reporting.drift_document import drift_document
from sarv_sync.reporting.drift_markdown import drift_markdown
from sarv_sync.reporting.drift_notice import drift_notice
from sarv_sync.reporting.drift_text import drift_text
from sarv_sync.reporting.issue_markdown import IssueWhere, Memory, issue, memory_of
from sarv_sync.reporting.plan_markdown import plan_markdown
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.style import Style
from sarv_sync.reporting.summaries import drift_summary_line, summary_line
from sarv_sync.reporting.unmanaged import advice
from tests.unit.reporting.sample_github import HEAD, LATER, NOW
from tests.unit.reporting.sample_plans import ACCOUNT, APPEARED, DIGEST, moved

TERMINAL = Style(color=False, width=80)
WHERE = IssueWhere("sarv-sync.yaml")
OLD = UnmanagedUser("a-old", 1, 1, "Enable")
TOLD = UnmanagedUser("b-told", 2, 2, "Enable", unsettled=True)
NEW = UnmanagedUser("c-new", 3, 3, "Enable", unsettled=True, new=True)
MOVED = Drift("billing", "smtp1", "changed", (moved("hourly_limit", 1, 2),))


def plan_of(*users: UnmanagedUser, **parts: object) -> Plan:
    return replace(Plan(ACCOUNT, DIGEST, unmanaged=users, unchanged=2), **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("users", "title"),
    [
        ((OLD,), "Unmanaged: 1 user of the account that no entry owns\n"),
        ((OLD, NEW), "Unmanaged: 2 users of the account that no entry owns (1 of them new)\n"),
        ((NEW,), "Unmanaged: 1 user of the account that no entry owns (new)\n"),
        ((NEW, replace(NEW, smtp_user_name="d")), "Unmanaged: 2 users of the account that no entry owns (all new)\n"),
    ],
)
def test_the_heading_counts_the_new_ones(users: tuple[UnmanagedUser, ...], title: str) -> None:
    assert title in plan_text(plan_of(*users), TERMINAL)


@pytest.mark.parametrize(
    ("names", "told", "untold"),
    [
        (("a b",), "no file can hold such a name as a pin; `except:", "adopt"),
        (("a b", "c"), "writes an entry for each whose name a file can hold, `sarv-sync adopt NAME SMTP", " -- "),
        (("-x",), "`sarv-sync adopt NAME -- SMTP_USER_NAME`", "no file"),
    ],
)
def test_only_what_can_be_done_about_a_name_is_suggested(names: tuple[str, ...], told: str, untold: str) -> None:
    text = advice(replace(NEW, smtp_user_name=name) for name in names)
    assert told in text
    assert untold not in text


def test_what_to_do_is_said_only_where_somebody_is_new() -> None:
    for show in (lambda plan: plan_text(plan, TERMINAL), plan_markdown):
        assert "sarv-sync adopt" in show(plan_of(OLD, NEW))
        assert "sarv-sync adopt" not in show(plan_of(OLD, TOLD))
    assert "sarv-sync adopt" in drift_text(plan_of(TOLD), TERMINAL)
    assert "sarv-sync adopt" not in drift_text(plan_of(OLD), TERMINAL)


def test_the_new_ones_are_shown_before_all_others_however_many_those_are() -> None:
    crowd = tuple(UnmanagedUser(f"a{number:02}", 1, 1, "Enable") for number in range(30))
    text = plan_text(plan_of(*crowd, NEW), TERMINAL)
    assert text.index("c-new") < text.index("a00")
    rows = plan_markdown(plan_of(*crowd, NEW)).split("| --- |\n")[1]
    assert rows.startswith("| `c-new` | 3 | 3 | Enable, **new** |\n")


def test_new_ones_that_are_not_shown_are_counted() -> None:
    crowd = tuple(replace(NEW, smtp_user_name=f"n{number:02}") for number in range(13))
    assert "… and 3 more, 3 of them enabled, 3 new\n" in plan_text(plan_of(*crowd), TERMINAL)


def test_a_plan_calls_new_whom_no_apply_has_told_of_and_drift_whoever_is_not_settled() -> None:
    plan = plan_of(OLD, TOLD, NEW)
    assert "3 unmanaged (1 new)" in summary_line(plan)
    assert [user["smtp_user_name"] for user in to_document(plan, "1")["unmanaged"] if "new" in user] == ["c-new"]
    assert "2 of them new" in drift_text(plan, TERMINAL)
    assert "2 of them new" in drift_markdown(plan)
    document = drift_document(plan)
    assert [user["smtp_user_name"] for user in document["unmanaged"] if user.get("new")] == ["b-told", "c-new"]
    assert document["clean"] is False


def test_a_saved_plan_keeps_who_was_new() -> None:
    read = from_document(to_document(plan_of(OLD, NEW), "1"))
    assert plan_text(read, TERMINAL) == plan_text(plan_of(OLD, NEW), TERMINAL)


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        (plan_of(OLD), "No drift: every user is as it was last applied; 1 unmanaged."),
        (plan_of(OLD, TOLD), "Drift: 1 user nobody knows appeared; 2 unmanaged."),
        (plan_of(TOLD, NEW, drift=(MOVED,)), "Drift: 1 changed, 2 users nobody knows appeared; 2 unmanaged."),
        (plan_of(targets=("a",)), "No drift: every user that was looked at is as it was last applied."),
    ],
)
def test_drift_says_in_its_last_line_that_somebody_appeared(plan: Plan, line: str) -> None:
    assert drift_summary_line(plan) == line


def test_the_comment_of_a_pull_request_marks_the_new_ones() -> None:
    part = plan_part(plan_of(OLD, NEW), Where("a.yaml", HEAD))
    assert "2 unmanaged (1 new)" in part.text
    assert "| `c-new` | 3 | 3 | Enable, **new** |" in part.text


def test_the_issue_names_who_appeared_and_what_to_do_with_no_repair_that_would_be_of_no_use() -> None:
    text = issue(plan_of(OLD, TOLD), WHERE, Memory(), NOW)
    assert text.title == "Drift in sarv-sync.yaml: 1 user appeared"
    assert "#### Appeared in the account: 1\n" in text.body
    assert "| `b-told` | 2 | 2 | Enable | 2025-01-02 03:04 |" in text.body
    assert "`sarv-sync adopt NAME SMTP_USER_NAME`" in text.body
    assert "a-old" not in text.body
    assert "Repair" not in text.body


def test_the_issue_has_the_two_ways_out_where_a_user_changed_too() -> None:
    body = issue(plan_of(TOLD, drift=(MOVED,)), WHERE, Memory(), NOW).body
    assert "**Repair.**" in body
    assert "Appeared in the account: 1" in body


def test_who_appears_later_is_news_and_who_is_settled_is_gone() -> None:
    first = issue(plan_of(TOLD), WHERE, Memory(), NOW)
    more = issue(plan_of(TOLD, NEW), WHERE, memory_of(first.body), LATER)
    assert more.change is not None
    assert "New: 1" in more.change
    assert "c-new" in more.change
    assert "b-told" not in more.change
    assert "2025-01-02 03:04" in more.body
    fewer = issue(plan_of(NEW), WHERE, memory_of(more.body), LATER)
    assert "Gone: 1" in str(fewer.change)


def test_where_they_are_forbidden_the_issue_has_them_once() -> None:
    refusal = Refusal("unmanaged", "2 users are owned by no entry", "write entries for them")
    text = issue(plan_of(OLD, TOLD, refusals=(refusal,)), WHERE, Memory(), NOW)
    assert text.title.endswith(": 2 users owned by no entry")
    assert "Appeared" not in text.body


def test_the_message_to_people_counts_who_appeared_and_names_nobody() -> None:
    title, body = drift_notice(plan_of(OLD, TOLD), "a.yaml")
    assert title == "Drift: 1 user nobody knows appeared; 2 unmanaged."
    assert "- 1 user nobody knows appeared\n" in body
    assert "sarv-sync adopt" in body
    assert "puts changed values back" not in body
    assert "b-told" not in body
    assert "puts changed values back" in drift_notice(plan_of(TOLD, drift=(MOVED,)), "a.yaml")[1]


def test_the_metrics_count_who_is_not_settled() -> None:
    found = {gauge.name: gauge.values for gauge in gauges(Check("a.yaml", 2, 0.0, APPEARED))}
    assert found["sarv_sync_unmanaged_users"] == {"": 3}
    assert found["sarv_sync_new_unmanaged_users"] == {"": 2}
