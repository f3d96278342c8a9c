"""An account to take snapshots of, and what plans from them have in common."""

from __future__ import annotations

from typing import Any

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import Workplace

NOWHERE: dict[str, Any] = {"SARV_TOKEN": None}
"""What a pull request has: no token. Which account is meant it still says."""

PUBLISHED = "sarv-sync.snapshot.state.json"
USERS = "a: {hourly_limit: 5}\nb: {}\nlegacy: {smtp_user_name: smtp2}"


def mixed(work: Workplace, serve: Serve) -> Sandbox:
    """An account with something of everything to plan."""
    sandbox = serve(users=(user("smtp1"), user("smtp2", 7, 5, "Disable"), user("smtp3"), user("smtp4")))
    bind(work, sandbox, a="smtp1", gone="smtp4")
    sandbox.account.edit("smtp1", status="Disable")
    work.users(USERS)
    return sandbox


def new_key(work: Workplace, name: str = "key") -> str:
    """Make a key in a file, and return its public half."""
    done = work.run("snapshot", "--new-key", name)
    assert (done.code, done.err) == (0, ""), done.said
    return done.out.strip()


def without_warning(plan: dict[str, Any]) -> dict[str, Any]:
    """Return a plan from a snapshot without the warning that it is one."""
    first, *rest = plan["warnings"]
    assert first["message"].startswith("made from a snapshot taken at 20")
    assert first["hint"] == "apply plans again on the live account"
    return {**plan, "warnings": rest}
