"""When and how the passwords of users are changed: own keys over profile over defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import BROKEN, Map
from sarv_sync.config.settings import seconds
from sarv_sync.config.wording import shown
from sarv_sync.model.users import NO_POLICY, PasswordPolicy

if TYPE_CHECKING:
    from sarv_sync.config.layers import Layer
    from sarv_sync.config.source_file import SourceFile

_NEVER = "never"
_HOUR = 3600.0


class PolicyResolver:
    """Resolves the policies of the users of all files. `main` is where the layers below them stand."""

    def __init__(self, main: SourceFile) -> None:
        self._main = main
        self._made: dict[tuple[Any, ...], PasswordPolicy] = {}

    def resolve(self, file: SourceFile, name: str, own: Map, below: Layer) -> PasswordPolicy | None:
        """Return the policy of the user called `name`, whose entry in `file` is `own`; None if it is wrong."""
        values = below.values
        rotate = own.get("rotate", values.get("rotate"))
        key = (
            own.get("password_version", 1),
            rotate.get("every") if isinstance(rotate, Map) else rotate,
            own.get("rotation", values.get("rotation", "in-place")),
            own.get("grace", values.get("grace", "24h")),
            own.get("alternate_smtp_user_name"),
        )
        if BROKEN in key:
            return None
        policy = self._made.get(key) or self._made.setdefault(key, _policy(*key))
        if policy is not NO_POLICY or "grace" in own:
            self._check(file, name, own, below, policy)
        return policy

    def _check(self, file: SourceFile, name: str, own: Map, below: Layer, policy: PasswordPolicy) -> None:
        if policy.every == 0:
            where, at = written_at(file, own, self._main, below, ("rotate",))
            message = "`every` is no time at all: each apply would change the password"
            where.error(at, message, "write an age such as 90d, or never")
            return
        if policy.every is not None and policy.every < _HOUR:
            where, at = written_at(file, own, self._main, below, ("rotate",))
            message = "`every` is less than an hour: nearly every run would change the password"
            where.warning(at, message, "write an age such as 90d")
        if policy.rotation == "alternate":
            self._check_grace(file, name, own, below, policy)
            self._check_ignored(file, name, own, below)
        else:
            _check_alone(file, own)

    def _check_ignored(self, file: SourceFile, name: str, own: Map, below: Layer) -> None:
        ignored = own.get("ignore_changes", below.values.get("ignore_changes", ()))
        if ignored is BROKEN or "status" not in (ignored or ()):
            return
        where, at = written_at(file, own, self._main, below, ("ignore_changes",))
        message = f"the status of `{shown(name)}` cannot be ignored: its two users are enabled and disabled in turns"
        where.error(at, message, "take `status` out of `ignore_changes`, or drop `rotation: alternate`")

    def _check_grace(self, file: SourceFile, name: str, own: Map, below: Layer, policy: PasswordPolicy) -> None:
        if policy.every is None or policy.grace <= policy.every:
            return
        message = f"`grace` is longer than `rotate.every` for `{shown(name)}`: its idle user would still be in use"
        where, at = written_at(file, own, self._main, below, ("grace", "rotate"))
        where.error(at, message, "shorten `grace`, or lengthen `every`")


def _check_alone(file: SourceFile, own: Map) -> None:
    """Say which keys of `own`, an entry with one user, are about a second."""
    hint = "add `rotation: alternate`, or drop the key"
    if "alternate_smtp_user_name" in own:
        message = "`alternate_smtp_user_name` has no effect without `rotation: alternate`"
        file.error(own.key_at("alternate_smtp_user_name"), message, hint)
    if "grace" in own:
        file.warning(own.key_at("grace"), "`grace` has no effect without `rotation: alternate`", hint)


def written_at(
    file: SourceFile, own: Map, main: SourceFile, below: Layer, keys: tuple[str, ...]
) -> tuple[SourceFile, int]:
    """Return the file and offset at which the first of `keys` that is written counts for the user `own` of `file`."""
    for key in keys:
        if key in own:
            return file, own.key_at(key)
    return main, next(below.offsets[key] for key in keys if key in below.offsets)


def _policy(version: int, every: str | None, rotation: Any, grace: str, pin: str | None) -> PasswordPolicy:
    age = None if every is None or every == _NEVER else seconds(every)
    policy = PasswordPolicy(version, age, rotation, seconds(grace), pin)
    return NO_POLICY if policy == NO_POLICY else policy
