"""What may never be broken, whatever goes wrong, in the words of the tests that are named after it."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Rule = Literal[
    "no user is touched that is not proven ours",
    "name to user is one to one",
    "every user we caused is accounted for",
    "an intent is durable before its call",
    "a binding is durable before the edit",
    "every password can be delivered",
    "no call follows a lost swap",
    "the document is the old one or the new one",
    "running again converges",
    "no secret is anywhere",
    "a plan writes nothing",
    "no write to the account without the lock",
    "a lock is given back",
    "a birthmark is unused",
    "what a run claims is so",
    "what a run heard is written when it ends",
    "nothing is kept that is done with",
    "no run ends in a way that nobody foresaw",
]

RULES: tuple[Rule, ...] = get_args(Rule)


class Breach(NamedTuple):
    """A rule that was broken, and how."""

    rule: Rule
    words: str

    def __str__(self) -> str:
        return f"broken: {self.rule}: {self.words}"
