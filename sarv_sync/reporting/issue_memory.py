"""What a drift issue remembers from run to run: a hidden line, the first of its body.

It holds what had drifted and since when. It is for telling news from what was said already; whoever can edit the
issue can edit it, so nothing else rests on it.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from sarv_sync.reporting.hidden import hidden, hidden_of
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.plan import Plan

KIND = "sarv-sync:drift"
MEMORY_MAX = 16_000
"""Bytes of the hidden line. Findings beyond are shown without a time, and not announced one by one."""

_KEY_MAX = 100
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
_KEY = re.compile(r"[a-z_]+ .*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Seen:
    """One finding: a fingerprint of what was found, and when it was found first, as `2025-01-02T03:04Z`."""

    content: str
    since: str


@dataclass(frozen=True, slots=True)
class Memory:
    """What an issue knows. `seen` are findings by key, `kind name`, sorted; `whole` says that none is missing."""

    configuration: str = ""
    fingerprint: str = ""
    seen: tuple[tuple[str, Seen], ...] = ()
    whole: bool = True

    def since(self, key: str) -> str | None:
        """Return when `key` was found first, None for what is not remembered."""
        return next((seen.since for known, seen in self.seen if known == key), None)

    def knows_of(self, key: str) -> bool:
        """Return whether `key` would be here, had it been found: beyond the last one that had room, none is."""
        return self.whole or (bool(self.seen) and key <= self.seen[-1][0])

    def line(self) -> str:
        """Return the hidden line."""
        seen = {key: [entry.content, entry.since] for key, entry in self.seen}
        whole = {} if self.whole else {"more": True}
        return hidden(
            KIND, {"configuration": self.configuration, "fingerprint": self.fingerprint, "seen": seen, **whole}
        )


def marker_of(configuration: str) -> str:
    """Return how the body of the issue for `configuration`, and of no other, begins."""
    return hidden(KIND, {"configuration": configuration}).removesuffix("} -->") + ","


def memory_of(body: str) -> Memory:
    """Return what the issue with this body remembers; nothing for what is no memory."""
    document = hidden_of(KIND, re.split(r"[\r\n]", body, maxsplit=1)[0]) or {}
    configuration, fingerprint = document.get("configuration"), document.get("fingerprint")
    seen = document.get("seen")
    if not (isinstance(configuration, str) and isinstance(fingerprint, str) and isinstance(seen, dict)):
        return Memory()
    entries = sorted((key, entry) for key, value in seen.items() if _KEY.fullmatch(key) and (entry := _seen(value)))
    return Memory(configuration, fingerprint, tuple(entries), whole="more" not in document)


def remembered(configuration: str, findings: Mapping[str, str], before: Memory, now: str) -> Memory:
    """Return the memory of `findings` (key → fingerprint), times taken over from `before`, `now` for what is new."""
    known = dict(before.seen)
    memory = Memory(configuration, _digest(sorted(findings.items())))
    seen = [(key, Seen(content, known[key].since if key in known else now)) for key, content in findings.items()]
    room = MEMORY_MAX - len(memory.line())
    kept = []
    for key, entry in sorted(seen, key=lambda pair: pair[0]):
        room -= len(hidden("", {key: [entry.content, entry.since]}))
        if room < 0:
            break
        kept.append((key, entry))
    return Memory(configuration, memory.fingerprint, tuple(kept), whole=len(kept) == len(seen))


def findings_of(plan: Plan) -> dict[str, str]:
    """Return everything that drift has to say about a plan: key (`kind name`) → fingerprint of what was found."""
    found: dict[str, str] = {}
    for entry in plan.drift:
        fields = [[field.field, field.before, field.after] for field in entry.fields]
        found[key_of(entry.kind, entry.name)] = _digest([entry.smtp_user_name, fields])
    for blocked in plan.blocked:
        found[key_of("blocked", blocked.name)] = _digest(blocked.reason)
    refused = {refusal.reason for refusal in plan.refusals}
    for user in plan.unmanaged:
        if "unmanaged" in refused or user.unsettled:
            found[key_of("unmanaged", user.smtp_user_name)] = _digest("")
    return found | {key_of("refused", reason): _digest("") for reason in refused & {"listing", "state"}}


def key_of(kind: str, name: str) -> str:
    """Return the key of a finding; a name that is too long to remember is told by a fingerprint."""
    return f"{kind} {name}" if len(name) <= _KEY_MAX else f"{kind} {name[:_KEY_MAX]}~{_digest(name)}"


def _seen(value: object) -> Seen | None:
    match value:
        case [str(content), str(since)] if _TIME.fullmatch(since):
            return Seen(content, since)
    return None


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]
