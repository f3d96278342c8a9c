"""A saved plan that somebody edited is neither shown as reviewed nor carried out."""

from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.workplace import Workplace


@pytest.mark.parametrize(("command", "code"), [(("show",), 3), (("apply",), 4), (("apply", "--approved"), 4)])
def test_an_edited_plan_is_refused_wherever_it_is_given(
    work: Workplace, sandbox: Sandbox, command: tuple[str, ...], code: int
) -> None:
    work.users("a: {total_limit: 500, hourly_limit: 50}")
    assert work.run("plan", "--out", "plan.json").code == 0
    plan = work.path / "plan.json"
    plan.write_text(plan.read_text(encoding="utf-8").replace("500", "501"), encoding="utf-8")

    refused = work.run(*command, "plan.json")

    assert (refused.code, "edited or damaged" in refused.err) == (code, True)
    assert sandbox.account.users() == ()
