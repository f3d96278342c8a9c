"""What a job's summary says: a plan, drift, the result of `validate`, or what went wrong.

GitHub drops a step's summary of more than 1 MiB as a whole, so every text here is cut before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.github_texts import SUMMARY_MAX
from sarv_sync.reporting.cutting import cut
from sarv_sync.reporting.drift_markdown import drift_markdown
from sarv_sync.reporting.markdown_parts import faults_table, section, warnings_section
from sarv_sync.reporting.plan_markdown import plan_markdown
from sarv_sync.reporting.validate_text import validate_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.model.plan import Plan

IN_JSON = "run with `--format json` for all of it"


def plan_summary(plan: Plan, limit: int = SUMMARY_MAX) -> str:
    """Return `plan` in at most `limit` bytes."""
    return cut(plan_markdown(plan), limit, IN_JSON)


def drift_summary(plan: Plan, limit: int = SUMMARY_MAX) -> str:
    """Return what changed outside the files in at most `limit` bytes."""
    return cut(drift_markdown(plan), limit, IN_JSON)


def valid_summary(users: int, files: int, warnings: Sequence[Fault] = (), limit: int = SUMMARY_MAX) -> str:
    """Return what `validate` says of files without errors, in at most `limit` bytes."""
    title = validate_text(users, files, len(warnings)).removesuffix(".")
    return cut("\n".join([f"### {title}", "", *warnings_section(warnings)]).rstrip("\n"), limit, IN_JSON)


def failure_markdown(faults: Sequence[Fault], title: str, limit: int = SUMMARY_MAX) -> str:
    """Return what went wrong under `title`, words of our own, in at most `limit` bytes."""
    body = section(f"Errors: {len(faults):,}", faults_table(faults), len(faults))
    return cut("\n".join([f"### {title}", "", *body]).rstrip("\n"), limit, "see the log")
