"""Finding out what became of creates that nobody heard the end of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.applying.settling import list_until
from sarv_sync.planning.ownership import Absent, Ambiguous, Found, divide

if TYPE_CHECKING:
    from sarv_sync.applying.run import Run
    from sarv_sync.model.state import Intent
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.ownership import Resolution


def bind_found(run: Run, names: set[str]) -> None:
    """Bind the users that the plan's listing already shows to come from the open creates of `names`."""
    creates = divide(run.journal.state, run.listing).creates
    draft = run.draft()
    for intent in _pending(run, names):
        if isinstance(found := creates[intent.name], Found):
            draft.bind(intent.name, found.smtp_user_name, run.listing.users[found.smtp_user_name].settings)
    run.write(draft)


def recover(run: Run, names: set[str], since: float | None = None) -> dict[str, Resolution]:
    """Resolve the open creates of `names` whose users are not bound, and write what came of each.

    The account is listed until all of them are found or the settle time, which begins at `since` (now, unless
    given), is over. A user that shows the birthmark is bound; a create of which nothing shows counts as never made,
    and its birthmark is given up for ever; where nothing proves anything, the create stays open for a person.
    """
    pending = _pending(run, names)
    if not pending:
        return {}

    def all_found(listing: Listing) -> bool:
        creates = divide(run.journal.state, listing).creates
        return all(isinstance(creates[intent.name], Found) for intent in pending)

    listing = list_until(run, f"{len(pending)} unanswered creates to show up in the account", all_found, since)
    creates = divide(run.journal.state, listing).creates
    draft = run.draft()
    for intent in pending:
        match creates[intent.name]:
            case Found(smtp_user_name):
                draft.bind(intent.name, smtp_user_name, listing.users[smtp_user_name].settings)
            case Absent():
                draft.give_up(intent)
            case Ambiguous():  # pragma: no branch - nothing else is left
                pass
    run.write(draft)
    return {intent.name: creates[intent.name] for intent in pending}


def _pending(run: Run, names: set[str]) -> list[Intent]:
    state = run.journal.state
    return [intent for intent in state.intents.values() if intent.name in names and intent.name not in state.bindings]
