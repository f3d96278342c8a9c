"""What is a file of settings and what is none: the code made from the schema, and what explains a bad file, agree."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sarv_sync.config import explain, structure
from sarv_sync.config.nodes import BROKEN, Float, Map, Seq, plain
from sarv_sync.config.reader import read
from sarv_sync.config.source_file import SourceFile
from sarv_sync.schema_files import schema
from tests.unit.damage import Damage

ROOT = Path(__file__).parents[3]
SCHEMA = schema("config")
PARTS = ("main", "included")
PRIVATE: list[Any] = [Float(1.0), Float(1.5), Float(float("nan")), BROKEN, [BROKEN, BROKEN], [Float(1.0), Float(1.0)]]
"""What no JSON holds, but a file that was read may."""

VALID: dict[str, Any] = {
    "version": 1,
    "account": {
        "endpoint": "https://api.example.net/v1.0", "owner_id": "1", "smtp": {"host": "h", "port": 25},
        "settle": "1s",
    },
    "state": {"backend": "local", "path": "x"},
    "include": ["a.yaml"],
    "defaults": {"hourly_limit": 1, "status": "Enable", "grace": "7d"},
    "profiles": {"bulk": {"total_limit": 5, "rotation": "alternate"}},
    "credentials": [
        {"sink": "vault", "path": "{name}", "keys": {"k": "{password}"}, "verify": "smtp"},
        {"sink": "command", "command": ["a"], "timeout": "1s", "only": {"labels": {"k": "v"}}},
        {"sink": "kubernetes", "secret": "a", "via": "kubectl", "plaintext": True},
    ],
    "unmanaged": "report",
    "on_removal": "disable",
    "guards": {
        "max_creates": 5, "max_disables": "30%", "max_updates": "100%", "max_total_hourly": 0, "max_raise": "1.5x",
    },
    "budgets": [{"labels": {"k": "v"}, "hourly_limit": 5}, {"labels": {"k": "v"}, "total_limit": 5}],
    "require_labels": ["k"],
    "users": {
        "a": {
            "total_limit": 5, "hourly_limit": 5, "status": "Disable", "profile": "bulk",
            "ignore_changes": ["status"], "labels": {"k": "v"}, "description": "x",
            "smtp_user_name": "smtp1", "renamed_from": "b", "recreate": True, "rotate": {"every": "90d"},
            "alternate_smtp_user_name": "smtp2", "password_version": 2,
        },
        "c": None,
    },
    "removed": {"d": "forget"},
}  # fmt: skip


def read_text(text: str) -> tuple[SourceFile, Any]:
    file = SourceFile("file.yaml", text)
    return file, read(file)


def mappings(*folders: str) -> list[dict[str, Any]]:
    """Return what the YAML files in `folders` hold, without positions, if it can be read and is a mapping."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.yaml"))
    found = [read_text(path.read_bytes().decode("utf-8", "replace")) for path in paths]
    return [plain(data) for file, data in found if file.clean and isinstance(data, Map)]


CORPUS = [VALID, *mappings("examples", "tests/golden/config")]


@cache
def explaining(part: structure.Part) -> Draft202012Validator:
    return Draft202012Validator(structure.part_schema(part))


def check_against_schema(data: Any, part: structure.Part) -> None:
    """Check a file with `data`, if it can be read at all; see that it is found clean just when the schema says so."""
    file, written = read_text(json.dumps(data, indent=1))
    if file.clean:
        fits = explaining(part).is_valid(written)
        structure.check(file, written, part)
        assert file.clean is fits, data


parts = st.sampled_from(PARTS)
files = st.sampled_from(CORPUS).flatmap(Damage(SCHEMA).done_to)
"""Files that people wrote, good and bad ones, after a few slips of the hand."""

ODD = Damage(SCHEMA, PRIVATE)
odd_files = st.sampled_from(CORPUS).flatmap(ODD.done_to)


def test_there_is_a_corpus_and_most_of_it_is_good() -> None:
    good = [data for data in CORPUS if structure.conforms(data, "main") or structure.conforms(data, "included")]
    assert len(CORPUS) > 100
    assert len(good) > len(CORPUS) / 2


@settings(max_examples=800, deadline=None)
@given(odd_files, parts)
def test_both_validators_always_agree(data: dict[str, Any], part: structure.Part) -> None:
    assert structure.conforms(data, part) is explaining(part).is_valid(data)


@pytest.mark.parametrize("section", VALID)
def test_both_validators_agree_on_every_single_change(section: str) -> None:
    for data in ODD.one_by_one({"version": 1, section: VALID[section]}):
        assert structure.conforms(data, "main") is explaining("main").is_valid(data), data


@settings(max_examples=400, deadline=None)
@given(files, parts)
def test_whatever_the_schema_refuses_is_explained_and_nothing_else(
    data: dict[str, Any], part: structure.Part
) -> None:
    file, written = read_text(json.dumps(data, indent=1))
    assume(isinstance(written, Map) and file.clean)
    conforms = structure.conforms(written, part)
    explain.explain(file, written, part)
    assert file.clean is conforms
    for fault in file.errors():
        assert fault.message.isprintable()
        assert fault.hint


@settings(max_examples=200, deadline=None)
@given(files, parts)
def test_a_file_is_found_clean_just_when_the_schema_has_nothing_against_it(
    data: dict[str, Any], part: structure.Part
) -> None:
    check_against_schema(data, part)


def test_no_single_change_to_a_user_gets_past_the_schema() -> None:
    users = {
        "a": {"total_limit": 5, "hourly_limit": 5},
        "b": {"total_limit": 5, "hourly_limit": 5, "status": "Enable", "profile": "p"},
    }
    for data in Damage(SCHEMA).one_by_one({"users": users}):
        check_against_schema(data, "included")


def test_a_fractional_number_is_refused_by_both_validators_where_an_integer_is_wanted() -> None:
    for data in ({"version": Float(1.0)}, {"version": 1, "defaults": {"total_limit": Float(5.0)}}):
        assert not structure.conforms(data, "main")
        assert not Draft202012Validator(SCHEMA).is_valid(data)


def test_validating_changes_nothing() -> None:
    data: dict[str, Any] = {"version": 1, "account": {}, "state": {}, "guards": {}, "users": {"a": {}}}
    before = copy.deepcopy(data)
    assert structure.conforms(data, "main")
    assert data == before


def test_wrong_values_are_replaced_however_deep_they_stand_in_wrong_values() -> None:
    text = "version: 1\nusers: {a: {ignore_changes: [x, x], labels: {k: 1}}}\ncredentials: [{sink: 1}]\n"
    file = SourceFile("file.yaml", text)
    data = read(file)
    explain.explain(file, data, "main")
    assert data["users"]["a"]["ignore_changes"] is BROKEN
    assert data["users"]["a"]["labels"] == {"k": BROKEN}
    assert data["credentials"] == [{"sink": BROKEN}]


@pytest.mark.parametrize("text", ["- a\n", "a\n", "7\n", "1.5\n", "&x !!str a\n"])
def test_a_file_that_is_no_mapping_is_pointed_out_at_its_first_word(text: str) -> None:
    file = SourceFile("file.yaml", "\n" + text)
    assert structure.check(file, read(file), "included") is None
    [fault] = file.errors()
    assert (fault.line, fault.column) == (2, 1)


def test_sequences_and_mappings_know_where_they_begin() -> None:
    file = SourceFile("file.yaml", "a: [b, {c: d}]\n")
    items = read(file)["a"]
    assert isinstance(items, Seq)
    assert (items.at, items.marks, items[1].at) == (3, [4, 7], 7)
