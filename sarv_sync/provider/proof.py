"""What an answer proves.

::

    answer                                                              error                 addSmtp
    status success, HTTP 200, every promised field                      none                  Created
    AuthenticationError, Invalid_Key in a parsed body                   AuthenticationFailed  NotCreated
    ValidationError in a parsed body                                    RequestRefused        NotCreated
    the request provably never left (DNS, refused, TLS, connecting)     ProviderError         NotCreated
    anything else                                                       AnswerUnusable        Unknown

A parsed error class counts whatever the HTTP status: the index page calls any non-200 an error, but published clients
look only at the body. Where `name` and `type` are both given and disagree, the answer proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import AnswerUnusable, ProviderError
from sarv_sync.model.answers import AddAnswer, Created, NotCreated, Unknown
from sarv_sync.model.secret import Secret
from sarv_sync.provider.fields import read_name, read_password
from sarv_sync.provider.listing import listing_of
from sarv_sync.provider.wire import Answer, NoAnswer, success_body

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sarv_sync.model.users import Listing
    from sarv_sync.provider.complaint import Complaint


def added(answer: Answer | NoAnswer, complaint: Complaint) -> AddAnswer:
    """Return what an answer to `addSmtp` proves."""
    body = success_body(answer)
    if body is not None:
        name, password = read_name(body.get("smtp_user_name")), _password(body)
        if name is not None and password is not None:
            return Created(name, password)
    error = complaint.about(answer, "smtp_user_name or smtp_password")
    return Unknown(error) if isinstance(error, AnswerUnusable) else NotCreated(error)


def listed(answer: Answer | NoAnswer, complaint: Complaint) -> Listing | ProviderError:
    """Return the listing. It is empty only if the provider sent an empty list: anything else is an error."""
    body = success_body(answer)
    if body is not None and isinstance(body.get("smtp_list"), list):
        return listing_of(body["smtp_list"], complaint.scrubber)
    return complaint.about(answer, "smtp_list")


def edited(answer: Answer | NoAnswer, complaint: Complaint) -> ProviderError | None:
    """Return None if the answer proves that `editSmtp` was done, else the error."""
    body = success_body(answer)
    if body is not None and isinstance(body.get("message"), str):
        return None
    return complaint.about(answer, "message")


def reset(answer: Answer | NoAnswer, smtp_user_name: str, complaint: Complaint) -> Secret | ProviderError:
    """Return the new password, if the answer proves that it belongs to `smtp_user_name`."""
    body = success_body(answer)
    if body is not None:
        password = _password(body)
        if password is not None and body.get("smtp_user_name") == smtp_user_name:
            return password
    return complaint.about(answer, "smtp_password, or the smtp_user_name that was asked for")


def _password(body: Mapping[str, Any]) -> Secret | None:
    """Return a password that can be delivered: where a call promises one, an empty one is none."""
    password = read_password(body)
    return password if isinstance(password, Secret) and password else None
