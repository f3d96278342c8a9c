from __future__ import annotations

from contextlib import closing

import pytest
from requests.adapters import HTTPAdapter

from sarv_sync.errors import ProviderError
from sarv_sync.model.answers import NotCreated
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing
from sarv_sync.provider.client import Client
from sarv_sync.provider.wire import RequestBody
from sarv_sync.transport.session import new_session, proxies_for
from tests.unit.provider.stage import Stage, reply

EMPTY = reply({"status": "success", "smtp_list": []})


def test_proxies_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "internal.example")
    assert proxies_for("https://api.example.net/v1.0")["https"] == "http://proxy.example:3128"
    assert proxies_for("https://api.internal.example/v1.0") == {}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "localhost", "[::1]"])
def test_a_loopback_address_is_never_asked_for_through_a_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    assert proxies_for(f"http://{host}:8080/v1.0") == {}


def test_a_call_to_a_loopback_address_meets_no_proxy(
    stage: Stage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    stage.play(EMPTY)
    assert client.list_users() == Listing({})


def _asked_through(proxy: str, monkeypatch: pytest.MonkeyPatch) -> NotCreated:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with closing(Client("https://api.example.net", "1", Secret("t0ken"), Scrubber())) as client:
        result = client.add_user(7, 3)
    assert isinstance(result, NotCreated)
    return result


def test_a_proxy_that_does_not_answer_proves_that_no_user_was_made(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = stage.port
    stage.close()
    error = _asked_through(f"http://somebody:canary@127.0.0.1:{port}", monkeypatch).error
    assert error.message == "addSmtp: could not reach api.example.net: the proxy did not connect"
    assert "HTTPS_PROXY" in (error.hint or "")


def test_a_proxy_that_refuses_the_tunnel_never_sees_the_token(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _asked_through(f"http://somebody:canary@127.0.0.1:{stage.port}", monkeypatch)
    assert "the proxy did not connect (407 Proxy Authentication Required)" in result.error.message
    assert "canary" not in repr(vars(result.error))
    assert stage.requests == []


@pytest.mark.parametrize("proxy", ["socks5://proxy.example:1080", "gopher://proxy.example", "http://"])
def test_a_proxy_of_a_kind_that_cannot_be_used_is_explained(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = _asked_through(proxy, monkeypatch).error
    assert type(error) is ProviderError
    assert "PROXY" in (error.hint or "")


def test_a_session_checks_certificates_and_trusts_nothing_of_the_environment() -> None:
    session = new_session("https://api.example.net", None, 3)
    assert session.verify is True
    assert session.trust_env is False
    adapter = session.get_adapter("https://api.example.net")
    assert isinstance(adapter, HTTPAdapter)
    retries = adapter.max_retries
    assert (retries.total, retries.read, retries.respect_retry_after_header) == (0, False, False)
    session.close()


def test_a_request_that_was_prepared_before_says_what_requests_itself_would_say(stage: Stage) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    stage.play(reply({}))

    with new_session(stage.url, None, 1, headers) as session:
        for number in (1, 1000):
            ask = {"number": number}
            session.post(f"{stage.url}/call", data=RequestBody("1", Secret("t"), ask), timeout=10).close()
            with session.post_once(f"{stage.url}/call", RequestBody("1", Secret("t"), ask), (10, 10)) as response:
                assert response.content == b"{}"

    theirs, ours = stage.requests[::2], stage.requests[1::2]
    assert [(each.path, each.headers, each.body) for each in ours] == [
        (each.path, each.headers, each.body) for each in theirs
    ]
    assert [each.body["number"] for each in ours] == [1, 1000]
