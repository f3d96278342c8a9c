"""Passwords handed to a program of the user's, as one JSON document on its standard input.

The program is told nothing in its arguments and environment, where others on the machine could read it. Before the
first delivery it is told to check whether it could deliver to all those names; it says so by ending with 0.
"""

from __future__ import annotations

import json
import shlex
import shutil
from typing import TYPE_CHECKING, Any

from sarv_sync.config.settings import seconds
from sarv_sync.errors import InputError, NotInstalled, SinkError
from sarv_sync.model.child_environment import without_secrets
from sarv_sync.model.quotation import NotShown, one_line
from sarv_sync.model.visible import printable
from sarv_sync.sinks.child import run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.sink import Credential, Recipient, Sight
    from sarv_sync.sinks.child import Ended
    from sarv_sync.sinks.site import Site

FORMAT = "sarv-sync-credential/1"
"""The format of what the program is told."""

PATIENCE = "30s"
"""How long it may take, unless `timeout` says otherwise."""

_SHOWN = 2000
_HINT = "see what the program says, then run this again; docs/credentials.md has what it is told and has to do"


def open_command(options: Mapping[str, Any], site: Site) -> CommandSink:
    """Return the sink that runs `command` for at most `timeout`. Raises `InputError`."""
    command = tuple(options["command"])
    if not command or not command[0] or any("\0" in part for part in command):
        raise InputError("`command` names no program", "give a list: `command: [./deliver, --to, production]`")
    return CommandSink(command, seconds(options.get("timeout", PATIENCE)), site)


class CommandSink:
    """A program that is run in the main file's folder, once for each delivery."""

    def __init__(self, command: tuple[str, ...], patience: float, site: Site) -> None:
        self._command = command
        self._patience = patience
        self._site = site

    def address(self, recipient: Recipient) -> str:
        """Return the kind, and the command line with the name behind it, as a shell would take it."""
        return f"command {printable(shlex.join((*self._command, recipient.name)))}"

    def ready(self) -> None:
        """Raise `NotInstalled` if there is no such program, or none that may be run."""
        program = self._command[0]
        path = str(self._site.directory / program) if "/" in program else program
        if shutil.which(path, path=self._site.environment.get("PATH")) is None:
            raise NotInstalled(
                f"there is no program {printable(program)}, which `command` runs",
                "install it, or correct the path: it is relative to the main file's folder, and has to be executable",
            )

    def check(self, recipients: Sequence[Recipient]) -> None:
        """Tell the program to check all names at once."""
        if recipients:
            names = [recipient.name for recipient in recipients]
            self._tell({"action": "check", "names": names}, "the check")

    def deliver(self, credential: Credential) -> None:
        """Tell the program everything about the credential."""
        self._site.scrubber.add(credential.password)
        recipient = credential.recipient
        smtp = None if credential.host is None else {"host": credential.host, "port": credential.port}
        message = {
            "action": "deliver",
            "name": recipient.name,
            "smtp_user_name": credential.username,
            "labels": dict(recipient.labels),
            "smtp": smtp,
            "password": credential.password.reveal(),
        }
        self._tell(message, f"the delivery for {recipient.name}")

    def read_back(self, credentials: Sequence[Credential]) -> Mapping[str, Sight]:  # noqa: ARG002 - nothing is run
        """Return nothing: only the program would know."""
        return {}

    def _tell(self, message: Mapping[str, Any], what: str) -> None:
        what += f" by `{printable(shlex.join(self._command))}`"
        document = json.dumps({"format": FORMAT, **message}).encode() + b"\n"
        environment = without_secrets(self._site.environment)
        try:
            ended = run(self._command, self._site.directory, environment, document, self._patience)
        except OSError as error:
            raise SinkError(f"{what} cannot be run: {error.strerror}", _HINT) from None
        if ended.code != 0:
            raise SinkError(f"{what} {self._how(ended)}; {self._said(ended)}", _HINT)

    def _how(self, ended: Ended) -> str:
        if ended.code is None:
            return f"took longer than {self._patience:g} s and was stopped"
        if ended.code < 0:
            return f"was ended by signal {-ended.code}"
        return f"failed with code {ended.code}"

    def _said(self, ended: Ended) -> str:
        """Return the end of what the program said, as far as it is sure that no secret is left in it."""
        if ended.said is None:
            return "it said too much to be shown"
        try:
            said = one_line(ended.said, self._site.scrubber)
        except NotShown as reason:
            return f"what it said {reason}"
        return f'it said "{printable(said[-_SHOWN:])}"' if said else "it said nothing"
