from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.doctor.evidence import Setting
from sarv_sync.doctor.settings import (
    check_ca_bundle,
    check_configuration,
    check_proxy,
    check_setting,
    check_sinks,
    check_token,
)
from sarv_sync.errors import Fault, InputError
from sarv_sync.model.configuration import Configuration, SinkSettings
from sarv_sync.model.diagnosis import Finding
from tests.unit.doctor.sound import SETTINGS

WRONG = Fault("it is wrong", "put it right")
FILE = Setting("x.yaml", "--config", ("SARV_SYNC_CONFIG",))
VALID = Configuration("x.yaml", "/work", ("x.yaml", "more.yaml"))
INVALID = InputError.of((WRONG, WRONG))


def test_valid_files_are_counted_and_it_is_said_who_named_them() -> None:
    found = check_configuration(FILE, VALID)
    message = "x.yaml (--config, which beats SARV_SYNC_CONFIG): 0 users in 2 files"
    assert found == Finding("configuration", "ok", message)


def test_warnings_of_the_files_are_warnings() -> None:
    found = check_configuration(FILE, replace(VALID, warnings=(WRONG,)))
    assert (found.verdict, found.faults) == ("warning", (WRONG,))
    assert found.message.endswith("0 users in 2 files, 1 warning")


def test_every_error_of_the_files_is_in_the_finding() -> None:
    found = check_configuration(FILE, INVALID)
    assert (found.verdict, found.faults) == ("failed", (WRONG, WRONG))
    assert found.message.endswith("2 errors")
    assert "sarv-sync validate" in (found.remedy or "")


@pytest.mark.parametrize(
    ("setting", "verdict", "message"),
    [
        (Setting("https://x", "--endpoint"), "ok", "https://x (--endpoint)"),
        (
            Setting("https://x", "--endpoint", ("SARV_ENDPOINT", "a.yaml:3")),
            "ok",
            "https://x (--endpoint, which beats SARV_ENDPOINT and a.yaml:3)",
        ),
        (WRONG, "failed", "it is wrong"),
        (None, "skipped", "depends on configuration, as SARV_ENDPOINT is not set"),
    ],
)
def test_a_setting_is_shown_with_who_set_it(setting: Setting | Fault | None, verdict: str, message: str) -> None:
    found = check_setting("endpoint", "SARV_ENDPOINT", setting)
    assert (found.name, found.verdict, found.message) == ("endpoint", verdict, message)
    assert found.remedy == ("put it right" if verdict == "failed" else None)


def test_of_the_token_only_the_variable_is_shown() -> None:
    assert check_token(Setting("set", "SARV_TOKEN")) == Finding("token", "ok", "set (SARV_TOKEN)")
    assert check_token(WRONG) == Finding("token", "failed", "it is wrong", "put it right")


def test_authorities_are_the_built_in_ones_unless_a_bundle_is_named() -> None:
    assert "built-in" in check_ca_bundle(None).message
    named = check_ca_bundle(Setting("own.pem", "SARV_CA_BUNDLE"))
    assert (named.verdict, named.message) == ("ok", "own.pem (SARV_CA_BUNDLE), instead of the built-in authorities")
    assert check_ca_bundle(WRONG).verdict == "failed"


@pytest.mark.parametrize(
    ("proxy", "endpoint", "verdict", "message"),
    [
        (None, SETTINGS.endpoint, "ok", "none is used"),
        (None, WRONG, "skipped", "depends on endpoint"),
        (None, None, "skipped", "depends on endpoint"),
        (Setting("proxy:3128", "HTTPS_PROXY"), SETTINGS.endpoint, "ok", "proxy:3128 (HTTPS_PROXY)"),
        (WRONG, SETTINGS.endpoint, "failed", "it is wrong"),
    ],
)
def test_the_proxy_is_named(
    proxy: Setting | Fault | None, endpoint: Setting | Fault | None, verdict: str, message: str
) -> None:
    found = check_proxy(proxy, endpoint)
    assert (found.verdict, found.message) == (verdict, message)


def test_sinks_are_named_and_so_is_what_keeps_them_from_being_used() -> None:
    missing = Fault("vault: VAULT_ADDR is not set", "set it")
    wanted = replace(VALID, sinks=(SinkSettings("dotenv"), SinkSettings("vault")))

    assert check_sinks(VALID, ()).verdict == "ok"
    assert check_sinks(INVALID, ()).verdict == "skipped"
    assert (check_sinks(wanted, ()).verdict, check_sinks(wanted, ()).message) == ("ok", "2 sinks: dotenv, vault")
    broken = check_sinks(wanted, (missing,))
    assert (broken.verdict, broken.message, broken.faults) == ("failed", "1 of 2 sinks cannot be used", (missing,))
