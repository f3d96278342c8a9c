"""The schema of `plan` as code, written by `python tools/compile_schemas.py`."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

from sarv_sync.compiled import rules


def _any_1(value: object) -> bool:
    return value == "sarv-sync-plan/1"

def _string_2(value: object) -> bool:
    return isinstance(value, str)

def _string_3(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 71 and rules.pattern("^sha256:[0-9a-f]{64}$")(value) is not None

_KEYS_4: rules.Checks = {
    "endpoint": _string_2,
    "owner_id": _string_2,
}

def _object_5(value: object) -> bool:
    return isinstance(value, dict) and "endpoint" in value and "owner_id" in value and rules.closed(_KEYS_4, value)

def _integer_6(value: object) -> bool:
    return type(value) is int and value >= 0

_KEYS_7: rules.Checks = {
    "create": _integer_6,
    "update": _integer_6,
    "disable": _integer_6,
    "adopt": _integer_6,
    "rename": _integer_6,
    "forget": _integer_6,
    "rotate": _integer_6,
    "deliver": _integer_6,
    "unchanged": _integer_6,
    "blocked": _integer_6,
    "drift": _integer_6,
    "unmanaged": _integer_6,
}

def _object_8(value: object) -> bool:
    return isinstance(value, dict) and "create" in value and "update" in value and "disable" in value and "adopt" in value and "rename" in value and "forget" in value and "rotate" in value and "deliver" in value and "unchanged" in value and "blocked" in value and "drift" in value and "unmanaged" in value and rules.closed(_KEYS_7, value)

def _any_9(value: object) -> bool:
    return value in ("create", "update", "disable", "adopt", "rename", "forget", "rotate", "deliver")

def _string_or_null_10(value: object) -> bool:
    return (isinstance(value, str) or value is None)

def _any_11(value: object) -> bool:
    return value in ("config", "drift", "both")

def _boolean_12(value: object) -> bool:
    return isinstance(value, bool)

def _any_13(value: object) -> bool:
    return value in ("total_limit", "hourly_limit", "status")

def _integer_or_string_or_null_14(value: object) -> bool:
    return (type(value) is int or isinstance(value, str) or value is None)

def _integer_or_string_15(value: object) -> bool:
    return (type(value) is int or isinstance(value, str))

_KEYS_16: rules.Checks = {
    "field": _any_13,
    "before": _integer_or_string_or_null_14,
    "after": _integer_or_string_15,
}

def _any_17(value: object) -> bool:
    return value == "status"

_KEYS_18: rules.Checks = {
    "field": _any_17,
}

def _any_19(value: object) -> bool:
    return (not isinstance(value, dict) or rules.opened(_KEYS_18, value))

def _any_20(value: object) -> bool:
    return value in ("Enable", "Disable", None)

def _any_21(value: object) -> bool:
    return value in ("Enable", "Disable")

_KEYS_22: rules.Checks = {
    "before": _any_20,
    "after": _any_21,
}

def _any_23(value: object) -> bool:
    return (not isinstance(value, dict) or rules.opened(_KEYS_22, value))

def _integer_or_null_24(value: object) -> bool:
    return (type(value) is int or value is None)

def _integer_25(value: object) -> bool:
    return type(value) is int

_KEYS_26: rules.Checks = {
    "before": _integer_or_null_24,
    "after": _integer_25,
}

def _any_27(value: object) -> bool:
    return (not isinstance(value, dict) or rules.opened(_KEYS_26, value))

def _object_28(value: object) -> bool:
    return isinstance(value, dict) and "field" in value and "before" in value and "after" in value and rules.closed(_KEYS_16, value) and (_any_23(value) if _any_19(value) else _any_27(value))

def _array_29(value: object) -> bool:
    return isinstance(value, list) and all(map(_object_28, value))

def _integer_30(value: object) -> bool:
    return type(value) is int and value >= 1

_KEYS_31: rules.Checks = {
    "file": _string_2,
    "line": _integer_30,
}

def _object_or_null_32(value: object) -> bool:
    return ((isinstance(value, dict) and "file" in value and "line" in value and rules.closed(_KEYS_31, value)) or value is None)

def _array_33(value: object) -> bool:
    return isinstance(value, list) and len(value) >= 1 and all(map(_string_2, value))

def _array_34(value: object) -> bool:
    return isinstance(value, list) and all(map(_string_2, value))

def _any_35(value: object) -> bool:
    return value in ("asked", "version", "age", "left", "layout", "recycled", "returning")

_KEYS_36: rules.Checks = {
    "name": _string_2,
    "action": _any_9,
    "smtp_user_name": _string_or_null_10,
    "cause": _any_11,
    "reversible": _boolean_12,
    "fields": _array_29,
    "source": _object_or_null_32,
    "renamed_from": _string_2,
    "sinks": _array_33,
    "forms": _array_34,
    "why": _any_35,
    "former": _string_2,
}

def _object_37(value: object) -> bool:
    return isinstance(value, dict) and "name" in value and "action" in value and "smtp_user_name" in value and "cause" in value and "reversible" in value and "fields" in value and "source" in value and rules.closed(_KEYS_36, value)

def _array_38(value: object) -> bool:
    return isinstance(value, list) and all(map(_object_37, value))

def _any_39(value: object) -> bool:
    return value in ("changed", "missing", "password_changed", "undelivered")

_KEYS_40: rules.Checks = {
    "name": _string_2,
    "smtp_user_name": _string_2,
    "kind": _any_39,
    "fields": _array_29,
}

def _object_41(value: object) -> bool:
    return isinstance(value, dict) and "name" in value and "smtp_user_name" in value and "kind" in value and "fields" in value and rules.closed(_KEYS_40, value)

def _array_42(value: object) -> bool:
    return isinstance(value, list) and all(map(_object_41, value))

def _any_43(value: object) -> bool:
    return value is True

_KEYS_44: rules.Checks = {
    "smtp_user_name": _string_2,
    "total_limit": _integer_25,
    "hourly_limit": _integer_25,
    "status": _any_21,
    "new": _any_43,
}

def _object_45(value: object) -> bool:
    return isinstance(value, dict) and "smtp_user_name" in value and "total_limit" in value and "hourly_limit" in value and "status" in value and rules.closed(_KEYS_44, value)

def _array_46(value: object) -> bool:
    return isinstance(value, list) and all(map(_object_45, value))

def _any_47(value: object) -> bool:
    return value in ("missing", "unreadable", "listing", "ambiguous", "pin", "conflict", "removal_forbidden", "no_sink", "grace")

_KEYS_48: rules.Checks = {
    "name": _string_2,
    "reason": _any_47,
    "message": _string_2,
    "hint": _string_2,
}

def _object_49(value: object) -> bool:
    return isinstance(value, dict) and "name" in value and "reason" in value and "message" in value and "hint" in value and rules.closed(_KEYS_48, value)

def _array_50(value: object) -> bool:
    return isinstance(value, list) and all(map(_object_49, value))

def _integer_or_null_51(value: object) -> bool:
    return ((type(value) is int and value >= 1) or value is None)

_KEYS_52: rules.Checks = {
    "message": _string_2,
    "hint": _string_or_null_10,
    "file": _string_or_null_10,
    "line": _integer_or_null_51,
    "column": _integer_or_null_51,
}

def _object_53(value: object) -> bool:
    return isinstance(value, dict) and "message" in value and "hint" in value and "file" in value and "line" in value and "column" in value and rules.closed(_KEYS_52, value)

def _array_54(value: object) -> bool:
    return isinstance(value, list) and all(map(_object_53, value))

def _any_55(value: object) -> bool:
    return value in ("guard", "budget", "labels", "listing", "unmanaged", "state", "sinks")

def _object_56(value: object) -> bool:
    return isinstance(value, dict) and "file" in value and "line" in value and rules.closed(_KEYS_31, value)

_KEYS_57: rules.Checks = {
    "reason": _any_55,
    "message": _string_2,
    "hint": _string_2,
    "source": _object_56,
}

def _object_58(value: object) -> bool:
    return isinstance(value, dict) and "reason" in value and "message" in value and "hint" in value and rules.closed(_KEYS_57, value)

def _array_59(value: object) -> bool:
    return isinstance(value, list) and all(map(_object_58, value))

_KEYS_60: rules.Checks = {
    "format": _any_1,
    "tool_version": _string_2,
    "digest": _string_3,
    "account": _object_5,
    "summary": _object_8,
    "changes": _array_38,
    "drift": _array_42,
    "unmanaged": _array_46,
    "blocked": _array_50,
    "warnings": _array_54,
    "refused": _array_59,
    "targets": _array_34,
}

def document(value: object) -> bool:
    """Whether `value` is what the schema describes at `#`."""
    return isinstance(value, dict) and "format" in value and "tool_version" in value and "digest" in value and "account" in value and "summary" in value and "changes" in value and "drift" in value and "unmanaged" in value and "blocked" in value and "warnings" in value and "refused" in value and "targets" in value and rules.closed(_KEYS_60, value)
