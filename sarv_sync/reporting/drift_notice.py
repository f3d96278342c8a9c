"""Drift as a short message to people, in plain text.

Where it is shown, an `@` or a `<!…>` may call a whole company. So it holds nothing that the provider says but numbers
and states, and of names only what cannot mean anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.model.endpoint import host_of
from sarv_sync.reporting.rows import drift_fields
from sarv_sync.reporting.summaries import drift_summary_line
from sarv_sync.reporting.unmanaged import appeared_words
from sarv_sync.reporting.wording import DRIFT_WORDS, PASSWORD_KINDS, counted

if TYPE_CHECKING:
    from sarv_sync.model.plan import Drift, Plan

SHOWN_MAX = 20

_APPEARED = (
    "sarv-sync drift names who appeared. Settle it: sarv-sync export --update writes entries, sarv-sync adopt gives "
    "one to an entry that is there, and except: under unmanaged: leaves one alone."
)
_HARMFUL = re.compile(r"(?!\+2\Z)[^A-Za-z0-9._~/ -]")
_LONGEST = 80


def drift_notice(plan: Plan, configuration: str) -> tuple[str, str]:
    """Return title and body of the message that says what changed outside the files; `configuration` is its path."""
    account = f"account of owner {_harmless(plan.account.owner_id)} at {_harmless(host_of(plan.account.endpoint))}"
    lines = [f"{_harmless(configuration)}, {account}", ""]
    lines += [f"- {_entry(entry)}" for entry in plan.drift[:SHOWN_MAX]]
    if len(plan.drift) > SHOWN_MAX:
        lines.append(f"… and {len(plan.drift) - SHOWN_MAX:,} more")
    if any(refusal.reason == "unmanaged" for refusal in plan.refusals):
        lines.append(f"- no entry owns {counted(len(plan.unmanaged), 'user')} of the account, which the files forbid")
    if appeared := appeared_words(plan.unmanaged):
        lines.append(f"- {appeared}")
    return drift_summary_line(plan), "\n".join([*lines, "", *_ways_out(plan), *([_APPEARED] if appeared else [])])


def _ways_out(plan: Plan) -> list[str]:
    if not (plan.drift or plan.refusals):
        return []
    ways = ["Two ways out:", "- repair: sarv-sync apply puts changed values back"]
    ways += ["- accept: sarv-sync accept writes them into the files, for a pull request"]
    kinds = {entry.kind for entry in plan.drift}
    if kinds & PASSWORD_KINDS:
        ways += ["Passwords need no pull request: sarv-sync apply delivers them as the account has them."]
    if "missing" in kinds:
        ways += ["A missing user is not made again unless its entry says recreate: true."]
    return ways


def _entry(drift: Drift) -> str:
    changed = ", ".join(f"{row.field} {row.before} → {row.after}" for row in drift_fields(drift))
    return f"{_harmless(drift.name)}: {', '.join(part for part in (DRIFT_WORDS[drift.kind], changed) if part)}"


def _harmless(text: str) -> str:
    return _HARMFUL.sub("?", text[:_LONGEST])
