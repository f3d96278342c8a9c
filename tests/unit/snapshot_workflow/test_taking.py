from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings

from sarv_sync import workflow
from sarv_sync.model.secret import Secret
from sarv_sync.model.snapshot import Snapshot, parse_snapshot, snapshot_text
from sarv_sync.model.users import Listing, ObservedUser, RowFault
from sarv_sync.snapshot_workflow.taking import plan, take
from sarv_sync.snapshot_workflow.trust import check
from sarv_sync.workflow import Project
from tests.unit.planning.builders import ACCOUNT as PLANNED
from tests.unit.planning.worlds import World, worlds
from tests.unit.snapshot_workflow.snapshots import ACCOUNT, KEY, NOW, SIGNED, listing
from tests.unit.state.scripted_store import ScriptedStore


class Account:
    """A provider that lists this."""

    def __init__(self, listed: Listing) -> None:
        self._listed = listed

    def list_users(self) -> Listing:
        return self._listed


def test_a_snapshot_is_of_the_second_before_the_listing_and_signed() -> None:
    taken = take(Account(listing(smtp1=5)), ACCOUNT, NOW + timedelta(microseconds=999_999), KEY)
    assert (taken.account, taken.taken_at, taken.listing) == (ACCOUNT, NOW, listing(smtp1=5))
    check(taken, SIGNED, NOW, "here")


def test_without_a_key_it_is_not_signed() -> None:
    assert take(Account(listing()), ACCOUNT, NOW, None).signature is None


def test_a_bad_listing_is_kept_as_it_is_and_no_password_is() -> None:
    user = listing(smtp1=5).users["smtp1"]
    odd = Listing(
        {"smtp1": ObservedUser("smtp1", user.settings, Secret("c4nary"))}, (RowFault(None, "row 2"),), ("smtp3",)
    )
    taken = take(Account(odd), ACCOUNT, NOW, None)
    assert (taken.listing.faults, taken.listing.repeated) == (odd.faults, odd.repeated)
    assert taken.listing.users["smtp1"].password == Secret("")
    assert "c4nary" not in snapshot_text(taken)


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_a_plan_from_a_snapshot_is_that_of_the_account_but_for_the_warning(world: World) -> None:
    """Whatever files, state and account hold, and through the document."""
    project = Project(world.configuration, PLANNED, ScriptedStore(world.state), Account(world.listing))
    live = workflow.plan(project)
    taken = take(project.provider, PLANNED, NOW, None)
    read: Snapshot = parse_snapshot(snapshot_text(taken).encode(), "there")
    made = plan(project, read)
    assert made.warnings[0].message == "made from a snapshot taken at 2026-11-24T05:17:00Z, not from the live account"
    assert replace(made, warnings=made.warnings[1:]) == live
