"""Which answers to `addSmtp` can be true."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sarv_sync.errors import AnswerUnusable
from sarv_sync.model.answers import Created, Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sarv_sync.applying.interface import Left
    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.state import Intent

    Added = Sequence[tuple[Intent, AddAnswer | Left]]


def believed(answers: Added, known: Collection[str]) -> Added:
    """Return `answers`, those that cannot be true made `Unknown`: no new user is `known` already, or made twice."""
    made = Counter(answer.smtp_user_name for _, answer in answers if isinstance(answer, Created))

    def judged(answer: AddAnswer | Left) -> AddAnswer | Left:
        if isinstance(answer, Created) and (answer.smtp_user_name in known or made[answer.smtp_user_name] > 1):
            message = f"the provider says that it made {answer.smtp_user_name}, which is not a new user"
            return Unknown(AnswerUnusable(message, "the account is searched for the user that was really made"))
        return answer

    return [(intent, judged(answer)) for intent, answer in answers]
