"""Creating users, each exactly once.

`addSmtp` cannot be repeated, carries no label, and its answer can be lost. So, for a batch of names:

1. list the account afresh and choose a birthmark for each;
2. write the intents;
3. call `addSmtp` with the birthmarks, each once;
4. write the bindings, before any birthmark is edited away;
5. look for the users whose creates had no answer, by their birthmarks;
6. set the desired values, and close the intents of the users that have them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sarv_sync.applying.birthmark import choose, taken_pairs
from sarv_sync.applying.editing import Done, Edit, call_edits, note
from sarv_sync.applying.recovery import recover
from sarv_sync.applying.run import batches
from sarv_sync.applying.settling import list_until
from sarv_sync.errors import AnswerUnusable, ProviderError
from sarv_sync.model.answers import Created, NotCreated, Unknown
from sarv_sync.model.state import Intent
from sarv_sync.model.users import Settings
from sarv_sync.planning.difference import changes_to
from sarv_sync.planning.ownership import Absent, Ambiguous, divide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sarv_sync.applying.run import Run
    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.plan import Change
    from sarv_sync.model.state import Birthmark, State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.ownership import Resolution

    Answers = Sequence[tuple[Intent, AddAnswer | None]]

_HALF_MADE = "the user was made, and the run ended before its limits were set"


def create_users(run: Run, changes: Sequence[Change]) -> None:
    """Carry out the creates of `changes`, and finish the ones that an earlier run began.

    A provider that answers nothing usable to two batches in a row is asked no more: each such call may leave a
    user behind.
    """
    state = run.journal.state
    open_names = [change.name for change in changes if run.ledger.end_of(change.name) is None]
    under_way = state.creates_under_way()
    recreated = {change.name for change in changes if change.cause == "drift"}
    begun = [name for name in open_names if name in under_way and name in state.bindings and name not in recreated]
    _finish(run, begun, run.listing)
    done = {*begun, *_back_again(run, recreated.intersection(open_names))}
    fresh = [name for name in open_names if name not in done]
    mute = 0
    for batch in _cut(run, fresh):
        run.check_stop()
        mute = mute + 1 if _create_batch(run, batch) else 0
        if mute == 2:
            raise ProviderError("no create got a usable answer, so no more were tried", "see what the provider says")
    run.check_stop()


def _cut(run: Run, names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut `names` into batches. Whether the account echoes limits is found out with a single user at stake."""
    start = 0
    while start < len(names) and run.journal.state.echoes_limits is None:
        yield names[start : start + 1]
        start += 1
    yield from batches(names[start:], run.world.parallelism * 2)


def _back_again(run: Run, names: Iterable[str]) -> set[str]:
    """Return those of `names`, which are to be made anew, whose users the account lists after all.

    A listing may lag, and a second user can never be taken back: so the missing ones are waited for.
    """
    bindings = run.journal.state.bindings
    missing = {name: bindings[name].smtp_user_name for name in names if name in bindings}
    if not missing:
        return set()
    wanted = set(missing.values())
    listing = list_until(run, "missing users to show up after all", lambda seen: wanted <= seen.names())
    back = {name for name, user in missing.items() if user in listing.names()}
    for name in back:
        run.ledger.failed(name, missing[name], "the account lists its user again, so no other one was made")
    return back


def _create_batch(run: Run, names: Sequence[str]) -> bool:
    """Create users for `names`; return True if not one call got an answer that proves anything."""
    listing = run.world.provider.list_users()
    before = run.journal.state
    intents = _journal(run, names, listing)
    heard = run.call_all(lambda intent: _add(run, intent), intents)
    answers = _believed(heard, listing.names() | run.listing.names() | before.owned().keys())
    _record(run, answers, before)
    lost = {intent.name for intent, answer in answers if isinstance(answer, Unknown)}
    resolutions = recover(run, lost)
    for intent, answer in answers:
        _note(run, intent, answer, resolutions.get(intent.name))
    state = run.journal.state
    under_way = state.creates_under_way()
    made = [under_way[name] for name in names if name in under_way and name in state.bindings]
    if state.echoes_limits is None:
        _learn_echo(run, made)
    _finish(run, [intent.name for intent in made])
    return bool(lost) and not made and len(lost) == len(intents)


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


def _add(run: Run, intent: Intent) -> AddAnswer:
    run.ledger.begun(intent.name, None, "unknown", "the call was under way when the run ended")
    answer = run.world.provider.add_user(intent.birthmark.total_limit, intent.birthmark.hourly_limit)
    if not isinstance(answer, Created):
        run.heed(answer.error)
    return answer


def _believed(answers: Answers, known: Collection[str]) -> Answers:
    """Return `answers`, those that cannot be true made `Unknown`: no new user is `known` already, or made twice."""
    made = Counter(answer.smtp_user_name for _, answer in answers if isinstance(answer, Created))

    def judged(answer: AddAnswer | None) -> AddAnswer | None:
        if isinstance(answer, Created) and (answer.smtp_user_name in known or made[answer.smtp_user_name] > 1):
            message = f"the provider says that it made {answer.smtp_user_name}, which is not a new user"
            return Unknown(AnswerUnusable(message, "the account is searched for the user that was really made"))
        return answer

    return [(intent, judged(answer)) for intent, answer in answers]


def _record(run: Run, answers: Answers, before: State) -> None:
    """Write what the answers prove.

    A call that was never made, or made nothing, leaves no intent behind; a name that was to be made anew keeps the
    user it had in the state `before`.
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
            case None:
                draft.undo(intent.name, before.bindings.get(intent.name))
    run.write(draft)


def _note(run: Run, intent: Intent, answer: AddAnswer | None, resolution: Resolution | None) -> None:
    """Enter in the ledger what became of a create without a usable answer."""
    match answer, resolution:
        case Unknown(error), Absent():
            message = f"{error.message}; no such user appeared within {run.settle:g} s, so it counts as never made"
            run.ledger.unknown(intent.name, None, message)
        case Unknown(error), Ambiguous(candidates):
            message = f"{error.message}; nothing proves which of these users it made, if any: {', '.join(candidates)}"
            run.ledger.unknown(intent.name, None, message)


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


def _finish(run: Run, names: Sequence[str], listing: Listing | None = None) -> None:
    """Give users that were just made the values they are to have.

    For those of an earlier run, whose last edit may or may not have arrived, `listing` says what they show now:
    whatever differs from either is set.
    """
    edits = []
    for name in names:
        binding = run.journal.state.bindings[name]
        desired = run.configuration.users[name].settings
        fields = changes_to(desired, binding.applied)
        seen = listing.users.get(binding.smtp_user_name) if listing is not None else None
        if seen is not None:
            known = {field.field for field in fields}
            fields += tuple(field for field in changes_to(desired, seen.settings) if field.field not in known)
        edits.append(Edit(name, binding.smtp_user_name, fields, desired))
    draft = run.draft()
    done = set()
    for edit, answer in call_edits(run, edits):
        note(run, edit, answer)
        if isinstance(answer, Done):
            draft.set_applied(edit.name, edit.result)
            done.add(edit.name)
    draft.close_all(done)
    run.write(draft)


def _as_born(birthmark: Birthmark) -> Settings:
    return Settings(birthmark.total_limit, birthmark.hourly_limit, "Enable")


def _new_id(run: Run) -> str:
    return f"{run.world.chooser.getrandbits(64):016x}"
