from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync.model.plan import Blocked, Drift, FieldChange, Plan, Refusal, UnmanagedUser
from sarv_sync.reporting.cutting import size
from sarv_sync.reporting.issue_markdown import (
    ISSUE_MAX,
    IssueWhere,
    Memory,
    closing,
    issue,
    marker_of,
    memory_of,
    reopening,
)
from sarv_sync.reporting.issue_memory import MEMORY_MAX
from tests.unit.reporting.hostile_words import plans, words
from tests.unit.reporting.sample_github import ISSUE_WHERE, LATER, NOW, RUN
from tests.unit.reporting.sample_plans import ACCOUNT, BAD_LISTING, BLOCKED, DIGEST, DRIFTED, EMPTY, MIXED, moved

WHERE = IssueWhere("sarv-sync.yaml")
NONE = Memory()
FORBIDDEN = Refusal("unmanaged", "2 users are owned by no entry", "write entries for them")


def drifted(*names: str, value: int = 2) -> Plan:
    drift = tuple(Drift(name, f"smtp-{name}", "changed", (moved("total_limit", 1, value),)) for name in names)
    return Plan(account=ACCOUNT, digest=DIGEST, drift=drift)


def after(plan: Plan, memory: Memory = NONE, now: datetime = NOW) -> Memory:
    return memory_of(issue(plan, WHERE, memory, now).body)


@pytest.mark.parametrize("plan", [MIXED, DRIFTED, BLOCKED, BAD_LISTING, drifted("a")])
def test_the_same_drift_gives_the_same_body_whenever_it_is_looked_at(plan: Plan) -> None:
    first = issue(plan, WHERE, Memory(), NOW)
    again = issue(plan, replace(WHERE, run_url=RUN), memory_of(first.body), LATER)
    assert again == first
    assert again.change is None


@given(plans, words)
@settings(max_examples=60, deadline=None)
def test_any_drift_is_remembered_and_its_body_fits(plan: Plan, word: str) -> None:
    where = IssueWhere(word)
    first = issue(plan, where, Memory(), NOW)
    assert size(first.body) <= ISSUE_MAX
    assert first.body.startswith(marker_of(word))
    assert issue(plan, where, memory_of(first.body), LATER) == first


def test_each_finding_keeps_the_time_at_which_it_was_seen_first() -> None:
    memory = after(drifted("a", "b"), after(drifted("a")), LATER)
    body = issue(drifted("a", "b", "c"), WHERE, memory, LATER + timedelta(days=1)).body
    times = dict(re.findall(r"^\| `(\w)` .* \| (\S+ \S+) \|$", body, re.MULTILINE))
    assert times == {"a": "2025-01-02 03:04", "b": "2025-01-03 03:04", "c": "2025-01-04 03:04"}


def test_a_time_is_shown_in_utc_whatever_the_clock_is_set_to() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert issue(MIXED, WHERE, Memory(), there) == issue(MIXED, WHERE, Memory(), NOW)


def test_what_came_back_is_seen_since_it_came_back() -> None:
    gone = after(drifted("b"), after(drifted("a", "b")), LATER)
    assert after(drifted("a", "b"), gone, LATER).since("changed a") == "2025-01-03T03:04Z"


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (drifted("a"), drifted("a", "b"), ["New: 1", "`b`"]),
        (drifted("a", "b"), drifted("a"), ["Gone: 1", "`b`"]),
        (drifted("a"), drifted("a", value=3), ["Changed again: 1", "`a`"]),
        (drifted("a"), drifted("b"), ["New: 1", "`b`", "Gone: 1", "`a`"]),
        (drifted("a"), replace(drifted("a"), blocked=BLOCKED.blocked[:1]), ["New: 1", "`payroll`", "blocked"]),
        (drifted("a"), BAD_LISTING, ["New: 31", "nothing can be compared", "Gone: 1", "`a`"]),
    ],
)
def test_a_comment_says_what_is_new_and_what_is_gone(before: Plan, now: Plan, said: list[str]) -> None:
    change = issue(now, ISSUE_WHERE, after(before), LATER).change or ""
    assert change.startswith(f"The drift is not what it was, as [this run]({RUN}) found")
    places = [change.index(part) for part in said]
    assert places == sorted(places)
    headings = [line for line in change.split("\n") if line.startswith(("####", "<summary>"))]
    assert len(headings) == sum(": " in part for part in said)


def test_a_new_issue_needs_no_comment() -> None:
    assert issue(MIXED, WHERE, Memory(), NOW).change is None


def test_the_memory_of_another_configuration_is_no_memory() -> None:
    other = memory_of(issue(drifted("a"), IssueWhere("other.yaml"), Memory(), NOW).body)
    assert issue(drifted("a", "b"), WHERE, other, LATER) == issue(drifted("a", "b"), WHERE, Memory(), LATER)


