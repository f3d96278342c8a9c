"""Who gets to see the token for git's server, on the wire and on the machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.model.secret import Secret
from sarv_sync.state.git.command import Git, child_environment
from sarv_sync.state.git.token import Token
from tests.end_to_end.certificates import certificate, speaking
from tests.engines.git import REF, SETTLED, bare, git
from tests.engines.git_server import serving
from tests.unit.state.git_stores import beside, checkout, complaint, content, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.state.git.backend import GitStore
    from tests.engines.git_server import Server

ROOT = Path(__file__).parents[2]
VALUE = "ghs_S3cr3t0123456789abcdefABCDEF0123456789"
BASIC = b64encode(f"x-access-token:{VALUE}".encode()).decode()
SHOWN = f"Basic {BASIC}"


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path, days=3)


@pytest.fixture
def server(tmp_path: Path, pem: Path) -> Iterator[Server]:
    """A server over TLS with one repository, that lets nobody in without the token."""
    bare(tmp_path / "served" / "ops" / "state.git")
    with serving(tmp_path / "served", tls=speaking(pem), demanded=SHOWN) as started:
        yield started


@pytest.fixture
def other(tmp_path: Path, pem: Path) -> Iterator[Server]:
    """Another one, that would like to know."""
    bare(tmp_path / "others" / "ops" / "state.git")
    with serving(tmp_path / "others", tls=speaking(pem), demanded="Basic something") as started:
        yield started


def variables(server: Server, path: str = "") -> dict[str, str]:
    return {"SARV_GIT_TOKEN": VALUE, "SARV_GIT_SERVER": f"{server.address}{path}"}


def store_at(server: Server, folder: Path, remote: str, path: str = "", **more: str) -> GitStore:
    pem = str(folder / "both.pem")
    return opened(beside(folder), ca_bundle=pem, variables={**variables(server, path), **more}, remote=remote)


@pytest.mark.parametrize("path", ["", "/ops"])
def test_its_own_server_gets_it(server: Server, tmp_path: Path, path: str) -> None:
    def again() -> GitStore:
        return store_at(server, tmp_path, f"{server.address}/ops/state.git", path)

    version = again().swap(None, b"first")
    store = again()
    store.swap(version, b"second")

    assert content(again()) == b"second"
    assert set(server.shown) == {SHOWN}


@pytest.mark.parametrize("left", ["for the server", "for all"])
def test_what_a_checkout_has_left_for_the_same_server_is_not_sent_as_well(
    server: Server, tmp_path: Path, left: str
) -> None:
    work = checkout(tmp_path / "work", bare(tmp_path / "origin.git"))
    git(work, "remote", "set-url", "origin", f"{server.address}/ops/state.git")
    key = f"http.{server.address}/.extraheader" if left == "for the server" else "http.extraheader"
    git(work, "config", key, "AUTHORIZATION: basic c3RhbGU6c3RhbGU=")

    store = opened(work, ca_bundle=str(tmp_path / "both.pem"), variables=variables(server))
    store.swap(None, b"first")

    assert set(server.shown) == {SHOWN}


@pytest.mark.parametrize(
    "how", ["a file's remote", "a path", "a rewritten address", "a named remote", "git's own look"]
)
def test_whoever_else_is_named_gets_nothing(server: Server, other: Server, tmp_path: Path, how: str) -> None:
    remote, path = f"{other.address}/ops/state.git", ""
    folder = checkout(tmp_path / "work", bare(tmp_path / "origin.git"))
    match how:
        case "a path":
            other, remote, path = server, f"{server.address}/ops/state.git", "/op"
        case "a rewritten address":
            remote = f"{server.address}/ops/state.git"
            git(folder, "config", f"url.{other.address}/.insteadOf", f"{server.address}/")
        case "a named remote":
            git(folder, "remote", "set-url", "origin", remote)
            remote = "origin"
    if how == "git's own look":
        environment = child_environment({**os.environ, **SETTLED, "GIT_SSL_CAINFO": str(tmp_path / "both.pem")})
        token = Token(server.address, Secret(VALUE))
        ended = Git(str(shutil.which("git")), folder, environment).run("ls-remote", "--", remote, token=token)
        assert "could not read Username" in ended.said
    else:
        pem = str(tmp_path / "both.pem")
        seen = {**variables(server, path), "GIT_TRACE2_EVENT": str(tmp_path / "trace")}
        store = opened(folder, ca_bundle=pem, variables=seen, remote=remote)
        for attempt in (store.read, lambda: store.swap(None, b"first")):
            error = complaint(attempt)
            assert "could not read Username" in error.message
            assert "SARV_GIT_SERVER" in str(error.hint)

        assert f"credential.{server.address}" not in (tmp_path / "trace").read_text(), "git was not even given it"

    assert other.asked, "it was asked"
    assert (other.shown, server.shown) == ([], [])


@pytest.mark.parametrize("first", ["before it asks who is there", "after it has got the token"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_where_its_server_redirects_to_gets_nothing(
    server: Server, other: Server, tmp_path: Path, first: str, host: str
) -> None:
    server.demanded = SHOWN if first.startswith("after") else None
    server.elsewhere = other.address.replace("127.0.0.1", host)
    work = beside(tmp_path)
    (tmp_path / "user").write_text("[http]\n\tsslVerify = false\n")

    store = store_at(
        server, tmp_path, f"{server.address}/moved/ops/state.git", GIT_CONFIG_GLOBAL=str(tmp_path / "user")
    )
    complaint(store.read)
    complaint(lambda: store.swap(None, b"first"))

    assert work.is_dir()
    assert other.asked, "it was asked"
    assert other.shown == []


def test_a_token_that_is_refused_is_not_shown(server: Server, tmp_path: Path) -> None:
    server.demanded = "Basic another"

    error = complaint(store_at(server, tmp_path, f"{server.address}/ops/state.git").read)

    assert "Authentication failed" in error.message
    assert "SARV_GIT_TOKEN" in str(error.hint)
    assert not any(form in f"{error.message}{error.hint}" for form in (VALUE, BASIC))


def spoken(folder: Path) -> str:
    """Return what the files under `folder` hold, those of git at work among them."""
    texts = []
    for path in folder.rglob("*"):
        with suppress(OSError):
            texts.append(path.read_text(errors="replace") if path.is_file() else "")
    return "".join(texts)


def processes() -> str:
    """Return the arguments and the environment of every process that this one has started, or those in their turn."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text(errors="replace").rpartition(")")[2].split()[1])
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    texts = []
    for pid in ours:
        for part in ("cmdline", "environ"):
            with suppress(OSError):
                texts.append(Path(f"/proc/{pid}/{part}").read_text(errors="replace"))
    return "".join(texts)


