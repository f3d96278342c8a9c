from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sarv_sync import __version__
from sarv_sync.errors import AnswerUnusable, AuthenticationFailed, InputError, ProviderError, RequestRefused
from sarv_sync.model.answers import Created, Unknown
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.provider.client import Client
from tests.unit.provider.conftest import TOKEN
from tests.unit.provider.stage import Reply, Stage, error, reply

if TYPE_CHECKING:
    from sarv_sync.applying.interface import Provider

EMPTY = reply({"status": "success", "smtp_list": []})
EDITED = reply({"status": "success", "message": "SMTP User Updated"})
RESET = {"status": "success", "message": "password reseted", "smtp_user_name": "smtp1", "smtp_password": "n3w"}

Call = Callable[[Client], object]
RAISING: dict[str, Call] = {
    "listSmtp": lambda client: client.list_users(),
    "editSmtp": lambda client: client.edit_user("smtp1", {"total_limit": 5}),
    "resetSmtpPassword": lambda client: client.reset_password("smtp1"),
}
each_raising_call = pytest.mark.parametrize(("name", "call"), RAISING.items(), ids=RAISING.keys())


def test_the_client_is_the_provider_that_applying_asks_for(client: Client) -> None:
    provider: Provider = client
    assert provider is client


def test_a_call_is_a_post_of_json_with_the_credentials_in_the_body(stage: Stage, client: Client) -> None:
    stage.play(EMPTY)
    client.list_users()
    request = stage.requests[0]
    assert request.path == "/v1.0/settings/listSmtp"
    assert request.body == {"owner_id": "10042", "token": TOKEN}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == f"sarv-sync/{__version__}"
    assert not {"authorization", "cookie", "transfer-encoding"} & request.headers.keys()


def test_an_edit_sends_the_given_fields_and_no_others(stage: Stage, client: Client) -> None:
    stage.play(EDITED)
    client.edit_user("smtp1", {"status": "Disable", "total_limit": 9})
    sent = stage.calls("editSmtp")[0].body
    assert sent == {
        "owner_id": "10042",
        "token": TOKEN,
        "smtp_user_name": "smtp1",
        "total_limit": 9,
        "status": "Disable",
    }


def test_a_reset_returns_the_new_password(stage: Stage, client: Client) -> None:
    stage.play(reply(RESET))
    assert client.reset_password("smtp1") == Secret("n3w")
    assert stage.calls("resetSmtpPassword")[0].body["smtp_user_name"] == "smtp1"


@pytest.mark.parametrize(
    "changes",
    [{"smtp_user_name": "smtp2"}, {"smtp_user_name": None}, {"smtp_password": None}, {"smtp_password": ""}],
)
def test_a_reset_that_proves_nothing_about_its_user_is_unusable(
    stage: Stage, client: Client, changes: dict[str, object]
) -> None:
    stage.play(reply({**RESET, **changes}))
    with pytest.raises(AnswerUnusable, match="smtp_user_name that was asked for"):
        client.reset_password("smtp1")


@pytest.mark.parametrize("document", [{"status": "success"}, {"status": "success", "message": None}])
def test_an_edit_without_the_promised_message_is_unusable(stage: Stage, client: Client, document: object) -> None:
    stage.play(reply(document))
    with pytest.raises(AnswerUnusable, match="no usable message"):
        client.edit_user("smtp1", {"total_limit": 5})


@each_raising_call
@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("AuthenticationError", AuthenticationFailed),
        ("Invalid_Key", AuthenticationFailed),
        ("ValidationError", RequestRefused),
        ("GeneralError", AnswerUnusable),
        ("SomethingElse", AnswerUnusable),
    ],
)
def test_a_stated_error_is_raised_as_what_it_proves(
    stage: Stage, client: Client, *, name: str, call: Call, status: int, kind: str, expected: type[ProviderError]
) -> None:
    stage.play(error(kind, status))
    with pytest.raises(ProviderError) as caught:
        call(client)
    assert type(caught.value) is expected
    assert caught.value.message == f"{name}: the provider answered {kind} (code -1): Token MissMatch"
    assert caught.value.hint


@each_raising_call
@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (reply(b"<html>", 502), "HTTP 502 with HTML, not JSON", "run again"),
        (reply(b"<html>"), "HTTP 200 with HTML, not JSON", "base URL"),
        (reply(b""), "HTTP 200 with nothing", "base URL"),
        (reply(b"[]"), "HTTP 200 with JSON, but no object", "base URL"),
        (reply(b"no", 404), "HTTP 404 with no valid JSON", "path of the endpoint"),
        (reply(b"no", 401), "HTTP 401 with no valid JSON", "SARV_TOKEN"),
        (reply(b"no", 429), "HTTP 429 with no valid JSON", "--parallelism"),
        (reply({"ok": 1}), "HTTP 200 with JSON that is neither a success nor an error", "run again"),
        (reply({"status": "success", "smtp_list": [], "message": "x"}, 201), "HTTP 201 with JSON", "run again"),
        (Reply(b"", "close"), "no answer from 127.0.0.1: the connection broke", "run again"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str) else "",
)
def test_an_answer_that_proves_nothing_is_unusable(
    stage: Stage, client: Client, *, name: str, call: Call, answer: Reply, message: str, hint: str
) -> None:
    stage.play(answer)
    with pytest.raises(AnswerUnusable) as caught:
        call(client)
    assert caught.value.message.startswith(f"{name}: {message}")
    assert hint in (caught.value.hint or "")


