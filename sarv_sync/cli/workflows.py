"""The GitHub workflows that `init` writes, filled in with what the project's files say."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError

if TYPE_CHECKING:
    from sarv_sync.model.configuration import StateSettings

PLAN_WORKFLOW = ".github/workflows/sarv-sync-plan.yml"
APPLY_WORKFLOW = ".github/workflows/sarv-sync-apply.yml"
DRIFT_WORKFLOW = ".github/workflows/sarv-sync-drift.yml"

_TEMPLATES = Path(__file__).parent / "templates" / "github"
_SOURCES = {PLAN_WORKFLOW: "plan.yml", APPLY_WORKFLOW: "apply.yml", DRIFT_WORKFLOW: "drift.yml"}

UNRELEASED = "0" * 40
"""Stands for the commit of the Action until a release puts its own there; see CONTRIBUTING.md."""

_VARIABLES = re.compile(r"^#.*the variables SARV_ENDPOINT.*\n", re.MULTILINE)
_STATE = "          state-options: backend=git # in this repository, a ref of its own\n"
_KEPT_IN_REPOSITORY = re.compile(r"contents: write #.*|contents: read # to check out, .*")
_EXTRAS = ("s3", "postgres")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a project. What its files do not say is None: workflows take that from variables.

    `state` is None where it is to be in the repository, as it is in the templates.
    """

    branch: str = "main"
    endpoint: str | None = None
    owner_id: str | None = None
    state: StateSettings | None = None


def workflows(known: Known) -> dict[str, str]:
    """Return the text of each workflow, by its path in the repository."""
    return {path: _filled((_TEMPLATES / name).read_text(encoding="utf-8"), known) for path, name in _SOURCES.items()}


def release_is_unknown() -> bool:
    """Return whether the workflows name no commit of the Action, since this copy of the program is no release."""
    return UNRELEASED in (_TEMPLATES / "plan.yml").read_text(encoding="utf-8")


def _filled(text: str, known: Known) -> str:
    text = text.replace("branches: [main]", f"branches: [{_word(known.branch)}]")
    if known.endpoint and known.owner_id and _is_plain(known.endpoint) and _is_plain(known.owner_id):
        text = _VARIABLES.sub("", text)
        text = text.replace("${{ vars.SARV_ENDPOINT }}", json.dumps(known.endpoint))
        text = text.replace("${{ vars.SARV_OWNER_ID }}", json.dumps(known.owner_id))
    return text if known.state is None else _with_state(text, known.state)


def _with_state(text: str, state: StateSettings) -> str:
    """Return a workflow for a state that is where the files have it. What is not in the repository needs no grant."""
    lines = [f"backend={state.backend}", *(f"{key}={_option(key, value)}" for key, value in state.options.items())]
    extras = f"          extras: {state.backend}\n" if state.backend in _EXTRAS else ""
    options = "          state-options: | # given here, no pull request can change it\n"
    text = text.replace(_STATE, extras + options + "".join(f"            {line}\n" for line in lines))
    return text if state.backend == "git" else _KEPT_IN_REPOSITORY.sub("contents: read # to check out", text)


def _option(key: str, value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if not text.isprintable() or not _is_plain(text):
        raise InputError(f"state.{key} holds what no workflow can", "take out line breaks and ${{")
    return text


def _word(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z][\w./-]*", text) else json.dumps(text)


def _is_plain(value: str) -> bool:
    """Return whether GitHub takes `value` for itself, and not for an expression."""
    return "${{" not in value
