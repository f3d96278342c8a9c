"""A state that is opened from a checkout: its remotes and settings count, and nothing of it is written to."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.git_workshop import SEEN
from tests.engines.git import REF, SETTLED, bare, git, hook, put
from tests.engines.git_server import serving
from tests.unit.state.git_stores import checkout, complaint, content, opened

if TYPE_CHECKING:
    from collections.abc import Callable

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


def used(directory: Path, **options: Any) -> bytes | None:
    """Write twice and read, as two runs do."""
    opened(directory, **options).swap(None, b"first")
    store = opened(directory, **options)
    store.swap(store.version(), b"second")
    return content(opened(directory, **options))


def everything_in(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_it_is_kept_at_origin_in_a_history_of_its_own(work: Path, origin: Path) -> None:
    assert used(work) == b"second"

    assert git(origin, "rev-list", "--count", REF) == "2"
    assert git(origin, "rev-list", "--count", "refs/heads/main") == "2"
    assert git(origin, "show", f"{REF}:sarv-sync.state.json") == "second"


def test_a_folder_of_the_checkout_will_do(work: Path) -> None:
    (work / "mail" / "eu").mkdir(parents=True)

    assert used(work / "mail" / "eu") == b"second"


def test_nothing_of_the_checkout_is_written_to(work: Path) -> None:
    before = everything_in(work)

    used(work)
    opened(work).version()

    assert everything_in(work) == before


@pytest.mark.parametrize("options", [("--depth=1",), ("--single-branch",), ("--bare",), ("--mirror",)])
def test_every_kind_of_clone_will_do(tmp_path: Path, origin: Path, options: tuple[str, ...]) -> None:
    clone = checkout(tmp_path / "clone", f"file://{origin}", *options)
    before = everything_in(clone)

    assert used(clone) == b"second"
    assert everything_in(clone) == before
    assert git(origin, "rev-list", "--count", "refs/heads/main") == "2"


@pytest.mark.parametrize("options", [(), ("--filter=blob:none", "--no-checkout")])
def test_git_talks_to_the_remote_no_more_often_than_it_has_to(
    tmp_path: Path, origin: Path, options: tuple[str, ...]
) -> None:
    git(origin, "config", "uploadpack.allowFilter", "true")
    clone = checkout(tmp_path / "clone", f"file://{origin}", *options)
    for service in ("upload-pack", "receive-pack"):
        path = tmp_path / service
        path.write_text(f'#!/bin/sh\necho {service} >> {tmp_path}/log\nexec git-{service} "$@"\n')
        path.chmod(0o755)
        git(clone, "config", f"remote.origin.{service.replace('-', '')}", str(path))
    used(clone)
    store = opened(clone)

    def talks(act: Callable[[], object]) -> list[str]:
        (tmp_path / "log").write_text("")
        act()
        return (tmp_path / "log").read_text().split()

    assert talks(store.read) == ["upload-pack"] * 2, "which commit is it, and its document"
    assert talks(store.read) == ["upload-pack"]
    version = store.version()
    assert talks(store.version) == ["upload-pack"]
    assert talks(lambda: store.swap(version, b"third")) == ["receive-pack"]
    assert talks(store.read) == ["upload-pack"]


def test_a_worktree_will_do(tmp_path: Path, work: Path) -> None:
    git(work, "config", "extensions.worktreeConfig", "true")
    git(work, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    git(tmp_path / "tree", "config", "--worktree", "core.bare", "false")

    assert used(tmp_path / "tree") == b"second"


def test_a_submodule_has_a_state_at_its_own_origin(tmp_path: Path, work: Path) -> None:
    part = bare(tmp_path / "part.git")
    put(part, b"x", ref="refs/heads/main", file="readme")
    git(work, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(part), "part")

    assert used(work / "part") == b"second"
    assert git(part, "rev-list", "--count", REF) == "2"


@pytest.mark.parametrize("folder", [".", "folder"])
def test_a_remote_whose_path_is_relative_is_where_git_finds_it(work: Path, origin: Path, folder: str) -> None:
    (work / "folder").mkdir()
    git(work, "remote", "set-url", "origin", "../origin.git")

    assert used(work / folder) == b"second"
    assert git(origin, "rev-list", "--count", REF) == "2"


def test_another_remote_can_be_named(tmp_path: Path, work: Path) -> None:
    other = bare(tmp_path / "other.git")
    git(work, "remote", "add", "team/state", str(other))

    assert used(work, remote="team/state") == b"second"
    assert git(other, "rev-list", "--count", REF) == "2"


def test_a_path_is_relative_to_the_main_file_s_folder(tmp_path: Path, work: Path) -> None:
    other = bare(work / "mail" / "states" / "state.git")

    for remote in ("states/state.git", "./states/state.git", str(other)):
        store = opened(work / "mail", remote=remote)
        store.swap(store.version(), remote.encode())
    assert git(other, "rev-list", "--count", REF) == "3"


def test_no_checkout_is_needed_where_the_repository_is_named_in_full(tmp_path: Path, origin: Path) -> None:
    (tmp_path / "plain").mkdir()

    assert used(tmp_path / "plain", remote=str(origin)) == b"second"


def test_what_is_read_is_what_is_pushed_to(tmp_path: Path, work: Path, origin: Path) -> None:
    pushed = bare(tmp_path / "pushed.git")
    git(work, "remote", "set-url", "--push", "origin", str(pushed))

    assert used(work) == b"second"
    assert git(pushed, "rev-list", "--count", REF) == "2"
    assert git(origin, "for-each-ref", REF) == ""


def test_a_remote_that_is_pushed_to_two_places_is_refused(tmp_path: Path, work: Path, origin: Path) -> None:
    for address in (origin, bare(tmp_path / "second.git")):
        git(work, "remote", "set-url", "--add", "--push", "origin", str(address))

    error = complaint(opened(work).read)

    assert "is pushed to 2 addresses" in error.message
    assert error.hint


def test_an_address_for_pushing_that_holds_a_password_is_not_copied(work: Path) -> None:
    git(work, "remote", "set-url", "--push", "origin", "https://ann:s3cr3t@git.example.net/x.git")

    error = complaint(opened(work).read)

    assert "that holds a password" in error.message
    assert "s3cr3t" not in f"{error.message}{error.hint}"


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


def test_who_writes_between_two_looks_is_not_written_over(tmp_path: Path, work: Path, origin: Path) -> None:
    used(work)
    faster = put(origin, b"the faster one's", ref="refs/heads/faster")
    other = f"[ -e {tmp_path}/looked ] && git -C {origin} update-ref {REF} {faster}; touch {tmp_path}/looked"
    (tmp_path / "upload-pack").write_text(f'#!/bin/sh\n{other}\nexec git-upload-pack "$@"\n')
    (tmp_path / "upload-pack").chmod(0o755)
    version = opened(work).version()
    git(work, "config", "remote.origin.uploadpack", str(tmp_path / "upload-pack"))

    with pytest.raises(SwapLost):
        opened(work).swap(version, b"late")

    assert content(opened(work)) == b"the faster one's"


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


def test_temporary_files_are_for_their_owner_alone_and_gone_in_the_end(
    tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    store = opened(work)
    store.swap(None, b"first")

    (folder,) = (tmp_path / "temporary").iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    del store
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_repository_with_other_hashes_will_do(tmp_path: Path, work: Path) -> None:
    modern = bare(tmp_path / "modern.git", hashes="sha256")
    put(modern, b"x", ref="refs/heads/main", file="readme")
    clone = checkout(tmp_path / "clone", modern)

    assert used(clone) == b"second"
    assert used(work, remote=str(modern), ref="refs/heads/state") == b"second"
    version = opened(clone).version()
    assert version is not None
    assert len(version) == 64


def test_an_empty_repository_may_have_other_hashes_without_saying_so(tmp_path: Path, work: Path) -> None:
    modern = bare(tmp_path / "modern.git", hashes="sha256")

    assert used(work, remote=str(modern)) == b"second"
    assert git(modern, "rev-list", "--count", REF) == "2"


def test_outside_of_a_repository_the_error_says_what_to_set(tmp_path: Path) -> None:
    error = complaint(opened(tmp_path).read)

    assert "not a git repository" in error.message
    assert "state.remote" in str(error.hint)


def test_a_remote_that_is_not_there_is_named(work: Path) -> None:
    error = complaint(opened(work, remote="upstream").read)

    assert "No such remote 'upstream'" in error.message
    assert error.hint


def test_somebody_else_s_repository_has_to_be_trusted_first(work: Path) -> None:
    variables = {**SETTLED, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}

    error = complaint(opened(work, variables=variables).read)

    assert "dubious ownership" in error.message
    assert "safe.directory" in str(error.hint)


def test_a_git_that_is_too_old_is_told(tmp_path: Path) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.20.1\n")
    (tmp_path / "git").chmod(0o755)

    error = complaint(opened(tmp_path, variables={"PATH": f"{tmp_path}:{os.environ['PATH']}"}).read)

    assert error.message.endswith("git version 2.20.1")
    assert error.hint == "install git 2.30 or newer"
