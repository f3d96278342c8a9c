"""What is known of one user beside its values, each part behind its label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.explain_outlook import counted_as
from sarv_sync.reporting.history_parts import moment
from sarv_sync.reporting.layout import cells, hanging, pad, wrapped
from sarv_sync.reporting.text_parts import address_cell
from sarv_sync.reporting.wording import place_of

if TYPE_CHECKING:
    from sarv_sync.model.explanation import ExplainedUser, Explanation, Holding
    from sarv_sync.model.state import PasswordRecord
    from sarv_sync.model.users import DesiredUser
    from sarv_sync.reporting.style import Role, Style

_LABEL = 16
_NARROWEST = 24
_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "m"), (1.0, "s"))

HOLDING_WORDS: dict[Holding, tuple[str, Role]] = {
    "holds": ("has the account's password", "add"),
    "new": ("has none yet", "change"),
    "owed": ("is owed it: it never arrived", "trouble"),
    "changed": ("has an older one: it was changed outside", "trouble"),
    "gone": ("had it, and it is gone", "trouble"),
    "other": ("was seen to have another", "trouble"),
    "layout": ("has it, laid out in another way", "change"),
    "untold": ("has one; which, cannot be told", "notice"),
    "left": ("has one; no sink leads there any more", "notice"),
}


def details(explanation: Explanation, style: Style) -> list[str]:
    """Return what the files say of the name as a whole."""
    entry, removed = explanation.entry, explanation.removed
    parts: list[tuple[str, str]] = []
    if entry is not None:
        place = place_of(entry.source) or ""
        parts += [("entry", f"{place}, with profile {entry.profile}" if entry.profile else place)]
        parts += [("description", entry.description or ""), ("labels", _labels(entry)), ("pin", _pins(entry))]
        parts += [("renamed_from", entry.renamed_from or ""), ("recreate", "true" if entry.recreate else "")]
    if removed is not None:
        parts += [("removed", f"{removed.policy}, {place_of(removed.source)}")]
    if explanation.unowned is not None:
        parts += [("known", counted_as(explanation.unowned))]
    return [line for label, text in parts for line in _labelled(label, text, style)]


def labelled(user: ExplainedUser, explanation: Explanation, style: Style) -> list[str]:
    """Return what the state knows of one user, and where its password is."""
    binding = user.binding
    parts: list[tuple[str, str]] = [("row", user.fault or "")]
    if binding is not None:
        parts += [("bound as", user.known_as if user.known_as != user.name else "")]
        parts += [("was", binding.renamed_from or ""), ("retired", _retired(user)), ("used again", _recycled(user))]
        parts += [("password", _password(binding.password))]
    if explanation.entry is not None:
        parts += [("rotation", _policy(explanation.entry, user))]
    if user.serves is not None:
        parts += [("serves", _serves(user))]
    lines = [line for label, text in parts for line in _labelled(label, text, style)]
    return lines + _delivery_lines(user, style)


def _labelled(label: str, text: str, style: Style) -> list[str]:
    first = f"  {pad(label, _LABEL - 4)}  "
    return hanging(first, wrapped(printable(text), max(style.room - len(first), _NARROWEST))) if text else []


def _labels(entry: DesiredUser) -> str:
    return ", ".join(f"{key}={value}" for key, value in entry.labels)


def _pins(entry: DesiredUser) -> str:
    return " and ".join(pin for pin in (entry.smtp_user_name, entry.password.alternate_pin) if pin)


def _retired(user: ExplainedUser) -> str:
    if not user.retired or user.binding is None:
        return ""
    at = user.binding.removed_at
    return f"since {moment(at)} UTC" if at else "since a time that is not known"


def _recycled(user: ExplainedUser) -> str:
    former = user.binding.recycled_from if user.binding is not None else None
    return f"it was retired as {former}; apply goes on with it" if former else ""


def _password(record: PasswordRecord) -> str:
    since = f"since {moment(record.since)} UTC" if record.since else ""
    version = f"password_version {record.version:,}" if record.version is not None else ""
    changing = f"being changed since {moment(record.rotating.at)} UTC" if record.rotating is not None else ""
    return ", ".join(part for part in (since, version, changing) if part)


def _policy(entry: DesiredUser, user: ExplainedUser) -> str:
    """Return when and how the password is changed, as far as the files say."""
    policy = entry.password
    said = [f"every {_duration(policy.every)}"] if policy.every is not None else []
    said += [f"next on {moment(user.due)} UTC"] if user.due is not None else []
    said += [f"password_version {policy.version:,}"] if policy.version > 1 else []
    said += [f"two users in turns, {_duration(policy.grace)} of grace"] if policy.rotation == "alternate" else []
    return ", ".join(said)


def _serves(user: ExplainedUser) -> str:
    left = user.binding.password.left if user.binding is not None else None
    if user.serves:
        return "yes"
    return f"no, not since {moment(left)} UTC" if left else "no"


def _duration(seconds: float) -> str:
    """Return `90 d`, `36 h`, `90 s`: in the largest unit that is whole."""
    unit, sign = next((one for one in _UNITS if seconds % one[0] == 0), _UNITS[-1])
    return f"{seconds / unit:g} {sign}"


def _delivery_lines(user: ExplainedUser, style: Style) -> list[str]:
    """Return each target and what it has."""
    lines = []
    for one in user.deliveries:
        said, role = HOLDING_WORDS[one.holding]
        address = address_cell(one.address)
        first = f"  {pad('target', _LABEL - 4)}  "
        if len(first) + cells(address) + 2 + cells(said) <= style.room:
            lines.append(f"{first}{address}  {style.paint(role, said)}")
            continue
        room = max(style.room - len(first), _NARROWEST)
        lines += [*hanging(first, wrapped(address, room)), " " * (len(first) + 2) + style.paint(role, said)]
    return lines
