from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import InputError, ProviderError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing
from sarv_sync.provider.client import Client
from tests.unit.provider.stage import Stage, reply

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = reply({"status": "success", "smtp_list": []})


def _client(url: str, ca_bundle: Path | None = None) -> Client:
    return Client(url, "1", Secret("t"), Scrubber(), ca_bundle=str(ca_bundle) if ca_bundle else None)


def test_a_self_signed_certificate_is_refused_before_anything_is_sent(tls_stage: Stage) -> None:
    tls_stage.play(EMPTY)
    with closing(_client(tls_stage.url)) as client, pytest.raises(ProviderError, match="not trusted") as caught:
        client.list_users()
    assert "SARV_CA_BUNDLE" in (caught.value.hint or "")
    assert tls_stage.requests == []


def test_a_certificate_of_the_users_own_bundle_is_accepted(tls_stage: Stage, certificate: Path) -> None:
    tls_stage.play(EMPTY)
    with closing(_client(tls_stage.url, certificate)) as client:
        assert client.list_users() == Listing({})


def test_a_certificate_for_another_host_is_refused(tls_stage: Stage, certificate: Path) -> None:
    tls_stage.play(EMPTY)
    url = tls_stage.url.replace("127.0.0.1", "localhost")
    with closing(_client(url, certificate)) as client, pytest.raises(ProviderError, match="Hostname mismatch"):
        client.list_users()
    assert tls_stage.requests == []


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_variables_of_other_tools_add_no_trust(
    tls_stage: Stage, certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    tls_stage.play(EMPTY)
    monkeypatch.setenv(name, str(certificate))
    with closing(_client(tls_stage.url)) as client, pytest.raises(ProviderError, match="not trusted"):
        client.list_users()


def test_a_folder_of_certificates_is_accepted(tls_stage: Stage, certificate: Path, tmp_path: Path) -> None:
    import subprocess

    shutil.copy(certificate, tmp_path / "own.pem")
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True, capture_output=True)
    tls_stage.play(EMPTY)
    with closing(_client(tls_stage.url, tmp_path)) as client:
        assert client.list_users() == Listing({})


def test_a_bundle_that_does_not_exist_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file .*missing\.pem"):
        _client("https://api.example.net", tmp_path / "missing.pem")


def test_a_bundle_without_certificates_is_an_input_error(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("nothing of use")
    with (
        closing(_client("https://api.example.net", bundle)) as client,
        pytest.raises(InputError, match="no certificate can be read from") as caught,
    ):
        client.list_users()
    assert caught.value.__context__ is None


def test_tls_of_another_kind_is_explained(stage: Stage) -> None:
    url = stage.url.replace("http:", "https:")
    with closing(_client(url)) as client, pytest.raises(ProviderError, match=r"TLS failed \(") as caught:
        client.list_users()
    assert "port speaks https" in (caught.value.hint or "")
