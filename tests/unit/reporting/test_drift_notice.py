from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given

from sarv_sync.model.plan import Drift, Plan, Refusal, UnmanagedUser
from sarv_sync.reporting.drift_notice import drift_notice
from tests.unit.reporting.hostile_words import NASTY, everywhere, plans, words
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, moved

OURS = re.compile(r"[A-Za-z0-9._~/?:,;()→… -]*")
"""What a message is made of: no mention, link target, markup, control or bidi character can be written with it."""


def plan_of(*drift: Drift) -> Plan:
    return Plan(ACCOUNT, DIGEST, drift=drift)


def drifted(count: int) -> Plan:
    return plan_of(
        *(Drift(f"u{i:02}", f"smtp{i}", "changed", (moved("hourly_limit", 100, i),)) for i in range(count))
    )


def test_the_message_says_what_changed_where_and_the_two_ways_out() -> None:
    plan = plan_of(
        Drift("billing", "smtp1", "changed", (moved("hourly_limit", 1000, 7), moved("status", "Enable", "Disable"))),
        Drift("orders", "smtp2", "missing"),
    )
    title, body = drift_notice(plan, "mail/sarv-sync.yaml")
    assert title == "Drift: 1 changed, 1 missing."
    assert body.splitlines() == [
        "mail/sarv-sync.yaml, account of owner 10042 at api.us1-mta1.example.net",
        "",
        "- billing: hourly_limit 1,000 → 7, status Enable → Disable",
        "- orders: missing: the account does not list it",
        "",
        "Two ways out:",
        "- repair: sarv-sync apply puts changed values back",
        "- accept: sarv-sync accept writes them into the files, for a pull request",
        "A missing user is not made again unless its entry says recreate: true.",
    ]


@pytest.mark.parametrize(("count", "more"), [(20, []), (21, ["… and 1 more"]), (2020, ["… and 2,000 more"])])
def test_a_long_list_is_cut_and_says_so(count: int, more: list[str]) -> None:
    lines = drift_notice(drifted(count), "a")[1].splitlines()
    assert sum(line.startswith("- u") for line in lines) == 20
    assert [line for line in lines if line.startswith("…")] == more


def test_users_that_are_forbidden_are_counted_and_not_named() -> None:
    users = (UnmanagedUser("smtp9", 1, 1, "Enable"),)
    plan = replace(plan_of(), unmanaged=users, refusals=(Refusal("unmanaged", "it is smtp9", "hint"),))
    body = drift_notice(plan, "a")[1]
    assert "- no entry owns 1 user of the account, which the files forbid" in body
    assert "smtp9" not in body


@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_no_word_from_anywhere_means_anything(word: str) -> None:
    title, body = drift_notice(everywhere(word), word)
    assert all(OURS.fullmatch(line) for line in (title, *body.split("\n")))


@given(plans, words)
def test_no_plan_of_any_words_does(plan: Plan, path: str) -> None:
    title, body = drift_notice(plan, path)
    lines = body.split("\n")
    assert all(OURS.fullmatch(line) for line in (title, *lines))
    assert "://" not in body
    assert len(lines) <= 30


def test_passwords_are_told_of_and_need_no_pull_request() -> None:
    plan = plan_of(Drift("a", "smtp1", "password_changed"), Drift("a+2", "smtp2", "undelivered"))
    title, body = drift_notice(plan, "a")
    assert title == "Drift: 1 with another password, 1 with an undelivered password."
    assert (
        "- a: its password was changed outside\n- a+2: its password is not known to have arrived everywhere\n" in body
    )
    assert body.endswith("Passwords need no pull request: sarv-sync apply delivers them as the account has them.")
