"""Short ways to write down what planning is told of passwords."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sarv_sync.model.evidence import Evidence, Target, written
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Delivery, PasswordRecord
from sarv_sync.model.users import PasswordPolicy, entry_name
from sarv_sync.signing.verifier import PasswordVerifier

if TYPE_CHECKING:
    from sarv_sync.model.users import DesiredUser

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
HOUR, DAY = 3600.0, 86400.0
KEY = PasswordVerifier(Secret("token"), "3f0c")
OTHER_KEY = PasswordVerifier(Secret("another token"), "3f0c")
IN_TURNS = PasswordPolicy(rotation="alternate", grace=DAY)


@dataclass(frozen=True)
class Places:
    """The targets of every entry: `templates` of addresses, and for whom each is, by a label."""

    templates: tuple[str, ...] = ("vault {name}",)
    form: str = "form"
    team: str | None = None

    def targets(self, user: DesiredUser, smtp_user_name: str | None) -> tuple[Target, ...]:
        if self.team is not None and ("team", self.team) not in user.labels:
            return ()
        fields = {"name": entry_name(user.name), "smtp_user_name": smtp_user_name or "{smtp_user_name}"}
        found = [
            Target(template.format(**fields), self.form, number) for number, template in enumerate(self.templates)
        ]
        return tuple(sorted(found, key=lambda target: target.address))


def evidence(*templates: str, **parts: Any) -> Evidence:
    """What is known at `NOW` where passwords go to targets with these addresses, `vault NAME` unless given."""
    return replace(Evidence(NOW, KEY, Places(templates or ("vault {name}",))), **parts)


def ago(*, days: float = 0, hours: float = 0) -> str:
    return written(NOW - timedelta(days=days, hours=hours))


def proof(smtp_user_name: str, password: str | None = None) -> str:
    """The verifier of a password, that of `seen` unless given."""
    return KEY.of(smtp_user_name, Secret(f"pw-{smtp_user_name}" if password is None else password))


def held(smtp_user_name: str, *addresses: str, **parts: Any) -> PasswordRecord:
    """The record of a user whose password, that of `seen`, the targets with these addresses hold."""
    verifier = proof(smtp_user_name)
    deliveries = tuple(Delivery(address, "form", verifier) for address in sorted(addresses))
    return replace(PasswordRecord(ago(days=10), deliveries=deliveries), **parts)
