"""A user of the account that an entry of the files is to adopt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.plan import Change
    from sarv_sync.model.users import Source

Standing = Literal["new", "pinned", "bound"]


@dataclass(frozen=True, slots=True)
class Adoption:
    """That the entry `name` is to have the user `smtp_user_name`, and how far that is.

    `standing` is `new` for a pin that is written now, `pinned` for one that was there already, and `bound` where the
    user is the entry's own by now, so that no pin is needed. `source` is where the pin stands, or the entry that
    needs none. `change` is what the next plan does about it, None where there is nothing left to do.
    """

    name: str
    smtp_user_name: str
    standing: Standing
    source: Source
    change: Change | None
