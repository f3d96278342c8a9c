"""The comment under the pull request: this step's part of it, and the parts of other main files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import GitHubError
from sarv_sync.github.author import whoami
from sarv_sync.github.comment import keep_comment, refresh_comment
from sarv_sync.reporting.comment_markdown import comment, parts_of
from sarv_sync.reporting.comment_parts import Part, Where, failure_part, plan_part
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.action.desk import Desk
    from sarv_sync.errors import Fault
    from sarv_sync.github.context import PullRequest
    from sarv_sync.model.plan import Plan

_DEPENDABOT = "dependabot[bot]"


@dataclass(frozen=True, slots=True)
class _Rendering:
    """How the comment reads once `part` has the place of the last one of its main file. None: nothing is put in."""

    part: Part | None
    head: str

    def merged(self, existing: Sequence[str]) -> str:
        """Return the whole comment. What the oldest of several says is the newest: that one is kept up to date."""
        parts = {part.configuration: part for body in reversed(existing) for part in parts_of(body)}
        if self.part is not None:
            parts[self.part.configuration] = self.part
        return comment(tuple(parts.values()), self.head)

    def is_in(self, body: str) -> bool:
        """Say whether the comment has this part, as much of it as there is room for."""
        return self.merged([body]) == body


class Commenting:
    """What a plan says under its pull request. Does nothing where no comment is asked for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pull = desk.context.pull_request if desk.settings.comment else None

    def begin(self) -> None:
        """Mark what stands there as outdated, if the head has moved since. A failure waits until there is a plan."""
        if self._pull is not None:
            try:
                self._write(self._pull, None)
            except GitHubError as error:
                self._desk.console.notice(f"the comment could not be marked as outdated: {error.message}")

    def show(self, plan: Plan, age: str | None) -> None:
        """Show `plan`; `age` is that of the snapshot it was made from. Raises `GitHubError`."""
        if self._pull is not None:
            self._write(self._pull, plan_part(plan, self._where(self._pull, age)))

    def fail(self, faults: Sequence[Fault]) -> None:
        """Show why there is no plan. Another failure matters less than that one."""
        if self._pull is None:
            return
        try:
            self._write(self._pull, failure_part(faults, self._where(self._pull, None)))
        except GitHubError as error:
            self._desk.console.notice(f"the comment could not be written: {error.message}")

    def _write(self, pull: PullRequest, part: Part | None) -> None:
        desk, repository = self._desk, self._desk.context.repository
        api = desk.open_api()
        try:
            if _head_of(api.get(f"/repos/{repository}/pulls/{pull.number}")) not in {None, pull.head_sha}:
                desk.console.notice("the pull request has a newer head: its comment is left to that one's plan")
                return
            rendering = _Rendering(part, pull.head_sha)
            author = whoami(api, desk.settings.comment_author)
            if part is None:
                refresh_comment(api, repository, pull.number, author, rendering)
            else:
                keep_comment(api, repository, pull.number, author, rendering, desk.world.sleep, desk.world.uniform)
        except GitHubError as error:
            if error.status != 403 or not self._may_only_read():
                raise
            desk.console.notice("the token may only read here, so there is no comment: see the job's summary")

    def _may_only_read(self) -> bool:
        """Say whether GitHub gives such a pull request a token that cannot comment, whatever the workflow says."""
        return self._desk.context.from_fork or self._desk.context.actor == _DEPENDABOT

    def _where(self, pull: PullRequest, age: str | None) -> Where:
        return Where(self._desk.main_file, pull.head_sha, self._desk.context.run_url, age)


def _head_of(pull: object) -> str | None:
    match pull:
        case {"head": {"sha": str(sha)}}:
            return sha
    return None
