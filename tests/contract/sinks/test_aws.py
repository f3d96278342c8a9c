"""What is particular about AWS Secrets Manager."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sarv_sync.errors import InputError, NotInstalled, SinkError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.sink import Recipient, Sink
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engine import credential
from tests.contract.sinks.engines.secrets_manager import SecretsManager, serving

OURS = {
    "SMTP_HOST": "smtp.example.net",
    "SMTP_PORT": "587",
    "SMTP_USERNAME": "smtp-billing",
    "SMTP_PASSWORD": "first-Passw0rd",
}
BILLING = credential().recipient


@pytest.fixture(scope="module")
def server() -> Iterator[SecretsManager]:
    with serving() as server:
        yield server


@pytest.fixture
def secret(server: SecretsManager, request: pytest.FixtureRequest) -> str:
    """The name of a secret of one's own, which is not there yet."""
    server.calls.clear()
    return f"{request.node.name}/billing".replace("[", "-").replace("]", "")


def opened(server: SecretsManager, secret: str, environment: dict[str, str] | None = None, **options: object) -> Sink:
    site = Site(Path.cwd(), {**server.environment, **(environment or {})}, Scrubber())
    return open_sink("aws-secrets-manager", {"secret": secret, **options}, site)


def test_keys_that_people_added_stay(server: SecretsManager, secret: str) -> None:
    server.client.create_secret(Name=secret, SecretString=json.dumps({"FROM": "a@example.net", "SMTP_PORT": 25}))

    opened(server, secret).deliver(credential())

    assert server.value(secret) == {"FROM": "a@example.net", **OURS}
    assert opened(server, secret).read_back([credential()]) == {f"aws-secrets-manager {secret}": "there"}


@pytest.mark.parametrize("value", [{"SecretString": "hunter2"}, {"SecretString": "[1]"}, {"SecretBinary": b"\0"}])
def test_a_value_that_is_no_json_object_is_left_alone(
    server: SecretsManager, secret: str, value: dict[str, object]
) -> None:
    server.client.create_secret(Name=secret, **value)
    sink = opened(server, secret)

    with pytest.raises(SinkError, match="no JSON object"):
        sink.check([BILLING])
    with pytest.raises(SinkError, match="no JSON object"):
        sink.deliver(credential())

    assert list(sink.read_back([credential()]).values()) == ["other"]
    assert len(server.versions(secret)) == 1


def test_a_delivery_of_what_is_there_makes_no_new_version(server: SecretsManager, secret: str) -> None:
    sink = opened(server, secret)
    sink.deliver(credential())
    before = server.versions(secret)

    sink.deliver(credential())

    assert server.versions(secret) == before


def test_a_check_tries_the_right_to_write_and_makes_no_version(server: SecretsManager, secret: str) -> None:
    sink = opened(server, secret)
    sink.deliver(credential())
    before = server.versions(secret)

    sink.check([BILLING])
    assert server.versions(secret) == before

    with server.denying("PutSecretValue"), pytest.raises(SinkError, match="denied: secretsmanager:PutSecretValue"):
        sink.check([BILLING])


def test_a_check_makes_a_missing_secret_without_a_value(server: SecretsManager, secret: str) -> None:
    sink = opened(server, secret)

    sink.check([BILLING])

    assert list(sink.read_back([credential()]).values()) == ["gone"]
    assert server.client.describe_secret(SecretId=secret)["Name"] == secret
    sink.check([BILLING])
    sink.deliver(credential())
    assert server.value(secret) == OURS


def test_the_name_of_a_user_still_to_be_made_is_asked_for_and_not_made(server: SecretsManager, secret: str) -> None:
    unborn = Recipient("billing", None)
    sink = opened(server, secret + "/{smtp_user_name}")

    sink.check([unborn])

    assert server.calls == ["GetSecretValue"]
    with server.denying("GetSecretValue"), pytest.raises(SinkError, match="denied: secretsmanager:GetSecretValue"):
        sink.check([unborn])


