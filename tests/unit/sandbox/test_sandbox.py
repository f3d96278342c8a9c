from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.secret import Secret
from sarv_sync.sandbox.faults.rate import RateLimit
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.unit.sandbox.asking import OWNER, TOKEN, Caller

if TYPE_CHECKING:
    from tests.unit.sandbox.conftest import Start

LIMITS = {"total_limit": 1, "hourly_limit": 1}


def test_the_log_names_calls_and_outcomes_and_no_secret(sandbox: Sandbox, caller: Caller) -> None:
    caller.ask("addSmtp", **LIMITS)
    caller.ask("addSmtp", total_limit=0)
    caller.ask("listSmtp", token="wrong")
    assert [(call.call, call.outcome) for call in sandbox.calls] == [
        ("addSmtp", "success"),
        ("addSmtp", "ValidationError"),
        ("listSmtp", "AuthenticationError"),
    ]
    assert not {TOKEN, "wrong"} & set(str(sandbox.calls).split("'"))


def test_what_happens_behind_its_back_is_shown(sandbox: Sandbox, caller: Caller) -> None:
    user = sandbox.account.add(1, 1)
    assert caller.names() == [user.smtp_user_name]
    sandbox.account.edit(user.smtp_user_name, total_limit=2)
    assert caller.ask("listSmtp").json["smtp_list"][0]["total_limit"] == 2


def test_it_may_be_stopped_and_started_at_the_same_address(sandbox: Sandbox, caller: Caller) -> None:
    caller.ask("addSmtp", **LIMITS)
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(ConnectionError):
        caller.ask("listSmtp")
    with pytest.raises(ConnectionRefusedError):
        caller.ask("listSmtp")
    sandbox.start()
    assert len(caller.names()) == 1


def test_one_that_never_started_can_be_stopped() -> None:
    Sandbox(MemoryAccount(), owner_id=OWNER, token=TOKEN).stop()


def test_faults_may_be_replaced_while_it_serves(start: Start) -> None:
    sandbox, caller = start("any:general-error")
    assert caller.ask("listSmtp").json["name"] == "GeneralError"
    sandbox.set_faults("any:auth-error")
    assert caller.ask("listSmtp").json["name"] == "AuthenticationError"
    sandbox.set_faults()
    assert caller.names() == []


def test_the_first_rule_is_the_outermost_and_every_rule_counts_every_call(start: Start) -> None:
    sandbox, caller = start("any:auth-error:first=2", "any:general-error:nth=2", "any:html:nth=3")
    for _ in range(4):
        caller.ask("listSmtp")
    assert [call.outcome for call in sandbox.calls] == [
        "AuthenticationError",
        "AuthenticationError",
        "html",
        "success",
    ]


def test_the_token_may_come_as_a_secret() -> None:
    sandbox = Sandbox(MemoryAccount(), owner_id=OWNER, token=Secret(TOKEN))
    with sandbox, closing(Caller(sandbox.url)) as caller:
        assert caller.names() == []


def test_an_ipv6_address_is_bracketed() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with Sandbox(MemoryAccount(), owner_id=OWNER, token=TOKEN, host="::1") as sandbox:
        assert sandbox.url.startswith("http://[::1]:")
        with closing(Caller(sandbox.url)) as caller:
            assert caller.names() == []


@pytest.mark.parametrize("host", ["256.0.0.1", "no such host", "x" * 300, "192.0.2.1"])
def test_an_address_that_cannot_be_listened_on_is_an_input_error(host: str) -> None:
    with pytest.raises(InputError, match="cannot listen on"):
        Sandbox(MemoryAccount(), owner_id=OWNER, token=TOKEN, host=host).start()


def test_a_port_in_use_is_an_input_error(sandbox: Sandbox) -> None:
    port = int(sandbox.url.split(":")[2].split("/")[0])
    with pytest.raises(InputError, match="in use"):
        Sandbox(MemoryAccount(), owner_id=OWNER, token=TOKEN, port=port).start()


def test_the_rate_is_an_allowance_that_grows_back(start: Start) -> None:
    now = 0.0
    sandbox, caller = start("any:rate-limit")
    sandbox._router.rules[0].effect = RateLimit(per_second=2, clock=lambda: now)

    def statuses(count: int) -> list[int]:
        return [caller.ask("listSmtp").status for _ in range(count)]

    assert statuses(3) == [200, 200, 429]
    now = 0.5
    assert statuses(2) == [200, 429]
    now = 100.0
    assert statuses(3) == [200, 200, 429]
    assert caller.ask("listSmtp").headers["Retry-After"] == "1"
