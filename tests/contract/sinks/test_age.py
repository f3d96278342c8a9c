"""What holds for age files beyond what holds for every sink. The `age` program decrypts them."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import InputError, NotInstalled
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.sink import Sink
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engine import credential
from tests.contract.sinks.engines.age import decrypted, new_identity, program, public_key

FILE = "vault/billing.env.age"
PLAIN = (
    b"# Written by sarv-sync: the whole file is replaced by the next delivery.\n"
    b"SMTP_HOST=smtp.example.net\nSMTP_PORT=587\nSMTP_USERNAME=smtp-billing\nSMTP_PASSWORD='pass word'\n"
)


def opened(folder: Path, *recipients: str, **options: Any) -> Sink:
    given = {"path": "vault/{name}.env.age", "recipients": list(recipients), **options}
    return open_sink("age", given, Site(folder, {}, Scrubber()))


def ssh_key(folder: Path, kind: str) -> Path:
    path = folder / f"id_{kind}"
    command = [program("ssh-keygen"), "-q", "-t", kind, "-N", "", "-C", "ann@laptop", "-f", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def test_each_recipient_can_decrypt_the_dotenv_text(tmp_path: Path) -> None:
    ann, ben = new_identity(tmp_path / "ann"), new_identity(tmp_path / "ben")

    opened(tmp_path, public_key(ann), public_key(ben)).deliver(credential(password="pass word"))

    assert (decrypted(tmp_path / FILE, ann), decrypted(tmp_path / FILE, ben)) == (PLAIN, PLAIN)


def test_nobody_else_can(tmp_path: Path) -> None:
    ann, eve = new_identity(tmp_path / "ann"), new_identity(tmp_path / "eve")

    opened(tmp_path, public_key(ann)).deliver(credential())

    with pytest.raises(subprocess.CalledProcessError):
        decrypted(tmp_path / FILE, eve)


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_the_key_of_an_ssh_user_will_do(tmp_path: Path, kind: str) -> None:
    identity = ssh_key(tmp_path, kind)
    sink = opened(tmp_path, identity.with_suffix(".pub").read_text().strip())

    sink.ready()
    sink.deliver(credential(password="pass word"))

    assert decrypted(tmp_path / FILE, identity) == PLAIN


def test_the_file_is_text_that_everybody_may_read(tmp_path: Path) -> None:
    opened(tmp_path, public_key(new_identity(tmp_path / "ann"))).deliver(credential())

    first, *_, last = (tmp_path / FILE).read_text("ascii").splitlines()
    assert (first, last) == ("-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o644


def test_the_address_is_the_path(tmp_path: Path) -> None:
    sink = opened(tmp_path, public_key(new_identity(tmp_path / "ann")))

    assert sink.address(credential().recipient) == f"age {FILE}"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "age1",
        "age1yubikey1qwerty",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-dss AAAAB3NzaC1kc3MAAACB",
        "ann@example.com",
    ],
)
def test_what_is_no_public_key_is_found_before_anything_is_done(tmp_path: Path, key: str) -> None:
    good = public_key(new_identity(tmp_path / "ann"))

    with pytest.raises(InputError, match="number 2"):
        opened(tmp_path, good, key).ready()


def test_a_private_key_that_was_pasted_is_not_shown(tmp_path: Path) -> None:
    private = new_identity(tmp_path / "ann").read_text().splitlines()[-1]
    assert private.startswith("AGE-SECRET-KEY-1")

    with pytest.raises(InputError, match="number 1") as caught:
        opened(tmp_path, private).ready()

    assert private not in f"{caught.value.message} {caught.value.hint} {caught.value.__cause__}"


def test_without_recipients_nobody_could_read_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="`recipients` is empty"):
        opened(tmp_path)


def test_without_the_library_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = opened(tmp_path, "age1x")
    monkeypatch.setitem(sys.modules, "pyrage", None)

    with pytest.raises(NotInstalled) as caught:
        sink.ready()

    assert caught.value.hint == "install the extra: pip install 'sarv-sync[age]'"
    assert sink.address(credential().recipient) == f"age {FILE}", "the plan needs no library"
    assert sink.read_back([credential()]) == {f"age {FILE}": "gone"}
