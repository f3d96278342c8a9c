"""`validate`: the files alone, with neither token nor network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.inputs import check_files, read_configuration
from sarv_sync.places import check_place
from sarv_sync.reporting.summary_markdown import valid_summary
from sarv_sync.reporting.validate_text import validate_text

if TYPE_CHECKING:
    from sarv_sync.action.desk import Desk
    from sarv_sync.action.report import Report


def validate_step(desk: Desk, report: Report) -> None:
    """Check the files; what is wrong with them is annotated where it stands."""
    configuration = read_configuration(desk.inputs)
    check_place(desk.inputs, configuration)
    check_files(configuration)
    users, files, warnings = len(configuration.users), len(configuration.files), configuration.warnings
    report.warnings += warnings
    report.summaries.append(lambda limit: valid_summary(users, files, warnings, limit))
    desk.console.result(validate_text(users, files, len(warnings)))
