"""Whose name a state in S3 is asked for in, and where that may be said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import InputError
from tests.contract.s3.stage import DOCUMENT, KEYS, SECRET, failure, failures, opened, written
from tests.engines.s3 import BUCKET

if TYPE_CHECKING:
    from tests.engines.s3_front import Front

ROOT = Path(__file__).parents[3]


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

    with pytest.raises(InputError, match="botocore is not installed") as missing:
        opened(front)

    assert missing.value.hint == "pip install 'sarv-sync[s3]'"


def test_opening_sends_nothing(front: Front) -> None:
    store = opened(front)

    assert front.asked == []
    assert store.describe() == f"s3://{BUCKET}/{DOCUMENT} at http://127.0.0.1:{front.port}"
