"""An account goes into a file and comes back out of it as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync import export_workflow
from sarv_sync.config.load import load
from sarv_sync.errors import Refused
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.export import can_be_pinned
from sarv_sync.model.plan import Plan
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import FIELDS, Listing, PasswordPolicy, Settings
from sarv_sync.planning.planner import make_plan
from sarv_sync.workflow import Project
from tests.unit.applying.stage import ACCOUNT, Provider
from tests.unit.planning.builders import STEADY
from tests.unit.state.scripted_store import ScriptedStore

limits = st.integers(1, 2**31 - 1) | st.sampled_from((0, 1, 100, 2**31, 2**53 - 1))
values = st.builds(Settings, limits, limits, st.sampled_from(("Enable", "Disable")))
odd_names = st.sampled_from(
    (
        "a",
        "A",
        "null",
        "~",
        "on",
        "1",
        "1e5",
        "0x1f",
        "- a",
        "a: b",
        "#c",
        "##[error]x",
        '"',
        "\\",
        "'",
        "{",
        "é",
        "a b",
    )
)
names = odd_names | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=70)
accounts = st.dictionaries(names | st.from_regex(r"smtp[0-9]{1,9}", fullmatch=True), values, max_size=30)


@st.composite
def known_accounts(draw: st.DrawFn) -> tuple[dict[str, Settings], State]:
    """An account, and a state that binds or has retired some of its users."""
    users = draw(accounts)
    state = State("1f", 3, ACCOUNT, echoes_limits=True)
    if draw(st.booleans()):
        return users, replace(state, serial=0)
    owned = ("a", "b", "null", "smtp1", "a-2", "x" * 63)
    for name, user in zip(owned, draw(st.permutations(sorted(users))), strict=False):
        retired = draw(st.integers(0, 3)) == 0 and users[user].status == "Disable"
        parts = state.removed if retired else state.bindings
        parts[name] = Binding(user, users[user])
    return users, state


def project(users: dict[str, Settings], state: State, configuration: Configuration | None = None) -> Project:
    configuration = configuration or Configuration("sarv-sync.yaml", ".")
    store = ScriptedStore(state if state.serial else None)
    return Project(configuration, ACCOUNT, store, Provider(dict(users)))


def read(folder: Path, text: str) -> Configuration:
    (folder / "sarv-sync.yaml").write_text(text, encoding="utf-8")
    return load("sarv-sync.yaml", folder)


def planned(of: Project, state: State, configuration: Configuration) -> Plan:
    listing: Listing = of.provider.list_users()
    return make_plan(configuration, ACCOUNT, state, listing)


def assert_adopts_the_rest(plan: Plan, users: dict[str, Settings], state: State) -> None:
    """Assert that the plan adopts every user that has no name yet, as it is, and does nothing else."""
    loose = {user for user in users if can_be_pinned(user)} - state.owned().keys()
    assert {(change.action, change.smtp_user_name, change.fields) for change in plan.changes} == {
        ("adopt", user, ()) for user in loose
    }
    assert (plan.blocked, plan.refusals, plan.drift) == ((), (), ())


@given(known_accounts())
@settings(STEADY, max_examples=200)
def test_an_exported_account_is_valid_and_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, world: tuple[dict[str, Settings], State]
) -> None:
    users, state = world
    users = {user: each for user, each in users.items() if can_be_pinned(user) or user not in state.owned()}
    state = replace(
        state,
        bindings={name: one for name, one in state.bindings.items() if one.smtp_user_name in users},
        removed={name: one for name, one in state.removed.items() if one.smtp_user_name in users},
    )
    of = project(users, state)
    export = export_workflow.whole_account(of)
    text = export_workflow.as_file(of, export_workflow.lay_out(of, export, export_workflow.PLAIN))
    assert text.isascii() and text.replace("\n", "").isprintable() and "##[" not in text  # noqa: PT018
    configuration = read(tmp_path_factory.mktemp("whole"), text)
    assert (configuration.account.endpoint, configuration.account.owner_id) == (ACCOUNT.endpoint, ACCOUNT.owner_id)
    assert list(configuration.users) == sorted(configuration.users)
    assert {name: one.smtp_user_name for name, one in state.bindings.items()}.items() <= {
        name: entry.smtp_user_name for name, entry in configuration.users.items()
    }.items()
    assert_adopts_the_rest(planned(of, state, configuration), users, state)


@given(known_accounts(), st.sampled_from(("", "defaults: {total_limit: 100, hourly_limit: 1, status: Disable}\n")))
@settings(STEADY, max_examples=100)
def test_what_is_added_to_a_file_is_adopted_and_added_once(
    tmp_path_factory: pytest.TempPathFactory, world: tuple[dict[str, Settings], State], defaults: str
) -> None:
    users, state = world
    state = replace(state, bindings={}, removed={})
    folder = tmp_path_factory.mktemp("update")
    before = read(folder, f"version: 1\n{defaults}# kept\n")
    of = project(users, state, before)
    export_workflow.add_users(of, folder, {None: export_workflow.lacking(of).export.users})
    after = load("sarv-sync.yaml", folder)
    assert_adopts_the_rest(planned(of, state, after), users, state)
    assert export_workflow.lacking(replace(of, configuration=after)).export.users == ()


def test_a_lost_state_brings_a_hint_about_every_entry_without_user(tmp_path: Path) -> None:
    configuration = read(
        tmp_path,
        "version: 1\nusers:\n  a: {total_limit: 5, hourly_limit: 1}\n  b: {total_limit: 9, hourly_limit: 1}\n"
        "  c: {total_limit: 3, hourly_limit: 1, smtp_user_name: s3}\n",
    )
    users = {"s1": Settings(5, 1, "Enable"), "s2": Settings(6, 1, "Enable"), "s3": Settings(3, 1, "Enable")}
    of = project(users, State("", 0, ACCOUNT), configuration)
    lacking = export_workflow.lacking(of)
    assert [one.smtp_user_name for one in lacking.export.users] == ["s1", "s2"]
    assert lacking.entries == ("a", "b")
    assert [(name, one.smtp_user_name) for name, one in lacking.alike] == [("a", "s1")]


def test_entries_that_are_simply_new_bring_no_hint(tmp_path: Path) -> None:
    configuration = read(tmp_path, "version: 1\nusers:\n  a: {total_limit: 5, hourly_limit: 1}\n")
    bound = State("1f", 3, ACCOUNT, bindings={"b": Binding("s1", Settings(5, 1, "Enable"))})
    assert export_workflow.lacking(project({"s1": Settings(5, 1, "Enable")}, bound, configuration)).entries == ()


def _turns() -> tuple[dict[str, Settings], State]:
    """An account where `a` has two users, the second in use, and `b` one; and the state that knows them."""
    users = {"s1": Settings(5, 1, "Disable"), "s2": Settings(5, 1, "Enable"), "s3": Settings(5, 1, "Enable")}
    names = {"a": "s1", "a+2": "s2", "b": "s3"}
    return users, State("1f", 3, ACCOUNT, bindings={name: Binding(user, users[user]) for name, user in names.items()})


def test_users_that_take_turns_come_back_as_one_entry_that_changes_nothing(tmp_path: Path) -> None:
    users, state = _turns()
    of = project(users, state)
    layout = export_workflow.lay_out(of, export_workflow.whole_account(of), export_workflow.PLAIN)
    configuration = read(tmp_path, export_workflow.as_file(of, layout))
    assert [(one.name, one.smtp_user_name) for one in configuration.users.values()] == [("a", "s1"), ("b", "s3")]
    assert configuration.users["a"].password == PasswordPolicy(rotation="alternate", alternate_pin="s2")
    assert_adopts_the_rest(planned(of, state, configuration), users, state)


@pytest.mark.parametrize("defaults", ["", "defaults: {rotation: alternate}\n"])
def test_users_that_take_turns_are_added_as_one_entry(tmp_path: Path, defaults: str) -> None:
    users, state = _turns()
    before = read(tmp_path, f"version: 1\n{defaults}")
    of = project(users, state, before)
    export_workflow.add_users(of, tmp_path, {None: export_workflow.lacking(of).export.users})
    after = load("sarv-sync.yaml", tmp_path)
    assert after.users["a"].password == PasswordPolicy(rotation="alternate", alternate_pin="s2")
    assert_adopts_the_rest(planned(of, state, after), users, state)
    assert export_workflow.lacking(replace(of, configuration=after)).export.users == ()


def test_the_state_of_another_account_is_refused() -> None:
    other = State("1f", 3, replace(ACCOUNT, owner_id="7"))
    for look in (export_workflow.whole_account, export_workflow.lacking):
        with pytest.raises(Refused, match="belongs to account 7"):
            look(project({}, other))


def test_what_is_exported_is_what_the_account_shows() -> None:
    users = {"s1": Settings(5, 1, "Disable")}
    bound = State("1f", 3, ACCOUNT, bindings={"b": Binding("s1", Settings(9, 9, "Enable"))})
    [exported] = export_workflow.whole_account(project(users, bound)).users
    assert [exported.settings.get(field) for field in FIELDS] == [5, 1, "Disable"]
    assert exported.name == "b"
