from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync.errors import EXIT_INPUT, Fault, InputError
from sarv_sync.model import document_checks
from sarv_sync.model.account import Account
from sarv_sync.model.json_file import read_json
from sarv_sync.model.plan import ACTIONS, Blocked, Change, Drift, FieldChange, Plan, Refusal, UnmanagedUser
from sarv_sync.model.plan_document import changes_document, from_document, load_plan, to_document
from sarv_sync.model.users import FIELDS, Source
from sarv_sync.schema_files import schema
from tests.unit.damage import Damage

if TYPE_CHECKING:
    from pathlib import Path

words = st.text(max_size=8)
numbers = st.integers()
statuses = st.sampled_from(("Enable", "Disable"))


def _move(field: Any) -> st.SearchStrategy[FieldChange]:
    values: st.SearchStrategy[Any] = statuses if field == "status" else numbers
    return st.builds(FieldChange, st.just(field), st.none() | values, values)


def _few(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=3).map(tuple)


moves = _few(st.sampled_from(FIELDS).flatmap(_move))
lines = st.integers(1, 10**9)
optional = st.none() | words
plans: st.SearchStrategy[Plan] = st.builds(
    Plan,
    account=st.builds(Account, words, words),
    digest=st.binary(min_size=32, max_size=32).map(lambda raw: f"sha256:{raw.hex()}"),
    changes=_few(
        st.builds(
            Change,
            name=words,
            action=st.sampled_from(ACTIONS),
            smtp_user_name=optional,
            cause=st.sampled_from(("config", "drift", "both")),
            fields=moves,
            source=st.none() | st.builds(Source, words, lines, st.just(1)),
            renamed_from=optional,
        )
    ),
    drift=_few(
        st.builds(
            Drift, words, words, st.sampled_from(("changed", "missing", "password_changed", "undelivered")), moves
        )
    ),
    unmanaged=_few(st.builds(UnmanagedUser, words, numbers, numbers, statuses)),
    blocked=_few(st.builds(Blocked, words, st.sampled_from(("missing", "pin", "listing")), words, words)),
    refusals=_few(
        st.builds(
            Refusal,
            st.sampled_from(("guard", "budget", "labels", "listing", "unmanaged")),
            words,
            words,
            st.none() | st.builds(Source, words, lines, st.just(1)),
        )
    ),
    warnings=_few(st.builds(Fault, words, optional, optional, st.none() | lines, st.none() | lines)),
    unchanged=st.integers(0, 10**9),
    targets=_few(words),
)

PLAN = Plan(
    account=Account("https://api.example.net/v1.0", "10042"),
    digest="sha256:" + "ab" * 32,
    changes=(
        Change(
            "billing",
            "update",
            "smtp12345",
            "config",
            (FieldChange("hourly_limit", 20, 10),),
            Source("sarv-sync.yaml", 21, 19),
        ),
        Change("orders", "rename", "smtp777", "config", renamed_from="shop"),
    ),
    drift=(Drift("orders", "smtp777", "changed", (FieldChange("status", "Enable", "Disable"),)),),
    unmanaged=(UnmanagedUser("smtp9", 1, 1, "Enable"),),
    blocked=(Blocked("x", "missing", "it is not listed", "look into the account"),),
    refusals=(Refusal("guard", "too many", "raise it"),),
    warnings=(Fault("odd", "mend it", "a.yaml", 3, 4, "excerpt"),),
    unchanged=40,
    targets=("billing", "orders", "x"),
)


@given(plans)
@settings(max_examples=150, deadline=None)
def test_a_plan_survives_its_document(plan: Plan) -> None:
    assert from_document(json.loads(json.dumps(to_document(plan, "0.1.0")))) == plan


