"""One comment under a pull request, written by the jobs of several main files at the same time.

GitHub has no compare-and-swap for comments, so this is a protocol of reading again. A job lists our comments (the
marker is their first line, and the author is ours), works out the text that should stand from all that is there, puts
it in the oldest one, waits, and lists again, until a single comment stands that has its part. Duplicates are deleted
only by a job that has just read the oldest one to hold all that they say.

What can happen, and what becomes of it:

==================================================  ==================================================================
two jobs find no comment, and both create one       the older one gets the text of both, the other one is deleted
B reads, A writes, B writes: A's part is gone       A lists again after a pause, misses its part, and writes it anew
the same, but A has already looked again            cannot be, if B wrote within `SETTLE` of its reading
a comment is deleted by somebody                    the next round begins with what is left, or with nothing
a created comment's answer is lost                  the next round finds it; should there be two, see above
==================================================  ==================================================================

Guaranteed, when this returns: a moment ago exactly one comment of ours stood there and held this job's part. That
lasts as long as all jobs that write at once need less than `SETTLE` seconds together from their readings to their
writings (each overwrites at most once before it looks again). A write that is repeated after an error can take more.
Then a part is missing until its job runs again; nothing but the comment is wrong, and nobody acts on comments. Jobs
that collide wait longer every round, by chance, and give up with an error after `ROUNDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sarv_sync.errors import GitHubError
from sarv_sync.github.own_comments import Conversation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.github.interface import Api
    from sarv_sync.github.own_comments import Comment

SETTLE = 2.0
"""Seconds: longer than another job needs between reading and writing."""
ROUNDS = 8
_SPREAD = 1.0


class Rendering(Protocol):
    """How the text of the comment comes about."""

    def merged(self, existing: Sequence[str]) -> str:
        """Return the text that should stand, given those of our comments, the oldest first.

        Merging its own result with the same texts again must change nothing. Where two hold a part of the same main
        file, the oldest comment's is the newer part: that is the one which is kept up to date.
        """
        ...

    def is_in(self, body: str) -> bool:
        """Say whether what this job has to say stands in that text."""
        ...


def keep_comment(  # noqa: PLR0913, PLR0917 - where, by whom, what, and how to wait
    api: Api,
    repository: str,
    number: int,
    author: str,
    rendering: Rendering,
    pause: Callable[[float], None],
    uniform: Callable[[float], float],
) -> str:
    """Have exactly one comment of `author` under the pull request, with what `rendering` has to say; return its URL.

    `uniform` returns chance seconds below the ones given. Writes nothing where all is right already.
    Raises `GitHubError`.
    """
    conversation = Conversation(api, repository, number, author)
    wrote = False
    lost: GitHubError | None = None
    for attempt in range(ROUNDS):
        ours = conversation.ours()
        if _stands(ours, rendering, wrote=wrote):
            return ours[0].html_url
        before, lost = lost, _approach(conversation, ours, rendering)
        if before is not None and lost is not None:
            raise lost
        wrote = True
        pause(SETTLE + uniform(_SPREAD * 2**attempt))
    ours = conversation.ours()
    if _stands(ours, rendering, wrote=wrote):
        return ours[0].html_url
    raise GitHubError(
        f"the comment under pull request {number} did not stay as it was written, {ROUNDS} times in a row",
        "other jobs write it at the same time: run this one again, or let fewer run at once (max-parallel)",
    )


def refresh_comment(api: Api, repository: str, number: int, author: str, rendering: Rendering) -> None:
    """Bring the comment up to date, if there is one; once, without looking whether it stays. Raises `GitHubError`."""
    conversation = Conversation(api, repository, number, author)
    ours = conversation.ours()
    if ours and not _same(ours[0].body, wanted := rendering.merged([comment.body for comment in ours])):
        conversation.edit(ours[0], wanted)


def _stands(ours: list[Comment], rendering: Rendering, *, wrote: bool) -> bool:
    """Say whether all is right. What others did to their own parts since we wrote is theirs."""
    if len(ours) != 1:
        return False
    body = ours[0].body
    return _same(body, rendering.merged([body])) or (wrote and rendering.is_in(body))


def _approach(conversation: Conversation, ours: list[Comment], rendering: Rendering) -> GitHubError | None:
    """Take the one step that is due. Return the error where nobody knows whether it was taken."""
    wanted = rendering.merged([comment.body for comment in ours])
    if not ours:
        return conversation.create(wanted)
    if not _same(ours[0].body, wanted):
        conversation.edit(ours[0], wanted)
        return None
    for duplicate in ours[1:]:
        conversation.delete(duplicate.id)
    return None


def _same(one: str, other: str) -> bool:
    """Compare texts as a reader sees them: GitHub may keep line ends in its own way."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
