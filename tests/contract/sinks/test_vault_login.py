"""Ways to log in to Vault, against a real OpenBao: AppRole, a JWT that is given, and one that GitHub gives a job."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sarv_sync.errors import InputError, NotInstalled, SinkError
from sarv_sync.model.scrub import Scrubber
from tests.contract.sinks.engine import credential
from tests.contract.sinks.openbao import OpenBao, allowing, openbao
from tests.contract.sinks.vault_stage import BILLING, EXPECTED, opened
from tests.forge.answers import Answer
from tests.forge.handler import Listener
from tests.forge.records import Call

AUDIENCE = "https://vault.example.net/?a=b&c"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
POLICY = "for-kv"


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """Yield a server with the auth methods approle (at two mounts) and jwt, which trusts KEY."""
    with openbao(tmp_path_factory.mktemp("bao")) as server:
        server.policy(allowing("secret", "create", "read", "update"), POLICY)
        for mount in ("approle", "deep/approle"):
            server.ask("POST", f"sys/auth/{mount}", {"type": "approle"})
            server.ask("POST", f"auth/{mount}/role/mail", {"token_policies": [POLICY]})
        public = KEY.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        server.ask("POST", "sys/auth/jwt", {"type": "jwt"})
        server.ask("POST", "auth/jwt/config", {"jwt_validation_pubkeys": [public.decode()]})
        role = {
            "role_type": "jwt",
            "user_claim": "sub",
            "bound_audiences": [AUDIENCE],
            "bound_subject": "repo:acme/shop:ref:refs/heads/main",
            "token_policies": [POLICY],
        }
        server.ask("POST", "auth/jwt/role/mail", role)
        yield server


def statement(audience: str = AUDIENCE, subject: str = "repo:acme/shop:ref:refs/heads/main", ends: int = 600) -> str:
    """Return a signed JWT."""
    now = int(time.time())
    claims = {"aud": audience, "sub": subject, "iat": now - 60, "nbf": now - 60, "exp": now + ends}
    parts = [_encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims)]
    signed = ".".join(parts)
    return f"{signed}.{_encoded(KEY.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def approle(bao: OpenBao, mount: str = "approle") -> dict[str, str]:
    role_id = bao.ask("GET", f"auth/{mount}/role/mail/role-id")["data"]["role_id"]
    secret_id = bao.ask("POST", f"auth/{mount}/role/mail/secret-id")["data"]["secret_id"]
    return {"VAULT_ADDR": bao.url, "VAULT_ROLE_ID": role_id, "VAULT_SECRET_ID": secret_id}


def assert_delivers(bao: OpenBao, variables: dict[str, str], **options: Any) -> None:
    bao.ask("DELETE", "secret/metadata/smtp/billing")
    sink = opened(variables, **options)
    sink.ready()
    sink.check([BILLING])
    sink.deliver(credential())
    assert bao.data("secret", "smtp/billing") == EXPECTED


def refused(variables: dict[str, str], **options: Any) -> SinkError:
    with pytest.raises(SinkError) as caught:
        opened(variables, **options).check([BILLING])
    shown = repr((caught.value.faults, caught.value.args))
    secrets = [value for name, value in variables.items() if name not in {"VAULT_ADDR", "VAULT_ROLE"}]
    assert not [secret for secret in secrets if secret in shown]
    return caught.value


class Issuer:
    """What GitHub runs to give jobs their statements. `asked` is what came in."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.asked: list[Call] = []
        self._answer = answer
        self._listener = Listener(self._serve)

    def variables(self, bao: OpenBao, **more: str) -> dict[str, str]:
        url = f"http://127.0.0.1:{self._listener.port}/idtoken/1?api-version=2.0"
        return {
            "VAULT_ADDR": bao.url,
            "VAULT_ROLE": "mail",
            "ACTIONS_ID_TOKEN_REQUEST_URL": url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-token-canary",
            **more,
        }

    def close(self) -> None:
        self._listener.stop()

    def _serve(self, call: Call, _: bytes) -> Answer | None:
        self.asked.append(call)
        return self._answer or Answer(200, {"value": statement(call.query.get("audience", "nobody"))})


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.close()


