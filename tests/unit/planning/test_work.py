"""Planning does as much work as there is to do: ten times the users, ten times the work, and next to none for those
that nothing has happened to."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.configuration import Budget, GuardLimit, Guards, RequiredLabel
from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.state import Delivery, PasswordRecord
from sarv_sync.model.users import Source
from tests.unit.planning.builders import FILE, account, bound, creating, files, given_up, plan, seen, state, user
from tests.unit.planning.passwords import KEY, Places, ago, evidence
from tests.work import calls_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing

Sides = tuple["Configuration", "State", "Listing"]

FEW, MANY = 60, 600
SLACK = 1.25
"""Sorting takes a little more than its share."""

BOUNDLESS = Guards(GuardLimit(10**6), GuardLimit(10**6), GuardLimit(10**6))


class Name(str):
    """A name of which every comparison and every look into a mapping counts as a call, as none of a text does."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)

    def __hash__(self) -> int:
        return str.__hash__(self)


def world(size: int, entry: Callable[..., Any] = user, every: int = 1, **options: Any) -> Sides:
    """As many users, with the values that the files want; those of every so many entries are made by `entry`."""
    names = [(Name(f"user-{index:05}"), Name(f"smtp{index:05}")) for index in range(size)]
    entries = [(entry if index % every == 0 else user)(name) for index, (name, _) in enumerate(names)]
    known = state({name: bound(smtp) for name, smtp in names})
    return files(*entries, guards=BOUNDLESS, **options), known, account(*(seen(smtp) for _, smtp in names))


def unchanged(size: int) -> Sides:
    return world(size)


def a_tenth_changed(size: int) -> Sides:
    return world(size, lambda name: user(name, 200), every=10)


def all_changed(size: int) -> Sides:
    return world(size, lambda name: user(name, 200, 20, "Disable"))


def all_drifted(size: int) -> Sides:
    configuration, known, _ = world(size)
    return configuration, known, account(*(seen(binding.smtp_user_name, 200) for binding in known.bindings.values()))


def all_made(size: int) -> Sides:
    configuration, _, _ = world(size)
    return configuration, state(), account()


def all_gone(size: int) -> Sides:
    _, known, listing = world(size)
    return files(guards=BOUNDLESS), known, listing