def test_an_earlier_value_can_come_back(server: SecretsManager, secret: str) -> None:
    """AWS ignores a version that it has seen, so the same value must not always give the same version."""
    sink = opened(server, secret)
    for password in ("first-Passw0rd", "second", "first-Passw0rd"):
        sink.deliver(credential(password=password))

    assert server.value(secret) == OURS


def test_a_delivery_whose_answer_was_lost_makes_one_version(server: SecretsManager, secret: str) -> None:
    opened(server, secret).check([BILLING])
    server.fall_silent_after("PutSecretValue")

    opened(server, secret).deliver(credential())

    assert server.calls.count("PutSecretValue") == 2
    assert (server.value(secret), len(server.versions(secret))) == (OURS, 1)


def test_the_id_of_a_version_depends_on_a_secret_of_ours(server: SecretsManager, secret: str) -> None:
    keys = [{"SARV_STATE_KEY": "one"}, {"SARV_STATE_KEY": "two"}, {"SARV_STATE_KEY": "one"}]
    found = []
    for environment in keys:
        opened(server, secret, environment).deliver(credential())
        found.append(list(server.versions(secret)))
        server.client.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)

    assert found[0] == found[2] != found[1]


def test_a_secret_that_is_scheduled_for_deletion_is_explained(server: SecretsManager, secret: str) -> None:
    sink = opened(server, secret)
    sink.deliver(credential())
    server.client.delete_secret(SecretId=secret)

    assert list(sink.read_back([credential()]).values()) == ["gone"]
    with pytest.raises(SinkError, match="scheduled for deletion") as caught:
        sink.check([BILLING])
    assert "restore-secret" in str(caught.value.hint)
    with pytest.raises(SinkError, match="scheduled for deletion"):
        sink.deliver(credential())


def test_without_the_right_to_read_nothing_is_written(server: SecretsManager, secret: str) -> None:
    sink = opened(server, secret)

    with server.denying("GetSecretValue"):
        with pytest.raises(SinkError, match="denied: secretsmanager:GetSecretValue"):
            sink.check([BILLING])
        with pytest.raises(SinkError, match="denied: secretsmanager:GetSecretValue"):
            sink.deliver(credential())
        with pytest.raises(SinkError, match="denied: secretsmanager:GetSecretValue"):
            sink.read_back([credential()])

    assert set(server.calls) == {"GetSecretValue"}


def test_the_key_of_kms_is_that_of_the_file(server: SecretsManager, secret: str) -> None:
    opened(server, secret, kms_key_id="alias/smtp").deliver(credential())

    assert server.client.describe_secret(SecretId=secret)["KmsKeyId"] == "alias/smtp"