def test_approle_logs_in(bao: OpenBao) -> None:
    assert_delivers(bao, approle(bao))


def test_approle_at_another_mount_logs_in(bao: OpenBao) -> None:
    assert_delivers(bao, approle(bao, "deep/approle"), auth_mount="deep/approle")


def test_a_secret_id_that_is_wrong_is_explained(bao: OpenBao) -> None:
    error = refused({**approle(bao), "VAULT_SECRET_ID": "wrong-secret-id"})

    assert "cannot log in to Vault at auth/approle: the server answered 400" in error.message
    assert "check the credentials and the role" in (error.hint or "")


def test_an_auth_method_that_is_not_mounted_there_is_explained(bao: OpenBao) -> None:
    error = refused(approle(bao), auth_mount="elsewhere")

    assert "auth/elsewhere" in error.message
    assert "`auth_mount`" in (error.hint or "")


def test_a_login_is_made_once_for_many_calls(bao: OpenBao) -> None:
    variables = approle(bao)
    bao.ask("POST", "auth/approle/role/once", {"token_policies": [POLICY], "secret_id_num_uses": 1})
    variables["VAULT_ROLE_ID"] = bao.ask("GET", "auth/approle/role/once/role-id")["data"]["role_id"]
    variables["VAULT_SECRET_ID"] = bao.ask("POST", "auth/approle/role/once/secret-id")["data"]["secret_id"]

    assert_delivers(bao, variables)


def test_a_jwt_logs_in(bao: OpenBao) -> None:
    assert_delivers(bao, {"VAULT_ADDR": bao.url, "VAULT_ROLE": "mail", "VAULT_JWT": statement()})


def test_a_jwt_in_a_file_logs_in(bao: OpenBao, tmp_path: Path) -> None:
    (tmp_path / "jwt").write_text(statement() + "\n")

    assert_delivers(bao, {"VAULT_ADDR": bao.url, "VAULT_ROLE": "mail", "VAULT_JWT_FILE": str(tmp_path / "jwt")})


@pytest.mark.parametrize("content", [None, "", "ünlesbar"])
def test_a_file_without_a_jwt_is_an_error(bao: OpenBao, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "jwt").write_text(content)
    variables = {"VAULT_ADDR": bao.url, "VAULT_ROLE": "mail", "VAULT_JWT_FILE": str(tmp_path / "jwt")}

    with pytest.raises(InputError, match="no token can be read from"):
        opened(variables).check([BILLING])


@pytest.mark.parametrize(
    "said",
    [{"ends": -600}, {"audience": "other"}, {"subject": "repo:acme/shop:pull_request"}, None],
    ids=["too old", "for others", "of another branch", "no statement"],
)
def test_a_jwt_that_does_not_fit_the_role_is_explained(bao: OpenBao, said: dict[str, Any] | None) -> None:
    jwt = "a.b.c" if said is None else statement(**said)
    error = refused({"VAULT_ADDR": bao.url, "VAULT_ROLE": "mail", "VAULT_JWT": jwt})

    assert "cannot log in to Vault at auth/jwt" in error.message
    assert "another audience or another branch" in (error.hint or "")


def test_a_job_of_github_logs_in_with_the_statement_that_github_gives_it(bao: OpenBao, issuer: Issuer) -> None:
    assert_delivers(bao, issuer.variables(bao, VAULT_JWT_AUDIENCE=AUDIENCE))

    [call] = issuer.asked
    assert dict(call.query) == {"api-version": "2.0", "audience": AUDIENCE}
    assert call.headers["authorization"] == "bearer request-token-canary"


