"""The client against a real server: what it sends, what it repeats, what it takes for an answer."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import traceback
from contextlib import ExitStack, closing

import pytest

from sarv_sync import __version__
from sarv_sync.errors import GitHubError, InputError
from sarv_sync.github.api import RestApi
from sarv_sync.github.interface import Api
from sarv_sync.github.wire import Bounds
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from tests.unit.github.stage import GitHubStage, Reply, reply
from tests.unit.github.world import CALLS, ISSUES, TOKEN, World

GOOD = reply({"id": 1})
EMPTY = Reply(b"HTTP/1.1 204 No Content\r\n\r\n")
LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n[1"

LOST: dict[str, Reply] = {
    "500": reply({"message": "x"}, 500),
    "502": reply(b"<html>", 502),
    "503": reply(b"", 503),
    "504": reply(b"", 504),
    "dropped": Reply(b"", "close"),
    "reset": Reply(b"", "reset"),
    "cut off": Reply(LENGTH, "close"),
    "no HTTP": Reply(b"220 mail.example ESMTP\r\n", "close"),
}
each_lost = pytest.mark.parametrize("lost", LOST.values(), ids=LOST.keys())
each_call = pytest.mark.parametrize("method", CALLS)


def test_the_client_is_the_api_that_the_others_ask_for(world: World) -> None:
    api: Api = world.api
    assert api is world.api


@each_call
def test_a_call_has_the_token_and_the_version_of_the_api(world: World, method: str) -> None:
    world.stage.play(GOOD)
    assert world.call(method) == {"id": 1}
    (request,) = world.stage.asked
    assert (request.method, request.path) == (method, f"/api/v3{ISSUES}")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept"] == "application/vnd.github+json"
    assert request.headers["x-github-api-version"] == "2022-11-28"
    assert request.headers["user-agent"] == f"sarv-sync/{__version__}"
    assert "cookie" not in request.headers
    assert request.body == (None if method in {"GET", "DELETE"} else {"body": "x"})


def test_a_query_is_encoded(world: World) -> None:
    world.stage.play(GOOD)
    world.api.get(ISSUES, {"labels": "a b&c", "page": 2})
    assert world.stage.asked[0].path == f"/api/v3{ISSUES}?labels=a+b%26c&page=2"


@pytest.mark.parametrize(
    "path", ["", "x", "//x", "/x/", "/../x", "/x/%2e%2E/y", "/x?y", "/x#y", "/a b", "/x\n", "/ä"]
)
def test_a_path_that_is_none_is_a_bug_and_nothing_is_sent(world: World, path: str) -> None:
    with pytest.raises(ValueError, match="a path of the API"):
        world.api.get(path)
    assert world.stage.asked == []


def test_an_empty_answer_is_none(world: World) -> None:
    world.stage.play(EMPTY)
    assert world.call("DELETE") is None


@each_lost
@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_what_may_be_done_twice_is_tried_again(world: World, method: str, lost: Reply) -> None:
    world.stage.play(lost, lost, GOOD)
    assert world.call(method) == {"id": 1}
    assert world.methods() == [method] * 3
    assert world.slept == [1.0, 2.0]


@each_lost
@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_it_is_not_tried_again_for_ever(world: World, method: str, lost: Reply) -> None:
    world.stage.play(lost)
    assert isinstance(world.error(method), GitHubError)
    assert world.methods() == [method] * 4
    assert world.slept == [1.0, 2.0, 4.0]


@each_lost
def test_what_may_have_made_something_is_not_sent_again(world: World, lost: Reply) -> None:
    world.stage.play(lost, GOOD)
    assert "may have been done all the same" in (world.error("POST").hint or "")
    assert world.methods() == ["POST"]
    assert world.slept == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_was_never_sent_is_tried_again(method: str, stage: GitHubStage) -> None:
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    opened: list[GitHubStage] = []

    def open_it() -> None:
        closed.close()
        opened.append(GitHubStage(wanted=port, replies=[GOOD]))

    world = World(stage, f"http://127.0.0.1:{port}", meanwhile=open_it)
    with ExitStack() as at_the_end:
        at_the_end.callback(lambda: opened[0].close() if opened else None)
        at_the_end.callback(world.api.close)
        assert world.call(method) == {"id": 1}
        (server,) = opened
        assert [request.method for request in server.asked] == [method]


def test_nobody_there_is_an_error_without_a_status(world: World) -> None:
    world.stage.close()
    error = world.error("POST")
    assert error.status is None
    assert error.message == f"POST {ISSUES}: could not reach 127.0.0.1: the connection was refused"
    assert "GITHUB_API_URL" in (error.hint or "")


@pytest.mark.parametrize("status", [400, 401, 404, 409, 410, 422, 501])
@each_call
def test_a_refusal_is_final(world: World, method: str, status: int) -> None:
    world.stage.play(reply({"message": "no"}, status), GOOD)
    assert world.error(method).status == status
    assert world.methods() == [method]


def test_a_service_that_says_when_is_given_that_time(world: World) -> None:
    world.stage.play(reply(b"", 503, headers=("Retry-After: 7",)), GOOD)
    world.call("GET")
    assert world.slept == [7.0]


def test_what_is_gone_after_a_lost_answer_was_deleted(world: World) -> None:
    gone = reply({"message": "Not Found"}, 404)
    world.stage.play(Reply(b"", "close"), gone)
    assert world.call("DELETE") is None


def test_what_was_never_there_was_not_deleted(world: World) -> None:
    limited = reply({"message": "slow down"}, 429, headers=("Retry-After: 1",))
    world.stage.play(limited, reply({"message": "Not Found"}, 404))
    assert world.error("DELETE").status == 404


def test_a_redirect_is_not_followed(world: World) -> None:
    with closing(GitHubStage(replies=[GOOD])) as elsewhere:
        for code in (301, 302, 307, 308):
            world.stage.play(reply({}, code, headers=(f"Location: {elsewhere.url}/x?token=1",)))
            error = world.error()
            assert error.status == code
            assert "redirects to 127.0.0.1" in error.message
            assert "token=1" not in error.message
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("body", "words"), {b"<html>login</html>": "a web page", b"{": "not JSON", b"\xff": "not JSON"}.items()
)
def test_a_success_that_is_no_json_is_an_error(world: World, body: bytes, words: str) -> None:
    world.stage.play(reply(body))
    error = world.error()
    assert words in error.message
    assert "login" not in error.message


def test_an_answer_larger_than_the_bound_is_none(stage: GitHubStage) -> None:
    stage.play(reply(["x" * 2000]))
    with closing((world := World(stage, bounds=Bounds(size=1000))).api):
        assert "larger than 1,000 bytes" in world.error("POST").message


def test_a_silent_server_is_given_up(stage: GitHubStage) -> None:
    stage.play(Reply(b"", "hang"))
    with closing((world := World(stage, bounds=Bounds(read=0.1))).api):
        assert "took too long" in world.error("POST").message


def test_a_body_that_takes_longer_than_the_bound_is_given_up(stage: GitHubStage) -> None:
    stage.play(GOOD)
    with closing((world := World(stage, bounds=Bounds(whole=-1.0))).api):
        assert "took too long" in world.error("POST").message


def test_a_connection_that_lay_idle_is_not_used_again(world: World) -> None:
    world.stage.play(GOOD)
    world.call("GET")
    world.call("GET")
    assert world.stage.connections == 1
    world.skew = 60.0
    world.call("POST")
    assert world.stage.connections == 2


@pytest.mark.parametrize(
    "url", ["", "http://ghe.example/api/v3", "https://u:p@ghe.example", "ghe.example", "file:///x"]
)
def test_a_url_that_would_give_the_token_away_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="GITHUB_API_URL") as caught:
        RestApi(url, Secret(TOKEN), Scrubber())
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("token", ["", " ", "a b", "a\nb", "a\r\nX-Header: y", "é"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(InputError, match="token") as caught:
        RestApi("https://api.github.com", Secret(token), Scrubber())
    assert not token.strip() or token not in str(vars(caught.value))


ECHO = f"you sent {TOKEN}, {TOKEN[::-1]}"
LEAKS: dict[str, Reply] = {
    **LOST,
    "an echo": reply({"message": ECHO, "errors": [{"message": ECHO}, ECHO]}, 422),
    "an echo with a permission": reply(
        {"message": f"not accessible {ECHO}"}, 403, headers=(f"X-Accepted-GitHub-Permissions: {TOKEN}=write",)
    ),
    "a redirect": reply({}, 302, headers=(f"Location: https://u:{TOKEN}@{TOKEN}.example/{TOKEN}",)),
    "a page that leads elsewhere": reply([], headers=(f'Link: <https://x.example/{TOKEN}>; rel="next"',)),
    "a web page": reply(f"<html>{ECHO}".encode()),
}


def _error_of(api: RestApi, method: str) -> GitHubError | None:
    try:
        list(api.pages(ISSUES)) if method == "pages" else CALLS[method](api)
    except GitHubError as error:
        return error
    return None


@pytest.mark.parametrize("answer", LEAKS.values(), ids=LEAKS.keys())
@pytest.mark.parametrize("method", [*CALLS, "pages"])
def test_the_token_reaches_no_log_and_no_error(
    world: World, caplog: pytest.LogCaptureFixture, method: str, answer: Reply
) -> None:
    world.stage.play(answer)
    caplog.set_level(logging.NOTSET)
    error = _error_of(world.api, method)
    if error is not None:
        assert error.__cause__ is None
        assert error.__context__ is None
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        assert TOKEN not in shown + repr(vars(error))
    assert TOKEN not in caplog.text
    assert f"{'GET' if method == 'pages' else method} {ISSUES}: " in caplog.text


def test_the_scrubber_learns_the_token(world: World) -> None:
    assert TOKEN not in world.scrubber.scrub(f"x {TOKEN}")


def test_the_http_library_is_not_loaded_before_a_call() -> None:
    code = (
        "import sys; from sarv_sync.github.api import RestApi; from sarv_sync.model.scrub import Scrubber;"
        "from sarv_sync.model.secret import Secret; RestApi('https://api.github.com', Secret('t'), Scrubber());"
        "print('requests' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
