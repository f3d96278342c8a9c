from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.doctor.connection import check_connection, check_resolution, check_tls
from sarv_sync.doctor.evidence import Setting, Settings
from sarv_sync.errors import Fault
from sarv_sync.model.route import Handshake, Route
from tests.unit.doctor.sound import DAY, NOW, ROUTE, SETTINGS

NO_NAME = Fault("no such name", "spell it right")
NOBODY = Fault("nobody there", "look for them")
NO_TRUST = Fault("not trusted", "set SARV_CA_BUNDLE")
ADDRESSES = ("192.0.2.7", "2001:db8::7")
PLAIN = replace(SETTINGS, endpoint=Setting("http://127.0.0.1:80/v1.0", "--endpoint"))
NO_ENDPOINT = replace(SETTINGS, endpoint=NO_NAME)
PROXIED = replace(SETTINGS, proxy=Setting("proxy:3128", "HTTPS_PROXY"))
UNTRUSTING = replace(SETTINGS, ca_bundle=NO_TRUST)

STEPS = [
    #                                                  resolution connection tls
    (SETTINGS, ROUTE,                                  "ok",      "ok",      "ok"),
    (SETTINGS, Route(NO_NAME),                         "failed",  "skipped", "skipped"),
    (SETTINGS, Route(ADDRESSES, NOBODY),               "ok",      "failed",  "skipped"),
    (SETTINGS, Route(ADDRESSES, "192.0.2.7", NO_TRUST), "ok",     "ok",      "failed"),
    (UNTRUSTING, Route(ADDRESSES, "192.0.2.7"),        "ok",      "ok",      "skipped"),
    (PLAIN, Route(("127.0.0.1",), "127.0.0.1"),        "ok",      "ok",      "ok"),
    (NO_ENDPOINT, None,                                "skipped", "skipped", "skipped"),
    (PROXIED, None,                                    "skipped", "skipped", "skipped"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "route", "resolution", "connection", "tls"), STEPS)
def test_a_step_fails_for_itself_and_those_behind_it_are_skipped(
    settings: Settings, route: Route | None, resolution: str, connection: str, tls: str
) -> None:
    assert check_resolution(settings, route).verdict == resolution
    assert check_connection(settings, route).verdict == connection
    assert check_tls(settings, route, NOW).verdict == tls


def test_every_address_is_named_and_the_one_that_took_the_connection() -> None:
    route = Route(ADDRESSES, "192.0.2.7")
    assert check_resolution(SETTINGS, route).message == "resolves to 192.0.2.7 and 2001:db8::7"
    assert check_connection(SETTINGS, route).message == "192.0.2.7 took the connection"


def test_a_failure_keeps_its_reason_and_its_remedy() -> None:
    for found, fault in (
        (check_resolution(SETTINGS, Route(NO_NAME)), NO_NAME),
        (check_connection(SETTINGS, Route(ADDRESSES, NOBODY)), NOBODY),
        (check_tls(SETTINGS, Route(ADDRESSES, "192.0.2.7", NO_TRUST), NOW), NO_TRUST),
    ):
        assert (found.message, found.remedy) == (fault.message, fault.hint)


def test_behind_a_proxy_the_call_tells() -> None:
    for found in (check_resolution(PROXIED, None), check_connection(PROXIED, None), check_tls(PROXIED, None, NOW)):
        assert found.message == "through the proxy: the call below tells"


def test_plain_http_is_said_to_need_no_tls() -> None:
    found = check_tls(PLAIN, Route(("127.0.0.1",), "127.0.0.1"), NOW)
    assert found.message == "none is needed: plain http to a loopback address"


@pytest.mark.parametrize(
    ("seconds", "left", "verdict"),
    [
        (90 * DAY, "90 days", "ok"),
        (14 * DAY, "14 days", "ok"),
        (14 * DAY - 1, "13 days", "warning"),
        (DAY, "1 day", "warning"),
        (1, "0 days", "warning"),
    ],
)
def test_a_certificate_that_ends_soon_is_warned_of(seconds: float, left: str, verdict: str) -> None:
    route = ROUTE._replace(tls=Handshake("TLSv1.2", NOW + seconds))
    found = check_tls(SETTINGS, route, NOW)
    assert (found.verdict, found.remedy is None) == (verdict, verdict == "ok")
    assert found.message.startswith("TLS 1.2; the certificate is valid until 2025-")
    assert found.message.endswith(f", {left} left")
