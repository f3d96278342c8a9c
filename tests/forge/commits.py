"""Commits, comparisons, and pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.forge.answers import Answer, Refusal
from tests.forge.git_data import login_of
from tests.forge.history import GitHistory
from tests.forge.issues import thread_of
from tests.forge.paging import page_of
from tests.forge.world import shown_pull

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.forge.history import Commit
    from tests.forge.records import Call, PullRequest, Repository
    from tests.forge.world import World

_STATUS = {"A": "added", "M": "modified", "D": "removed", "T": "changed"}


def get_pull(world: World, repository: Repository, call: Call, number: str) -> Answer:
    """Return a pull request."""
    return Answer(200, shown_pull(world, repository, thread_of(repository, number)))


def pulls_of_commit(world: World, repository: Repository, call: Call, ref: str, address: str) -> Answer:
    """List the pull requests that a commit came with, or is part of."""
    sha = _commit(repository, ref).sha
    found = [thread for thread in repository.threads.values() if thread.pull and _holds(repository, thread.pull, sha)]
    # A full pull request has more to say than one of a list: whether it is merged is to be seen by its date.
    shown = [shown_pull(world, repository, thread) for thread in found]
    return page_of([{k: v for k, v in pull.items() if k != "merged"} for pull in shown], call.query, address)


def get_commit(world: World, repository: Repository, call: Call, ref: str) -> Answer:
    """Return a commit by SHA, branch or tag."""
    return Answer(200, _shown(_commit(repository, ref)))


def compare(world: World, repository: Repository, call: Call, span: str) -> Answer:
    """Say how two commits stand to one another, as `base...head`."""
    base_ref, dots, head_ref = span.partition("...")
    base, head = repository.history.commit(base_ref), repository.history.commit(head_ref)
    if not dots or base is None or head is None:
        raise Refusal(404, "Not Found")
    common = repository.history.merge_base(base.sha, head.sha)
    if common is None:
        raise Refusal(404, f"No common ancestor between {base_ref} and {head_ref}.")
    reached, known = repository.history.ancestors(head.sha), repository.history.ancestors(base.sha)
    ahead, behind = len(reached - known), len(known - reached)
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    return Answer(
        200,
        {
            **_told(repository, reached - known, common, head.sha),
            "status": status.get((ahead > 0, behind > 0), "diverged"),
            "ahead_by": ahead,
            "behind_by": behind,
            "total_commits": ahead,
            "base_commit": _shown(base),
            "merge_base_commit": _shown(_commit(repository, common)),
        },
    )


def _told(repository: Repository, ahead: Iterable[str], common: str, head: str) -> dict[str, Any]:
    """Return the commits that are ahead, 250 of them, and the files that they changed, 300 of them."""
    if not isinstance(repository.history, GitHistory):
        return {}
    store = repository.history.store
    shown = []
    for sha in sorted(ahead)[:250]:
        told, commit = store.told(sha), _commit(repository, sha)
        about = {"message": told.message, "tree": {"sha": commit.tree}}
        who = {"author": login_of(told.author), "committer": login_of(told.committer)}
        shown.append({**_shown(commit), "commit": about, **who})
    files = [
        {"filename": path, "sha": sha, "status": _STATUS[status]}
        for status, sha, path in store.changed(common, head)[:300]
    ]
    return {"commits": shown, "files": files}


def _commit(repository: Repository, ref: str) -> Commit:
    found = repository.history.commit(ref)
    if found is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    return found


def _holds(repository: Repository, pull: PullRequest, sha: str) -> bool:
    if pull.merged_at is not None and sha in {pull.merge_commit_sha, *pull.landed}:
        return True
    history = repository.history
    if history.commit(pull.head_sha) is None or history.commit(pull.base_sha) is None:
        return sha == pull.head_sha
    return sha in history.ancestors(pull.head_sha) - history.ancestors(pull.base_sha)


def _shown(commit: Commit) -> dict[str, Any]:
    parents = [{"sha": parent} for parent in commit.parents]
    return {"sha": commit.sha, "commit": {"tree": {"sha": commit.tree}}, "parents": parents}