def half_come_and_half_gone(size: int) -> Sides:
    """Each of those that come may be one that went under another name."""
    configuration, known, listing = world(size)
    entries = [user(Name(f"other-{index}"), 100 + index) for index in range(size // 2)]
    kept = [one for index, one in enumerate(configuration.users.values()) if index % 2]
    return files(*entries, *kept, guards=BOUNDLESS), known, listing


def all_unmanaged(size: int) -> Sides:
    _, _, listing = world(size)
    return files(), state(), listing


def made_while_others_are_unmanaged(size: int) -> Sides:
    """Each of those that are made may be one that is there."""
    configuration, _, listing = world(size)
    return configuration, state(), listing


def all_missing(size: int) -> Sides:
    configuration, known, _ = world(size)
    return configuration, known, account(seen("somebody"))


def all_listed_twice(size: int) -> Sides:
    configuration, known, listing = world(size)
    return configuration, known, account(repeated=listing.users)


def all_pinned(size: int) -> Sides:
    names = [(Name(f"user-{index:05}"), Name(f"smtp{index:05}")) for index in range(size)]
    entries = [user(name, pin=smtp) for name, smtp in names]
    return files(*entries, guards=BOUNDLESS), state(), account(*(seen(smtp) for _, smtp in names))


def all_renamed(size: int) -> Sides:
    return world(size, lambda name: user(Name(f"new-{name}"), renamed_from=name))


def renamed_long_ago(size: int) -> Sides:
    configuration, known, listing = world(size, lambda name: user(name, renamed_from=f"old-{name}"))
    was = {name: bound(one.smtp_user_name, renamed_from=f"old-{name}") for name, one in known.bindings.items()}
    return configuration, state(was), listing


def a_chain_of_renames(size: int) -> Sides:
    """Each takes the name of the next, and the last one's is new: all of them move."""
    _, known, listing = world(size)
    names = list(known.bindings)
    entries = [user(new, renamed_from=old) for new, old in zip([*names[1:], Name("last")], names, strict=True)]
    return files(*entries, guards=BOUNDLESS), known, listing


def a_chain_of_renames_that_ends_at_an_entry(size: int) -> Sides:
    """Each is to take the name of the next, and the last of them stays: none moves."""
    _, known, listing = world(size)
    names = list(known.bindings)
    entries = [user(new, renamed_from=old) for old, new in zip(names[1:], names, strict=False)]
    return files(*reversed(entries), user(names[-1]), guards=BOUNDLESS), known, listing


def creates_without_an_answer_among_strangers(size: int) -> Sides:
    """Each looks like none of the users that may have come of it."""
    open_ones = {
        key: intent
        for index in range(size)
        for key, intent in creating(Name(f"new-{index}"), 10_000 + index, 5_000 + index).items()
    }
    strangers = [seen(Name(f"smtp{index:05}"), 100 + index) for index in range(size)]
    return files(guards=BOUNDLESS), state({"a": bound("s1")}, intents=open_ones), account(seen("s1"), *strangers)


def creates_that_were_given_up(size: int) -> Sides:
    configuration, known, listing = world(size)
    spares = tuple(given_up(Name(f"new-{index}"), 10_000 + index) for index in range(size))
    turned_up = [seen(Name(f"spare{index:05}"), 10_000 + index, 7) for index in range(size)]
    users = account(*listing.users.values(), *turned_up)
    return configuration, state(known.bindings, retired=spares), users


def each_team_with_its_budget(size: int) -> Sides:
    def entry(name: str) -> Any:
        return user(name, labels={"team": name})

    budgets = [Budget((("team", f"user-{index:05}"),), 1, 1, Source(FILE, 3, 3)) for index in range(size)]
    labels = (RequiredLabel("team", Source(FILE, 2, 2)), RequiredLabel("floor", Source(FILE, 2, 2)))
    return world(size, entry, budgets=tuple(budgets), required_labels=labels)


SHAPES = (
    unchanged,
    a_tenth_changed,
    all_changed,
    all_drifted,
    all_made,
    all_gone,
    half_come_and_half_gone,
    all_unmanaged,
    made_while_others_are_unmanaged,
    all_missing,
    all_listed_twice,
    all_pinned,
    all_renamed,
    renamed_long_ago,
    a_chain_of_renames,
    a_chain_of_renames_that_ends_at_an_entry,
    creates_without_an_answer_among_strangers,
    creates_that_were_given_up,
    each_team_with_its_budget,
)


def calls(sides: Sides, known: Evidence = NOTHING_KNOWN) -> int:
    """How many functions of Python are called to make a plan."""
    plan(*sides, evidence=known)  # what is made when it is first needed is there then
    return calls_of(lambda: plan(*sides, evidence=known))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_ten_times_the_users_are_ten_times_the_work(shape: Callable[[int], Sides]) -> None:
    assert calls(shape(MANY)) <= MANY / FEW * SLACK * calls(shape(FEW))


def delivered(size: int, places: Places) -> tuple[Sides, Evidence]:
    """Every password is where it belongs."""
    configuration, known, listing = world(size)
    held = {
        name: bound(
            one.smtp_user_name,
            password=PasswordRecord(
                since=ago(days=1),
                version=1,
                deliveries=(
                    Delivery(
                        f"vault {name}",
                        "form",
                        KEY.of(one.smtp_user_name, listing.users[one.smtp_user_name].password),
                    ),
                ),
            ),
        )
        for name, one in known.bindings.items()
    }
    return (configuration, state(held), listing), evidence(routes=places)


@pytest.mark.parametrize(
    "places",
    [Places(), Places(("file {name}",)), Places(("vault {name}", "file {name}"), form="other"), Places(())],
    ids=["as they are", "moved", "more and in another form", "none any more"],
)
def test_ten_times_the_passwords_are_ten_times_the_work(places: Places) -> None:
    assert calls(*delivered(MANY, places)) <= MANY / FEW * SLACK * calls(*delivered(FEW, places))


def sides_of_texts(size: int) -> Sides:
    names = [(f"user-{index:05}", f"smtp{index:05}") for index in range(size)]
    known = state({name: bound(smtp) for name, smtp in names})
    return files(*(user(name) for name, _ in names)), known, account(*(seen(smtp) for _, smtp in names))


def test_a_user_that_nothing_has_happened_to_takes_one_call_at_most() -> None:
    assert calls(sides_of_texts(2_000)) - calls(sides_of_texts(1_000)) <= 1_000


def test_a_user_that_nothing_has_happened_to_takes_next_to_no_memory() -> None:
    """A mapping of names is the most that is made: nothing is made for each user."""
    sides = sides_of_texts(5_000)
    made, peak = _peak(sides)
    assert made.unchanged == 5_000
    assert peak / 5_000 <= 150


def _peak(sides: Sides) -> tuple[Plan, int]:
    plan(*sides)
    tracemalloc.start()
    try:
        made = plan(*sides)
        return made, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
