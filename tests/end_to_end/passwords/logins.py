"""Passwords as the account has them and as files hold them, in the words the tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dotenv import dotenv_values

from tests.end_to_end.workplace import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sarv_sync.sandbox.server import Sandbox
    from tests.end_to_end.workplace import Ended, Workplace

SINK = 'credentials: [{sink: dotenv, path: "secrets/{name}.env"}]\n'
WITH_SINK = HEAD + SINK
"""The head of a main file that delivers to `secrets/NAME.env`."""

Login = tuple[str, str]
"""A user name and a password."""


def passwords(work: Workplace, sandbox: Sandbox) -> dict[str, str]:
    """Return the password that the account has for every name in the state."""
    users = {user.smtp_user_name: user.password.reveal() for user in sandbox.account.users()}
    return {name: users[binding["smtp_user_name"]] for name, binding in work.state()["bindings"].items()}


def delivered(work: Workplace, folder: str = "secrets") -> dict[str, str]:
    """Return the password in every file of a folder, by the name of the file."""
    return {path.stem: _login(path)[1] for path in sorted((work.path / folder).glob("*.env")) if path.is_file()}


def held(work: Workplace, name: str, folder: str = "secrets") -> Login:
    """Return what a file has to log in with."""
    return _login(work.path / folder / f"{name}.env")


def accepted(sandbox: Sandbox) -> set[Login]:
    """Return all that one can log in with now."""
    enabled = [user for user in sandbox.account.users() if user.settings.status == "Enable"]
    return {(user.smtp_user_name, user.password.reveal()) for user in enabled}


def bound(work: Workplace) -> dict[str, str]:
    """Return the `smtp_user_name` of every name in the state."""
    return {name: binding["smtp_user_name"] for name, binding in work.state()["bindings"].items()}


def planned(work: Workplace, *arguments: str, **changed: Any) -> set[tuple[str, str]]:
    """Return the name and the action of every change that a plan has now."""
    return changes(work.run("plan", "--format", "json", *arguments, **changed))


def changes(plan: Ended) -> set[tuple[str, str]]:
    """Return the name and the action of every change of a plan in JSON."""
    assert plan.code == 0, plan.said
    return {(change["name"], change["action"]) for change in plan.json["changes"]}


def drift(work: Workplace) -> set[tuple[str, str]]:
    """Return the name and the kind of all drift."""
    found = work.run("drift", "--format", "json")
    assert found.code == (0 if found.json["clean"] else 2), found.said
    return {(entry["name"], entry["kind"]) for entry in found.json["drift"]}


def names(entries: Iterable[dict[str, Any]]) -> list[str]:
    """Return the names of a result's entries."""
    return [entry["name"] for entry in entries]


def applied(work: Workplace, *arguments: str) -> Ended:
    """Apply, with everything going well, and prove that nothing is left to do."""
    done = work.apply("--format", "json", *arguments)
    assert done.code == 0, done.said
    assert planned(work) == set()
    return done


def _login(path: Path) -> Login:
    values = dotenv_values(path, interpolate=False)
    user, password = values["SMTP_USERNAME"], values["SMTP_PASSWORD"]
    assert user is not None
    assert password is not None
    return user, password
