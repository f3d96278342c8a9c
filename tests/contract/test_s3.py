"""What is particular to a state in an S3 bucket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader

from sarv_sync.errors import InputError, StateError, SwapLost
from sarv_sync.state.interface import Site
from sarv_sync.state.s3 import S3Store, open_s3
from tests.engines.s3 import BUCKET, client, environment_of, make_bucket, serving
from tests.engines.s3_front import Answer, Front, fronting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
SECRET = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY"
KEYS = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": SECRET}
DOCUMENT, PROBE = "state.json", "state.json.probe"


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    with serving() as port:
        yield port


@pytest.fixture
def bucket(server: int) -> Iterator[Any]:
    """A bucket without anything in it, and the library's own way to see that."""
    make_bucket(server)
    own = client("s3", server)
    yield own
    for version in [*_listed(own, "Versions"), *_listed(own, "DeleteMarkers")]:
        own.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])
    own.delete_bucket(Bucket=BUCKET)


def _listed(own: Any, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = own.list_object_versions(Bucket=BUCKET).get(what, [])
    return found


@pytest.fixture
def front(server: int, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment_of(KEYS).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("botocore.loaders.create_loader", _loader)
    with fronting(server) as front:
        yield front


@cache
def _loader(path: str | None = None) -> Any:
    """What the library reads of its own files, read once for all tests."""
    return Loader(path)


def opened(front: Front, **options: Any) -> S3Store:
    """Open the document. Nobody waits between attempts."""
    place = {"bucket": BUCKET, "key": DOCUMENT, "endpoint": f"http://127.0.0.1:{front.port}", **options}
    store = open_s3({name: value for name, value in place.items() if value is not None}, Site(Path(), os.environ))
    store._sleep = lambda _: None
    return store


def content(store: S3Store) -> bytes | None:
    stored = store.read()
    return None if stored is None else stored.data


def written(front: Front, data: bytes = b"old") -> str:
    """Return the version of a document that is there, and forget how it came there."""
    version = opened(front).swap(None, data)
    front.asked.clear()
    return version


def failure(attempt: Callable[[], object]) -> StateError:
    with pytest.raises(StateError) as raised:
        attempt()
    assert not isinstance(raised.value, SwapLost)
    assert raised.value.hint
    assert len(raised.value.message) < 250
    assert "\n" not in raised.value.message + raised.value.hint
    return raised.value


def failures(store: S3Store) -> list[StateError]:
    """Return how each way to use the place fails."""
    attempts = (store.read, store.version, lambda: store.swap('"abc"', b"new"), lambda: store.swap(None, b"new"))
    return [failure(attempt) for attempt in attempts]


# ---- the bucket


def test_in_a_bucket_with_versions_every_document_is_kept(front: Front, bucket: Any) -> None:
    bucket.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    store = opened(front)

    store.swap(store.swap(store.swap(None, b"1"), b"2"), b"3")

    versions = [each for each in _listed(bucket, "Versions") if each["Key"] == DOCUMENT]
    assert (len(versions), content(opened(front))) == (3, b"3")
    assert not [asked for asked in front.asked if "versionId" in asked.target]


def test_a_document_that_was_deleted_is_absent_and_can_be_made_again(front: Front, bucket: Any) -> None:
    bucket.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    version = opened(front).swap(None, b"first")
    bucket.delete_object(Bucket=BUCKET, Key=DOCUMENT)

    assert (opened(front).read(), opened(front).version()) == (None, None)
    with pytest.raises(SwapLost):
        opened(front).swap(version, b"second")
    opened(front).swap(None, b"again")
    assert content(opened(front)) == b"again"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, {}),
        ({"encryption": "AES256"}, {"ServerSideEncryption": "AES256"}),
        ({"encryption": "aws:kms"}, {"ServerSideEncryption": "aws:kms"}),
        (
            {"encryption": "aws:kms", "kms_key_id": "alias/state"},
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/state"},
        ),
    ],
)
def test_every_document_is_encrypted_as_it_was_asked(
    front: Front, bucket: Any, options: dict[str, str], shown: dict[str, str]
) -> None:
    store = opened(front, **options)

    store.swap(store.swap(None, b"first"), b"second")

    head = bucket.head_object(Bucket=BUCKET, Key=DOCUMENT)
    # This server encrypts without being asked, too.
    assert shown.items() <= head.items()
    headers = [asked.headers.get("x-amz-server-side-encryption") for asked in front.puts()]
    assert headers == [shown.get("ServerSideEncryption")] * len(headers)


