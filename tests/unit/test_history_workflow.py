"""Which of the runs that the state remembers are meant."""

from __future__ import annotations

import pytest

from sarv_sync.errors import InputError
from sarv_sync.history_workflow import past_run, past_runs
from sarv_sync.model.state import PastChange, PastRun
from tests.unit.planning.builders import state


def run(id_: str, *changes: PastChange) -> PastRun:
    return PastRun(id_, "2026-01-01T00:00:00Z", "ann", "sarv-sync apply", None, "sha256:0", changes, finished=True)


HISTORY = (
    run("aa11", PastChange("shop", "create", "smtp1", "applied"), PastChange("crm", "create", "smtp2", "applied")),
    run("aa22", PastChange("orders", "rename", "smtp1", "applied", was="shop")),
    run("bb33", PastChange("crm", "update", "smtp2", "applied")),
    run("bb", PastChange("orders+2", "create", "smtp3", "failed")),
)
KNOWN = state(history=HISTORY)


def told(*targets: str) -> list[tuple[str, list[str]]]:
    return [(run.id, [change.name for change in run.changes]) for run in past_runs(KNOWN, targets)]


def test_the_newest_run_comes_first() -> None:
    assert [run.id for run in past_runs(KNOWN, ())] == ["bb", "bb33", "aa22", "aa11"]


@pytest.mark.parametrize(
    ("targets", "runs"),
    [
        (("crm",), [("bb33", ["crm"]), ("aa11", ["crm"])]),
        (("shop",), [("aa22", ["orders"]), ("aa11", ["shop"])]),
        (("smtp1",), [("aa22", ["orders"]), ("aa11", ["shop"])]),
        (("orders",), [("bb", ["orders+2"]), ("aa22", ["orders"])]),
        (("orders+2",), [("bb", ["orders+2"])]),
        (("o*s", "c*"), [("bb", ["orders+2"]), ("bb33", ["crm"]), ("aa22", ["orders"]), ("aa11", ["crm"])]),
        (("smtp*",), []),
        (("shop", "crm"), [("bb33", ["crm"]), ("aa22", ["orders"]), ("aa11", ["shop", "crm"])]),
        (("Shop",), []),
        (("sho",), []),
    ],
)
def test_targets_leave_what_was_done_to_them_by_any_name(
    targets: tuple[str, ...], runs: list[tuple[str, list[str]]]
) -> None:
    assert told(*targets) == runs


@pytest.mark.parametrize(
    ("prefix", "id_", "before"),
    [("aa1", "aa11", None), ("aa22", "aa22", "aa11"), ("bb3", "bb33", "aa22"), ("bb", "bb", "bb33")],
)
def test_the_beginning_of_an_id_names_a_run_and_a_whole_one_always_does(
    prefix: str, id_: str, before: str | None
) -> None:
    found, earlier = past_run(KNOWN, prefix, ())
    assert (found.id, earlier and earlier.id) == (id_, before)


def test_targets_limit_the_changes_of_a_run() -> None:
    assert [change.name for change in past_run(KNOWN, "aa1", ("s*",))[0].changes] == ["shop"]


@pytest.mark.parametrize(
    ("prefix", "message", "hint"),
    [
        ("aa", "2 runs have ids that begin with aa", "say more: aa22, aa11"),
        ("", "4 runs have ids that begin with nothing", "say more: bb, bb33, aa22, aa11"),
        ("aa12", "no run that is remembered has an id that begins with aa12", "did you mean aa22?"),
        ("zzzz", "no run that is remembered has an id that begins with zzzz", "`sarv-sync history` shows"),
    ],
)
def test_what_names_no_run_or_several_is_wrong_input(prefix: str, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        past_run(KNOWN, prefix, ())
    assert caught.value.message == message
    assert hint in str(caught.value.hint)


def test_an_empty_history_has_no_run() -> None:
    assert past_runs(state(), ()) == ()
    with pytest.raises(InputError, match="no run"):
        past_run(state(), "aa", ())
