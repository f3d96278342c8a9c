from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from sarv_sync.errors import EXIT_INPUT, InputError
from sarv_sync.inputs import Inputs
from sarv_sync.model.account import Account
from sarv_sync.model.configuration import AccountSettings, Configuration, SnapshotSettings
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.snapshot_workflow.trust import Trust
from sarv_sync.snapshots.settings import find_private_key, find_trust

KEY = "EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE0="
OTHER = "OTHERSOTHERSOTHERSOTHERSOTHERSOTHERSOTHERS0="
ACCOUNT = Account("https://file.example/v1.0", "1")


def configuration(public_key: str | None = None, max_age: float = 86400) -> Configuration:
    account = AccountSettings(ACCOUNT.endpoint, ACCOUNT.owner_id)
    return Configuration("f", "/tmp", account=account, snapshot=SnapshotSettings(public_key, max_age))


def inputs(**environment: str) -> Inputs:
    return inside(Path("/nowhere"), environment)


def inside(folder: Path, environment: dict[str, str]) -> Inputs:
    return Inputs(None, None, environment, folder)


@pytest.mark.parametrize(
    ("given", "files", "trust"),
    [
        (inputs(), configuration(), Trust(ACCOUNT, None, 86400)),
        (inputs(), configuration(KEY, 60), Trust(ACCOUNT, KEY, 60)),
        (inputs(SARV_SNAPSHOT_PUBLIC_KEY=OTHER), configuration(KEY), Trust(ACCOUNT, OTHER, 86400)),
        (inputs(SARV_SNAPSHOT_PUBLIC_KEY=f" {OTHER}\n"), configuration(), Trust(ACCOUNT, OTHER, 86400)),
        (inputs(SARV_SNAPSHOT_MAX_AGE="90m"), configuration(KEY, 60), Trust(ACCOUNT, KEY, 5400)),
        (inputs(SARV_OWNER_ID="2"), configuration(), Trust(Account(ACCOUNT.endpoint, "2"), None, 86400)),
    ],
)
def test_the_environment_beats_the_file(given: Inputs, files: Configuration, trust: Trust) -> None:
    assert find_trust(given, files) == trust


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SARV_SNAPSHOT_PUBLIC_KEY": ""}, "SARV_SNAPSHOT_PUBLIC_KEY is set, but empty"),
        ({"SARV_SNAPSHOT_PUBLIC_KEY": " \n"}, "SARV_SNAPSHOT_PUBLIC_KEY is set, but empty"),
        ({"SARV_SNAPSHOT_PUBLIC_KEY": KEY[:-1]}, "SARV_SNAPSHOT_PUBLIC_KEY is no public key"),
        ({"SARV_SNAPSHOT_MAX_AGE": ""}, "SARV_SNAPSHOT_MAX_AGE is set, but empty"),
        ({"SARV_SNAPSHOT_MAX_AGE": "1 day"}, "SARV_SNAPSHOT_MAX_AGE 1 day: this is no duration"),
        ({"SARV_ENDPOINT": ""}, "SARV_ENDPOINT is set, but empty"),
    ],
)
def test_what_is_set_to_nothing_or_nonsense_leaves_no_choice_to_the_file(
    environment: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        find_trust(inputs(**environment), configuration(KEY))
    assert (caught.value.exit_code, bool(caught.value.hint)) == (EXIT_INPUT, True)


def test_the_private_key_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{OTHER}\n")
    by_file = inside(tmp_path, {"SARV_SNAPSHOT_KEY_FILE": "key"})
    both = inside(tmp_path, {"SARV_SNAPSHOT_KEY_FILE": "key", "SARV_SNAPSHOT_KEY": KEY})
    assert find_private_key(inputs(), Scrubber()) is None
    assert find_private_key(by_file, Scrubber()) == Secret(OTHER)
    assert find_private_key(both, Scrubber()) == Secret(KEY)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SARV_SNAPSHOT_KEY": ""}, "SARV_SNAPSHOT_KEY is set, but empty"),
        ({"SARV_SNAPSHOT_KEY_FILE": ""}, "SARV_SNAPSHOT_KEY_FILE is set, but empty"),
        ({"SARV_SNAPSHOT_KEY": "hunter2"}, "SARV_SNAPSHOT_KEY holds no private key"),
        ({"SARV_SNAPSHOT_KEY_FILE": "secret"}, "the file that SARV_SNAPSHOT_KEY_FILE names holds no private key"),
        ({"SARV_SNAPSHOT_KEY_FILE": "binary"}, "cannot read SARV_SNAPSHOT_KEY_FILE binary: it is not text"),
        ({"SARV_SNAPSHOT_KEY_FILE": "no"}, "cannot read SARV_SNAPSHOT_KEY_FILE no: No such file"),
        ({"SARV_SNAPSHOT_KEY_FILE": "n\0"}, "cannot read SARV_SNAPSHOT_KEY_FILE"),
        ({"SARV_SNAPSHOT_KEY_FILE": "/dev/zero"}, "holds no private key"),
    ],
)
def test_a_private_key_that_is_none_is_not_shown(tmp_path: Path, environment: dict[str, str], message: str) -> None:
    (tmp_path / "secret").write_text("hunter2")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=message) as caught:
        find_private_key(inside(tmp_path, environment), Scrubber())
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("text", [KEY, "hunter2hunter2"])
def test_the_scrubber_learns_whatever_stands_where_the_key_should(text: str) -> None:
    scrubber = Scrubber()
    with suppress(InputError):
        find_private_key(inputs(SARV_SNAPSHOT_KEY=text), scrubber)
    assert text not in scrubber.scrub(f"it is {text}.")
