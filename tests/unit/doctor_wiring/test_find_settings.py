from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from sarv_sync.doctor.evidence import Setting
from sarv_sync.doctor_wiring.proxy import find_proxy
from sarv_sync.doctor_wiring.settings import find_settings
from sarv_sync.errors import Fault, InputError
from sarv_sync.inputs import Inputs, find_account, read_configuration
from sarv_sync.model.account import Account
from sarv_sync.model.scrub import Scrubber
from sarv_sync.wiring import open_project

if TYPE_CHECKING:
    from pathlib import Path

URL, OTHER = "https://api.example.net/v1.0", "https://other.example.net/v1.0"
WHOLE = f'version: 1\naccount:\n  owner_id: "1"\n  endpoint: {URL}/\n'
BROKEN = WHOLE + "user: {}\n"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def inputs(folder: Path, text: str | None = WHOLE, endpoint: str | None = None, **environment: str) -> Inputs:
    if text is not None:
        (folder / "sarv-sync.yaml").write_text(text, encoding="utf-8")
    return Inputs(None, endpoint, environment, folder)


@pytest.mark.parametrize(
    ("flag", "variable", "owner", "text"),
    list(product(
        (None, "", OTHER, "ftp://x"), (None, "", OTHER + "/", "http://x"), (None, "", "2"),
        (WHOLE, "version: 1\n", 'version: 1\naccount: {owner_id: "1"}\n'),
    )),
)  # fmt: skip
def test_what_is_found_is_what_every_other_command_uses(
    tmp_path: Path, flag: str | None, variable: str | None, owner: str | None, text: str
) -> None:
    environment = {"SARV_ENDPOINT": variable, "SARV_OWNER_ID": owner}
    given = inputs(tmp_path, text, flag, **{name: value for name, value in environment.items() if value is not None})
    settings, _ = find_settings(given)
    found = (settings.endpoint, settings.owner_id)
    used = _used(given)
    if isinstance(used, Fault):
        assert used in found
    else:
        assert [setting.value for setting in found if isinstance(setting, Setting)] == [used.endpoint, used.owner_id]


def _used(given: Inputs) -> Account | Fault:
    try:
        return find_account(given, read_configuration(given))
    except InputError as error:
        return error.faults[0]


@pytest.mark.parametrize(
    ("endpoint", "environment", "found"),
    [
        (None, {}, Setting(URL, "sarv-sync.yaml:4")),
        (None, {"SARV_ENDPOINT": OTHER}, Setting(OTHER, "SARV_ENDPOINT", ("sarv-sync.yaml:4",))),
        (OTHER, {"SARV_ENDPOINT": URL}, Setting(OTHER, "--endpoint", ("SARV_ENDPOINT", "sarv-sync.yaml:4"))),
    ],
)
def test_who_set_the_endpoint_is_found_and_whom_that_overrules(
    tmp_path: Path, endpoint: str | None, environment: dict[str, str], found: Setting
) -> None:
    assert find_settings(inputs(tmp_path, WHOLE, endpoint, **environment))[0].endpoint == found


def test_a_broken_file_names_nothing_and_the_environment_still_does(tmp_path: Path) -> None:
    settings, _ = find_settings(inputs(tmp_path, BROKEN))
    assert isinstance(settings.configuration, InputError)
    assert (settings.endpoint, settings.owner_id) == (None, None)
    settings, _ = find_settings(inputs(tmp_path, BROKEN, SARV_ENDPOINT=OTHER, SARV_OWNER_ID="2"))
    assert settings.endpoint == Setting(OTHER, "SARV_ENDPOINT")
    assert settings.owner_id == Setting("2", "SARV_OWNER_ID")
    settings, _ = find_settings(inputs(tmp_path, BROKEN, SARV_ENDPOINT=""))
    assert isinstance(settings.endpoint, Fault)


def test_who_named_the_main_file_is_found(tmp_path: Path) -> None:
    assert find_settings(inputs(tmp_path))[0].file == Setting("sarv-sync.yaml", "the default")
    by_variable = inputs(tmp_path, SARV_SYNC_CONFIG="a.yaml")
    assert find_settings(by_variable)[0].file == Setting("a.yaml", "SARV_SYNC_CONFIG")
    both = Inputs("b.yaml", None, {"SARV_SYNC_CONFIG": "a.yaml"}, tmp_path)
    assert find_settings(both)[0].file == Setting("b.yaml", "--config", ("SARV_SYNC_CONFIG",))


