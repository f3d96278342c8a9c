"""The branch that drift is accepted on: one for each main file."""

from __future__ import annotations

import hashlib
import re

from sarv_sync.inputs import DEFAULT_CONFIG

BRANCH = "sarv-sync/accept-drift"

_PLAIN_FOLDER = re.compile(rf"([a-z0-9][a-z0-9-]{{0,39}})/{re.escape(DEFAULT_CONFIG)}")
_UNFIT = re.compile(r"[^a-z0-9]+")


def branch_of(main_file: str) -> str:
    """Return the branch for a main file, by its path from the repository's root.

    The names say which file it is, where they can: `…-europe` for that of the folder `europe`. Any other path has a
    hash in it, since two may look alike once all is taken out that a branch cannot be called.
    """
    if main_file == DEFAULT_CONFIG:
        return BRANCH
    if plain := _PLAIN_FOLDER.fullmatch(main_file):
        return f"{BRANCH}-{plain[1]}"
    shown = _UNFIT.sub("-", main_file.lower()).strip("-")[-40:].strip("-")
    digest = hashlib.sha256(main_file.encode("utf-8", "surrogateescape")).hexdigest()[:10]
    return "-".join(part for part in (BRANCH, shown, digest) if part)
