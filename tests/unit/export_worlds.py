"""Accounts, files and lists of names that an export may meet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from sarv_sync import export_workflow
from sarv_sync.config.load import load
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.export import can_be_pinned
from sarv_sync.model.plan import Plan
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import Settings
from sarv_sync.planning.planner import make_plan
from sarv_sync.workflow import Project
from tests.unit.applying.stage import ACCOUNT, Provider
from tests.unit.state.scripted_store import ScriptedStore

MAIN = "sarv-sync.yaml"
RULES = ("team", "tier", "*[1-3]=users/low.yaml", "s*=teams/s.yml", "a*=apart.yaml", "b*=users/finance.yaml")

_limits = st.integers(1, 2**31 - 1) | st.sampled_from((1, 100, 100, 1000, 10_000, 1_000_000))
_odd = st.sampled_from((0, 2**31, 2**53 - 1))
_statuses = st.sampled_from(("Enable", "Enable", "Disable"))
_values = st.builds(Settings, _limits | _odd, _limits | _odd, _statuses) | st.sampled_from(
    (Settings(1000, 100, "Enable"), Settings(0, 100, "Enable"), Settings(1_000_000, 10_000, "Enable"))
)
_words = ("a", "A", "null", "~", "on", "1", "0x1f", "- a", "#c", "##[error]x", '"', "\\", "{", "é", "a b", "news-1")
_pins = (
    st.from_regex(r"smtp[0-9]{1,4}", fullmatch=True)
    | st.from_regex(r"(news|app)-[a-z]", fullmatch=True)
    | st.sampled_from(_words)
    | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=70)
)
_texts = st.sampled_from(("finance", "Finance", "../../etc", "/", ".", "CON", "é", "on", "1", "a: b", "#", "x" * 300))
_texts |= st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
_names = ("a", "b", "null", "smtp1", "news-de", "x" * 63)
_shared = st.sampled_from(({}, {"hourly_limit": 100}, {"total_limit": 1000, "hourly_limit": 100}))
_profiles: dict[str, dict[str, Any]] = {
    "bulk": {"total_limit": 1_000_000, "hourly_limit": 10_000},
    "off": {"total_limit": 1000, "hourly_limit": 100, "status": "Disable"},
    "noted": {"total_limit": 5, "hourly_limit": 5, "labels": {"team": "noted"}},
    "zero": {"total_limit": 1, "ignore_changes": ["total_limit"]},
}


@dataclass(slots=True)
class World:
    """An account, what is known of it, the files there are (none: ""), and a list of names."""

    users: dict[str, Settings]
    state: State
    files: str = ""
    table: str = ""
    rules: tuple[str, ...] = ()
    profiles: bool = False
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def project(self, folder: Path) -> Project:
        """Return the project, its files in `folder`."""
        configuration = Configuration(MAIN, str(folder))
        if self.files:
            (folder / MAIN).write_text(self.files, encoding="utf-8")
            configuration = load(MAIN, folder)
        store = ScriptedStore(self.state if self.state.serial else None)
        return Project(configuration, ACCOUNT, store, Provider(dict(self.users)))

    def wanted(self, folder: Path, project: Project) -> export_workflow.Wanted:
        """Return what is asked for."""
        (folder / "names.csv").write_text(self.table, encoding="utf-8", newline="")
        choices = export_workflow.choices_of("names.csv", folder)
        rules = export_workflow.rules_of(self.rules, project.configuration)
        return export_workflow.Wanted(self.profiles, rules, choices)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    users = draw(st.dictionaries(_pins, _values, max_size=25))
    state = State("1f", 3, ACCOUNT, echoes_limits=True)
    order = draw(st.permutations(sorted(user for user in users if can_be_pinned(user))))
    free = list(order)
    if draw(st.booleans()) and order:
        for name, user in zip(_names[: draw(st.integers(0, 6))], order, strict=False):
            free.remove(user)
            retired = draw(st.integers(0, 3)) == 0 and users[user].status == "Disable"
            (state.removed if retired else state.bindings)[name] = Binding(user, users[user])
    else:
        state = replace(state, serial=0)
    rules, profiles = draw(st.tuples(st.lists(st.sampled_from(RULES), max_size=3), st.booleans()))
    world = World(users, state, rules=tuple(rules), profiles=profiles)
    if draw(st.booleans()):
        world.entries = draw(_entries(state, free))
        world.files = draw(_files(world.entries))
    world.table = draw(_tables([*order, "nobody"], free, world.entries))
    return world


@st.composite
def _entries(draw: st.DrawFn, state: State, free: list[str]) -> dict[str, dict[str, Any]]:
    entries = {}
    for name in state.bindings:
        if draw(st.booleans()):
            entries[name] = draw(_entry())
    for number, user in enumerate(free):
        if draw(st.integers(0, 3)) == 0:
            entries[f"pinned-{number}"] = {**draw(_entry()), "smtp_user_name": user}
    if draw(st.booleans()):
        entries["loose"] = draw(_entry())
    return entries


@st.composite
def _entry(draw: st.DrawFn) -> dict[str, Any]:
    entry: dict[str, Any] = {"total_limit": 7, "hourly_limit": 7}
    if draw(st.booleans()):
        entry = {"profile": draw(st.sampled_from(sorted(_profiles))), "hourly_limit": 3}
    optional = {
        "description": _texts,
        "labels": st.dictionaries(st.sampled_from(("team", "tier", "é: ü")), _texts),
        "ignore_changes": st.lists(st.sampled_from(("total_limit", "hourly_limit", "status")), unique=True),
        "rotate": st.sampled_from(({"every": "90d"}, {"every": "36h"}, {"every": "never"}, {"every": "1.5h"})),
        "password_version": st.integers(1, 3),
    }
    return {**entry, **draw(st.fixed_dictionaries({}, optional=optional))}


@st.composite
def _files(draw: st.DrawFn, entries: dict[str, dict[str, Any]]) -> str:
    defaults = draw(_shared)
    document = {"version": 1, "defaults": defaults, "profiles": _profiles, "users": entries, "on_removal": "forget"}
    text: str = yaml.safe_dump(document, allow_unicode=False, sort_keys=draw(st.booleans()))
    return text


@st.composite
def _tables(draw: st.DrawFn, users: list[str], free: list[str], entries: dict[str, Any]) -> str:
    """A list of names: chosen ones, and that of an entry without a user for at most one user that has no name."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["smtp_user_name", "name", "team", "description", draw(st.sampled_from(("tier", "é: ü", "- #")))])
    loose = "loose" in entries and draw(st.booleans())
    for number, user in enumerate(users):
        if draw(st.booleans()):
            name = draw(st.sampled_from(("", f"chosen-{number}", f"news-{number}")))
            if loose and user in free and not any(user == one.get("smtp_user_name") for one in entries.values()):
                name, loose = "loose", False
            writer.writerow([user, name, *draw(st.tuples(_texts, _texts, _texts))])
    return out.getvalue()


def planned(project: Project, state: State, configuration: Configuration) -> Plan:
    """Return the plan of `configuration` for the account of `project`."""
    return make_plan(configuration, ACCOUNT, state, project.provider.list_users())


def assert_adopts_the_rest(plan: Plan, users: dict[str, Settings], state: State) -> None:
    """Assert that the plan adopts every user that has no name yet, as it is, and does nothing else."""
    loose = {user for user in users if can_be_pinned(user)} - state.owned().keys()
    assert {(change.action, change.smtp_user_name, change.fields) for change in plan.changes} == {
        ("adopt", user, ()) for user in loose
    }
    assert (plan.blocked, plan.refusals, plan.drift) == ((), (), ())
