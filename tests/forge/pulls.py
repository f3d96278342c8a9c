"""Pull requests as programs list, open, edit and close them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.forge.answers import Answer, Refusal, invalid, issue_body, issue_title, text
from tests.forge.issues import thread_of
from tests.forge.paging import page_of
from tests.forge.records import PullRequest, Thread
from tests.forge.world import BOT, shown_pull

if TYPE_CHECKING:
    from tests.forge.records import Call, Repository
    from tests.forge.world import World

_WORKFLOW = f"github-actions{BOT}"


def list_pulls(world: World, repository: Repository, call: Call, address: str) -> Answer:
    """List pull requests, the newest first. A `head` that is not `owner:branch` is passed over without a word."""
    query = call.query
    state, head, base = query.get("state", "open"), query.get("head", ""), query.get("base")
    found = [
        thread
        for thread in repository.threads.values()
        if thread.pull is not None
        and state in {"all", thread.state}
        and (":" not in head or head == _head_of(thread.pull))
        and base in {None, thread.pull.base_ref}
    ]
    found.sort(key=lambda thread: thread.number, reverse=query.get("direction", "desc") != "asc")
    # A full pull request has more to say than one of a list: whether it is merged is to be seen by its date.
    shown = [shown_pull(world, repository, thread) for thread in found]
    return page_of([{k: v for k, v in pull.items() if k != "merged"} for pull in shown], query, address)


def create_pull(world: World, repository: Repository, call: Call) -> Answer:
    """Open a pull request from a branch of this repository."""
    if call.login == _WORKFLOW and not repository.workflows_may_open:
        raise Refusal(403, "GitHub Actions is not permitted to create or approve pull requests.")
    title, body = issue_title(call.body), issue_body(call.body)
    head, base = text(call.body, "head", required=True) or "", text(call.body, "base", required=True) or ""
    branch = head.removeprefix(f"{repository.full_name.partition('/')[0]}:")
    at, onto = repository.history.commit(branch), repository.history.commit(base)
    for name, commit in (("head", at), ("base", onto)):
        if commit is None:
            raise invalid("PullRequest", name, "invalid")
    assert at is not None
    assert onto is not None
    if at.sha in repository.history.ancestors(onto.sha):
        raise invalid("PullRequest", "head", "custom", f"No commits between {base} and {branch}")
    pull = PullRequest(at.sha, branch, repository.full_name, onto.sha, base)
    _refuse_second(repository, pull)
    number, now = max(repository.threads, default=0) + 1, world.now()
    thread = Thread(number, call.login or "ghost", title, body, now, now, pull=pull)
    repository.threads[number] = thread
    return Answer(201, shown_pull(world, repository, thread))


def edit_pull(world: World, repository: Repository, call: Call, number: str) -> Answer:
    """Change what is named: title, body, state."""
    thread, asked = thread_of(repository, number), call.body
    shown_pull(world, repository, thread)  # an issue is not found here
    body, state = issue_body(asked), asked.get("state", thread.state)
    if state not in {"open", "closed"}:
        raise invalid("PullRequest", "state", "invalid")
    assert thread.pull is not None
    if state == "open" and thread.state == "closed":
        _refuse_second(repository, thread.pull)
    thread.title = issue_title(asked) if "title" in asked else thread.title
    thread.body = body if "body" in asked else thread.body
    if state != thread.state:
        thread.state, thread.closed = state, world.now() if state == "closed" else None
    thread.updated = world.now()
    return Answer(200, shown_pull(world, repository, thread))


def _refuse_second(repository: Repository, pull: PullRequest) -> None:
    opened = [thread.pull for thread in repository.threads.values() if thread.pull and thread.state == "open"]
    if any((_head_of(other), other.base_ref) == (_head_of(pull), pull.base_ref) for other in opened):
        error = {"resource": "PullRequest", "code": "custom"}
        message = f"A pull request already exists for {_head_of(pull)}."
        raise Refusal(422, "Validation Failed", errors=[{**error, "message": message}])


def _head_of(pull: PullRequest) -> str:
    return f"{pull.head_repository.partition('/')[0]}:{pull.head_ref}"
