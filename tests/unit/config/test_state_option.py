from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.config.load import load
from sarv_sync.config.state_option import check_complete, section_text, with_options
from sarv_sync.errors import InputError
from sarv_sync.model.configuration import StateSettings

if TYPE_CHECKING:
    from pathlib import Path

FILE = StateSettings("s3", {"bucket": "from-file", "region": "eu-west-1"})


@pytest.mark.parametrize(
    ("given", "backend", "options"),
    [
        ((), "s3", {"bucket": "from-file", "region": "eu-west-1"}),
        (("bucket=b",), "s3", {"bucket": "b", "region": "eu-west-1"}),
        (("bucket=b", "bucket=c"), "s3", {"bucket": "c", "region": "eu-west-1"}),
        (("key=a=b",), "s3", {"bucket": "from-file", "region": "eu-west-1", "key": "a=b"}),
        (("path_style=true",), "s3", {"bucket": "from-file", "region": "eu-west-1", "path_style": True}),
        (("backend=s3", "key=k"), "s3", {"key": "k"}),
        (("backend=git",), "git", {}),
        (("history=20", "backend=git"), "git", {"history": 20}),
        (("backend=local", "path=x y.json"), "local", {"path": "x y.json"}),
    ],
)
def test_what_is_given_beats_the_file_and_naming_the_backend_beats_all_of_it(
    given: tuple[str, ...], backend: str, options: dict[str, Any]
) -> None:
    assert with_options(FILE, given) == StateSettings(backend, options)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("bucket", "is not KEY=VALUE"),
        ("bucket=", "is not KEY=VALUE"),
        ("=acme", "is not KEY=VALUE"),
        ("bukcet=acme", "no key of the backend s3"),
        ("path=x", "no key of the backend s3"),
        ("backend=s4", "no state backend s4"),
        ("path_style=yes", "no truth value"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_hint(given: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        with_options(FILE, (given,))
    assert refused.value.hint


@pytest.mark.parametrize("count", ["0", "-1", "1.5", "ten", "99999999", "²"])
def test_a_count_is_a_whole_number_from_one(count: str) -> None:
    with pytest.raises(InputError, match="no number from 1"):
        with_options(StateSettings("git"), (f"history={count}",))


@pytest.mark.parametrize(
    ("backend", "given"),
    [
        ("git", "remote=https://x-access-token:s3cret@git.example.net/a.git"),
        ("git", "remote=https://s3cret@git.example.net/a.git"),
        ("postgres", "conninfo=host=db password=s3cret"),
        ("postgres", "conninfo=postgresql://ops:s3cret@db/ops"),
        ("http", "address=https://u:s3cret@git.example.net/state"),
    ],
)
def test_a_password_is_refused_and_not_repeated(backend: str, given: str) -> None:
    with pytest.raises(InputError, match="holds a password") as refused:
        with_options(StateSettings(backend), (given,))
    assert "s3cret" not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize(
    "remote", ["git@git.example.net:mail/state.git", "ssh://git@git.example.net/a.git", "origin"]
)
def test_a_user_name_without_a_password_is_no_secret(remote: str) -> None:
    assert with_options(StateSettings("git"), (f"remote={remote}",)).options == {"remote": remote}


def test_what_a_backend_cannot_do_without_has_to_come_from_somewhere() -> None:
    check_complete(FILE, "")
    with pytest.raises(InputError, match="needs `bucket`") as refused:
        check_complete(StateSettings("s3"), "write state.{key}")
    assert refused.value.hint == "write state.bucket"


@pytest.mark.parametrize(
    "settings",
    [
        StateSettings("local", {"path": "a b: {c}.json"}),
        StateSettings("git", {"remote": "git@git.example.net:mail/state.git", "history": 200}),
        StateSettings("git", {"remote": "https://git.example.net/mail.git", "ref": "refs/heads/state"}),
        StateSettings("s3", {"bucket": "true", "key": "1", "path_style": True, "region": "~"}),
        StateSettings("postgres", {"conninfo": "host=db dbname='a \"b\"'", "name": "# no comment"}),
        StateSettings("http", {"address": "https://git.example.net/state?a=b&c=d"}),
    ],
)
def test_a_section_that_is_shown_reads_back_as_the_same(tmp_path: Path, settings: StateSettings) -> None:
    (tmp_path / "f.yaml").write_text(f"version: 1\nstate: {section_text(settings)}\n", encoding="utf-8")
    assert load("f.yaml", tmp_path).state == settings
