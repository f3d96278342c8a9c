"""What a single call shows: an answer, accepted credentials, the time."""

from __future__ import annotations

from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from sarv_sync.doctor.evidence import Setting
from sarv_sync.doctor.words import counted, listed
from sarv_sync.errors import AuthenticationFailed, Fault
from sarv_sync.model.diagnosis import Finding
from sarv_sync.model.users import Listing

if TYPE_CHECKING:
    from sarv_sync.doctor.evidence import Call, Settings
    from sarv_sync.model.route import Route

SKEW_MAX = 60
"""Seconds. The lock of the state is believed until a time of day."""


def check_call(settings: Settings, route: Route | None, call: Call | None) -> Finding:
    """Check that `listSmtp` gets an answer that can be used, be it a refusal of the credentials."""
    if call is None:
        return Finding("call", "skipped", _not_made(settings, route))
    match call.result:
        case Listing():
            return Finding("call", "ok", "listSmtp was answered with a listing")
        case AuthenticationFailed():
            return Finding("call", "ok", "listSmtp was answered with a refusal")
        case error:
            return Finding("call", "failed", error.message, error.hint)


def check_credentials(settings: Settings, call: Call | None) -> Finding:
    """Check that owner id and token are accepted."""
    match None if call is None else call.result:
        case Listing():
            return Finding("credentials", "ok", "owner_id and token were accepted")
        case AuthenticationFailed(message=message):
            return Finding("credentials", "failed", message, _of_one_account(settings))
        case _:
            return Finding("credentials", "skipped", "no answer says whether they are right")


def check_clock(call: Call | None) -> Finding:
    """Check this machine's clock against the time that the answer states."""
    theirs = None if call is None or call.date is None else _seconds(call.date)
    if call is None or theirs is None:
        return Finding("clock", "skipped", "no answer states the time")
    if call.began - SKEW_MAX <= theirs <= call.ended + SKEW_MAX:
        return Finding("clock", "ok", f"within {SKEW_MAX} seconds of the provider's")
    behind = theirs > call.ended
    off = int(theirs - call.ended if behind else call.began - theirs)
    message = f"this machine's clock is {counted(off, 'second')} {'behind' if behind else 'ahead of'} the provider's"
    return Finding("clock", "warning", message, "set the clock: until when a run's lock is believed is a time of day")


def _not_made(settings: Settings, route: Route | None) -> str:
    """Return what a call lacks."""
    lacking = [name for name, setting in _needed(settings).items() if not isinstance(setting, Setting)]
    if isinstance(settings.ca_bundle, Fault):
        lacking.append("ca_bundle")
    if route is not None:
        steps = zip(("resolution", "connection", "tls"), route, strict=True)
        lacking += [name for name, step in steps if isinstance(step, Fault)]
    return f"depends on {listed(lacking)}"


def _needed(settings: Settings) -> dict[str, Setting | Fault | None]:
    return {"endpoint": settings.endpoint, "owner_id": settings.owner_id, "token": settings.token}


def _of_one_account(settings: Settings) -> str:
    given = (
        f"{name} ({setting.origin})" for name, setting in _needed(settings).items() if isinstance(setting, Setting)
    )
    return f"check that {listed(given)} are of one account, and that the token was not replaced since"


def _seconds(date: str) -> float | None:
    """Return an HTTP date in seconds since 1970, None if it is none."""
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
