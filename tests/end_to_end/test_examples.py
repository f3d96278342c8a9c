"""Every example does what its comments say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_name, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import Workplace

EXAMPLES = Path(__file__).parents[2] / "examples"


def _copy(work: Workplace, name: str) -> None:
    shutil.copytree(EXAMPLES / name, work.path, dirs_exist_ok=True)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in EXAMPLES.glob("*/sarv-sync.yaml")))
def test_every_example_is_valid_without_a_warning(work: Workplace, name: str) -> None:
    _copy(work, name)
    ended = work.run("validate")
    assert (ended.code, ended.err) == (0, "")


def test_the_least_there_is_can_be_applied(work: Workplace, sandbox: Sandbox) -> None:
    _copy(work, "minimal")
    assert work.run("plan", "--format", "json").json["summary"]["create"] == 2
    assert work.apply().code == 0
    assert by_name(work, sandbox) == {
        "billing": (5000, 200, "Enable"),
        "newsletter": (100_000, 1000, "Enable"),
    }


def test_passwords_go_where_the_example_says(work: Workplace, sandbox: Sandbox) -> None:
    _copy(work, "credentials")
    assert work.apply().code == 0
    passwords = {one.smtp_user_name: one.password for one in sandbox.account.users()}
    names = {name: binding["smtp_user_name"] for name, binding in work.state()["bindings"].items()}
    delivered = {path: content.decode() for path, content in work.files().items() if path.startswith("secrets/")}
    assert set(delivered) == {
        *(f"secrets/{name}.env" for name in ("billing", "orders", "printer", "returns")),
        *(f"secrets/shop/{name}.env" for name in ("orders", "returns")),
    }
    for path, content in delivered.items():
        user = names[Path(path).stem]
        assert user in content
        assert passwords[user].reveal() in content
    assert work.run("plan", "--format", "json").json["changes"] == []


@pytest.fixture
def team(work: Workplace, serve: Serve) -> Sandbox:
    """The account that the team's files speak of."""
    users = (
        user("smtp12345", 1000, 10),
        user("smtp2", 9000, 900),
        user("smtp3", 700, 70),
        user("smtp4", 20_000, 100),
    )
    sandbox = serve(users=users)
    bind(work, sandbox, **{"old-shop": "smtp2"}, pilot="smtp3", events="smtp4")
    _copy(work, "team")
    return sandbox


def test_the_team_can_be_planned(work: Workplace, team: Sandbox) -> None:
    plan = work.run("plan", "--format", "json").json
    assert {(change["name"], change["action"]) for change in plan["changes"]} == {
        ("billing", "create"),
        ("christmas", "create"),
        ("dunning", "adopt"),
        ("newsletter", "create"),
        ("old-shop", "disable"),
        ("orders", "create"),
        ("pilot", "forget"),
        ("webinars", "rename"),
    }
    assert (plan["blocked"], plan["refused"], plan["unmanaged"]) == ([], [], [])


def test_the_team_can_be_applied(work: Workplace, team: Sandbox) -> None:
    assert work.apply().code == 0
    assert by_name(work, team) == {
        "billing": (50_000, 2000, "Enable"),
        "christmas": (1_000_000, 10_000, "Disable"),
        "dunning": (2000, 100, "Enable"),
        "newsletter": (1_000_000, 10_000, "Enable"),
        "orders": (50_000, 4000, "Enable"),
        "webinars": (20_000, 100, "Enable"),
    }
    users = {each.smtp_user_name: each.settings.status for each in team.account.users()}
    assert (users["smtp2"], users["smtp3"]) == ("Disable", "Enable")
    after = work.run("plan", "--format", "json").json
    assert (after["changes"], after["refused"]) == ([], [])
    assert [entry["smtp_user_name"] for entry in after["unmanaged"]] == ["smtp3"]


def test_each_team_has_its_own_part_of_the_plan(work: Workplace, team: Sandbox) -> None:
    parts = {
        name: [
            change["name"]
            for change in work.run("plan", "--label", f"team={name}", "--format", "json").json["changes"]
        ]
        for name in ("finance", "marketing", "shop")
    }
    assert parts == {
        "finance": ["billing", "dunning"],
        "marketing": ["newsletter", "webinars"],
        "shop": ["christmas", "orders"],
    }
    assert work.apply("--label", "team=shop").code == 0
    assert sorted(by_name(work, team)) == ["christmas", "events", "old-shop", "orders", "pilot"]


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        (
            "finance",
            ("profile: transactional", "profile: bulk"),
            "users with team=finance may send 10,100",
        ),
        ("shop", ("status: Disable", "hourly_limit: 12000"), "users with team=shop may send 16,000"),
        ("marketing", ("    labels: {team: marketing}\n", ""), "has no label `team`, which require_labels asks for"),
    ],
)
def test_no_team_takes_more_than_its_budget(
    work: Workplace, team: Sandbox, file: str, change: tuple[str, str], said: str
) -> None:
    path = work.path / "users" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    assert (work.run("validate").code, said in work.run("validate").flat) == (3, True)
    for narrowed in ([], ["--label", "team=finance"]):
        assert work.apply(*narrowed).code == 4
    assert {call.call for call in team.calls} <= {"listSmtp"}


def test_what_the_team_lets_alone_is_let_alone(work: Workplace, team: Sandbox) -> None:
    work.apply()
    newsletter = work.state()["bindings"]["newsletter"]["smtp_user_name"]
    team.account.edit(newsletter, total_limit=5_000_000)
    assert work.run("plan", "--format", "json").json["changes"] == []


def test_an_entry_of_the_team_that_vanishes_is_no_removal(work: Workplace, team: Sandbox) -> None:
    work.apply()
    (work.path / "users" / "shop.yaml").unlink()
    plan = work.run("plan", "--format", "json").json
    assert {(entry["name"], entry["reason"]) for entry in plan["blocked"]} == {
        ("christmas", "removal_forbidden"),
        ("orders", "removal_forbidden"),
    }
