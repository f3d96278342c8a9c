from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from sarv_sync.errors import InputError, NotInstalled, SarvSyncError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.monitoring.metrics import Check
from sarv_sync.monitoring.outlets import open_outlets
from sarv_sync.monitoring.pushgateway import Credentials, Pushgateway
from tests.unit.monitoring.receiver import Receiver, series

PASSWORD = "c4nary-p4ss/+word"
PATHS = [
    "sarv-sync.yaml", "mail/eu/sarv-sync.yaml", "/etc/a b.yaml", "..", ".", "%2F", "a+b%20c?d=e#f", 'q"\\\n.yaml',
    "ümlaut.yaml", "job/x", "@base64",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_each_configuration_has_a_group_of_its_own(receiver: Receiver, path: str) -> None:
    Pushgateway(receiver.url).send(Check(path, 0, 5.0))
    group = frozenset({("job", "sarv_sync"), ("configuration", path)})
    assert list(receiver.groups) == [group]
    assert series(receiver.groups[group], "check_timestamp_seconds", configuration=path) == 5.0
    assert receiver.got[0].headers["Content-Type"].startswith("text/plain; version=")


@pytest.mark.parametrize("base", ["", "/", "/prefix", "/a/b/"])
def test_a_gateway_may_be_below_a_path(receiver: Receiver, base: str) -> None:
    Pushgateway(receiver.url + base).send(Check("a", 0, 5.0))
    assert receiver.got[0].path == f"{base.rstrip('/')}/metrics/job/sarv_sync/configuration@base64/YQ=="


@pytest.mark.parametrize(
    ("status", "hint"),
    [(302, "redirects are not followed"), (401, "SARV_PUSHGATEWAY_USERNAME"), (400, "/metrics/job"), (500, "")],
)
def test_an_answer_that_is_no_yes_is_an_error(receiver: Receiver, status: int, hint: str) -> None:
    receiver.status, receiver.headers = status, {"Location": f"{receiver.url}/elsewhere"}
    with pytest.raises(SarvSyncError, match=f"answered with HTTP {status}") as failed:
        Pushgateway(receiver.url).send(Check("a", 0, 5.0))
    assert (hint in (failed.value.hint or ""), len(receiver.got)) == (True, 1)


def test_a_gateway_that_hangs_up_is_an_error(receiver: Receiver) -> None:
    receiver.status = None
    with pytest.raises(SarvSyncError, match=r"could not reach the pushgateway .*: the connection broke"):
        Pushgateway(receiver.url).send(Check("a", 0, 5.0))
    assert len(receiver.got) == 1


def test_a_gateway_that_is_not_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SarvSyncError, match=r"could not reach the pushgateway .*: the connection was refused"):
        Pushgateway(f"http://127.0.0.1:{port}").send(Check("a", 0, 5.0))


def test_netrc_is_not_read(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login u password {PASSWORD}\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    Pushgateway(receiver.url).send(Check("a", 0, 5.0))
    assert "Authorization" not in receiver.got[0].headers


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("pushgateway:9091", "not a URL"),
        ("ftp://pushgateway", "not a URL"),
        ("http://", "not a URL"),
        ("http://a/?x=1", "not a URL"),
        ("http://a/../b", "not a URL"),
        ("http://a b/", "not a URL"),
        ("http://a\n/", "not a URL"),
        (f"https://u:{PASSWORD}@a/", "user name or password"),
        ("http://a:9091/metrics", "holds /metrics"),
        ("http://a:9091/metrics/job/x", "holds /metrics"),
        (f"http://{'a' * 3000}/", "not a URL"),
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_used_is_wrong_and_not_repeated(url: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as wrong:
        Pushgateway(url)
    assert PASSWORD not in f"{wrong.value.message} {wrong.value.hint}"


@pytest.mark.parametrize(
    "url", ["http://pushgateway.monitoring:9091", "http://[::1]:9091/", "https://push.example/x/"]
)
def test_plain_http_will_do_where_nothing_secret_is_sent(url: str) -> None:
    Pushgateway(url)


def test_a_password_is_sent_and_never_in_the_clear(receiver: Receiver) -> None:
    credentials = Credentials("me", Secret(PASSWORD))
    with pytest.raises(InputError, match="in the clear"):
        Pushgateway("http://pushgateway.monitoring:9091", credentials)
    Pushgateway("https://pushgateway.monitoring:9091", credentials)
    Pushgateway(receiver.url, credentials).send(Check("a", 0, 5.0))
    assert receiver.got[0].headers["Authorization"].startswith("Basic bWU6")


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({"SARV_PUSHGATEWAY_USERNAME": "me"}, "SARV_PUSHGATEWAY_PASSWORD is not set"),
        ({"SARV_PUSHGATEWAY_PASSWORD": PASSWORD}, "SARV_PUSHGATEWAY_USERNAME is not set"),
    ],
)
def test_half_of_the_credentials_are_none(environment: dict[str, str], missing: str) -> None:
    with pytest.raises(InputError, match=missing):
        open_outlets(None, "https://a", environment.get, Scrubber())


def test_the_password_is_known_to_the_scrubber() -> None:
    scrubber = Scrubber()
    open_outlets(
        None, "https://a", {"SARV_PUSHGATEWAY_USERNAME": "me", "SARV_PUSHGATEWAY_PASSWORD": PASSWORD}.get, scrubber
    )
    assert PASSWORD not in scrubber.scrub(f"x {PASSWORD}")


def _unset(_: str) -> None:
    """Look up a variable where none is set."""


def test_without_the_library_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(NotInstalled, match="prometheus_client is not installed") as missing:
        open_outlets(str(tmp_path / "a.prom"), None, _unset, Scrubber())
    assert missing.value.hint == "pip install 'sarv-sync[metrics]'"
    assert open_outlets(None, None, _unset, Scrubber()) == ()
