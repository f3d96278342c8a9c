"""The sink github-actions: what is refused, by GitHub or before it is asked, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sarv_sync.errors import InputError, NotInstalled, SinkError
from sarv_sync.model.sink import Recipient, Sink
from tests.contract.sinks.engine import credential
from tests.contract.sinks.github_stage import ALL, BILLING, TOKEN, forge_with_places, opened
from tests.forge.answers import Answer
from tests.forge.records import Call
from tests.forge.server import Forge


@pytest.fixture
def forge() -> Iterator[Forge]:
    with forge_with_places() as forge:
        yield forge


def refused(sink: Sink) -> tuple[str, str]:
    with pytest.raises(SinkError) as caught:
        sink.check([BILLING])
    assert TOKEN not in repr((caught.value.faults, caught.value.args))
    return caught.value.message, caught.value.hint or ""


def test_that_the_token_of_a_workflow_writes_no_secrets_is_explained(forge: Forge) -> None:
    forge.add_token("job", permissions={"contents": "write", "actions": "write"})

    message, hint = refused(opened(forge, {"SARV_SECRETS_TOKEN": "", "GITHUB_TOKEN": "job"}))

    assert "acme/shop" in message
    assert "the token of a workflow cannot write secrets" in hint
    assert "SARV_SECRETS_TOKEN" in hint


@pytest.mark.parametrize(
    ("options", "needed"),
    [
        ({}, "the repository permission Secrets (read and write) for acme/shop"),
        ({"environment": "production"}, "the repository permission Environments (read and write) for acme/shop"),
        ({"organization": "acme"}, "the organization permission Secrets (read and write) for acme"),
    ],
)
def test_the_permission_that_a_token_lacks_is_named(forge: Forge, options: dict[str, str], needed: str) -> None:
    forge.add_token(TOKEN, "octocat", dict.fromkeys(ALL, "read"))

    message, hint = refused(opened(forge, **options))

    assert "403" in message
    assert needed in hint


def test_a_token_that_ended_is_explained(forge: Forge) -> None:
    message, hint = refused(opened(forge, {"SARV_SECRETS_TOKEN": "another"}))

    assert "401" in message
    assert "SARV_SECRETS_TOKEN is not valid" in hint


def test_a_repository_that_the_token_does_not_see_is_explained(forge: Forge) -> None:
    message, hint = refused(opened(forge, repository="acme/secret"))

    assert "acme/secret" in message
    assert "it does not exist, or the token does not see it" in hint


def test_an_environment_that_is_not_there_is_said_and_not_made(forge: Forge) -> None:
    message, hint = refused(opened(forge, environment="staging"))

    assert message == "acme/shop:staging: acme/shop has no environment staging"
    assert "it is not made here" in hint
    assert not forge.writes


def test_a_place_that_is_full_is_explained(forge: Forge) -> None:
    sink = opened(forge)
    sink.deliver(credential())
    vault = forge.vault("acme/shop")
    vault.most = len(vault.secrets)

    assert "100 of them" in refused(sink)[1]


def test_reading_back_without_the_permission_is_an_error_and_never_gone(forge: Forge) -> None:
    forge.add_token(TOKEN, "octocat", {"contents": "write"})

    with pytest.raises(SinkError, match="cannot list the secrets of acme/shop"):
        opened(forge).read_back([credential()])


@pytest.mark.parametrize("name", ["7up", "github_bot"])
def test_a_name_that_github_does_not_take_is_an_error_that_says_what_to_do(forge: Forge, name: str) -> None:
    sink = opened(forge)

    for use in (lambda: sink.address(Recipient(name, None)), lambda: sink.deliver(credential(name))):
        with pytest.raises(InputError, match=f"{name}: GitHub takes no secret of the name") as caught:
            use()
        assert "prefix: SMTP_{name}_" in (caught.value.hint or "")
    assert opened(forge, prefix="SMTP_{name}_").address(Recipient(name, None)).endswith(f"SMTP_{name.upper()}_SMTP_*")


def test_two_keys_that_would_be_one_secret_are_an_error(forge: Forge) -> None:
    with pytest.raises(InputError, match="two of `keys`"):
        opened(forge, keys={"a.b": "{username}", "a-b": "{password}"}).address(BILLING)


@pytest.mark.parametrize(
    "options",
    [
        {"visibility": "all"},
        {"organization": "acme", "visibility": "public"},
        {"organization": "acme", "repository": "acme/shop"},
        {"organization": "acme", "environment": "production"},
    ],
)
def test_options_that_do_not_go_together_are_an_error(forge: Forge, options: dict[str, str]) -> None:
    with pytest.raises(InputError):
        opened(forge, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"repository": "shop"},
        {"repository": "acme/.."},
        {"repository": "acme/shop/x"},
        {"repository": "../acme"},
        {"organization": "acme/shop"},
        {"environment": ".."},
        {"environment": "two\nlines"},
        {"environment": " "},
    ],
)
def test_what_is_no_place_is_an_error_before_any_call(forge: Forge, options: dict[str, str]) -> None:
    sink = opened(forge, **options)

    with pytest.raises(InputError):
        sink.check([BILLING])
    assert not forge.calls


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SARV_SECRETS_TOKEN": ""}, "SARV_SECRETS_TOKEN is not set"),
        ({"SARV_SECRETS_TOKEN": "two words"}, "cannot be a token"),
        ({"GITHUB_API_URL": "http://api.example.net"}, "GITHUB_API_URL"),
    ],
)
def test_what_is_missing_in_the_environment_is_said_before_any_call(
    forge: Forge, environment: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        opened(forge, environment).ready()
    assert not forge.calls


def test_without_a_repository_it_says_how_to_name_one(forge: Forge) -> None:
    with pytest.raises(InputError, match="not said which repository"):
        opened(forge, {"GITHUB_REPOSITORY": ""}).address(BILLING)


def test_without_the_library_it_says_what_to_install(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nacl.public", None)

    with pytest.raises(NotInstalled) as caught:
        opened(forge).ready()
    assert "sarv-sync[github]" in (caught.value.hint or "")


@pytest.mark.parametrize("key", ["", "AAAA", "not base64!", "A" * 43 + "="])
def test_a_key_that_is_none_is_an_error(forge: Forge, key: str) -> None:
    forge.events.fail("GET", "public-key", Answer(200, {"key_id": "1", "key": key}), None)

    with pytest.raises(SinkError, match="cannot be used"):
        opened(forge).deliver(credential())
    assert not forge.writes


def test_a_limit_keeps_the_hint_of_its_own(forge: Forge) -> None:
    def closed(call: Call) -> None:
        forge.limit(TOKEN, 0)

    forge.events.before("PUT", "", closed)

    message, hint = refused(opened(forge))

    assert "no more calls" in message
    assert "Secrets (read and write)" not in hint
