"""What somebody changed in the account, on its way into the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.users import Field, Value

Written = Literal["user", "profile", "added"]


@dataclass(frozen=True, slots=True)
class AcceptedField:
    """A value that the account has, and the files are to say.

    `before` is what they said, None for a name that had no entry; `after` is what the account has. `where` says
    whether it goes to the user's own entry, to its `profile`, or to an entry that is added; `file` and `line` are the
    place once all is written.
    """

    name: str
    smtp_user_name: str
    field: Field
    before: Value | None
    after: Value
    file: str
    line: int
    where: Written
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class FileDifference:
    """What changes in a file, as a unified diff with the line ends of the file. It may hold hostile characters."""

    file: str
    diff: str
