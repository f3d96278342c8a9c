"""What users may send together: the sums of limits, and the labels that every user must have.

`validate` has only the files. `plan` refuses whatever `validate` does, and holds two more sums against each limit::

    the sum of                                               is refused
    ------------------------------------------------------   -----------------------------------------
    what the files say                                       if it is too large
    the same, fields that are left alone as in the account   if it is too large
    what the account has after this plan: see `outlook`      if it is too large, and larger than before

The last one finds what a plan leaves out: who is no target, who is blocked, who stays enabled though its entry is
gone. Such a user keeps what it has, while another is given its share. An account that is above the limit already has
drifted there, as the files are within it. A plan that does not take it further is let through, or nobody could lower
one limit after another, or put a single user back, until everything fits.

Two users that take turns for one entry count once: they serve one client. The labels of an entry that is gone are not
known: its user counts for `max_total_hourly`, and for no budget.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from sarv_sync.model.plan import Refusal
from sarv_sync.model.visible import short
from sarv_sync.planning.guards import of_guard
from sarv_sync.planning.outlook import Share
from sarv_sync.planning.placing import placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.configuration import Budget, Configuration, RequiredLabel
    from sarv_sync.model.users import DesiredUser, Field
    from sarv_sync.planning.outlook import Outlook

Label = tuple[str, str]

_LARGEST = 3
_LABEL_MAX = 80
"""Characters."""


_FIRST = "lower another limit in the same plan or before it"


def check_sums(configuration: Configuration, outlook: Outlook | None = None) -> tuple[Refusal, ...]:
    """Return a refusal for every sum that is too large, and for every user that lacks a label.

    `outlook` is what becomes of the account, where that is known.
    """
    if not has_sums(configuration):
        return tuple(_check_labels(configuration))
    views = _views(configuration, outlook)
    budgets = (refusal for budget in configuration.budgets for refusal in _check_budget(configuration, budget, views))
    return (*_check_total(configuration, views), *budgets, *_check_labels(configuration))


def has_sums(configuration: Configuration) -> bool:
    """Say whether the files limit any sum."""
    return configuration.guards.max_total_hourly is not None or bool(configuration.budgets)


class _Senders:
    """The shares of enabled users, found by labels: `labels` are those that anybody will ask for."""

    def __init__(self, shares: Iterable[Share], labels: frozenset[Label]) -> None:
        self._all = [share for share in shares if share.settings.status == "Enable"]
        self._by_label: dict[Label, list[Share]] = {label: [] for label in labels}
        for share in self._all if labels else ():
            for label in labels.intersection(_labels(share)):
                self._by_label[label].append(share)

    def with_all(self, labels: frozenset[Label]) -> Sequence[Share]:
        """Return the shares of users that have all of `labels`."""
        if not labels:
            return self._all
        fewest = min((self._by_label[label] for label in labels), key=len)
        return [share for share in fewest if labels <= set(_labels(share))]


def _labels(share: Share) -> tuple[Label, ...]:
    return share.user.labels if share.user is not None else ()


class _View(NamedTuple):
    """What users may send, in one view of it. With `now`, a sum that is not larger than that one is let through."""

    senders: _Senders
    now: _Senders | None = None


class _Excess(NamedTuple):
    """A sum that is too large, and what it is made of; `planned` says that it is what comes of the plan."""

    total: int
    shares: Sequence[Share]
    planned: bool


def _views(configuration: Configuration, outlook: Outlook | None) -> tuple[_View, ...]:
    labels = frozenset(label for budget in configuration.budgets for label in budget.labels)
    shares = (Share(user.name, user.settings, user) for user in configuration.users.values())
    files = _View(_Senders(shares, labels))
    if outlook is None:
        return (files,)
    after = _View(_Senders(outlook.after, labels), _Senders(outlook.now, labels))
    return files, _View(_Senders(outlook.end, labels)), after


def _excess(views: Iterable[_View], field: Field, allowed: int, labels: frozenset[Label]) -> _Excess | None:
    """Return the largest sum that is refused: whoever allows that one need not come again for another."""
    found = []
    for view in views:
        shares = view.senders.with_all(labels)
        now = view.now.with_all(labels) if view.now is not None else ()
        total = _sum(shares, field)
        if total > max(allowed, _sum(now, field)):
            found.append(_Excess(total, shares, planned=view.now is not None))
    return max(found, key=attrgetter("total"), default=None)


def _sum(shares: Iterable[Share], field: Field) -> int:
    return sum(int(share.settings.get(field)) for share in shares)


def _check_total(configuration: Configuration, views: Iterable[_View]) -> tuple[Refusal, ...]:
    allowed = configuration.guards.max_total_hourly
    excess = None if allowed is None else _excess(views, "hourly_limit", allowed, frozenset())
    if excess is None:
        return ()
    message = (
        f"{_after(excess)}the enabled users may send {excess.total:,} e-mails an hour together, and "
        f"guards.max_total_hourly allows {allowed:,}: {_largest(configuration, excess.shares, 'hourly_limit')}"
    )
    refusal = of_guard(configuration, "max_total_hourly", message, f"{excess.total} to one apply")
    return (replace(refusal, hint=f"{_FIRST}; {refusal.hint}") if excess.planned else refusal,)


def _check_budget(configuration: Configuration, budget: Budget, views: Sequence[_View]) -> list[Refusal]:
    limits: tuple[tuple[Field, int | None, str], ...] = (
        ("hourly_limit", budget.hourly_limit, "an hour"),
        ("total_limit", budget.total_limit, "in all"),
    )
    source = placed(budget.source, configuration.file)
    labels = ", ".join(short(f"{key}={value}", _LABEL_MAX) for key, value in budget.labels)
    return [
        Refusal(
            "budget",
            f"{_after(excess)}the enabled users with {labels} may send {excess.total:,} e-mails {span} together, and "
            f"their budget allows {allowed:,}: {_largest(configuration, excess.shares, field)}",
            f"{_FIRST if excess.planned else 'lower a limit'}, or raise `{field}` of the budget in {source.file}, "
            "where it is reviewed: no --allow goes above a budget",
            source,
        )
        for field, allowed, span in limits
        if allowed is not None and (excess := _excess(views, field, allowed, frozenset(budget.labels))) is not None
    ]


def _after(excess: _Excess) -> str:
    return "after this plan, " if excess.planned else ""


def _largest(configuration: Configuration, shares: Sequence[Share], field: Field) -> str:
    """Return the few largest shares, each with the place of its entry."""
    ordered = sorted(shares, key=lambda share: (-int(share.settings.get(field)), share.name))
    few = [_words(configuration, share, field) for share in ordered[:_LARGEST]]
    more = [f"{len(ordered) - _LARGEST:,} more"] if len(ordered) > _LARGEST else []
    *first, last = [*few, *more]
    return f"{', '.join(first)} and {last}" if first else last


def _words(configuration: Configuration, share: Share, field: Field) -> str:
    value = share.settings.get(field)
    if share.user is None:
        return f"{share.name} {value:,} in the account (gone from the files)"
    place = placed(share.user.source, configuration.file)
    elsewhere = " in the account" if value != share.user.settings.get(field) else ""
    return f"{share.name} {value:,}{elsewhere} ({place.file}:{place.line})"


def _check_labels(configuration: Configuration) -> list[Refusal]:
    if not configuration.required_labels:
        return []
    lacking = [(user, missing) for user in configuration.users.values() if (missing := _missing(configuration, user))]
    return [_no_label(configuration, *one) for one in sorted(lacking, key=lambda one: one[0].source)]


def _missing(configuration: Configuration, user: DesiredUser) -> list[RequiredLabel]:
    labels = dict(user.labels)
    return [one for one in configuration.required_labels if not labels.get(one.key, "").strip()]


def _no_label(configuration: Configuration, user: DesiredUser, missing: Sequence[RequiredLabel]) -> Refusal:
    keys = " and no ".join(f"`{short(one.key, _LABEL_MAX)}`" for one in missing)
    asked = placed(missing[0].source, configuration.file)
    return Refusal(
        "labels",
        f"{user.name} has no label {keys}, which require_labels asks for ({asked.file}:{asked.line})",
        "write it under `labels` of the entry; an entry with `labels` of its own takes none from its profile or "
        "`defaults`",
        placed(user.source, configuration.file),
    )
