"""From an answer that is no success to the error a user sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import AnswerUnusable, AuthenticationFailed, ProviderError, RequestRefused, Transient
from sarv_sync.provider.wire import Answer, NoAnswer, success_body
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sarv_sync.model.scrub import Scrubber

LONGEST = 300
"""The most characters of an error's text. What the provider says is quoted, not reprinted."""

_SCRUBBED = 4096
_TOO_MANY = 429
_AUTHENTICATION = frozenset({"AuthenticationError", "Invalid_Key"})
_REFUSAL = frozenset({"ValidationError"})
_CREDENTIALS = "check SARV_OWNER_ID and SARV_TOKEN (or SARV_TOKEN_FILE), and that the endpoint is this account's"
_AGAIN = "run again; if it persists, ask the provider's support"
_HINTS = {
    401: _CREDENTIALS,
    403: _CREDENTIALS,
    404: "check the path of the endpoint: /settings/listSmtp and its like are appended to it",
    429: "the provider limits how often it may be called: run again later, with a lower --parallelism",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """Words errors about one call: its name, the host it goes to, and what must not be said aloud."""

    call: str
    host: str
    scrubber: Scrubber

    def about(self, answer: Answer | NoAnswer, promised: str) -> ProviderError:
        """Return the error for `answer`. `promised` names the fields that a success lacks when it comes here.

        The class says what is proven: `AnswerUnusable` nothing, every other one that nothing was done.
        """
        match answer:
            case NoAnswer(sent=False):
                text = f"could not reach {self.host}: {answer.message}"
                return self._error(ProviderError, text, answer.hint, answer.transient)
            case NoAnswer():
                text = f"no answer from {self.host}: {answer.message}"
                return self._error(AnswerUnusable, text, answer.hint, answer.transient)
            case Answer(body=body) if body is not None and answer.error_classes:
                return self._stated(answer.error_classes, body, answer)
            case _:
                return self._error(AnswerUnusable, _unusable(answer, promised), _hint(answer), _transient(answer))

    def _stated(self, classes: tuple[str, ...], body: Mapping[str, Any], answer: Answer) -> ProviderError:
        """Return the error that the provider states. `classes` has two members if `name` and `type` disagree."""
        text = f"the provider answered {' and '.join(classes)}{_details(body)}"
        limited = _transient(answer) if answer.status == _TOO_MANY else None
        if _AUTHENTICATION.issuperset(classes):
            return self._error(AuthenticationFailed, text, _CREDENTIALS)
        if _REFUSAL.issuperset(classes):
            hint = "nothing was changed by this call; correct the values it names"
            return self._error(RequestRefused, text, _HINTS[_TOO_MANY] if limited else hint, limited)
        return self._error(AnswerUnusable, text, _HINTS.get(answer.status, _AGAIN), limited or Transient(stated=True))

    def _error(
        self, kind: type[ProviderError], text: str, hint: str, transient: Transient | None = None
    ) -> ProviderError:
        """Return the error, scrubbed first and cut afterwards: half a secret would not be recognised."""
        scrubbed = self.scrubber.scrub(f"{self.call}: {text}"[:_SCRUBBED])
        short = scrubbed if len(scrubbed) <= LONGEST else scrubbed[: LONGEST - 1] + "…"
        return kind(short, hint, transient=transient)


def _transient(answer: Answer) -> Transient | None:
    """Return why an answer of this HTTP status may be another one later, None where that is not to be expected.

    429 and 503 may say when (RFC 6585, 4 and RFC 9110, 15.6.4). A success that lacks something, or a page where JSON
    belongs, may as well come from a wrong endpoint.
    """
    match answer.status:
        case 429 | 503:
            return Transient(congested=True, retry_after=answer.retry_after)
        case 408 | 425 | 500 | 502 | 504:
            return Transient(retry_after=answer.retry_after)
        case 200:
            return Transient(suspect=True)
        case _:
            return None


def _details(body: Mapping[str, Any]) -> str:
    """Return the code and the message of a stated error, as far as they are plain values."""
    code, message = body.get("code"), body.get("message")
    shown = f" (code {code})" if type(code) is int or isinstance(code, str) else ""
    return f"{shown}: {message}" if isinstance(message, str) and message else shown


def _unusable(answer: Answer, promised: str) -> str:
    if answer.redirect is not None:
        return (
            f"the provider redirects to {answer.redirect} (HTTP {answer.status});"
            " that is not followed, so that the token goes nowhere else"
        )
    if success_body(answer) is not None:
        return f"the provider said success, but its answer has no usable {promised}"
    if answer.body is None:
        return f"HTTP {answer.status} with {answer.fault}"
    return f"HTTP {answer.status} with JSON that is neither a success nor an error of the published kind"


def _hint(answer: Answer) -> str:
    if answer.redirect is not None:
        return "set the endpoint to the address that the API really has"
    if answer.status == 200 and answer.body is None:
        return "check that the endpoint is the base URL of the API, not of a web page"
    return _HINTS.get(answer.status, _AGAIN)
