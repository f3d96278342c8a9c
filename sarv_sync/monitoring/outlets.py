"""Where the metrics of a check go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sarv_sync.errors import InputError, NotInstalled
from sarv_sync.model.secret import Secret
from sarv_sync.monitoring.pushgateway import Credentials, Pushgateway
from sarv_sync.monitoring.textfile import Textfile

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.monitoring.metrics import Check

USERNAME, PASSWORD = "SARV_PUSHGATEWAY_USERNAME", "SARV_PUSHGATEWAY_PASSWORD"


class Outlet(Protocol):
    """One place that takes metrics."""

    def send(self, check: Check) -> None:
        """Put the metrics of `check` there, in place of the last ones. Raises `SarvSyncError`."""
        ...


def open_outlets(
    textfile: str | None, pushgateway: str | None, setting: Callable[[str], str | None], scrubber: Scrubber
) -> tuple[Outlet, ...]:
    """Return the places that are given: a file's path, a URL. Raises `InputError`.

    `setting` looks up an environment variable, in which the credentials of a pushgateway are.
    """
    if textfile is None and pushgateway is None:
        return ()
    try:
        import prometheus_client  # noqa: F401 - said now, and not after the check
    except ImportError:
        hint = "pip install 'sarv-sync[metrics]'"
        raise NotInstalled("metrics are asked for, but prometheus_client is not installed", hint) from None
    found: list[Outlet] = []
    if textfile is not None:
        found.append(Textfile(Path(textfile)))
    if pushgateway is not None:
        found.append(Pushgateway(pushgateway, _credentials(setting, scrubber), setting("SARV_CA_BUNDLE")))
    return tuple(found)


def _credentials(setting: Callable[[str], str | None], scrubber: Scrubber) -> Credentials | None:
    username, password = setting(USERNAME), setting(PASSWORD)
    if username and password:
        secret = Secret(password)
        scrubber.add_all((secret, Secret(f"{username}:{password}")))
        return Credentials(username, secret)
    if username or password:
        missing = PASSWORD if username else USERNAME
        raise InputError(f"{missing} is not set", f"set both {USERNAME} and {PASSWORD}, or neither")
    return None
