"""The sink vault and what lies between: certificates, redirects, answers that come late, wrong, or never."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import SinkError
from tests.contract.sinks.engine import credential
from tests.contract.sinks.openbao import OpenBao, openbao
from tests.contract.sinks.test_sink_contract import assert_shows_none_of, texts
from tests.contract.sinks.vault_stage import BILLING, EXPECTED, opened
from tests.forge.answers import Answer
from tests.forge.handler import Listener
from tests.forge.records import Call

TOKEN = "s.token-canary-51"
PASSWORD = "first-Passw0rd"

Serve = Callable[[Call, bytes], Answer | None]


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """Yield a server that speaks TLS, with a certificate of its own authority."""
    with openbao(tmp_path_factory.mktemp("bao"), tls=True) as server:
        yield server


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sarv_sync.sinks.vault_server._PAUSES", (0.0, 0.0))


@contextmanager
def liar(serve: Serve) -> Iterator[dict[str, str]]:
    """Yield the environment for a server that answers as `serve` does."""
    listener = Listener(serve)
    yield {"VAULT_ADDR": f"http://127.0.0.1:{listener.port}", "VAULT_TOKEN": TOKEN}
    listener.stop()


def test_a_certificate_of_ones_own_authority_is_trusted_where_it_is_named(bao: OpenBao) -> None:
    sink = opened({"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.token("root"), "VAULT_CACERT": bao.ca or ""})

    sink.check([BILLING])
    sink.deliver(credential())

    assert bao.data("secret", "smtp/billing") == EXPECTED


def test_the_bundle_of_the_program_is_trusted_too(bao: OpenBao) -> None:
    opened({"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.token("root")}, None, bao.ca).check([BILLING])


def test_a_certificate_that_nobody_vouches_for_is_refused(bao: OpenBao) -> None:
    with pytest.raises(SinkError, match="certificate is not trusted") as caught:
        opened({"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.token("root")}).check([BILLING])

    assert "VAULT_CACERT" in (caught.value.hint or "")


def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else() -> None:
    elsewhere: list[Call] = []

    def there(call: Call, _: bytes) -> Answer:
        elsewhere.append(call)
        return Answer(200, {})

    with liar(there) as other:
        redirect = Answer(307, None, {"Location": other["VAULT_ADDR"]})
        with liar(lambda *_: redirect) as variables, pytest.raises(SinkError, match="redirects"):
            opened(variables).deliver(credential())

    assert not elsewhere


def test_neither_netrc_nor_the_librarys_own_variables_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password netrc-canary\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VAULT_NAMESPACE", "other")
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:1")
    seen: list[Call] = []

    def serve(call: Call, _: bytes) -> Answer:
        seen.append(call)
        return Answer(404, {"errors": []})

    with liar(serve) as variables:
        opened(variables).read_back([credential()])

    assert "authorization" not in seen[0].headers
    assert "x-vault-namespace" not in seen[0].headers
    assert seen[0].headers["x-vault-token"] == TOKEN


@pytest.mark.parametrize("status", [400, 403, 404, 418, 500, 503])
def test_an_answer_that_repeats_what_was_sent_shows_nothing_of_it(status: int) -> None:
    def serve(call: Call, raw: bytes) -> Answer:
        if call.method == "GET" and "data" in call.path:
            return Answer(404, {"errors": []})
        return Answer(status, {"errors": [f"no\n{call.headers}", raw.decode()], "data": str(call)})

    with liar(serve) as variables:
        sink = opened({**variables, "VAULT_TOKEN": TOKEN})
        uses: tuple[Callable[[], object], ...] = (
            lambda: sink.check([BILLING]),
            lambda: sink.deliver(credential(password=PASSWORD)),
        )
        for use in uses:
            with pytest.raises(SinkError) as caught:
                use()
            assert f"the server answered {status}" in caught.value.message
            assert_shows_none_of(texts(caught.value), (TOKEN, PASSWORD))
            assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "document",
    [None, [], "text", {"errors": "text"}, {"data": None}, {"data": {"data": []}}, {"data": {"metadata": {}}}, {}],
)
def test_an_answer_that_is_not_one_of_vault_is_an_error_and_never_gone(document: Any) -> None:
    with liar(lambda *_: Answer(200, document)) as variables:
        sink = opened(variables)
        uses: tuple[Callable[[], object], ...] = (
            lambda: sink.read_back([credential()]),
            lambda: sink.check([BILLING]),
            lambda: sink.deliver(credential()),
        )
        for use in uses:
            with pytest.raises(SinkError, match="is not one of Vault"):
                use()


def test_a_connection_that_breaks_in_passing_is_made_again() -> None:
    numbers = count()

    def serve(call: Call, _: bytes) -> Answer | None:
        return None if next(numbers) < 2 else Answer(404, {"errors": []})

    with liar(serve) as variables:
        assert set(opened(variables).read_back([credential()]).values()) == {"gone"}


def test_a_write_whose_answer_was_lost_is_not_made_twice() -> None:
    kept: list[bytes] = []

    def serve(call: Call, raw: bytes) -> Answer | None:
        if call.method != "POST":
            data = {"data": {"data": EXPECTED, "metadata": {"version": 1}}}
            return Answer(200, data) if kept else Answer(404, {"errors": []})
        if kept:
            return Answer(400, {"errors": ["check-and-set parameter did not match the current version"]})
        kept.append(raw)
        return None

    with liar(serve) as variables:
        opened(variables).deliver(credential())

    assert len(kept) == 1


def test_a_server_that_never_answers_well_is_given_up_on() -> None:
    seen: list[Call] = []

    def serve(call: Call, _: bytes) -> None:
        seen.append(call)

    with liar(serve) as variables, pytest.raises(SinkError, match="the connection broke"):
        opened(variables).deliver(credential())

    assert len(seen) == 3


def test_a_sealed_server_is_explained() -> None:
    sealed = Answer(503, {"errors": ["Vault is sealed"]})
    with liar(lambda *_: sealed) as variables, pytest.raises(SinkError, match="Vault is sealed") as caught:
        opened(variables).deliver(credential())

    assert "unseal it" in (caught.value.hint or "")
