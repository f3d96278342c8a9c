"""What a list of names says of the users of an account: a header, and a row for each user.

::

    the column                 is
    ------------------------   ------------------------------------------------------
    smtp_user_name             whom the row is about
    name                       what the user is to be called; empty: after itself
    description                the entry's description; empty: none
    any other                  a label by the column's name; empty: the user has none
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarv_sync.errors import Fault, InputError
from sarv_sync.model.advised import adopt_command
from sarv_sync.model.export import Choice, Choices
from sarv_sync.model.users import NAME
from sarv_sync.planning.naming import fitted, told_apart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sarv_sync.model.users import Listing

_USER, _NAME, _DESCRIPTION = "smtp_user_name", "name", "description"
_LONGEST_KEY = 63


class Row(NamedTuple):
    """A row of a table, and the line it begins on, from 1."""

    line: int
    cells: Sequence[str]


def read_choices(file: str, rows: Iterable[Row]) -> Choices:
    """Return what the `rows` of `file`, its header among them, say. Raises `InputError` with all that is wrong."""
    filled = [Row(row.line, [cell.strip() for cell in row.cells]) for row in rows]
    filled = [row for row in filled if any(row.cells)]
    header = filled[0] if filled else Row(1, ())
    faults = list(_header_faults(file, header))
    if not faults:
        reading = _Reading(file, header.cells)
        for row in filled[1:]:
            reading.take(row)
        faults = reading.faults
        if not faults:
            return Choices(file, reading.users)
    raise InputError(f"{file} is no list of names", faults=tuple(faults))


def _header_faults(file: str, header: Row) -> Iterator[Fault]:
    columns = list(header.cells)
    if missing := [f"`{column}`" for column in (_USER, _NAME) if column not in columns]:
        hint = "begin the file with a header: smtp_user_name,name and, if you like, a column for each label"
        if any(";" in column or "\t" in column for column in columns):
            hint = "put commas between the columns, not semicolons or tabs: smtp_user_name,name"
        yield Fault(f"there is no column {' and none '.join(missing)}", hint, file, header.line)
        return
    for number, column in enumerate(columns, start=1):
        if not column:
            yield Fault(f"column {number} has no name", "name it after a label, or remove it", file, header.line)
        elif column in columns[: number - 1]:
            yield Fault(f"the column `{column}` is there twice", "remove one of the two", file, header.line)
        elif len(column) > _LONGEST_KEY:
            hint = f"a label's name has {_LONGEST_KEY} characters at most here"
            yield Fault(f"the name of column {number} is too long", hint, file, header.line)


class _Reading:
    """Reads rows one after another. `users` is what they say, `faults` what is wrong with them."""

    def __init__(self, file: str, columns: Sequence[str]) -> None:
        self._file = file
        self._columns = columns
        self._holders: dict[str, str] = {}
        self.users: dict[str, Choice] = {}
        self.faults: list[Fault] = []

    def take(self, row: Row) -> None:
        """Read one row."""
        if len(row.cells) > len(self._columns):
            message = f"the row has {len(row.cells)} cells, the header {len(self._columns)}"
            self._wrong(row, message, 'put a cell that has a comma in it into double quotes: "one, two"')
            return
        said = dict(zip(self._columns, row.cells, strict=False))
        user, name, description = (said.pop(key, "") for key in (_USER, _NAME, _DESCRIPTION))
        if not user:
            self._wrong(row, "the row names no user", f"fill in its `{_USER}`, or remove it")
        elif user in self.users:
            self._wrong(row, f"{user} is on line {self.users[user].line} already", "keep one of the two rows")
        elif self._is_good(row, user, name):
            labels = tuple(sorted((key, value) for key, value in said.items() if value))
            self.users[user] = Choice(row.line, name or None, description or None, labels)

    def _is_good(self, row: Row, user: str, name: str) -> bool:
        holder = self._holders.setdefault(name, user) if name else user
        if name and not NAME.fullmatch(name):
            hint = f"use lower-case letters, digits, dot, underscore and hyphen, 63 at most: {fitted(name)}, say"
            self._wrong(row, f"`{name}` cannot be a name", hint)
            return False
        if holder != user:
            self._wrong(row, f"`{name}` is the name of {holder} already", "give one of the two another name")
            return False
        return True

    def _wrong(self, row: Row, message: str, hint: str) -> None:
        self.faults.append(Fault(message, hint, self._file, row.line))


def chosen_names(
    choices: Choices, users: Collection[str], taken: Collection[str], entries: Collection[str]
) -> dict[str, str]:
    """Return the names chosen for `users`. Raises `InputError` if one of them is among `taken`.

    `entries` are those of `taken` that are entries without a user.
    """
    chosen = {user: choice for user, choice in choices.users.items() if choice.name and user in users}
    faults = []
    for user, choice in chosen.items():
        if choice.name in taken:
            hint = "choose another name"
            if choice.name is not None and choice.name in entries:
                hint = f"`{adopt_command(choice.name, user)}` makes the user that entry's"
            message = f"`{choice.name}` is taken already, by an entry or in the state"
            faults.append(Fault(message, hint, choices.file, choice.line))
    if faults:
        raise InputError("a chosen name is taken", faults=tuple(faults))
    return {user: choice.name for user, choice in chosen.items() if choice.name}


def unused_choices(choices: Choices, listing: Listing, names: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what is said of nobody, and the names of users that have another one in `names` already."""
    there = listing.names()
    for user, choice in choices.users.items():
        if user not in there:
            yield Fault(f"{told_apart(user)} is not in the account", None, choices.file, choice.line)
        elif choice.name and names.get(user, choice.name) != choice.name:
            yield Fault(
                f"{told_apart(user)} is called {names[user]} already, so `{choice.name}` is not used",
                f"to rename it, write `renamed_from: {names[user]}` into the entry {choice.name}",
                choices.file,
                choice.line,
            )
