from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sarv_sync.errors import Fault
from sarv_sync.model.diagnosis import VERDICTS, Diagnosis, Finding, Part, Verdict
from sarv_sync.reporting.doctor_document import doctor_document
from sarv_sync.reporting.doctor_text import doctor_text
from sarv_sync.reporting.json_text import json_text
from sarv_sync.reporting.style import Style
from sarv_sync.schema_files import schema
from tests.unit.reporting.hostile_words import NASTY, faults, few, words
from tests.unit.reporting.text_rules import assert_plain

STYLES = [Style(color=False, width=80), Style(color=True, width=40), Style(color=False, width=0)]

SICK = Diagnosis(
    "https://api.us1-mta1.example.net/v1.0",
    "10042",
    (
        Part(
            "settings",
            (
                Finding(
                    "configuration",
                    "failed",
                    "sarv-sync.yaml (the default): 2 errors",
                    "correct what is named; `sarv-sync validate` shows the lines too",
                    (
                        Fault("unknown key `totl_limit`", "did you mean `total_limit`?", "users/a.yaml", 7, 2),
                        Fault("the file does not exist", None, "users/b.yaml"),
                    ),
                ),
                Finding("token", "ok", "set (SARV_TOKEN)"),
            ),
        ),
        Part(
            "connection",
            (
                Finding(
                    "tls",
                    "warning",
                    "TLS 1.3; the certificate is valid until 2025-03-01, 9 days left",
                    "let whoever runs the endpoint renew it in time",
                ),
                Finding("call", "skipped", "depends on endpoint and owner_id"),
            ),
        ),
    ),
)

TEXT = """\
Settings
  failed   configuration  sarv-sync.yaml (the default): 2 errors
           - users/a.yaml:7:2: unknown key `totl_limit`
             hint: did you mean `total_limit`?
           - users/b.yaml: the file does not exist
           hint: correct what is named; `sarv-sync validate` shows the lines too
  ok       token          set (SARV_TOKEN)

Connection
  warning  tls            TLS 1.3; the certificate is valid until 2025-03-01, 9
                          days left
           hint: let whoever runs the endpoint renew it in time
  skipped  call           depends on endpoint and owner_id

Not healthy: 1 ok, 1 warning, 1 failed, 1 skipped."""

NARROW = """\
Connection
  warning  tls
           TLS 1.3; the certificate is
           valid until 2025-03-01, 9
           days left
           hint: let whoever runs the
                 endpoint renew it in
                 time
  skipped  call
           depends on endpoint and
           owner_id

Healthy: 0 ok, 1 warning, 1 skipped."""


def test_the_checklist_has_verdicts_in_front_and_remedies_below() -> None:
    assert doctor_text(SICK, Style()) == TEXT


def test_a_narrow_terminal_gets_messages_below_their_checks() -> None:
    assert doctor_text(Diagnosis(None, None, SICK.parts[1:]), Style(width=40)) == NARROW


def test_colour_repeats_what_the_words_say() -> None:
    painted = doctor_text(SICK, Style(color=True))
    for code, verdict in (("1;31", "failed "), ("1;33", "warning"), ("32", "ok     "), ("2", "skipped")):
        assert f"\x1b[{code}m{verdict}\x1b[0m" in painted


def test_every_verdict_is_known() -> None:
    assert get_args(Verdict) == VERDICTS
    rules = schema("doctor")
    assert tuple(rules["$defs"]["finding"]["properties"]["verdict"]["enum"]) == VERDICTS
    assert tuple(rules["properties"]["summary"]["required"]) == VERDICTS


def test_the_document_says_the_same_and_follows_its_schema() -> None:
    document = doctor_document(SICK, "0.1.0")
    Draft202012Validator(schema("doctor")).validate(document)
    assert document["summary"] == {"ok": 1, "warning": 1, "failed": 1, "skipped": 1}
    assert (document["healthy"], document["account"]["owner_id"]) == (False, "10042")
    assert [finding["part"] for finding in document["findings"]] == ["settings"] * 2 + ["connection"] * 2
    assert document["findings"][0]["faults"][1] == {
        "message": "the file does not exist", "hint": None, "file": "users/b.yaml", "line": None, "column": None,
    }  # fmt: skip
    Draft202012Validator(schema("doctor")).validate(doctor_document(Diagnosis(None, None, ()), "0.1.0"))


findings = st.builds(Finding, st.just("tls"), st.sampled_from(VERDICTS), words, st.none() | words, few(faults))
parts = st.builds(Part, st.just("state"), few(findings))
diagnoses = st.builds(Diagnosis, st.none() | words, st.none() | words, few(parts, 2))


@given(diagnoses)
def test_a_diagnosis_of_any_words_is_plain_text_and_plain_json(diagnosis: Diagnosis) -> None:
    for style in STYLES:
        assert_plain(doctor_text(diagnosis, style), color=style.color)
    document = doctor_document(diagnosis, "0.1.0")
    Draft202012Validator(schema("doctor")).validate(document)
    text = json_text(document)
    assert json.loads(text) == document
    assert_plain(text)


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_a_nasty_word_in_any_place_leaves_the_checklist_plain(word: str, style: Style) -> None:
    finding = Finding("listing", "warning", word, word, (Fault(word, word, word, 1, 1, word),))
    assert_plain(doctor_text(Diagnosis(word, word, (Part("account", (finding,)),)), style), color=style.color)
