"""What is wrong with an endpoint."""

from __future__ import annotations

from urllib.parse import urlsplit

from sarv_sync.config.wording import shown

_EXAMPLE = "write the base URL of the API alone, such as https://api.us1-mta1.example.net/v1.0"


def endpoint_problem(url: str) -> tuple[str, str, bool]:
    """Return message and hint for a URL that the schema refuses, and whether it must not be shown."""
    if "@" in url:
        return "`endpoint` must not hold a user name or password", _EXAMPLE, True
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"`endpoint` is not a URL: {shown(url)}", _EXAMPLE, False
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return f"`endpoint` must be an http or https URL, not {shown(url) or 'an empty text'}", _EXAMPLE, False
    # A query or fragment may carry a credential too.
    if parts.query or "?" in url:
        return "`endpoint` must not hold a query (`?`)", _EXAMPLE, True
    if parts.fragment or "#" in url:
        return "`endpoint` must not hold a fragment (`#`)", _EXAMPLE, True
    return f"`endpoint` must be an http or https URL, not {shown(url)}", _EXAMPLE, False
