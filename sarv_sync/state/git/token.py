"""A token for the server of the repository, which comes from the environment and reaches git through a pipe.

It is in no argument, no variable and no file that git or what it starts could show. What it may be used for is not
left to `state.remote`, which a pull request can change: the environment names the one server that gets it, and git is
told to ask for it there alone.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN = "SARV_GIT_TOKEN"  # noqa: S105 - the name of a variable
SERVERS = ("SARV_GIT_SERVER", "GITHUB_SERVER_URL")
"""The variables that say which server the token is for. The first that is set counts."""

USER = "x-access-token"
"""What GitHub wants beside a token; other servers take any name."""

_SHAPE = re.compile(r"[A-Za-z0-9._~+/=-]{1,1000}")
_COPIES = 4
"""So many times git may ask in one command. Together they fit into the smallest pipe, which has room for one page."""

_TELLING = frozenset({"GIT_CURL_VERBOSE", "GIT_TRACE_CURL"})
"""Variables that have git show what it sends: not every version knows every header that it should leave out."""

# git says in lines what it wants to know, up to an empty one. A line of a pipe is read without what comes after it.
_HELPER = (
    "!f() {{ "
    'test "$1" = get || exit 0; p=; h=; '
    'while IFS= read -r l && test -n "$l"; do '
    'case "$l" in protocol=*) p="${{l#*=}}";; host=*) h="${{l#*=}}";; esac; done; '
    'test "$p://$h" = "{origin}" && IFS= read -r t </dev/fd/{descriptor} && '
    'echo "username={user}" && echo "password=$t"; '
    "}}; f"
)


@dataclass(frozen=True, slots=True)
class Lent:
    """What one command of git is run with: `options` before its name, and an open descriptor for it to inherit."""

    options: tuple[str, ...]
    descriptor: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and the server it is for: a checked https address without a slash at its end."""

    server: str
    secret: Secret

    def is_for(self, address: str) -> bool:
        """Tell whether git is to have the token for `address`; git itself looks again at where it really goes."""
        return address.startswith(f"{self.server}/")

    @contextmanager
    def lent(self) -> Iterator[Lent]:
        """Have the token in a pipe for the length of the context, and nowhere any more afterwards."""
        reading, writing = os.pipe()
        try:
            try:
                os.write(writing, f"{self.secret.reveal()}\n".encode() * _COPIES)
            finally:
                os.close(writing)
            yield Lent(self._options(reading), reading)
            _empty(reading)
        finally:
            os.close(reading)

    def environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the environment for a command that has the token."""
        kept = {name: value for name, value in environment.items() if name not in _TELLING}
        return {**kept, "GIT_TRACE_REDACT": "1"}

    def scrubbed(self, text: str) -> str:
        """Return what git or the server said without the token, in whatever form."""
        return Scrubber((self.secret, Secret(_basic(self.secret)))).scrub(text)

    def _options(self, descriptor: int) -> tuple[str, ...]:
        origin = "/".join(self.server.split("/")[:3])
        helper = _HELPER.format(origin=origin, descriptor=descriptor, user=USER)
        key = f"credential.{self.server}.helper"
        settings = (
            f"{key}=",  # no other helper is asked, and none gets the token to keep
            f"{key}={helper}",
            f"http.{self.server}/.extraHeader=",  # as a checkout may leave it: two of them are refused
        )
        return tuple(part for setting in settings for part in ("-c", setting))


def token_of(environment: Mapping[str, str]) -> Token | None:
    """Return the token that the environment has for git, if any. Raises `InputError` if it cannot be used."""
    value = environment.get(TOKEN)
    if not value:
        return None
    if not _SHAPE.fullmatch(value):
        raise InputError(f"{TOKEN} has characters that no token has, or too many", "check it for stray line ends")
    variable = next((name for name in SERVERS if environment.get(name)), None)
    if variable is None:
        hint = "set SARV_GIT_SERVER to its address, as in https://github.com"
        raise InputError(f"{TOKEN} is set, and nothing says which server may have it", hint)
    return Token(_checked(environment[variable], variable), Secret(value))


def _empty(reading: int) -> None:
    """Read what is left: whoever was left in the background may have the pipe still."""
    os.set_blocking(reading, False)
    with suppress(BlockingIOError):
        while os.read(reading, 4096):
            pass


def _checked(server: str, variable: str) -> str:
    try:
        checked = check_endpoint(server)
    except InputError:
        checked = ""
    if not checked.startswith("https://"):
        hint = "write https://HOST, or https://HOST/PATH if the token is for a part of it only; without a user name"
        raise InputError(f"{variable} is not the address of a server that {TOKEN} could be sent to", hint)
    return checked


def _basic(secret: Secret) -> str:
    return b64encode(f"{USER}:{secret.reveal()}".encode()).decode()
