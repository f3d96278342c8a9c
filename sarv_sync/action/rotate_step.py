"""`rotate` by schedule or by hand: new passwords, delivered, and nothing else that is pending.

No pull request stands for it: the files, which were reviewed, say what is due, and a guard how much that may be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync import apply_workflow
from sarv_sync.action.applying import check_state_stays, tell_outcome, tell_plan
from sarv_sync.action.settings import check_account_is_given
from sarv_sync.inputs import read_configuration
from sarv_sync.model.rotation import resolved

if TYPE_CHECKING:
    from sarv_sync.action.desk import Desk
    from sarv_sync.action.report import Report


def rotate_step(desk: Desk, report: Report) -> None:
    """Change the passwords that the input `args` means, and tell."""
    check_account_is_given(desk.inputs.environment)
    configuration = read_configuration(desk.inputs, desk.flags.allow)
    check_state_stays(desk, configuration)
    rotation = desk.flags.rotation
    flags = desk.flags if rotation is None else replace(desk.flags, rotation=resolved(rotation, configuration))
    approval = apply_workflow.Approval(
        show=lambda plan: tell_plan(desk, report, plan),
        ask=lambda _: True,
        check=apply_workflow.review_check(None, flags.expect_digest),
    )
    tell_outcome(desk, report, desk.commands.apply(desk.inputs, configuration, approval, (), flags))
