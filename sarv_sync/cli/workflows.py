"""The GitHub workflows that `init` writes, filled in with what the project's files say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.configuration import StateSettings

CATALOG = {
    "plan": "plans every pull request",
    "apply": "applies what was reviewed",
    "apply-gated": "applies what people approve",
    "drift": "looks for drift every morning",
    "drift-accept": "also offers to accept drift",
    "repair": "by hand: what apply refused",
    "rotate": "changes passwords that are due",
    "snapshot": "publishes the listing every hour",
    "plan-fork": "plans pull requests without token",
    "accounts": "does it all for several accounts",
}
"""Every workflow by its name, and what it is for."""

USUAL = ("plan", "apply", "drift", "repair")
"""The workflows that are written when none is named."""

FOLDER = ".github/workflows"

_TEMPLATES = Path(__file__).parent / "templates" / "github"

UNRELEASED = "0" * 40
"""Stands for the commit of the Action until a release puts its own there; see CONTRIBUTING.md."""

_VARIABLES = re.compile(r"^#.*the variables SARV_ENDPOINT.*\n", re.MULTILINE)
_TO_PUT = re.compile(r"^# Set up first: put the account's base URL.*\n", re.MULTILINE)
_MIGRATION = re.compile(r"^#.*sarv-sync state migrate --to git.*\n", re.MULTILINE)
_ENDPOINT = re.compile(r"(?<= endpoint: )(\$\{\{ vars\.SARV_ENDPOINT }}|https://\S+ # the account's base URL)")
_OWNER_ID = re.compile(r'(?<= owner-id: )(\$\{\{ vars\.SARV_OWNER_ID }}|"10042" # the account\'s user id)')
_COMMAND = re.compile(r"^ +command: \w+\n", re.MULTILINE)
_STATE = "          state-options: backend=git # in this repository, a ref of its own\n"
_KEPT_IN_REPOSITORY = re.compile(r"contents: write #(?! to commit).*|contents: read # to check out, .*")
_EXTRAS = ("s3", "postgres")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a project. What its files do not say is None: workflows take that from variables.

    `state` is None where it is to be in the repository, as it is in the templates; `migrates` says that it may be in
    a file now. `folder` is the way from the repository's top to the project, `config` its main file's name there, if
    these are not the usual ones.
    """

    branch: str = "main"
    endpoint: str | None = None
    owner_id: str | None = None
    state: StateSettings | None = None
    migrates: bool = True
    folder: str = ""
    config: str | None = None


def workflows(known: Known, names: Iterable[str] = USUAL) -> dict[str, str]:
    """Return the text of each workflow, by its path in the repository. Raises `InputError` if one cannot be made."""
    return {path_of(name): _filled(name, known) for name in dict.fromkeys(names)}


def path_of(name: str) -> str:
    """Return where in a repository the workflow of that name is."""
    return f"{FOLDER}/sarv-sync-{name}.yml"


def release_is_unknown() -> bool:
    """Return whether the workflows name no commit of the Action, since this copy of the program is no release."""
    return UNRELEASED in (_TEMPLATES / "plan.yml").read_text(encoding="utf-8")


def state_ref(folder: str) -> str | None:
    """Return where the workflow for several accounts has the state of the one in `folder`; None if nowhere."""
    return f"refs/sarv-sync/{folder}/state" if re.fullmatch(r"\w[\w-]*(/\w[\w-]*)*", folder, re.ASCII) else None


def _filled(name: str, known: Known) -> str:
    text = (_TEMPLATES / f"{name}.yml").read_text(encoding="utf-8")
    text = text.replace("branches: [main]", f"branches: [{_word(known.branch)}]")
    if name == "accounts":
        return text.replace("[europe, india]", f"[{_word(known.folder)}]") if state_ref(known.folder) else text
    if known.endpoint and known.owner_id and _is_plain(known.endpoint) and _is_plain(known.owner_id):
        text = _TO_PUT.sub("", _VARIABLES.sub("", text))
        endpoint, owner_id = json.dumps(known.endpoint), json.dumps(known.owner_id)
        text = _OWNER_ID.sub(lambda _: owner_id, _ENDPOINT.sub(lambda _: endpoint, text))
    text = _with_place(text if known.migrates else _MIGRATION.sub("", text), known)
    return text if known.state is None else _with_state(text, known.state)


def _with_place(text: str, known: Known) -> str:
    """Return a workflow that finds the main file where it is."""
    inputs = {"working-directory": known.folder, "config": known.config or ""}
    lines = "".join(
        f"          {key}: {_word(_checked(value, 'the way to the main file'))}\n"
        for key, value in inputs.items()
        if value
    )
    return _COMMAND.sub(lambda found: found[0] + lines, text)


def _with_state(text: str, state: StateSettings) -> str:
    """Return a workflow for a state that is where the files have it. What is not in the repository needs no grant."""
    lines = [f"backend={state.backend}", *(f"{key}={_option(key, value)}" for key, value in state.options.items())]
    if state.backend in _EXTRAS:
        text = _with_extra(text, state.backend)
    options = "          state-options: | # given here, no pull request can change it\n"
    text = text.replace(_STATE, options + "".join(f"            {line}\n" for line in lines))
    return text if state.backend == "git" else _KEPT_IN_REPOSITORY.sub("contents: read # to check out", text)


def _with_extra(text: str, extra: str) -> str:
    """Return a workflow that installs `extra`, too, in every step that is told where the state is."""
    *steps, rest = text.split(_STATE)
    return _STATE.join([*(_installing(step, extra) for step in steps), rest])


def _installing(step: str, extra: str) -> str:
    if " extras: " in step:
        return re.sub(r"(?<= extras: ).*", lambda found: f"{found[0]} {extra}", step)
    return f"{step}          extras: {extra}\n"


def _option(key: str, value: object) -> str:
    return _checked(str(value).lower() if isinstance(value, bool) else str(value), f"state.{key}")


def _checked(text: str, what: str) -> str:
    if not text.isprintable() or not _is_plain(text):
        raise InputError(f"{what} holds what no workflow can", "take out line breaks and ${{")
    return text


def _word(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z][\w./-]*", text, re.ASCII) else json.dumps(text)


def _is_plain(value: str) -> bool:
    """Return whether GitHub takes `value` for itself, and not for an expression."""
    return "${{" not in value