@each_raising_call
def test_a_host_that_cannot_be_reached_is_an_error_of_its_own(name: str, call: Call, stage: Stage) -> None:
    port = stage.port
    stage.close()
    with (
        closing(Client(f"http://localhost:{port}", "1", Secret("t"), Scrubber())) as client,
        pytest.raises(ProviderError) as caught,
    ):
        call(client)
    assert type(caught.value) is ProviderError
    assert caught.value.message == f"{name}: could not reach localhost: the connection was refused"
    assert "HTTPS_PROXY" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://evil.example/v1.0/settings/listSmtp?token=1", "evil.example"),
        ("//user:pass@evil.example:99/", "evil.example"),
        ("/elsewhere", "another path"),
        ("https://evil\x1bc.example/", "evil\\x1bc.example"),
        ("https://[::1", "an address that is none"),
    ],
)
def test_a_redirect_is_an_error_that_names_the_host_and_is_not_followed(
    stage: Stage, client: Client, location: str, host: str
) -> None:
    stage.play(reply({"status": "success", "smtp_list": []}, 307, headers=(f"Location: {location}",)))
    with pytest.raises(AnswerUnusable) as caught:
        client.list_users()
    assert f"redirects to {host} (HTTP 307)" in caught.value.message
    assert len(stage.requests) == 1


def test_a_redirect_to_the_same_server_is_not_followed_either(stage: Stage, client: Client) -> None:
    stage.play(reply(b"", 307, headers=(f"Location: {stage.url}/settings/listSmtp",)), EMPTY)
    with pytest.raises(AnswerUnusable, match=r"redirects to 127\.0\.0\.1"):
        client.list_users()
    assert len(stage.requests) == 1


def test_the_text_of_an_error_is_scrubbed_before_it_is_cut(stage: Stage, scrubber: Scrubber) -> None:
    canary = "canary" * 20
    scrubber.add(Secret(canary))
    message = "x" * 200 + TOKEN + canary + "y" * 100_000
    stage.play(reply({"status": "error", "name": "ValidationError", "message": message}))
    with closing(Client(stage.url, "1", Secret(TOKEN), scrubber)) as client, pytest.raises(RequestRefused) as caught:
        client.list_users()
    assert "x[redacted][redacted]y" in caught.value.message
    assert "canary" not in caught.value.message
    assert len(caught.value.message) == 300


def test_a_code_or_message_of_a_wrong_type_is_left_out(stage: Stage, client: Client) -> None:
    stage.play(error("GeneralError", code={"a": 1}, message=["b"]))
    with pytest.raises(AnswerUnusable) as caught:
        client.list_users()
    assert caught.value.message == "listSmtp: the provider answered GeneralError"


def test_an_answer_longer_than_it_may_be_is_not_read_to_its_end(stage: Stage, client: Client) -> None:
    stage.play(Reply(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (3 << 20), "hang"))
    with pytest.raises(AnswerUnusable, match="HTTP 200 with more than it may"):
        client.edit_user("smtp1", {"total_limit": 5})


def test_a_listing_may_be_longer_than_other_answers(stage: Stage, client: Client) -> None:
    stage.play(reply({"status": "success", "smtp_list": [], "padding": " " * (3 << 20)}))
    assert client.list_users().users == {}


def test_a_body_that_drips_for_ever_is_given_up(stage: Stage, scrubber: Scrubber) -> None:
    """The clock runs on by itself: every look at it finds a minute gone, and the body takes many looks."""
    minutes = iter(range(0, 10_000, 60))
    stage.play(reply(b" " * 900_000))
    with closing(Client(stage.url, "1", Secret("t"), scrubber, clock=lambda: float(next(minutes)))) as client:
        result = client.add_user(7, 3)
    assert isinstance(result, Unknown)
    assert "no answer from 127.0.0.1: the answer took too long" in result.error.message


def test_a_created_user_s_password_is_known_to_the_scrubber(stage: Stage, client: Client, scrubber: Scrubber) -> None:
    stage.play(reply({"status": "success", "smtp_user_name": "smtp1", "smtp_password": "canary-1"}))
    assert isinstance(client.add_user(7, 3), Created)
    assert scrubber.scrub("canary-1") == "[redacted]"


def test_a_password_in_an_answer_that_proves_nothing_is_known_to_the_scrubber_too(
    stage: Stage, client: Client, scrubber: Scrubber
) -> None:
    stage.play(reply({"status": "success", "smtp_password": "canary-1"}))
    assert isinstance(client.add_user(7, 3), Unknown)
    assert scrubber.scrub("canary-1") == "[redacted]"


def test_a_bad_endpoint_is_refused_before_any_call() -> None:
    with pytest.raises(InputError):
        Client("http://api.example.net", "1", Secret("t"), Scrubber())


def test_requests_is_not_imported_before_the_first_call() -> None:
    program = (
        "import sys; from sarv_sync.provider.client import Client; from sarv_sync.model.secret import Secret;"
        "from sarv_sync.model.scrub import Scrubber; Client('https://a.example', '1', Secret('t'), Scrubber());"
        "print(sorted({'requests', 'urllib3', 'ssl', 'http.client', 'logging'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
