"""The issue about drift, one per configuration: what changed outside the files, since when, and the two ways out.

The same drift gives the same body, byte for byte, so that a scheduled run has nothing to edit while nothing changes;
that is why the body links to no run. What is news goes into a comment.
"""

from __future__ import annotations

import re
from datetime import timezone
from typing import TYPE_CHECKING

from sarv_sync.model.visible import notation, printable
from sarv_sync.reporting.cutting import cut
from sarv_sync.reporting.issue_memory import Memory, findings_of, marker_of, memory_of, remembered
from sarv_sync.reporting.issue_sections import finding_sections, news_sections
from sarv_sync.reporting.issue_ways_out import ways_out
from sarv_sync.reporting.markdown_parts import account_words, code, link
from sarv_sync.reporting.rows import users_of
from sarv_sync.reporting.unmanaged import as_drift, new_in
from sarv_sync.reporting.wording import counted
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from sarv_sync.model.plan import DriftKind, Plan

__all__ = ["IssueText", "IssueWhere", "Memory", "closing", "issue", "marker_of", "memory_of", "reopening"]

ISSUE_MAX = 60_000
"""Bytes. GitHub takes 65,536 characters."""
_PATH_MAX = 100
_FORMS_IN_TITLE = re.compile(r"[&<>`*\[\]|~$@#^:!]|(?<=www)\.|(?<=gh)-|(?<=ghsa)-|(?<=cve)-", re.IGNORECASE)
_REST = "`sarv-sync drift` shows all of it"


@dataclass(frozen=True, slots=True)
class IssueWhere:
    """What the issue is about: a file, by its path from the repository's root, and pages that may be linked to.

    `pull_url` is the pull request that accepts the drift, where one does.
    """

    configuration: str
    run_url: str | None = None
    file_url: str | None = None
    apply_url: str | None = None
    pull_url: str | None = None


@dataclass(frozen=True, slots=True)
class IssueText:
    """What the issue should say. `change` is the comment to add, None where everything was said before."""

    title: str
    body: str
    fingerprint: str
    change: str | None


def issue(plan: Plan, where: IssueWhere, memory: Memory, now: datetime) -> IssueText:
    """Return the issue about the drift of `plan`.

    `memory` is `memory_of` the issue's body as it stands, or `Memory()` for a new one. `now`, with its time zone,
    is used for what `memory` does not know.
    """
    known = memory if memory.configuration == where.configuration else Memory()
    minute = now.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%MZ")
    new = remembered(where.configuration, findings_of(plan), known, minute)
    lines = [
        new.line(),
        _opening(plan, where),
        "",
        *finding_sections(plan, new),
        *ways_out(plan, where.apply_url, where.pull_url),
    ]
    body = cut("\n".join(lines), ISSUE_MAX, _REST)
    return IssueText(_title(plan, where), body, new.fingerprint, _change(plan, where, known, new))


def closing(where: IssueWhere) -> str:
    """Return the comment with which the issue closes."""
    run = link("This run", where.run_url) if where.run_url else "A run"
    return f"{run} found every user of {code(where.configuration)} as it was last applied, so this is closed."


def reopening(where: IssueWhere) -> str:
    """Return the comment with which a closed issue opens again."""
    run = link("This run", where.run_url) if where.run_url else "A run"
    return f"{run} found drift in {code(where.configuration)} again; the description is up to date."


def _opening(plan: Plan, where: IssueWhere) -> str:
    file = link(code(where.configuration), where.file_url)
    return f"The account is not as {file} was last applied to it: {account_words(plan.account)}."


def _title(plan: Plan, where: IssueWhere) -> str:
    found = _found(plan) or ["drift cannot be ruled out"]
    return f"Drift in {for_title(where.configuration)}: {', '.join(found)}"


def _found(plan: Plan) -> list[str]:
    def users(*wanted: DriftKind, noun: str = "user") -> str | None:
        count = users_of([entry for entry in plan.drift if entry.kind in wanted])
        return counted(count, noun) if count else None

    forbidden = any(refusal.reason == "unmanaged" for refusal in plan.refusals)
    appeared = new_in(as_drift(plan.unmanaged))
    said = [
        (users("changed", "password_changed"), "changed outside the files"),
        (users("missing"), "missing"),
        (users("undelivered", noun="password"), "undelivered"),
        (counted(len(plan.unmanaged), "user") if forbidden else None, "owned by no entry"),
        (counted(appeared, "user") if appeared and not forbidden else None, "appeared"),
    ]
    found = [f"{who} {what}" for who, what in said if who]
    missing = any(entry.kind == "missing" for entry in plan.drift)
    return [*found, *([] if plan.compared or missing else ["not all could be compared"])]


def for_title(path: str) -> str:
    """Return `path` for a title, where there is no way to escape: what could mean something is written out."""
    shown = _FORMS_IN_TITLE.sub(lambda match: notation(match[0]), printable(path[-_PATH_MAX:]))
    return shown[-_PATH_MAX:]


def _change(plan: Plan, where: IssueWhere, before: Memory, now: Memory) -> str | None:
    if not before.fingerprint or before.fingerprint == now.fingerprint:
        return None
    run = link("this run", where.run_url) if where.run_url else "the last run"
    lines = [f"The drift is not what it was, as {run} found; the description is up to date.", ""]
    lines += news_sections(findings_of(plan), before)
    return cut("\n".join(lines).rstrip("\n"), ISSUE_MAX, "see the description")
