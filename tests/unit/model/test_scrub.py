from __future__ import annotations

import base64
import json
import logging
import re
import shlex
import string
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.scrub import Scrubber, ScrubbingFilter
from sarv_sync.model.secret import REDACTED, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _scrubber(*secrets: str) -> Scrubber:
    return Scrubber(Secret(secret) for secret in secrets)


FORMS: dict[str, Callable[[str], str]] = {
    "raw": lambda raw: raw,
    "reversed": lambda raw: raw[::-1],
    "base64": lambda raw: base64.b64encode(raw.encode()).decode(),
    "base64 without padding": lambda raw: base64.b64encode(raw.encode()).decode().rstrip("="),
    "urlsafe base64": lambda raw: base64.urlsafe_b64encode(raw.encode()).decode(),
    "urlsafe base64 without padding": lambda raw: base64.urlsafe_b64encode(raw.encode()).decode().rstrip("="),
    "quote": quote,
    "quote of everything": lambda raw: quote(raw, safe=""),
    "quote in lower case": lambda raw: re.sub("%..", lambda escape: escape[0].lower(), quote(raw)),
    "quote_plus": quote_plus,
    "JSON": lambda raw: json.dumps(raw)[1:-1],
    "JSON with plain letters": lambda raw: json.dumps(raw, ensure_ascii=False)[1:-1],
    "JSON with escaped slashes": lambda raw: json.dumps(raw)[1:-1].replace("/", "\\/"),
    "traced by a shell": lambda raw: raw.replace("'", "'\\''"),
    "quoted for a shell": lambda raw: shlex.quote(f" {raw}")[2:-1],
    "repr": lambda raw: repr(raw)[1:-1],
    "ascii": lambda raw: ascii(raw)[1:-1],
    "repr of bytes": lambda raw: repr(raw.encode())[2:-1],
    "JSON, reversed": lambda raw: json.dumps(raw)[1:-1][::-1],
    "base64 of what a URL has": lambda raw: base64.b64encode(quote(raw, safe="").encode()).decode(),
    "base64 of what JSON has": lambda raw: base64.b64encode(json.dumps(raw)[1:-1].encode()).decode(),
}
SECRETS = (
    "plain1234",
    "a/b+c=d&e f",
    "quo'te\"back\\slash",
    "tab\tline\nend",
    "pässwörd",
    "??>>~~ÿÿ",
    "漢字漢字",
    "4let",
)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_replaced_in_every_form_it_takes(secret: str, form: Callable[[str], str]) -> None:
    assert _scrubber(secret).scrub(f"<{form(secret)}>") == f"<{REDACTED}>"


