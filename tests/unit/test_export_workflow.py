"""An account goes into a file and comes back out of it as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sarv_sync import export_workflow
from sarv_sync.config.load import load
from sarv_sync.errors import Refused
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import FIELDS, PasswordPolicy, Settings
from sarv_sync.workflow import Project
from tests.unit.applying.stage import ACCOUNT, Provider
from tests.unit.export_worlds import assert_adopts_the_rest, planned
from tests.unit.state.scripted_store import ScriptedStore


def project(users: dict[str, Settings], state: State, configuration: Configuration | None = None) -> Project:
    configuration = configuration or Configuration("sarv-sync.yaml", ".")
    store = ScriptedStore(state if state.serial else None)
    return Project(configuration, ACCOUNT, store, Provider(dict(users)))


def read(folder: Path, text: str) -> Configuration:
    (folder / "sarv-sync.yaml").write_text(text, encoding="utf-8")
    return load("sarv-sync.yaml", folder)


@pytest.mark.parametrize("rules", [(), ("tier", "smtp1*=users/ones.yaml")])
def test_ten_thousand_users_go_into_files_and_come_back(tmp_path: Path, rules: tuple[str, ...]) -> None:
    shapes = [Settings(1000, 100, "Enable"), Settings(10**6, 10**4, "Enable"), Settings(0, 5, "Disable")]
    users = {f"smtp{number}": shapes[number % 3] for number in range(10_000)}
    lines = [f"smtp{number},app-{number},{number % 7}\n" for number in range(0, 10_000, 2)]
    (tmp_path / "names.csv").write_text("smtp_user_name,name,tier\n" + "".join(lines))
    state = State("", 0, ACCOUNT)
    of = project(users, state)
    choices = export_workflow.choices_of("names.csv", tmp_path)
    wanted = export_workflow.Wanted(True, export_workflow.rules_of(rules, of.configuration), choices)
    layout = export_workflow.lay_out(of, export_workflow.whole_account(of, wanted), wanted)
    export_workflow.write_files(of, layout, export_workflow.Target(tmp_path / "out", "out", "sarv-sync.yaml"))
    written = load("sarv-sync.yaml", tmp_path / "out")
    assert (len(written.users), len(written.files)) == (10_000, 9 if rules else 1)
    assert_adopts_the_rest(planned(of, state, written), users, state)


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


def test_a_main_file_includes_new_folders_whole_and_other_files_by_name(tmp_path: Path) -> None:
    users = {f"s{number}": Settings(5, 1, "Enable") for number in range(5)}
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "notes.yaml").write_text("not: ours\n")
    of = project(users, State("", 0, ACCOUNT))
    rules = ("s1=new/a.yaml", "s2=new/b.yaml", "s3=old/c.yaml", "s4=d.yaml")
    wanted = export_workflow.Wanted(rules=export_workflow.rules_of(rules, of.configuration))
    layout = export_workflow.lay_out(of, export_workflow.whole_account(of, wanted), wanted)
    export_workflow.write_files(of, layout, export_workflow.Target(tmp_path, ".", "sarv-sync.yaml"))
    assert "include: [d.yaml, new/*.yaml, old/c.yaml]\n" in (tmp_path / "sarv-sync.yaml").read_text()
