"""What is set, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.doctor.words import counted, failed, listed
from sarv_sync.errors import Fault, InputError
from sarv_sync.model.diagnosis import Finding

if TYPE_CHECKING:
    from sarv_sync.doctor.evidence import Setting
    from sarv_sync.model.configuration import Configuration


def check_configuration(file: Setting, configuration: Configuration | InputError) -> Finding:
    """Check the files as `validate` does."""
    name, where = "configuration", _with_origin(file)
    if isinstance(configuration, InputError):
        errors = configuration.faults
        remedy = "correct what is named; `sarv-sync validate` shows the lines too"
        return Finding(name, "failed", f"{where}: {counted(len(errors), 'error')}", remedy, errors)
    size = f"{counted(len(configuration.users), 'user')} in {counted(len(configuration.files), 'file')}"
    warnings = configuration.warnings
    if warnings:
        return Finding(name, "warning", f"{where}: {size}, {counted(len(warnings), 'warning')}", None, warnings)
    return Finding(name, "ok", f"{where}: {size}")


def check_setting(name: str, variable: str, setting: Setting | Fault | None) -> Finding:
    """Check the endpoint, or the owner id; `variable` of the environment would set it."""
    match setting:
        case None:
            return Finding(name, "skipped", f"depends on configuration, as {variable} is not set")
        case Fault():
            return failed(name, setting)
        case _:
            return Finding(name, "ok", _with_origin(setting))


def check_token(token: Setting | Fault) -> Finding:
    """Check that there is a token. It is not shown."""
    return failed("token", token) if isinstance(token, Fault) else Finding("token", "ok", _with_origin(token))


def check_ca_bundle(bundle: Setting | Fault | None) -> Finding:
    """Check what certificates are held against."""
    match bundle:
        case None:
            return Finding("ca_bundle", "ok", "the built-in authorities (SARV_CA_BUNDLE is not set)")
        case Fault():
            return failed("ca_bundle", bundle)
        case _:
            return Finding("ca_bundle", "ok", f"{_with_origin(bundle)}, instead of the built-in authorities")


def check_proxy(proxy: Setting | Fault | None, endpoint: Setting | Fault | None) -> Finding:
    """Check whether calls go through a proxy."""
    match proxy:
        case Fault():
            return failed("proxy", proxy)
        case None if endpoint is None or isinstance(endpoint, Fault):
            return Finding("proxy", "skipped", "depends on endpoint")
        case None:
            return Finding("proxy", "ok", "none is used")
        case _:
            return Finding("proxy", "ok", _with_origin(proxy))


def check_sinks(configuration: Configuration | InputError, faults: tuple[Fault, ...]) -> Finding:
    """Check where passwords would be delivered. `faults` is what keeps sinks from being used."""
    if isinstance(configuration, InputError):
        return Finding("sinks", "skipped", "depends on configuration")
    if faults:
        broken = f"{len(faults)} of {counted(len(configuration.sinks), 'sink')} cannot be used"
        hint = (
            "see to what is named: until every sink that it uses can be, apply makes no user and changes no password"
        )
        return Finding("sinks", "failed", broken, hint, faults)
    if configuration.sinks:
        kinds = ", ".join(dict.fromkeys(settings.sink for settings in configuration.sinks))
        return Finding("sinks", "ok", f"{counted(len(configuration.sinks), 'sink')}: {kinds}")
    return Finding("sinks", "ok", "none: the account's own listing keeps the passwords")


def _with_origin(setting: Setting) -> str:
    """Return the value, who gave it and whom that overrules."""
    beaten = f", which beats {listed(setting.beaten)}" if setting.beaten else ""
    return f"{setting.value} ({setting.origin}{beaten})"
