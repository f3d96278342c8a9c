"""The git database: refs, commits, trees and blobs, read and written one by one."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as BadBase64
from typing import TYPE_CHECKING, Any

from tests.forge.answers import Answer, Refusal, not_found, text
from tests.forge.git_store import TreeEntry
from tests.forge.history import GitHistory

if TYPE_CHECKING:
    from tests.forge.git_store import GitStore
    from tests.forge.records import Call, Repository
    from tests.forge.world import World

_MODES = {"100644": "blob", "100755": "blob", "040000": "tree", "160000": "commit", "120000": "blob"}
_SHA = re.compile(r"[0-9a-f]{40}")


def get_ref(world: World, repository: Repository, call: Call, name: str) -> Answer:
    """Return one ref, by its full name without `refs/`."""
    sha = _store(repository).ref(name)
    if sha is None:
        raise not_found()
    return Answer(200, _shown_ref(name, sha))


def create_ref(world: World, repository: Repository, call: Call) -> Answer:
    """Make a ref, which must not be there."""
    store, full = _store(repository), text(call.body, "ref", required=True) or ""
    if not re.fullmatch(r"refs/[^/]+/.+", full):
        raise Refusal(422, "Reference name must start with 'refs/' and have at least two slashes.")
    name, sha = full.removeprefix("refs/"), _commit_of(store, call.body)
    if store.ref(name) is not None:
        raise Refusal(422, "Reference already exists")
    store.move(name, sha)
    if store.ref(name) != sha:
        raise Refusal(422, "Reference update failed")
    return Answer(201, _shown_ref(name, sha))


def move_ref(world: World, repository: Repository, call: Call, name: str) -> Answer:
    """Move a ref, forwards unless `force` is true. Pull requests that come from it follow."""
    store, sha = _store(repository), _commit_of(_store(repository), call.body)
    old = store.ref(name)
    if old is None:
        raise Refusal(422, "Reference does not exist")
    if call.body.get("force") is not True and not store.is_ancestor(old, sha):
        raise Refusal(422, "Update is not a fast forward")
    store.move(name, sha)
    for thread in repository.threads.values():
        here = thread.pull is not None and thread.pull.head_repository == repository.full_name
        if here and thread.pull and thread.state == "open" and f"heads/{thread.pull.head_ref}" == name:
            thread.pull.head_sha, thread.updated = sha, world.now()
    return Answer(200, _shown_ref(name, sha))


def get_commit(world: World, repository: Repository, call: Call, sha: str) -> Answer:
    """Return one commit by its SHA alone."""
    found = repository.history.commit(sha) if _SHA.fullmatch(sha) else None
    if found is None:
        raise not_found()
    store = _store(repository)
    return Answer(200, _shown_commit(store, found.sha, found.tree, list(found.parents)))


def create_commit(world: World, repository: Repository, call: Call) -> Answer:
    """Make a commit. Whoever asks is author and committer, unless the request names somebody."""
    store, message = _store(repository), text(call.body, "message", required=True) or ""
    tree, parents = text(call.body, "tree", required=True) or "", call.body.get("parents", [])
    if store.kind(tree) != "tree":
        raise Refusal(422, "Tree SHA does not exist")
    if any(store.kind(parent) != "commit" for parent in parents):
        raise Refusal(422, "Parent SHA does not exist or is not a commit object")
    sha = store.write_commit(tree, parents, message, email_of(call.login))
    return Answer(201, _shown_commit(store, sha, tree, parents))


def get_tree(world: World, repository: Repository, call: Call, sha: str) -> Answer:
    """Return what a tree holds; with `recursive` everything below, too."""
    store = _store(repository)
    if store.kind(sha) not in {"tree", "commit"}:
        raise not_found()
    entries = store.entries(sha, recursive="recursive" in call.query)
    shown = [{"path": each.path, "mode": each.mode, "type": each.kind, "sha": each.sha} for each in entries]
    return Answer(200, {"sha": sha, "tree": shown, "truncated": False})


def create_tree(world: World, repository: Repository, call: Call) -> Answer:
    """Make a tree out of another one, and entries that come in."""
    store, base = _store(repository), text(call.body, "base_tree")
    entries = call.body.get("tree")
    if not isinstance(entries, list) or not entries:
        raise Refusal(422, "Invalid tree info")
    if base is not None and store.kind(base) != "tree":
        raise Refusal(404, "Not Found")
    return Answer(201, {"sha": store.write_tree(base, [_entry(store, entry) for entry in entries])})


def create_blob(world: World, repository: Repository, call: Call) -> Answer:
    """Keep a content, given as it is or in Base64."""
    content, encoding = text(call.body, "content", required=True) or "", call.body.get("encoding", "utf-8")
    if encoding not in {"utf-8", "base64"}:
        raise Refusal(422, f"Invalid request.\n\n{encoding!r} is not a possible value of encoding.")
    try:
        octets = b64decode(content, validate=True) if encoding == "base64" else content.encode()
    except BadBase64:
        raise Refusal(422, "The content is not valid Base64.") from None
    return Answer(201, {"sha": _store(repository).write_blob(octets)})


def email_of(login: str | None) -> str:
    """Return the address by which GitHub knows whose a commit is."""
    return f"{login or 'ghost'}@users.noreply.github.com"


def login_of(email: str) -> dict[str, str] | None:
    """Return the user whose address this is, as the API has it; None for an address of nobody."""
    login, at, host = email.partition("@")
    return {"login": login} if at and host == "users.noreply.github.com" else None


def _entry(store: GitStore, entry: Any) -> TreeEntry:
    match entry:
        case {"path": str(path), "mode": str(mode), "type": str(kind), "sha": str(sha)}:
            if _MODES.get(mode) != kind:
                raise Refusal(422, "Must supply a valid tree.mode")
            if store.kind(sha) != kind:
                raise Refusal(422, f"tree.sha {sha} is not a valid {kind}")
            return TreeEntry(mode, kind, sha, path)
    raise Refusal(422, "Must supply tree.sha or tree.content")


def _commit_of(store: GitStore, body: Any) -> str:
    sha = text(body, "sha", required=True) or ""
    if not _SHA.fullmatch(sha):
        raise Refusal(422, "The sha parameter must be exactly 40 characters and contain only [0-9a-f].")
    if store.kind(sha) != "commit":
        raise Refusal(422, "Object does not exist")
    return sha


def _store(repository: Repository) -> GitStore:
    # A graph that a test draws has neither trees nor files.
    if not isinstance(repository.history, GitHistory):
        raise not_found()
    return repository.history.store


def _shown_ref(name: str, sha: str) -> dict[str, Any]:
    return {"ref": f"refs/{name}", "object": {"sha": sha, "type": "commit"}}


def _shown_commit(store: GitStore, sha: str, tree: str, parents: list[str]) -> dict[str, Any]:
    told = store.told(sha)
    return {
        "sha": sha,
        "author": {"email": told.author},
        "committer": {"email": told.committer},
        "message": told.message,
        "tree": {"sha": tree},
        "parents": [{"sha": parent} for parent in parents],
    }
