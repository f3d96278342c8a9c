"""From settings to a snapshot: taken of the account, published, or found again for a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.snapshot import load_snapshot, parse_snapshot
from sarv_sync.places import open_account_store, open_beside
from sarv_sync.signing.ed25519 import public_key_of
from sarv_sync.snapshot_workflow import publishing, taking
from sarv_sync.snapshot_workflow.trust import age_words, check
from sarv_sync.snapshots.settings import KEY, find_private_key, find_trust
from sarv_sync.values import dataclass
from sarv_sync.wiring import open_project, without_token
from sarv_sync.workflow import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sarv_sync.inputs import Inputs
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.snapshot import Snapshot

PUBLISHED = "state"
"""What stands for the published snapshot where a file could. A file of that name is `./state`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A snapshot that may be used, the project with it in place of the provider, and its age in words: `3 h`."""

    project: Project
    snapshot: Snapshot
    age: str


def open_snapshot(inputs: Inputs, configuration: Configuration, where: str, now: datetime) -> Opened:
    """Return the snapshot in the file `where`, or for `state` the published one. No token is read, no call is made.

    Raises `InputError` if there is none that can be read, `Refused` if it may not be used.
    """
    trust = find_trust(inputs, configuration)
    if where == PUBLISHED:
        snapshot, place = _published(inputs, configuration)
    else:
        snapshot, place = load_snapshot(inputs.directory / where, where), where
    check(snapshot, trust, now, place)
    project = Project(
        configuration,
        trust.account,
        open_account_store(inputs, configuration, trust.account),
        taking.Recorded(snapshot),
        without_token(inputs, configuration),
    )
    return Opened(project, snapshot, age_words(now - snapshot.taken_at))


def plan_from_snapshot(
    inputs: Inputs, configuration: Configuration, where: str, targets: Sequence[str], now: datetime
) -> tuple[Plan, str]:
    """Compare files, state and a snapshot; return the plan, which says so, and the age of the snapshot in words.

    Raises as `open_snapshot` does.
    """
    opened = open_snapshot(inputs, configuration, where, now)
    return taking.plan(opened.project, opened.snapshot, targets), opened.age


def take_snapshot(
    inputs: Inputs,
    configuration: Configuration,
    scrubber: Scrubber,
    notice: Callable[[str], None],
    clock: Callable[[], datetime],
) -> Snapshot:
    """List the account, and sign what is kept of it if a key is set. Raises as `open_project` and a listing do."""
    key = _signing_key(inputs, configuration, scrubber)
    project = open_project(inputs, configuration, scrubber, notice)
    return taking.take(project.provider, project.account, clock(), key)


def publish_snapshot(
    inputs: Inputs, configuration: Configuration, snapshot: Snapshot, now: datetime
) -> tuple[Snapshot, str]:
    """Put `snapshot` next to the state; return the one that is there then, a newer one if it was, and where."""
    store = open_beside(inputs, configuration, "snapshot")
    return publishing.publish(store, snapshot, find_trust(inputs, configuration), now), store.describe()


def _signing_key(inputs: Inputs, configuration: Configuration, scrubber: Scrubber) -> Secret | None:
    """Return the key to sign with. Raises `InputError` where plans would refuse what it signs, or what nobody did."""
    key, wanted = find_private_key(inputs, scrubber), find_trust(inputs, configuration).public_key
    if key is None and wanted is not None:
        raise InputError("a public key is configured, but no key to sign with", f"set {KEY} or {KEY}_FILE")
    if key is not None and (own := public_key_of(key)) != wanted is not None:
        hint = f"the public key of {KEY} is {own}: configure that one, or sign with the other's private key"
        raise InputError(f"{KEY} does not belong to the public key that is configured", hint)
    return key


def _published(inputs: Inputs, configuration: Configuration) -> tuple[Snapshot, str]:
    store = open_beside(inputs, configuration, "snapshot")
    stored = store.read()
    if stored is None:
        hint = "run `sarv-sync snapshot --publish` where the token is, as a scheduled job does"
        raise InputError(f"no snapshot was published at {store.describe()}", hint)
    return parse_snapshot(stored.data, store.describe()), store.describe()
