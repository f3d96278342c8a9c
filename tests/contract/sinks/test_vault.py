"""The sink vault, against a real OpenBao: what it writes beside others, and what it says of what it may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sarv_sync.errors import InputError, SinkError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.vault_server import Server
from tests.contract.sinks.engine import credential
from tests.contract.sinks.openbao import OpenBao, allowing, openbao
from tests.contract.sinks.vault_stage import BILLING, EXPECTED, opened
from tests.engines.postgres_cluster import free_port

ADDRESS = "smtp/billing"


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    with openbao(tmp_path_factory.mktemp("bao")) as server:
        yield server


@pytest.fixture
def mount(bao: OpenBao) -> str:
    return bao.kv()


def allowed(bao: OpenBao, mount: str, *capabilities: str) -> dict[str, str]:
    """Return an environment whose token may do this below `mount`."""
    token = bao.token(bao.policy(allowing(mount, *(capabilities or ("create", "read", "update")))))
    return {"VAULT_ADDR": bao.url, "VAULT_TOKEN": token}


def between(monkeypatch: pytest.MonkeyPatch, times: int, happen: Callable[[], Any]) -> None:
    """Have something happen after the sink has read and before it writes."""
    write, left = Server.write, [times]

    def later(self: Server, *given: Any) -> bool:
        if left[0]:
            left[0] -= 1
            happen()
        return write(self, *given)

    monkeypatch.setattr(Server, "write", later)


def test_keys_that_others_keep_in_the_same_secret_stay(bao: OpenBao, mount: str) -> None:
    bao.put(mount, ADDRESS, {"OWNER": "finance", "TAGS": ["a", {"b": 1}], "SMTP_PASSWORD": "old"})

    opened(allowed(bao, mount), mount=mount).deliver(credential())

    assert bao.data(mount, ADDRESS) == {**EXPECTED, "OWNER": "finance", "TAGS": ["a", {"b": 1}]}


def test_what_another_writes_between_reading_and_writing_stays(
    bao: OpenBao, mount: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    between(monkeypatch, 2, lambda: bao.put(mount, ADDRESS, {"OWNER": f"team {bao.kv()}"}))

    opened(allowed(bao, mount), mount=mount).deliver(credential())

    stored = bao.data(mount, ADDRESS) or {}
    assert stored.pop("OWNER").startswith("team ")
    assert (stored, bao.version(mount, ADDRESS)) == (EXPECTED, 3)


def test_a_secret_that_never_rests_is_given_up_on(bao: OpenBao, mount: str, monkeypatch: pytest.MonkeyPatch) -> None:
    between(monkeypatch, 99, lambda: bao.put(mount, ADDRESS, {"OWNER": "x"}))

    with pytest.raises(SinkError, match="others wrote it 5 times in between"):
        opened(allowed(bao, mount), mount=mount).deliver(credential())

    assert bao.data(mount, ADDRESS) == {"OWNER": "x"}


def test_the_same_delivered_again_makes_no_new_version(bao: OpenBao, mount: str) -> None:
    sink = opened(allowed(bao, mount), mount=mount)
    for _ in range(3):
        sink.deliver(credential())

    assert bao.version(mount, ADDRESS) == 1


@pytest.mark.parametrize("how", ["deleted", "destroyed", "all of it"])
def test_a_secret_that_was_deleted_is_gone_and_made_again(bao: OpenBao, mount: str, how: str) -> None:
    sink = opened(allowed(bao, mount), mount=mount)
    sink.deliver(credential())
    match how:
        case "deleted":
            bao.ask("DELETE", f"{mount}/data/{ADDRESS}")
        case "destroyed":
            bao.ask("PUT", f"{mount}/destroy/{ADDRESS}", {"versions": [1]})
        case _:
            bao.ask("DELETE", f"{mount}/metadata/{ADDRESS}")
    assert set(sink.read_back([credential()]).values()) == {"gone"}

    sink.deliver(credential())

    assert bao.data(mount, ADDRESS) == EXPECTED


def test_an_engine_that_wants_check_and_set_gets_it(bao: OpenBao, mount: str) -> None:
    bao.ask("POST", f"{mount}/config", {"cas_required": True})
    sink = opened(allowed(bao, mount), mount=mount)

    sink.deliver(credential())
    sink.deliver(credential(password="second"))

    assert bao.data(mount, ADDRESS) == {**EXPECTED, "SMTP_PASSWORD": "second"}


def test_other_keys_in_the_secret_are_no_drift(bao: OpenBao, mount: str) -> None:
    bao.put(mount, ADDRESS, {**EXPECTED, "OWNER": "finance"})

    seen = opened(allowed(bao, mount), mount=mount).read_back([credential()])

    assert seen == {f"vault {mount}/{ADDRESS}": "there"}


def test_what_was_read_is_known_to_the_scrubber(bao: OpenBao, mount: str) -> None:
    scrubber = Scrubber()
    bao.put(mount, ADDRESS, {**EXPECTED, "SMTP_PASSWORD": "of old times", "API_KEY": "k-123456"})

    opened(allowed(bao, mount), scrubber, mount=mount).read_back([credential()])

    text = scrubber.scrub("of old times, k-123456, smtp.example.net, smtp-billing")
    assert text == "[redacted], [redacted], smtp.example.net, smtp-billing"


@pytest.mark.parametrize("capabilities", [("read",), ("create", "read"), ("create", "update"), ("deny",)])
def test_a_policy_that_does_not_allow_all_is_refused_with_the_words_to_add(
    bao: OpenBao, mount: str, capabilities: tuple[str, ...]
) -> None:
    rules = allowing(mount, *capabilities) + f'\npath "{mount}/metadata/*" {{ capabilities = ["list"] }}'
    variables = {"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.token(bao.policy(rules))}

    with pytest.raises(SinkError) as caught:
        opened(variables, mount=mount).check([BILLING])

    lacking = {"create", "read", "update"} - set(capabilities)
    assert caught.value.message.startswith(f"{mount}/{ADDRESS} cannot be delivered to")
    assert all(word in caught.value.message for word in lacking)
    assert f'path "{mount}/data/{ADDRESS}"' in (caught.value.hint or "")


def test_one_path_that_is_forbidden_among_many_is_found(bao: OpenBao, mount: str) -> None:
    rules = (
        allowing(mount, "create", "read", "update") + f'\npath "{mount}/data/smtp/x" {{ capabilities = ["read"] }}'
    )
    variables = {"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.token(bao.policy(rules))}

    with pytest.raises(SinkError, match=f"{mount}/smtp/x cannot be delivered to"):
        opened(variables, mount=mount).check([BILLING, credential("x").recipient, credential("y").recipient])


def test_root_may_do_everything(bao: OpenBao, mount: str) -> None:
    opened({"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.token("root")}, mount=mount).check([BILLING])


def test_an_engine_of_version_1_is_explained(bao: OpenBao) -> None:
    mount = bao.kv(version=1)

    with pytest.raises(SinkError, match="is a kv engine of version 1") as caught:
        opened({"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.token("root")}, mount=mount).check([BILLING])

    assert f"vault kv enable-versioning {mount}/" in (caught.value.hint or "")


@pytest.mark.parametrize(("mount", "words"), [("cubbyhole", "is no kv engine"), ("nowhere", "403")])
def test_a_mount_that_is_no_kv_engine_is_explained(bao: OpenBao, mount: str, words: str) -> None:
    with pytest.raises(SinkError, match=words) as caught:
        opened({"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.token("root")}, mount=mount).check([BILLING])

    assert mount in caught.value.message


@pytest.mark.parametrize("use", ["check", "deliver", "read_back"])
def test_a_token_that_is_none_or_has_ended_is_explained(bao: OpenBao, mount: str, use: str) -> None:
    sink = opened({"VAULT_ADDR": bao.url, "VAULT_TOKEN": "s.wrongwrongwrong"}, mount=mount)
    given: dict[str, Any] = {"check": [BILLING], "deliver": credential(), "read_back": [credential()]}

    with pytest.raises(SinkError, match="403") as caught:
        getattr(sink, use)(given[use])

    assert "not valid, or not any more" in (caught.value.hint or "")
    assert "wrongwrong" not in repr(caught.value.faults)


def test_a_namespace_of_its_own_is_used(bao: OpenBao) -> None:
    bao.ask("POST", "sys/namespaces/team")
    mount = bao.kv(namespace="team")
    policy = bao.policy(allowing(mount, "create", "read", "update"), namespace="team")
    token = bao.token(policy, namespace="team")
    sink = opened({"VAULT_ADDR": bao.url, "VAULT_TOKEN": token, "VAULT_NAMESPACE": "team"}, mount=mount)

    sink.check([BILLING])
    sink.deliver(credential())

    assert set(sink.read_back([credential()]).values()) == {"there"}
    assert bao.data(mount, ADDRESS, "team") == EXPECTED
    assert bao.data(mount, ADDRESS) is None


def test_a_namespace_that_is_not_there_is_never_taken_for_a_secret_that_is_gone(bao: OpenBao, mount: str) -> None:
    sink = opened({**allowed(bao, mount), "VAULT_NAMESPACE": "nowhere"}, mount=mount)

    with pytest.raises(SinkError, match=f"cannot read {mount}/{ADDRESS}"):
        sink.read_back([credential()])


def test_paths_and_mounts_may_have_several_parts_and_odd_letters(bao: OpenBao) -> None:
    bao.ask("POST", "sys/mounts/deep/kv", {"type": "kv", "options": {"version": "2"}})
    sink = opened(
        {"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.token("root")}, mount="/deep/kv/", path="über uns/100% #?/{name}/"
    )

    sink.check([BILLING])
    sink.deliver(credential())

    assert sink.read_back([credential()]) == {"vault deep/kv/über uns/100% #?/billing": "there"}
    assert bao.ask("LIST", "deep/kv/metadata/%C3%BCber%20uns/100%25%20%23%3F")["data"]["keys"] == ["billing"]


def test_a_server_that_is_down_is_explained() -> None:
    variables = {"VAULT_ADDR": f"http://127.0.0.1:{free_port()}", "VAULT_TOKEN": "s.token"}

    with pytest.raises(SinkError, match="the connection was refused") as caught:
        opened(variables).deliver(credential())

    assert "VAULT_ADDR" in (caught.value.hint or "")


@pytest.mark.parametrize("path", ["../{name}", "smtp//{name}", "a/./{name}", "a\n{name}", "", "/"])
def test_a_path_that_leads_elsewhere_is_an_error(bao: OpenBao, mount: str, path: str) -> None:
    with pytest.raises(InputError, match="`path`"):
        opened(allowed(bao, mount), mount=mount, path=path).deliver(credential())


@pytest.mark.parametrize("option", ["mount", "auth_mount"])
def test_a_mount_that_leads_elsewhere_is_an_error(option: str) -> None:
    with pytest.raises(InputError, match=f"`{option}`"):
        opened({}, **{option: "secret/../sys"})
