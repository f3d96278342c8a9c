"""What git says when it fails, told to people.

All of it comes from outside, and addresses in it may hold passwords.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.errors import StateError

if TYPE_CHECKING:
    from sarv_sync.state.git.command import Ended

_LONGEST = 200

_NOISE = re.compile(
    r"hint:|warning:|Warning: Permanently added|Please make sure you have the correct access rights|"
    r"and the repository exists\.|error: failed to push some refs|error: RPC failed; curl 0|"
    r"[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+ ",
)
_SAYS_LITTLE = re.compile(r"fatal: (Could not read from remote repository\.|the remote end hung up unexpectedly)")
_PREFIX = re.compile(r"(fatal|error|remote|ERROR): *")
_USER_INFO = re.compile(r"://\S*@")
_QUERY = re.compile(r"(://[^\s?']*)\?[^\s']*")

_NEVER_BEGAN = re.compile(
    r"^fatal: (unable to access '|Authentication failed for |could not read (Username|Password) for |"
    r"Could not read from remote repository\.|repository '.*' not found|'.*' does not appear to be a git repository)",
    re.MULTILINE,
)

_WRITE_ACCESS = (
    "the credentials need to write to this repository: `permissions: contents: write` in GitHub Actions, the role "
    "Developer in GitLab, a deploy key with write access, `write_repository` for a token"
)
_CREDENTIALS = (
    "set SARV_GIT_TOKEN, and SARV_GIT_SERVER to the server it is for; else git finds credentials where it always "
    "does: what actions/checkout leaves, a credential helper, an ssh agent. Nothing is asked for: see that "
    "`git ls-remote` works in this folder without a question"
)
_RULE = (
    "the server's rules keep this ref from being written: allow it for the account that applies, or set state.ref to "
    "another (some servers allow refs/heads/… only)"
)
_NETWORK = "check the network, a proxy, and the address: `git remote --verbose` in the main file's folder shows it"
_NO_REPOSITORY = (
    "run this in the checkout of a repository, or set state.remote to the URL or path of the one to keep the state in"
)

_TRUST = (
    "git does not trust a folder of another user: `git config --global --add safe.directory FOLDER` allows it (in a "
    "container: in a step of the same job)"
)
_HOST_KEY = (
    "ssh does not know this host: add its key to known_hosts (`ssh-keyscan HOST`, compared with what its owner "
    "publishes)"
)
_CERTIFICATE = (
    "git does not trust the certificate of the server: set http.sslCAInfo, GIT_SSL_CAINFO or SARV_CA_BUNDLE to the "
    "bundle of CAs that signed it"
)

_HIDDEN = (
    "whoever writes sees another ref than whoever reads: the server hides it from pushes, or a mirror is read that "
    "lags behind; set state.ref to another, or state.remote to the repository that is written to"
)

_TRY = "nothing was lost: see whether `git ls-remote` and `git push --dry-run` work in this folder"

_HINTS = (
    ("dubious ownership", _TRUST),
    ("not a git repository|No such remote", _NO_REPOSITORY),
    (
        "Could not resolve host|Name or service not known|name resolution|nodename nor servname",
        f"the host has no address here: is this machine offline? {_NETWORK}",
    ),
    ("[Hh]ost key", _HOST_KEY),
    ("certificate|SSL|TLS", _CERTIFICATE),
    ("error: 403|denied to |not allowed to push|access denied|not granted|read[- ]only", _WRITE_ACCESS),
    (r"Authentication failed|could not read (Username|Password)|Permission denied \(|error: 401", _CREDENTIALS),
    (
        "not found|not appear to be a git repo|does not exist|error: 404|doesn't exist|could not be found",
        "check the address; a server also says this of a repository that the credentials may not see",
    ),
    ("hook declined|protected|GH006|GH013|hidden ref|rule violations", _RULE),
    (
        "Failed to connect|Couldn't connect|Connection|connect to|unreachable|timed out|too slow|reset|hung up",
        f"the server does not answer: {_NETWORK}",
    ),
    ("stale info", _HIDDEN),
    ("No space left|File too large|[Dd]isk quota", "make room where temporary files go (TMPDIR), or at the server"),
)


def failed(verb: str, where: str, ended: Ended, reason: str = "") -> StateError:
    """Return the error of a command that did not end well; `verb` says what it was to do with the state."""
    if ended.code is None:
        what = "git did not come to an end, and was stopped"
        return StateError(f"cannot {verb} the state {where}: {what}", _NETWORK)
    words = _words(ended.said, reason) or f"git ended with status {ended.code} and said nothing"
    fallback = _RULE if reason else _TRY
    return StateError(f"cannot {verb} the state {where}: {words}", _hint(f"{reason}\n{ended.said}", fallback))


def unusable(verb: str, where: str, error: OSError) -> StateError:
    """Return the error of a command that could not be run."""
    reason = error.strerror or type(error).__name__
    hint = "check that git can be run, and that there is room for temporary files (TMPDIR)"
    return StateError(f"cannot {verb} the state {where}: {reason}", hint)


def never_began(ended: Ended) -> bool:
    """Tell whether a push certainly ended before anything was sent.

    What a server says comes with `remote:` before it, so it cannot be mistaken for git's own words.
    """
    return ended.code is not None and _NEVER_BEGAN.search(ended.said) is not None


def _hint(said: str, fallback: str) -> str:
    for pattern, hint in _HINTS:
        if re.search(pattern, said):
            return hint
    return fallback


def _words(said: str, reason: str) -> str:
    """Return git's own words and the server's in one short line without passwords."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not _NOISE.match(line)]
    telling = [line for line in lines if not _SAYS_LITTLE.match(line)] or lines
    words = [text for line in telling if (text := _PREFIX.sub("", line, count=1).strip())]
    # A server may say the same twice, as git does of a connection that broke.
    line = "; ".join(dict.fromkeys([*([reason] if reason else []), *words]))
    line = _QUERY.sub(r"\1", _USER_INFO.sub("://", line))
    line = "".join(sign if sign.isprintable() else " " for sign in line)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
