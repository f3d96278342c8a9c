"""Where a state is in a bucket, and what it looks like there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import SwapLost
from tests.contract.s3.stage import DOCUMENT, content, failures, listed, opened
from tests.engines.s3 import BUCKET
from tests.engines.s3_front import Answer

if TYPE_CHECKING:
    from tests.engines.s3_front import Front


def test_in_a_bucket_with_versions_every_document_is_kept(front: Front, bucket: Any) -> None:
    bucket.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    store = opened(front)

    store.swap(store.swap(store.swap(None, b"1"), b"2"), b"3")

    versions = [each for each in listed(bucket, "Versions") if each["Key"] == DOCUMENT]
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
