"""Files that several processes read say what they say when one process reads them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync.config import beside
from sarv_sync.config.load import load
from sarv_sync.config.nodes import Map
from sarv_sync.config.packed import pack_file, unpack_file
from sarv_sync.config.reader import read
from sarv_sync.config.source_file import SourceFile
from sarv_sync.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """\
version: 1
include: ["users/*.yaml"]
defaults: {hourly_limit: 5}
profiles: {bulk: {total_limit: 900}}
users: {main: {total_limit: 10}}
"""
GOOD = {
    "a": "users:\n  a1: {total_limit: 100, hourly_limit: 10}\n  a2:\n    total_limit: 7\n    status: Disable\n",
    "b": "users:\n  b1: &b {total_limit: 100}\n  b2: *b\n  b3: {profile: bulk}\n",
    "c": "users: {c1: {total_limit: 5, labels: {team: x}, description: note}}\nremoved: {gone: forget}\n",
    "d": "users:\n  d1: {total_limit: 3}\n",  # more in an hour than in all, which is a warning
    "e": "users:\n",
}
BAD = {**GOOD, "f": "users:\n  f1: {total_limit: 0}\n  a1: {total_limit: 1}\n", "g": "users: [", "h": "token: x\n"}


def project(folder: Path, files: dict[str, str]) -> Path:
    (folder / "users").mkdir()
    (folder / "sarv-sync.yaml").write_text(MAIN, encoding="utf-8")
    for name, text in files.items():
        (folder / "users" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def outcome(folder: Path) -> object:
    try:
        return load("sarv-sync.yaml", folder)
    except InputError as error:
        return error.faults


@pytest.mark.parametrize("processors", [2, 3, 20])
@pytest.mark.parametrize("files", [GOOD, BAD], ids=["good", "bad"])
def test_it_does_not_matter_how_many_processes_read(
    files: dict[str, str], processors: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = outcome(project(tmp_path, files))
    monkeypatch.setattr(beside, "PAYS_FROM", 0)
    monkeypatch.setattr(beside, "_processors", lambda: processors)
    assert outcome(tmp_path) == alone


def test_plain_files_are_read_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [SourceFile(f"{name}.yaml", f"users: {{{name}: {{total_limit: 9}}}}\n") for name in "abc"]
    read_here: list[str] = []

    def counted(file: SourceFile) -> object:
        read_here.append(file.name)
        return read(file)

    monkeypatch.setattr(beside, "PAYS_FROM", 0)
    monkeypatch.setattr(beside, "_processors", lambda: 3)
    monkeypatch.setattr(beside, "read", counted)
    assert [list(data["users"]) for data in beside.read_all(files)] == [["a"], ["b"], ["c"]]
    assert read_here == ["a.yaml"]


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/false", "/bin/echo", "/bin/cat"])
def test_a_process_that_fails_is_not_missed(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = outcome(project(tmp_path, GOOD))
    monkeypatch.setattr(beside, "PAYS_FROM", 0)
    monkeypatch.setattr(beside, "_processors", lambda: 3)
    monkeypatch.setattr(sys, "executable", program)
    assert outcome(tmp_path) == alone


def test_the_other_process_gets_no_secret_and_looks_for_no_module_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nenv > {tmp_path}/seen\necho "$@" >> {tmp_path}/seen\nexit 1\n', encoding="utf-8")
    program.chmod(0o700)
    project(tmp_path, GOOD)
    monkeypatch.setenv("SARV_TOKEN", "tok-123456")
    monkeypatch.setattr(beside, "PAYS_FROM", 0)
    monkeypatch.setattr(beside, "_processors", lambda: 2)
    monkeypatch.setattr(sys, "executable", str(program))
    load("sarv-sync.yaml", tmp_path)
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "tok-123456" not in seen
    assert "-I -c" in seen


NAMES = st.from_regex(r"[a-m][a-z0-9._-]{0,8}", fullmatch=True)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "total_limit": st.integers(1, 2**31 - 1),
        "hourly_limit": st.integers(1, 1000),
        "status": st.sampled_from(["Enable", "Disable"]),
        "profile": NAMES,
    },
)


@settings(deadline=None)
@given(users=st.dictionaries(NAMES, VALUES, max_size=12), flow=st.booleans())
def test_a_file_comes_out_of_its_package_as_it_went_in(users: dict[str, dict[str, object]], flow: bool) -> None:
    entries = (
        f"  {name}: {{{', '.join(f'{key}: {value}' for key, value in user.items())}}}\n"
        for name, user in users.items()
    )
    lines = "".join(entries)
    data = read(
        SourceFile(
            "file.yaml", f"users: {{\n{lines.replace(chr(10), ',' + chr(10))}}}\n" if flow else f"users:\n{lines}"
        )
    )
    content = pack_file(data)
    assert bool(content) == (bool(users) or flow)
    if content:
        assert places(unpack_file(content)) == places(data)


def places(data: object) -> object:
    if not isinstance(data, Map):
        return data
    return data.at, [(key, data.key_at(key), data.value_at(key), places(value)) for key, value in data.items()]
