"""The signed plans of pull requests, next to the state."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import StateError
from sarv_sync.model.account import Account
from sarv_sync.model.plan import Change, FieldChange, Plan
from sarv_sync.model.review import Review
from sarv_sync.model.secret import Secret
from sarv_sync.planning.digest import digest_of
from sarv_sync.signing.mac import Sealer
from sarv_sync.state.local import LocalStore
from sarv_sync.state.reviews import PURPOSE, Reviews
from tests.unit.planning.builders import ACCOUNT

TOKEN = Secret("c4nary-t0ken+/äß%")
CHANGES = (Change("billing", "update", "smtp1", "config", (FieldChange("total_limit", 1, 2),)),)
PLAN = Plan(ACCOUNT, digest_of(ACCOUNT, CHANGES), CHANGES, unchanged=3)


def review(number: int = 7, head: str = "a", **changed: Any) -> Review:
    made = Review("acme/mail", number, head * 40, "c" * 40, "d" * 40, "sarv-sync.yaml", replace(PLAN, unchanged=0))
    return replace(made, **changed)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reviews.json"


def shelf(path: Path, token: Secret = TOKEN, account: Account = ACCOUNT) -> Reviews:
    return Reviews(LocalStore(path), Sealer(token, account, PURPOSE), lambda: None)


def found(path: Path, **changed: Any) -> list[tuple[Review, str]]:
    reviews = shelf(path, **changed).found("acme/mail", "sarv-sync.yaml")
    return [(kept.review, kept.verdict) for kept in reviews]


def edit(path: Path, edited: Any) -> None:
    document = json.loads(path.read_text())
    edited(document["reviews"])
    path.write_text(json.dumps(document))


def test_what_is_kept_is_found_by_repository_and_configuration(path: Path) -> None:
    assert found(path) == []
    others = [review(repository="acme/other"), review(configuration="other.yaml")]
    for one in [review(), *others, review(8, "b")]:
        shelf(path).keep(one)
    assert found(path) == [(review(), "valid"), (review(8, "b"), "valid")]


def test_only_what_an_approval_is_about_is_kept(path: Path) -> None:
    shelf(path).keep(review(plan=PLAN))
    assert found(path) == [(review(), "valid")]
    assert TOKEN.reveal() not in path.read_text()


def test_a_plan_of_the_same_head_replaces_the_last_one(path: Path) -> None:
    shelf(path).keep(review())
    shelf(path).keep(review(commit="e" * 40))
    assert found(path) == [(review(commit="e" * 40), "valid")]


def test_the_newest_three_heads_of_a_pull_request_are_kept(path: Path) -> None:
    for head in "abcdef":
        shelf(path).keep(review(head=head))
    shelf(path).keep(review(8))
    assert [(kept.pull_request, kept.head[0]) for kept, _ in found(path)] == [(7, "d"), (7, "e"), (7, "f"), (8, "a")]


def test_what_does_not_fit_is_let_go_oldest_first_but_never_the_newest(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf(path).keep(review())
    size = path.stat().st_size
    monkeypatch.setattr("sarv_sync.state.reviews._SIZE", 2 * size)
    for number in (8, 9, 10):
        shelf(path).keep(review(number))
    assert [kept.pull_request for kept, _ in found(path)][-1] == 10
    assert 7 not in [kept.pull_request for kept, _ in found(path)]
    monkeypatch.setattr("sarv_sync.state.reviews._SIZE", 1)
    shelf(path).keep(review(11))
    assert [kept.pull_request for kept, _ in found(path)] == [11]


def test_what_is_done_of_a_plan_is_forgotten(path: Path) -> None:
    for number in (7, 8, 9):
        shelf(path).keep(review(number))
    rest = review(9, plan=Plan(ACCOUNT, digest_of(ACCOUNT, ())))
    shelf(path).replace([(review(7), None), (review(9), rest)])
    assert found(path) == [(review(8), "valid"), (rest, "valid")]
    shelf(path).replace([])


def test_of_a_head_that_is_withdrawn_nothing_is_kept(path: Path) -> None:
    for head in "ab":
        shelf(path).keep(review(head=head))
    shelf(path).withdraw(review(head="b", commit="f" * 40, plan=Plan(ACCOUNT, digest_of(ACCOUNT, ()))))
    assert found(path) == [(review(), "valid")]


@pytest.mark.parametrize(
    "edited",
    [
        lambda entries: entries[0]["review"]["plan"]["changes"][0]["fields"][0].update(after=3),
        lambda entries: entries[0]["review"].update(pull_request=8),
        lambda entries: entries[0]["review"].update(head="b" * 40),
        lambda entries: entries[0].update(signature=""),
        lambda entries: entries[0].update(signature=entries[0]["signature"][:-1]),
        lambda entries: entries[0].update(signature=entries[0]["signature"][:30] + "0" * 64),
    ],
)
def test_an_edited_plan_or_signature_is_a_forged_one(path: Path, edited: Any) -> None:
    shelf(path).keep(review())
    edit(path, edited)
    assert [verdict for _, verdict in found(path)] == ["forged"]


def test_a_signature_of_one_plan_is_none_of_another(path: Path) -> None:
    shelf(path).keep(review())
    shelf(path).keep(review(8))

    def swap(entries: Any) -> None:
        entries[0]["signature"], entries[1]["signature"] = entries[1]["signature"], entries[0]["signature"]

    edit(path, swap)
    assert [verdict for _, verdict in found(path)] == ["forged", "forged"]


def test_under_another_token_or_account_nothing_can_be_said(path: Path) -> None:
    shelf(path).keep(review())
    assert [verdict for _, verdict in found(path, token=Secret("new"))] == ["other-key"]
    assert [verdict for _, verdict in found(path, account=Account(ACCOUNT.endpoint, "1"))] == ["other-key"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b'{"format": "sarv-sync-state/1"}',
                                  b'{"format": "sarv-sync-reviews/2", "serial": 1, "reviews": []}',
                                  b'{"format": "sarv-sync-reviews/1", "serial": 1, "reviews": [1]}',
                                  b'{"format": "sarv-sync-reviews/1", "serial": "1", "reviews": []}',
                                  b'{"format": "sarv-sync-reviews/1", "serial": 1, "reviews": [{"signature": ""}]}',
                                  b"[" * 100_000])  # fmt: skip
def test_another_document_is_an_error_and_left_as_it_is(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    for attempt in (
        lambda: shelf(path).keep(review()),
        lambda: found(path),
        lambda: shelf(path).replace([(review(), None)]),
    ):
        with pytest.raises(StateError, match="reviewed plans"):
            attempt()
    assert path.read_bytes() == data


@pytest.mark.parametrize("key", ["repository", "pull_request", "head", "commit", "tree", "configuration", "plan"])
@pytest.mark.parametrize("value", [None, 0, True, "", [], {}, 1.5])
def test_an_entry_that_is_no_review_is_passed_over(path: Path, key: str, value: object) -> None:
    shelf(path).keep(review())
    shelf(path).keep(review(8))
    edit(path, lambda entries: entries[0]["review"].update({key: value}))
    assert [kept.pull_request for kept, verdict in found(path) if verdict == "valid"] == [8]


def test_of_many_at_once_none_is_lost(path: Path) -> None:
    failures: list[Exception] = []

    def keep(number: int) -> None:
        try:
            shelf(path).keep(review(number))
        except Exception as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(kept.pull_request for kept, _ in found(path)) == [1, 2, 3, 4, 5, 6]


def test_every_document_has_a_serial_that_none_had_before(path: Path) -> None:
    serials = []
    for number in (7, 8):
        shelf(path).keep(review(number))
        serials.append(json.loads(path.read_text())["serial"])
    shelf(path).replace([(review(), None)])
    assert [*serials, json.loads(path.read_text())["serial"]] == [1, 2, 3]
