"""The use case of `accept`: what somebody changed in the account goes into the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sarv_sync.config.editing import FileEdit
    from sarv_sync.errors import Fault
    from sarv_sync.model.acceptance import AcceptedField
    from sarv_sync.workflow import Project


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is to be written, none of which is written yet; and what is not.

    `left` is what cannot be accepted, and why; `remarks` is what else there is to know.
    """

    edits: tuple[FileEdit, ...] = ()
    accepted: tuple[AcceptedField, ...] = ()
    left: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()


def look(  # noqa: PLR0913 - which files, whose values, and where they go
    project: Project,
    path: str,
    cwd: Path,
    names: Sequence[str] = (),
    *,
    labels: Sequence[tuple[str, str]] = (),
    into_profiles: bool = False,
) -> Acceptance:
    """Return how the files at `path`, as seen from `cwd`, come to say what the account has. Writes nothing anywhere.

    Only what drifted is accepted: of the users that `names` (names or patterns; none: everybody) and `labels` choose.
    With `into_profiles`, a value that comes from a user's profile is written there, if all its users show it.
    Raises `InputError` for a name that nobody bears, and for files with errors; `Refused` for a listing that cannot
    be relied on.
    """
    raise NotImplementedError