def test_while_git_is_at_work_no_process_and_no_file_shows_it(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    seen: list[str] = []
    server.meanwhile = lambda: seen.append(processes() + spoken(tmp_path))
    traces = {name: str(tmp_path / name) for name in ("GIT_TRACE", "GIT_TRACE2_EVENT", "GIT_TRACE_CURL")}

    store = store_at(server, tmp_path, f"{server.address}/ops/state.git", **traces, GIT_TRACE_REDACT="0")
    store.swap(None, b"first")

    assert all("remote-https" in text and f"credential.{server.address}.helper" in text for text in seen)
    seen.append(spoken(tmp_path))
    assert not [form for form in (VALUE, BASIC) for text in seen if form in text]


def test_no_program_that_is_started_is_told_it(server: Server, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        assert "CI" not in os.environ, "strace has to be installed: without it nothing is shown of programs"
        pytest.skip("strace is not installed")
    place = json.dumps({"backend": "git", "remote": f"{server.address}/ops/state.git"})
    log = tmp_path / "started"
    own = {"GIT_SSL_CAINFO": str(tmp_path / "both.pem"), "TMPDIR": str(tmp_path), **variables(server)}

    done = subprocess.run(
        [strace, "-f", "-v", "-s", "100000", "-e", "trace=execve", "-o", str(log),
         sys.executable, "-m", "tests.contract.other_process", "swap", place, str(beside(tmp_path)), "first"],
        cwd=ROOT, env={**os.environ, **SETTLED, **own}, capture_output=True, check=False,
    )  # fmt: skip

    assert (done.returncode, VALUE.encode() in done.stdout + done.stderr) == (0, False)
    itself, *started = [line for line in log.read_text().splitlines() if "execve(" in line and "= 0" in line]
    assert VALUE in itself, "the program has it"
    assert any("/dev/fd/" in line and 'f get"' in line for line in started), "the helper was among them"
    assert not [line for line in started if VALUE in line or BASIC in line]
    assert git(tmp_path / "served" / "ops" / "state.git", "rev-list", "--count", REF) == "1"
