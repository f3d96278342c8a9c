"""What the inputs of the Action say.

`action.yml` hands them over in variables of their own, so that one which is empty takes nothing away from what the
job's environment sets.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.secret import Secret
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "SARV_SYNC_ACTION_"
COMMANDS = ("validate", "plan", "apply", "rotate", "drift", "snapshot")
FROM_PULL_REQUEST = "pull-request"
NO_PLAN = "none"
AS_THE_FILE_SAYS = "file"
BY_PULL_REQUEST = "pull-request"
BY_HAND = "none"

_HANDED_ON = {
    "ENDPOINT": "SARV_ENDPOINT",
    "OWNER_ID": "SARV_OWNER_ID",
    "TOKEN": "SARV_TOKEN",
    "SECRETS_TOKEN": "SARV_SECRETS_TOKEN",
    "SNAPSHOT_KEY": "SARV_SNAPSHOT_KEY",
    "NOTIFY": "SARV_NOTIFY_URLS",
    "CONFIG": "SARV_SYNC_CONFIG",
}
"""Inputs that are settings of every command, and the variables which those read."""

_NOT_BY_ACCIDENT = {"STATE_OPTIONS": "SARV_STATE_OPTIONS", "SNAPSHOT_PUBLIC_KEY": "SARV_SNAPSHOT_PUBLIC_KEY"}
"""Inputs that leave the choice to the file only by the word `file`. An empty one comes of a variable that is not set.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """The inputs. `approved_plan` is a path, `pull-request` or `none`; the rest is as `action.yml` describes it.

    `proposes` says that drift is to be accepted by pull request.
    """

    command: str
    approved_plan: str
    comment: bool
    comment_author: str
    keep_plan: bool
    issue: bool
    issue_label: str
    proposes: bool
    snapshot: str | None
    plan_file: str | None
    arguments: tuple[str, ...]
    github_token: Secret | None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the inputs. Raises `InputError` for one that cannot be used."""

    def given(name: str) -> str | None:
        return environment.get(PREFIX + name) or None

    token = given("GITHUB_TOKEN")
    return Settings(
        command=_command(given("COMMAND")),
        approved_plan=given("APPROVED_PLAN") or FROM_PULL_REQUEST,
        comment=_switch("comment", given("COMMENT")),
        comment_author=given("COMMENT_AUTHOR") or "github-actions[bot]",
        keep_plan=_switch("keep-plan", given("KEEP_PLAN")),
        issue=_switch("issue", given("ISSUE")),
        issue_label=given("ISSUE_LABEL") or "sarv-sync-drift",
        proposes=_proposes(given("ACCEPT") or BY_HAND),
        snapshot=given("SNAPSHOT"),
        plan_file=given("PLAN_FILE"),
        arguments=_arguments(given("ARGS") or ""),
        github_token=None if token is None else Secret(token),
    )


def command_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that the use cases read: an input that is given beats the job's own variable.

    Raises `InputError` for an input that is empty by accident.
    """
    kept = {name: value for name, value in environment.items() if not name.startswith(PREFIX)}
    given = {variable: environment.get(PREFIX + name, "") for name, variable in _HANDED_ON.items()}
    kept.update({variable: value for variable, value in given.items() if value.strip()})
    for name, variable in _NOT_BY_ACCIDENT.items():
        value = environment.get(PREFIX + name, AS_THE_FILE_SAYS).strip()
        if not value:
            raise InputError(
                f"the input `{name.lower().replace('_', '-')}` is empty",
                f"give it a value, or write `{AS_THE_FILE_SAYS}` to go by what the file says",
            )
        if value != AS_THE_FILE_SAYS:
            kept[variable] = value
    if (token := environment.get(f"{PREFIX}GITHUB_TOKEN")) and _server(kept).startswith("https://"):
        kept["SARV_GIT_TOKEN"] = token
    return kept


def _server(environment: Mapping[str, str]) -> str:
    """Return the server whose repositories the token is for."""
    return environment.get("SARV_GIT_SERVER") or environment.get("GITHUB_SERVER_URL", "")


def check_account_is_given(environment: Mapping[str, str]) -> None:
    """Raise `InputError` unless there is a token, and the endpoint comes from outside the files.

    A file of a pull request must never decide where the token is sent, and an input that is empty because a variable
    is not set must not leave the choice to it.
    """
    if not (environment.get("SARV_TOKEN") or environment.get("SARV_TOKEN_FILE")):
        raise InputError(
            "the input `token` is empty",
            "see that the job names the environment which has the secret: environment: NAME, and token: "
            "${{ secrets.SARV_TOKEN }}; pull requests of forks, and Dependabot's, get no secret: plan them by a "
            "snapshot",
        )
    if not environment.get("SARV_ENDPOINT"):
        raise InputError(
            "the endpoint is not given, and in a workflow the file must not decide where the token is sent",
            "set the input `endpoint`, say from a variable: endpoint: ${{ vars.SARV_ENDPOINT }}",
        )


def _command(text: str | None) -> str:
    if text not in COMMANDS:
        what = "the input `command` is not given" if text is None else f"there is no command {text}"
        raise InputError(what, f"it is one of {', '.join(COMMANDS)}")
    return text


def _switch(name: str, text: str | None) -> bool:
    if text not in {None, "true", "false"}:
        raise InputError(f"the input `{name}` is {text}", "write true or false")
    return text != "false"


def _proposes(text: str) -> bool:
    if text not in {BY_PULL_REQUEST, BY_HAND}:
        raise InputError(f"the input `accept` is {text}", f"write {BY_PULL_REQUEST} or {BY_HAND}")
    return text == BY_PULL_REQUEST


def _arguments(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text, comments=False))
    except ValueError as error:
        raise InputError(f"the input `args` cannot be split into words: {error}", "close every quote") from None