@pytest.mark.parametrize(
    ("plan", "title"),
    [
        (drifted("a"), "1 user changed outside the files"),
        (MIXED, "2 users changed outside the files, 2 users missing"),
        (DRIFTED, "3 users changed outside the files, 1 password undelivered"),
        (
            replace(EMPTY, unmanaged=DRIFTED.unmanaged[:2], refusals=(FORBIDDEN,)),
            "2 users owned by no entry",
        ),
        (
            replace(drifted("a"), blocked=BAD_LISTING.blocked),
            "1 user changed outside the files, not all could be compared",
        ),
        (BAD_LISTING, "not all could be compared"),
        (replace(EMPTY, blocked=BLOCKED.blocked[1:]), "drift cannot be ruled out"),
    ],
)
def test_the_title_says_how_much(plan: Plan, title: str) -> None:
    assert issue(plan, WHERE, Memory(), NOW).title == f"Drift in sarv-sync.yaml: {title}"


def test_unmanaged_users_are_drift_only_where_the_files_forbid_them() -> None:
    users = (UnmanagedUser("smtp9", 1, 1, "Enable"),)
    assert "smtp9" not in issue(replace(drifted("a"), unmanaged=users), WHERE, Memory(), NOW).body
    body = issue(replace(drifted("a"), unmanaged=users, refusals=(FORBIDDEN,)), WHERE, Memory(), NOW).body
    assert "#### Owned by no entry, which the files forbid: 1" in body
    assert "| `smtp9` | 1 | 1 | Enable | 2025-01-02 03:04 |" in body


def test_a_guard_of_the_next_apply_is_no_drift() -> None:
    plan = replace(drifted("a"), refusals=(Refusal("guard", "too many", "raise it"),))
    assert issue(plan, WHERE, Memory(), NOW) == issue(drifted("a"), WHERE, Memory(), NOW)


def yaml_of(plan: Plan) -> str:
    body = issue(plan, WHERE, Memory(), NOW).body
    return body.split("```yaml\n")[1].split("\n```\n")[0]


def test_the_lines_that_keep_the_change_are_those_to_write() -> None:
    text = yaml_of(MIXED)
    assert "  newsletter:  # users/marketing.yaml:140\n    hourly_limit: 150\n    status: Disable\n" in text
    assert "  zz-retired:  # gone from the files\n" in text
    assert yaml.safe_load(text) == {
        "users": {"newsletter": {"hourly_limit": 150, "status": "Disable"}, "zz-retired": {"status": "Enable"}}
    }


@given(st.lists(words | st.sampled_from(["no", "1", "1.5", "null", "2025-01-01", "0x1f"]), min_size=1, unique=True))
@settings(max_examples=80, deadline=None)
def test_any_name_is_written_as_a_key_that_is_read_as_that_name(names: list[str]) -> None:
    short = list(dict.fromkeys(name[:100] for name in names if not re.search("[\ud800-\udfff]", name[:100])))
    if short:
        assert list(yaml.safe_load(yaml_of(drifted(*short)))["users"]) == short


def test_a_user_that_drifted_in_two_ways_is_one_user_in_the_title_and_two_findings() -> None:
    plan = replace(drifted("a"), drift=(*drifted("a").drift, Drift("a", "smtp-a", "password_changed")))
    made = issue(plan, WHERE, Memory(), NOW)
    assert made.title == "Drift in sarv-sync.yaml: 1 user changed outside the files"
    assert [key for key, _ in memory_of(made.body).seen] == ["changed a", "password_changed a"]
    assert "Passwords are delivered as the account has them now" in made.body
    change = issue(drifted("a"), WHERE, memory_of(made.body), LATER).change or ""
    assert "Gone: 1" in change
    assert "| `a` | password changed outside |" in change


def test_a_password_that_no_sink_has_stands_apart_from_what_changed() -> None:
    body = issue(DRIFTED, WHERE, Memory(), NOW).body
    assert "#### Changed outside the files: 3" in body
    assert "#### Undelivered: 1 password\n" in body
    assert "| `web` | `smtp780` | 2025-01-02 03:04 |" in body


def test_the_lines_to_write_for_an_entrys_second_user_are_the_entrys_limits() -> None:
    limit, status = moved("total_limit", 1, 2), moved("status", "Disable", "Enable")
    second = Drift("b+2", "smtp2", "changed", (limit, status))
    plan = replace(drifted("a"), drift=(*drifted("a").drift, Drift("a+2", "smtp1", "changed", (limit,)), second))
    assert yaml.safe_load(yaml_of(plan)) == {"users": {"a": {"total_limit": 2}, "b": {"total_limit": 2}}}
    alone = replace(drifted("a"), drift=(Drift("b+2", "smtp2", "changed", (status,)),))
    assert "```" not in issue(alone, WHERE, Memory(), NOW).body


