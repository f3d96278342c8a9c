"""Entries of the document, made as soon as their text is read.

An account may have a hundred thousand users, and nearly all their entries look alike. Those in which nothing can be
wrong are recognised here; whatever else there is, a `Reader` goes through key by key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, get_args

from sarv_sync.model.plan import ACTIONS, FieldChange
from sarv_sync.model.state import NO_RECORD, Binding, ChangeEnd, Delivery, PasswordRecord, PastChange
from sarv_sync.model.users import FIELDS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.model.users import Field

Pairs = list[tuple[str, Any]]
Key = TypeVar("Key")
Value = TypeVar("Value")

_SHARED = 4096
"""So many different values are kept, to be shared by the users that have the same."""

_PLAIN = 4
"""So many values are known of every user; of nearly all nothing else is."""

_REST = frozenset({"renamed_from", "password", "removed_at", "recycled_from"})
_RECORD = frozenset({"since", "version", "deliveries", "former", "turn", "left", "last"})
_CHANGE = ["name", "action", "end"]
_CHANGE_REST = frozenset({"smtp_user_name", "was", "fields"})
_DELIVERY = frozenset({"form", "verifier"})
_VALUES = frozenset({"before", "after"})
_ENDS = frozenset(get_args(ChangeEnd))
_ACTIONS = frozenset(ACTIONS)


class Shortcuts:
    """Makes the entries of one document. Equal values become one object.

    Types are looked at before anything is looked up: `true` and `1.0` would be found where `1` was kept.
    """

    __slots__ = ("_fields", "_object", "_records", "_settings")

    def __init__(self, otherwise: Callable[[Pairs], dict[str, Any]]) -> None:
        self._object = otherwise
        self._settings: dict[tuple[int, int, str], Settings] = {}
        self._records: dict[tuple[str | None, int | None], PasswordRecord] = {}
        self._fields: dict[tuple[Field, Any, Any], FieldChange] = {}

    def made(self, pairs: Pairs) -> Binding | PastChange | dict[str, Any]:
        """Return what an object of these `pairs` is, or `otherwise` of them if that takes a closer look."""
        first = pairs[0][0] if pairs else None
        if first == "smtp_user_name" and len(pairs) >= _PLAIN:
            return self._binding(pairs) or self._object(pairs)
        if first == "name":
            return self._change(pairs) or self._object(pairs)
        return self._object(pairs)

    def _binding(self, pairs: Pairs) -> Binding | None:
        (_, user), (second, total), (third, hourly), (fourth, status) = (
            pairs if len(pairs) == _PLAIN else pairs[:_PLAIN]
        )
        if second != "total_limit" or third != "hourly_limit" or fourth != "status":
            return None
        if type(user) is not str or not user or not type(total) is type(hourly) is int or total < 0 or hourly < 0:
            return None
        if status != "Enable" and status != "Disable":  # noqa: PLR1714 - sooner, and this is asked of every user
            return None
        key = (total, hourly, status)
        settings = self._settings.get(key) or _kept(self._settings, key, Settings(total, hourly, status))
        return Binding(user, settings) if len(pairs) == _PLAIN else self._more(user, settings, pairs[_PLAIN:])

    def _more(self, user: str, settings: Settings, pairs: Pairs) -> Binding | None:
        """Return the binding of which `pairs` say more than is known of every user."""
        rest = dict(pairs)
        if len(rest) < len(pairs) or not rest.keys() <= _REST:
            return None
        record = self._record(rest["password"]) if "password" in rest else NO_RECORD
        renamed, removed, recycled = rest.get("renamed_from"), rest.get("removed_at"), rest.get("recycled_from")
        if record is None or not (_may_be_text(renamed) and _may_be_text(removed) and _may_be_text(recycled)):
            return None
        return Binding(user, settings, renamed, record, removed, recycled)

    def _record(self, document: Any) -> PasswordRecord | None:
        if type(document) is not dict or not document.keys() <= _RECORD:
            return None
        since, version, former = document.get("since"), document.get("version"), document.get("former")
        if not (_may_be_text(since) and _may_be_text(former) and _may_be_count(version)):
            return None
        key = (since, version)
        if len(document) == (since is not None) + (version is not None):
            return self._records.get(key) or _kept(self._records, key, PasswordRecord(since, version))
        turn, left, last = document.get("turn"), document.get("left"), document.get("last")
        deliveries = _deliveries(document.get("deliveries"))
        if deliveries is None or not (_may_be_count(turn) and _may_be_text(left) and _may_be_text(last)):
            return None
        return PasswordRecord(since, version, deliveries, None, former, turn or 0, left, last)

    def _change(self, pairs: Pairs) -> PastChange | None:
        if [key for key, _ in pairs[:3]] != _CHANGE:
            return None
        (_, name), (_, action), (_, end) = pairs[:3]
        rest = dict(pairs[3:])
        user, was, fields = rest.get("smtp_user_name"), rest.get("was"), self._changed(rest.get("fields"))
        if len(rest) < len(pairs) - 3 or not rest.keys() <= _CHANGE_REST or fields is None:
            return None
        if not (type(name) is str and name and _may_be_text(user) and _may_be_text(was)):
            return None
        if not (type(action) is str and action in _ACTIONS and type(end) is str and end in _ENDS):
            return None
        return PastChange(name, action, user, end, fields, was)  # type: ignore[arg-type]

    def _changed(self, document: Any) -> tuple[FieldChange, ...] | None:
        if document is None:
            return ()
        if type(document) is not dict:
            return None
        found = [self._field(field, document[field]) for field in FIELDS if field in document]
        whole = [one for one in found if one is not None]
        return tuple(whole) if len(whole) == len(document) else None

    def _field(self, field: Field, values: Any) -> FieldChange | None:
        if type(values) is not dict or values.keys() != _VALUES:
            return None
        before, after = values["before"], values["after"]
        if after is None or not (_may_be_value(before) and _may_be_value(after)):
            return None
        key = (field, before, after)
        return self._fields.get(key) or _kept(self._fields, key, FieldChange(field, before, after))


def _deliveries(document: Any) -> tuple[Delivery, ...] | None:
    if document is None:
        return ()
    if type(document) is not dict:
        return None
    found = [_delivery(address, document[address]) for address in sorted(document)]
    whole = tuple(one for one in found if one is not None)
    return whole if len(whole) == len(document) else None


def _delivery(address: str, document: Any) -> Delivery | None:
    if type(document) is not dict or document.keys() != _DELIVERY:
        return None
    form, verifier = document["form"], document["verifier"]
    return (
        Delivery(address, form, verifier)
        if form is not None and _may_be_text(form) and _may_be_text(verifier)
        else None
    )


def _kept(known: dict[Key, Value], key: Key, value: Value) -> Value:
    """Return `value`, from now on found under `key` as long as there is room."""
    if len(known) < _SHARED:
        known[key] = value
    return value


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _may_be_count(value: Any) -> bool:
    return value is None or _is_count(value)


def _may_be_text(value: Any) -> bool:
    return value is None or (type(value) is str and value != "")


def _may_be_value(value: Any) -> bool:
    return _may_be_text(value) or _is_count(value)
