"""Telling people, by way of apprise: https://github.com/caronc/apprise.

Its URLs hold secrets in every part, the host included (`tgram://TOKEN/…`), so nothing of one is ever shown but its
line and the name of its service, and of what the library has to say nothing at all. They come from the environment
only, never from the files.
"""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import Fault, InputError, NotInstalled, SarvSyncError
from sarv_sync.model.secret import Secret
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.model.scrub import Scrubber

URLS = "SARV_NOTIFY_URLS"

_SCHEME = re.compile(r"[A-Za-z0-9]{2,20}://")
_BETWEEN = re.compile(r"[/?&=:@,]+")
_LONG = 8
_SEVERAL = re.compile(r"\s|,[A-Za-z0-9]{2,20}://")
_CHECK = "check it against https://appriseit.com/services/; some services need a library of their own"


@dataclass(frozen=True, slots=True)
class _Service:
    """One URL, and apprise's object for it. `where` says which one it is: its source, line and service."""

    where: str
    plugin: Any


class Notifier:
    """Everybody who is to be told."""

    def __init__(self, services: tuple[_Service, ...]) -> None:
        self._services = services

    def send(self, title: str, body: str) -> None:
        """Send one message, plain text, to all of them. Raises `SarvSyncError` that names every one that failed."""
        failed = [service for service in self._services if not _sent(service.plugin, title, body)]
        if failed:
            hint = "check the URL, and whether the service can be reached; everybody else was told"
            faults = tuple(Fault(f"the notification could not be sent: {each.where}", hint) for each in failed)
            raise SarvSyncError("a notification could not be sent", hint, faults=faults)


def notify(urls: str, title: str, body: str, scrubber: Scrubber, source: str = URLS) -> None:
    """Send one message to all `urls`, one a line. Raises what `open_notifier` and `Notifier.send` raise."""
    open_notifier(urls, scrubber, source).send(title, body)


def open_notifier(urls: str, scrubber: Scrubber, source: str = URLS) -> Notifier:
    """Return who is to be told, given apprise's URLs, one a line; `source` is the variable they come from.

    Raises `InputError` for every line that cannot be used, and where there is none; `NotInstalled` without apprise.
    """
    lines = [(number, line.strip()) for number, line in enumerate(urls.splitlines(), 1) if line.strip()]
    for _, line in lines:
        scrubber.add_all(_secrets(line))
    if not lines:
        raise InputError(f"{source} holds no URL", "write apprise URLs into it, one a line")
    try:
        import apprise
    except ImportError:
        hint = "pip install 'sarv-sync[notify]'"
        raise NotInstalled("a notification is asked for, but apprise is not installed", hint) from None
    found = tuple(_service(apprise, f"line {number} of {source}", line) for number, line in lines)
    faults = tuple(each for each in found if isinstance(each, Fault))
    if faults:
        raise InputError(f"{source} cannot be used", faults=faults)
    return Notifier(tuple(each for each in found if isinstance(each, _Service)))


def _service(apprise: Any, where: str, url: str) -> _Service | Fault:
    """Return the service at `url`, or what is wrong with it. The library takes almost anything for a URL."""
    if _SEVERAL.search(url):
        return Fault(f"{where} has a space in it, or more than one URL", "write one URL a line, and a space as %20")
    asset = apprise.AppriseAsset(app_id="sarv-sync", app_desc="sarv-sync", storage_mode="memory")
    asset.http_redirects = False  # a POST that is redirected becomes a GET, whose success says nothing
    plugin = None
    with _silence(), suppress(Exception):
        plugin = apprise.Apprise.instantiate(url, asset=asset)
    if plugin is None:
        return Fault(f"{where} is no URL that apprise can use", _CHECK)
    return _Service(f"{where} ({plugin.service_name})", plugin)


def _secrets(url: str) -> set[Secret]:
    """Return what of `url` may be secret: the whole, and each longer part of it but for what looks like a host."""
    from urllib.parse import unquote

    rest = _SCHEME.sub("", url, count=1)
    parts = {part for part in _BETWEEN.split(rest) if len(part) >= _LONG and "." not in part}
    return {Secret(text) for text in {url, rest} | parts | {unquote(part) for part in parts}}


def _sent(plugin: Any, title: str, body: str) -> bool:
    import apprise

    with _silence(), suppress(Exception):  # of a plugin: its text may hold the URL
        everybody = apprise.Apprise(asset=plugin.asset)
        everybody.add(plugin)
        return bool(everybody.notify(body=body, title=title, notify_type="warning", body_format="text"))
    return False


@contextmanager
def _silence() -> Iterator[None]:
    """Keep apprise, and the libraries that it uses, from logging and warning: URLs are in what they say."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # for good: it may still be waiting in a thread
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
