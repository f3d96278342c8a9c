"""What a name is, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.text_parts import name_cell, user_cell

if TYPE_CHECKING:
    from sarv_sync.model.explanation import ExplainedUser, Explanation, Standing

_SENTENCES: dict[Standing, str] = {
    "managed": "{name} is {both}{listed}.",
    "new": "{name} has no user yet{to_be}{listed}.",
    "creating": "{name} is being created{found}.",
    "returning": "{name} is back, and gets the user that it had: {user}{listed}.",
    "gone": "{name} is gone from the files, and still has its user, {both}{listed}.",
    "retired": "{name} is retired; its user was {both}{listed}.",
    "spare": "{user} is a spare: a create that counted as never made made it after all{listed}.",
    "forgotten": "{name} is under `removed:`, and nothing more is known of it.",
    "unmanaged": "{name} is a user of the account that no entry owns{listed}.",
}


def standing_words(explanation: Explanation) -> str:
    """Return what the name is."""
    user = explanation.users[0]
    whom = user_cell(user.smtp_user_name)
    return _SENTENCES[explanation.standing].format(
        name=name_cell(explanation.name or explanation.asked),
        user=whom,
        both=_both(explanation),
        to_be=f"; it is to have {whom}" if whom else "",
        found=f"; its user is {whom}" if whom else ", and its user is not known yet",
        listed=_listed(user),
    )


def _both(explanation: Explanation) -> str:
    users = [user_cell(user.smtp_user_name) for user in explanation.users if user.smtp_user_name is not None]
    return " and, in turns, ".join(users)


def _listed(user: ExplainedUser) -> str:
    said = {"missing": ", which the account does not list", "unreadable": ", whose row cannot be read"}
    return said.get(user.listed, "")
