"""A large account on a bad day: one call in ten fails, in every way there is."""

from __future__ import annotations

import sys

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import Values, by_name, by_user, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Ended, Workplace

USERS = 5000
SETTINGS = (
    HEAD.replace("settle: 400ms, retry_for: 0s", "settle: 2s, retry_for: 60s") + f"guards: {{max_creates: {USERS}}}\n"
)
DESIRED = {
    f"tenant-{number:04}": (1000 + number, 10 + number % 90, "Disable" if number % 50 == 0 else "Enable")
    for number in range(USERS)
}
ENTRIES = "\n".join(
    f"{name}: {{total_limit: {total}, hourly_limit: {hourly}, status: {status}}}"
    for name, (total, hourly, status) in DESIRED.items()
)
WAYS = (
    "hang-up",
    "commit-hang-up",
    "html:status=502",
    "html:status=502,commit=true",
    "http-status:status=503",
    "general-error",
    "general-error:commit=true",
    "truncated:short=true",
    "http-status:status=429",
    "late-commit:seconds=0.2",
)
APPLY = ("apply", "--auto-approve", "--format", "json", "--parallelism", "16")
FAULTS = tuple(
    f"{call}:{way}{',' if ':' in way else ':'}probability=0.01"
    for call in ("addSmtp", "editSmtp", "listSmtp")
    for way in WAYS
    if call != "listSmtp" or "commit" not in way
)


def left(ended: Ended) -> set[str]:
    """Return the names that a run says are not done."""
    return {entry["name"] for part in ("failed", "unknown", "not_attempted") for entry in ended.json[part]}


def test_5000_users_with_one_call_in_ten_failing_end_as_exactly_5000_users(work: Workplace, serve: Serve) -> None:
    stranger = user("smtp7", 77, 7)
    sandbox = serve(*FAULTS, users=(stranger,), seed=1)
    work.users(ENTRIES, SETTINGS)

    first = work.run(*APPLY, timeout=600)

    assert first.code in {0, 5}, first.said
    done = {entry["name"] for entry in first.json["applied"]}
    assert done | left(first) == DESIRED.keys()
    assert not done & left(first)
    bound = by_name(work, sandbox)
    assert {name for name in bound if bound[name] == DESIRED[name]} == done, "it says exactly what is left"
    sys.stdout.write(f"{calls(sandbox, 'addSmtp')} creates, {len(left(first))} names left by the first run\n")

    sandbox.set_faults()
    last = work.run(*APPLY, timeout=600)

    assert (last.code, last.json["verified"], left(last)) == (0, True, set()), last.said
    assert by_name(work, sandbox) == DESIRED
    spares = _retired(work, sandbox)
    assert in_account(sandbox) == sorted([*DESIRED.values(), *spares, (77, 7, "Enable")])
    assert all(values[2] == "Disable" for values in spares)
    assert work.state()["intents"] == {}
    assert work.run("plan", "--detailed-exitcode").code == 0


def _retired(work: Workplace, sandbox: Sandbox) -> list[Values]:
    users = by_user(sandbox)
    return [users[binding["smtp_user_name"]] for binding in work.state()["removed"].values()]
