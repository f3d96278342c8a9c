"""Errors in the published form."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.sandbox.faults.documents import object_in
from sarv_sync.sandbox.options import ERROR_NAME, FLAG
from sarv_sync.sandbox.published import AUTHENTICATION_MESSAGE, GENERAL_MESSAGE
from sarv_sync.sandbox.reply import AUTHENTICATION, GENERAL, VALIDATION, error
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.sandbox.exchange import Exchange, Proceed
    from sarv_sync.sandbox.reply import Reply


@dataclass(frozen=True, slots=True)
class GeneralError:
    """Answers `GeneralError`, having done nothing, or with `commit` having done it."""

    commit: bool = field(default=False, metadata=FLAG)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:
        """Proceed if asked to, and answer the error."""
        if self.commit:
            await proceed(exchange)
        return error(GENERAL, GENERAL_MESSAGE)


@dataclass(frozen=True, slots=True)
class ValidationError:
    """Answers `ValidationError` to a request that is fine, and does nothing."""

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:  # noqa: ARG002
        """Answer the error."""
        return error(VALIDATION, "The parameters passed to the API call are invalid")


@dataclass(frozen=True, slots=True)
class AuthError:
    """Refuses the credentials, whatever they are, and does nothing."""

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:  # noqa: ARG002
        """Answer the error."""
        return error(AUTHENTICATION, AUTHENTICATION_MESSAGE)


@dataclass(frozen=True, slots=True)
class EchoSecrets:
    """Answers an error of the class `name` that repeats the request, token and all, and does nothing."""

    name: str = field(default=GENERAL, metadata=ERROR_NAME)

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Reply:  # noqa: ARG002
        """Answer the error."""
        return error(
            self.name, f"cannot process the request with token {_token(exchange.body)}: {_text(exchange.body)}"
        )


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _token(body: bytes) -> object:
    return (object_in(body) or {}).get("token")
