"""Taking the state document out, and putting one in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_user, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import Ended, Workplace

STATE = "sarv-sync.state.json"
LOCK = {"id": "1d", "holder": "ann", "command": "sarv-sync apply", "since": "2026-01-01T00:00:00Z", "expires": "x"}


@pytest.fixture
def bound(work: Workplace, serve: Serve) -> Sandbox:
    """An account of two users, both bound, with a state of serial 1."""
    sandbox = serve(users=(user("smtp1"), user("smtpé2")))
    bind(work, sandbox, a="smtp1", b="smtpé2")
    work.users("a: {}\nb: {}")
    return sandbox


def path(work: Workplace) -> Path:
    return work.path / STATE


def push(work: Workplace, *arguments: str, **parts: Any) -> Ended:
    """Push the present document with other parts, and assert that a refusal changes nothing."""
    document = json.loads(path(work).read_bytes())
    work.write(json.dumps({**document, **parts}), "pushed.json")
    done = work.run("state", "push", "pushed.json", *arguments)
    if done.code:
        assert ("hint:" in done.err, work.state()) == (True, document), done.said
    return done


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "en_US.ISO-8859-1"])
def test_what_is_pulled_is_the_document_as_it_is(work: Workplace, bound: Sandbox, locale: str) -> None:
    pulled = work.run("state", "pull", LANG=locale, LC_ALL=locale, SARV_TOKEN=None, SARV_ENDPOINT=None)
    assert (pulled.code, pulled.raw_out, pulled.err) == (0, path(work).read_bytes(), "")
    path(work).write_bytes(b"\xff damaged \x00\r\n{")
    assert work.run("state", "pull").raw_out == path(work).read_bytes() + b"\n"


def test_where_there_is_no_state_none_is_pulled(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    pulled = work.run("state", "pull")
    assert (pulled.code, pulled.out, "no state" in pulled.flat) == (4, "", True)


@pytest.mark.parametrize("place", ["-", "copy.json"])
def test_what_was_pulled_can_be_pushed_and_only_its_serial_grows(work: Workplace, bound: Sandbox, place: str) -> None:
    pulled = work.run("state", "pull").raw_out
    (work.path / "copy.json").write_bytes(pulled)

    pushed = work.run("state", "push", place, stdin=pulled)

    assert (pushed.code, "serial 2" in pushed.out) == (0, True), pushed.said
    assert work.state() == {**json.loads(pulled), "serial": 2}
    assert work.run("plan", "--detailed-exitcode").code == 0


def test_an_edit_by_hand_is_pulled_edited_and_pushed(work: Workplace, bound: Sandbox) -> None:
    bindings = work.state()["bindings"]
    assert push(work, bindings={"c": bindings["a"], "b": bindings["b"]}, lock=LOCK).code == 0
    work.users("c: {}\nb: {}")
    assert (work.state()["lock"], work.run("plan", "--detailed-exitcode").code) == (None, 0)
    assert by_user(bound).keys() == {"smtp1", "smtpé2"}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"lineage": "c0ffee"}, "of another lineage, c0ffee"),
        ({"serial": 0}, "the document is older: its serial is 0, here it is"),
    ],
)
def test_what_is_older_or_of_another_lineage_has_to_be_forced(
    work: Workplace, bound: Sandbox, parts: dict[str, Any], words: str
) -> None:
    refused = push(work, **parts)
    assert (refused.code, words in refused.flat, "`--force`" in refused.flat) == (4, True, True), refused.said
    assert push(work, "--force", **parts).code == 0
    assert (work.state()["serial"], work.run("plan").code, work.apply().code) == (2, 0, 0)


@pytest.mark.parametrize(
    ("account", "environment"),
    [
        ({"owner_id": "10043"}, {}),
        ({"endpoint": "https://api.example.net/v1.0"}, {}),
        ({"owner_id": "10043"}, {"SARV_ENDPOINT": None}),
        ({"endpoint": "https://api.example.net/v1.0"}, {"SARV_ENDPOINT": None}),
    ],
)
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_another_account_s_document_is_never_put_in_place(
    work: Workplace, bound: Sandbox, account: dict[str, str], environment: dict[str, Any], force: tuple[str, ...]
) -> None:
    document = work.state()
    work.write(json.dumps({**document, "account": {**document["account"], **account}}), "pushed.json")

    done = work.run("state", "push", "pushed.json", *force, **environment)

    assert (done.code, "belongs to account" in done.flat, work.state()) == (4, True, document), done.said


def test_the_configured_account_s_document_replaces_one_of_an_address_that_was(
    work: Workplace, bound: Sandbox, serve: Serve
) -> None:
    moved = serve(account=bound.account)
    assert work.run("plan").code == 4
    assert push(work, account={"endpoint": moved.url, "owner_id": "10042"}).code == 0
    assert work.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "sarv-sync-state/2"}'])
def test_what_is_no_state_is_wrong_input(work: Workplace, bound: Sandbox, text: str) -> None:
    work.write(text, "pushed.json")
    before = work.files()
    for force in ((), ("--force",)):
        done = work.run("state", "push", "pushed.json", *force)
        assert (done.code, "pushed.json" in done.err, "hint:" in done.err) == (3, True, True), done.said
    assert work.run("state", "push", "nowhere.json").code == 3
    assert work.run("state", "push", "-", stdin=b"\xff").code == 3
    assert work.files() == before


def test_a_damaged_state_is_mended_with_a_copy(work: Workplace, bound: Sandbox) -> None:
    (work.path / "copy.json").write_bytes(path(work).read_bytes())
    path(work).write_bytes(b"{")
    assert work.run("state", "push", "copy.json").code == 0
    assert work.run("plan", "--detailed-exitcode").code == 0


def test_a_setting_that_is_wrong_is_said_before_anything_is_written(work: Workplace, bound: Sandbox) -> None:
    before = work.files()
    for endpoint in ("", "ftp://example.net", "http://example.net"):
        done = work.run("state", "push", STATE, SARV_ENDPOINT=endpoint)
        assert (done.code, work.files()) == (3, before), done.said
