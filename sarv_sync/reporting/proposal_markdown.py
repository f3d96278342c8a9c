"""The pull request that accepts drift: what the files would say, and how to decide.

The same proposal gives the same text, byte for byte, so that a scheduled run has nothing to edit while nothing
changes; that is why it links to no run.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from sarv_sync.model.github_texts import SUMMARY_MAX
from sarv_sync.model.plan import Drift, FieldChange
from sarv_sync.reporting.cutting import cut
from sarv_sync.reporting.hidden import hidden
from sarv_sync.reporting.issue_markdown import for_title
from sarv_sync.reporting.markdown_parts import (
    account_words,
    changed_fields,
    code,
    faults_table,
    link,
    section,
    table,
)
from sarv_sync.reporting.rows import drift_fields
from sarv_sync.reporting.wording import counted, words
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.model.acceptance import AcceptedField
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.users import Value

KIND = "sarv-sync:accept"
PROPOSAL_MAX = 60_000
"""Bytes. GitHub takes 65,536 characters."""
_NAMED_MAX = 20
_REST = "the changed files show all of it"

_DECIDE = (
    "Somebody changed this in the account, past the files. Whoever answers for these users knows whether that was "
    "meant, and decides."
)
_REJECTED = (
    "Its plan puts back in the account what the files say, and waits for a person's approval. Once this is closed, "
    "the same is not proposed again."
)
_KEPT = (
    "While this is open, every look for drift keeps it up to date, as long as nobody else commits to its branch; it "
    "closes once there is nothing left to accept."
)
_CHECKS = (
    "No checks? What a workflow opens with its own token starts none by itself: approve them below, or close and "
    "reopen this, where GitHub does not ask for that."
)


@dataclass(frozen=True, slots=True)
class ProposalWhere:
    """What it is about: the main file, by its path from the repository's root, and pages that may be linked to."""

    configuration: str
    file_url: str | None = None
    apply_url: str | None = None
    run_url: str | None = None


@dataclass(frozen=True, slots=True)
class ProposalText:
    """What the pull request and its commit say. `fingerprint` is that of what is proposed."""

    title: str
    body: str
    fingerprint: str
    message: str


def proposal(
    plan: Plan,
    where: ProposalWhere,
    accepted: Sequence[AcceptedField],
    left: Sequence[Fault],
    remarks: Sequence[Fault],
) -> ProposalText:
    """Return how to propose that the files say what the account has. `plan` has what was last applied."""
    fingerprint = _fingerprint(accepted)
    users = counted(len({one.name for one in accepted}), "user")
    lines = [
        _first_line(where.configuration, fingerprint),
        _opening(plan, where),
        "",
        *_accepted(accepted, _last_applied(plan)),
        *_faults("Not in here", left),
        *_faults("Worth knowing", remarks),
        *_ways(where.apply_url),
        _KEPT,
        "",
        _CHECKS,
    ]
    title = f"Accept drift in {for_title(where.configuration)}: {users}"
    return ProposalText(title, cut("\n".join(lines), PROPOSAL_MAX, _REST), fingerprint, _message(title, accepted))


def proposal_marker(configuration: str) -> str:
    """Return how the body of the pull request for `configuration`, and of no other, begins."""
    return hidden(KIND, {"configuration": configuration}).removesuffix("} -->") + ","


def settled_line(configuration: str) -> str:
    """Return the first line of one that was closed because there is nothing left to accept."""
    return _first_line(configuration, "")


def settled(where: ProposalWhere) -> str:
    """Return the comment with which it closes."""
    run = link("This run", where.run_url) if where.run_url else "A run"
    return f"{run} found nothing that the files of {code(where.configuration)} could still accept, so this is closed."


def proposal_summary(said: str, number: int | None, url: str, limit: int = SUMMARY_MAX) -> str:
    """Return what became of the pull request, words of our own, for the summary of a job."""
    which = f" {link(f'Pull request {number:,}', url)}." if number is not None else ""
    return cut(f"### Accepting\n\n{said}.{which}", limit, "see the log")


def _opening(plan: Plan, where: ProposalWhere) -> str:
    file = link(code(where.configuration), where.file_url)
    return (
        f"The account is not as {file} was last applied to it: {account_words(plan.account)}. With this, the files "
        "say what it has."
    )


def _first_line(configuration: str, fingerprint: str) -> str:
    return hidden(KIND, {"configuration": configuration, "fingerprint": fingerprint})


def _fingerprint(accepted: Sequence[AcceptedField]) -> str:
    """Return a hash of what would change, wherever it stands in the files."""
    changes = [[one.name, one.smtp_user_name, one.field, one.before, one.after] for one in accepted]
    return hashlib.sha256(json.dumps(changes).encode()).hexdigest()[:16]


def _last_applied(plan: Plan) -> dict[tuple[str, str], Value | None]:
    return {(entry.smtp_user_name, field.field): field.before for entry in plan.drift for field in entry.fields}


def _accepted(accepted: Sequence[AcceptedField], applied: Mapping[tuple[str, str], Value | None]) -> list[str]:
    rows = []
    for name, grouped in groupby(accepted, attrgetter("name")):
        fields = list(grouped)
        values = "<br>".join(_value(one, applied) for one in fields)
        places = [code(f"{one.file}:{one.line}") for one in fields]
        shown = "<br>".join(places if len(set(places)) > 1 else places[:1])
        rows.append((code(name), code(fields[0].smtp_user_name), values, shown))
    body = table(("Name", "SMTP user", "In the files → in the account", "Where"), rows)
    return section(f"To accept: {counted(len(accepted), 'value')} of {counted(len(rows), 'user')}", body, len(rows))


def _value(one: AcceptedField, applied: Mapping[tuple[str, str], Value | None]) -> str:
    drift = Drift(one.name, one.smtp_user_name, "changed", (FieldChange(one.field, one.before, one.after),))
    last = applied.get((one.smtp_user_name, one.field))
    notes = ["a new entry"] if one.where == "added" else []
    if last is not None and last != one.before:
        notes.append(f"last applied: {words(last)}")
    return changed_fields(replace(row, note=", ".join(notes)) for row in drift_fields(drift))


def _faults(title: str, faults: Sequence[Fault]) -> list[str]:
    return section(f"{title}: {len(faults):,}", faults_table(faults), len(faults)) if faults else []


def _ways(apply_url: str | None) -> list[str]:
    repair = link("the repair workflow", apply_url)
    return [
        "#### To decide",
        "",
        _DECIDE,
        "",
        "1. **Accept.** Merge this. Files and account agree then, and the apply that follows changes nothing of it.",
        f"2. **Reject.** Close this, then run {repair} by hand (sarv-sync repair). {_REJECTED}",
        "",
    ]


def _message(title: str, accepted: Sequence[AcceptedField]) -> str:
    names = sorted({one.name for one in accepted})
    more = f"\n- and {len(names) - _NAMED_MAX:,} more" if len(names) > _NAMED_MAX else ""
    listed = "\n".join(f"- {for_title(name)}" for name in names[:_NAMED_MAX])
    return f"{title}\n\nThe files say what the account has, where somebody changed it there:\n\n{listed}{more}"
