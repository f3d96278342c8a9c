"""Kept connections, and what a session must not keep or read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import AnswerUnusable
from tests.unit.provider.stage import Reply, Stage, reply

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.provider.client import Client

EMPTY = reply({"status": "success", "smtp_list": []})
EDITED = reply({"status": "success", "message": "SMTP User Updated"})


def test_connections_are_kept_and_shared_by_threads(stage: Stage, client: Client) -> None:
    stage.play(EMPTY)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: client.list_users(), range(40)))
    assert len(results) == len(stage.requests) == 40
    assert stage.connections <= 4


@pytest.mark.parametrize(
    "answer",
    [
        EDITED,
        reply({"status": "success", "message": "x"}, headers=("Connection: keep-alive",)),
        Reply(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n{"status":"error"\r\n1\r\n}\r\n0\r\n\r\n'),
    ],
)
def test_a_connection_is_used_again_after_any_whole_answer(stage: Stage, client: Client, answer: Reply) -> None:
    stage.play(answer)
    for _ in range(3):
        with suppress(AnswerUnusable):
            client.edit_user("smtp1", {"total_limit": 5})
    assert len(stage.requests) == 3
    assert stage.connections == 1


def test_cookies_are_not_kept(stage: Stage, client: Client) -> None:
    stage.play(reply({"status": "success", "smtp_list": []}, headers=("Set-Cookie: session=abc; Path=/",)))
    client.list_users()
    client.list_users()
    assert "cookie" not in stage.requests[1].headers


def test_a_compressed_answer_is_read(stage: Stage, client: Client) -> None:
    import gzip

    body = gzip.compress(b'{"status": "success", "smtp_list": []}')
    stage.play(reply(body, headers=("Content-Encoding: gzip",)))
    assert client.list_users().users == {}


def test_netrc_is_not_read(stage: Stage, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    stage.play(EMPTY)
    client.list_users()
    assert "authorization" not in stage.requests[0].headers


def test_a_closed_client_opens_new_connections(stage: Stage, client: Client) -> None:
    stage.play(EMPTY)
    client.list_users()
    client.close()
    client.close()
    client.list_users()
    assert stage.connections == 2
