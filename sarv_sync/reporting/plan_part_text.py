"""A part of a saved plan as text. It says that it is one, and ends without the digest, which is the whole plan's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.layout import finish, wrapped
from sarv_sync.reporting.plan_text import finding_lines, group_lines
from sarv_sync.reporting.rows import groups_of
from sarv_sync.reporting.summaries import rest_counts, todo_words
from sarv_sync.reporting.text_parts import account_words, few_names
from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.plan import Plan
    from sarv_sync.reporting.style import Style


def plan_part_text(whole: Plan, part: Plan, names: Sequence[str], style: Style) -> str:
    """Return `part`, what the plan `whole` has about `names`, in words, without a final newline."""
    title = f"Part of the plan for {account_words(whole.account)}: {few_names(names)}"
    lines = [line for group in groups_of(part) for line in group_lines(group, style)]
    lines += finding_lines(part, style)
    shown = f"A part is shown: {len(part.changes):,} of {counted(len(whole.changes), 'change')}."
    left = (
        f"The whole plan: {todo_words(whole)}; {', '.join(rest_counts(whole))}. To be approved, it has to be seen "
        "as a whole: without --target and --label, its digest is shown, too."
    )
    lines += ["", *(style.paint("strong", line) for line in wrapped(shown, style.room))]
    lines += [style.paint("faint", line) for line in wrapped(left, style.room)]
    return finish([*wrapped(title, style.room), *lines])
