"""Whether the account's listing can be read, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.doctor.words import counted
from sarv_sync.errors import Fault
from sarv_sync.model.diagnosis import Finding
from sarv_sync.planning.health import check_listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing


def check_rows(state: State | str, listing: Listing | None) -> Finding:
    """Name every odd row, and every bound user that is not listed."""
    if listing is None:
        return Finding("listing", "skipped", "no listing came")
    users = counted(len(listing.names()), "user")
    odd = tuple(_odd(listing))
    refusal = None if isinstance(state, str) else check_listing(state, listing)
    if refusal is not None:
        return Finding("listing", "failed", refusal.message, refusal.hint, odd)
    missing = () if isinstance(state, str) else tuple(_missing(state, listing))
    if odd or missing:
        users += f", {counted(len(odd), 'odd row')}" if odd else ""
        users += f", {counted(len(missing), 'bound user')} not listed" if missing else ""
        remedy = "`sarv-sync plan` leaves out the names that this concerns, and says what to do about each"
        return Finding("listing", "warning", users, remedy, (*odd, *missing))
    return Finding("listing", "ok", f"{users}, every row legible")


def _odd(listing: Listing) -> Iterator[Fault]:
    for fault in sorted(listing.faults, key=lambda row: (row.smtp_user_name or "", row.message)):
        yield Fault(fault.message if fault.smtp_user_name is None else f"{fault.smtp_user_name}: {fault.message}")
    for name in sorted(listing.repeated):
        yield Fault(f"{name} is listed more than once")


def _missing(state: State, listing: Listing) -> Iterator[Fault]:
    listed = listing.names()
    for name, binding in sorted(state.bindings.items()):
        if binding.smtp_user_name not in listed:
            yield Fault(f"{binding.smtp_user_name}, the user of {name}, is not listed")
