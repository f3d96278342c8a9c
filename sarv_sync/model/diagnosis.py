"""What `doctor` found: one finding for each check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.errors import Fault

Verdict = Literal["ok", "warning", "failed", "skipped"]

VERDICTS: tuple[Verdict, ...] = ("ok", "warning", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `skipped` says that it could not be made, and `message` why.

    `name` stays the same from run to run; `remedy` says what to do; `faults` are what is behind the message, one by
    one. All text but the name may hold hostile characters.
    """

    name: str
    verdict: Verdict
    message: str
    remedy: str | None = None
    faults: tuple[Fault, ...] = ()


class Part(NamedTuple):
    """Findings about one thing, in the order in which they depend on one another."""

    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, and the account they are about as far as it is known."""

    endpoint: str | None
    owner_id: str | None
    parts: tuple[Part, ...]

    @property
    def healthy(self) -> bool:
        """Whether no check failed."""
        return not self.summary()["failed"]

    def summary(self) -> dict[Verdict, int]:
        """Return how many checks came to each verdict."""
        verdicts = [finding.verdict for part in self.parts for finding in part.findings]
        return {verdict: verdicts.count(verdict) for verdict in VERDICTS}
