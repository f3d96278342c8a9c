"""What somebody changed in an account goes into files of any shape, and nothing is left to plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync import accept_workflow
from sarv_sync.accept_workflow import Acceptance
from sarv_sync.config.load import load
from sarv_sync.errors import InputError, Refused
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.plan import Plan
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import FIELDS, LIMIT_MAX, Settings, Status
from sarv_sync.planning.planner import make_plan
from sarv_sync.workflow import Project
from tests.unit.applying.stage import ACCOUNT, Provider
from tests.unit.planning.builders import STEADY
from tests.unit.state.scripted_store import ScriptedStore

MAIN = "sarv-sync.yaml"
Values = dict[str, int | str]
limits = st.integers(1, LIMIT_MAX) | st.sampled_from((1, 100, LIMIT_MAX))
STATUSES: tuple[Status, ...] = ("Enable", "Disable")
statuses = st.sampled_from(STATUSES)
observed = st.builds(Settings, limits, limits, statuses)
values: st.SearchStrategy[Values] = st.fixed_dictionaries(
    {}, optional={"total_limit": limits, "hourly_limit": limits, "status": statuses}
)


@dataclass
class World:
    """Files that were applied, the account since, and the state of then. `retired` are names that are in no file."""

    files: dict[str, str]
    account: dict[str, Settings]
    retired: dict[str, Settings] = field(default_factory=dict)

    def write(self, folder: Path) -> Configuration:
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return load(MAIN, folder)

    def state(self, configuration: Configuration) -> State:
        bindings = {name: Binding(f"smtp-{name}", user.settings) for name, user in configuration.users.items()}
        removed = {
            name: Binding(f"smtp-{name}", replace(settings, status="Disable"))
            for name, settings in self.retired.items()
        }
        return State("1f", 3, ACCOUNT, bindings=bindings, removed=removed, echoes_limits=True)

    def users(self, configuration: Configuration) -> dict[str, Settings]:
        applied = {name: user.settings for name, user in configuration.users.items()}
        return {f"smtp-{name}": each for name, each in {**applied, **self.retired, **self.account}.items()}


def flow(written: Values) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in written.items()) + "}"


def entry(name: str, written: Values, style: str) -> str:
    if style == "flow" or not written:
        return f"  {name}: {flow(written)}   # of {name}\n"
    lines = "".join(
        f"    # on {name}.{key}\n    {key}:  {value} # {key} of {name}\n" for key, value in written.items()
    )
    return f"  # above {name}\n  {name}: # of {name}\n{lines}"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    defaults: Values = {"total_limit": draw(limits), "hourly_limit": draw(limits), **draw(values)}
    names = draw(st.lists(st.from_regex(r"[a-d][a-z0-9._-]{0,3}", fullmatch=True), max_size=9, unique=True))
    profiles = {f"p{number}": draw(values) for number in range(draw(st.integers(0, 3)))}
    texts = {MAIN: "", "more.yaml": "# more\nusers:\n", "other.yaml": "users: # others\n"}
    gone = {}
    for name in names:
        if draw(st.integers(0, 5)) == 0:
            gone[name] = replace(draw(observed), status=draw(statuses))
            continue
        own = draw(values)
        if profile := draw(st.sampled_from(("", *profiles))):
            own = {"profile": profile, **own}
        if draw(st.integers(0, 5)) == 0:
            own["ignore_changes"] = f"[{draw(st.sampled_from(FIELDS))}]"
        texts[draw(st.sampled_from(sorted(texts)))] += entry(name, own, draw(st.sampled_from(("flow", "block"))))
    head = f"version: 1 # one\ninclude: [more.yaml, other.yaml]\ndefaults: {flow(defaults)}  # for all\n"
    head += "profiles:\n" + "".join(entry(name, written, "block") for name, written in profiles.items())
    head = head if profiles else head.removesuffix("profiles:\n")
    texts[MAIN] = f"{head}\nusers:\n{texts[MAIN]}# the end\n"
    drifted = draw(st.dictionaries(st.sampled_from(names), observed)) if names else {}
    return World(texts, {name: each for name, each in drifted.items() if name not in gone}, gone)


def project(world: World, configuration: Configuration) -> Project:
    store, provider = ScriptedStore(world.state(configuration)), Provider(world.users(configuration))
    return Project(configuration, ACCOUNT, store, provider)


def accept(of: Project, folder: Path, *names: str, into_profiles: bool = False) -> Acceptance:
    found = accept_workflow.look(of, MAIN, folder, names, into_profiles=into_profiles)
    accept_workflow.carry_out(found)
    return found


def planned(of: Project, state: State, folder: Path) -> Plan:
    return make_plan(load(MAIN, folder), ACCOUNT, state, of.provider.list_users())


def comments(folder: Path) -> list[str]:
    return sorted(found for path in folder.iterdir() for found in re.findall("#.*", path.read_text(encoding="utf-8")))


@given(worlds(), st.booleans())
@settings(STEADY, max_examples=120)
def test_what_was_accepted_leaves_nothing_to_plan_and_no_comment_is_lost(
    tmp_path_factory: pytest.TempPathFactory, world: World, into_profiles: bool
) -> None:
    folder = tmp_path_factory.mktemp("accept")
    before = world.write(folder)
    said, of, state = comments(folder), project(world, before), world.state(before)
    found = accept(of, folder, into_profiles=into_profiles)
    assert (found.left, comments(folder)) == ((), said)
    plan = planned(of, state, folder)
    assert (plan.changes, plan.blocked, plan.drift, plan.clean) == ((), (), (), True)
    assert accept_workflow.look(replace(of, configuration=load(MAIN, folder)), MAIN, folder).edits == ()


@given(worlds(), st.booleans())
@settings(STEADY, max_examples=60)
def test_nothing_but_what_drifted_is_written(
    tmp_path_factory: pytest.TempPathFactory, world: World, into_profiles: bool
) -> None:
    folder = tmp_path_factory.mktemp("accept")
    before = world.write(folder)
    of = project(world, before)
    drift = make_plan(before, ACCOUNT, world.state(before), of.provider.list_users()).drift
    found = accept(of, folder, into_profiles=into_profiles)
    moved = {(one.name, change.field): change.after for one in drift for change in one.fields}
    told = {(one.name, one.field): one.after for one in found.accepted if one.where != "added"}
    assert told == {key: after for key, after in moved.items() if key[0] not in world.retired}
    after = load(MAIN, folder)
    for name, user in before.users.items():
        expected = {
            key: moved.get((name, key), user.settings.get(key)) for key in FIELDS if key not in user.ignore_changes
        }
        assert {key: after.users[name].settings.get(key) for key in expected} == expected
    for one in found.accepted:
        line = (folder / one.file).read_text(encoding="utf-8").split("\n")[one.line - 1]
        assert (one.name if one.where == "added" else f"{one.field}:") in line


USERS = "  a: {total_limit: 5, hourly_limit: 1}\n  b: {profile: bulk}\n  c: {profile: bulk}\n"
FILE = f"version: 1\nprofiles:\n  bulk: {{total_limit: 9, hourly_limit: 1}}\nusers:\n{USERS}"


def small(**account: Settings) -> World:
    return World({MAIN: FILE}, account)


def written(world: World, folder: Path, *names: str, into_profiles: bool = False) -> str:
    """Accept, and return what the main file then holds."""
    accept(project(world, world.write(folder)), folder, *names, into_profiles=into_profiles)
    return (folder / MAIN).read_text(encoding="utf-8")


def test_only_the_users_that_are_named_are_accepted(tmp_path: Path) -> None:
    world = small(a=Settings(6, 1, "Enable"), b=Settings(8, 1, "Enable"))
    text = written(world, tmp_path, "a")
    assert text == FILE.replace("total_limit: 5", "total_limit: 6")


@pytest.mark.parametrize(("names", "hint"), [(("aa",), "did you mean a?"), (("smtp-a",), None), (("z*",), None)])
def test_a_name_that_nobody_bears_is_wrong_input(tmp_path: Path, names: Sequence[str], hint: str | None) -> None:
    world = small(a=Settings(6, 1, "Enable"))
    with pytest.raises(InputError) as raised:
        written(world, tmp_path, *names)
    assert hint is None or raised.value.hint == hint
    assert (tmp_path / MAIN).read_text() == FILE


def test_a_value_goes_to_the_user_and_not_to_its_profile(tmp_path: Path) -> None:
    text = written(small(b=Settings(8, 1, "Enable")), tmp_path)
    assert text == FILE.replace("b: {profile: bulk}", "b: {profile: bulk, total_limit: 8}")


def test_a_value_goes_to_the_profile_if_asked_and_all_its_users_show_it(tmp_path: Path) -> None:
    both = {"b": Settings(8, 1, "Enable"), "c": Settings(8, 1, "Disable")}
    text = written(small(**both), tmp_path, into_profiles=True)
    expected = FILE.replace("total_limit: 9", "total_limit: 8").replace(
        "c: {profile: bulk}", "c: {profile: bulk, status: Disable}"
    )
    assert text == expected


def test_a_profile_stays_where_one_of_its_users_shows_something_else(tmp_path: Path) -> None:
    world = small(b=Settings(8, 1, "Enable"))
    found = accept(project(world, world.write(tmp_path)), tmp_path, into_profiles=True)
    assert [(one.name, one.where) for one in found.accepted] == [("b", "user")]
    assert ["the total_limit of the profile bulk stays" in one.message for one in found.remarks] == [True]
    assert "c has another" in found.remarks[0].message


def test_a_listing_that_cannot_be_relied_on_is_refused(tmp_path: Path) -> None:
    world = small()
    of = project(world, world.write(tmp_path))
    with pytest.raises(Refused, match="nothing was accepted"):
        accept(replace(of, provider=Provider({})), tmp_path)


def test_what_the_files_cannot_hold_is_left_and_the_rest_is_done(tmp_path: Path) -> None:
    values = "{total_limit: 5, hourly_limit: 1}\n"
    shared = f"include: [more.yaml]\nprofiles: &u\n  a: {values}  b: {values}"
    more = f"users:\n  x: {values}"
    texts = {MAIN: f"version: 1\n{shared}users: *u\n", "more.yaml": more}
    world = World(texts, {name: Settings(6, 1, "Enable") for name in "abx"})
    found = accept(project(world, world.write(tmp_path)), tmp_path)
    assert [one.name for one in found.accepted] == ["x"]
    assert [(one.file, one.line, "is shared" in one.message) for one in found.left] == [(MAIN, 6, True)]
    assert not any("nothing was written" in str(one.hint) for one in found.left)
    assert {name: (tmp_path / name).read_text() for name in texts} == {**texts, "more.yaml": more.replace("5", "6")}
    assert accept_workflow.exit_code(found) == 4


def test_an_entry_that_the_files_cannot_have_is_left_and_the_rest_is_done(tmp_path: Path) -> None:
    sinks = "credentials: [{sink: dotenv, path: 'out/{labels.team}/{name}.env'}]\n"
    text = f"version: 1\n{sinks}users:\n  a: {{total_limit: 5, hourly_limit: 1, labels: {{team: x}}}}\n"
    world = World({MAIN: text}, {"a": Settings(6, 1, "Enable")}, {"old": Settings(5, 1, "Enable")})
    found = accept(project(world, world.write(tmp_path)), tmp_path)
    assert [one.name for one in found.accepted] == ["a"]
    assert ["old" in one.message and "team" in one.message for one in found.left] == [True]
    assert (tmp_path / MAIN).read_text() == text.replace("total_limit: 5", "total_limit: 6")


def test_files_that_changed_meanwhile_are_not_written(tmp_path: Path) -> None:
    world = World(
        {
            MAIN: "version: 1\ninclude: [more.yaml]\n",
            "more.yaml": "users:\n" + USERS.replace("profile: bulk", "total_limit: 9, hourly_limit: 1"),
        },
        {},
    )
    configuration = world.write(tmp_path)
    world.account = {"a": Settings(6, 1, "Enable")}
    found = accept_workflow.look(project(world, configuration), MAIN, tmp_path)
    (tmp_path / "more.yaml").write_text("users: {}\n")
    with pytest.raises(Refused, match="changed meanwhile"):
        accept_workflow.carry_out(found)
    assert (tmp_path / "more.yaml").read_text() == "users: {}\n"
