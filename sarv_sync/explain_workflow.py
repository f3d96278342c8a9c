"""The use case of `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync import workflow
from sarv_sync.config.origins import origins_of
from sarv_sync.planning.asked import Sides, whose
from sarv_sync.planning.explaining import explain

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.model.explanation import Explanation
    from sarv_sync.workflow import Project


def explanation(project: Project, asked: str, cwd: Path) -> Explanation:
    """Return all there is to say of the user `asked` for; the files are named as seen from `cwd`. Writes nothing.

    The plan is made of everything, so that what hangs on other names is seen. Raises `InputError` for a user that
    nobody knows.
    """
    state, look = workflow.look(project)
    sides = Sides(project.configuration, state, look.listing, look.evidence, look.plan)
    name = whose(asked, sides)
    entry = None if name is None else project.configuration.users.get(name)
    origins = () if entry is None else origins_of(entry, project.configuration, cwd)
    return explain(asked, name, sides, origins)
