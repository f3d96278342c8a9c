"""What the files promise together: the sums of limits, and the labels that every user must have.

The files alone tell most of it, so `validate` and `plan` ask the same question. Only where a field is left alone
(`ignore_changes`) does the account know better: `plan` then says what the users will have.

What is summed up is what the entries say. Two users that take turns for one entry count once: they serve one client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarv_sync.model.plan import Refusal
from sarv_sync.model.visible import short
from sarv_sync.planning.guards import of_guard
from sarv_sync.planning.placing import placed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sarv_sync.model.configuration import Budget, Configuration
    from sarv_sync.model.users import DesiredUser, Field, Settings

_LARGEST = 3
_LABEL_MAX = 80
"""Characters."""


def check_sums(configuration: Configuration, settings: Mapping[str, Settings] | None = None) -> tuple[Refusal, ...]:
    """Return a refusal for every sum that is too large, and for every user that lacks a label.

    `settings` are the values that users will have, by name, where they are not those of the files.
    """
    shares = [_Share(user, (settings or {}).get(user.name, user.settings)) for user in configuration.users.values()]
    enabled = [share for share in shares if share.settings.status == "Enable"]
    budgets = (
        refusal for budget in configuration.budgets for refusal in _check_budget(configuration, budget, enabled)
    )
    return (*_check_total(configuration, enabled), *budgets, *_check_labels(configuration))


class _Share(NamedTuple):
    """A user, and the values it will have."""

    user: DesiredUser
    settings: Settings


def _check_total(configuration: Configuration, enabled: Sequence[_Share]) -> tuple[Refusal, ...]:
    allowed = configuration.guards.max_total_hourly
    total = sum(share.settings.hourly_limit for share in enabled)
    if allowed is None or total <= allowed:
        return ()
    message = (
        f"the enabled users may send {total:,} e-mails an hour together, and guards.max_total_hourly allows "
        f"{allowed:,}: {_largest(configuration, enabled, 'hourly_limit')}"
    )
    return (of_guard(configuration, "max_total_hourly", message, f"{total} to one apply"),)


def _check_budget(configuration: Configuration, budget: Budget, enabled: Sequence[_Share]) -> list[Refusal]:
    shares = [share for share in enabled if set(budget.labels) <= set(share.user.labels)]
    sums: tuple[tuple[Field, int | None, int, str], ...] = (
        ("hourly_limit", budget.hourly_limit, sum(one.settings.hourly_limit for one in shares), "an hour"),
        ("total_limit", budget.total_limit, sum(one.settings.total_limit for one in shares), "in all"),
    )
    source = placed(budget.source, configuration.file)
    labels = ", ".join(short(f"{key}={value}", _LABEL_MAX) for key, value in budget.labels)
    return [
        Refusal(
            "budget",
            f"the enabled users with {labels} may send {total:,} e-mails {span} together, and their budget allows "
            f"{allowed:,}: {_largest(configuration, shares, field)}",
            f"lower a limit, or raise `{field}` of the budget in {source.file}, where it is reviewed: "
            "no --allow goes above a budget",
            source,
        )
        for field, allowed, total, span in sums
        if allowed is not None and total > allowed
    ]


def _largest(configuration: Configuration, shares: Collection[_Share], field: Field) -> str:
    """Return the few largest shares, each with the place of its entry."""
    ordered = sorted(shares, key=lambda share: (-int(share.settings.get(field)), share.user.name))
    few = [_words(configuration, share, field) for share in ordered[:_LARGEST]]
    more = [f"{len(ordered) - _LARGEST:,} more"] if len(ordered) > _LARGEST else []
    *first, last = [*few, *more]
    return f"{', '.join(first)} and {last}" if first else last


def _words(configuration: Configuration, share: _Share, field: Field) -> str:
    value, place = share.settings.get(field), placed(share.user.source, configuration.file)
    elsewhere = " in the account" if value != share.user.settings.get(field) else ""
    return f"{share.user.name} {value:,}{elsewhere} ({place.file}:{place.line})"


def _check_labels(configuration: Configuration) -> list[Refusal]:
    refusals = []
    for user in sorted(configuration.users.values(), key=lambda user: user.source):
        labels = dict(user.labels)
        missing = [one for one in configuration.required_labels if not labels.get(one.key, "").strip()]
        if missing:
            keys = " and no ".join(f"`{short(one.key, _LABEL_MAX)}`" for one in missing)
            asked = placed(missing[0].source, configuration.file)
            refusals.append(
                Refusal(
                    "labels",
                    f"{user.name} has no label {keys}, which require_labels asks for ({asked.file}:{asked.line})",
                    "write it under `labels` of the entry; an entry with `labels` of its own takes none from its "
                    "profile or `defaults`",
                    placed(user.source, configuration.file),
                )
            )
    return refusals
