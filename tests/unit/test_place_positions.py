"""What can be no place for the state is told with its spot in the file, before anything is asked for anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import InputError
from sarv_sync.inputs import Inputs, read_configuration
from sarv_sync.places import check_place, open_store

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "version: 1\nstate:\n"


def inputs(folder: Path, section: str, *options: str) -> Inputs:
    (folder / "sarv-sync.yaml").write_text(HEAD + section, encoding="utf-8")
    return Inputs(None, None, {"PATH": "/usr/bin:/bin"}, folder, options)


@pytest.mark.parametrize(
    ("section", "line", "column"),
    [
        ("  backend: git\n  ref: main\n", 4, 8),
        ("  backend: git\n  remote: 'ext::sh -c x'\n", 4, 11),
        ("  backend: s3\n  bucket: S3://x/y\n", 4, 11),
        ("  table: Foo.Bar\n  backend: postgres\n", 3, 10),
        ("  backend: http\n  address: http://git.example.net/state\n", 4, 12),
    ],
)
def test_a_value_that_cannot_be_is_told_where_it_stands(tmp_path: Path, section: str, line: int, column: int) -> None:
    given = inputs(tmp_path, section)
    configuration = read_configuration(given)

    for check in (check_place, open_store):
        with pytest.raises(InputError) as refused:
            check(given, configuration)
        fault = refused.value.faults[0]
        assert (fault.file, fault.line, fault.column) == ("sarv-sync.yaml", line, column)
        assert fault.hint


def test_one_that_a_flag_gave_is_not_looked_for_in_the_file(tmp_path: Path) -> None:
    given = inputs(tmp_path, "  backend: git\n  ref: refs/fine\n", "ref=main")

    with pytest.raises(InputError) as refused:
        open_store(given, read_configuration(given))

    assert refused.value.faults[0].line == 2, "the section that the flag completes"


@pytest.mark.parametrize(
    ("lines", "options", "expected"),
    [
        (None, (), ("git", {"ref": "refs/file"})),
        ("ref=refs/environment", (), ("git", {"ref": "refs/environment"})),
        ("ref=refs/environment", ("ref=refs/flag",), ("git", {"ref": "refs/flag"})),
        ("backend=postgres\n  conninfo=host=db dbname=ops\n\n", (), ("postgres", {"conninfo": "host=db dbname=ops"})),
        ("backend=git", (), ("git", {})),
    ],
)
def test_flags_beat_the_environment_and_that_beats_the_file(
    tmp_path: Path, lines: str | None, options: tuple[str, ...], expected: tuple[str, dict[str, str]]
) -> None:
    given = inputs(tmp_path, "  backend: git\n  ref: refs/file\n", *options)
    environment = {} if lines is None else {"SARV_STATE_OPTIONS": lines}

    state = read_configuration(replace(given, environment=environment)).state

    assert (state.backend, state.options) == expected


@pytest.mark.parametrize("lines", ["", " \n ", "backend", "backend=gti"])
def test_an_environment_that_names_no_place_is_refused_rather_than_left_to_the_file(
    tmp_path: Path, lines: str
) -> None:
    given = inputs(tmp_path, "  backend: git\n")

    with pytest.raises(InputError, match="SARV_STATE_OPTIONS"):
        read_configuration(replace(given, environment={"SARV_STATE_OPTIONS": lines}))


def test_what_is_not_complete_yet_is_no_fault_until_it_is_used(tmp_path: Path) -> None:
    given = inputs(tmp_path, "  backend: s3\n  key: a\n")
    configuration = read_configuration(given)

    check_place(given, configuration)
    with pytest.raises(InputError, match="needs `bucket`"):
        open_store(given, configuration)
