"""A plan that was shown in a pull request, and for which commit of it.

`head` is the pull request's own commit; `commit` the one that was checked out and planned (a trial merge, mostly),
and `tree` the files of that one. `configuration` is the main file's path from the root of the repository. All three
hashes are git's, in hexadecimal.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sarv_sync import __version__
from sarv_sync.errors import InputError
from sarv_sync.model.plan_document import from_document, to_document
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan

_TEXTS = ("repository", "head", "commit", "tree", "configuration")
_KEYS = {*_TEXTS, "pull_request", "plan"}
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Review:
    """What was shown. `plan` holds only what an approval is about: the account, the changes, the names it is for."""

    repository: str
    pull_request: int
    head: str
    commit: str
    tree: str
    configuration: str
    plan: Plan


def review_document(review: Review) -> dict[str, Any]:
    """Return `review` as a JSON value."""
    bare = replace(review.plan, drift=(), unmanaged=(), blocked=(), warnings=(), refusals=(), unchanged=0)
    texts = {name: getattr(review, name) for name in _TEXTS}
    return {**texts, "pull_request": review.pull_request, "plan": to_document(bare, __version__)}


def read_review(document: object) -> Review | None:
    """Return the review that `document`, a parsed JSON value, describes; None if it describes none."""
    if not isinstance(document, dict) or document.keys() != _KEYS:
        return None
    number = document["pull_request"]
    texts: dict[str, str] = {name: document[name] for name in _TEXTS if isinstance(document[name], str)}
    if type(number) is not int or number < 1 or len(texts) < len(_TEXTS):
        return None
    if not all(_HASH.fullmatch(texts[name]) for name in ("head", "commit", "tree")):
        return None
    try:
        return Review(pull_request=number, plan=from_document(document["plan"]), **texts)
    except InputError:
        return None
