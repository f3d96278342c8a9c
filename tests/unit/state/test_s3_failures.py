from __future__ import annotations

import inspect
import ssl
import string
from typing import Any

import pytest
from botocore import exceptions
from botocore.parsers import ResponseParserError

from sarv_sync.state.s3.failures import CallFailed, translated

SECRET = "wJalrXUtnFEMI"


def _instance(kind: Any) -> Exception:
    """Return an error of the library's with a secret in every place that it fills in."""
    fields = {name: SECRET for _, name, _, _ in string.Formatter().parse(kind.fmt) if name}
    error: Exception = kind(**{"error": SECRET, "response": None, "request": None, **fields})
    return error


def _kinds() -> list[Any]:
    found = [each for _, each in inspect.getmembers(exceptions, inspect.isclass)]
    return sorted(
        {each for each in found if issubclass(each, exceptions.BotoCoreError)}, key=lambda each: each.__name__
    )


@pytest.mark.parametrize("kind", _kinds(), ids=lambda kind: kind.__name__)
def test_every_error_of_the_library_has_a_counterpart_without_its_words(kind: Any) -> None:
    with pytest.raises(CallFailed) as failed, translated():
        raise _instance(kind)

    failure = failed.value
    assert failure.hint
    assert failure.__cause__ is None
    assert SECRET not in f"{failure.reason} {failure.hint}"


SENT = ["ReadTimeoutError", "ConnectionClosedError", "EndpointConnectionError", "SSLError", "ProxyConnectionError",
        "ConnectTimeoutError", "HTTPClientError", "ResponseStreamingError", "IncompleteReadError"]  # fmt: skip
UNSENT = ["NoCredentialsError", "ParamValidationError", "ProfileNotFound", "TokenRetrievalError", "NoRegionError"]


@pytest.mark.parametrize(
    ("name", "kind"), [*((name, "passing") for name in SENT), *((name, "final") for name in UNSENT)]
)
def test_only_what_never_left_this_machine_was_certainly_not_done(name: str, kind: str) -> None:
    with pytest.raises(CallFailed) as failed, translated():
        raise _instance(getattr(exceptions, name))

    assert (failed.value.kind, failed.value.answered) == (kind, False)
    assert failed.value.slow is ("Timeout" in name)


@pytest.mark.parametrize(
    "error",
    [ResponseParserError(SECRET), OSError(SECRET), ssl.SSLError(SECRET), ValueError(SECRET), KeyError(SECRET)],
)
def test_whatever_else_comes_out_of_the_library_proves_nothing(error: Exception) -> None:
    with pytest.raises(CallFailed) as failed, translated():
        raise error

    assert failed.value.kind == "passing"
    assert SECRET not in failed.value.reason


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (412, "PreconditionFailed", "mismatch"),
        (412, "", "mismatch"),
        (404, "NoSuchKey", "missing"),
        (404, "", "final"),
        (404, "404", "final"),
        (404, "NoSuchBucket", "final"),
        (403, "AccessDenied", "final"),
        (400, "ExpiredToken", "final"),
        (400, "RequestTimeout", "passing"),
        (408, "", "passing"),
        (409, "ConditionalRequestConflict", "passing"),
        (409, "OperationAborted", "passing"),
        (429, "", "passing"),
        (500, "InternalError", "passing"),
        (501, "NotImplemented", "final"),
        (503, "SlowDown", "passing"),
        (599, "", "passing"),
        (301, "PermanentRedirect", "final"),
        (0, "", "passing"),
        (200, "InternalError", "passing"),
    ],
)
def test_an_answer_proves_what_it_says_and_no_more(status: int, code: str, kind: str) -> None:
    response = {"Error": {"Code": code, "Message": SECRET}, "ResponseMetadata": {"HTTPStatusCode": status}}

    with pytest.raises(CallFailed) as failed, translated():
        raise exceptions.ClientError(response, "PutObject")

    assert (failed.value.kind, failed.value.answered) == (kind, True)
    assert SECRET not in f"{failed.value.reason} {failed.value.hint}"
