"""What `doctor` finds on the way to the provider."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.accounts import bind, user
from tests.end_to_end.certificates import certificate, speaking
from tests.end_to_end.checklists import doctor, findings
from tests.end_to_end.workplace import Workplace
from tests.unit.provider.stage import Stage, reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sarv_sync.sandbox.server import Sandbox
    from tests.end_to_end.conftest import Serve

EMPTY = {"status": "success", "smtp_list": []}


def test_refused_credentials_fail_with_a_remedy_of_their_own(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    done = doctor(work, SARV_TOKEN="not-the-token")
    found = findings(done, "failed")
    assert set(found) == {"credentials"}
    assert "AuthenticationError" in found["credentials"]["message"]
    assert "token (SARV_TOKEN) are of one account" in found["credentials"]["remedy"]
    assert findings(done)["clock"]["verdict"] == "ok", "a refusal has a date too"
    assert "not-the-token" not in done.said


UNREACHABLE = [
    ("https://no-such-host.invalid/v1.0", "resolution", "could not be resolved"),
    ("http://127.0.0.1:9/v1.0", "connection", "the connection was refused"),
    ("https://127.0.0.1:{port}/v1.0", "tls", "TLS failed ("),
]


@pytest.mark.parametrize(("endpoint", "name", "said"), UNREACHABLE)
def test_a_provider_that_cannot_be_reached_fails_once_and_where(
    work: Workplace, stage: Stage, endpoint: str, name: str, said: str
) -> None:
    work.users("a: {}")
    done = doctor(work, SARV_ENDPOINT=endpoint.format(port=stage.port))
    found = findings(done, "failed")
    assert (set(found), said in found[name]["message"]) == ({name}, True), done.said
    assert findings(done)["call"]["message"] == f"depends on {name}"
    assert found[name]["remedy"]


@pytest.fixture
def secured(work: Workplace, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A provider that speaks TLS with a certificate of its own, in `own.pem`, and has an empty account."""
    pem = certificate(tmp_path, getattr(request, "param", 90))
    server = Stage(tls=speaking(pem))
    server.play(reply(EMPTY))
    work.environment["SARV_ENDPOINT"] = server.url
    work.write(pem.read_text(), "own.pem")
    work.users("a: {}")
    yield server
    server.close()


def test_an_untrusted_certificate_fails_before_the_token_is_sent(work: Workplace, secured: Stage) -> None:
    found = findings(doctor(work), "failed")
    assert set(found) == {"tls"}
    assert "its certificate is not trusted" in found["tls"]["message"]
    assert "SARV_CA_BUNDLE" in found["tls"]["remedy"]
    assert secured.requests == []


@pytest.mark.parametrize(("secured", "verdict"), [(90, "ok"), (5, "warning")], indirect=["secured"])
def test_a_trusted_certificate_shows_how_long_it_is_valid(work: Workplace, secured: Stage, verdict: str) -> None:
    done = doctor(work, SARV_CA_BUNDLE="own.pem")
    found = findings(done)
    assert found["ca_bundle"]["message"].startswith("own.pem (SARV_CA_BUNDLE)")
    assert (found["tls"]["verdict"], found["tls"]["message"][:5]) == (verdict, "TLS 1"), done.said
    assert found["tls"]["message"].endswith("days left")
    assert (found["credentials"]["verdict"], done.code) == ("ok", 0)
    assert found["clock"]["verdict"] == "skipped", "this one states no time"


def test_a_bundle_that_cannot_be_used_leaves_name_and_connection_to_be_checked(
    work: Workplace, secured: Stage
) -> None:
    found = findings(doctor(work, SARV_CA_BUNDLE="sarv-sync.yaml"))
    verdicts = [found[name]["verdict"] for name in ("resolution", "connection", "ca_bundle", "tls", "call")]
    assert verdicts == ["ok", "ok", "failed", "skipped", "skipped"]


def test_behind_a_proxy_the_call_tells(work: Workplace, stage: Stage) -> None:
    work.users("a: {}")
    proxy = f"http://somebody:pw-canary@127.0.0.1:{stage.port}"
    done = doctor(work, SARV_ENDPOINT="https://api.example.net/v1.0", HTTPS_PROXY=proxy)
    found = findings(done)
    assert found["proxy"]["message"] == f"127.0.0.1:{stage.port} (HTTPS_PROXY)"
    for name in ("resolution", "connection", "tls"):
        assert found[name]["message"] == "through the proxy: the call below tells"
    assert set(findings(done, "failed")) == {"call"}
    assert "the proxy did not connect (407" in found["call"]["message"]
    assert "pw-canary" not in done.said


@pytest.mark.parametrize(
    ("ahead", "verdict", "said"),
    [
        (0, "ok", "within 60 seconds"),
        (2 * 3600, "warning", "seconds behind"),
        (-2 * 3600, "warning", "seconds ahead"),
    ],
)
def test_a_clock_that_is_off_is_warned_of(
    work: Workplace, stage: Stage, ahead: float, verdict: str, said: str
) -> None:
    theirs = datetime.now(timezone.utc) + timedelta(seconds=ahead)
    stage.play(reply(EMPTY, headers=(f"Date: {format_datetime(theirs, usegmt=True)}",)))
    work.users("a: {}")
    done = doctor(work)
    clock = findings(done)["clock"]
    assert (clock["verdict"], said in clock["message"], done.code) == (verdict, True, 0), done.said


ANSWERS = [
    ("listSmtp:html", "call", "HTML"),
    ("listSmtp:http-status:status=503", "call", "503"),
    ("listSmtp:general-error", "call", "GeneralError"),
    ("listSmtp:null-list", "call", "smtp_list"),
    ("listSmtp:hang-up", "call", "the connection broke"),
    ("listSmtp:auth-error", "credentials", "AuthenticationError"),
]


@pytest.mark.parametrize(("fault", "name", "said"), ANSWERS)
def test_an_answer_that_is_no_listing_fails_once(
    work: Workplace, serve: Serve, fault: str, name: str, said: str
) -> None:
    sandbox = serve(fault, users=(user("smtp1"),))
    work.users("a: {}")
    bind(work, sandbox, a="smtp1")
    done = doctor(work)
    found = findings(done, "failed")
    assert (set(found), said in found[name]["message"]) == ({name}, True), done.said
    assert (findings(done)["listing"]["verdict"], len(sandbox.calls)) == ("skipped", 1)
