"""Writes the tables of guarantees.md from the simulator: `PYTHONPATH=. python docs/generate_guarantees.py`.

A test fails when they differ.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docs.generate_password_steps import password_matrix, steps_of_passwords
from tests.simulation.history import replay
from tests.simulation.schedule import Event, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.history import History
    from tests.simulation.program import Ran
    from tests.simulation.schedule import Deed

PAGE = Path(__file__).parent / "guarantees.md"
_TABLES = re.compile(r"(<!-- matrix: (?P<what>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

SCENARIOS = {"create": "create one, limits known to be echoed", "update": "update"}

_KILLED: dict[Deed, str] = {"crash before": "killed before it", "crash after": "killed after it"}
_STATE: dict[Deed, str] = {"disk full": "the disk is full", "overtaken": "another run took the state over"}
_LISTING: dict[Deed, str] = {
    "answer lost": "no usable answer; tried again",
    "answers lost from now on": "no usable answer any more",
    "empty": "an empty list",
}
_EDIT: dict[Deed, str] = {
    "answer lost": "done, no answer; tried again",
    "request lost": "not done, no answer; tried again",
    "refused": "refused",
    "unauthorized": "the token is refused",
    "only confirmed": "confirmed, but not done",
    "requests lost from now on": "the provider is down from here on",
}
_ADD: dict[Deed, str] = {
    "answer lost": "done, no answer",
    "request lost": "not done, no answer",
    "late by 1": "no answer, done within `settle`",
    "late by 3": "no answer, done after `settle`",
    "late by 9999": "no answer, done long after",
    "shown late": "done, and listed late",
    "refused": "refused",
    "unauthorized": "the token is refused",
    "unreachable": "not reached; tried again",
    "busy": "turned away for now; tried again",
    "names another": "answered with another user's name",
    "requests lost from now on": "the provider is down from here on",
}


class Step(NamedTuple):
    """A step of an apply: the kind of its call, how many of that kind come before it, its name, and its faults."""

    call: str
    nth: int
    title: str
    faults: dict[Deed, str]


STEPS = {
    "create": (
        Step("list", 0, "List the account, for the plan", _LISTING),
        Step("swap", 0, "Take the lock", {**_KILLED, **_STATE}),
        Step("list", 1, "List the account, under the lock", {**_KILLED, **_LISTING}),
        Step("swap", 1, "Write the intent", {**_KILLED, **_STATE}),
        Step("add", 0, "addSmtp", {**_KILLED, **_ADD}),
        Step("swap", 2, "Write the binding", {**_KILLED, **_STATE}),
        Step("edit", 0, "editSmtp, to the desired values", {**_KILLED, **_EDIT}),
        Step("swap", 3, "Write the outcome", {**_KILLED, **_STATE}),
        Step("list", 2, "List the account, for the proof", {**_KILLED, **_LISTING}),
        Step("swap", 4, "Give the lock back", {**_KILLED, **_STATE}),
    ),
    "update": (
        Step("swap", 0, "Take the lock", {**_KILLED, **_STATE}),
        Step("edit", 0, "editSmtp", {**_KILLED, **_EDIT}),
        Step("swap", 1, "Write the outcome", {**_KILLED, **_STATE}),
        Step("list", 2, "List the account, for the proof", {**_KILLED, **_LISTING}),
        Step("swap", 2, "Give the lock back", {**_KILLED, **_STATE}),
    ),
}


def generated(page: str) -> str:
    """Return `page` with each table between `<!-- matrix: WHAT -->` and `<!-- end -->` made anew."""
    of_passwords = steps_of_passwords()

    def made_anew(found: re.Match[str]) -> str:
        what = found["what"]
        table = password_matrix(of_passwords[what]) if what in of_passwords else _matrix(what)
        return f"{found[1]}\n{table}\n\n{found[3]}"

    return _TABLES.sub(made_anew, page)


def _matrix(what: str) -> str:
    rows = ["| step | fault | exit | what apply says | the next run |", "| --- | --- | --- | --- | --- |"]
    for step in STEPS[what]:
        title = f"**{step.title}**"
        for fault, words in step.faults.items():
            history = _history(SCENARIOS[what], step, fault)
            first = history.runs[0]
            rows.append(f"| {title} | {words} | {_code(first)} | {_said(first)} | {_next(history)} |")
            title = ""
    return "\n".join(rows)


def _history(scenario: str, step: Step, fault: Deed) -> History:
    trace = replay(Schedule(scenario)).runs[0].trace
    points = [point for point, label in enumerate(trace) if label.split()[0] == step.call]
    history = replay(Schedule(scenario, (Event(0, points[step.nth], fault),)))
    if history.breaches:
        raise AssertionError(f"{history.breaches}\n{history}")
    return history


def _code(ran: Ran) -> str:
    return "" if ran.code is None else str(ran.code)


def _said(ran: Ran) -> str:
    """Return what a person reads first: why a change did not end well, or the error that ended the run."""
    if ran.code is None:
        return ""
    if ran.execution is None:
        return _plain(str(ran.said[-1]).partition(" (")[0])
    outcome, error = ran.execution.outcome, ran.execution.error
    if error is not None:
        return _plain(error.message)
    bad = [f"{part}: {entry.message}" for part in ("failed", "unknown") for entry in getattr(outcome, part)]
    return _plain(bad[0]) if bad else "done, and verified"


def _next(history: History) -> str:
    """Return what the runs after the first one did, until there was nothing left to do."""
    done = [words for ran in history.runs[1:] for words in _deeds(ran)]
    return ", then ".join(done) if done else "nothing is left to do"


def _deeds(ran: Ran) -> Iterator[str]:
    kinds = [label.split()[0] for label in ran.trace]
    edits = [label for label in ran.trace if label.startswith("edit")]
    if "add" in kinds:
        yield "makes the user"
    elif any("Disable" in label for label in edits):
        yield "disables the spare that turned up"
    elif edits:
        yield "sets the values"
    elif "swap" in kinds:
        yield "notes what was done"


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write the page."""
    PAGE.write_text(generated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
