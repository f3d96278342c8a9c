from __future__ import annotations

import getpass
import os
from pathlib import Path

import pytest

from sarv_sync.errors import InputError
from sarv_sync.inputs import Inputs, find_account, read_configuration
from sarv_sync.model.account import Account
from sarv_sync.model.configuration import AccountSettings, Configuration, GuardLimit, StateSettings
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.switch import Switch
from sarv_sync.places import open_store, this_holder
from sarv_sync.wiring import _Clock, open_project

FILE = Configuration("f", "/tmp", account=AccountSettings("https://file.example/v1.0", "1"))


def inputs(endpoint: str | None = None, config: str | None = None, **environment: str) -> Inputs:
    return Inputs(config, endpoint, environment, Path("/nowhere"))


@pytest.mark.parametrize(
    ("given", "endpoint", "owner"),
    [
        (inputs(), "https://file.example/v1.0", "1"),
        (inputs(SARV_OWNER_ID=""), "https://file.example/v1.0", "1"),
        (inputs(SARV_ENDPOINT="https://env.example"), "https://env.example", "1"),
        (inputs("https://flag.example/", SARV_ENDPOINT="https://env.example"), "https://flag.example", "1"),
        (inputs(SARV_OWNER_ID="2"), "https://file.example/v1.0", "2"),
    ],
)
def test_flag_beats_environment_beats_file(given: Inputs, endpoint: str, owner: str) -> None:
    assert find_account(given, FILE) == Account(endpoint, owner)


def test_an_endpoint_that_is_set_to_nothing_is_no_leave_for_the_file_to_choose() -> None:
    with pytest.raises(InputError, match="SARV_ENDPOINT is set, but empty"):
        find_account(inputs(SARV_ENDPOINT=""), FILE)
    assert find_account(inputs("https://flag.example", SARV_ENDPOINT=""), FILE).endpoint == "https://flag.example"


@pytest.mark.parametrize("settings", [AccountSettings(owner_id="1"), AccountSettings("https://file.example")])
def test_what_is_set_nowhere_is_wrong_input(settings: AccountSettings) -> None:
    with pytest.raises(InputError) as caught:
        find_account(inputs(), Configuration("f", "/tmp", account=settings))
    assert "SARV_" in (caught.value.hint or "")


def test_the_scrubber_knows_the_token_before_the_first_call() -> None:
    scrubber = Scrubber()
    open_project(inputs(SARV_TOKEN="t0ken-canary"), FILE, scrubber)
    assert scrubber.scrub("t0ken-canary") == "[redacted]"


def test_allow_overrides_the_file_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "sarv-sync.yaml").write_text("version: 1\nguards: {max_creates: 1, max_updates: 5%}\n")
    given = Inputs(None, None, {}, tmp_path)
    guards = read_configuration(given, ["max_creates=500", "max_disables=100%", "max_creates=7"]).guards
    assert (guards.max_creates, guards.max_disables) == (GuardLimit(7), GuardLimit(100, percent=True))
    assert guards.max_updates == GuardLimit(5, percent=True)


def test_the_state_is_reached_through_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    (tmp_path / "link.json").symlink_to(real)
    store = open_store(
        inputs(), Configuration("f", str(tmp_path), state=StateSettings(options={"path": "link.json"}))
    )
    store.swap(None, b"{}")
    assert (real.read_bytes(), (tmp_path / "link.json").is_symlink()) == (b"{}", True)


def test_a_holder_without_a_name_goes_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nameless)
    holder = this_holder("apply", {})
    assert holder.name.startswith(f"uid {os.getuid()} on ")
    assert (f"(process {os.getpid()})" in holder.name, holder.command) == (True, "sarv-sync apply")


_GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "octocat", "GITHUB_RUN_ID": "123", "GITHUB_REPOSITORY": "a/b"}
_GITLAB = {"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "tanuki", "CI_JOB_ID": "7", "CI_PROJECT_PATH": "acme/mail"}


@pytest.mark.parametrize(
    ("environment", "who"),
    [
        (_GITHUB, "octocat in run 123 of a/b on "),
        ({**_GITHUB, "GITHUB_TRIGGERING_ACTOR": "hubot"}, "hubot in run 123 of a/b on "),
        (_GITLAB, "tanuki in job 7 of acme/mail on "),
        ({**_GITHUB, "GITHUB_RUN_ID": "1; x"}, "octocat on "),
        ({**_GITHUB, "GITHUB_REPOSITORY": ""}, "octocat in run 123 on "),
        ({**_GITHUB, "GITHUB_ACTIONS": ""}, "ann on "),
        ({**_GITHUB, "GITHUB_ACTOR": ""}, "ann on "),
        ({**_GITHUB, "GITHUB_ACTOR": "a\x1b[31m\n##[x"}, "a\\x1b[31m\\n#\\x23[x in run 123 of a/b on "),
        ({**_GITHUB, "GITHUB_ACTOR": "x" * 500}, "x" * 59 + "… in run 123 of a/b on "),
    ],
)
def test_in_a_job_the_holder_is_who_had_it_run(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], who: str
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    assert this_holder("apply", environment).name.startswith(who)


def test_a_sleep_ends_when_the_run_is_asked_to_stop() -> None:
    stop = Switch()
    stop.set()
    clock = _Clock(stop)
    before = clock.now()
    clock.sleep(3600)
    assert before <= clock.now() < before + 3600
