"""A second document, kept beside the state under a name of its own.

The name is made from the state's own, so that nothing has to be set for it and no two states share one: where the
place is made of files, the extension stays, and what version control ignores of a state it ignores of its neighbours.

::

    backend    the state                                 its reviews
    --------   ---------------------------------------   -----------------------------------------------
    local      sarv-sync.state.json                      sarv-sync.reviews.state.json
    git        refs/sarv-sync/state                      refs/sarv-sync/state-reviews
    s3         team/sarv-sync.state.json                 team/sarv-sync.reviews.state.json
    postgres   row default                               row default-reviews
    http       …/terraform/state/mail                    …/terraform/state/mail-reviews
               …/terraform/state/mail/lock               …/terraform/state/mail-reviews/lock
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from sarv_sync.errors import InputError
from sarv_sync.model.backends import DOCUMENTS, OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sarv_sync.model.configuration import StateSettings

What = Literal["reviews", "snapshot"]

_HISTORY = 10
"""How many of it are kept where a place counts them. What it says is of use for days, and can be made again."""

_EXTENSION = re.compile(r"(?P<name>.*?[^/])(?P<extension>\.state\.json|\.[^./]+)", re.DOTALL)
_ADDRESS = re.compile(r"(?P<path>[^:/?#]+://[^/?#]+/[^?#]*?[^/?#])(?P<rest>/*(\?.*)?)", re.DOTALL)


def beside(settings: StateSettings, what: What, directory: Path) -> StateSettings:
    """Return the settings of the place beside the state that `settings` name, seen from the main file's `directory`.

    Raises `InputError` where there is none. What is wrong with the settings themselves is told by whoever opens it.
    """
    if settings.backend not in DOCUMENTS:
        raise InputError(
            f"the state backend {settings.backend} has no place for {what} beside the state",
            f"only these have: {', '.join(DOCUMENTS)}",
        )
    document = DOCUMENTS[settings.backend]
    own = str(settings.options.get(document.key) or document.default)
    changed: dict[str, Any] = {"history": _HISTORY} if "history" in OPTIONS[settings.backend] else {}
    match settings.backend:
        case "local":
            # Through a link, as the state itself: what lies beside the link may be gone with the checkout.
            changed["path"] = _named(os.path.realpath(directory / own), what)
        case "s3":
            changed["key"] = _named(own, what)
        case "http":
            changed.update(_addresses(settings.options, what))
        case _:
            changed[document.key] = f"{own}-{what}"
    return replace(settings, options={**settings.options, **changed})


def _named(path: str, what: What) -> str:
    """Return `path` with `what` before the extension, which for a state is `.state.json`."""
    match = _EXTENSION.fullmatch(path)
    return f"{match['name']}.{what}{match['extension']}" if match else f"{path}.{what}"


def _addresses(options: Mapping[str, Any], what: What) -> dict[str, str]:
    """Return the addresses with the state's name, the last part of the path, replaced in each of them."""
    match = _ADDRESS.fullmatch(str(options.get("address", "")))
    if match is None:
        raise InputError(
            f"the address of the state has no name at its end, so there is no place for {what} beside it",
            "give the state an address of its own, as in https://HOST/states/NAME",
        )
    path = match["path"]
    changed = {"address": f"{path}-{what}{match['rest']}"}
    for key in ("lock_address", "unlock_address"):
        address = options.get(key)
        if address:
            changed[key] = _replaced(str(address), path, what, key)
    return changed


def _replaced(address: str, path: str, what: What, key: str) -> str:
    """Return `address` as it is for the document beside the one at `path`.

    That is where it goes on from there, or ends with the same name. Of another one nobody knows what it locks.
    """
    rest = address.removeprefix(path)
    if rest != address and (not rest or rest[0] in "/?"):
        return f"{path}-{what}{rest}"
    match = _ADDRESS.fullmatch(address)
    if match is None or match["path"].rpartition("/")[2] != path.rpartition("/")[2]:
        raise InputError(
            f"the {key} of the state does not hold its name, so there is no place for {what} beside it",
            "only an address that goes on from the state's, or ends with the same name, can be told for another one",
        )
    return f"{match['path']}-{what}{match['rest']}"
