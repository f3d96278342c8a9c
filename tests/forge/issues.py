"""Issues, their comments, and labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.forge.answers import Answer, Refusal, comment_body, invalid, issue_body, issue_title, not_found
from tests.forge.paging import page_of
from tests.forge.records import Comment, Thread
from tests.forge.world import shown_comment, shown_thread

if TYPE_CHECKING:
    from tests.forge.records import Call, Repository
    from tests.forge.world import World

_REASONS = {"completed", "not_planned", "duplicate", "reopened", None}
_SORTS = {"created": "created", "updated": "updated"}


def thread_of(repository: Repository, number: str) -> Thread:
    """Return an issue or a pull request by its number."""
    try:
        return repository.threads[int(number)]
    except KeyError:
        raise not_found() from None


def comment_of(repository: Repository, number: str) -> Comment:
    """Return a comment by its id."""
    try:
        return repository.comments[int(number)]
    except KeyError:
        raise not_found() from None


def list_issues(world: World, repository: Repository, call: Call, address: str) -> Answer:
    """List issues, pull requests among them, the newest first unless asked otherwise."""
    query = call.query
    state, labels = query.get("state", "open"), [name for name in query.get("labels", "").lower().split(",") if name]
    found = [
        thread
        for thread in repository.threads.values()
        if state in {"all", thread.state}
        and {name.lower() for name in thread.labels} >= set(labels)
        and query.get("creator", thread.author).lower() == thread.author.lower()
        and (thread.pull is not None or repository.has_issues)
    ]
    key = _SORTS.get(query.get("sort", "created"), "created")
    found.sort(key=lambda thread: (getattr(thread, key), thread.number), reverse=query.get("direction") != "asc")
    return page_of([shown_thread(world, repository, thread) for thread in found], query, address)


def create_issue(world: World, repository: Repository, call: Call) -> Answer:
    """Open an issue. Labels that the repository has not are made, without a word and in grey."""
    if not repository.has_issues:
        raise Refusal(410, "Issues has been disabled in this repository.")
    title, body, now = issue_title(call.body), issue_body(call.body), world.now()
    number = max(repository.threads, default=0) + 1
    thread = Thread(number, call.login or "ghost", title, body, now, now)
    thread.labels = _labels(repository, call.body.get("labels", []))
    repository.threads[number] = thread
    return Answer(201, shown_thread(world, repository, thread))


def get_issue(world: World, repository: Repository, call: Call, number: str) -> Answer:
    """Return one issue."""
    return Answer(200, shown_thread(world, repository, _issue(repository, number)))


def edit_issue(world: World, repository: Repository, call: Call, number: str) -> Answer:
    """Change what is named: title, body, labels, state."""
    thread, asked = _issue(repository, number), call.body
    if "title" in asked:
        issue_title(asked)
    body = issue_body(asked)
    state, reason = asked.get("state", thread.state), asked.get("state_reason")
    if state not in {"open", "closed"}:
        raise invalid("Issue", "state", "invalid")
    if reason not in _REASONS:
        raise Refusal(422, f"Invalid request.\n\nFor 'properties/state_reason', {reason!r} is not a possible value.")
    thread.title, thread.body = asked.get("title", thread.title), body if "body" in asked else thread.body
    if "labels" in asked:
        thread.labels = _labels(repository, asked["labels"])
    if state != thread.state:
        thread.state = state
        thread.closed = world.now() if state == "closed" else None
        thread.state_reason = (reason or "completed") if state == "closed" else "reopened"
    thread.updated = world.now()
    return Answer(200, shown_thread(world, repository, thread))


def list_comments(world: World, repository: Repository, call: Call, number: str, address: str) -> Answer:
    """List the comments of a thread, in the order of their ids."""
    thread = thread_of(repository, number)
    found = [comment for _, comment in sorted(repository.comments.items()) if comment.number == thread.number]
    return page_of([shown_comment(world, repository, comment) for comment in found], call.query, address)


def create_comment(world: World, repository: Repository, call: Call, number: str) -> Answer:
    """Comment on a thread."""
    thread, body, now = thread_of(repository, number), comment_body(call.body), world.now()
    _refuse_locked(thread)
    comment = Comment(next(world.ids), thread.number, call.login or "ghost", body, now, now)
    repository.comments[comment.id] = comment
    thread.updated = now
    return Answer(201, shown_comment(world, repository, comment))


def get_comment(world: World, repository: Repository, call: Call, number: str) -> Answer:
    """Return one comment."""
    return Answer(200, shown_comment(world, repository, comment_of(repository, number)))


def edit_comment(world: World, repository: Repository, call: Call, number: str) -> Answer:
    """Change the text of a comment. Who may write may change anybody's."""
    comment, body = comment_of(repository, number), comment_body(call.body)
    _refuse_locked(thread_of(repository, str(comment.number)))
    comment.body, comment.updated = body, world.now()
    return Answer(200, shown_comment(world, repository, comment))


def delete_comment(world: World, repository: Repository, call: Call, number: str) -> Answer:
    """Delete a comment for good."""
    del repository.comments[comment_of(repository, number).id]
    return Answer(204)


def create_label(world: World, repository: Repository, call: Call) -> Answer:
    """Make a label."""
    name, color, description = (call.body.get(key) for key in ("name", "color", "description"))
    if not isinstance(name, str) or not name.strip() or len(name) > 50:
        raise invalid("Label", "name", "missing_field" if not name else "invalid")
    if color is not None and not re.fullmatch(r"[0-9a-fA-F]{6}", color):
        raise invalid("Label", "color", "invalid")
    if description is not None and len(description) > 100:
        raise invalid("Label", "description", "custom", "description is too long (maximum is 100 characters)")
    if name.lower() in repository.labels:
        raise invalid("Label", "name", "already_exists")
    return Answer(201, _add_label(repository, name, color or "ededed", description))


def get_label(world: World, repository: Repository, call: Call, name: str) -> Answer:
    """Return one label."""
    if name.lower() not in repository.labels:
        raise not_found()
    return Answer(200, repository.labels[name.lower()])


def _issue(repository: Repository, number: str) -> Thread:
    thread = thread_of(repository, number)
    if thread.pull is None and not repository.has_issues:
        raise Refusal(410, "Issues has been disabled in this repository.")
    return thread


def _refuse_locked(thread: Thread) -> None:
    if thread.locked:
        raise Refusal(403, "Unable to create comment because issue is locked.")


def _labels(repository: Repository, names: Any) -> list[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise invalid("Issue", "labels", "invalid")
    for name in names:
        if name.lower() not in repository.labels:
            _add_label(repository, name, "ededed", None)
    return list(names)


def _add_label(repository: Repository, name: str, color: str, description: str | None) -> dict[str, Any]:
    label = {"name": name, "color": color.lower(), "description": description, "default": False}
    repository.labels[name.lower()] = label
    return label
