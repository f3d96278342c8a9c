"""Makes calls for some seconds, one after the other on one connection, and prints how many.

The command line is the sandbox's URL, the kind of call, the seconds, and the core to stay on (or -). It lists the
account once first, for a user to edit. The requests are made once and the answers hardly looked at: the sandbox is to
be the slower side.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from urllib.parse import urlsplit

from sarv_sync.sandbox.defaults import OWNER_ID, TOKEN


def main() -> None:
    url, call, seconds, core = sys.argv[1:]
    if core != "-":
        os.sched_setaffinity(0, {int(core)})
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listed = json.loads(_ask(connection, _request(url, "listSmtp", {})))
        user = listed["smtp_list"][0]["smtp_user_name"]
        fields: dict[str, dict[str, object]] = {
            "listSmtp": {},
            "addSmtp": {"total_limit": 100, "hourly_limit": 10},
            "editSmtp": {"smtp_user_name": user, "total_limit": 200},
        }
        print(_count(connection, _request(url, call, fields[call]), float(seconds)))


def _request(url: str, call: str, fields: dict[str, object]) -> bytes:
    parts = urlsplit(url)
    body = json.dumps({"owner_id": OWNER_ID, "token": TOKEN, **fields})
    head = (
        f"POST {parts.path}/settings/{call} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode("ascii")


def _count(connection: socket.socket, request: bytes, seconds: float) -> int:
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        _ask(connection, request)
        count += 1
    return count


def _ask(connection: socket.socket, request: bytes) -> bytes:
    """Return the body of the answer, which has to be a success."""
    connection.sendall(request)
    head, body = b"", b""
    while not head:
        body += _more(connection)
        if b"\r\n\r\n" in body:
            head, _, body = body.partition(b"\r\n\r\n")
    length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += _more(connection)
    if not body.startswith(b'{"status":"success"'):
        raise RuntimeError("the sandbox refused a call")
    return body


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise RuntimeError("the sandbox hung up")
    return received


if __name__ == "__main__":
    main()