def test_without_an_audience_github_is_asked_for_its_default(bao: OpenBao, issuer: Issuer) -> None:
    refused(issuer.variables(bao))

    assert dict(issuer.asked[0].query) == {"api-version": "2.0"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(403, {"message": "request-token-canary"}), "GitHub answered 403"),
        (Answer(302, {}, {"Location": "http://127.0.0.1:1/"}), "GitHub answered 302"),
        (Answer(200, {"value": None}), "holds none"),
        (Answer(200, ["value"]), "holds none"),
    ],
)
def test_a_statement_that_github_does_not_give_is_explained(bao: OpenBao, answer: Answer, words: str) -> None:
    issuer = Issuer(answer)
    error = refused(issuer.variables(bao))
    issuer.close()

    assert words in error.message
    assert "id-token: write" in (error.hint or "")
    assert len(issuer.asked) == 1


@pytest.mark.parametrize("url", ["http://pipelines.example.net/idtoken", "ftp://x/y", "https://", "nonsense"])
def test_the_request_token_goes_to_https_alone(bao: OpenBao, issuer: Issuer, url: str) -> None:
    with pytest.raises(InputError, match="ACTIONS_ID_TOKEN_REQUEST_URL"):
        opened(issuer.variables(bao, ACTIONS_ID_TOKEN_REQUEST_URL=url)).check([BILLING])


def test_a_token_that_is_given_comes_before_all_else(bao: OpenBao, issuer: Issuer) -> None:
    assert_delivers(bao, issuer.variables(bao, VAULT_TOKEN=bao.token(POLICY), VAULT_JWT="x", VAULT_ROLE_ID="x"))

    assert not issuer.asked


def test_all_that_was_used_to_log_in_is_known_to_the_scrubber(bao: OpenBao, issuer: Issuer) -> None:
    scrubber = Scrubber()
    variables = issuer.variables(bao, VAULT_JWT_AUDIENCE=AUDIENCE)
    opened(variables, scrubber).check([BILLING])
    given = approle(bao)
    opened(given, scrubber).check([BILLING])

    for secret in ("request-token-canary", given["VAULT_ROLE_ID"], given["VAULT_SECRET_ID"]):
        assert scrubber.scrub(secret) == "[redacted]"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "there is nothing to log in to Vault with"),
        ({"VAULT_ROLE": "mail"}, "there is nothing to log in to Vault with"),
        ({"ACTIONS_ID_TOKEN_REQUEST_URL": "https://x/", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}, "nothing to log in"),
        ({"VAULT_ROLE_ID": "id"}, "VAULT_SECRET_ID is not set"),
        ({"VAULT_JWT": "jwt"}, "VAULT_ROLE is not set"),
        ({"VAULT_TOKEN": "t", "VAULT_ADDR": ""}, "VAULT_ADDR is not set"),
        ({"VAULT_TOKEN": "t", "VAULT_ADDR": "http://vault.example.net"}, "VAULT_ADDR cannot be used"),
        ({"VAULT_TOKEN": "t", "VAULT_ADDR": "https://user:pass@vault"}, "VAULT_ADDR cannot be used"),
        ({"VAULT_TOKEN": "t", "VAULT_CACERT": "/nowhere.pem"}, "no certificate can be read from /nowhere.pem"),
    ],
)
def test_what_is_missing_in_the_environment_is_said_before_any_call(variables: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        opened({"VAULT_ADDR": "https://vault.example.net", **variables}).ready()


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hvac", None)

    with pytest.raises(NotInstalled) as caught:
        opened({"VAULT_ADDR": "https://vault.example.net", "VAULT_TOKEN": "t"}).ready()
    assert "sarv-sync[vault]" in (caught.value.hint or "")


def test_a_token_that_the_vault_command_left_behind_is_not_used(
    bao: OpenBao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".vault-token").write_text(bao.token("root"))
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(InputError, match="nothing to log in"):
        opened({"VAULT_ADDR": bao.url}).check([BILLING])
