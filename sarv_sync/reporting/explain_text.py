"""What is known of one user, as text: first what it is, last what apply would do about it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.errors_text import warning_lines
from sarv_sync.reporting.explain_outlook import outlook_lines
from sarv_sync.reporting.explain_parts import details, labelled
from sarv_sync.reporting.explain_standing import standing_words
from sarv_sync.reporting.explain_values import value_lines
from sarv_sync.reporting.history_parts import commit_words, moment, past_change_lines
from sarv_sync.reporting.layout import finish, pad, wrapped
from sarv_sync.reporting.text_parts import blocked_lines, heading, name_cell, refusal_lines, user_cell
from sarv_sync.reporting.wording import ORDER, counted

if TYPE_CHECKING:
    from sarv_sync.model.explanation import ExplainedUser, Explanation, Touch
    from sarv_sync.reporting.style import Style

_ACTION = max(map(len, ORDER))


def explain_text(explanation: Explanation, style: Style) -> str:
    """Return everything that is known of one user, without a final newline; the last lines say what is to come."""
    plan = explanation.plan
    lines = [style.paint("strong", line) for line in wrapped(standing_words(explanation), style.room)]
    lines += details(explanation, style)
    for user in explanation.users:
        lines += _user_lines(user, explanation, style)
    lines += _history_lines(explanation, style)
    lines += warning_lines(style, plan.warnings)
    lines += outlook_lines(explanation, style)
    lines += blocked_lines(style, plan.blocked)
    return finish([*lines, *refusal_lines(style, plan.refusals)])


def _user_lines(user: ExplainedUser, explanation: Explanation, style: Style) -> list[str]:
    title = "Values"
    if len(explanation.users) > 1:
        title = f"{name_cell(user.name)}  {user_cell(user.smtp_user_name) or 'still to be made'}"
    profile = explanation.entry.profile if explanation.entry is not None else None
    return [*heading(style, title), *value_lines(user, style, profile), *labelled(user, explanation, style)]


def _history_lines(explanation: Explanation, style: Style) -> list[str]:
    if not explanation.touches and not explanation.shortened:
        return []
    lines = heading(style, f"History: {counted(explanation.touches, 'change')}", printable(_not_shown(explanation)))
    for touch in explanation.history:
        lines += _touch_lines(touch, explanation, style)
    return lines


def _not_shown(explanation: Explanation) -> str:
    """Return where there is more, and whether there was."""
    shown, parts = len(explanation.history), []
    if shown < explanation.touches:
        users = [user.smtp_user_name for user in explanation.users if user.smtp_user_name is not None]
        targets = " ".join(f"--target {shlex.quote(one)}" for one in users or [explanation.name or explanation.asked])
        parts.append(f"the last {shown}; `sarv-sync history {targets}` has all")
    if explanation.shortened:
        runs = counted(explanation.shortened, "run")
        parts.append(f"only what is remembered: of {runs}, not every change is kept")
    return "; ".join(parts)


def _touch_lines(touch: Touch, explanation: Explanation, style: Style) -> list[str]:
    """Return a past change: when, by whom and of which commit, and whom it was about if that was another."""
    run, change = touch.run, touch.change
    about = name_cell(change.name) if change.name != explanation.name else ""
    commit = commit_words(run.commit)
    rest = [about, f"commit {commit}" if commit else "", *wrapped(printable(run.by), style.room - 6)]
    return past_change_lines(change, [pad(change.action, _ACTION), f"{moment(run.at)} UTC"], rest, style)
