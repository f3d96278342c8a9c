"""The token for git's server: for whom it is, and that only git's own question brings it out of the pipe."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.secret import Secret
from sarv_sync.state.git.command import Git, child_environment
from sarv_sync.state.git.token import Token, token_of
from tests.engines.git import SETTLED
from tests.unit.state.git_stores import opened

VALUE = "ghs_S3cr3t/+=" + "x" * 40
SERVER = "https://git.example.net"


def lent(server: str = SERVER) -> Token:
    return Token(server, Secret(VALUE))


def real(folder: Path) -> Git:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return Git(str(shutil.which("git")), folder, child_environment({**environment, **SETTLED})).nowhere()


def script(folder: Path, text: str) -> Git:
    """Return a `git` that does what `text` says, with the pipe's path in `$pipe`."""
    path = folder / "git"
    path.write_text(f"#!/bin/sh\npipe=$(printf '%s\\n' \"$@\" | grep -o '/dev/fd/[0-9]*' | head -1)\n{text}\n")
    path.chmod(0o755)
    return Git(str(path), folder, os.environ)


@pytest.mark.parametrize(
    ("variables", "server"),
    [
        ({"SARV_GIT_SERVER": "https://Git.example.net/"}, "https://git.example.net"),
        ({"SARV_GIT_SERVER": "https://git.example.net:443"}, "https://git.example.net"),
        ({"SARV_GIT_SERVER": "https://git.example.net:8443/scm/ops"}, "https://git.example.net:8443/scm/ops"),
        ({"GITHUB_SERVER_URL": "https://github.com"}, "https://github.com"),
        ({"GITHUB_SERVER_URL": "https://github.com", "SARV_GIT_SERVER": SERVER}, SERVER),
        ({"GITHUB_SERVER_URL": "https://github.com", "SARV_GIT_SERVER": ""}, "https://github.com"),
    ],
)
def test_the_environment_says_which_server_it_is_for(variables: dict[str, str], server: str) -> None:
    assert token_of({"SARV_GIT_TOKEN": VALUE, **variables}) == Token(server, Secret(VALUE))


@pytest.mark.parametrize("variables", [{}, {"SARV_GIT_TOKEN": ""}, {"GITHUB_TOKEN": VALUE}])
def test_without_one_there_is_none(variables: dict[str, str]) -> None:
    assert token_of({"GITHUB_SERVER_URL": "https://github.com", **variables}) is None


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "nothing says which server"),
        ({"SARV_GIT_SERVER": "", "GITHUB_SERVER_URL": ""}, "nothing says which server"),
        ({"SARV_GIT_SERVER": "http://127.0.0.1:3000"}, "SARV_GIT_SERVER is not the address"),
        ({"SARV_GIT_SERVER": "git.example.net"}, "SARV_GIT_SERVER is not the address"),
        ({"SARV_GIT_SERVER": "https://*.example.net"}, "SARV_GIT_SERVER is not the address"),
        ({"SARV_GIT_SERVER": "https://ann:pw@git.example.net"}, "SARV_GIT_SERVER is not the address"),
        ({"SARV_GIT_SERVER": 'https://x/";id;"'}, "SARV_GIT_SERVER is not the address"),
        ({"GITHUB_SERVER_URL": "http://git.example.net"}, "GITHUB_SERVER_URL is not the address"),
    ],
)
def test_a_token_for_no_one_server_is_refused(tmp_path: Path, variables: dict[str, str], message: str) -> None:
    variables = {"GITHUB_SERVER_URL": "", "SARV_GIT_TOKEN": VALUE, **variables}

    with pytest.raises(InputError, match=message) as refused:
        opened(tmp_path, variables=variables)

    assert refused.value.hint
    assert "pw@" not in f"{refused.value.message}{refused.value.hint}"


@pytest.mark.parametrize("value", ["two\nlines", "line end\n", "a b", "back\\slash", "$(id)", "ü", "x" * 1001])
def test_a_token_that_is_none_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(InputError) as refused:
        token_of({"SARV_GIT_TOKEN": value, "SARV_GIT_SERVER": SERVER})

    assert value not in f"{refused.value.message}{refused.value.hint}"


@pytest.mark.parametrize(
    ("server", "address", "well"),
    [
        (SERVER, f"{SERVER}/ops/x.git", True),
        (SERVER, "https://git.example.net.evil.example/ops/x.git", False),
        (SERVER, "https://git.example.net:8443/ops/x.git", False),
        (SERVER, "http://git.example.net/ops/x.git", False),
        (SERVER, "https://git.example.net@evil.example/ops/x.git", False),
        (SERVER, "git@git.example.net:ops/x.git", False),
        (SERVER, "/srv/x.git", False),
        (SERVER, "", False),
        (f"{SERVER}/ops", f"{SERVER}/ops/x.git", True),
        (f"{SERVER}/ops", f"{SERVER}/opsy/x.git", False),
    ],
)
def test_it_is_for_addresses_at_its_server(server: str, address: str, *, well: bool) -> None:
    assert lent(server).is_for(address) == well


