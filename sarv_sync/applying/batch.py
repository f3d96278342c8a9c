"""Creating the users of one batch.

1. Choose a birthmark for each that nobody in the account has.
2. Write the intents.
3. Call `addSmtp` with the birthmarks, each once, several at a time.
4. Write the bindings, before any birthmark is edited away.
5. Set the desired values, and close the intents of the users that have them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sarv_sync.applying.birthmark import choose, taken_pairs
from sarv_sync.applying.finishing import finish
from sarv_sync.applying.interface import Left
from sarv_sync.applying.settling import list_until
from sarv_sync.errors import AnswerUnusable
from sarv_sync.model.answers import Created, NotCreated, Unknown
from sarv_sync.model.state import Intent
from sarv_sync.model.users import Settings
from sarv_sync.planning.ownership import divide

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sarv_sync.applying.run import Run
    from sarv_sync.applying.silence import Silence
    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.state import Birthmark, State
    from sarv_sync.model.users import Listing

    Answers = Sequence[tuple[Intent, AddAnswer | Left]]

_HALF_MADE = "the user was made, and the run ended before its limits were set"


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of a batch.

    `unheard` is what was heard of each create without a usable answer, by name; `left` are the names for which
    nothing was asked, because nothing was heard any more; `silent` says that not one call got a usable answer.
    """

    unheard: dict[str, str]
    left: frozenset[str]
    silent: bool


def create_batch(run: Run, names: Sequence[str], silence: Silence) -> Batch:
    """Create users for `names`, as far as answers are heard."""
    before = run.journal.state
    # Where any new user may have come of a create, as few as possible are to be new.
    listing = run.recent_listing() if before.echoes_limits else run.list_users()
    intents = _journal(run, names, listing)
    heard = run.call_all(lambda intent: _add(run, intent, silence), intents, lambda: silence.complete)
    answers = _believed(heard, listing.names() | run.listing.names() | before.owned().keys())
    _record(run, answers, before)
    state = run.journal.state
    under_way = state.creates_under_way()
    made = [under_way[name] for name in names if name in under_way and name in state.bindings]
    if state.echoes_limits is None:
        _learn_echo(run, made)
    finish(run, [intent.name for intent in made])
    unheard = {intent.name: answer.error.message for intent, answer in answers if isinstance(answer, Unknown)}
    left = frozenset(intent.name for intent, answer in answers if answer is Left.NOT_BEGUN)
    asked = len(answers) - len(left)
    silent = silence.complete or (bool(unheard) and len(unheard) == asked and not made)
    if not silent:
        silence.broken()
    return Batch(unheard, left, silent)


def _journal(run: Run, names: Sequence[str], listing: Listing) -> list[Intent]:
    """Write the intents of a batch, and return those that need a call: a spare serves a name without one."""
    state = run.journal.state
    ownership = divide(state, listing)
    spares = sorted(ownership.spares.items())
    taken = taken_pairs(listing, run.configuration.users.values(), state)
    listing_id = _new_id(run)
    draft = run.draft()
    reused, fresh = names[: len(spares)], names[len(spares) :]
    intents = []
    for name in fresh:
        mark = choose(run.configuration.users[name].settings, taken, run.world.chooser)
        taken.add(mark)
        intents.append(Intent(_new_id(run), name, mark, listing_id))
    # A listing that lags or fails now must not make users look new that the plan's listing showed already.
    listed = tuple(sorted({*ownership.strangers, *(run.listing.names() - state.owned().keys())}))
    draft.open(intents, listing_id, listed)
    for name, (smtp_user_name, retired) in zip(reused, spares, strict=False):
        draft.use_spare(retired)
        draft.open([Intent(_new_id(run), name, retired.birthmark, listing_id)], listing_id, listed)
        draft.bind(name, smtp_user_name, listing.users[smtp_user_name].settings)
    run.write(draft)
    return intents


def _add(run: Run, intent: Intent, silence: Silence) -> AddAnswer:
    run.ledger.begun(intent.name, None, "unknown", "the call was under way when the run ended")
    answer = run.world.provider.add_user(intent.birthmark.total_limit, intent.birthmark.hourly_limit)
    silence.heard(usable=not isinstance(answer, Unknown))
    if not isinstance(answer, Created):
        run.heed(answer.error)
    return answer


def _believed(answers: Answers, known: Collection[str]) -> Answers:
    """Return `answers`, those that cannot be true made `Unknown`: no new user is `known` already, or made twice."""
    made = Counter(answer.smtp_user_name for _, answer in answers if isinstance(answer, Created))

    def judged(answer: AddAnswer | Left) -> AddAnswer | Left:
        if isinstance(answer, Created) and (answer.smtp_user_name in known or made[answer.smtp_user_name] > 1):
            message = f"the provider says that it made {answer.smtp_user_name}, which is not a new user"
            return Unknown(AnswerUnusable(message, "the account is searched for the user that was really made"))
        return answer

    return [(intent, judged(answer)) for intent, answer in answers]


def _record(run: Run, answers: Answers, before: State) -> None:
    """Write what the answers prove.

    A call that was never made, or made nothing, leaves no intent behind; a name that was to be made anew keeps the
    user it had in the state `before`. A call that is still under way is one without an answer.
    """
    draft = run.draft()
    for intent, answer in answers:
        match answer:
            case Created(smtp_user_name):
                draft.bind(intent.name, smtp_user_name, _as_born(intent.birthmark))
                run.ledger.begun(intent.name, smtp_user_name, "failed", _HALF_MADE)
            case NotCreated(error):
                draft.undo(intent.name, before.bindings.get(intent.name))
                run.ledger.failed(intent.name, None, error.message)
            case Unknown(error):
                run.ledger.begun(intent.name, None, "unknown", error.message)
            case Left.NOT_BEGUN:
                draft.undo(intent.name, before.bindings.get(intent.name))
            case Left.UNDER_WAY:
                pass
    run.write(draft)


def _learn_echo(run: Run, intents: Sequence[Intent]) -> None:
    """Find out, from users just made, whether the account lists exactly the limits it is given."""
    state = run.journal.state
    made = {state.bindings[intent.name].smtp_user_name: intent.birthmark for intent in intents}
    if not made:
        return
    listing = list_until(run, "the new user to show up in the account", lambda seen: made.keys() <= seen.users.keys())
    shown = [(listing.users[name].settings, mark) for name, mark in made.items() if name in listing.users]
    if shown:
        draft = run.draft()
        same = all(
            (seen.total_limit, seen.hourly_limit) == (mark.total_limit, mark.hourly_limit) for seen, mark in shown
        )
        draft.set_echoes(echoes=same)
        run.write(draft)


def _as_born(birthmark: Birthmark) -> Settings:
    return Settings(birthmark.total_limit, birthmark.hourly_limit, "Enable")


def _new_id(run: Run) -> str:
    return f"{run.world.chooser.getrandbits(64):016x}"
