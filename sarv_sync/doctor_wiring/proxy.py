"""Which proxy the environment puts before the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sarv_sync.doctor.evidence import Setting
from sarv_sync.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping


def find_proxy(endpoint: str, environment: Mapping[str, str]) -> Setting | Fault | None:
    """Return host and port of the proxy that calls to `endpoint` go through, None without one.

    Its user name and password, if the variable holds some, are left out.
    """
    from sarv_sync.transport.session import proxies_for

    scheme, proxies = urlsplit(endpoint).scheme, proxies_for(endpoint)
    url = proxies.get(scheme) or proxies.get("all")
    if url is None:
        return None
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    origin = next((name for name in names if environment.get(name) == url), "the system's settings")
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host:
        return Fault(f"{origin} holds no address of a proxy", "write it as http://HOST:PORT, or unset it")
    return Setting(f"{host}:{port}" if port else host, origin)
