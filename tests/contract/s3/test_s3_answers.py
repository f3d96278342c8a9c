"""What is made of the answers of an S3 server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.s3.stage import DOCUMENT, PROBE, SECRET, content, failure, failures, opened, written
from tests.engines.s3 import BUCKET
from tests.engines.s3_front import Answer

if TYPE_CHECKING:
    from tests.engines.s3_front import Front


CONFLICT = Answer(409, "ConditionalRequestConflict")
PASSING = [CONFLICT, Answer(503, "SlowDown"), Answer(500), Answer(429), Answer(400, "RequestTimeout"), Answer(200)]


@pytest.mark.parametrize(("answer", "about"), [*((each, DOCUMENT) for each in PASSING), (CONFLICT, PROBE)], ids=str)
def test_a_write_that_may_succeed_later_is_tried_again(front: Front, answer: Answer, about: str) -> None:
    version = written(front)
    front.say("PUT", answer, about=about, times=2)

    version = opened(front).swap(version, b"new")

    assert (content(opened(front)), opened(front).version()) == (b"new", version)


def test_the_library_tries_no_write_again(front: Front) -> None:
    version = written(front)
    front.say("PUT", Answer(503, "SlowDown"), times=99, about=DOCUMENT)
    store = opened(front)

    error = failure(lambda: store.swap(version, b"new"))

    assert "the server has too much to do (HTTP 503, SlowDown)" in error.message
    put_or_looked = [each.method for each in front.asked if each.target.endswith(DOCUMENT)]
    assert put_or_looked == ["PUT", "HEAD"] * 4, "between two attempts it is seen what became of the first"


def test_a_write_that_took_effect_though_the_server_said_otherwise_is_not_lost(front: Front, bucket: Any) -> None:
    version = written(front)
    store = opened(front)
    front.say("HEAD", Answer(200, headers={"ETag": version}))
    front.say("PUT", Answer(503, "SlowDown"), about=DOCUMENT)
    bucket.put_object(Bucket=BUCKET, Key=DOCUMENT, Body=b"new")

    assert store.swap(version, b"new") == opened(front).version()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_only_reads_is_tried_again(front: Front, method: str) -> None:
    version = written(front)
    front.say(method, Answer(503, "SlowDown"), times=2)

    assert opened(front).version() == version
    assert content(opened(front)) == b"old"


REFUSALS = [
    (403, "AccessDenied", "access is denied", "s3:ListBucket"),
    (403, "ExpiredToken", "the credentials have expired", "aws sso login"),
    (400, "ExpiredToken", "the credentials have expired", "aws sso login"),
    (403, "InvalidAccessKeyId", "the access key is not known there", "aws sts get-caller-identity"),
    (403, "SignatureDoesNotMatch", "the signature is wrong", "secret key"),
    (403, "RequestTimeTooSkewed", "this machine's clock is wrong", "set the clock"),
    (403, "InvalidObjectState", "the object was archived", "restore it"),
    (403, "", "access is denied", "s3:ListBucket"),
    (301, "PermanentRedirect", "the bucket is in another region", "state.region"),
    (400, "AuthorizationHeaderMalformed", "the bucket is in another region", "state.region"),
    (307, "", "the bucket is in another region", "state.region"),
    (400, "KMS.DisabledException", "the KMS key cannot be used", "state.kms_key_id"),
    (404, "", "the server refused it", "state.endpoint"),
    (404, "NoSuchBucket", "there is no such bucket", "state.bucket"),
    (400, "A\u202ecode", "the server refused it", "state.endpoint"),
    (501, "NotImplemented", "the server does not know conditional writes", "If-Match"),
]


@pytest.mark.parametrize(("status", "code", "reason", "advice"), REFUSALS)
def test_a_refusal_is_explained(front: Front, status: int, code: str, reason: str, advice: str) -> None:
    for method in ("HEAD", "GET", "PUT"):
        front.say(method, Answer(status, code), about="", times=9)

    for error in failures(opened(front)):
        assert reason in error.message
        assert f"HTTP {status}" in error.message
        assert advice in str(error.hint)
        assert error.message.isprintable()


def test_a_refusal_says_what_has_to_be_allowed(front: Front) -> None:
    message = "User: arn:aws:iam::1:user/x is not authorized to perform: kms:GenerateDataKey on resource: y"
    front.say("GET", Answer(403, "AccessDenied", message))

    error = failure(opened(front).read)

    assert error.message.endswith("access is denied: kms:GenerateDataKey (HTTP 403, AccessDenied)")


def test_words_of_the_server_are_not_repeated(front: Front) -> None:
    for method in ("HEAD", "GET", "PUT"):
        front.say(method, Answer(403, "AccessDenied", f"{SECRET}&#27;[2J"), about="", times=9)

    for error in failures(opened(front)):
        assert SECRET not in f"{error.message} {error.hint}"


BODIES = [
    Answer(200, headers={"ETag": '"a"'}, body=b"cut", length=10),
    Answer(200, headers={"ETag": '"a"'}, body=b"of no known length", length=None),
    Answer(200, headers={"ETag": 'W/"a"'}, body=b"compressed on the way"),
    Answer(200, body=b"<html>Please log in</html>"),
    Answer(403, body=b"<html>Please log in</html>"),
    Answer(502, body=b"\xff\x00"),
    Answer(200, headers={"ETag": "*"}, body=b"{}"),
]


@pytest.mark.parametrize("answer", BODIES, ids=str)
def test_an_answer_that_is_not_the_whole_document_is_an_error(front: Front, answer: Answer) -> None:
    front.say("GET", answer, times=9)

    failure(opened(front).read)


@pytest.mark.parametrize("answer", BODIES[2:], ids=str)
def test_an_answer_that_names_no_version_is_an_error(front: Front, answer: Answer) -> None:
    front.say("HEAD", answer, times=9)
    front.say("GET", answer, times=9)

    failure(opened(front).version)


def test_an_answer_that_was_cut_short_is_asked_for_again(front: Front) -> None:
    written(front)
    front.say("GET", BODIES[0])

    assert content(opened(front)) == b"old"