def test_a_document_says_what_it_is_and_every_write_has_its_digest(front: Front, bucket: Any) -> None:
    opened(front).swap(None, b"{}")

    assert bucket.head_object(Bucket=BUCKET, Key=DOCUMENT)["ContentType"] == "application/json"
    assert all(asked.headers["content-md5"] for asked in front.puts())
    assert not [name for asked in front.puts() for name in asked.headers if "checksum" in name or "trailer" in name]


def test_a_bucket_that_is_not_there_is_no_absent_document(front: Front) -> None:
    for error in failures(opened(front, bucket="another")):
        assert "there is no such bucket" in error.message


@pytest.mark.parametrize(
    ("path_style", "target"),
    [
        (None, "http://localhost:1/acme-state/"),
        (True, "http://localhost:1/acme-state/"),
        (False, "http://acme-state.localhost:1/"),
    ],
)
def test_the_bucket_stands_in_the_path_or_in_the_host(
    front: Front, monkeypatch: pytest.MonkeyPatch, path_style: bool | None, target: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{front.port}")
    monkeypatch.setenv("NO_PROXY", "")
    front.say("GET", Answer(404, "NoSuchKey"))

    assert opened(front, endpoint="http://localhost:1", path_style=path_style).read() is None
    assert [asked.target for asked in front.asked] == [target + DOCUMENT]


# ---- conditions


def test_a_server_has_to_show_once_that_it_honours_conditions(front: Front, bucket: Any) -> None:
    store = opened(front)
    version = store.swap(None, b"first")
    asked = [(each.target.rpartition("/")[2], each.headers.get("if-match", "-")[:3]) for each in front.puts()]
    store.swap(store.swap(version, b"second"), b"third")

    assert asked == [(PROBE, '"00'), (PROBE, "-"), (PROBE, "-"), (DOCUMENT, "-")]
    assert len(front.puts()) == len(asked) + 2
    assert [each["Key"] for each in _listed(bucket, "Versions")] == [DOCUMENT]


def test_where_there_is_a_document_already_nothing_is_made_to_see_it(front: Front) -> None:
    version = written(front)

    opened(front).swap(version, b"second")

    assert [each.target.rpartition("/")[2] for each in front.puts()] == [PROBE, DOCUMENT]
    assert not [each for each in front.asked if each.method == "DELETE"]


@pytest.mark.parametrize("ignored", ["if-match", "if-none-match"])
def test_a_server_that_ignores_a_condition_is_refused_before_the_first_document(
    front: Front, bucket: Any, ignored: str
) -> None:
    front.left_out.add(ignored)

    error = failure(lambda: opened(front).swap(None, b"first"))

    assert "ignores " + ignored in error.message.lower()
    assert "another backend" in str(error.hint)
    assert _listed(bucket, "Versions") == []


def test_a_server_that_ignores_conditions_does_not_get_another_document_either(front: Front) -> None:
    version = written(front)
    front.left_out.add("if-match")

    failure(lambda: opened(front).swap(version, b"new"))

    assert content(opened(front)) == b"old"


def test_a_probe_that_cannot_be_deleted_is_proof_for_the_next(front: Front, bucket: Any) -> None:
    front.say("DELETE", Answer(403, "AccessDenied"), about=PROBE)
    opened(front).swap(None, b"first")
    bucket.delete_object(Bucket=BUCKET, Key=DOCUMENT)
    front.asked.clear()

    opened(front).swap(None, b"again")

    assert [each.target.rpartition("/")[2] for each in front.puts()] == [PROBE, PROBE, DOCUMENT]
    assert {each["Key"] for each in _listed(bucket, "Versions")} == {DOCUMENT, PROBE}


def test_who_may_not_write_the_probe_learns_what_it_is(front: Front) -> None:
    front.say("PUT", Answer(403, "AccessDenied"), about=PROBE)

    error = failure(lambda: opened(front).swap(None, b"first"))

    assert f"access is denied (HTTP 403, AccessDenied) on {PROBE}" in error.message
    assert f"s3:DeleteObject on {PROBE}" in str(error.hint)


def test_a_server_that_knows_entity_tags_by_their_bare_form_alone_is_spoken_to_like_that(front: Front) -> None:
    version = written(front)
    front.knows_no_quotes = True
    store = opened(front)

    last = store.swap(store.swap(version, b"second"), b"third")

    assert (content(store), store.version()) == (b"third", last)
    asked = [(each.target.rpartition("/")[2], '"' in each.headers["if-match"]) for each in front.puts()]
    assert asked == [(PROBE, True), (DOCUMENT, True), (PROBE, False), (DOCUMENT, False), (DOCUMENT, False)]
    with pytest.raises(SwapLost):
        opened(front).swap(version, b"late")
    with pytest.raises(SwapLost):
        store.swap(version, b"late")


def test_a_server_that_ignores_the_bare_form_is_refused(front: Front) -> None:
    version = written(front)
    front.knows_no_quotes = True
    front.left_out.add("if-match")

    error = failure(lambda: opened(front).swap(version, b"new"))

    assert "the server ignores If-Match" in error.message
    assert content(opened(front)) == b"old"


def test_a_server_that_refuses_every_write_with_a_condition_is_no_rival(front: Front) -> None:
    version = written(front)
    front.say("PUT", Answer(412, "PreconditionFailed"), about=DOCUMENT, times=9)

    error = failure(lambda: opened(front).swap(version, b"new"))

    assert "takes the document's own ETag for another one" in error.message
    assert "versioning" in str(error.hint)


@pytest.mark.parametrize("etag", ['"a,b"', '"*"'])
def test_a_version_that_would_match_others_without_its_quotes_keeps_them(front: Front, etag: str) -> None:
    front.knows_no_quotes = True
    front.say("HEAD", Answer(200, headers={"ETag": etag}))

    error = failure(lambda: opened(front).swap(etag, b"new"))

    assert "takes the document's own ETag for another one" in error.message
    assert all('"' in each.headers["if-match"] for each in front.puts())


@pytest.mark.parametrize("version", ["*", '"a", "b"', '"a","b"', "a,b", 'W/"a"', "", "line\nend", "x-é", '"'])
def test_a_version_that_could_match_any_document_is_never_asked_for(front: Front, version: str) -> None:
    written(front)

    with pytest.raises(SwapLost):
        opened(front).swap(version, b"new")

    assert front.puts() == []


# ---- answers


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


# ---- credentials and where they may go


def test_without_credentials_nothing_is_sent(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    for error in failures(opened(front)):
        assert "there are no credentials" in error.message
        assert "AWS_PROFILE" in str(error.hint)
    assert front.asked == []


@pytest.mark.parametrize("endpoint", ["http://203.0.113.1:9000", "https://user:pw@s3.example.net", "ftp://h", "h"])
def test_an_endpoint_of_the_aws_configuration_has_to_be_safe_too(
    front: Front, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)

    for error in failures(opened(front, endpoint=None)):
        assert "AWS_ENDPOINT_URL" in f"{error.message} {error.hint}"
        assert "pw" not in f"{error.message} {error.hint}"


def test_a_server_that_the_aws_configuration_names_has_to_prove_itself(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{front.port}")
    front.left_out.add("if-match")

    error = failure(lambda: opened(front, endpoint=None, path_style=True).swap(None, b"first"))

    assert "the server ignores If-Match" in error.message


def configured(monkeypatch: pytest.MonkeyPatch, folder: Path, **profiles: dict[str, str]) -> None:
    """Let credentials come from the file of the AWS tools alone, from the profile `state` in it."""
    lines = [
        line
        for name, settings in profiles.items()
        for line in (f"[profile {name}]", *(f"{key} = {value}" for key, value in settings.items()))
    ]
    (folder / "config").write_text("\n".join(lines))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_PROFILE", "state")
    monkeypatch.setenv("SARV_TOKEN", SECRET)
    monkeypatch.setenv("ANOTHER", "passed on")


def giver(folder: Path, expiration: str | None = None) -> dict[str, str]:
    """Return a profile whose credentials a program gives, which notes the environment it finds."""
    answer = {"Version": 1, **KEYS, **({"Expiration": expiration, "SessionToken": "t"} if expiration else {})}
    program = folder / "give.py"
    notes = folder / "environments"
    program.write_text(
        "import json, os\n"
        f"open({str(notes)!r}, 'a').write(json.dumps(dict(os.environ)) + '\\n')\n"
        f"print({json.dumps(answer)!r})\n"
    )
    return {"credential_process": f"{sys.executable} {program}"}


def environments(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "environments").read_text().splitlines()]


def test_a_program_that_gives_credentials_does_not_see_this_program_s_own(
    front: Front, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    soon = datetime.now(timezone.utc) + timedelta(minutes=5)
    configured(monkeypatch, tmp_path, state=giver(tmp_path, soon.isoformat()))
    store = opened(front)

    store.read()
    store.read()

    assert len(environments(tmp_path)) > 1, "what expires soon is asked for again"
    for environment in environments(tmp_path):
        assert environment["ANOTHER"] == "passed on"
        assert not [name for name in environment if name.startswith("SARV_")]


def test_credentials_that_have_expired_are_an_error(
    front: Front, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configured(monkeypatch, tmp_path, state=giver(tmp_path, "2001-01-01T00:00:00Z"))

    assert failures(opened(front))


def test_a_program_that_gives_credentials_for_a_role_does_not_see_them_either(
    front: Front, server: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    role = {"role_arn": "arn:aws:iam::123456789012:role/state", "source_profile": "source", "region": "eu-west-1"}
    configured(monkeypatch, tmp_path, state=role, source=giver(tmp_path))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{server}")

    assert opened(front).read() is None

    assert "/ASIA" in front.asked[0].headers["authorization"].replace("=", "/"), "the role's key"
    assert [environment.get("SARV_TOKEN") for environment in environments(tmp_path)] == [None]


@pytest.mark.parametrize(
    "program",
    [
        "/no/such/program",
        "echo not JSON",
        "false",
        f"{sys.executable} -c 'import sys; sys.exit({SECRET!r})'",
        "echo []",
    ],
)
def test_a_program_that_gives_no_credentials_is_an_error_without_its_words(
    front: Front, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str
) -> None:
    configured(monkeypatch, tmp_path, state={"credential_process": program})

    for error in failures(opened(front)):
        assert SECRET not in f"{error.message} {error.hint}"


def test_a_run_that_says_everything_says_nothing_of_the_credentials(front: Front, tmp_path: Path) -> None:
    written(front, b"{}")
    main = f"version: 1\nstate: {{backend: s3, bucket: {BUCKET}, key: {DOCUMENT}, endpoint: 'http://127.0.0.1:{front.port}'}}\n"
    (tmp_path / "sarv-sync.yaml").write_text(main)
    command = [sys.executable, "-m", "sarv_sync", "state", "pull", "-vv"]

    done = subprocess.run(
        command,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == "{}"
    assert front.asked
    assert KEYS["AccessKeyId"] not in done.stderr
    assert SECRET not in done.stderr


def test_a_profile_that_is_not_there_is_an_error(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "another")

    assert "no such profile" in failure(opened(front).read).message


def test_the_library_that_is_missing_is_named(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)
    monkeypatch.delitem(sys.modules, "botocore.session", raising=False)

    with pytest.raises(InputError, match="boto3 is not installed") as missing:
        opened(front)

    assert missing.value.hint == "pip install 'sarv-sync[s3]'"


def test_opening_sends_nothing(front: Front) -> None:
    store = opened(front)

    assert front.asked == []
    assert store.describe() == f"s3://{BUCKET}/{DOCUMENT} at http://127.0.0.1:{front.port}"
