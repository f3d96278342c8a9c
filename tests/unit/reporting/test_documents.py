from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from sarv_sync.errors import Fault
from sarv_sync.model.plan import Blocked, Drift, Plan, Refusal, UnmanagedUser
from sarv_sync.model.plan_document import to_document
from sarv_sync.reporting.drift_document import drift_document
from sarv_sync.reporting.errors_document import error_document
from sarv_sync.reporting.json_text import json_text
from sarv_sync.reporting.outcome_document import outcome_document
from sarv_sync.schema_files import SchemaName, schema
from tests.unit.reporting.hostile_words import NASTY, everywhere, outcomes, plans
from tests.unit.reporting.sample_outcomes import FAULTS, OUTCOMES
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST
from tests.unit.reporting.text_rules import assert_plain

if TYPE_CHECKING:
    from sarv_sync.model.outcome import Outcome

WRITTEN: tuple[SchemaName, ...] = ("plan", "drift", "result", "error")


@pytest.mark.parametrize("name", WRITTEN)
def test_a_schema_is_a_schema_with_an_id_and_words_for_every_property(name: SchemaName) -> None:
    document = schema(name)
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"urn:sarv-sync:schema:{name}:1"
    assert document["title"]
    assert document["description"]
    assert [path for path, part in _properties(document) if "description" not in part] == []


def _properties(document: dict[str, Any], path: str = "") -> list[tuple[str, dict[str, Any]]]:
    own = [(f"{path}.{key}", part) for key, part in document.get("properties", {}).items()]
    below = [*own, *document.get("$defs", {}).items()]
    return [*own, *(found for key, part in below for found in _properties(part, key))]


@given(plans)
@settings(max_examples=60, deadline=None)
def test_every_plan_and_drift_document_follows_its_schema(plan: Plan) -> None:
    Draft202012Validator(schema("plan")).validate(to_document(plan, "0.1.0"))
    Draft202012Validator(schema("drift")).validate(drift_document(plan))


@given(outcomes)
@settings(max_examples=60, deadline=None)
def test_every_result_document_follows_its_schema(outcome: Outcome) -> None:
    Draft202012Validator(schema("result")).validate(outcome_document(outcome))


def test_the_error_document_follows_its_schema_and_has_every_key() -> None:
    document = error_document(3, FAULTS)
    Draft202012Validator(schema("error")).validate(document)
    assert list(document) == ["format", "exit_code", "errors"]
    assert document["errors"][-1] == {
        "message": "the token is missing",
        "hint": "set SARV_TOKEN or SARV_TOKEN_FILE",
        "file": None,
        "line": None,
        "column": None,
    }


@given(plans)
@settings(max_examples=100, deadline=None)
def test_json_text_holds_the_same_value_and_nothing_a_terminal_obeys(plan: Plan) -> None:
    document = to_document(plan, "0.1.0")
    text = json_text(document)
    assert json.loads(text) == document
    assert_plain(text)
    text.encode("utf-8")


@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_json_text_survives_a_nasty_word(word: str) -> None:
    text = json_text(to_document(everywhere(word), "0.1.0"))
    assert json.loads(text)["changes"][0]["name"] == word
    assert_plain(text)


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("中文 é 😀", '"中文 é 😀"'),
        ("\ud800", '"\\ud800"'),
        ("\u202e", '"\\u202e"'),
        ("\x7f\x9b", '"\\u007f\\u009b"'),
        ("\U000e0041", '"\\udb40\\udc41"'),
        ("##[group]", '"#\\u0023[group]"'),
    ],
)
def test_json_text_stays_readable_and_escapes_what_is_not_visible(word: str, shown: str) -> None:
    assert json_text(word) == shown


def test_json_text_is_indented_by_two_and_ends_without_a_newline() -> None:
    assert json_text({"a": [1]}) == '{\n  "a": [\n    1\n  ]\n}'


def _plan(**parts: Any) -> Plan:
    return Plan(account=ACCOUNT, digest=DIGEST, **parts)


@pytest.mark.parametrize(
    ("plan", "clean"),
    [
        (_plan(), True),
        (_plan(unmanaged=(UnmanagedUser("smtp9", 1, 1, "Enable"),)), True),
        (_plan(blocked=(Blocked("a", "pin", "m", "h"),)), True),
        (_plan(refusals=(Refusal("guard", "m", "h"),)), True),
        (_plan(warnings=(Fault("m"),)), True),
        (_plan(drift=(Drift("a", "smtp1", "missing"),)), False),
        (_plan(refusals=(Refusal("listing", "m", "h"),)), False),
        (_plan(refusals=(Refusal("unmanaged", "m", "h"),)), False),
        (_plan(blocked=(Blocked("a", "unreadable", "m", "h"),)), False),
        (_plan(blocked=(Blocked("a", "missing", "m", "h"),)), False),
        (_plan(blocked=(Blocked("a", "listing", "m", "h"),)), False),
    ],
)
def test_drift_is_clean_only_if_every_user_was_compared_and_stood_still(plan: Plan, *, clean: bool) -> None:
    assert drift_document(plan)["clean"] is clean


def test_a_result_names_the_message_only_where_there_is_one() -> None:
    document = outcome_document(OUTCOMES["incomplete"])
    assert document["applied"][0] == {"name": "billing", "action": "update", "smtp_user_name": "smtp12345"}
    assert document["failed"][0]["message"].startswith("ValidationError")
    assert document["unknown"][0]["smtp_user_name"] is None
    assert document["verified"] is False
    order = "format digest applied failed unknown not_attempted delivered undelivered verified blocked warnings"
    assert list(document) == order.split()
