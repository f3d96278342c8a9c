"""The two ways out of drift: apply puts back what the files say, or the files say what is there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sarv_sync.model.users import NAME
from sarv_sync.reporting.cutting import size
from sarv_sync.reporting.escape import printable
from sarv_sync.reporting.markdown_parts import link
from sarv_sync.reporting.wording import place_of

if TYPE_CHECKING:
    from sarv_sync.model.plan import Drift, Plan

_YAML_MAX = 12_000
"""Bytes. More lines than that are nothing to copy by hand: `export` writes them."""
_REPAIR = "Its plan undoes what is listed here as far as it can be undone, and has to be approved like any other."
_NAME_MAX = 100
_PLACE_MAX = 200
_PLAIN = re.compile(r"[a-z][a-z0-9._-]*")
_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def ways_out(plan: Plan, apply_url: str | None) -> list[str]:
    """Return what can be done about the drift of `plan`, with the lines that would keep it."""
    changed = [entry for entry in plan.drift if entry.kind == "changed" and entry.fields]
    repair = link("the apply workflow", apply_url)
    values = ", with these values:" if changed else "."
    return [
        "#### Two ways out",
        "",
        f"1. **Repair.** Run {repair} (`workflow_dispatch`). {_REPAIR}",
        f"2. **Keep what is there.** Open a pull request that brings the files in line{values}",
        "",
        *(_yaml(changed, plan) if changed else []),
        "This issue closes by itself after a run that finds every user as it was last applied.",
    ]


def _yaml(changed: list[Drift], plan: Plan) -> list[str]:
    """Return the lines to write for each user, as a fenced block that nothing in it can end."""
    places = {change.name: place_of(change.source) or "gone from the files" for change in plan.changes}
    lines = ["users:"]
    room = _YAML_MAX
    for index, entry in enumerate(changed):
        written = _user(entry, places.get(entry.name))
        room -= size("\n".join(written)) + 1
        if room < 0:
            lines.append(f"  # and {len(changed) - index:,} more")
            break
        lines += written
    longest = max(map(len, re.findall("`+", "\n".join(lines))), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}yaml", *lines, fence, ""]


def _user(entry: Drift, place: str | None) -> list[str]:
    where = f"  # {printable(place)[:_PLACE_MAX]}" if place else ""
    return [f"  {_key(entry.name)}:{where}", *(f"    {field.field}: {_value(field.after)}" for field in entry.fields)]


def _key(name: str) -> str:
    plain = NAME.fullmatch(name) and _PLAIN.fullmatch(name) and name not in _YAML_WORDS
    return name if plain else printable(json.dumps(name[:_NAME_MAX]))


def _value(value: int | str) -> str:
    return printable(str(value))[:_NAME_MAX]
