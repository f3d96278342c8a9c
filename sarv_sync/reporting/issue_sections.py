"""The tables of a drift issue and of the comments under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.drift_markdown import what_moved
from sarv_sync.reporting.issue_memory import key_of
from sarv_sync.reporting.markdown_parts import blocked_section, code, prose, refused_section, section, table
from sarv_sync.reporting.rows import parted, users_of
from sarv_sync.reporting.unmanaged import advice
from sarv_sync.reporting.wording import counted, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sarv_sync.model.plan import Drift, Plan
    from sarv_sync.reporting.issue_memory import Memory

_SINCE = "Seen since (UTC)"

_KINDS = {
    "changed": "changed outside the files",
    "missing": "missing from the account",
    "password_changed": "password changed outside",
    "undelivered": "password undelivered",
    "unmanaged": "owned by no entry",
    "blocked": "blocked",
    "refused": "nothing can be compared",
}


def finding_sections(plan: Plan, memory: Memory) -> list[str]:
    """Return everything that drift found, each with the time it was found first."""
    since = {key: seen.since[:-1].replace("T", " ") for key, seen in memory.seen}
    in_account, undelivered = parted(plan.drift)
    missing = [entry for entry in in_account if entry.kind == "missing"]
    changed = [entry for entry in in_account if entry.kind != "missing"]
    broken = [refusal for refusal in plan.refusals if refusal.reason in {"listing", "state"}]
    return [
        *refused_section(broken),
        *_changed(changed, since),
        *_without_values(f"Missing from the account: {len(missing):,}", missing, since),
        *_without_values(f"Undelivered: {counted(len(undelivered), 'password')}", undelivered, since),
        *_unmanaged(plan, since),
        *blocked_section(plan.blocked),
    ]


def news_sections(findings: Mapping[str, str], before: Memory) -> list[str]:
    """Return what is new, what moved further and what is gone since `before`."""
    known = {key: seen.content for key, seen in before.seen}
    new = [key for key in findings if key not in known and before.knows_of(key)]
    moved = [key for key in findings if key in known and known[key] != findings[key]]
    gone = [key for key in known if key not in findings]
    return [*_news("New", new), *_news("Changed again", moved), *_news("Gone", gone)]


def _changed(drift: Sequence[Drift], since: Mapping[str, str]) -> list[str]:
    if not drift:
        return []
    rows = [(code(entry.name), code(entry.smtp_user_name), what_moved(entry), _when(entry, since)) for entry in drift]
    body = table(("Name", "SMTP user", "Last applied → now", _SINCE), rows)
    return section(f"Changed outside the files: {users_of(drift):,}", body, len(rows))


def _without_values(title: str, drift: Sequence[Drift], since: Mapping[str, str]) -> list[str]:
    if not drift:
        return []
    rows = [(code(entry.name), code(entry.smtp_user_name), _when(entry, since)) for entry in drift]
    body = table(("Name", "SMTP user", _SINCE), rows)
    return section(title, body, len(rows))


def _unmanaged(plan: Plan, since: Mapping[str, str]) -> list[str]:
    """Return the users that no entry owns: all of them where that is forbidden, else those that have appeared."""
    forbidden = any(refusal.reason == "unmanaged" for refusal in plan.refusals)
    users = plan.unmanaged if forbidden else [user for user in plan.unmanaged if user.unsettled]
    if not users:
        return []
    rows = [
        (
            code(user.smtp_user_name),
            words(user.total_limit),
            words(user.hourly_limit),
            prose(user.status),
            since.get(key_of("unmanaged", user.smtp_user_name), ""),
        )
        for user in users
    ]
    body = table(("SMTP user", "Total limit>", "Hourly limit>", "Status", _SINCE), rows)
    if forbidden:
        return section(f"Owned by no entry, which the files forbid: {len(rows):,}", body, len(rows))
    told = advice(users)
    body += ["", f"No entry owns {'it' if len(rows) == 1 else 'them'}. {prose(told[0].upper() + told[1:])}."]
    return section(f"Appeared in the account: {len(rows):,}", body, len(rows))


def _when(entry: Drift, since: Mapping[str, str]) -> str:
    return since.get(key_of(entry.kind, entry.name), "")


def _news(title: str, keys: Iterable[str]) -> list[str]:
    rows = []
    for key in sorted(keys):
        kind, _, name = key.partition(" ")
        rows.append((code(name), _KINDS.get(kind, "")))
    return section(f"{title}: {len(rows):,}", table(("Name", "What"), rows), len(rows)) if rows else []
