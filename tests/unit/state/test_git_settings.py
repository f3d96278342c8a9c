"""The settings of the checkout that a state is opened from: how to reach the remote counts, and nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sarv_sync.errors import StateError
from sarv_sync.state.git.workshop import SEEN
from tests.engines.git import REF, bare, git, hook, put
from tests.engines.git_server import serving
from tests.unit.state.git_stores import checkout, content, opened, used

ROOT = Path(__file__).parents[3]
LOGIN = "Basic YW5uOnMzY3IzdA=="


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with two commits on main."""
    repository = bare(tmp_path / "origin.git")
    put(repository, b"one", ref="refs/heads/main", file="readme")
    put(repository, b"two", ref="refs/heads/main", file="readme")
    return repository


@pytest.fixture
def work(tmp_path: Path, origin: Path) -> Path:
    """A checkout of it."""
    return checkout(tmp_path / "work", origin)


def test_addresses_that_are_rewritten_stay_so(work: Path, origin: Path) -> None:
    git(work, "remote", "set-url", "origin", "https://git.example.net/origin.git")
    git(work, "config", f"url.{origin.parent}/.insteadOf", "https://git.example.net/")

    assert used(work) == b"second"
    assert git(origin, "rev-list", "--count", REF) == "2"


@pytest.mark.parametrize(
    "where",
    ["the repository", "a file for this folder", "the user's settings", "a file that the user's settings include"],
)
def test_the_credentials_of_the_checkout_are_sent_once(tmp_path: Path, work: Path, where: str) -> None:
    """As actions/checkout leaves them: a header in .git/config, or in a file that is included for this folder."""
    with serving(tmp_path, demanded=LOGIN) as server:
        git(work, "remote", "set-url", "origin", f"{server.address}/origin.git")
        header = (f"http.{server.address}/.extraheader", f"AUTHORIZATION: {LOGIN}")
        other, variables = tmp_path / "credentials.config", {}
        if where == "the repository":
            git(work, "config", *header)
        elif where == "a file for this folder":
            git(work, "config", "--file", str(other), *header)
            git(work, "config", f"includeIf.gitdir:{work}/.git.path", str(other))
        elif where == "the user's settings":
            git(work, "config", "--file", str(other), *header)
            git(work, "config", "--file", str(tmp_path / "user"), f"includeIf.gitdir:{work}/.path", str(other))
            variables = {"GIT_CONFIG_GLOBAL": str(tmp_path / "user")}
        else:
            git(work, "config", "--file", str(tmp_path / "user"), "include.path", str(other))
            git(work, "config", "--file", str(other), *header)
            git(work, "config", "include.path", str(tmp_path / "more"))
            git(work, "config", "--file", str(tmp_path / "more"), "user.name", "Ann")
            variables = {"GIT_CONFIG_GLOBAL": str(tmp_path / "user")}

        opened(work, variables=variables).swap(None, b"first")

        assert content(opened(work, variables=variables)) == b"first"
        with pytest.raises(StateError, match="could not read Username"):
            opened(tmp_path, remote=f"{server.address}/origin.git").read()


def test_a_token_in_the_address_of_a_remote_is_in_no_command_of_ours(tmp_path: Path, work: Path) -> None:
    log, real = tmp_path / "log", git(work, "--exec-path")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\necho "$@" >> {log}\nenv >> {log}\nexec {real}/git "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    with serving(tmp_path, demanded=LOGIN) as server:
        git(work, "remote", "set-url", "origin", f"{server.address}/origin.git".replace("//", "//ann:s3cr3t@"))
        variables = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "SARV_TOKEN": "t0k3n"}

        opened(work, variables=variables).swap(None, b"first")

    assert "push --porcelain" in log.read_text()
    assert "s3cr3t" not in log.read_text()
    assert "t0k3n" not in log.read_text()


UNWELCOME = {
    "submodule.recurse": "true",
    "commit.gpgSign": "true",
    "core.bare": "false",
    "core.worktree": "/",
    "fetch.prune": "true",
    "fetch.recurseSubmodules": "true",
    "gpg.program": "false",
    "push.followTags": "true",
    "push.gpgSign": "true",
    "push.recurseSubmodules": "only",
    "remote.origin.mirror": "true",
    "remote.origin.push": "+refs/*:refs/*",
    "remote.origin.tagOpt": "--tags",
}