@pytest.mark.parametrize("before", ["", "u", "us", "usr", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_inside_longer_base64_is_replaced(before: str, encode: Callable[[bytes], bytes]) -> None:
    """Every character goes that holds bits of the secret alone."""
    encoded = encode(f"{before}canary-pa55?>~~and more".encode()).decode()
    start, stop = -(-len(before) * 8 // 6), (len(before) + len("canary-pa55?>~")) * 8 // 6
    assert _scrubber("canary-pa55?>~").scrub(encoded) == encoded[:start] + REDACTED + encoded[stop:]


def test_text_without_secrets_stays_as_it_is() -> None:
    assert _scrubber("canary").scrub("nothing to see") == "nothing to see"
    assert Scrubber().scrub("") == ""
    assert _scrubber("canary").scrub("can") == "can"


@pytest.mark.parametrize("secret", ["", "a", "abc"])
def test_a_very_short_secret_is_left_alone(secret: str) -> None:
    assert _scrubber(secret).scrub("abc abc") == "abc abc"


@pytest.mark.parametrize(
    ("secrets", "text", "scrubbed"),
    [
        (("abcd", "abcdefgh"), "xabcdefghx", f"x{REDACTED}x"),
        (("abcd", "abcdefgh"), "xabcdex", f"x{REDACTED}ex"),
        (("abcdef", "defghi"), "xabcdefghix", f"x{REDACTED}x"),
        (("abcdefghi", "cdef"), "xabcdefghix", f"x{REDACTED}x"),
        (("abcd", "wxyz"), "abcdwxyz", f"{REDACTED}{REDACTED}"),
        (("abcd",), "abcd abcd", f"{REDACTED} {REDACTED}"),
        (("aaaa",), "aaaaaa", REDACTED),
    ],
)
def test_the_longest_match_goes_and_overlaps_go_whole(secrets: tuple[str, ...], text: str, scrubbed: str) -> None:
    assert _scrubber(*secrets).scrub(text) == scrubbed


def test_a_secret_that_is_added_later_is_known_from_then_on() -> None:
    scrubber = _scrubber("canary-1")
    assert scrubber.scrub("canary-1 canary-2") == f"{REDACTED} canary-2"
    scrubber.add(Secret("canary-2"))
    assert scrubber.scrub("canary-1 canary-2") == f"{REDACTED} {REDACTED}"


def test_a_secret_that_no_encoding_can_hold_does_no_harm() -> None:
    assert _scrubber("half \ud800 pair").scrub("half \ud800 pair") == REDACTED


@pytest.fixture(scope="module")
def crowded() -> Scrubber:
    """A scrubber that knows the passwords of 100,000 users, listed five times over."""
    scrubber = Scrubber()
    for _ in range(5):
        scrubber.add_all(Secret(f"pa55-{number:06}") for number in range(100_000))
    return scrubber


@pytest.mark.parametrize("number", [0, 1, 54_321, 99_999])
def test_a_hundred_thousand_secrets_are_all_known(crowded: Scrubber, number: int) -> None:
    assert crowded.scrub(f"it was pa55-{number:06}!") == f"it was {REDACTED}!"
    assert crowded.scrub("it was pa55-x00000!") == "it was pa55-x00000!"


def test_listing_the_same_account_again_and_again_keeps_one_reference_each() -> None:
    scrubber = Scrubber()
    for _ in range(100):
        scrubber.add_all([Secret(f"pa55-{number:04}") for number in range(5_000)])
    assert len(scrubber._pending) < 300_000
    assert scrubber.scrub("pa55-0007") == REDACTED


def test_threads_may_add_and_scrub_at_once() -> None:
    scrubber = Scrubber()

    def work(number: int) -> str:
        scrubber.add(Secret(f"canary-{number:04}"))
        return scrubber.scrub(f"canary-{number:04}")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(400))) == {REDACTED}


@given(
    st.lists(st.text(string.ascii_lowercase[:3], min_size=4, max_size=8), max_size=4),
    st.text(string.ascii_lowercase[:3], max_size=30),
)
def test_no_known_secret_survives_and_nothing_else_is_lost(secrets: list[str], text: str) -> None:
    scrubbed = _scrubber(*secrets).scrub(text)
    rest = scrubbed.split(REDACTED)
    assert not any(secret in part for secret in secrets for part in rest)
    position = 0
    for part in rest:
        position = text.index(part, position) + len(part)


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + repr(vars(record)))


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, logger = Lines(), logging.getLogger("scrubbed")
    handler.addFilter(ScrubbingFilter(_scrubber("canary-1")))
    logger.addHandler(handler)
    logger.propagate = False
    yield handler
    logger.removeHandler(handler)


LOGGER = logging.getLogger("scrubbed.child")


def _raise() -> None:
    raise ValueError("it is canary-1")


def test_messages_and_arguments_leave_without_the_secret(lines: Lines) -> None:
    LOGGER.error("canary-1 %s %r %d", "canary-1", {"password": "canary-1"}, 5)
    LOGGER.error("%(p)s", {"p": "canary-1"})
    LOGGER.error(ValueError("canary-1"))
    assert lines.lines[0].startswith(f"{REDACTED} {REDACTED} {{'password': '{REDACTED}'}} 5")
    assert "canary-1" not in "".join(lines.lines)


def test_exceptions_stacks_and_extras_leave_without_the_secret(lines: Lines) -> None:
    try:
        _raise()
    except ValueError:
        LOGGER.exception("failed", stack_info=True, extra={"body": "canary-1"})
    LOGGER.error("no exception at all", exc_info=True)  # noqa: LOG014 - that is the case
    assert f"ValueError: it is {REDACTED}" in lines.lines[0]
    assert "Traceback" in lines.lines[0]
    assert "canary-1" not in "".join(lines.lines)


def test_arguments_that_do_not_fit_are_left_out(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    LOGGER.error("one %s", "canary-1", "canary-1")  # noqa: PLE1205 - that is the case
    LOGGER.error("none %d", "canary-1")
    LOGGER.error("key %(a)s", {"b": "canary-1"})
    assert [line.partition("{")[0] for line in lines.lines] == [
        f"{text} (its arguments do not fit and are left out)" for text in ("one %s", "none %d", "key %(a)s")
    ]
    assert "canary-1" not in "".join(lines.lines) + capsys.readouterr().err


def test_the_scrubber_does_not_import_logging() -> None:
    import subprocess

    program = "import sarv_sync.model.scrub, sys; print('logging' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
