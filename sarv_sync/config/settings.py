"""Everything of the main file that is not about users. Values that were found wrong fall back to their defaults."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import BROKEN, Map, Seq
from sarv_sync.config.wording import shown
from sarv_sync.errors import InputError
from sarv_sync.model.configuration import (
    GUARD_NAMES,
    AccountSettings,
    Budget,
    GuardLimit,
    Guards,
    RequiredLabel,
    SnapshotSettings,
)
from sarv_sync.model.endpoint import check_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.model.configuration import Unmanaged
    from sarv_sync.model.users import DesiredUser

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def section(data: Map, key: str) -> Map:
    """Return the mapping that `key` holds, an empty one if it holds none."""
    value = data.get(key)
    return value if isinstance(value, Map) else Map()


def choice(data: Mapping[str, Any], key: str, otherwise: Any) -> Any:
    """Return the value of `key`, `otherwise` if there is none or it was found wrong."""
    value = data.get(key)
    return otherwise if value is None or value is BROKEN else value


def check_account(file: SourceFile, data: Map) -> None:
    """Report an endpoint that the token must not be sent to, where it stands."""
    account = section(data, "account")
    endpoint = choice(account, "endpoint", None)
    if endpoint is None:
        return
    try:
        check_endpoint(endpoint)
    except InputError as refused:
        file.error(account.value_at("endpoint"), refused.message, refused.hint)


def account_settings(file: SourceFile, data: Map) -> AccountSettings:
    """Return the `account:` section."""
    account = section(data, "account")
    smtp = section(account, "smtp")
    endpoint = choice(account, "endpoint", None)
    return AccountSettings(
        endpoint=None if endpoint is None else endpoint.rstrip("/"),
        owner_id=choice(account, "owner_id", None),
        smtp_host=choice(smtp, "host", None),
        smtp_port=choice(smtp, "port", None),
        settle=seconds(choice(account, "settle", "10s")),
        retry_for=seconds(choice(account, "retry_for", "60s")),
        endpoint_source=None if endpoint is None else file.source(account.key_at("endpoint")),
    )


def seconds(duration: str) -> float:
    """Return a duration such as `500ms`, `10s`, `2m` or `1h` in seconds."""
    number, unit = re.split("(?=[a-z])", duration, maxsplit=1)
    return float(number) * _UNITS[unit]


def guards(file: SourceFile, data: Map) -> Guards:
    """Return the `guards:` section."""
    written = section(data, "guards")
    places = {key: file.source(written.key_at(key)) for key in written}
    if "guards" in data:
        places["guards"] = file.source(data.key_at("guards"))
    factor = choice(written, "max_raise", None)
    return Guards(
        **{name: _guard(choice(written, name, None), getattr(Guards(), name)) for name in GUARD_NAMES},
        max_total_hourly=choice(written, "max_total_hourly", None),
        max_raise=None if factor is None else float(factor.removesuffix("x")),
        sources=places,
    )


def budgets(file: SourceFile, data: Map) -> tuple[Budget, ...]:
    """Return the `budgets:` section, in its order."""
    return tuple(
        Budget(
            tuple(sorted(section(entry, "labels").items())),
            choice(entry, "hourly_limit", None),
            choice(entry, "total_limit", None),
            file.source(entry.at),
        )
        for entry in _entries(data, "budgets")
    )


def warn_of_budgets(file: SourceFile, data: Map, users: Iterable[DesiredUser]) -> None:
    """Record every budget that limits nobody: a slip in a label would go unnoticed."""
    entries = _entries(data, "budgets")
    labels = [set(user.labels) for user in users] if entries else []
    for budget, entry in zip(budgets(file, data), entries, strict=True):
        if not any(set(budget.labels) <= each for each in labels):
            whose = ", ".join(f"`{shown(key)}: {shown(str(value))}`" for key, value in budget.labels)
            hint = "check how its labels are spelt; it may stay until there are such users"
            file.warning(entry.at, f"no user has the labels {whose}: this budget limits nobody", hint)


def _entries(data: Map, key: str) -> list[Map]:
    """Return the mappings in the list that `key` holds."""
    written = data.get(key)
    return [entry for entry in written if isinstance(entry, Map)] if isinstance(written, Seq) else []


def required_labels(file: SourceFile, data: Map) -> tuple[RequiredLabel, ...]:
    """Return the labels that every user must have, in their order."""
    written = data.get("require_labels")
    if not isinstance(written, Seq):
        return ()
    return tuple(RequiredLabel(str(key), file.source(at)) for key, at in zip(written, written.marks, strict=True))


def unmanaged(data: Map) -> tuple[Unmanaged, tuple[str, ...]]:
    """Return the policy on users that no entry owns, and the patterns of those that are left alone."""
    written = choice(data, "unmanaged", "report")
    if not isinstance(written, Map):
        return written, ()
    return choice(written, "policy", "report"), tuple(choice(written, "except", ()))


def recycle_after(data: Map) -> float | None:
    """Return the seconds after which a new entry may take a retired user, None if it never may."""
    after = choice(section(data, "recycle"), "after", None)
    return None if after is None else seconds(after)


def _guard(value: int | str | None, default: GuardLimit) -> GuardLimit:
    match value:
        case None:
            return default
        case int():
            return GuardLimit(value)
        case str():
            return GuardLimit(int(value.removesuffix("%")), percent=True)


def snapshot(data: Map) -> SnapshotSettings:
    """Return the `snapshot:` section."""
    written = section(data, "snapshot")
    return SnapshotSettings(choice(written, "public_key", None), seconds(choice(written, "max_age", "24h")))
