from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import InputError
from sarv_sync.state.http.address import Call, calls
from sarv_sync.state.http.backend import open_http
from sarv_sync.state.interface import Site

STATE = "https://gitlab.example.net/api/v4/projects/group%2Fproject/terraform/state/mail"


def test_without_more_the_methods_are_terraforms_and_all_go_to_the_address() -> None:
    found = calls({"address": STATE})

    assert (found.read, found.update) == (Call("GET", STATE), Call("POST", STATE))
    assert (found.lock, found.unlock) == (Call("LOCK", STATE), Call("UNLOCK", STATE))
    assert found.place == STATE


def test_unlocking_goes_to_where_locking_went() -> None:
    lock = f"{STATE}/lock"
    found = calls({"address": STATE, "lock_address": lock, "lock_method": "post", "unlock_method": "DELETE"})

    assert (found.lock, found.unlock) == (Call("POST", lock), Call("DELETE", lock))


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("HTTPS://State.Example/Mail", "https://state.example/Mail"),
        ("https://state.example", "https://state.example"),
        ("https://state.example:8443/a//b/", "https://state.example:8443/a//b/"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("http://localhost/x@y", "http://localhost/x@y"),
        ("https://state.example/x?type=git&ref=main&state=my/state.json", None),
    ],
)
def test_addresses_that_can_be_used_are_kept_as_they_are(address: str, kept: str | None) -> None:
    assert calls({"address": address}).read.url == (kept or address)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "has no address"),
        (None, "has no address"),
        ("state.example/mail", "is not a URL"),
        ("ftp://state.example/mail", "is not a URL"),
        ("https:///mail", "is not a URL"),
        ("https://state.example/mail#part", "is not a URL"),
        ("https://state.example/ma il", "is not a URL"),
        ("https://state.example/mail\n", "is not a URL"),
        ("https://state.example/\u00e4", "is not a URL"),
        ("https://state.example/%zz", "is not a URL"),
        ("https://state.example:x/mail", "is not a URL"),
        ("https://state.example\\@evil.example/mail", "holds a user name or password"),
        ("https://ann:hidden@state.example/mail", "holds a user name or password"),
        ("https://hidden@state.example/mail", "holds a user name or password"),
        ("https://state.example/a/../b", "dotted"),
        ("https://state.example/a/%2E%2e/b", "dotted"),
        ("http://state.example/mail", "in the clear"),
        ("http://128.0.0.1/mail", "in the clear"),
        ("http://localhost.example/mail", "in the clear"),
        ("https://state.example/" + "x" * 2048, "is not a URL"),
        (7, "is not a URL"),
    ],
)
def test_other_addresses_are_refused_and_not_shown(address: Any, message: str) -> None:
    for options in ({"address": address}, {"address": STATE, "lock_address": address} if address else {}):
        with pytest.raises(InputError, match=message if options.get("address") != STATE else None) as refused:
            calls(options)
        assert refused.value.hint
        assert "hidden" not in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lock_address": "https://other.example/lock"}, "lock_address .* at another server"),
        ({"unlock_address": "https://gitlab.example.net:8443/lock"}, "unlock_address .* at another server"),
        ({"lock_method": "POST"}, "lock_method POST .* would overwrite the state"),
        ({"lock_method": "put"}, "lock_method PUT .* would overwrite the state"),
        ({"unlock_method": "DELETE"}, "unlock_method DELETE .* would delete the state"),
        ({"update_method": "STORE", "lock_method": "STORE"}, "lock_method STORE .* would overwrite the state"),
        ({"lock_address": f"{STATE}/lock", "unlock_address": STATE, "unlock_method": "DELETE"}, "would delete"),
        ({"update_method": "DELETE"}, "update_method .* would delete"),
        ({"update_method": "GET"}, "update_method .* cannot be used"),
        ({"lock_method": "HEAD"}, "lock_method .* cannot be used"),
        ({"unlock_method": "UN LOCK"}, "unlock_method .* cannot be used"),
        ({"lock_method": "LOCK\r\nX: y"}, "lock_method .* cannot be used"),
        ({"lock_address": f"{STATE}/lock", "lock_method": "POST", "unlock_method": "POST"}, "is the same request"),
    ],
)
def test_what_would_do_something_else_than_it_should_is_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        calls({"address": STATE, **options})
    assert refused.value.hint


@pytest.mark.parametrize(
    ("url", "sent"), [("https://h/a", "https://h/a?ID=1"), ("https://h/a?b", "https://h/a?b&ID=1")]
)
def test_the_id_of_the_lock_is_added_to_the_query(url: str, sent: str) -> None:
    assert Call("POST", url).with_id("1") == Call("POST", sent)


@pytest.mark.parametrize(
    ("name", "password"), [("", "hidden"), ("a:b", "hidden"), ("ann", "hidden\n"), ("ann\r", "hidden"), ("\x00", "")]
)
def test_credentials_that_cannot_be_sent_are_refused_and_not_shown(name: str, password: str) -> None:
    environment = {"TF_HTTP_USERNAME": name, "TF_HTTP_PASSWORD": password}
    with pytest.raises(InputError, match="TF_HTTP_") as refused:
        open_http({"address": STATE}, Site(Path(), environment))
    assert "hidden" not in refused.value.message + (refused.value.hint or "")


def test_opening_sends_nothing_and_shows_no_password() -> None:
    store = open_http({"address": STATE}, Site(Path(), {"TF_HTTP_USERNAME": "ann", "TF_HTTP_PASSWORD": "hidden"}))

    assert store.describe() == STATE
    assert (store.recall(), store.remember("a note")) == (None, None)  # type: ignore[func-returns-value]
    assert "hidden" not in repr(vars(store))
