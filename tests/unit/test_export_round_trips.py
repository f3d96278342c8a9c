"""Whatever the account, the files and what is asked for: what is exported plans nothing, and says what was said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync import export_workflow
from sarv_sync.config.load import load
from sarv_sync.export_workflow import Target
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.users import FIELDS
from sarv_sync.planning.exporting import entries_without_user
from tests.unit.export_worlds import MAIN, World, assert_adopts_the_rest, planned, worlds
from tests.unit.planning.builders import STEADY
from tests.unit.reporting.text_rules import assert_plain


@given(worlds())
@settings(STEADY, max_examples=250)
def test_what_is_exported_is_adopted_as_it_is(tmp_path_factory: pytest.TempPathFactory, world: World) -> None:
    folder = tmp_path_factory.mktemp("world")
    project = world.project(folder)
    wanted = world.wanted(folder, project)
    export = export_workflow.whole_account(project, wanted)
    layout = export_workflow.lay_out(project, export, wanted)
    export_workflow.write_files(project, layout, Target(folder / "out", "out", MAIN))
    written = load(MAIN, folder / "out")
    _assert_files(folder / "out", written)
    assert_adopts_the_rest(planned(project, world.state, written), world.users, world.state)
    _assert_kept(project.configuration, written)
    assert {(name, one.smtp_user_name) for name, one in world.state.bindings.items()} <= {
        (name, entry.smtp_user_name) for name, entry in written.users.items()
    }
    _assert_spread(written, world.rules)


def _assert_files(folder: Path, written: Configuration) -> None:
    """Assert that the files are tame, inside the folder, and all read."""
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert found == sorted(written.files)
    for name in found:
        assert_plain((folder / name).read_text(encoding="utf-8"))


def _assert_kept(before: Configuration, written: Configuration) -> None:
    """Assert that entries that have a user still say what no account knows."""
    for name in before.users.keys() & written.users.keys():
        old, new = before.users[name], written.users[name]
        assert (new.description or old.description) == new.description
        assert set(old.labels) <= set(new.labels)
        assert set(old.ignore_changes) <= set(new.ignore_changes)
        assert replace(old.password, version=1) == replace(new.password, version=1)


def _assert_spread(written: Configuration, rules: tuple[str, ...]) -> None:
    """Assert that nothing is split unasked, and that each value of a label that is split by has a file of its own."""
    assert rules or written.files == (MAIN,)
    if rules[:1] != ("team",):
        return
    values = {(dict(user.labels).get("team"), user.source.file) for user in written.users.values()}
    labelled = {(value, file) for value, file in values if value is not None}
    assert len({value for value, _ in labelled}) == len({file for _, file in labelled}) == len(labelled)
    assert MAIN not in {file for _, file in labelled}
    assert len(rules) > 1 or {file for value, file in values if value is None} <= {MAIN}


@given(worlds())
@settings(STEADY, max_examples=100)
def test_profiles_change_no_value_and_make_no_file_longer(
    tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    folder = tmp_path_factory.mktemp("world")
    project = world.project(folder)
    export = export_workflow.whole_account(project)
    texts = []
    for profiles in (False, True):
        wanted = export_workflow.Wanted(profiles)
        texts.append(export_workflow.as_file(project, export_workflow.lay_out(project, export, wanted)))
    entries = []
    for text in texts:
        (folder / MAIN).write_text(text, encoding="utf-8")
        entries.append(load(MAIN, folder).users)
    plain, shared = entries
    assert list(plain) == list(shared) == sorted(plain)
    assert [[one.settings.get(field) for field in FIELDS] for one in plain.values()] == [
        [one.settings.get(field) for field in FIELDS] for one in shared.values()
    ]
    assert texts[1].count("\n") <= texts[0].count("\n") + 3


@given(worlds(), st.booleans())
@settings(STEADY, max_examples=150)
def test_what_is_added_is_adopted_as_it_is_and_no_byte_changes(
    tmp_path_factory: pytest.TempPathFactory, world: World, into: bool
) -> None:
    folder = tmp_path_factory.mktemp("world")
    world = replace(world, state=replace(world.state, bindings={}, removed={}), files=_several(folder, world.files))
    world.rules = tuple(rule for rule in world.rules if "=" in rule)
    world.table = world.table.replace(",loose,", ",,")
    project = world.project(folder)
    wanted = world.wanted(folder, project)
    before = {file: (folder / file).read_bytes() for file in project.configuration.files}
    users = export_workflow.lacking(project, wanted).export.users
    groups = export_workflow.places_for(project, folder, users, wanted, "users/low.yaml" if into else None)
    export_workflow.add_users(project, folder, groups)
    after = load(MAIN, folder)
    for file, content in before.items():
        _assert_only_added(content, (folder / file).read_bytes())
    entries = entries_without_user(project.configuration, world.state)
    plan = planned(
        project, world.state, replace(after, users={k: v for k, v in after.users.items() if k not in entries})
    )
    changes = {change.smtp_user_name: (change.action, change.fields) for change in plan.changes}
    assert {user.smtp_user_name: ("adopt", ()) for user in users}.items() <= changes.items()
    assert export_workflow.lacking(replace(project, configuration=after)).export.users == ()


def _several(folder: Path, main: str) -> str:
    """Write the files that users may go into; return `main` with all of them included."""
    for file in ("users/low.yaml", "users/finance.yaml", "teams/s.yml", "apart.yaml"):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text("# kept\r\nusers: {}  # so\r\n", encoding="utf-8", newline="")
    return f"{main or 'version: 1'}\ninclude: [users/*.yaml, teams/s.yml, apart.yaml]\n# the end"


def _assert_only_added(before: bytes, after: bytes) -> None:
    """Assert that `after` is `before` with text put in at one place."""
    start = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), len(before))
    assert after.endswith(before[start:])