@pytest.mark.parametrize(
    ("server", "address", "given"),
    [
        (SERVER, f"{SERVER}/ops/x.git", True),
        (SERVER, f"{SERVER}", True),
        (SERVER, "http://git.example.net/ops/x.git", False),
        (SERVER, "https://git.example.net:8443/ops/x.git", False),
        (SERVER, "https://evil.example/git.example.net", False),
        (SERVER, "https://git.example.net.evil.example/", False),
        (SERVER, "ssh://git.example.net/ops/x.git", False),
        (f"{SERVER}:8443/ops", f"{SERVER}:8443/ops/x.git", True),
        (f"{SERVER}:8443/ops", f"{SERVER}:8443/other/x.git", False),
        (f"{SERVER}:8443/ops", f"{SERVER}:8443/ops/../other/x.git", False),
        (f"{SERVER}:8443/ops", f"{SERVER}:8443/opsy/x.git", False),
        (f"{SERVER}:8443/ops", f"{SERVER}/ops/x.git", False),
        ("https://127.0.0.1:9", "https://127.0.0.1:9/x.git", True),
        ("https://[::1]:9", "https://[::1]:9/x.git", True),
    ],
)
def test_git_itself_gets_it_for_its_server_only(tmp_path: Path, server: str, address: str, *, given: bool) -> None:
    ended = real(tmp_path).run("credential", "fill", data=f"url={address}\n\n".encode(), token=lent(server))

    assert ("username=x-access-token" in ended.text, "password=[redacted]" in ended.text) == (given, given)
    assert VALUE not in ended.text


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize(
    ("operation", "asked", "given"),
    [
        ("get", "protocol=https\nhost=git.example.net\n", True),
        ("get", "capability[]=authtype\nprotocol=https\nhost=git.example.net\npath=ops/x.git\n\n", True),
        ("get", "protocol=https\nhost=evil.example\n", False),
        ("get", "protocol=https\nhost=git.example.net:8443\n", False),
        ("get", "protocol=http\nhost=git.example.net\n", False),
        ("get", "protocol=https\n\nhost=git.example.net\n", False),
        ("get", "", False),
        ("store", "protocol=https\nhost=git.example.net\n", False),
        ("erase", "protocol=https\nhost=git.example.net\n", False),
    ],
)
def test_the_helper_looks_again_at_what_it_is_asked(shell: str, operation: str, asked: str, *, given: bool) -> None:
    with lent(f"{SERVER}/ops").lent() as lent_once:
        helper = next(part for part in lent_once.options if "=!" in part).partition("=!")[2]
        done = subprocess.run(
            [shell, "-c", f"{helper} {operation}"],
            env={"PATH": os.environ["PATH"], "p": "https", "h": "git.example.net", "t": "another"},
            input=asked,
            pass_fds=[lent_once.descriptor],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.stdout == (f"username=x-access-token\npassword={VALUE}\n" if given else "")
    assert done.stderr == ""


@pytest.mark.parametrize("operation", ["approve", "reject"])
def test_no_helper_is_told_it_to_keep_and_a_refusal_is_nothing_to_it(tmp_path: Path, operation: str) -> None:
    said = tmp_path / "said"
    (tmp_path / "user").write_text(f'[credential]\n\thelper = "!cat >> {said}; echo"\n')
    git = real(tmp_path)
    git = Git(git.executable, git.folder, {**git.environment, "GIT_CONFIG_GLOBAL": str(tmp_path / "user")})
    asked = "protocol=https\nhost={}\nusername=x-access-token\npassword=p\n\n"

    assert git.run("credential", operation, data=asked.format("git.example.net").encode(), token=lent()).well
    assert not said.exists()
    assert git.run("credential", operation, data=asked.format("other.example.net").encode(), token=lent()).well
    assert "other.example.net" in said.read_text(), "what is set for other servers counts"


def test_git_may_ask_several_times_in_one_command(tmp_path: Path) -> None:
    asking = f'IFS= read -r t <"$pipe"; [ "$t" = "{VALUE}" ] && echo good'
    git = script(tmp_path, f"for i in 1 2 3 4; do {asking}; done")

    assert git.run(token=lent()).text.split() == ["good"] * 4


def test_the_longest_token_fits_into_the_smallest_pipe() -> None:
    with Token(SERVER, Secret("x" * 1000)).lent() as lent_once:
        assert len(os.read(lent_once.descriptor, 1 << 16)) <= 4096


def test_what_is_said_of_it_is_not_repeated(tmp_path: Path) -> None:
    saying = 'echo "$t"; echo "said $t" >&2; printf "x-access-token:$t" | base64 -w0'
    git = script(tmp_path, f'IFS= read -r t <"$pipe"; {saying}')

    ended = git.run(token=lent())

    assert ended.said == "said [redacted]\n"
    assert ended.text == "[redacted]\n[redacted]"


def test_after_the_command_nobody_finds_it_any_more(tmp_path: Path) -> None:
    later = "until [ -e go ]; do sleep 0.02; done; cat <&3 > left.new; mv left.new left"
    git = script(tmp_path, f'exec 3<"$pipe"; ({later}) & exit 0')
    before = len(list(Path("/proc/self/fd").iterdir()))

    assert git.run(token=lent()).well
    (tmp_path / "go").touch()
    while not (tmp_path / "left").exists():
        time.sleep(0.01)

    assert (tmp_path / "left").read_bytes() == b""
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_without_a_token_git_is_run_as_ever_and_with_one_it_shows_nothing(tmp_path: Path) -> None:
    git = script(tmp_path, 'env | grep "^GIT_" | sort; echo "$@"')
    told = {"GIT_TRACE_CURL": "1", "GIT_CURL_VERBOSE": "1", "GIT_TRACE_REDACT": "0", "GIT_TRACE": "0"}
    git = Git(git.executable, git.folder, {"PATH": os.environ["PATH"], **told})

    plain, with_token = git.run("fetch"), git.run("fetch", token=lent())

    assert plain.text.splitlines()[:-1] == sorted(f"{name}={value}" for name, value in told.items())
    assert not re.search("credential|extraHeader", plain.text)
    assert with_token.text.splitlines()[:2] == ["GIT_TRACE=0", "GIT_TRACE_REDACT=1"]
    assert "GIT_TRACE_CURL" not in with_token.text