def test_what_is_missing_or_a_password_has_no_lines_to_write() -> None:
    plan = Plan(account=ACCOUNT, digest=DIGEST, drift=(Drift("a", "b", "missing"), Drift("c", "d", "undelivered")))
    assert "```" not in issue(plan, WHERE, Memory(), NOW).body


def test_the_pages_that_are_known_are_linked_and_the_run_only_in_comments() -> None:
    body = issue(MIXED, ISSUE_WHERE, Memory(), NOW).body
    assert f"[`sarv-sync.yaml`]({ISSUE_WHERE.file_url})" in body
    assert f"[the repair workflow]({ISSUE_WHERE.apply_url})" in body
    assert RUN not in body
    assert "](" not in issue(MIXED, WHERE, Memory(), NOW).body
    assert closing(ISSUE_WHERE).startswith(f"[This run]({RUN}) found every user of `sarv-sync.yaml`")
    assert reopening(WHERE) == "A run found drift in `sarv-sync.yaml` again; the description is up to date."


def test_drift_of_thousands_fits_and_is_not_news_the_next_day() -> None:
    plan = drifted(*(f"user-{n:05}" for n in range(5_000)))
    first = issue(plan, WHERE, Memory(), NOW)
    assert size(first.body) <= ISSUE_MAX
    assert size(first.body.split("\n")[0]) <= MEMORY_MAX
    assert "more are not shown here: `sarv-sync drift` shows all of it.*" in first.body
    assert "  # and " in first.body
    assert first.body.endswith("after a run that finds every user as it was last applied.")
    memory = memory_of(first.body)
    assert issue(plan, WHERE, memory, LATER) == first
    change = issue(drifted("user-00000a", *(entry.name for entry in plan.drift)), WHERE, memory, LATER).change or ""
    assert "New: 1" in change
    assert "`user-00000a`" in change


def test_the_marker_of_one_path_begins_no_issue_of_another() -> None:
    paths = ["a", "ab", "a.yaml", 'a","fingerprint', 'a"', "a\\", "-->", "a--b", "a-\\u002db", "ä", "", "A"]
    bodies = {path: issue(MIXED, IssueWhere(path), Memory(), NOW).body for path in paths}
    for path in paths:
        assert [other for other, body in bodies.items() if body.startswith(marker_of(path))] == [path]
        assert marker_of(path).startswith("<!-- sarv-sync:drift ")


GOOD = issue(MIXED, WHERE, Memory(), NOW).body


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        f"\n{GOOD}",
        f"x{GOOD}",
        GOOD.replace("{", "[", 1),
        GOOD.replace(" -->", "", 1),
        GOOD.replace('"fingerprint":"', '"fingerprint":1,"x":"'),
        GOOD.replace('"configuration":"', '"configuration":1,"x":"'),
        GOOD.replace('"seen":{', '"seen":7,"x":{'),
        re.sub(r"drift \{.*", "drift " + '{"a":' * 5_000 + "1" + "}" * 5_000 + " -->", GOOD),
    ],
)
def test_what_is_no_memory_is_none(body: str) -> None:
    assert memory_of(body) == Memory()


def test_a_line_end_of_the_web_form_changes_no_memory() -> None:
    assert memory_of(GOOD.replace("\n", "\r\n")) == memory_of(GOOD) != Memory()


@pytest.mark.parametrize("time", ["now", "2025-01-02", "2025-01-02T03:04Z<img>", 7, None])
def test_a_time_that_is_none_is_forgotten(time: object) -> None:
    said = f'"{time}"' if isinstance(time, str) else ("null" if time is None else str(time))
    memory = memory_of(GOOD.replace('"2025-01-02T03:04Z"', said, 1))
    assert len(memory.seen) == len(memory_of(GOOD).seen) - 1


@given(st.text(), st.integers(0, 400), words)
@settings(max_examples=200, deadline=None)
def test_reading_any_body_raises_nothing(text: str, place: int, word: str) -> None:
    memory_of(text)
    memory = memory_of(GOOD[:place] + word + GOOD[place:])
    assert size(issue(DRIFTED, WHERE, memory, LATER).body) <= ISSUE_MAX


def test_a_blocked_user_stands_with_what_to_do() -> None:
    plan = replace(drifted("a"), blocked=(Blocked("b", "missing", "b is gone", "look into it"),))
    assert "| `b` | b is gone | look into it |" in issue(plan, WHERE, Memory(), NOW).body


def test_values_are_those_of_the_account() -> None:
    drift = Drift("a", "smtp1", "changed", (FieldChange("hourly_limit", 1_000, 1_234_567),))
    text = yaml_of(Plan(account=ACCOUNT, digest=DIGEST, drift=(drift,)))
    assert text == "users:\n  a:\n    hourly_limit: 1234567"
