"""Which plans were reviewed: those that merged pull requests have shown.

::

    the pull request of a kept plan                      so its plan
    --------------------------------------------------   -----------------------------------------------
    is open, or was closed                               was not reviewed
    was merged at another commit than was planned        is not what was merged
    was merged into another branch                       is about another place
    was merged, but its merge is not in what is applied  is not yet, or no longer, in the files
    was merged, and its merge is in what is applied      may be carried out, until an apply has ended well

GitHub says which commit a pull request was merged as, be it by a merge commit, a squash, a rebase or a merge queue.
Several plans count at once: applies queue, and a newer merge takes the place of one that waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import Fault, GitHubError, Refused
from sarv_sync.planning.approval import NOT_REVIEWED, check_approved

if TYPE_CHECKING:
    from sarv_sync.github.context import Context
    from sarv_sync.github.interface import Api
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.review import Review
    from sarv_sync.state.reviews import Kept, Reviews

HINT = (
    "show the plan as it is now in a new pull request, or run the gated workflow by hand, where a person approves "
    "it; `args: --target NAME` applies only the named part of what was reviewed"
)


@dataclass(frozen=True, slots=True)
class Found:
    """`merged` may be carried out, `over` never will be; `notes` say why others that were merged do not count."""

    merged: tuple[Review, ...]
    over: tuple[Review, ...]
    notes: tuple[str, ...]


class Reviewed:
    """The check that a plan holds nothing which no merged pull request has shown. GitHub is asked when it must be."""

    def __init__(self, api: Api, context: Context, reviews: Reviews, main_file: str) -> None:
        self._api = api
        self._context = context
        self._reviews = reviews
        self._main_file = main_file
        self._found: Found | None = None

    def check(self, now: Plan) -> None:
        """Raise `Refused` unless every change of `now` was reviewed; `GitHubError` if that cannot be found out."""
        if not now.changes:
            return
        found = self._look()
        if not found.merged:
            message = "no merged pull request has shown what this apply would do"
            told = tuple(Fault(note, HINT) for note in found.notes)
            raise Refused(message, HINT, faults=(Fault(message, HINT), *told), reason=NOT_REVIEWED)
        check_approved(now, *(review.plan for review in found.merged), hint=HINT)

    def settle(self) -> None:
        """Forget every plan that an apply which ended well has done with."""
        found = self._look()
        self._reviews.forget((*found.merged, *found.over))

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
        head = pull["head"]["sha"]
        if kept.verdict == "other-key":
            return "its plan was signed with another token, which cannot be checked with this one"
        if kept.verdict == "forged":
            return "its plan does not have the signature that it needs: it was edited, or forged"
        if head != kept.review.head:
            return f"it was merged at {head[:7]}, and the plan kept is of {kept.review.head[:7]}"
        if pull["base"]["ref"] != self._context.ref_name:
            return f"it was merged into {pull['base']['ref']}, not into {self._context.ref_name}"
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
            case {"merged": True, "head": {"sha": str()}, "base": {"ref": str()}, "merge_commit_sha": str()}:
                return dict(pull)
            case {"merged": False, "state": "open" | "closed"}:
                return dict(pull)
        raise GitHubError(f"what GitHub says of pull request #{number} cannot be used", "run this again later")

    def _is_in(self, commit: str) -> bool:
        """Say whether `commit` is the one that is applied, or one before it."""
        if commit == self._context.sha:
            return True
        path = f"/repos/{self._context.repository}/compare/{commit}...{self._context.sha}"
        answer = self._api.get(path, {"per_page": 1})
        return isinstance(answer, dict) and answer.get("status") in {"ahead", "identical"}
