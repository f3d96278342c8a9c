"""The pull request that accepts drift, one for each main file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync import accept_workflow
from sarv_sync.action.branch_name import branch_of
from sarv_sync.action.pages import actions_page, main_file_page
from sarv_sync.errors import Fault, InputError
from sarv_sync.github.author import whoami
from sarv_sync.github.own_branch import FileChange
from sarv_sync.github.own_pulls import Pulls
from sarv_sync.github.pull_request import Action, Kept, Proposal, close_pull_request, keep_pull_request
from sarv_sync.reporting.proposal_markdown import (
    ProposalWhere,
    proposal,
    proposal_marker,
    proposal_summary,
    settled,
    settled_line,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.action.desk import Desk
    from sarv_sync.action.report import Report
    from sarv_sync.config.editing import FileEdit
    from sarv_sync.model.plan import Plan
    from sarv_sync.workflow import Project

_BRANCHES = "refs/heads/"
_SHA_DIGITS, _NAMED_MAX = 7, 3
_NOTHING = "Nothing that drifted can be accepted"
_SAID = {
    Action.OPENED: "Opened a pull request that accepts what drifted",
    Action.UPDATED: "Brought the pull request that accepts what drifted up to date",
    Action.UNCHANGED: "The pull request that accepts what drifted is as it should be",
    Action.LEFT: "The branch for what drifted was left as it is, since it has commits of others",
    Action.DECLINED: "The pull request that accepts this was closed by somebody, so it is not proposed again",
}


class Accepting:
    """Proposed where the input `accept` says so."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        run, apply = desk.context.run_url, actions_page(desk.context)
        self._where = ProposalWhere(desk.main_file, main_file_page(desk.context, desk.main_file), apply, run)

    def propose(self, project: Project, plan: Plan, report: Report) -> str | None:
        """Propose what can be accepted; return the address of the pull request, None where none is open.

        Raises `SarvSyncError`: what GitHub refuses, and files that are not as the repository has them.
        """
        if not self._desk.settings.proposes:
            return None
        found = accept_workflow.look(project, project.configuration.file, self._desk.inputs.directory)
        report.warnings += found.left
        if not found.edits:
            closed = self._close()
            self._tell(report, _NOTHING, closed)
            return None
        text = proposal(plan, self._where, found.accepted, found.left, found.remarks)
        changes = [self._change(edit) for edit in found.edits]
        kept = keep_pull_request(
            self._pulls(), Proposal(text.title, text.body, text.fingerprint, text.message, changes)
        )
        self._tell(report, _SAID[kept.action], kept.number, kept.html_url)
        return self._outcome(report, kept)

    def close(self, report: Report) -> None:
        """Close it: the account is as it was applied. Raises `SarvSyncError`."""
        if self._desk.settings.proposes and (closed := self._close()) is not None:
            self._tell(report, _NOTHING, closed)

    def _close(self) -> int | None:
        return close_pull_request(self._pulls(), settled_line(self._desk.main_file), settled(self._where))

    def _outcome(self, report: Report, kept: Kept) -> str | None:
        if kept.action is Action.LEFT:
            report.warnings.append(_left(branch_of(self._desk.main_file), kept.branch.strangers))
        if not kept.is_open:
            return None
        report.outputs["pull-request"] = str(kept.number)
        return kept.html_url

    def _tell(self, report: Report, said: str, number: int | None, url: str = "") -> None:
        report.summaries.append(lambda limit: proposal_summary(said, number, url, limit))
        self._desk.console.notice(said if number is None else f"{said}: pull request {number}")

    def _pulls(self) -> Pulls:
        desk, context = self._desk, self._desk.context
        if not context.ref.startswith(_BRANCHES):
            hint = "run it by schedule or by hand, on the branch that is applied"
            raise InputError("drift can be accepted only by a job that runs on a branch", hint)
        api = desk.open_api()
        author, marker = whoami(api, desk.settings.comment_author), proposal_marker(desk.main_file)
        base = context.ref.removeprefix(_BRANCHES)
        return Pulls(api, context.repository, author, marker, branch_of(desk.main_file), base)

    def _change(self, edit: FileEdit) -> FileChange:
        root, path = Path(os.path.realpath(self._desk.context.workspace)), Path(os.path.realpath(edit.path))
        if not path.is_relative_to(root):
            hint = "keep the files in the repository"
            raise InputError(f"{edit.name} does not lie in the checkout, so no pull request can change it", hint)
        return FileChange(path.relative_to(root).as_posix(), edit.before, edit.after)


def _left(branch: str, strangers: Sequence[str]) -> Fault:
    commits = f" ({', '.join(sha[:_SHA_DIGITS] for sha in strangers[:_NAMED_MAX])})" if strangers else ""
    return Fault(
        f"the branch {branch} has commits of others{commits}, so what drifted since was not written there",
        "merge its pull request, or close that and delete the branch: the next run goes on from there",
    )