def test_the_document_is_the_published_one() -> None:
    assert json.dumps(to_document(PLAN, "0.1.0")) == json.dumps(
        {
            "format": "sarv-sync-plan/1",
            "tool_version": "0.1.0",
            "digest": "sha256:" + "ab" * 32,
            "account": {"endpoint": "https://api.example.net/v1.0", "owner_id": "10042"},
            "summary": {
                "create": 0,
                "update": 1,
                "disable": 0,
                "adopt": 0,
                "rename": 1,
                "forget": 0,
                "rotate": 0,
                "deliver": 0,
                "unchanged": 40,
                "blocked": 1,
                "drift": 1,
                "unmanaged": 1,
            },
            "changes": [
                {
                    "name": "billing",
                    "action": "update",
                    "smtp_user_name": "smtp12345",
                    "cause": "config",
                    "reversible": True,
                    "fields": [{"field": "hourly_limit", "before": 20, "after": 10}],
                    "source": {"file": "sarv-sync.yaml", "line": 21},
                },
                {
                    "name": "orders",
                    "action": "rename",
                    "smtp_user_name": "smtp777",
                    "cause": "config",
                    "reversible": True,
                    "fields": [],
                    "source": None,
                    "renamed_from": "shop",
                },
            ],
            "drift": [
                {
                    "name": "orders",
                    "smtp_user_name": "smtp777",
                    "kind": "changed",
                    "fields": [{"field": "status", "before": "Enable", "after": "Disable"}],
                }
            ],
            "unmanaged": [{"smtp_user_name": "smtp9", "total_limit": 1, "hourly_limit": 1, "status": "Enable"}],
            "blocked": [
                {"name": "x", "reason": "missing", "message": "it is not listed", "hint": "look into the account"}
            ],
            "warnings": [{"message": "odd", "hint": "mend it", "file": "a.yaml", "line": 3, "column": 4}],
            "refused": [{"reason": "guard", "message": "too many", "hint": "raise it"}],
            "targets": ["billing", "orders", "x"],
        }
    )


@pytest.mark.parametrize("action", ACTIONS)
def test_creating_and_rotating_cannot_be_undone(action: Any) -> None:
    (change,) = changes_document([Change("a", action, None, "config")])
    assert change["reversible"] is (action not in {"create", "rotate"})


def test_the_column_of_a_source_reads_as_one() -> None:
    source = from_document(to_document(PLAN, "0.1.0")).changes[0].source
    assert source == Source("sarv-sync.yaml", 21, 1)


Edit = Callable[[Any], None]


def _place(document: Any, path: str) -> tuple[Any, Any]:
    """Return the container and the key that `path` leads to."""
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        document = document[part]
    return document, last


def _set(path: str, value: object) -> Edit:
    def change(document: Any) -> None:
        container, key = _place(document, path)
        container[key] = value

    return change


def _drop(path: str) -> Edit:
    def change(document: Any) -> None:
        container, key = _place(document, path)
        del container[key]

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            _set("format", "sarv-sync-plan/2"),
            'the format is "sarv-sync-plan/2", and this version reads sarv-sync-plan/1',
        ),
        (_drop("format"), "the format is null, and this version reads sarv-sync-plan/1"),
        (_set("format", {"a": 1}), "the format is an object, and this version reads sarv-sync-plan/1"),
        (_drop("drift"), "the plan: missing: drift"),
        (_set("extra", 1), 'the plan: not known: "extra"'),
        (_set("changes.0.extra", 1), 'changes[0]: not known: "extra"'),
        (_drop("changes.0.cause"), "changes[0]: missing: cause"),
        (_set("changes", {}), "changes: an object is not a list"),
        (_set("changes.0", 3), "changes[0]: 3 is not an object"),
        (_set("changes.0.name", None), "changes[0].name: null is not text"),
        (_set("changes.0.smtp_user_name", 3), "changes[0].smtp_user_name: 3 is not text or null"),
        (_set("changes.0.fields.0.after", "10"), 'changes[0].fields[0].after: "10" is not an integer'),
        (_set("changes.0.fields.0.after", 10.0), "changes[0].fields[0].after: 10.0 is not an integer"),
        (_set("changes.0.fields.0.after", True), "changes[0].fields[0].after: true is not an integer"),
        (_set("drift.0.fields.0.after", 3), 'drift[0].fields[0].after: 3 is not one of "Enable", "Disable"'),
        (_set("changes.0.source.line", 0), "changes[0].source.line: 0 does not fit minimum 1"),
        (_set("unmanaged.0.total_limit", 1.5), "unmanaged[0].total_limit: 1.5 is not an integer"),
        (_set("digest", "sha256:12"), 'digest: "sha256:12" does not fit pattern'),
        (_set("digest", PLAN.digest + "\n"), 'digest: "sha256:'),
        (_set("blocked.0.reason", "x" * 99), 'blocked[0].reason: "xxxx'),
        (_set("changes.0.reversible", False), "changes[0].reversible: update can be undone"),
        (_set("summary.update", 2), "summary.update: says 2, but the plan holds 1"),
        (_set("summary.blocked", 0), "summary.blocked: says 0, but the plan holds 1"),
    ],
)
def test_what_is_wrong_with_a_document_is_said(change: Edit, message: str) -> None:
    document = to_document(PLAN, "0.1.0")
    change(document)
    with pytest.raises(InputError) as caught:
        from_document(document)
    found = [fault.message for fault in caught.value.faults]
    assert [text for text in found if text.startswith(message)], found
    assert all(len(text) < 300 for text in found)
    assert caught.value.exit_code == EXIT_INPUT
    assert caught.value.hint == "write the plan again with `sarv-sync plan --out FILE`"


