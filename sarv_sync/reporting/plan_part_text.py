"""A part of a saved plan as text. It says that it is one, and ends without the digest, which is the whole plan's."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from sarv_sync.reporting.layout import finished, wrapped
from sarv_sync.reporting.plan_text import body_lines
from sarv_sync.reporting.summaries import rest_counts, todo_words
from sarv_sync.reporting.text_parts import WAYS_IN_PART, account_words, few_names
from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sarv_sync.model.plan import Plan
    from sarv_sync.reporting.extent import Extent
    from sarv_sync.reporting.style import Style


def plan_part_lines(whole: Plan, part: Plan, names: Sequence[str], style: Style, extent: Extent) -> Iterator[str]:
    """Yield the lines of `part`, what the plan `whole` has about `names`, in words."""
    title = f"Part of the plan for {account_words(whole.account)}: {few_names(names)}"
    body = body_lines(part, style, extent, WAYS_IN_PART)
    return finished(chain(wrapped(title, style.room), body, _end(whole, part, style)))


def _end(whole: Plan, part: Plan, style: Style) -> list[str]:
    shown = f"A part is shown: {len(part.changes):,} of {counted(len(whole.changes), 'change')}."
    left = (
        f"The whole plan: {todo_words(whole)}; {', '.join(rest_counts(whole))}. To be approved, it has to be seen "
        "as a whole: without --target and --label, its digest is shown, too."
    )
    strong = [style.paint("strong", line) for line in wrapped(shown, style.room)]
    return ["", *strong, *(style.paint("faint", line) for line in wrapped(left, style.room))]
