"""The four calls, behaving as the published page says."""

from __future__ import annotations

import hmac
import json
import logging
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import SarvSyncError
from sarv_sync.sandbox.account import UnknownUser
from sarv_sync.sandbox.listing import Listing
from sarv_sync.sandbox.parameters import Rejected, limit, limit_if_given, status_if_given, text
from sarv_sync.sandbox.reply import AUTHENTICATION, GENERAL, SUCCESS, VALIDATION, Answer, error, success

if TYPE_CHECKING:
    from sarv_sync.model.secret import Secret
    from sarv_sync.sandbox.account import Account
    from sarv_sync.sandbox.exchange import Exchange

AUTHENTICATION_MESSAGE = "Token MissMatch"
GENERAL_MESSAGE = "An unexpected errors occurred processing the request. Sarv Developers will be notified."
_log = logging.getLogger(__name__)
_UNKNOWN_USER = "smtp_user_name is not a user of this account"


class PublishedCalls:
    """Answers each call. What it cannot understand or find is a `ValidationError`, and nothing was done."""

    def __init__(self, account: Account, owner_id: str, token: Secret) -> None:
        self._account = account
        self._owner_id = _bytes(owner_id)
        self._token = token
        self._listing = Listing(account)
        self._calls = {
            "addSmtp": self._add,
            "editSmtp": self._edit,
            "resetSmtpPassword": self._reset,
            "listSmtp": self._list,
        }

    async def answer(self, exchange: Exchange) -> Answer:
        """Do what the request asks and return the answer. Never raises for what a client sent."""
        try:
            document = _document(exchange.content_type, exchange.body)
            if not self._knows(text(document, "owner_id"), text(document, "token")):
                return error(AUTHENTICATION, AUTHENTICATION_MESSAGE)
            return self._calls[exchange.call](document)
        except Rejected as rejected:
            return error(VALIDATION, str(rejected))
        except UnknownUser:
            return error(VALIDATION, _UNKNOWN_USER)
        except SarvSyncError as failure:
            _log.error("%s", failure)
            return error(GENERAL, GENERAL_MESSAGE)

    def _knows(self, owner_id: str, token: str) -> bool:
        owner_matches = hmac.compare_digest(_bytes(owner_id), self._owner_id)
        return hmac.compare_digest(_bytes(token), _bytes(self._token.reveal())) and owner_matches

    def _add(self, document: dict[str, Any]) -> Answer:
        user = self._account.add(limit(document, "total_limit"), limit(document, "hourly_limit"))
        return success("SMTP User Created", smtp_user_name=user.smtp_user_name, smtp_password=user.password.reveal())

    def _edit(self, document: dict[str, Any]) -> Answer:
        self._account.edit(
            text(document, "smtp_user_name"),
            total_limit=limit_if_given(document, "total_limit"),
            hourly_limit=limit_if_given(document, "hourly_limit"),
            status=status_if_given(document),
        )
        return success("SMTP User Updated")

    def _reset(self, document: dict[str, Any]) -> Answer:
        user = self._account.reset(text(document, "smtp_user_name"))
        return success("password reseted", smtp_user_name=user.smtp_user_name, smtp_password=user.password.reveal())

    def _list(self, document: dict[str, Any]) -> Answer:  # noqa: ARG002 - has the shape of the others
        return Answer(self._listing.body(), SUCCESS)


def _document(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Rejected("the Content-Type must be application/json")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Rejected("the body is not JSON") from None
    if not isinstance(document, dict):
        raise Rejected("the body is not a JSON object")
    return document


def _bytes(value: str) -> bytes:
    # JSON can carry half of a surrogate pair, which strict UTF-8 has no bytes for.
    return value.encode("utf-8", "surrogatepass")
