"""The sink github-actions: what is written where, against a forge that has the other half of each key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from nacl.public import PrivateKey

from sarv_sync.errors import SinkError
from sarv_sync.model.sink import Recipient, occupied
from tests.contract.sinks.engine import credential
from tests.contract.sinks.github_stage import BILLING, forge_with_places, opened
from tests.forge.answers import Answer
from tests.forge.organizations import Audience
from tests.forge.server import Forge

SECRETS = "/repos/acme/shop/actions/secrets"
NAMES = ["BILLING_SMTP_HOST", "BILLING_SMTP_PORT", "BILLING_SMTP_USERNAME", "BILLING_SMTP_PASSWORD"]


@pytest.fixture
def forge() -> Iterator[Forge]:
    with forge_with_places() as forge:
        yield forge


def puts(forge: Forge) -> list[str]:
    return [call.path.rpartition("/")[2] for call in forge.calls if call.method == "PUT"]


def test_secrets_of_an_environment_are_not_those_of_its_repository(forge: Forge) -> None:
    sink = opened(forge, environment="Production")

    sink.check([BILLING])
    sink.deliver(credential())

    assert forge.secret("acme/shop", "BILLING_SMTP_PASSWORD", "production") == "first-Passw0rd"
    assert forge.secret("acme/shop", "BILLING_SMTP_PASSWORD") is None
    assert sink.read_back([credential(), credential("orders")]) == {
        "github-actions acme/shop:production BILLING_SMTP_*": "there",
        "github-actions acme/shop:production ORDERS_SMTP_*": "gone",
    }


def test_secrets_of_an_organisation_are_for_its_private_repositories(forge: Forge) -> None:
    sink = opened(forge, organization="acme")
    here = forge.add_organization("acme")

    sink.check([BILLING])
    sink.deliver(credential())

    assert {name: one.value.decode() for name, one in here.secrets.secrets.items()} == {
        "BILLING_SMTP_HOST": "smtp.example.net",
        "BILLING_SMTP_PORT": "587",
        "BILLING_SMTP_USERNAME": "smtp-billing",
        "BILLING_SMTP_PASSWORD": "first-Passw0rd",
    }
    assert {audience.visibility for audience in here.audiences.values()} == {"private"}
    assert sink.read_back([credential()]) == {"github-actions org acme BILLING_SMTP_*": "there"}


@pytest.mark.parametrize("visibility", [None, "selected"])
def test_a_new_value_leaves_an_organisations_secret_to_the_repositories_that_were_selected(
    forge: Forge, visibility: str | None
) -> None:
    here = forge.add_organization("acme")
    chosen = tuple(forge.add_repository(f"acme/one-{number}").id for number in range(130))
    sink = opened(forge, organization="acme", **({} if visibility is None else {"visibility": visibility}))
    sink.deliver(credential())
    here.audiences = {name: Audience("selected", chosen) for name in here.audiences}

    sink.deliver(credential(password="second"))

    assert here.secrets.secret("BILLING_SMTP_PASSWORD").value == b"second"
    assert here.audiences == {name: Audience("selected", chosen) for name in NAMES}


def test_what_the_file_says_of_who_may_have_an_organisations_secret_is_done(forge: Forge) -> None:
    here = forge.add_organization("acme")
    opened(forge, organization="acme", visibility="selected").deliver(credential())
    assert set(map(repr, here.audiences.values())) == {repr(Audience("selected"))}

    opened(forge, organization="acme", visibility="all").deliver(credential())

    assert {audience.visibility for audience in here.audiences.values()} == {"all"}


def test_the_password_is_written_last_and_right_after_the_user_name(forge: Forge) -> None:
    keys = {"PASS": "{password}", "URL": "smtp://{host}", "USER": "{username}", "PORT": "{port}"}

    opened(forge, keys=keys).deliver(credential())

    assert puts(forge) == ["BILLING_URL", "BILLING_PORT", "BILLING_USER", "BILLING_PASS"]
    kinds = [call.method for call in forge.calls]
    assert kinds == ["GET", "PUT", "PUT", "PUT", "PUT"], "nothing stands between them"


def test_a_delivery_that_broke_off_is_seen_as_gone_and_made_whole(forge: Forge) -> None:
    forge.events.fail("PUT", "SMTP_PASSWORD", Answer(422, {"message": "no"}))
    sink = opened(forge)
    with pytest.raises(SinkError):
        sink.deliver(credential())
    assert set(sink.read_back([credential()]).values()) == {"gone"}

    sink.deliver(credential())

    assert set(sink.read_back([credential()]).values()) == {"there"}


def test_a_key_that_github_changed_is_fetched_anew(forge: Forge) -> None:
    sink = opened(forge)
    sink.deliver(credential())
    forge.vault("acme/shop").key = PrivateKey.generate()

    sink.deliver(credential(password="second"))

    assert forge.secret("acme/shop", "BILLING_SMTP_PASSWORD") == "second"


def test_a_key_is_fetched_once_for_all_users_of_a_place(forge: Forge) -> None:
    sink = opened(forge)
    sink.check([BILLING, credential("orders").recipient])
    for name in ("billing", "orders"):
        sink.deliver(credential(name))

    assert [call.path for call in forge.calls if call.method == "GET"] == [f"{SECRETS}/public-key"]


def test_a_check_writes_once_for_each_place_and_deletes_it(forge: Forge) -> None:
    forge.add_repository("acme/mail")
    recipients = [Recipient(str(n), None, (("team", team),)) for n in range(9) for team in ("shop", "mail")]

    sink = opened(forge, repository="acme/{labels.team}", prefix="SMTP_{name}_")
    sink.check(recipients)
    sink.check(recipients)

    assert forge.writes == [
        f"{method} /repos/acme/{team}/actions/secrets/SARV_SYNC_CHECK"
        for team in ("shop", "mail")
        for method in ("PUT", "DELETE")
    ]
    assert not forge.vault("acme/shop").secrets


def test_no_request_holds_what_is_delivered(forge: Forge) -> None:
    opened(forge).deliver(credential(password="in-the-clear"))

    assert "in-the-clear" not in repr(forge.calls)


def test_reading_back_reads_every_page_once(forge: Forge) -> None:
    opened(forge).deliver(credential())
    vault = forge.vault("acme/shop")
    vault.secrets.update({f"A{number}": vault.secret(NAMES[0]) for number in range(230)})
    before = len(forge.calls)

    seen = opened(forge).read_back([credential(), credential("orders")])

    assert sorted(seen.values()) == ["gone", "there"]
    assert len(forge.calls) - before == 3


def test_a_call_that_fails_in_passing_is_made_again(forge: Forge) -> None:
    forge.events.fail("PUT", "SMTP_PASSWORD", "drop-after")

    opened(forge).deliver(credential())

    assert forge.secret("acme/shop", "BILLING_SMTP_PASSWORD") == "first-Passw0rd"


def test_one_repository_has_one_address_however_it_is_spelled(forge: Forge) -> None:
    first, second = opened(forge), opened(forge, {"GITHUB_REPOSITORY": ""}, repository="Acme/Shop")

    assert first.address(BILLING) == second.address(BILLING) == "github-actions acme/shop BILLING_SMTP_*"


@pytest.mark.parametrize(
    ("prefix", "keys", "shown"),
    [
        ("{name}_", {"SMTP_URL": "{password}"}, "BILLING_EU_SMTP_URL"),
        ("mail_", {"user": "{username}", "secret": "{password}"}, "MAIL_*"),
        ("{smtp_user_name}-", {"a": "{username}", "b": "{password}"}, "SMTP_7_*"),
        ("", {"pass.word": "{password}"}, "PASS_WORD"),
    ],
)
def test_names_are_in_capitals_and_of_what_github_takes(
    forge: Forge, prefix: str, keys: dict[str, str], shown: str
) -> None:
    sink = opened(forge, prefix=prefix, keys=keys)
    recipient = Recipient("billing.eu", "smtp-7")

    assert sink.address(recipient) == f"github-actions acme/shop {shown}"
    sink.deliver(replace(credential(), recipient=recipient))
    assert all(name.startswith(shown.removesuffix("*")) for name in forge.vault("acme/shop").secrets)


def test_a_users_name_at_the_provider_that_is_not_known_yet_stays_open(forge: Forge) -> None:
    sink = opened(forge, prefix="{smtp_user_name}_")

    sink.check([Recipient("billing", None)])

    assert sink.address(Recipient("billing", None)) == "github-actions acme/shop {smtp_user_name}_SMTP_*"


def test_every_secret_is_occupied_since_prefix_and_key_can_meet(forge: Forge) -> None:
    keys = {"USER": "{username}", "B_USER": "{username}"}
    sink = opened(forge, keys=keys)
    one, other = credential("a").recipient, credential("a-b").recipient

    assert sink.address(one) != sink.address(other)
    assert set(occupied(sink, one)) & set(occupied(sink, other)) == {"github-actions acme/shop A_B_USER"}
    elsewhere = opened(forge, keys=keys, environment="production")
    assert not set(occupied(sink, one)) & set(occupied(elsewhere, other))
