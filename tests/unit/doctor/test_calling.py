from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.doctor.calling import check_call, check_clock, check_credentials
from sarv_sync.doctor.evidence import Call, Settings
from sarv_sync.errors import (
    AnswerUnusable,
    AuthenticationFailed,
    Fault,
    InputError,
    ProviderError,
    RequestRefused,
    SarvSyncError,
)
from sarv_sync.model.route import Route
from sarv_sync.model.users import Listing
from tests.unit.doctor.sound import CALL, DATE, NOW, ROUTE, SETTINGS

WRONG = Fault("it is wrong", "put it right")


@pytest.mark.parametrize(
    ("result", "call", "credentials"),
    [
        (Listing({}), "ok", "ok"),
        (AuthenticationFailed("no", "hint"), "ok", "failed"),
        (RequestRefused("no", "hint"), "failed", "skipped"),
        (AnswerUnusable("no", "hint"), "failed", "skipped"),
        (ProviderError("no", "hint"), "failed", "skipped"),
        (InputError("no", "hint"), "failed", "skipped"),
    ],
)
def test_what_an_answer_says_of_call_and_credentials(
    result: Listing | SarvSyncError, call: str, credentials: str
) -> None:
    made = Call(result, None, NOW, NOW)
    found = check_call(SETTINGS, ROUTE, made)
    assert (found.verdict, check_credentials(SETTINGS, made).verdict) == (call, credentials)
    if call == "failed":
        assert (found.message, found.remedy) == ("no", "hint")


def test_refused_credentials_are_traced_to_who_set_them() -> None:
    found = check_credentials(SETTINGS, Call(AuthenticationFailed("no", "hint"), None, NOW, NOW))
    assert found.message == "no"
    assert found.remedy == (
        "check that endpoint (SARV_ENDPOINT), owner_id (sarv-sync.yaml) and token (SARV_TOKEN) are of one account, "
        "and that the token was not replaced since"
    )


@pytest.mark.parametrize(
    ("settings", "route", "message"),
    [
        (replace(SETTINGS, endpoint=None, owner_id=WRONG, token=WRONG), None, "endpoint, owner_id and token"),
        (replace(SETTINGS, ca_bundle=WRONG), ROUTE, "ca_bundle"),
        (SETTINGS, Route(WRONG), "resolution"),
        (SETTINGS, Route(("192.0.2.7",), WRONG), "connection"),
        (SETTINGS, Route(("192.0.2.7",), "192.0.2.7", WRONG), "tls"),
        (replace(SETTINGS, token=WRONG), Route(("192.0.2.7",), WRONG), "token and connection"),
    ],
)
def test_a_call_that_cannot_be_made_says_what_it_lacks(settings: Settings, route: Route | None, message: str) -> None:
    found = check_call(settings, route, None)
    assert (found.verdict, found.message) == ("skipped", f"depends on {message}")
    assert (check_credentials(settings, None).verdict, check_clock(None).verdict) == ("skipped", "skipped")


@pytest.mark.parametrize(
    ("began", "took", "verdict", "said"),
    [
        (0, 0, "ok", ""),
        (60, 0, "ok", ""),
        (-60, 0, "ok", ""),
        (-100, 90, "ok", ""),
        (61, 0, "warning", "61 seconds ahead of"),
        (7200, 5, "warning", "7,200 seconds ahead of"),
        (-61, 0, "warning", "61 seconds behind"),
        (-100, 30, "warning", "70 seconds behind"),
    ],
)
def test_a_clock_that_is_off_by_more_than_a_minute_is_warned_of(
    began: float, took: float, verdict: str, said: str
) -> None:
    found = check_clock(CALL._replace(date=DATE, began=NOW + began, ended=NOW + began + took))
    assert (found.verdict, said in found.message) == (verdict, True), found.message


@pytest.mark.parametrize(
    ("date", "verdict"),
    [
        (None, "skipped"),
        ("", "skipped"),
        ("yesterday", "skipped"),
        ("Sun, 99 Jun 2025 15:06:40 GMT", "skipped"),
        ("Sun, 15 Jun 2025 15:06:40 +99999999999999", "skipped"),
        ("Sunday, 15-Jun-25 15:06:40 GMT", "ok"),
        ("Sun Jun 15 15:06:40 2025", "ok"),
        ("Sun, 15 Jun 2025 17:06:40 +0200", "ok"),
    ],
)
def test_the_time_may_be_stated_in_every_form_of_http_and_only_in_those(date: str | None, verdict: str) -> None:
    assert check_clock(CALL._replace(date=date)).verdict == verdict


@given(st.text(max_size=40))
def test_no_date_is_too_strange(date: str) -> None:
    assert check_clock(CALL._replace(date=date)).verdict in {"skipped", "warning"}


@given(
    st.from_regex(
        r"[A-Z][a-z]{2}, -?\d{1,9} [A-Z][a-z]{2} \d{1,9} \d{1,3}:\d{1,3}:\d{1,3} [+-]?\d{0,14}", fullmatch=True
    )
)
def test_no_number_in_a_date_is_too_large(date: str) -> None:
    assert check_clock(CALL._replace(date=date)).verdict in {"ok", "skipped", "warning"}
