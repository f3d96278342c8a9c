"""Which plans were reviewed: those that merged pull requests have shown.

::

    the pull request of a kept plan                      so its plan
    --------------------------------------------------   -----------------------------------------------
    is open, or was closed                               was not reviewed
    was merged at another commit than was planned        is not what was merged
    was merged into another branch                       is about another place
    was merged more than 30 days ago                     is too old to be believed
    was merged, but its merge is not in what is applied  is not yet, or no longer, in the files
    was merged, and its merge is in what is applied      may be carried out, each change once

GitHub says which commit a pull request was merged as, be it by a merge commit, a squash, a rebase or a merge queue.
Several plans count at once: applies queue, and a newer merge takes the place of one that waits. Only the newest
commit of the branch is applied: an older one may want what was taken back since.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sarv_sync.errors import Fault, GitHubError, Refused
from sarv_sync.planning.approval import NOT_REVIEWED, check_approved, timed_by
from sarv_sync.planning.digest import digest_of
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.action.desk import Desk
    from sarv_sync.github.interface import Api
    from sarv_sync.model.evidence import Timed
    from sarv_sync.model.plan import Change, Plan
    from sarv_sync.model.review import Review
    from sarv_sync.signing.mac import Verdict
    from sarv_sync.state.reviews import Kept, Reviews

HINT = (
    "show the plan as it is now in a new pull request, of which an empty commit is enough, or run the repair "
    "workflow by hand, where a person approves it; `args: --target NAME` applies only the named part of what was "
    "reviewed"
)

_UNSIGNED: dict[Verdict, str] = {
    "other-key": "its plan was signed with another token, which cannot be checked with this one",
    "forged": "its plan does not have the signature that it needs: it was edited, or forged",
}
_BRANCHES = "refs/heads/"
_COUNTS_FOR = timedelta(days=30)
"""As long as a job may wait for its approval."""


@dataclass(frozen=True, slots=True)
class Found:
    """`merged` may be carried out, `over` never will be; `notes` say why others that were merged do not count."""

    merged: tuple[Review, ...]
    over: tuple[Review, ...]
    notes: tuple[str, ...]


class Reviewed:
    """The check that a plan holds nothing which no merged pull request has shown. GitHub is asked when it must be."""

    def __init__(self, desk: Desk, api: Api, reviews: Reviews) -> None:
        self._api = api
        self._context = desk.context
        self._reviews = reviews
        self._main_file = desk.main_file
        self._now = desk.world.now()
        self._found: Found | None = None

    def check(self, now: Plan) -> None:
        """Raise `Refused` unless every change of `now` was reviewed; `GitHubError` if that cannot be found out."""
        if not now.changes:
            return
        self._check_newest()
        found = self._look()
        if not found.merged:
            message = "no merged pull request has shown what this apply would do"
            told = tuple(Fault(note, HINT) for note in found.notes)
            raise Refused(message, HINT, faults=(Fault(message, HINT), *told), reason=NOT_REVIEWED)
        check_approved(now, *(review.plan for review in found.merged), hint=HINT)

    def timed(self, what: Timed, name: str) -> bool:
        """Say whether something may be done of itself: only what was reviewed."""
        return timed_by(*(review.plan for review in self._look().merged))(what, name)

    def provenance(self, tree: str) -> list[str]:
        """Return, for each pull request that was merged, whether it planned just the files of `tree`, in words."""
        said = {True: "from the very files that are applied", False: "from other files: the branch has moved since"}
        merged = () if self._found is None else self._found.merged
        return [f"pull request #{review.pull_request} was planned {said[review.tree == tree]}" for review in merged]

    def settle(self, is_left: Callable[[Change], bool]) -> None:
        """Forget of every plan what is done, or need not be done any more. `is_left` says of a change that it is not.

        A change approves once. Else a plan of long ago could approve what somebody undid since.
        """
        found = self._look()
        rest = [(review, _rest(review, is_left)) for review in found.merged]
        self._reviews.replace(
            [*(each for each in rest if each[0] != each[1]), *((review, None) for review in found.over)]
        )

    def _check_newest(self) -> None:
        context = self._context
        if not context.ref.startswith(_BRANCHES):
            message = f"{context.ref} is no branch, and pull requests are merged into branches"
            raise Refused(message, HINT, reason=NOT_REVIEWED)
        branch = context.ref.removeprefix(_BRANCHES)
        match self._api.get(f"/repos/{context.repository}/commits/heads/{quote(branch)}"):
            case {"sha": context.sha}:
                return
            case {"sha": str(newest)}:
                message = (
                    f"{branch} is at {newest[:7]} by now, and {context.sha[:7]} may want what was taken back since"
                )
                hint = f"let the run for {newest[:7]} apply: it does all that was merged; start it if there is none"
                raise Refused(message, hint, reason="superseded")
        raise GitHubError(f"what GitHub says of the branch {branch} cannot be used", "run this again later")

    def _look(self) -> Found:
        if self._found is None:
            self._found = self._sorted(self._reviews.found(self._context.repository, self._main_file))
        return self._found

    def _sorted(self, kept: tuple[Kept, ...]) -> Found:
        merged: list[Review] = []
        over: list[Review] = []
        notes: list[str] = []
        for number in dict.fromkeys(entry.review.pull_request for entry in kept):
            pull = self._pull_request(number)
            for entry in kept:
                if pull is None or entry.review.pull_request != number:
                    continue
                if not pull.get("merged"):
                    over += [entry.review] if pull.get("state") == "closed" else []
                elif (objection := self._objection(pull, entry)) is None:
                    merged.append(entry.review)
                else:
                    notes.append(f"pull request #{number}: {objection}")
        return Found(tuple(merged), tuple(over), tuple(notes))

    def _objection(self, pull: dict[str, Any], kept: Kept) -> str | None:
        """Return why a kept plan of a merged pull request does not count."""
        head, base = pull["head"]["sha"], pull["base"]["ref"]
        if kept.verdict != "valid":
            return _UNSIGNED[kept.verdict]
        if head != kept.review.head:
            return f"it was merged at {head[:7]}, and the plan kept is of {kept.review.head[:7]}"
        if f"{_BRANCHES}{base}" != self._context.ref:
            return f"it was merged into {base}, not into {self._context.ref}"
        if not _is_recent(pull["merged_at"], self._now):
            return f"it was merged at {pull['merged_at']}, and a plan counts for {_COUNTS_FOR.days} days"
        if not self._is_in(pull["merge_commit_sha"]):
            return f"its merge is not part of {self._context.sha[:7]}, which is applied"
        return None

    def _pull_request(self, number: int) -> dict[str, Any] | None:
        try:
            pull = self._api.get(f"/repos/{self._context.repository}/pulls/{number}")
        except GitHubError as error:
            if error.status == 404:
                return None
            raise
        match pull:
            case {
                "merged": True,
                "merged_at": str(),
                "head": {"sha": str()},
                "base": {"ref": str()},
                "merge_commit_sha": str(),
            }:
                return dict(pull)
            case {"merged": False, "state": "open" | "closed"}:
                return dict(pull)
        raise GitHubError(f"what GitHub says of pull request #{number} cannot be used", "run this again later")

    def _is_in(self, commit: str) -> bool:
        """Say whether `commit` is the one that is applied, or one before it."""
        if commit == self._context.sha:
            return True
        path = f"/repos/{self._context.repository}/compare/{commit}...{self._context.sha}"
        try:
            answer = self._api.get(path, {"per_page": 1})
        except GitHubError as error:
            if error.status == 404:  # of a branch that was made anew, it is no longer part at all
                return False
            raise
        return isinstance(answer, dict) and answer.get("status") in {"ahead", "identical"}


def _rest(review: Review, is_left: Callable[[Change], bool]) -> Review | None:
    """Return `review` with the changes that are left, None if there are none."""
    changes = tuple(change for change in review.plan.changes if is_left(change))
    if not changes:
        return None
    plan = review.plan
    return replace(review, plan=replace(plan, changes=changes, digest=digest_of(plan.account, changes)))


def _is_recent(merged_at: str, now: datetime) -> bool:
    try:
        merged = datetime.fromisoformat(merged_at.replace("Z", "+00:00"))
    except ValueError:
        return False
    return merged.tzinfo is not None and now - merged <= _COUNTS_FOR