DAMAGE = Damage(schema("plan"), [10.0, 1.0])


@given(plans, st.data())
@settings(max_examples=100, deadline=None)
def test_the_compiled_schema_and_the_explaining_one_agree(plan: Plan, data: st.DataObject) -> None:
    document = to_document(plan, "0.1.0")
    judge = document_checks.validator("plan")
    for damaged in data.draw(st.lists(DAMAGE.done_to(document), min_size=1, max_size=4)):
        assert document_checks.fits(damaged, "plan") is judge.is_valid(damaged)


def test_both_agree_on_every_single_change() -> None:
    document, judge = to_document(PLAN, "0.1.0"), document_checks.validator("plan")
    document["changes"][0] |= {"sinks": ["a"], "forms": ["1"], "why": "asked", "former": "b"}
    document["unmanaged"][0]["new"] = True
    document["refused"][0]["source"] = {"file": "a.yaml", "line": 1}
    assert judge.is_valid(document)
    for damaged in DAMAGE.one_by_one(document):
        assert document_checks.fits(damaged, "plan") is judge.is_valid(damaged), damaged


def test_a_created_user_that_claims_to_be_reversible_is_refused() -> None:
    document = to_document(replace(PLAN, changes=(Change("a", "create", None, "config"),)), "0.1.0")
    document["changes"][0]["reversible"] = True
    with pytest.raises(InputError) as caught:
        from_document(document)
    assert [fault.message for fault in caught.value.faults] == ["changes[0].reversible: create cannot be undone"]


@pytest.mark.parametrize("document", [None, [], "plan", 3, {}], ids=repr)
def test_no_other_json_value_is_a_plan(document: object) -> None:
    with pytest.raises(InputError):
        from_document(document)


def test_many_faults_are_cut_short() -> None:
    document = to_document(replace(PLAN, unmanaged=PLAN.unmanaged * 100), "0.1.0")
    document["unmanaged"] = [{**user, "status": "On"} for user in document["unmanaged"]]
    with pytest.raises(InputError) as caught:
        from_document(document)
    assert len(caught.value.faults) == 21
    assert caught.value.faults[-1].message == "and 80 more of the kind"


def test_a_saved_plan_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(to_document(PLAN, "0.1.0")), encoding="utf-8")
    assert load_plan(file).changes[0].name == "billing"
    assert load_plan(str(file)).digest == PLAN.digest


@pytest.mark.parametrize(
    ("content", "message", "place"),
    [
        (b"", "this is not JSON: Expecting value", (1, 1)),
        (b"not json", "this is not JSON: Expecting value", (1, 1)),
        (b'{\n  "a": 1,\n  "b" 2}', "this is not JSON: Expecting ':' delimiter", (3, 7)),
        (b"\xef\xbb\xbf{}", "this is not JSON: Unexpected UTF-8 BOM", (1, 1)),
        (b'{"a": 1, "a": 2}', "the key 'a' occurs twice in one object", (None, None)),
        (b'{"a": 1.5}', "the number 1.5 is not an integer", (None, None)),
        (b'{"a": NaN}', "the number NaN is not an integer", (None, None)),
        (b'{"a": 1e400}', "the number 1e400 is not an integer", (None, None)),
        (b'{"a": ' + b"9" * 5000 + b"}", "Exceeds the limit", (None, None)),
        (b"[" * 100_000, "this JSON is nested too deeply", (None, None)),
        (b'{"a": "\xff"}', "the file is not UTF-8: byte 8 cannot be decoded", (None, None)),
        (b"{}", "the format is null", (None, None)),
        (b"[]", "a plan is a JSON object, and this is a list", (None, None)),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_file_that_is_no_plan_is_an_input_error(
    tmp_path: Path, content: bytes, message: str, place: tuple[int | None, int | None]
) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_plan(file)
    (fault,) = caught.value.faults
    assert fault.message.startswith(message)
    assert (fault.file, fault.line, fault.column) == (str(file), *place)
    assert fault.hint


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.json", "the file cannot be read: No such file or directory"),
        (".", "the file cannot be read: Is a directory"),
        ("nul\0.json", "the file cannot be read: embedded null byte"),
    ],
    ids=ascii,
)
def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        load_plan(f"{tmp_path}/{name}")
    assert caught.value.faults[0].message == message


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sarv_sync.model.json_file.SIZE_MAX", 10)
    file = tmp_path / "plan.json"
    file.write_bytes(b" " * 9 + b"1")
    assert read_json(file) == 1
    file.write_bytes(b" " * 10 + b"1")
    with pytest.raises(InputError) as caught:
        read_json(file)
    assert caught.value.faults[0].message == "the file is larger than 10 bytes"
