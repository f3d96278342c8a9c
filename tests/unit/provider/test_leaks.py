"""Neither the token nor a password leaves the client: not through logs, not through errors."""

from __future__ import annotations

import traceback
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import SarvSyncError
from sarv_sync.model.answers import Created, NotCreated, Unknown
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.provider.client import Client
from sarv_sync.provider.wire import Answer, RequestBody
from tests.unit.provider.stage import Reply, Stage, error, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.provider.conftest import Records

TOKEN, PASSWORD = "token-canary-1", "password-canary-2"
ROW = {"smtp_user_name": "smtp1", "password": PASSWORD, "status": "Enable", "total_limit": 2, "hourly_limit": 1}
GOOD = {
    "status": "success",
    "message": "done",
    "smtp_user_name": "smtp1",
    "smtp_password": PASSWORD,
    "smtp_list": [ROW],
}
LENGTH = f"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{PASSWORD}".encode()

ANSWERS = {
    "success": reply(GOOD),
    "an echo of the credentials": error("ValidationError", message=f"bad token {TOKEN} or {PASSWORD}", code=TOKEN),
    "an error class made of credentials": error(TOKEN),
    "an authentication error": error("AuthenticationError"),
    "a half success": reply({"status": "success", "password": PASSWORD}),
    "no JSON": reply(f'{{"smtp_password": "{PASSWORD}", '.encode()),
    "HTML": reply(f"<html>{PASSWORD} {TOKEN}</html>".encode(), 500),
    "a redirect with a query": reply(
        GOOD, 302, headers=(f"Location: https://u:{PASSWORD}@x.example/?token={TOKEN}",)
    ),
    "cut off": Reply(LENGTH, "close"),
    "reset": Reply(LENGTH, "reset"),
    "dropped": Reply(b"", "close"),
    "no HTTP": Reply(f"{PASSWORD} {TOKEN}\r\n\r\n".encode(), "close"),
    "broken headers": Reply(f"HTTP/1.1 200 OK\r\n{PASSWORD}\r\n\r\n".encode(), "close"),
    "broken chunks": Reply(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{PASSWORD}\r\n".encode(), "close"),
    "broken compression": Reply(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + PASSWORD.encode(), "close"),
}
CALLS: dict[str, Callable[[Client], object]] = {
    "listSmtp": lambda client: client.list_users(),
    "addSmtp": lambda client: client.add_user(7, 3),
    "editSmtp": lambda client: client.edit_user("smtp1", {"total_limit": 5}),
    "resetSmtpPassword": lambda client: client.reset_password("smtp1"),
}


def _outcome(client: Client, call: Callable[[Client], object]) -> object:
    try:
        return call(client)
    except SarvSyncError as problem:
        return problem


def _error_of(outcome: object) -> BaseException | None:
    match outcome:
        case NotCreated(error) | Unknown(error):
            return error
        case BaseException():
            return outcome
        case _:
            return None


def _everything_about(problem: BaseException) -> str:
    """The error as a crash reporter shows it: with the local variables of every frame, and all it drags along."""
    shown = traceback.TracebackException.from_exception(problem, capture_locals=True)
    return "".join(shown.format()) + repr(vars(problem))


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize(("name", "call"), CALLS.items(), ids=CALLS.keys())
def test_no_secret_reaches_a_log_or_an_error(
    stage: Stage, everything_logged: Records, name: str, call: Callable[[Client], object], answer: Reply
) -> None:
    scrubber = Scrubber((Secret(PASSWORD),))
    stage.play(answer)
    with closing(Client(stage.url, "10042", Secret(TOKEN), scrubber)) as client:
        outcome = _outcome(client, call)
    problem = _error_of(outcome)
    shown = repr(outcome) + (_everything_about(problem) if problem else "")
    logged = "\n".join(everything_logged.lines)
    assert f"sarv_sync.provider {name}: " in logged
    for secret in (TOKEN, PASSWORD):
        assert secret not in shown
        assert secret not in logged


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize(("name", "call"), CALLS.items(), ids=CALLS.keys())
def test_an_error_drags_no_other_error_along(
    stage: Stage, name: str, call: Callable[[Client], object], answer: Reply
) -> None:
    stage.play(answer)
    with closing(Client(stage.url, "10042", Secret(TOKEN), Scrubber())) as client:
        problem = _error_of(_outcome(client, call))
    if problem is not None:
        assert problem.__cause__ is None
        assert problem.__context__ is None


def test_the_log_has_the_call_its_status_its_milliseconds_and_its_outcome(
    stage: Stage, everything_logged: Records
) -> None:
    seconds = iter(range(1000))
    stage.play(reply(GOOD), error("ValidationError", 400), reply(b"<html>", 502), Reply(b"", "close"))
    with closing(Client(stage.url, "1", Secret("t"), Scrubber(), clock=lambda: next(seconds) / 1000)) as client:
        client.list_users()
        client.add_user(7, 3)
        client.add_user(7, 3)
        client.add_user(7, 3)
    lines = [line.split(" {")[0] for line in everything_logged.lines if line.startswith("sarv_sync")]
    assert [line.partition(", ")[0] + " … " + line.rpartition(", ")[2] for line in lines] == [
        "sarv_sync.provider listSmtp: HTTP 200 … success",
        "sarv_sync.provider addSmtp: HTTP 400 … error",
        "sarv_sync.provider addSmtp: HTTP 502 … unusable",
        "sarv_sync.provider addSmtp: no answer … unanswered",
    ]
    assert all(" ms, " in line for line in lines)


def test_a_create_that_was_never_sent_is_logged_as_such(stage: Stage, everything_logged: Records) -> None:
    url = stage.url
    stage.close()
    with closing(Client(url, "1", Secret("t"), Scrubber())) as client:
        client.add_user(7, 3)
    assert [line.split(" {")[0].rpartition(", ")[2] for line in everything_logged.lines if "sarv" in line][-1] == (
        "unsent"
    )


def test_neither_an_answer_nor_a_request_body_shows_what_it_holds() -> None:
    body = RequestBody("10042", Secret(TOKEN), {})
    assert PASSWORD not in repr(Answer(200, GOOD))
    assert TOKEN not in repr(body) + str(body)


def test_the_password_of_a_created_user_is_redacted_wherever_it_is_shown(stage: Stage, client: Client) -> None:
    stage.play(reply(GOOD))
    answer = client.add_user(7, 3)
    assert isinstance(answer, Created)
    assert PASSWORD not in repr(answer)
    assert answer.password.reveal() == PASSWORD
