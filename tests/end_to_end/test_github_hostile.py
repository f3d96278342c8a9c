"""Whatever words a pull request or the provider brings along, text stays text: in log, summary, comment and issue.

The log is read by a model of the runner's grammar, Markdown by GitHub's own parser; neither shares code with the
program.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import user
from tests.end_to_end.github_office import REPOSITORY, Job, Office, git
from tests.end_to_end.workplace import OWNER, TOKEN
from tests.forge.server import Forge
from tests.runner.grammar import commands_in
from tests.unit.provider.stage import Stage, reply
from tests.unit.reporting.github_markdown import assert_only_ours
from tests.unit.reporting.hostile import CORPUS

RUN = frozenset({f"https://github.com/{REPOSITORY}/actions/runs/77/attempts/1"})
WORDS = [word for word in CORPUS if word.isprintable() or word.encode("utf-8", "ignore").decode() == word]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    account = MemoryAccount(users=(user("smtp1"), user("smtp2")))
    with Forge() as forge, Sandbox(account, owner_id=OWNER, token=TOKEN) as sandbox:
        made = Office(tmp_path, forge, sandbox)
        made.found(made.users(""))
        yield made


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.close()


def assert_tame(office: Office, job: Job, number: int | None = None, links: frozenset[str] = RUN) -> None:
    """Assert that the runner obeys nothing but our annotations, and that all Markdown is ours alone."""
    log = f"{job.out}\n{job.err}"
    for names in (None, frozenset({"error", "warning", "set-output", "stop-commands", "add-mask"})):
        for command in commands_in(log) if names is None else commands_in(log, names):
            assert command.name in {"error", "warning"}, command
            assert command.properties["title"] == "sarv-sync"
    if job.summary:
        assert_only_ours(job.summary, links)
    for comment in office.forge.comments(REPOSITORY, number) if number else ():
        assert_only_ours(comment.body, RUN)


def wrong_in(place: str, word: str, index: int) -> dict[str, Any]:
    """Return an entry that is wrong in one place by a hostile word."""
    good: dict[str, Any] = {"total_limit": 1, "hourly_limit": 1}
    return {
        "name": {word: good},
        "key": {f"a{index}": {**good, word: 1}},
        "value": {f"a{index}": {**good, "total_limit": word}},
        "status": {f"a{index}": {**good, "status": word}},
        "profile": {f"a{index}": {**good, "profile": word}},
        "pin": {f"a{index}": {**good, "smtp_user_name": word}},
        "label": {f"a{index}": {**good, "labels": {word: word}}},
        "rename": {f"a{index}": {**good, "renamed_from": word}},
        "description": {f"a{index}": {**good, "description": word}},
    }[place]


PLACES = ("name", "key", "value", "status", "profile", "pin", "label", "rename", "description")


@pytest.mark.parametrize("place", PLACES)
def test_words_of_the_files(office: Office, place: str) -> None:
    users: dict[str, Any] = {}
    for index, word in enumerate(WORDS):
        users |= wrong_in(place, word, index)
    pull = office.open({"sarv-sync.yaml": office.head + yaml.safe_dump({"users": users}, allow_unicode=True)})
    assert_tame(office, office.plan(pull), pull.number)


@pytest.mark.parametrize("place", ["include", "state", "removed", "top"])
def test_words_of_the_main_file(office: Office, place: str) -> None:
    for word in WORDS[::9]:
        parts: dict[str, dict[str, Any]] = {
            "include": {"include": [word]},
            "state": {"state": {"backend": "local", "path": word}},
            "removed": {"removed": {word: "forget"}},
            "top": {word: word},
        }
        text = office.head + yaml.safe_dump({**parts[place], "users": {}}, allow_unicode=True)
        with office.checkout("main") as folder:
            (folder / "sarv-sync.yaml").write_text(text, encoding="utf-8")
            assert_tame(office, office.step("validate", folder, token=None, state_options=None))


def test_words_of_the_provider(office: Office, stage: Stage) -> None:
    row = {"smtp_user_name": "smtp1", "password": "pw", "status": "Enable", "total_limit": 10, "hourly_limit": 1}
    odd = [{**row, "smtp_user_name": f"s{index}-{key}", key: word}
           for index, word in enumerate(CORPUS) for key in ("total_limit", "status", "password")]  # fmt: skip
    named = [{**row, "smtp_user_name": word} for word in CORPUS]
    stage.play(reply({"status": "success", "smtp_list": [row, *odd, *named]}))
    pull = office.open(office.users("a: {total_limit: 1, hourly_limit: 1}"))
    assert_tame(office, office.plan(pull, endpoint=stage.url), pull.number)
    assert_tame(office, office.drift(endpoint=stage.url))
    for issue in office.forge.issues(REPOSITORY):
        assert_only_ours(issue.body or "", RUN)


def test_words_of_errors(office: Office, stage: Stage) -> None:
    pull = office.open(office.users("a: {total_limit: 1, hourly_limit: 1}"))
    for word in WORDS[::7]:
        stage.play(reply({"status": "error", "name": word, "message": word, "code": word}))
        job = office.plan(pull, endpoint=stage.url, comment="false")
        assert job.code == 1
        assert_tame(office, job)
    stage.play(reply({"status": "error", "name": "\n".join(WORDS), "message": "\n".join(WORDS)}))
    assert_tame(office, office.plan(pull, endpoint=stage.url), pull.number)


def test_words_of_those_who_push(office: Office) -> None:
    """Branches, file names and people are named by anybody."""
    word = "x`$(id)`-##[error]a-::error::b-@octo-#1"
    pull = office.open({f"{word.replace('/', '')}.yaml": "version: 2\n", **office.users("a: {total_limit: 0}")})
    job = office.plan(pull, config=f"{word.replace('/', '')}.yaml", actor=word)
    assert job.code == 3
    assert_tame(office, job, pull.number)
    office.merge(pull)
    with office.checkout("main") as folder:
        assert_tame(office, office.step("apply", folder, ref=word))


def test_words_of_the_files_that_drift_is_accepted_into(office: Office) -> None:
    """A path has what git and the file system take, comments have what YAML takes."""
    folder = "x`$(id)`-##[error]a::b-@octo-#1 <b> | --"
    comments = "".join(f"  # {word!r}\n" for word in WORDS[:60])
    entry = "billing: {smtp_user_name: smtp1, total_limit: 1000, hourly_limit: 100}"
    office.push_main({f"{folder}/sarv-sync.yaml": f"{office.head}users:\n{comments}  {entry}\n"})
    where: dict[str, Any] = {"working_directory": folder}
    with office.checkout("main") as checkout:
        assert office.step("apply", checkout, approved_plan="none", **where).code == 0
        office.sandbox.account.edit("smtp1", total_limit=4000)
        found = office.step("drift", checkout, event="schedule", accept="pull-request", **where)
    [opened] = office.forge.pull_requests(REPOSITORY)
    assert_tame(office, found, links=frozenset({f"{office.forge.url}/{REPOSITORY}/pull/{opened.number}"}))
    assert found.outputs["pull-request"] == str(opened.number)
    top = f"https://github.com/{REPOSITORY}"
    file = quote(f"main/{folder}/sarv-sync.yaml")
    assert_only_ours(opened.body or "", frozenset({f"{top}/actions", f"{top}/blob/{file}"}))
    message = git(office.bare, "log", "-1", "--format=%B", office.opened(opened.number).branch)
    assert message.replace("\n", "").isprintable()
    assert not set("@#<>`$|") & set(message)