def test_the_region_of_the_file_goes_before_that_of_the_environment(server: SecretsManager, secret: str) -> None:
    sink = opened(server, secret, region="us-east-2")

    sink.deliver(credential())

    assert server.value(secret) is None, "that is another region"
    assert sink.address(BILLING) == f"aws-secrets-manager {secret} in us-east-2"
    assert sink.read_back([credential()]) == {sink.address(BILLING): "there"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"secret": "smtp {name}"}, "no name of a secret"),
        ({"secret": "a", "region": "eu west"}, "no name of a region"),
    ],
)
def test_names_that_aws_does_not_take_are_refused(options: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        open_sink("aws-secrets-manager", options, Site(Path.cwd(), {}, Scrubber())).address(BILLING)


def test_an_endpoint_in_the_clear_is_refused(server: SecretsManager, secret: str) -> None:
    sink = opened(server, secret, {"AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://secrets.example.net"})

    with pytest.raises(InputError, match="the endpoint"):
        sink.ready()


def test_nobody_there_is_said(server: SecretsManager, secret: str) -> None:
    sink = opened(server, secret, {"AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://127.0.0.1:1"})

    with pytest.raises(SinkError, match="unknown or refuses"):
        sink.read_back([credential()])


@pytest.mark.parametrize("use", ["ready", "read_back"])
def test_without_boto3_it_says_what_to_install(
    server: SecretsManager, secret: str, monkeypatch: pytest.MonkeyPatch, use: str
) -> None:
    monkeypatch.setitem(sys.modules, "boto3.session", None)
    sink = opened(server, secret)

    with pytest.raises(NotInstalled) as caught:
        sink.ready() if use == "ready" else sink.read_back([credential()])

    assert caught.value.hint == "install the extra: pip install 'sarv-sync[aws]'"


PROBE = """
import os, sys
from pathlib import Path
from sarv_sync.errors import SarvSyncError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engine import credential
sink = open_sink("aws-secrets-manager", {"secret": sys.argv[1]}, Site(Path.cwd(), os.environ, Scrubber()))
try:
    for use in sys.argv[2:]:
        match use:
            case "ready": print(sink.ready())
            case "check": print(sink.check([credential().recipient]))
            case "read_back": print(sorted(sink.read_back([credential()]).values()))
except SarvSyncError as error:
    print(type(error).__name__, error.message)
"""


def probed(folder: Path, environment: dict[str, str], *arguments: str) -> list[str]:
    """Return what a process of its own prints that has this environment and no other way to credentials."""
    outside = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-W", "error", "-c", PROBE, *arguments]
    ran = subprocess.run(command, env={**outside, **environment}, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    return ran.stdout.splitlines()


@pytest.mark.parametrize("use", ["check", "read_back"])
def test_whoever_needs_credentials_says_that_there_are_none(server: SecretsManager, tmp_path: Path, use: str) -> None:
    environment = {key: value for key, value in server.environment.items() if "ACCESS_KEY" not in key}

    ready, said = probed(tmp_path, environment, "any", "ready", use)
    assert ready == "None", "that looks for no credentials"
    target = "any: " if use == "check" else ""
    assert said == f"SinkError {target}there are no AWS credentials"


def test_ready_says_when_there_is_no_region(server: SecretsManager, tmp_path: Path) -> None:
    environment = {key: value for key, value in server.environment.items() if key != "AWS_REGION"}

    assert probed(tmp_path, environment, "any", "ready") == ["InputError no region is set"]


def test_ready_says_when_there_is_no_such_profile(server: SecretsManager, tmp_path: Path) -> None:
    environment = {key: value for key, value in server.environment.items() if "ACCESS_KEY" not in key}

    assert probed(tmp_path, {**environment, "AWS_PROFILE": "people"}, "any", "ready") == [
        "InputError the AWS configuration has no such profile"
    ]


def test_ready_asks_nobody_for_anything(server: SecretsManager, tmp_path: Path) -> None:
    """Not even the machine, which a configuration can make the one to say what the defaults are."""
    environment = {key: value for key, value in server.environment.items() if "ACCESS_KEY" not in key}
    with socket.create_server(("127.0.0.1", 0)) as machine:
        machine.setblocking(False)
        metadata = f"http://127.0.0.1:{machine.getsockname()[1]}"
        asking = {
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata,
            "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": metadata,
            "AWS_DEFAULTS_MODE": "auto",
        }
        assert probed(tmp_path, {**environment, **asking}, "any", "ready") == ["None"]
        with pytest.raises(BlockingIOError):
            machine.accept()


def test_reading_back_runs_no_program_for_credentials(server: SecretsManager, secret: str, tmp_path: Path) -> None:
    """A delivery does, without this program's own secrets; and what it gave is not used to read back either."""
    opened(server, secret).deliver(credential())
    program, seen = tmp_path / "program", tmp_path / "seen"
    keys = '{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "given-by-a-program"}'
    program.write_text(f"#!/bin/sh\nenv > {seen}\necho '{keys}'\n")
    program.chmod(0o700)
    (tmp_path / "config").write_text(f"[profile people]\ncredential_process = {program}\n")
    environment = {key: value for key, value in server.environment.items() if "ACCESS_KEY" not in key}
    environment |= {"AWS_PROFILE": "people"}

    assert probed(tmp_path, environment, secret, "ready", "read_back") == ["None", "[]"]
    assert not seen.exists()
    assert probed(tmp_path, environment, secret, "check", "read_back") == ["None", "[]"]
    assert "AWS_PROFILE=people" in seen.read_text()
    assert "SARV_" not in seen.read_text()
