from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.backends import OPTIONS
from sarv_sync.state.catalog import open_backend
from sarv_sync.state.interface import Site
from sarv_sync.state.s3.objects import is_etag
from sarv_sync.state.s3.settings import DEFAULT_KEY, Settings, settings_of


def test_a_bucket_is_enough() -> None:
    settings = settings_of({"bucket": "acme-state"})

    assert settings == Settings("acme-state", DEFAULT_KEY)
    assert settings.where == "s3://acme-state/sarv-sync.state.json"


def test_everything_that_can_be_set_is_known() -> None:
    options: dict[str, Any] = {
        "bucket": "acme-state",
        "key": "team/state.json",
        "region": "eu-west-1",
        "endpoint": "https://MINIO.example.net:443/",
        "path_style": True,
        "encryption": "aws:kms",
        "kms_key_id": "alias/state",
    }

    settings = settings_of(options)

    assert options.keys() == OPTIONS["s3"].keys()
    assert settings.where == "s3://acme-state/team/state.json at https://minio.example.net"
    assert settings.stored_how == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/state"}


@pytest.mark.parametrize(
    "options",
    [
        {"bucket": ""},
        {"bucket": "s3://acme-state"},
        {"bucket": "acme/state"},
        {"bucket": "acme\nstate"},
        {"bucket": "../acme"},
        {"bucket": "acme--euw1-az1--x-s3"},
        {"key": ""},
        {"key": "/state.json"},
        {"key": "team/"},
        {"key": "team//state.json"},
        {"key": "team/../state.json"},
        {"key": "./state.json"},
        {"key": "state\n.json"},
        {"key": "é" * 501},
        {"region": "eu-west-1.example.net/"},
        {"region": ""},
        {"endpoint": "http://minio.example.net"},
        {"endpoint": "https://user:pw@minio.example.net"},
        {"endpoint": "minio.example.net"},
        {"endpoint": "https://minio.example.net?x"},
        {"endpoint": ""},
        {"encryption": "none"},
        {"encryption": "AES256", "kms_key_id": "alias/state"},
        {"kms_key_id": "alias/state"},
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused_when_the_place_is_opened(options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"state\.") as refused:
        open_backend("s3", {"bucket": "acme-state", **options}, Site(Path(), {}))

    assert refused.value.hint
    assert "pw" not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize("bucket", ["acme", "Old_Bucket", "a.b", "arn:aws:s3:eu-west-1:1:accesspoint/state"])
def test_names_of_buckets_that_the_library_knows_are_taken(bucket: str) -> None:
    assert settings_of({"bucket": bucket}).bucket == bucket


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"])
def test_this_machine_may_be_asked_without_tls(endpoint: str) -> None:
    assert settings_of({"bucket": "acme-state", "endpoint": endpoint}).endpoint == endpoint


@pytest.mark.parametrize(
    ("version", "is_one"),
    [
        ('"9b2cf535f27731c974343645a3985328"', True),
        ('"9b2cf535f27731c974343645a3985328-2"', True),
        ("9b2cf535f27731c974343645a3985328", True),
        ('"a,b*"', True),
        ("*", False),
        ("*a", False),
        ('"*"', True),
        ("a,b", False),
        ('"a","b"', False),
        ('"a" ', False),
        ('""', False),
        ("", False),
        ('W/"a"', False),
        ('"é"', False),
    ],
)
def test_a_version_is_one_strong_entity_tag(version: str, is_one: bool) -> None:
    assert is_etag(version) is is_one
