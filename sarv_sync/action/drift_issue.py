"""The issue that says what drifted, one for each main file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.action.pages import actions_page, main_file_page
from sarv_sync.github.author import whoami
from sarv_sync.github.issue import Drifting, close_issue, find_issue, keep_issue
from sarv_sync.reporting.issue_markdown import IssueWhere, closing, issue, marker_of, memory_of, reopening

if TYPE_CHECKING:
    from sarv_sync.action.desk import Desk
    from sarv_sync.model.plan import Plan


class DriftIssue:
    """Kept where the input `issue` says so. `pull_url` is the pull request that accepts what drifted, if one does."""

    def __init__(self, desk: Desk, pull_url: str | None = None) -> None:
        self._desk = desk
        self._label = desk.settings.issue_label
        self._marker = marker_of(desk.main_file)
        file, actions = main_file_page(desk.context, desk.main_file), actions_page(desk.context)
        self._where = IssueWhere(desk.main_file, desk.context.run_url, file, actions, pull_url)

    def keep(self, plan: Plan) -> bool:
        """Say what drifted; return whether that is news. Raises `GitHubError`."""
        if not self._desk.settings.issue:
            return True
        api, repository = self._desk.open_api(), self._desk.context.repository
        author = whoami(api, self._desk.settings.comment_author)
        found = find_issue(api, repository, author, self._label, self._marker)
        remembered = found is not None and found.state == "open"
        memory = memory_of(found.body if found is not None and remembered else "")
        text = issue(plan, self._where, memory, self._desk.world.now())
        said = text.change if remembered else reopening(self._where)
        drifting = Drifting(text.title, text.body, said, text.fingerprint)
        return keep_issue(api, repository, author, self._label, self._marker, drifting).news

    def close(self) -> None:
        """Close it: the account is as it was applied. Raises `GitHubError`."""
        if self._desk.settings.issue:
            api, repository = self._desk.open_api(), self._desk.context.repository
            author = whoami(api, self._desk.settings.comment_author)
            close_issue(api, repository, author, self._label, self._marker, closing(self._where))
