"""The schema of `config` as code, written by `python tools/compile_schemas.py`."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

from sarv_sync.compiled import rules


def _integer_1(value: object) -> bool:
    return type(value) is int and value == 1

def _string_2(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^https?://(\\[[0-9A-Fa-f:.]+\\]|[^\\s/?#@\\\\:\\[\\]]+)(:[0-9]{1,5})?(/[^\\s?#\\\\]*)?$(?!\\n)")(value) is not None

def _string_3(value: object) -> bool:
    return isinstance(value, str) and len(value) >= 1

def _integer_4(value: object) -> bool:
    return type(value) is int and value >= 1 and value <= 65535

_KEYS_5: rules.Checks = {
    "host": _string_3,
    "port": _integer_4,
}

def _object_or_null_6(value: object) -> bool:
    return ((isinstance(value, dict) and rules.closed(_KEYS_5, value)) or value is None)

def _string_7(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[0-9]{1,9}(\\.[0-9]{1,9})?(ms|s|m|h)$(?!\\n)")(value) is not None

_KEYS_8: rules.Checks = {
    "endpoint": _string_2,
    "owner_id": _string_3,
    "smtp": _object_or_null_6,
    "settle": _string_7,
    "retry_for": _string_7,
}

def _object_or_null_9(value: object) -> bool:
    return ((isinstance(value, dict) and rules.closed(_KEYS_8, value)) or value is None)

def _boolean_10(value: object) -> bool:
    return isinstance(value, bool)

def _string_11(value: object) -> bool:
    return isinstance(value, str) and value in ("AES256", "aws:kms", "aws:kms:dsse")

def _integer_12(value: object) -> bool:
    return type(value) is int and value >= 1 and value <= 1000000

def _object_or_null_13(value: object) -> bool:
    return (isinstance(value, dict) or value is None)

_KEYS_14: rules.Checks = {
    "backend": _string_3,
    "path": _string_3,
    "remote": _string_3,
    "ref": _string_3,
    "bucket": _string_3,
    "key": _string_3,
    "region": _string_3,
    "endpoint": _string_3,
    "path_style": _boolean_10,
    "encryption": _string_11,
    "kms_key_id": _string_3,
    "conninfo": _string_3,
    "table": _string_3,
    "name": _string_3,
    "address": _string_3,
    "lock_address": _string_3,
    "unlock_address": _string_3,
    "update_method": _string_3,
    "lock_method": _string_3,
    "unlock_method": _string_3,
    "history": _integer_12,
    "options": _object_or_null_13,
}

def _object_or_null_15(value: object) -> bool:
    return ((isinstance(value, dict) and rules.closed(_KEYS_14, value)) or value is None)

def _array_or_null_16(value: object) -> bool:
    return ((isinstance(value, list) and all(map(_string_3, value))) or value is None)

def _integer_17(value: object) -> bool:
    return type(value) is int and value >= 1 and value <= 2147483647

def _string_18(value: object) -> bool:
    return isinstance(value, str) and value in ("Enable", "Disable")

def _string_19(value: object) -> bool:
    return isinstance(value, str) and value in ("total_limit", "hourly_limit", "status")

def _array_20(value: object) -> bool:
    return isinstance(value, list) and all(map(_string_19, value)) and len(set(value)) == len(value)

def _string_21(value: object) -> bool:
    return isinstance(value, str)

def _object_or_null_22(value: object) -> bool:
    return ((isinstance(value, dict) and all(map(_string_21, value.values()))) or value is None)

def _string_23(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^(never|[0-9]{1,9}(\\.[0-9]{1,9})?(ms|s|m|h|d))$(?!\\n)")(value) is not None

_KEYS_24: rules.Checks = {
    "every": _string_23,
}

def _object_25(value: object) -> bool:
    return isinstance(value, dict) and "every" in value and rules.closed(_KEYS_24, value)

def _string_26(value: object) -> bool:
    return isinstance(value, str) and value in ("in-place", "alternate")

def _string_27(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[0-9]{1,9}(\\.[0-9]{1,9})?(ms|s|m|h|d)$(?!\\n)")(value) is not None

_KEYS_28: rules.Checks = {
    "total_limit": _integer_17,
    "hourly_limit": _integer_17,
    "status": _string_18,
    "ignore_changes": _array_20,
    "labels": _object_or_null_22,
    "rotate": _object_25,
    "rotation": _string_26,
    "grace": _string_27,
}

def _object_or_null_29(value: object) -> bool:
    return ((isinstance(value, dict) and rules.closed(_KEYS_28, value)) or value is None)

def _string_30(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[a-z0-9][a-z0-9._-]{0,62}$(?!\\n)")(value) is not None

def _object_or_null_31(value: object) -> bool:
    return ((isinstance(value, dict) and all(map(_string_30, value)) and all(map(_object_or_null_29, value.values()))) or value is None)

def _object_32(value: object) -> bool:
    return isinstance(value, dict) and all(map(_string_21, value.values()))

_KEYS_33: rules.Checks = {
    "labels": _object_32,
}

def _object_34(value: object) -> bool:
    return isinstance(value, dict) and "labels" in value and rules.closed(_KEYS_33, value)

def _string_35(value: object) -> bool:
    return isinstance(value, str) and value == "smtp"

def _array_36(value: object) -> bool:
    return isinstance(value, list) and all(map(_string_3, value))

def _string_37(value: object) -> bool:
    return isinstance(value, str) and value in ("all", "private", "selected")

def _string_38(value: object) -> bool:
    return isinstance(value, str) and value in ("client", "kubectl")

_KEYS_39: rules.Checks = {
    "sink": _string_3,
    "only": _object_34,
    "verify": _string_35,
    "keys": _object_32,
    "path": _string_3,
    "command": _array_36,
    "timeout": _string_7,
    "repository": _string_3,
    "environment": _string_3,
    "organization": _string_3,
    "visibility": _string_37,
    "prefix": _string_3,
    "mount": _string_3,
    "auth_mount": _string_3,
    "secret": _string_3,
    "region": _string_3,
    "kms_key_id": _string_3,
    "namespace": _string_3,
    "context": _string_3,
    "via": _string_38,
    "manifest": _string_3,
    "plaintext": _boolean_10,
    "recipients": _array_36,
    "options": _object_or_null_13,
}

def _object_40(value: object) -> bool:
    return isinstance(value, dict) and "sink" in value and rules.closed(_KEYS_39, value)

def _array_or_null_41(value: object) -> bool:
    return ((isinstance(value, list) and all(map(_object_40, value))) or value is None)

def _string_42(value: object) -> bool:
    return isinstance(value, str) and value in ("ignore", "report", "forbid")

_KEYS_43: rules.Checks = {
    "policy": _string_42,
    "except": _array_or_null_16,
}

def _string_or_object_44(value: object) -> bool:
    return ((isinstance(value, str) and rules.pattern("^(ignore|report|forbid)$(?!\\n)")(value) is not None) or (isinstance(value, dict) and rules.closed(_KEYS_43, value)))

def _string_45(value: object) -> bool:
    return isinstance(value, str) and value in ("disable", "forget", "forbid")

def _string_46(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[1-9][0-9]{0,8}(h|d)$(?!\\n)")(value) is not None

_KEYS_47: rules.Checks = {
    "after": _string_46,
}

def _object_or_null_48(value: object) -> bool:
    return ((isinstance(value, dict) and "after" in value and rules.closed(_KEYS_47, value)) or value is None)

def _integer_or_string_49(value: object) -> bool:
    return ((type(value) is int and value >= 0 and value <= 2147483647) or (isinstance(value, str) and rules.pattern("^(100|[1-9]?[0-9])%$(?!\\n)")(value) is not None))

def _integer_50(value: object) -> bool:
    return type(value) is int and value >= 0 and value <= 1000000000000000

def _string_51(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[1-9][0-9]{0,9}(\\.[0-9]{1,3})?x$(?!\\n)")(value) is not None

_KEYS_52: rules.Checks = {
    "max_creates": _integer_or_string_49,
    "max_disables": _integer_or_string_49,
    "max_updates": _integer_or_string_49,
    "max_rotations": _integer_or_string_49,
    "max_total_hourly": _integer_50,
    "max_raise": _string_51,
}

def _object_or_null_53(value: object) -> bool:
    return ((isinstance(value, dict) and rules.closed(_KEYS_52, value)) or value is None)

def _object_54(value: object) -> bool:
    return isinstance(value, dict) and len(value) >= 1 and all(map(_string_21, value.values()))

_KEYS_55: rules.Checks = {
    "labels": _object_54,
    "hourly_limit": _integer_50,
    "total_limit": _integer_50,
}

def _any_56(value: object) -> bool:
    return (not isinstance(value, dict) or "hourly_limit" in value)

def _any_57(value: object) -> bool:
    return (not isinstance(value, dict) or "total_limit" in value)

def _object_58(value: object) -> bool:
    return isinstance(value, dict) and "labels" in value and rules.closed(_KEYS_55, value) and (_any_56(value) or _any_57(value))

def _array_or_null_59(value: object) -> bool:
    return ((isinstance(value, list) and all(map(_object_58, value))) or value is None)

def _array_or_null_60(value: object) -> bool:
    return ((isinstance(value, list) and all(map(_string_3, value)) and len(set(value)) == len(value)) or value is None)

def _string_61(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$(?!\\n)")(value) is not None

_KEYS_62: rules.Checks = {
    "public_key": _string_61,
    "max_age": _string_7,
}

def _object_or_null_63(value: object) -> bool:
    return ((isinstance(value, dict) and rules.closed(_KEYS_62, value)) or value is None)

def _string_64(value: object) -> bool:
    return isinstance(value, str) and rules.pattern("^[!-~]{1,255}$(?!\\n)")(value) is not None

_KEYS_65: rules.Checks = {
    "total_limit": _integer_17,
    "hourly_limit": _integer_17,
    "status": _string_18,
    "ignore_changes": _array_20,
    "labels": _object_or_null_22,
    "rotate": _object_25,
    "rotation": _string_26,
    "grace": _string_27,
    "profile": _string_30,
    "description": _string_21,
    "smtp_user_name": _string_64,
    "alternate_smtp_user_name": _string_64,
    "renamed_from": _string_30,
    "recreate": _boolean_10,
    "password_version": _integer_12,
}

def _object_or_null_66(value: object) -> bool:
    return ((isinstance(value, dict) and rules.closed(_KEYS_65, value)) or value is None)

def _object_or_null_67(value: object) -> bool:
    return ((isinstance(value, dict) and all(map(_string_30, value)) and all(map(_object_or_null_66, value.values()))) or value is None)

def _object_or_null_68(value: object) -> bool:
    return ((isinstance(value, dict) and all(map(_string_30, value)) and all(map(_string_45, value.values()))) or value is None)

_KEYS_69: rules.Checks = {
    "version": _integer_1,
    "account": _object_or_null_9,
    "state": _object_or_null_15,
    "include": _array_or_null_16,
    "defaults": _object_or_null_29,
    "profiles": _object_or_null_31,
    "credentials": _array_or_null_41,
    "unmanaged": _string_or_object_44,
    "on_removal": _string_45,
    "recycle": _object_or_null_48,
    "guards": _object_or_null_53,
    "budgets": _array_or_null_59,
    "require_labels": _array_or_null_60,
    "snapshot": _object_or_null_63,
    "users": _object_or_null_67,
    "removed": _object_or_null_68,
}

def main(value: object) -> bool:
    """Whether `value` is what the schema describes at `#`."""
    return isinstance(value, dict) and "version" in value and rules.closed(_KEYS_69, value)

_KEYS_70: rules.Checks = {
    "users": _object_or_null_67,
    "removed": _object_or_null_68,
}

def included(value: object) -> bool:
    """Whether `value` is what the schema describes at `#/$defs/included`."""
    return isinstance(value, dict) and rules.closed(_KEYS_70, value)
