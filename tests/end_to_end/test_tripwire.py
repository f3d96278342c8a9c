"""What looks for secrets in other tests finds them."""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.end_to_end.leaks import Hit, Tripwire, canary

CANARY = canary("tripwire")
RAW = CANARY.encode()
SHORT = CANARY[15:]
"""Without a long run of letters and digits, so that only its forms as a whole can give it away."""

BYTES = SHORT.encode()


def lower_hex(url: str) -> str:
    return re.sub("%..", lambda escape: escape[0].lower(), url)


LEAKS = {
    "raw": SHORT,
    "reversed": SHORT[::-1],
    "JSON": json.dumps({"password": SHORT}),
    "JSON within JSON": json.dumps(json.dumps({"password": SHORT})),
    "JSON that escapes slashes": json.dumps(SHORT, ensure_ascii=False).replace("/", "\\/"),
    "HTML": html.escape(SHORT),
    "repr": repr(SHORT),
    "repr of bytes": repr(BYTES),
    "hex": BYTES.hex(),
    "wrapped": f"error: it is {SHORT[:9]}\n    {SHORT[9:]}",
    "coloured": f"{SHORT[:9]}\x1b[1m\x1b[31m{SHORT[9:]}",
    **{f"base64 after {n}": base64.b64encode(b"x" * n + BYTES + b"yy").decode() for n in range(3)},
    **{f"base64url after {n}": base64.urlsafe_b64encode(b"x" * n + BYTES).decode() for n in range(3)},
    **{f"{name.__name__}": name(SHORT, safe="") for name in (quote, quote_plus)},
    **{f"{name.__name__} in lower case": lower_hex(name(SHORT)) for name in (quote, quote_plus)},
}


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS)
def test_every_form_of_a_canary_is_found(text: str) -> None:
    tripwire = Tripwire([canary("another"), SHORT])
    tripwire.watch(b"nothing at all", "before")
    tripwire.watch(f"before\n{text}\nafter".encode(), "here")
    assert {(hit.secret, hit.where) for hit in tripwire.hits()} == {(SHORT, "here")}


@pytest.mark.parametrize("text", [CANARY.replace("/", "%%slash%%").replace('"', "\\22"), CANARY[:25]])
def test_a_form_that_nobody_thought_of_and_a_part_are_found(text: str) -> None:
    tripwire = Tripwire([CANARY])
    tripwire.watch(text.encode())
    assert {hit.secret for hit in tripwire.hits()} == {CANARY}


def test_a_canary_that_is_known_late_is_looked_for_in_everything() -> None:
    tripwire = Tripwire()
    tripwire.watch(RAW, "early")
    assert tripwire.hits() == []
    tripwire.add(CANARY)
    assert Hit(CANARY, RAW, "early") in tripwire.hits()


def test_files_are_searched_and_their_names_except_where_a_secret_belongs(tmp_path: Path) -> None:
    core = CANARY[: CANARY.index("-")]
    for name in ("secrets/a.env", "secrets/deeper/b.env", "log/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(RAW)
    (tmp_path / core).mkdir()
    tripwire = Tripwire([CANARY])
    tripwire.search_folder(tmp_path, ["secrets/*"])
    assert {hit.where for hit in tripwire.hits()} == {"log/c.txt", f"the name of {core}"}
    assert tripwire.report() == f"searched 0 outputs and 1 files, {tripwire.size} bytes, for 1 canaries"
    assert tripwire.size > len(RAW)
