"""What no plan may ever hold: for any files, any state and any account."""

from __future__ import annotations

from hypothesis import given

from sarv_sync.model.plan import Plan
from sarv_sync.model.state import Intent, Retired
from sarv_sync.model.users import FIELDS
from tests.unit.planning.builders import STEADY
from tests.unit.planning.worlds import World, worlds

ANY = worlds() | worlds(targets=True)


def proven(world: World) -> set[str]:
    """The users that an open or given-up create is known to have made: the one new user that bears its birthmark."""
    known, owned = world.state, world.state.owned()
    found: set[str] = set()
    creates: list[Intent | Retired] = [*known.intents.values(), *known.retired]
    for intent in creates:
        before = known.listings.get(intent.listing, ())
        mark = intent.birthmark
        bearers = [
            name
            for name, row in world.listing.users.items()
            if name not in before
            and name not in owned
            and (row.settings.total_limit, row.settings.hourly_limit) == (mark.total_limit, mark.hourly_limit)
        ]
        if len(bearers) == 1 and known.echoes_limits is not False:
            found |= set(bearers)
    return found


@STEADY
@given(ANY)
def test_no_user_is_touched_that_is_not_bound_pinned_retired_or_proven_ours(world: World) -> None:
    pins = {user.smtp_user_name for user in world.configuration.users.values()}
    ours = world.state.owned().keys() | pins | proven(world)
    assert {change.smtp_user_name for change in world.plan().changes} - {None} <= ours


@STEADY
@given(ANY)
def test_a_name_is_bound_to_its_own_user_or_the_one_it_pins_or_is_renamed_to(world: World) -> None:
    known = {**world.state.removed, **world.state.bindings}
    for change in world.plan().changes:
        if change.smtp_user_name is None or change.smtp_user_name in proven(world):
            continue
        if change.action == "adopt":
            assert world.configuration.users[change.name].smtp_user_name == change.smtp_user_name
            assert change.smtp_user_name not in world.state.owned() or _let_go(change.smtp_user_name, world)
        else:
            assert known[change.renamed_from or change.name].smtp_user_name == change.smtp_user_name


def _let_go(smtp_user_name: str, world: World) -> bool:
    """Whether the plan renames another user onto the retired name that owns this one."""
    name = world.state.owned()[smtp_user_name]
    renamed = {change.name for change in world.plan().changes if change.renamed_from is not None}
    return name in world.state.removed and name in renamed


@STEADY
@given(ANY)
def test_what_is_blocked_is_left_out(world: World) -> None:
    made = world.plan()
    held_back = [entry.name for entry in made.blocked]
    assert len(held_back) == len(set(held_back))
    assert {change.name for change in made.changes}.isdisjoint(held_back)
    assert {change.renamed_from for change in made.changes}.isdisjoint(held_back) or _freed(made)


def _freed(made: Plan) -> bool:
    """A name that another user left in the same plan may be blocked for its own reasons."""
    leaving = {change.renamed_from for change in made.changes}
    return all(
        entry.reason in {"pin", "missing", "unreadable", "ambiguous"}
        for entry in made.blocked
        if entry.name in leaving
    )


@STEADY
@given(ANY)
def test_no_more_users_are_made_than_entries_have_none(world: World) -> None:
    made = world.plan()
    known = {**world.state.removed, **world.state.bindings}
    under_way = world.state.creates_under_way()
    for change in made.changes:
        if change.action != "create":
            continue
        held = known.get(change.renamed_from or change.name)
        leaving = {other.renamed_from for other in made.changes}
        assert change.name in world.configuration.users
        assert (
            held is None
            or held.smtp_user_name not in world.listing.users
            or (change.renamed_from or change.name) in under_way
            or (change.renamed_from is None and change.name in leaving)
        )


@STEADY
@given(ANY)
def test_missing_is_not_create_unless_the_entry_says_so(world: World) -> None:
    for change in world.plan().changes:
        if change.action == "create" and change.cause == "drift":
            assert world.configuration.users[change.name].recreate


@STEADY
@given(ANY)
def test_before_is_what_the_account_shows_and_after_what_the_files_say(world: World) -> None:
    for change in world.plan().changes:
        desired = world.configuration.users.get(change.name)
        for entry in change.fields:
            row = world.listing.users.get(change.smtp_user_name or "")
            assert entry.before == (row.settings.get(entry.field) if row else None)
            assert entry.after == (desired.settings.get(entry.field) if desired else "Disable")
            assert entry.before != entry.after
            assert desired is None or change.action == "create" or entry.field not in desired.ignore_changes


@STEADY
@given(ANY)
def test_every_list_of_a_plan_is_sorted(world: World) -> None:
    made = world.plan()
    for names in (
        [change.name for change in made.changes],
        [entry.name for entry in made.drift],
        [entry.name for entry in made.blocked],
        [one.smtp_user_name for one in made.unmanaged],
    ):
        assert names == sorted(set(names))
    for change in made.changes:
        places = [FIELDS.index(entry.field) for entry in change.fields]
        assert places == sorted(set(places))


@STEADY
@given(worlds(targets=True))
def test_targets_keep_everything_else_out(world: World) -> None:
    if not world.targets:
        return
    made = world.plan()
    named = {entry.name for part in (made.changes, made.drift, made.blocked) for entry in part}
    assert named <= set(world.targets)
    assert {change.renamed_from for change in made.changes if change.renamed_from} <= _former_names(world)


def _former_names(world: World) -> set[str]:
    return {
        user.renamed_from
        for name, user in world.configuration.users.items()
        if name in world.targets and user.renamed_from
    }


@STEADY
@given(ANY)
def test_every_entry_is_changed_blocked_or_unchanged(world: World) -> None:
    made = world.plan()
    told = {change.name for change in made.changes} | {entry.name for entry in made.blocked}
    entries = world.configuration.users.keys() & (set(world.targets) or world.configuration.users.keys())
    assert made.unchanged == len(entries - told)
