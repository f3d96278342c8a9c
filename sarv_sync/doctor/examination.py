"""All checks, in the order in which one depends on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.doctor import calling, connection, settings, state
from sarv_sync.doctor.creates import check_creates
from sarv_sync.doctor.evidence import Setting
from sarv_sync.doctor.limits import check_limits
from sarv_sync.doctor.listing import check_rows
from sarv_sync.model.diagnosis import Diagnosis, Finding, Part
from sarv_sync.model.users import Listing

if TYPE_CHECKING:
    from sarv_sync.doctor.evidence import Evidence, Settings
    from sarv_sync.errors import Fault


def examine(evidence: Evidence) -> Diagnosis:
    """Judge `evidence`. Every check is made, or says why it cannot be."""
    given = evidence.settings
    parts = (
        Part("settings", _settings(given)),
        Part("connection", _connection(evidence)),
        Part("state", _state(evidence)),
        Part("account", _account(evidence)),
    )
    return Diagnosis(_value(given.endpoint), _value(given.owner_id), parts)


def _settings(given: Settings) -> tuple[Finding, ...]:
    return (
        settings.check_configuration(given.file, given.configuration),
        settings.check_setting("endpoint", "SARV_ENDPOINT", given.endpoint),
        settings.check_setting("owner_id", "SARV_OWNER_ID", given.owner_id),
        settings.check_token(given.token),
        settings.check_ca_bundle(given.ca_bundle),
        settings.check_proxy(given.proxy, given.endpoint),
        settings.check_sinks(given.configuration, given.sinks),
    )


def _connection(evidence: Evidence) -> tuple[Finding, ...]:
    given, route, call = evidence.settings, evidence.route, evidence.call
    return (
        connection.check_resolution(given, route),
        connection.check_connection(given, route),
        connection.check_tls(given, route, evidence.now),
        calling.check_call(given, route, call),
        calling.check_credentials(given, call),
        calling.check_clock(call),
    )


def _state(evidence: Evidence) -> tuple[Finding, ...]:
    place = evidence.state
    return state.check_state(place), state.check_lock(place), state.check_folder(place)


def _account(evidence: Evidence) -> tuple[Finding, ...]:
    place = evidence.state
    held = state.usable(place)
    result = evidence.call.result if evidence.call is not None else None
    listing = result if isinstance(result, Listing) else None
    return (
        check_rows(held, listing),
        check_creates(held, listing, running=place is not None and place.taken is True),
        check_limits(held, listing, evidence.settings.configuration),
    )


def _value(setting: Setting | Fault | None) -> str | None:
    return setting.value if isinstance(setting, Setting) else None
