"""What git says when it fails, as people are told. What it says for each of these was taken from git and servers."""

from __future__ import annotations

import pytest

from sarv_sync.state.git.command import Ended
from sarv_sync.state.git.failures import failed, never_began

WHERE = "refs/sarv-sync/state at origin"

SAID = [
    (
        (
            "remote: Permission to acme/mail.git denied to github-actions[bot].\n"
            "fatal: unable to access 'https://github.com/acme/mail/': The requested URL returned error: 403\n"
        ),
        (
            "Permission to acme/mail.git denied to github-actions[bot].; unable to access "
            "'https://github.com/acme/mail/': The requested URL returned error: 403"
        ),
        "contents: write",
        True,
    ),
    (
        "fatal: could not read Username for 'https://github.com': terminal prompts disabled\n",
        "could not read Username for 'https://github.com': terminal prompts disabled",
        "credential",
        True,
    ),
    (
        (
            "remote: Support for password authentication was removed.\n"
            "fatal: Authentication failed for 'https://ann:s3cr3t@github.com/acme/mail/'\n"
        ),
        "Support for password authentication was removed.; Authentication failed for 'https://github.com/acme/mail/'",
        "credential",
        True,
    ),
    (
        (
            "git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\n"
            "Please make sure you have the correct access rights\nand the repository exists.\n"
        ),
        "git@github.com: Permission denied (publickey).",
        "ssh agent",
        True,
    ),
    (
        (
            "ERROR: The key you are authenticating with has been marked as read only.\n"
            "fatal: Could not read from remote repository.\n"
        ),
        "The key you are authenticating with has been marked as read only.",
        "deploy key with write access",
        True,
    ),
    (
        (
            "No ED25519 host key is known for github.com and you have requested strict checking.\n"
            "Host key verification failed.\nfatal: Could not read from remote repository.\n"
        ),
        (
            "No ED25519 host key is known for github.com and you have requested strict checking.; "
            "Host key verification failed."
        ),
        "known_hosts",
        True,
    ),
    (
        "fatal: unable to access 'https://git.example.net/x/': Could not resolve host: git.example.net\n",
        "unable to access 'https://git.example.net/x/': Could not resolve host: git.example.net",
        "offline",
        True,
    ),
    (
        (
            "ssh: Could not resolve hostname git.example.net: Name or service not known\n"
            "fatal: Could not read from remote repository.\n"
        ),
        "ssh: Could not resolve hostname git.example.net: Name or service not known",
        "offline",
        True,
    ),
    (
        "fatal: unable to access 'https://git.example.net/x/': SSL certificate problem: self-signed certificate\n",
        "unable to access 'https://git.example.net/x/': SSL certificate problem: self-signed certificate",
        "SARV_CA_BUNDLE",
        True,
    ),
    (
        "remote: Repository not found.\nfatal: repository 'https://github.com/acme/mial/' not found\n",
        "Repository not found.; repository 'https://github.com/acme/mial/' not found",
        "may not see",
        True,
    ),
    (
        "fatal: unable to access 'https://git.example.net/x/': Failed to connect to git.example.net port 443\n",
        "unable to access 'https://git.example.net/x/': Failed to connect to git.example.net port 443",
        "does not answer",
        True,
    ),
    (
        (
            "error: RPC failed; curl 28 Operation too slow. Less than 1 bytes/sec transferred the last 30 seconds\n"
            "fatal: the remote end hung up unexpectedly\n"
        ),
        "RPC failed; curl 28 Operation too slow. Less than 1 bytes/sec transferred the last 30 seconds",
        "does not answer",
        False,
    ),
    (
        (
            "error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403\n"
            "send-pack: unexpected disconnect while reading sideband packet\n"
        ),
        (
            "RPC failed; HTTP 403 curl 22 The requested URL returned error: 403; send-pack: unexpected "
            "disconnect while reading sideband packet"
        ),
        "contents: write",
        False,
    ),
    (
        "remote: fatal: Could not read from remote repository.\nfatal: the remote end hung up unexpectedly\n",
        "fatal: Could not read from remote repository.",
        "does not answer",
        False,
    ),
    (
        "fatal: write error: No space left on device\n",
        "write error: No space left on device",
        "TMPDIR",
        False,
    ),
    ("", "git ended with status 128 and said nothing", "git ls-remote", False),
]


@pytest.mark.parametrize(("said", "words", "hint", "certain"), SAID)
def test_what_git_says_is_told_with_what_to_do(said: str, words: str, hint: str, certain: bool) -> None:
    ended = Ended(128, b"", said)

    error = failed("write", WHERE, ended)

    assert error.message == f"cannot write the state {WHERE}: {words}"
    assert hint in str(error.hint)
    assert never_began(ended) is certain


@pytest.mark.parametrize(
    ("reason", "said", "hint"),
    [
        ("protected branch hook declined", "remote: error: GH006: Protected branch update failed.\n", "rules"),
        ("push declined due to repository rule violations", "remote: error: GH013: Repository rule\n", "rules"),
        ("pre-receive hook declined", "remote: GitLab: You are not allowed to push code.\n", "contents: write"),
        ("deny updating a hidden ref", "", "rules"),
        ("stale info", "", "hides it from pushes"),
    ],
)
def test_a_refusal_says_why(reason: str, said: str, hint: str) -> None:
    error = failed("write", WHERE, Ended(1, b"", said + "error: failed to push some refs to 'origin'\n"), reason)

    assert error.message.startswith(f"cannot write the state {WHERE}: {reason}")
    assert "failed to push" not in error.message
    assert hint in str(error.hint)


def test_who_was_stopped_is_no_proof_of_anything() -> None:
    ended = Ended(None, b"", "fatal: unable to access 'x'\n")

    assert "did not come to an end" in failed("read", WHERE, ended).message
    assert not never_began(ended)


@pytest.mark.parametrize(
    "address",
    [
        "https://ann:s3cr3t@git.example.net/x",
        "https://s3cr3t@git.example.net/x",
        "https://ann:s3c@s3cr3t@git.example.net/x",
        "https://ann:a/s3cr3t@git.example.net/x",
        "https://git.example.net/x?private_token=s3cr3t",
        "ssh://ann:s3cr3t@git.example.net/x",
    ],
)
def test_no_password_is_in_what_is_told(address: str) -> None:
    error = failed(
        "read", WHERE, Ended(128, b"", f"fatal: unable to access '{address}': no\nremote: see {address} x\n")
    )

    assert "s3cr3t" not in f"{error.message}{error.hint}"
    assert "git.example.net/x" in error.message


def test_hostile_words_stay_in_one_short_line() -> None:
    said = "remote: \x1b[2J\u202e::error::\r\nremote: " + "x" * 10_000 + "\u2028y\n"

    error = failed("read", WHERE, Ended(1, b"", said))

    assert error.message.isprintable()
    assert len(error.message) < 300


def test_a_trace_that_is_on_does_not_hide_what_was_said() -> None:
    said = "12:00:00.123456 git.c:439  trace: built-in: git push\nfatal: Authentication failed for 'x'\nwarning: y\n"

    assert failed("read", WHERE, Ended(1, b"", said)).message.endswith(": Authentication failed for 'x'")
