"""The schema of `snapshot` as code, written by `python tools/compile_schemas.py`."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

from sarv_sync.compiled import rules


def _any_1(value: object) -> bool:
    return value == "sarv-sync-snapshot/1"

def _integer_2(value: object) -> bool:
    return type(value) is int and value >= 0 and value <= 9007199254740991

def _string_3(value: object) -> bool:
    return isinstance(value, str) and len(value) >= 1

_KEYS_4: rules.Checks = {
    "endpoint": _string_3,
    "owner_id": _string_3,
}

def _object_5(value: object) -> bool:
    return isinstance(value, dict) and "endpoint" in value and "owner_id" in value and rules.closed(_KEYS_4, value)

def _string_6(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$(?!\\n)")(value) is not None

def _string_7(value: object) -> bool:
    return isinstance(value, str) and len(value) >= 1 and len(value) <= 256

def _any_8(value: object) -> bool:
    return value in ("Enable", "Disable")

_KEYS_9: rules.Checks = {
    "smtp_user_name": _string_7,
    "total_limit": _integer_2,
    "hourly_limit": _integer_2,
    "status": _any_8,
}

def _object_10(value: object) -> bool:
    return isinstance(value, dict) and "smtp_user_name" in value and "total_limit" in value and "hourly_limit" in value and "status" in value and rules.closed(_KEYS_9, value)

def _array_11(value: object) -> bool:
    return isinstance(value, list) and all(map(_object_10, value))

def _string_or_null_12(value: object) -> bool:
    return ((isinstance(value, str) and len(value) >= 1 and len(value) <= 256) or value is None)

def _string_13(value: object) -> bool:
    return isinstance(value, str)

_KEYS_14: rules.Checks = {
    "smtp_user_name": _string_or_null_12,
    "message": _string_13,
}

def _object_15(value: object) -> bool:
    return isinstance(value, dict) and "smtp_user_name" in value and "message" in value and rules.closed(_KEYS_14, value)

def _array_16(value: object) -> bool:
    return isinstance(value, list) and all(map(_object_15, value))

def _array_17(value: object) -> bool:
    return isinstance(value, list) and all(map(_string_7, value))

def _any_18(value: object) -> bool:
    return value == "ed25519"

def _string_19(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$(?!\\n)")(value) is not None

def _string_20(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[A-Za-z0-9+/]{85}[AQgw]==$(?!\\n)")(value) is not None

_KEYS_21: rules.Checks = {
    "algorithm": _any_18,
    "public_key": _string_19,
    "value": _string_20,
}

def _object_or_null_22(value: object) -> bool:
    return ((isinstance(value, dict) and "algorithm" in value and "public_key" in value and "value" in value and rules.closed(_KEYS_21, value)) or value is None)

_KEYS_23: rules.Checks = {
    "format": _any_1,
    "serial": _integer_2,
    "account": _object_5,
    "taken_at": _string_6,
    "users": _array_11,
    "faults": _array_16,
    "repeated": _array_17,
    "signature": _object_or_null_22,
}

def document(value: object) -> bool:
    """Whether `value` is what the schema describes at `#`."""
    return isinstance(value, dict) and "format" in value and "serial" in value and "account" in value and "taken_at" in value and "users" in value and "faults" in value and "repeated" in value and "signature" in value and rules.closed(_KEYS_23, value)
