from __future__ import annotations

import http.client
import inspect
import socket
import ssl

import pytest
import requests.exceptions
import urllib3.exceptions
from requests.exceptions import ConnectionError as NoConnection
from urllib3.exceptions import MaxRetryError, ProtocolError

from sarv_sync.provider.failures import advised
from sarv_sync.transport import failures
from sarv_sync.transport.failures import COUNTERPARTS, TRANSPORT_ERRORS, explain


def _errors_of(module: object) -> list[type[BaseException]]:
    classes = [value for _, value in inspect.getmembers(module, inspect.isclass)]
    errors = [kind for kind in classes if issubclass(kind, Exception) and not issubclass(kind, Warning)]
    return [kind for kind in errors if kind.__module__ in {"requests.exceptions", "urllib3.exceptions"}]


@pytest.mark.parametrize(
    "kind",
    [*_errors_of(requests.exceptions), *_errors_of(urllib3.exceptions)],
    ids=lambda kind: f"{kind.__module__}.{kind.__name__}",
)
def test_every_error_of_the_http_libraries_has_a_counterpart(kind: type[BaseException]) -> None:
    assert kind in dict(COUNTERPARTS)
    assert issubclass(kind, TRANSPORT_ERRORS)


def test_no_line_of_the_table_is_hidden_by_a_line_above_it() -> None:
    kinds = [kind for kind, _ in COUNTERPARTS]
    hidden = [
        (below.__name__, above.__name__)
        for place, below in enumerate(kinds)
        for above in kinds[:place]
        if issubclass(below, above) and dict(COUNTERPARTS)[below] is not dict(COUNTERPARTS)[above]
    ]
    assert hidden == []


def _tls(message: str) -> ssl.SSLCertVerificationError:
    problem = ssl.SSLCertVerificationError(1, "long text")
    problem.verify_message = message
    return problem


def _nested(inner: BaseException) -> BaseException:
    """As requests wraps what urllib3 wraps."""
    reason = ProtocolError("Connection aborted.", inner)
    return NoConnection(MaxRetryError(None, "/", reason))  # type: ignore[arg-type]


def _caused(inner: BaseException) -> BaseException:
    outer = NoConnection("no")
    outer.__cause__ = inner
    return outer


def _circle() -> BaseException:
    outer = NoConnection("no")
    outer.args = (outer,)
    return outer


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (_nested(ConnectionRefusedError(111, "Connection refused")), "the connection was refused"),
        (_caused(ConnectionRefusedError(111, "Connection refused")), "the connection was refused"),
        (_nested(socket.gaierror(-2, "unknown")), "the host name could not be resolved"),
        (_nested(_tls("certificate has expired")), "its certificate is not trusted (certificate has expired)"),
        (_nested(ssl.SSLError("?")), "TLS failed"),
        (_nested(http.client.RemoteDisconnected("gone")), "the connection broke"),
        (_nested(http.client.BadStatusLine("x")), "the answer was not HTTP as it should be"),
        (_nested(OSError(101, "Network is unreachable")), "the connection broke"),
        (NoConnection(OSError(101, "Network is unreachable")), "the network failed (Network is unreachable)"),
        (OSError("just a text"), "the network failed"),
        (requests.exceptions.ProxyError(ConnectionRefusedError(111, "x")), "the proxy did not connect"),
        (
            requests.exceptions.InvalidSchema("http://u:secret@proxy"),
            "the URL of the endpoint or of the proxy cannot be",
        ),
        (UnicodeError("label too long"), "the URL of the endpoint or of the proxy cannot be used"),
        (_circle(), "the network failed"),
    ],
)
def test_a_failure_is_explained_by_its_cause_and_not_by_its_wrapping(problem: BaseException, message: str) -> None:
    failure = explain(problem, sent=True)
    assert failure.message.startswith(message)
    assert "secret" not in failure.message


@pytest.mark.parametrize(
    "failure", sorted({failure for _, failure in COUNTERPARTS}, key=str), ids=lambda failure: failure.kind
)
def test_the_provider_has_advice_for_every_failure(failure: failures.Failure) -> None:
    explanation = advised(failure)
    assert explanation.message == failure.message
    assert explanation.hint


def test_an_error_nobody_foresaw_is_a_network_failure() -> None:
    assert explain(RuntimeError("?"), sent=True) is failures.NETWORK


def test_a_time_out_before_anything_was_sent_is_one_of_connecting() -> None:
    problem = requests.exceptions.ReadTimeout("handshake")
    assert explain(problem, sent=False) is failures.CONNECT_TIMEOUT
    assert explain(problem, sent=True) == failures.READ_TIMEOUT
