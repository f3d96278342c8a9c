"""The two ways out of drift: apply puts back what the files say, or the files say what is there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.users import NAME, entry_name, is_second_name
from sarv_sync.model.visible import notation
from sarv_sync.reporting.cutting import size
from sarv_sync.reporting.markdown_parts import in_code, link
from sarv_sync.reporting.wording import PASSWORD_KINDS, place_of

if TYPE_CHECKING:
    from sarv_sync.model.plan import Drift, Plan

_YAML_MAX = 12_000
"""Bytes. More lines than that are nothing to copy by hand: `export` writes them."""
_REPAIR = (
    "Its plan undoes what is listed here as far as it can be undone, and waits for a person's approval. Or merge a "
    "pull request, of which an empty commit is enough: the plan in its comment does the same."
)
_PASSWORDS = " Passwords are delivered as the account has them now, which needs no change of the files."
_CLOSES = "This issue closes by itself after a run that finds every user as it was last applied"
_NAME_MAX = 100
_UNSAFE = re.compile(r'[^A-Za-z0-9 ._"\\-]')
_PLAIN = re.compile(r"[a-z][a-z0-9._-]*")
_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def ways_out(plan: Plan, apply_url: str | None, pull_url: str | None = None) -> list[str]:
    """Return what can be done about the drift of `plan`, with the lines that would keep it.

    Where the pull request at `pull_url` would, they are there.
    """
    if not (plan.drift or plan.blocked or plan.refusals):
        return [f"{_CLOSES}, and nobody new."]
    changed = [] if pull_url else _for_the_files(plan)
    repair = link("the repair workflow", apply_url)
    passwords = _PASSWORDS if any(entry.kind in PASSWORD_KINDS for entry in plan.drift) else ""
    values = ": `sarv-sync accept NAME` writes these values into them." if changed else "."
    return [
        "#### Two ways out",
        "",
        f"1. **Repair.** Run {repair} by hand (sarv-sync repair). {_REPAIR}{passwords}",
        f"2. **Keep what is there.** {_keep(pull_url, values)}",
        "",
        *(_yaml(changed, plan) if changed else []),
        f"{_CLOSES}{', and nobody new' if any(user.unsettled for user in plan.unmanaged) else ''}.",
    ]


def _keep(pull_url: str | None, values: str) -> str:
    if pull_url:
        return f"Merge {link('the pull request', pull_url)} that brings the files in line."
    return f"Open a pull request that brings the files in line{values}"


def _for_the_files(plan: Plan) -> list[Drift]:
    """Return the changes that the files can keep. What they say of an entry's second user are its limits alone."""
    found: dict[str, Drift] = {}
    for entry in plan.drift:
        second = is_second_name(entry.name)
        fields = tuple(field for field in entry.fields if not (second and field.field == "status"))
        if entry.kind == "changed" and fields:
            name = entry_name(entry.name)
            found.setdefault(name, replace(entry, name=name, fields=fields))
    return list(found.values())


def _yaml(changed: list[Drift], plan: Plan) -> list[str]:
    """Return the lines to write for each user, as a fenced block. No backtick is in it, so nothing can end it."""
    places = {
        entry_name(change.name): place_of(change.source) or "gone from the files"
        for change in plan.changes
        if change.action != "deliver"
    }
    lines: list[str] = []
    room = _YAML_MAX
    for index, entry in enumerate(changed):
        written = _user(entry, places.get(entry.name))
        room -= size("\n".join(written)) + 1
        if room < 0:
            lines.append(f"  # and {len(changed) - index:,} more")
            break
        lines += written
    return ["```yaml", "users:", *lines, "```", ""]


def _user(entry: Drift, place: str | None) -> list[str]:
    where = f"  # {in_code(place)}" if place else ""
    fields = [f"    {field.field}: {in_code(str(field.after))}" for field in entry.fields]
    return [f"  {_key(entry.name)}:{where}", *fields]


def _key(name: str) -> str:
    """Return `name` as a key of YAML: quoted, where it would not be text by itself."""
    if NAME.fullmatch(name) and _PLAIN.fullmatch(name) and name not in _YAML_WORDS:
        return name
    quoted = json.dumps(name[:_NAME_MAX], ensure_ascii=False)
    return _UNSAFE.sub(lambda match: notation(match[0]), quoted)