def test_no_hook_is_run_nothing_is_signed_and_nothing_else_is_fetched_or_pushed(
    tmp_path: Path, work: Path, origin: Path
) -> None:
    git(origin, "tag", "v1", "refs/heads/main")
    put(work / ".git", b"x", ref="refs/heads/other")
    for name in ("pre-push", "reference-transaction", "post-rewrite", "pre-auto-gc"):
        hook(work / ".git", name, f"#!/bin/sh\ntouch {tmp_path}/ran-{name}\nexit 1\n")
    git(work, "config", "core.hooksPath", str(work / ".git" / "hooks"))
    for key, value in UNWELCOME.items():
        git(work / ".git", "config", "--file", "config", key, value)

    assert used(work) == b"second"

    assert sorted(path.name for path in tmp_path.glob("ran-*")) == []
    assert git(origin, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/main", REF, "refs/tags/v1"]
    store = opened(work)
    store.read()
    inside = store._channel.git
    assert inside.run("for-each-ref", "--format=%(refname)").text.split() == [SEEN]
    assert inside.run("rev-parse", "--is-bare-repository").text == "true\n"


def test_a_name_is_written_as_it_is_whatever_the_user_encodes_commits_in(work: Path, origin: Path) -> None:
    git(work, "config", "i18n.commitEncoding", "ISO-8859-1")
    lock = '{"holder": "Jörg on läptop", "command": "sarv-sync apply"}'

    opened(work).swap(None, f'{{\n  "serial": 1,\n  "lock": {lock}\n}}\n'.encode())

    commit = git(origin, "cat-file", "commit", REF)
    assert "serial 1: sarv-sync apply by Jörg on läptop" in commit
    assert "\nencoding " not in commit


def test_nothing_goes_on_in_the_background(tmp_path: Path, work: Path) -> None:
    opened(work).swap(None, b"first")
    variables = {"GIT_TRACE": str(tmp_path / "trace")}
    store = opened(work, variables=variables)
    store.read()
    store.swap(store.version(), b"second")

    assert "fetch" in (tmp_path / "trace").read_text()
    assert "maintenance" not in (tmp_path / "trace").read_text()


def test_silence_is_borne_for_as_long_as_the_user_says(work: Path) -> None:
    def silence() -> str:
        store = opened(work)
        store.version()
        return store._channel.git.run("config", "http.lowSpeedTime").text.strip()

    assert silence() == "30"
    git(work, "config", "http.lowSpeedTime", "7")
    assert silence() == "7"


def test_what_the_user_begins_repositories_with_does_not_count(tmp_path: Path, work: Path) -> None:
    (tmp_path / "template").mkdir()
    (tmp_path / "template" / "config").write_text('[remote "origin"]\n\turl = /nowhere\n')

    opened(work, variables={"GIT_TEMPLATE_DIR": str(tmp_path / "template")}).swap(None, b"first")

    assert content(opened(work)) == b"first"


def test_a_refspec_of_the_user_s_does_not_hinder_a_history_that_was_cut(work: Path) -> None:
    git(work, "config", "--add", "remote.origin.fetch", f"{REF}:refs/remotes/origin/state")
    used(work)
    reader = opened(work)
    reader.read()

    store = opened(work, history=1)
    store.swap(store.version(), b"third")

    assert content(reader) == b"third"


def test_a_run_inside_a_hook_is_not_led_astray(tmp_path: Path, work: Path, origin: Path) -> None:
    swap = f'{sys.executable} -m tests.contract.other_process swap \'{{"backend": "git"}}\' {work} "from the hook"'
    hook(work / ".git", "post-commit", f"#!/bin/sh\nenv | grep ^GIT_ > {tmp_path}/env\ncd {ROOT}\nexec {swap}\n")
    (work / "file").write_text("x")
    git(work, "add", "file")
    before = git(work, "rev-parse", "HEAD")

    git(work, "commit", "--quiet", "--message=x")

    assert "GIT_INDEX_FILE" in (tmp_path / "env").read_text()
    assert git(origin, "show", f"{REF}:sarv-sync.state.json") == "from the hook"
    assert git(work, "rev-list", "--count", f"{before}..HEAD") == "1"
    assert git(work, "status", "--short") == ""


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_COMMON_DIR"])
def test_variables_that_name_another_repository_do_not_count(tmp_path: Path, work: Path, variable: str) -> None:
    opened(work, variables={variable: str(tmp_path / "elsewhere")}).swap(None, b"first")

    assert content(opened(work)) == b"first"
    assert not (tmp_path / "elsewhere").exists()


def test_commits_are_made_in_the_user_s_name_if_there_is_one(work: Path, origin: Path) -> None:
    opened(work).swap(None, b"first")
    git(work, "config", "user.name", "Ann")
    git(work, "config", "user.email", "ann@example.net")
    store = opened(work)
    store.swap(store.version(), b"second")
    robot = opened(work, variables={"GIT_COMMITTER_NAME": "robot", "GIT_COMMITTER_EMAIL": "robot@example.net"})
    robot.swap(robot.version(), b"third")

    assert git(origin, "log", "--format=%an <%ae> %cn <%ce>", REF).splitlines() == [
        "robot <robot@example.net> robot <robot@example.net>",
        "Ann <ann@example.net> Ann <ann@example.net>",
        "sarv-sync <sarv-sync@localhost> sarv-sync <sarv-sync@localhost>",
    ]