TOKENS = [
    ({}, None),
    ({"SARV_TOKEN": ""}, None),
    ({"SARV_TOKEN": "t0ken"}, Setting("set", "SARV_TOKEN")),
    ({"SARV_TOKEN": "two\nlines"}, None),
    ({"SARV_TOKEN_FILE": "token"}, Setting("set", "SARV_TOKEN_FILE")),
    ({"SARV_TOKEN_FILE": "empty"}, None),
    ({"SARV_TOKEN_FILE": "binary"}, None),
    ({"SARV_TOKEN_FILE": "nowhere"}, None),
    ({"SARV_TOKEN_FILE": "."}, None),
    ({"SARV_TOKEN": "t0ken", "SARV_TOKEN_FILE": "nowhere"}, Setting("set", "SARV_TOKEN", ("SARV_TOKEN_FILE",))),
]


@pytest.mark.parametrize(("environment", "found"), TOKENS)
def test_a_token_is_usable_here_where_it_is_for_every_other_command(
    tmp_path: Path, environment: dict[str, str], found: Setting | None
) -> None:
    (tmp_path / "token").write_text("t0ken\r\n")
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff")
    given = inputs(tmp_path, **environment)
    settings, token = find_settings(given)
    if found is not None:
        open_project(given, read_configuration(given), Scrubber())
        assert (settings.token, token and token.reveal()) == (found, "t0ken")
        return
    with pytest.raises(InputError) as caught:
        open_project(given, read_configuration(given), Scrubber())
    assert isinstance(settings.token, Fault)
    assert (settings.token.message, token) == (caught.value.message, None)


@pytest.mark.parametrize("path", ["nowhere.pem", "sarv-sync.yaml"])
def test_a_bundle_without_certificates_is_a_fault(tmp_path: Path, path: str) -> None:
    bundle = str(tmp_path / path)
    found = find_settings(inputs(tmp_path, SARV_CA_BUNDLE=bundle))[0].ca_bundle
    assert found == Fault(f"no certificate can be read from {bundle}", "set SARV_CA_BUNDLE to a file in PEM format")


def test_a_bundle_of_certificates_is_named(tmp_path: Path) -> None:
    found = find_settings(inputs(tmp_path, SARV_CA_BUNDLE=DEFAULT_CA_BUNDLE_PATH))[0].ca_bundle
    assert found == Setting(DEFAULT_CA_BUNDLE_PATH, "SARV_CA_BUNDLE")
    assert find_settings(inputs(tmp_path))[0].ca_bundle is None


PROXIES = [
    ({}, None),
    ({"HTTPS_PROXY": "http://proxy.example:3128"}, Setting("proxy.example:3128", "HTTPS_PROXY")),
    ({"https_proxy": "http://user:pw-canary@proxy.example"}, Setting("proxy.example", "https_proxy")),
    ({"ALL_PROXY": "proxy.example:3128"}, Setting("proxy.example:3128", "ALL_PROXY")),
    ({"HTTPS_PROXY": "http://user:pw-canary@"}, Fault("HTTPS_PROXY holds no address of a proxy",
                                                      "write it as http://HOST:PORT, or unset it")),
    ({"HTTPS_PROXY": "http://proxy.example:pw-canary"}, Fault("HTTPS_PROXY holds no address of a proxy",
                                                              "write it as http://HOST:PORT, or unset it")),
    ({"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": "example.net"}, None),
    ({"HTTP_PROXY": "http://proxy.example:3128"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("environment", "found"), PROXIES)
def test_a_proxy_is_found_without_its_password(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], found: Setting | Fault | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert find_proxy(URL, environment) == found
    assert find_proxy("http://127.0.0.1:80/v1.0", environment) is None


def test_a_proxy_that_no_variable_explains_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert find_proxy(URL, {}) == Setting("proxy.example:3128", "the system's settings")
