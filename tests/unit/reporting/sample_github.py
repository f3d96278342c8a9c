"""What is said on GitHub about the sample plans."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sarv_sync.reporting.comment_parts import Where, failure_part, plan_part
from sarv_sync.reporting.issue_markdown import IssueWhere, Memory, issue, memory_of
from tests.unit.reporting.sample_outcomes import FAULTS
from tests.unit.reporting.sample_plans import PLANS

HEAD = "a5c3785ed8d6a35868bc169f07e40e889087fd2e"
OLD = "def5678ed8d6a35868bc169f07e40e889087fd2e"
RUN = "https://github.com/octo/infra/actions/runs/1"

COMMENT_PARTS = (
    plan_part(PLANS["mixed"], Where("accounts/main.yaml", HEAD, RUN, "3 h")),
    plan_part(PLANS["guard_refused"], Where("accounts/tenants.yaml", HEAD, RUN)),
    plan_part(PLANS["empty"], Where("accounts/calm.yaml", HEAD, RUN)),
    plan_part(PLANS["drifted"], Where("accounts/old.yaml", OLD, RUN)),
    failure_part(FAULTS, Where("accounts/broken.yaml", HEAD, RUN)),
)

ISSUE_WHERE = IssueWhere(
    "sarv-sync.yaml",
    RUN,
    "https://github.com/octo/infra/blob/main/sarv-sync.yaml",
    "https://github.com/octo/infra/actions/workflows/apply.yml",
)
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
LATER = NOW + timedelta(days=1)
ISSUE_MEMORY = memory_of(issue(PLANS["mixed"], ISSUE_WHERE, Memory(), NOW).body)
