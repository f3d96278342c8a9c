"""Everything that `doctor` looks at becomes evidence, and the evidence a diagnosis."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from sarv_sync.doctor.evidence import Call, Evidence, Setting
from sarv_sync.doctor.examination import examine
from sarv_sync.doctor_wiring.settings import find_settings
from sarv_sync.doctor_wiring.state import look_at_state
from sarv_sync.errors import Fault, SarvSyncError
from sarv_sync.provider.client import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.doctor.evidence import Settings
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.diagnosis import Diagnosis
    from sarv_sync.model.route import Route
    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.users import Listing


def diagnose(inputs: Inputs, scrubber: Scrubber, now: Callable[[], float] = time.time) -> Diagnosis:
    """Look at everything and judge it. Raises nothing that settings, network, provider or state can cause.

    `scrubber` learns the token and every password that is read; `now` counts seconds since 1970.
    """
    settings, token = find_settings(inputs)
    if token is not None:
        scrubber.add(token)
    # The state comes first: a user that a run makes meanwhile must not look like one that nobody asked for.
    place = look_at_state(settings, inputs, now())
    route = _walk(settings)
    call = None if route is not None and route.broken else _call(settings, token, scrubber, now)
    return examine(Evidence(now(), settings, route, call, place))


def _walk(settings: Settings) -> Route | None:
    if not isinstance(settings.endpoint, Setting) or settings.proxy is not None:
        return None
    from sarv_sync.provider.route import walk

    bundle = settings.ca_bundle
    ca_bundle = bundle.value if isinstance(bundle, Setting) else None
    return walk(settings.endpoint.value, ca_bundle, tls=not isinstance(bundle, Fault))


def _call(settings: Settings, token: Secret | None, scrubber: Scrubber, now: Callable[[], float]) -> Call | None:
    """Make one call, once: what passes on a second try is worth knowing of too."""
    endpoint, owner_id, bundle = settings.endpoint, settings.owner_id, settings.ca_bundle
    if token is None or isinstance(bundle, Fault):
        return None
    if not (isinstance(endpoint, Setting) and isinstance(owner_id, Setting)):
        return None
    ca_bundle = bundle.value if bundle is not None else None
    began = now()
    result: Listing | SarvSyncError
    try:
        with closing(Client(endpoint.value, owner_id.value, token, scrubber, ca_bundle=ca_bundle)) as client:
            result, date = client.probe()
    except SarvSyncError as error:
        result, date = error, None
    return Call(result, date, began, now())
