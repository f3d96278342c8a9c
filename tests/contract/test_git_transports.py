"""The state in git over each of git's transports, and pushes that overlap, die and land late."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.git.backend import GitStore
from sarv_sync.state.git.channel import Channel
from sarv_sync.state.git.command import Git, child_environment
from sarv_sync.state.git.place import place_of
from tests.end_to_end.certificates import certificate, speaking
from tests.engines.git import FILE, REF, SETTLED, bare, git, hook
from tests.engines.git_server import serving
from tests.unit.state.git_stores import beside, checkout, complaint, content, is_alive, opened

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]

# The last argument is the command for the other side, which is this side too.
SSH = '#!/bin/sh\necho "$@" >> {log}\nenv >> {log}\nfor command; do :; done\nexec sh -c "$command"\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return bare(tmp_path / "state.git")


def ssh(folder: Path, text: str = SSH) -> Path:
    """Make an `ssh` that does what `text` says; what it is asked is in `folder`/log."""
    path = folder / "bin" / "ssh"
    path.parent.mkdir()
    path.write_text(text.format(log=folder / "log"))
    path.chmod(0o755)
    return path


def other_process(repository: Path, text: str) -> subprocess.Popen[bytes]:
    section = json.dumps({"backend": "git", "remote": str(repository)})
    command = [sys.executable, "-m", "tests.contract.other_process", "swap", section, str(beside(repository)), text]
    environment = {**os.environ, **SETTLED, "TMPDIR": str(repository.parent)}
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process does; that takes as long as it takes, but not for ever."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to that")


def test_over_ssh_nothing_is_asked_and_no_secret_is_passed_on(repository: Path, tmp_path: Path) -> None:
    variables = {"PATH": f"{ssh(tmp_path).parent}:{os.environ['PATH']}", "SARV_TOKEN": "s3cr3t"}
    for remote in (f"git@git.example.net:{repository}", f"ssh://git@git.example.net{repository}"):
        store = opened(tmp_path, variables=variables, remote=remote)
        store.swap(store.version(), remote.encode())
        assert content(opened(tmp_path, variables=variables, remote=remote)) == remote.encode()

    said = (tmp_path / "log").read_text()
    assert "BatchMode=yes" in said
    assert "git@git.example.net" in said
    assert "SARV_" not in said


@pytest.mark.parametrize("way", ["GIT_SSH_COMMAND", "GIT_SSH", "core.sshCommand"])
def test_whoever_says_how_to_use_ssh_is_heard(repository: Path, tmp_path: Path, way: str) -> None:
    command = str(ssh(tmp_path))
    origin = bare(tmp_path / "origin.git")
    work = checkout(tmp_path / "work", origin)
    if way == "core.sshCommand":
        git(work, "config", way, command)
    variables = {} if way == "core.sshCommand" else {way: command}

    opened(work, variables=variables, remote=f"git@git.example.net:{repository}").swap(None, b"first")

    assert "BatchMode" not in (tmp_path / "log").read_text()
    assert git(repository, "show", f"{REF}:{FILE}") == "first"


@pytest.mark.parametrize(
    ("says", "hint"),
    [
        ("git@git.example.net: Permission denied (publickey).", "ssh agent"),
        ("Host key verification failed.", "known_hosts"),
        ("ssh: Could not resolve hostname git.example.net: Name or service not known", "offline"),
        ("ssh: connect to host git.example.net port 22: Connection refused", "does not answer"),
    ],
)
def test_what_ssh_says_is_told(tmp_path: Path, says: str, hint: str) -> None:
    ssh(tmp_path, f"#!/bin/sh\necho '{says}' >&2\nexit 255\n")
    variables = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    store = opened(tmp_path, variables=variables, remote="git@git.example.net:x.git")

    for attempt in (store.read, store.version, lambda: store.swap(None, b"first")):
        error = complaint(attempt)
        assert error.message.endswith(says)
        assert hint in str(error.hint)


def test_with_the_real_ssh_nobody_listens(tmp_path: Path) -> None:
    if shutil.which("ssh") is None:
        assert "CI" not in os.environ, "ssh has to be installed: without it the options for it prove nothing"
        pytest.skip("ssh is not installed")

    error = complaint(opened(tmp_path, remote="ssh://git@127.0.0.1:1/x.git").read)

    assert "Connection refused" in error.message


@pytest.mark.parametrize("way", ["setting", "variable", "bundle"])
def test_over_tls_the_server_has_to_be_trusted(repository: Path, tmp_path: Path, way: str) -> None:
    pem = str(certificate(tmp_path, days=3))
    work = checkout(tmp_path / "work", bare(tmp_path / "origin.git"))
    with serving(tmp_path, tls=speaking(Path(pem))) as server:
        remote = f"{server.address}/state.git"
        error = complaint(opened(work, remote=remote).read)
        if way == "setting":
            git(work, "config", f"http.{server.address}/.sslCAInfo", pem)
        variables = {"GIT_SSL_CAINFO": pem} if way == "variable" else {}
        # Who says in git's own way whom to trust is not overruled.
        bundle = pem if way == "bundle" else str(tmp_path / "nowhere")
        store = opened(work, ca_bundle=bundle, variables=variables, remote=remote)
        store.swap(None, b"first")

        assert content(store) == b"first"
    assert "certificate" in error.message
    assert "SARV_CA_BUNDLE" in str(error.hint)


def test_a_server_that_wants_a_password_is_not_asked_twice(repository: Path, tmp_path: Path) -> None:
    with serving(tmp_path, demanded="Basic YW5uOnMzY3IzdA==") as server:
        store = opened(tmp_path, remote=f"{server.address}/state.git")
        for attempt in (store.read, store.version, lambda: store.swap(None, b"first")):
            error = complaint(attempt)
            assert "could not read Username" in error.message
            assert "credential" in str(error.hint)

        helper = "!f() { test $1 = get && printf 'username=ann\\npassword=s3cr3t\\n'; }; f"
        git(tmp_path, "config", "--file", str(tmp_path / "user"), "credential.helper", helper)
        store = opened(tmp_path, variables={"GIT_CONFIG_GLOBAL": str(tmp_path / "user")},
                       remote=f"{server.address}/state.git")  # fmt: skip
        store.swap(None, b"first")

    assert git(repository, "show", f"{REF}:{FILE}") == "first"


def test_a_push_that_is_forbidden_is_not_tried_again(repository: Path, tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        store = opened(tmp_path, remote=f"{server.address}/read-only/state.git")

        error = complaint(lambda: store.swap(None, b"first"))

        assert len([path for path in server.asked if "git-receive-pack" in path]) == 1
    assert "error: 403" in error.message
    assert "contents: write" in str(error.hint)


@pytest.mark.parametrize("missing", ["repository", "server"])
def test_what_is_not_there_is_never_taken_for_an_absent_document(tmp_path: Path, missing: str) -> None:
    with serving(tmp_path) as server:
        address = server.address if missing == "repository" else "http://127.0.0.1:1"
        for remote in (f"{address}/nowhere.git", str(tmp_path / "nowhere.git")):
            store = opened(beside(tmp_path / "nowhere.git"), remote=remote)
            for attempt in (store.read, store.version, partial(store.swap, None, b"first")):
                error = complaint(attempt)
                assert not isinstance(error, SwapLost)
                assert error.hint


def test_of_pushes_that_are_all_under_way_one_wins(repository: Path, tmp_path: Path) -> None:
    """Each has passed git's own check of the lease before the first of them sets the ref."""
    pushers = 6
    version = opened(beside(repository), remote=str(repository)).swap(None, b"start")
    all_there = f'[ "$(ls {tmp_path}/in | wc -l)" -ge {pushers} ]'
    (tmp_path / "in").mkdir()
    hook(repository, "pre-receive", f"#!/bin/sh\ntouch {tmp_path}/in/$$\nuntil {all_there}; do sleep 0.02; done\n")

    def push(number: int) -> bool:
        try:
            opened(beside(repository), remote=str(repository)).swap(version, f"document {number}".encode())
        except SwapLost:
            return False
        return True

    with ThreadPoolExecutor(pushers) as threads:
        won = list(threads.map(push, range(pushers)))

    assert won.count(True) == 1
    assert content(opened(beside(repository), remote=str(repository))) == f"document {won.index(True)}".encode()
    assert git(repository, "rev-list", "--count", REF) == "2"


