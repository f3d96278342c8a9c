"""Why apply would make a change, in words. Nothing here is escaped yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sarv_sync.model.plan import Action, Cause, Change, Why

_BY_WHY: dict[Why, str] = {
    "asked": "that was asked for",
    "version": "password_version was raised",
    "age": "its password is due for a change by age",
    "left": "the entry's other user serves by now",
    "layout": "it would be laid out in another way by now, or for others",
    "returning": "its name is back in the files",
}

_BY_CAUSE: dict[tuple[Action, Cause], str] = {
    ("create", "config"): "its entry has no user",
    ("create", "drift"): "its user is missing, and the entry says `recreate: true`",
    ("update", "config"): "the files have other values",
    ("update", "drift"): "its values were changed outside the files",
    ("update", "both"): "the files have other values, and some were changed outside the files",
    ("disable", "config"): "its entry is gone from the files",
    ("disable", "drift"): "it is enabled, and no entry wants it",
    ("deliver", "config"): "it was not delivered there yet",
    ("deliver", "drift"): "it was changed outside, or does not lie where it was delivered",
    ("deliver", "both"): "it was changed outside, and was not delivered everywhere yet",
}

_BY_ACTION: dict[Action, str] = {
    "adopt": "its entry pins that user",
    "rename": "its entry says `renamed_from`",
    "forget": "its entry is gone from the files, for good",
    "rotate": "its password is to be another",
}


def reason(change: Change) -> str:
    """Return why `change` is made."""
    if change.why == "recycled":
        return f"its entry has no user, and that of {change.former} was retired long enough ago"
    if change.why is not None:
        return _BY_WHY[change.why]
    return _BY_CAUSE.get((change.action, change.cause)) or _BY_ACTION[change.action]
