"""How an apply gets a person's consent."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sarv_sync.apply_workflow import Approval, review_check, review_timing
from sarv_sync.errors import InputError, Refused
from sarv_sync.model.plan import IRREVERSIBLE
from sarv_sync.model.plan_document import load_plan
from sarv_sync.model.selection import check_alone
from sarv_sync.reporting.extent import extent_of
from sarv_sync.reporting.plan_text import plan_lines, plan_text
from sarv_sync.reporting.text_parts import WAYS_TO_APPLY
from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.selection import Selection

REVIEW = "review the plan and pass --auto-approve, or a saved plan with --approved FILE"
REVIEW_ROTATION = "review the plan and pass --auto-approve, with --expect-digest D to do that and nothing else"


def reviewed_plan(plan_file: Path | None, approved: Path | None, wanted: Selection) -> Plan | None:
    """Return the saved plan that the apply is limited to, if one was given. Raises `InputError`."""
    if plan_file is not None and approved is not None:
        raise InputError("both PLAN and --approved are given", "give the reviewed plan once")
    path = plan_file or approved
    if path is None:
        return None
    check_alone(wanted)
    return load_plan(path)


def approval_for(
    shell: Shell, format_: str, reviewed: Plan | None, digest: str | None, auto_approve: bool, hint: str = REVIEW,
    *, full: bool,
) -> Approval:  # fmt: skip
    """Return how this run is approved: by a reviewed plan, by `--auto-approve`, or by asking on the terminal.

    `hint` says how else it can be, where there is no terminal; `full`, that a long plan is shown, too.
    """

    def show(plan: Plan) -> None:
        extent = extent_of(plan, full=full)
        if format_ == "text":
            shell.result_lines(plan_lines(plan, shell.style(), extent, WAYS_TO_APPLY))
        elif sys.stdin.isatty() and not auto_approve:
            shell.say(plan_text(plan, shell.style(sys.stderr), extent, WAYS_TO_APPLY))

    def ask(plan: Plan) -> bool:
        if auto_approve or reviewed is not None:
            return True
        if not sys.stdin.isatty():
            raise Refused(
                "there is no terminal to ask on, so nothing was done",
                hint,
                reason="not-approved",
            )
        sys.stderr.write(f"\n{_question(plan)} Only 'yes' goes ahead: ")
        sys.stderr.flush()
        return sys.stdin.readline().strip() == "yes"

    return Approval(show, ask, review_check(reviewed, digest), review_timing(reviewed))


def _question(plan: Plan) -> str:
    """Return what is asked: about passwords, where a plan is for nothing but to change them and to deliver them."""
    done = [change.action for change in plan.changes if change.action != "deliver"]
    if plan.rotation is not None and done and set(done) <= IRREVERSIBLE:
        return f"Change {counted(len(done), 'password')}?"
    return "Make this change?" if len(plan.changes) == 1 else f"Make these {len(plan.changes)} changes?"