@pytest.fixture
def killed(repository: Path) -> Callable[[], None]:
    """Have a run killed that has sent a new document, while the server is at it; return how to let that end."""
    opened(beside(repository), remote=str(repository)).swap(None, b"old")
    steps = f"cd {repository}; mkdir first 2>/dev/null || exit 0; echo $PPID > pid; mv pid server"
    hook(repository, "pre-receive", f"#!/bin/sh\n{steps}; until [ -e go ]; do sleep 0.01; done\n")
    server = repository / "server"
    run = other_process(repository, "new")
    until(server.exists)
    run.kill()
    assert run.wait() == -signal.SIGKILL

    def end() -> None:
        (repository / "go").touch()
        until(lambda: not is_alive(int(server.read_text())))

    return end


def test_what_a_killed_run_has_sent_may_land_and_is_found(repository: Path, killed: Callable[[], None]) -> None:
    store = opened(beside(repository), remote=str(repository))
    before = content(store)
    killed()

    assert (before, content(store)) == (b"old", b"new")
    store.swap(store.version(), b"newer")
    assert content(opened(beside(repository), remote=str(repository))) == b"newer"


def test_what_a_killed_run_has_sent_loses_if_it_lands_late(repository: Path, killed: Callable[[], None]) -> None:
    store = opened(beside(repository), remote=str(repository))
    version = store.swap(store.version(), b"newer")
    killed()

    assert (content(store), store.version()) == (b"newer", version)
    assert git(repository, "rev-list", "--count", REF) == "2"


def test_a_push_that_hangs_is_given_up_and_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sarv_sync.state.doubt._PAUSES", ())
    version = opened(beside(repository), remote=str(repository)).swap(None, b"old")
    hook(repository, "pre-receive", "#!/bin/sh\nexec sleep 1000\n")
    patient = Git(
        str(shutil.which("git")), beside(repository), child_environment({**os.environ, **SETTLED}), patience=3
    )
    place = place_of({"remote": str(repository)}, beside(repository))
    store = GitStore(place, Channel(place, patient, None))

    with pytest.raises(StateError, match="did not come to an end"):
        store.swap(version, b"new")

    assert content(store) == b"old"
