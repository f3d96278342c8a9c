"""What flags, environment and files set, and which of them did. What holds is what `wiring` makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.doctor.evidence import Setting, Settings
from sarv_sync.doctor_wiring.proxy import find_proxy
from sarv_sync.errors import Fault, InputError
from sarv_sync.inputs import DEFAULT_CONFIG, find_account, read_configuration, read_token
from sarv_sync.model.configuration import AccountSettings, Configuration
from sarv_sync.model.scrub import Scrubber
from sarv_sync.wiring import open_outlets

if TYPE_CHECKING:
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.secret import Secret

_ANY_ENDPOINT = "https://localhost"
_ANY_OWNER = "any"


def find_settings(inputs: Inputs) -> tuple[Settings, Secret | None]:
    """Return everything that is set, and the token, None if there is none that can be used."""
    configuration = _configuration(inputs)
    endpoint = _endpoint(inputs, configuration)
    token = _token(inputs)
    settings = Settings(
        file=_first((inputs.config, "--config"), (inputs.setting("SARV_SYNC_CONFIG"), "SARV_SYNC_CONFIG"))
        or Setting(DEFAULT_CONFIG, "the default"),
        configuration=configuration,
        endpoint=endpoint,
        owner_id=_owner_id(inputs, configuration),
        token=token if isinstance(token, Fault) else token[0],
        ca_bundle=_ca_bundle(inputs),
        proxy=find_proxy(endpoint.value, inputs.environment) if isinstance(endpoint, Setting) else None,
        sinks=_sinks(inputs, configuration),
    )
    return settings, None if isinstance(token, Fault) else token[1]


def _sinks(inputs: Inputs, configuration: Configuration | InputError) -> tuple[Fault, ...]:
    """Return what keeps sinks from being used: a library, a setting or a credential that is missing."""
    if isinstance(configuration, InputError):
        return ()
    try:
        return tuple(open_outlets(inputs, configuration, Scrubber()).ready())
    except InputError as error:
        return error.faults


def _configuration(inputs: Inputs) -> Configuration | InputError:
    try:
        return read_configuration(inputs)
    except InputError as error:
        return error


def _endpoint(inputs: Inputs, configuration: Configuration | InputError) -> Setting | Fault | None:
    candidates = [(inputs.endpoint, "--endpoint"), (inputs.setting("SARV_ENDPOINT"), "SARV_ENDPOINT")]
    written = None
    if isinstance(configuration, Configuration):
        written, source = configuration.account.endpoint, configuration.account.endpoint_source
        candidates.append((written, f"{source.file}:{source.line}" if source else configuration.file))
    found = _first(*candidates)
    if found is None and isinstance(configuration, InputError) and "SARV_ENDPOINT" not in inputs.environment:
        return None
    try:
        account = find_account(inputs, _naming(written, _ANY_OWNER))
    except InputError as error:
        return error.faults[0]
    return found and found._replace(value=account.endpoint)


def _owner_id(inputs: Inputs, configuration: Configuration | InputError) -> Setting | Fault | None:
    candidates = [(inputs.setting("SARV_OWNER_ID"), "SARV_OWNER_ID")]
    written = None
    if isinstance(configuration, Configuration):
        written = configuration.account.owner_id
        candidates.append((written, configuration.file))
    found = _first(*candidates)
    if found is None and isinstance(configuration, InputError):
        return None
    try:
        account = find_account(replace(inputs, endpoint=_ANY_ENDPOINT), _naming(None, written))
    except InputError as error:
        return error.faults[0]
    return found and found._replace(value=account.owner_id)


def _naming(endpoint: str | None, owner_id: str | None) -> Configuration:
    """Return a configuration that says nothing but this: what is wrong with one must not hide the other."""
    return Configuration("", "", account=AccountSettings(endpoint, owner_id))


def _token(inputs: Inputs) -> tuple[Setting, Secret] | Fault:
    """Return by which variable the token is set, and the token."""
    try:
        token = read_token(inputs)
    except InputError as error:
        return error.faults[0]
    found = _first(
        (inputs.setting("SARV_TOKEN"), "SARV_TOKEN"), (inputs.setting("SARV_TOKEN_FILE"), "SARV_TOKEN_FILE")
    )
    return (found or Setting("", ""))._replace(value="set"), token


def _ca_bundle(inputs: Inputs) -> Setting | Fault | None:
    path = inputs.setting("SARV_CA_BUNDLE")
    if path is None:
        return None
    from sarv_sync.transport.session import new_session

    try:
        new_session(_ANY_ENDPOINT, path, 1).close()
    except InputError as error:
        return error.faults[0]
    return Setting(path, "SARV_CA_BUNDLE")


def _first(*candidates: tuple[str | None, str]) -> Setting | None:
    """Return the first value that is given, by whom, and who else gave one."""
    given = [(value, origin) for value, origin in candidates if value]
    if not given:
        return None
    (value, origin), *rest = given
    return Setting(value, origin, tuple(beaten for _, beaten in rest))
