"""addSmtp goes over the wire at most once, whatever becomes of the connection."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from requests.adapters import HTTPAdapter

from sarv_sync.model.answers import Created, NotCreated, Unknown
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.provider.client import Client
from sarv_sync.provider.connections import IDLE_SECONDS
from sarv_sync.provider.wire import RequestBody
from tests.unit.provider.stage import Reply, Stage, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

MADE = reply({"status": "success", "smtp_user_name": "smtp1", "smtp_password": "pa55word"})
LISTED = reply({"status": "success", "smtp_list": []})


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def clocked(stage: Stage, clock: Clock) -> Iterator[Client]:
    with closing(Client(stage.url, "10042", Secret("t0ken"), Scrubber(), clock=clock)) as client:
        yield client


@pytest.mark.parametrize("then", ["close", "reset"])
@pytest.mark.parametrize("rest", [b"", b"HTTP/1.1 200 OK\r\n", b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"st'])
def test_a_kept_connection_that_breaks_under_a_create_leads_to_no_second_one(
    stage: Stage, client: Client, then: str, rest: bytes
) -> None:
    stage.play(LISTED, Reply(rest, "close" if then == "close" else "reset"), MADE)
    client.list_users()
    assert isinstance(client.add_user(7, 3), Unknown)
    assert len(stage.calls("addSmtp")) == 1
    assert stage.connections == 1


def test_a_create_after_the_server_closed_the_idle_connection_goes_over_a_new_one_once(
    stage: Stage, client: Client
) -> None:
    """Seen closed before anything is sent, the old connection is replaced without a loss."""
    stage.play(LISTED, MADE)
    client.list_users()
    stage.hang_up()
    assert isinstance(client.add_user(7, 3), Created)
    assert len(stage.calls("addSmtp")) == 1
    assert stage.connections == 2


@pytest.mark.parametrize("problem", [ConnectionResetError, BrokenPipeError, TimeoutError, OSError])
def test_a_stale_connection_that_breaks_before_the_body_proves_that_nothing_was_sent(
    stage: Stage, client: Client, monkeypatch: pytest.MonkeyPatch, problem: type[OSError]
) -> None:
    """The close can cross the request: then the headers already meet a dead connection."""
    from http.client import HTTPConnection

    stage.play(LISTED, MADE)
    client.list_users()

    def broken(connection: HTTPConnection, data: object) -> None:
        stage.hang_up()
        raise problem

    monkeypatch.setattr(HTTPConnection, "send", broken)
    assert isinstance(client.add_user(7, 3), NotCreated)
    assert stage.calls("addSmtp") == []


@pytest.mark.parametrize("problem", [ConnectionResetError, BrokenPipeError, TimeoutError, OSError])
def test_a_connection_that_breaks_under_the_body_proves_nothing(
    stage: Stage, hasty: Client, monkeypatch: pytest.MonkeyPatch, problem: type[OSError]
) -> None:
    from http.client import HTTPConnection

    send, sent = HTTPConnection.send, []

    def broken(connection: HTTPConnection, data: bytes) -> None:
        sent.append(data[:4])
        if data.startswith(b"{"):
            raise problem
        send(connection, data)

    stage.play(MADE)
    monkeypatch.setattr(HTTPConnection, "send", broken)
    assert isinstance(hasty.add_user(7, 3), Unknown)
    assert sent == [b"POST", b'{"ow']


def test_a_refusal_that_comes_before_the_body_was_read_is_understood(stage: Stage, client: Client) -> None:
    answer = reply({"status": "error", "name": "ValidationError"}, 400)
    stage.play(Reply(answer.raw, early=True))
    assert isinstance(client.add_user(7, 3), NotCreated)


def test_a_connection_that_lay_idle_is_not_used_again(stage: Stage, clocked: Client, clock: Clock) -> None:
    """A firewall may have forgotten it: the request would vanish, and the create be unknown for nothing."""
    stage.play(LISTED, MADE)
    clocked.list_users()
    clock.now += IDLE_SECONDS + 1
    assert isinstance(clocked.add_user(7, 3), Created)
    assert [request.connection for request in stage.requests] == [1, 2]


def test_idleness_counts_from_the_last_call(stage: Stage, clocked: Client, clock: Clock) -> None:
    stage.play(LISTED)
    for _ in range(4):
        clocked.list_users()
        clock.now += IDLE_SECONDS - 1
    assert stage.connections == 1


def test_a_long_call_is_no_idleness(stage: Stage) -> None:
    """Every look at the clock finds it eight seconds on, so that a call by itself lasts longer than idling may."""
    seconds = iter(range(0, 10_000, 8))
    stage.play(LISTED)
    with closing(Client(stage.url, "1", Secret("t"), Scrubber(), clock=lambda: float(next(seconds)))) as client:
        client.list_users()
        client.list_users()
    assert stage.connections == 1


def test_no_status_makes_the_adapter_try_again(stage: Stage, client: Client) -> None:
    for status in (408, 413, 429, 500, 502, 503, 504):
        stage.requests.clear()
        stage.play(reply(b"", status, headers=("Retry-After: 0",)), MADE)
        assert isinstance(client.add_user(7, 3), Unknown)
        assert len(stage.calls("addSmtp")) == 1


def test_the_body_of_a_request_cannot_be_sent_twice() -> None:
    body = RequestBody("10042", Secret("t0ken"), {})
    assert [body.sent, len(b"".join(body)), body.sent] == [False, len(body), True]
    with pytest.raises(ValueError, match="sent twice"):
        list(body)


def test_should_a_layer_below_send_again_the_second_time_fails(
    stage: Stage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line of defence: an adapter that was made to retry."""
    plain = HTTPAdapter.__init__

    def retrying(adapter: HTTPAdapter, **settings: object) -> None:
        from urllib3.util import Retry

        plain(adapter, max_retries=Retry(3, allowed_methods=None))

    monkeypatch.setattr(HTTPAdapter, "__init__", retrying)
    stage.play(Reply(b"", "close"), MADE)
    assert isinstance(client.add_user(7, 3), Unknown)
    assert len(stage.calls("addSmtp")) == 1
