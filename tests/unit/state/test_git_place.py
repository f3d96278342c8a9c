"""What may be set for a state in git, and what is refused before git sees it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sarv_sync.errors import InputError
from sarv_sync.state.git.backend import open_git
from sarv_sync.state.git.place import place_of
from sarv_sync.state.interface import Site

HERE = Path("/here")

REFS = [
    "refs/sarv-sync/state",
    "refs/heads/sarv-sync/state",
    "refs/x",
    "refs/heads/ünïcode",
    "refs/heads/a-b.c@d{e",
    "refs/heads/a'b\"c;d$e",
    "refs/heads/-x",
    "refs/",
    "refs//x",
    "refs/x/",
    "refs/.x",
    "refs/a/.b",
    "refs/a..b",
    "refs/a b",
    "refs/a\tb",
    "refs/a\x7f",
    "refs/a~1",
    "refs/a^",
    "refs/a:b",
    "refs/a?",
    "refs/a*",
    "refs/a[b",
    "refs/a\\b",
    "refs/a.lock",
    "refs/a.lock/b",
    "refs/a.",
    "refs/a./b",
    "refs/@",
    "refs/a@{b",
    "refs/@{",
]


@pytest.mark.parametrize("ref", REFS)
def test_the_refs_that_are_taken_are_those_that_git_takes(ref: str) -> None:
    of_git = subprocess.run(["git", "check-ref-format", ref], check=False).returncode == 0
    try:
        taken = place_of({"ref": ref}, HERE).ref == ref
    except InputError:
        taken = False

    assert taken is of_git


@pytest.mark.parametrize("ref", ["", "HEAD", "main", "heads/main", "-refs/x", "+refs/x", ":refs/x", "refs"])
def test_a_ref_is_named_in_full(ref: str) -> None:
    with pytest.raises(InputError, match=r"state\.ref is not a full name") as refused:
        place_of({"ref": ref}, HERE)

    assert refused.value.exit_code == 3
    assert refused.value.hint


def test_without_options_it_is_a_ref_of_its_own_at_origin() -> None:
    place = place_of({}, HERE)

    assert (str(place), place.named, place.history) == ("refs/sarv-sync/state at origin", True, None)


@pytest.mark.parametrize(
    ("remote", "found", "named"),
    [
        ("upstream", "upstream", True),
        ("team/x", "team/x", True),
        ("https://git.example.net/acme/mail.git", "https://git.example.net/acme/mail.git", False),
        ("http://127.0.0.1:8080/x.git", "http://127.0.0.1:8080/x.git", False),
        ("http://[::1]/x.git", "http://[::1]/x.git", False),
        ("http://localhost/x.git", "http://localhost/x.git", False),
        ("ssh://git@git.example.net/x.git", "ssh://git@git.example.net/x.git", False),
        ("git@git.example.net:acme/mail.git", "git@git.example.net:acme/mail.git", False),
        ("file:///srv/x.git", "file:///srv/x.git", False),
        ("/srv/x.git", "/srv/x.git", False),
        ("./x.git", "/here/x.git", False),
        (".", "/here", False),
    ],
)
def test_a_remote_is_a_name_an_address_or_a_path(remote: str, found: str, named: bool) -> None:
    place = place_of({"remote": remote}, HERE)

    assert (place.remote, place.named) == (found, named)


@pytest.mark.parametrize(
    ("remote", "why"),
    [
        ("", "not a remote"),
        (" ", "not a remote"),
        ("--upload-pack=touch /tmp/x", "not a remote"),
        ("-x", "not a remote"),
        ("origin\nx", "not a remote"),
        ("https://git.example.net/x\x00", "not a remote"),
        ("ext::sh -c touch% /tmp/x", "a program to run"),
        ("fd::17", "a program to run"),
        ("https://ann@git.example.net/x", "user name or password"),
        ("https://ann:s3cr3t@git.example.net/x", "user name or password"),
        ("HTTPS://ann:s3cr3t@git.example.net/x", "user name or password"),
        ("ssh://ann:s3cr3t@git.example.net/x", "user name or password"),
        ("http://git.example.net/x", "in the clear"),
        ("http://127.0.0.1.example.net/x", "in the clear"),
        ("http://[::1", "in the clear"),
        ("git://git.example.net/x", "git://, which is not supported"),
        ("ftp://git.example.net/x", "not supported"),
        ("javascript://x", "not supported"),
    ],
)
def test_a_remote_that_could_do_harm_is_refused_without_being_shown(remote: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        place_of({"remote": remote}, HERE)

    assert refused.value.exit_code == 3
    assert refused.value.hint
    assert "s3cr3t" not in f"{refused.value.message}{refused.value.hint}"


@pytest.mark.parametrize("history", [0, -1])
def test_at_least_one_commit_is_kept(history: int) -> None:
    with pytest.raises(InputError, match=r"state\.history"):
        place_of({"history": history}, HERE)


def test_without_git_the_error_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="git is not installed") as refused:
        open_git({}, Site(tmp_path, {"PATH": str(tmp_path)}))

    assert refused.value.hint == "install git 2.30 or newer"


def test_opening_does_nothing_yet(tmp_path: Path) -> None:
    (tmp_path / "git").write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    (tmp_path / "git").chmod(0o755)

    open_git({"remote": "../nowhere"}, Site(tmp_path / "missing", {**os.environ, "PATH": str(tmp_path)}))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["git"]
