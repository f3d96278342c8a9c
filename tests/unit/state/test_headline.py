from __future__ import annotations

import pytest

from sarv_sync.model.account import Account
from sarv_sync.model.state import Lock, State
from sarv_sync.state.document import encode
from sarv_sync.state.headline import headline

ACCOUNT = Account("https://api.example.net/v1.0", "10042")


def document(holder: str, command: str = "sarv-sync apply") -> bytes:
    lock = Lock("1d", holder, command, "2030-01-01T00:00:00Z", "2030-01-01T00:05:00Z")
    return encode(State("lineage", 12, ACCOUNT, lock=lock))


def test_a_headline_says_serial_command_and_holder() -> None:
    assert headline(document("ann on laptop")) == "serial 12: sarv-sync apply by ann on laptop"


def test_without_a_lock_nobody_is_at_work() -> None:
    assert headline(encode(State("lineage", 7, ACCOUNT))) == "serial 7: nobody at work"


@pytest.mark.parametrize(
    "holder",
    [
        "ann\nSigned-off-by: eve",
        "ann\r\n\r\nTrailer: x",
        "ann\u2028x",
        "ann\x85x",
        "\x1b[2Jann",
        "ann\x00",
        "\u202eann",
    ],
)
def test_a_holder_cannot_leave_its_line(holder: str) -> None:
    line = headline(document(holder))

    assert line.isprintable()
    assert len(line.splitlines()) == 1
    assert line.startswith("serial 12: sarv-sync apply by ")


def test_a_long_holder_is_cut() -> None:
    line = headline(document("ann " * 1000))

    assert len(line) == 120
    assert line.endswith("…")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe garbage {",
        b"[" * 100_000,
        b'  "serial": ' + b"[" * 60_000,
        b'  "serial": "12",\n',
        b'  "serial": ' + b"9" * 5000,
        b"\n" * 50 + b'  "serial": 12,\n',
    ],
)
def test_of_what_is_no_state_only_the_size_is_said(data: bytes) -> None:
    assert headline(data) == f"a document of {len(data)} bytes that is no state"


def test_a_lock_that_is_none_is_not_shown() -> None:
    assert headline(b'  "serial": 3,\n  "lock": {"holder": 1, "command": []},\n') == "serial 3: nobody at work"


def test_a_large_document_is_not_searched_to_its_end() -> None:
    late = b"{\n" + b'  "x": 1,\n' * 1000 + b'  "serial": 5,\n}\n'

    assert headline(late) == f"a document of {len(late)} bytes that is no state"
