"""Which ref of which repository `state:` names, checked before git sees any of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sarv_sync.errors import InputError
from sarv_sync.model.backends import DOCUMENTS, holds_secret
from sarv_sync.model.endpoint import is_loopback
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_REMOTE = "origin"
DEFAULT_REF = DOCUMENTS["git"].default

_REMOTE_HINT = (
    "state.remote is the name of a remote of this repository, a URL (https://, ssh://, file://), HOST:PATH for ssh, "
    "or a path that begins with / or ."
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9+.-]*::")
_SCP_LIKE = re.compile(r"[^/:]+:")
_REF = re.compile(r"refs/[^/]+(/[^/]+)*")
_BAD_IN_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|/\.|\.lock(/|$)|\.$")


@dataclass(frozen=True, slots=True)
class Place:
    """A ref of a repository, and how many commits of it to keep (None: all).

    `remote` is the name of a remote if `named`, an address or an absolute path otherwise. Git takes one that it has
    no remote for as a folder too: `folder` is where that would be.
    """

    remote: str
    named: bool
    folder: Path
    ref: str
    history: int | None

    def __str__(self) -> str:
        return f"{self.ref} at {self.remote}"


def place_of(options: Mapping[str, Any], directory: Path) -> Place:
    """Return what `options` name, paths being relative to `directory`. Raises `InputError`."""
    remote = options.get("remote", DEFAULT_REMOTE)
    ref = options.get("ref", DEFAULT_REF)
    history = options.get("history")
    if not _is_ref(ref):
        raise InputError(
            "state.ref is not a full name of a git ref",
            f"write {DEFAULT_REF}, or refs/heads/NAME where the server's rules need a branch",
        )
    if history is not None and history < 1:
        raise InputError("state.history is not a number from 1", "leave it out to keep every commit")
    _check_remote(remote)
    folder = (directory / remote).absolute()
    if remote.startswith(("/", ".")):
        return Place(str(folder), named=False, folder=folder, ref=ref, history=history)
    return Place(remote, _is_name(remote), folder, ref, history)


def path_of(remote: str) -> Path | None:
    """Return the folder of this machine that `remote` is, links resolved; None for what is somewhere else."""
    scheme = _SCHEME.match(remote)
    if scheme is not None:
        return Path(unquote(urlsplit(remote).path)).resolve() if scheme[1].lower() == "file" else None
    return Path(remote).resolve() if remote.startswith("/") else None


def _is_ref(ref: str) -> bool:
    """Tell whether git takes `ref` for the name of a ref; see `git help check-ref-format`."""
    return _REF.fullmatch(ref) is not None and _BAD_IN_REF.search(ref) is None


def _is_name(remote: str) -> bool:
    return not _SCHEME.match(remote) and not _SCP_LIKE.match(remote)


def _check_remote(remote: str) -> None:
    """Refuse what git would take for an option or a program to run, and passwords. Nothing of it is shown."""
    if not remote.strip() or remote.startswith("-") or not remote.isprintable():
        raise InputError("state.remote is not a remote that git could use", _REMOTE_HINT)
    if _HELPER.match(remote):
        raise InputError("state.remote names a program to run instead of an address", _REMOTE_HINT)
    if holds_secret(remote):
        raise InputError(
            "state.remote holds a user name or password",
            "leave them out; git finds them in its credential helpers, in the settings of this repository, or by ssh",
        )
    scheme = _SCHEME.match(remote)
    if scheme is not None:
        _check_scheme(scheme[1].lower(), remote)


def _check_scheme(scheme: str, remote: str) -> None:
    if scheme in {"https", "ssh", "file"} or (scheme == "http" and _is_this_machine(remote)):
        return
    if scheme == "http":
        raise InputError(
            "state.remote uses http, which would send the state and the password in the clear",
            "write https://; http is for loopback addresses only (127.0.0.1, [::1], localhost)",
        )
    raise InputError(f"state.remote begins with {scheme[:20]}://, which is not supported", _REMOTE_HINT)


def _is_this_machine(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return is_loopback(f"[{host}]" if ":" in host else host)
