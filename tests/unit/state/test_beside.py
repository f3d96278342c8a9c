"""Where reviews and snapshot lie: a name of their own, made from the state's, which no other state's is."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.cli.scaffold import IGNORED
from sarv_sync.errors import InputError
from sarv_sync.inputs import Inputs, read_configuration
from sarv_sync.model.backends import DOCUMENTS, OPTIONS
from sarv_sync.model.configuration import StateSettings
from sarv_sync.places import open_beside, open_store
from sarv_sync.state.beside import What, beside
from sarv_sync.state.catalog import BACKENDS

GITLAB = "https://gitlab.example.net/api/v4/projects/42/terraform/state/mail"
PLAIN = "https://states.example.net"
BOTH: tuple[What, ...] = get_args(What)


def named(backend: str, options: dict[str, Any], what: What = "reviews", folder: Path = Path("/w")) -> dict[str, Any]:
    return dict(beside(StateSettings(backend, options), what, folder).options)


@pytest.mark.parametrize(
    ("backend", "options", "there"),
    [
        ("local", {}, {"path": "/w/sarv-sync.reviews.state.json"}),
        ("local", {"path": "eu/acme.json"}, {"path": "/w/eu/acme.reviews.json"}),
        ("local", {"path": "/var/lib/state"}, {"path": "/var/lib/state.reviews"}),
        ("local", {"path": "a.b/state"}, {"path": "/w/a.b/state.reviews"}),
        ("local", {"path": ".state.json"}, {"path": "/w/.state.reviews.json"}),
        ("local", {"path": ".json"}, {"path": "/w/.json.reviews"}),
        ("git", {}, {"ref": "refs/sarv-sync/state-reviews", "history": 10}),
        (
            "git",
            {"remote": "up", "ref": "refs/heads/s", "history": 3},
            {"ref": "refs/heads/s-reviews", "history": 10},
        ),
        ("s3", {"bucket": "b"}, {"key": "sarv-sync.reviews.state.json"}),
        ("s3", {"bucket": "b", "key": "eu/state.json"}, {"key": "eu/state.reviews.json"}),
        ("postgres", {}, {"name": "default-reviews", "history": 10}),
        ("postgres", {"name": "a b", "table": "ops.t"}, {"name": "a b-reviews", "history": 10}),
        (
            "http",
            {"address": GITLAB, "lock_address": f"{GITLAB}/lock", "lock_method": "POST"},
            {"address": f"{GITLAB}-reviews", "lock_address": f"{GITLAB}-reviews/lock"},
        ),
        ("http", {"address": f"{PLAIN}/mail/?a=1&b"}, {"address": f"{PLAIN}/mail-reviews/?a=1&b"}),
        (
            "http",
            {
                "address": f"{PLAIN}/mail?a=1",
                "lock_address": f"{PLAIN}/mail?lock",
                "unlock_address": f"{PLAIN}/u/mail",
            },
            {
                "address": f"{PLAIN}/mail-reviews?a=1",
                "lock_address": f"{PLAIN}/mail-reviews?lock",
                "unlock_address": f"{PLAIN}/u/mail-reviews",
            },
        ),
    ],
)
def test_the_name_is_made_from_the_states_own_and_all_else_stays(
    backend: str, options: dict[str, Any], there: dict[str, Any]
) -> None:
    assert named(backend, options) == {**options, **there}


@pytest.mark.parametrize(
    "options",
    [
        {"address": PLAIN},
        {"address": f"{PLAIN}/?name=mail"},
        {"address": "no address"},
        {"address": f"{PLAIN}/mail", "lock_address": f"{PLAIN}/lock"},
        {"address": f"{PLAIN}/mail", "lock_address": f"{PLAIN}/mailbox/lock"},
        {"address": f"{PLAIN}/mail", "unlock_address": PLAIN},
    ],
)
def test_an_address_whose_name_cannot_be_told_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="beside it") as refused:
        named("http", options)

    assert refused.value.hint


def test_a_backend_of_another_package_is_refused() -> None:
    with pytest.raises(InputError, match="acme has no place for snapshot") as refused:
        named("acme", {"name": "x"}, "snapshot")

    assert "local, git, s3, postgres, http" in str(refused.value.hint)


def test_every_backend_of_this_program_says_which_option_names_its_document() -> None:
    assert DOCUMENTS.keys() == OPTIONS.keys() == BACKENDS.keys()
    for backend, document in DOCUMENTS.items():
        assert OPTIONS[backend][document.key] == "text"


NAMES = st.from_regex(re.compile(r"(a|b|\.|-|/|state|json|reviews|snapshot){1,6}"), fullmatch=True)


@given(
    st.sampled_from(["git", "s3", "postgres", "http"]),
    st.tuples(NAMES, NAMES),
    st.tuples(*[st.sampled_from(BOTH)] * 2),
)
def test_no_two_states_share_a_name(backend: str, names: tuple[str, str], whats: tuple[What, What]) -> None:
    document = DOCUMENTS[backend]
    found = []
    for name, what in zip(names, whats, strict=True):
        own = f"{PLAIN}/x{name}x" if backend == "http" else name
        found.append(named(backend, {document.key: own}, what)[document.key])
        assert found[-1] != own

    assert (found[0] == found[1]) == ((names[0], whats[0]) == (names[1], whats[1]))


@pytest.mark.parametrize("what", BOTH)
def test_what_is_ignored_of_the_state_is_ignored_of_what_lies_beside_it(what: What) -> None:
    name = Path(named("local", {}, what)["path"]).name

    for own in (name, DOCUMENTS["local"].default):
        assert [any(fnmatchcase(own + end, line) for line in IGNORED) for end in (".lock", ".tmp", "")] == [
            True,
            True,
            False,
        ]


def given_inputs(folder: Path, section: str) -> Inputs:
    (folder / "sarv-sync.yaml").write_text(f"version: 1\n{section}", encoding="utf-8")
    return Inputs(None, None, {"PATH": "/usr/bin:/bin"}, folder)


def test_beside_a_state_behind_a_link_is_beside_the_state_itself(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "kept").mkdir()
    (tmp_path / "work" / "sarv-sync.state.json").symlink_to(tmp_path / "kept" / "x.state.json")
    given = given_inputs(tmp_path / "work", "")
    configuration = read_configuration(given)

    store = open_beside(given, configuration, "snapshot")
    store.swap(None, b"first")

    assert (tmp_path / "kept" / "x.snapshot.state.json").read_bytes() == b"first"
    assert open_store(given, configuration).read() is None


@pytest.mark.parametrize(
    ("section", "message", "line"),
    [
        ("state: {backend: s3}\n", "needs `bucket`", None),
        ("state:\n  backend: git\n  ref: main\n", "state.ref", 4),
        ("state:\n  backend: http\n  address: https://x.example.net\n", "has no name at its end", 4),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path, section: str, message: str, line: int | None) -> None:
    given = given_inputs(tmp_path, section)

    with pytest.raises(InputError, match=message) as refused:
        open_beside(given, read_configuration(given), "reviews")

    assert refused.value.faults[0].line == line
