"""What a reviewer sees of passwords: whose, where to, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.plan import Change, Drift, Plan
from sarv_sync.reporting.comment_parts import Where, plan_part
from sarv_sync.reporting.drift_text import drift_text
from sarv_sync.reporting.layout import cells
from sarv_sync.reporting.plan_markdown import plan_markdown
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, MANY_DELIVERIES, PASSWORDS, at, moved

if TYPE_CHECKING:
    from sarv_sync.model.plan import DriftKind

TERMINAL = Style(color=False, width=80)


def _plan(*changes: Change, **parts: Any) -> Plan:
    return Plan(account=ACCOUNT, digest=DIGEST, changes=changes, **parts)


def _deliver(name: str, *sinks: str, user: str | None = "smtp1") -> Change:
    return Change(name, "deliver", user, "config", (), at(2), sinks=sinks)


def _text(*changes: Change, width: int = 80, **parts: Any) -> str:
    return plan_text(_plan(*changes, **parts), Style(color=False, width=width))


def test_a_single_target_stands_beside_its_user_and_several_stand_below() -> None:
    text = _text(_deliver("a", "dotenv a.env"), _deliver("b", "dotenv b.env", "vault mail/b", user=None))
    assert "  > a  smtp1  dotenv a.env\n  > b  new\n      dotenv b.env\n      vault mail/b\n" in text


def test_a_target_that_does_not_fit_beside_its_user_is_wrapped_below() -> None:
    text = _text(_deliver("a", f"vault {'mail/' * 12}a"), width=60)
    assert f"  > a  smtp1\n      vault\n        {'mail/' * 10}ma\n        il/mail/a\n" in text


@pytest.mark.parametrize("count", [5, 6, 300])
def test_every_target_of_a_password_is_named_however_many_they_are(count: int) -> None:
    change = _deliver("a", *(f"dotenv {n}.env" for n in range(count)))
    assert all(f"\n      dotenv {n}.env\n" in _text(change) for n in range(count))
    assert all(f"`dotenv {n}.env`" in plan_markdown(_plan(change)) for n in range(count))


def test_of_many_deliveries_the_rest_is_summed_up_by_where_they_go_what_is_odd_first() -> None:
    text = plan_text(MANY_DELIVERIES, TERMINAL)
    assert text.count("  > tenant-") == 10
    rest = "  … and 30 more:\n       1 to dotenv secrets/odd.env\n      29 to dotenv secrets/{name}.env\n"
    assert f"{rest}      30 to vault mail/all\n" in text


def test_many_deliveries_in_markdown_begin_with_where_they_go() -> None:
    text = plan_markdown(MANY_DELIVERIES)
    assert "| 1 | `dotenv secrets/odd.env` |\n| 39 | `dotenv secrets/{name}.env` |\n| 40 | `vault mail/all` |" in text
    assert text.index("| 1 | `dotenv") < text.index("`tenant-0001`")


def test_every_place_of_many_passwords_is_named_up_to_a_hundred() -> None:
    changes = [_deliver(f"u{n:04}", f"vault {n % 100:02}/x", user=f"smtp{n}") for n in range(2_000)]
    text = _text(*changes)
    assert "  … and 1,990 more:\n" in text
    assert all(f" to vault {n:02}/x\n" in text for n in range(100))
    assert all(f"| `vault {n:02}/x` |" in plan_markdown(_plan(*changes)) for n in range(100))
    assert "other places" not in text + plan_markdown(_plan(*changes))


def test_places_beyond_those_that_are_shown_are_counted() -> None:
    changes = [_deliver(f"u{n:04}", f"vault {n % 200:03}/x", user=f"smtp{n}") for n in range(2_000)]
    assert "      1,000 to 100 other places\n" in _text(*changes)
    assert "| 1,000 | 100 other places |" in plan_markdown(_plan(*changes))


@pytest.mark.parametrize(
    ("name", "user", "sink", "place"),
    [
        ("a", "smtp1", "vault data/a", "vault data/{name}"),
        ("vault", "smtp1", "vault vault/x", "vault {name}/x"),
        ("a", "smtp1", "dotenv mail/smtp1.env", "dotenv mail/{smtp_user_name}.env"),
        ("a", None, "dotenv mail/{smtp_user_name}.env", "dotenv mail/{smtp_user_name}.env"),
        ("name", None, "dotenv {smtp_user_name}/{name}", "dotenv {smtp_user_name}/{name}"),
        ("a", "smtp1", "dotenv smtp10.env", "dotenv smtp10.env"),
        ("a-b", "smtp1", "command a-b a", "command {name} a"),
        ("a.b-c", "smtp1", "github-actions o/r A_B_C_SMTP_*", "github-actions o/r {NAME}_SMTP_*"),
        ("a", "smtp1", "lone", "lone"),
        ("abox", "smtp1", "command removed: {abox: forget}", "command removed: {{name}: forget}"),
        ("abox", "smtp1", "command {users: abox}", "command {users: {name}}"),
        ("a", "smtp1", "command aa a", "command aa {name}"),
    ],
)
def test_a_place_is_an_address_without_the_users_own_names(
    name: str, user: str | None, sink: str, place: str
) -> None:
    few = [_deliver(f"{n}", "x", user=None) for n in range(10)]
    assert f"      1 to {place}\n" in _text(*few, _deliver(name, sink, user=user))


def test_a_delivery_without_targets_is_shown_all_the_same() -> None:
    changes = [_deliver(f"u{n:02}", user=None) for n in range(12)]
    assert "  > u00  new\n" in _text(*changes)
    assert "  … and 2 more\n\n" in _text(*changes)


@pytest.mark.parametrize(
    ("kinds", "note"),
    [
        (("password_changed",), "its password was changed outside"),
        (("undelivered",), "its password is not known to have arrived everywhere"),
        (("changed", "password_changed"), "its password was changed outside"),
        (
            ("password_changed", "undelivered"),
            "its password was changed outside, its password is not known to have arrived everywhere",
        ),
        (("changed",), ""),
    ],
)
def test_a_delivery_says_what_happened_to_the_password(kinds: tuple[DriftKind, ...], note: str) -> None:
    plan = _plan(_deliver("a", "dotenv a.env"), drift=tuple(Drift("a", "smtp1", kind) for kind in kinds))
    made = plan_text(plan, Style(color=False, width=0))
    assert f"  > a  smtp1  dotenv a.env{f'  {note}' if note else ''}\n" in made
    assert f"| `a`{f'<br>{note}' if note else ''} | `smtp1` | `dotenv a.env` |" in plan_markdown(plan)


def test_a_value_and_a_password_that_changed_outside_are_told_apart() -> None:
    update = Change("a", "update", "smtp1", "drift", (moved("total_limit", 20, 10),), at(2))
    drift = (Drift("a", "smtp1", "changed", (moved("total_limit", 10, 20),)), Drift("a", "smtp1", "password_changed"))
    text = _text(_deliver("a", "dotenv a.env"), update, drift=drift)
    assert "total_limit   20 → 10  undoes a change made outside\n" in text
    assert "Changed outside the files: 1 user " in text
    assert "Plan: 1 to update, 1 to deliver; 0 unchanged, 1 drifted." in text


def test_a_user_that_takes_turns_is_called_an_entrys_second() -> None:
    rotate = Change("a+2", "rotate", "smtp2", "config", (moved("status", "Disable", "Enable"),), at(3))
    text = _text(rotate)
    assert "Rotate 1 password (cannot be undone)\n  * a+2  smtp2  sarv-sync.yaml:3  second user of a\n" in text
    assert "      status        Disable → Enable  ↑\n" in text


def test_what_cannot_be_undone_comes_first_in_a_comment_and_where_passwords_go_last() -> None:
    text = plan_part(PASSWORDS, Where("a.yaml", "head")).text
    order = ["#### Create 2", "#### Rotate 2", "#### Update 2", "#### Deliver 6", "#### Changed outside"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "2 passwords will be replaced, and nothing brings the old one back." in text


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("plan", [PASSWORDS, MANY_DELIVERIES])
def test_no_line_but_the_last_two_is_wider_than_the_terminal(plan: Plan, width: int) -> None:
    lines = plan_text(plan, Style(color=False, width=width)).split("\n")[:-2]
    assert [line for line in lines if cells(line) > width] == []


def test_drift_tells_a_password_changed_outside_from_one_that_no_sink_has() -> None:
    text = drift_text(PASSWORDS, TERMINAL)
    assert "Changed outside the files: 1 user (last applied → now)\n" in text
    assert "  ≠ billing  smtp12345  its password was changed outside\n" in text
    assert (
        "Undelivered: 1 password\n  ≠ orders  smtp777  its password is not known to have arrived everywhere\n" in text
    )
    assert "apply delivers passwords as the account has them now" in text
