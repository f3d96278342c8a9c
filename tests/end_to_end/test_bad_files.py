"""Every bad file of the corpus ends a `validate` with 3 and says where it is bad."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sarv_sync.cli.main import run
from tests.end_to_end.workplace import HEAD, Workplace
from tests.unit.reporting.text_rules import assert_plain

BAD = Path(__file__).parents[1] / "golden" / "config" / "bad"
FILES = sorted(path.name for path in BAD.glob("*.yaml"))
CANARY = "t0ken-canary"


def places(path: Path) -> list[str]:
    """Return the `file:line:column` of every fault, as the golden file has them."""
    golden = path.with_suffix(".txt").read_text(encoding="utf-8")
    found = [re.match(r"(\S+?\.ya?ml:\d+:\d+): ", line) for line in golden.splitlines()]
    return [place[1] for place in found if place]


@pytest.mark.parametrize("name", FILES)
def test_validate_says_where_the_file_is_bad(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(BAD)
    code = run(["validate", "-c", name])
    said = capsys.readouterr()
    assert (code, said.out) == (3, "")
    assert said.err.startswith("error: ")
    assert_plain(said.err)
    told = re.findall(r"^error: (\S+?\.ya?ml:\d+:\d+): ", said.err, re.MULTILINE)
    assert told == places(BAD / name)
    assert said.err.count("hint: ") >= said.err.count("error: ")


@pytest.mark.parametrize("name", FILES)
def test_validate_says_the_same_in_json(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(BAD)
    code = run(["validate", "--format", "json", "-c", name])
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert (code, said.err) == (3, "")
    assert (document["format"], document["exit_code"]) == ("sarv-sync-error/1", 3)
    told = [f"{error['file']}:{error['line']}:{error['column']}" for error in document["errors"] if error["line"]]
    assert told == places(BAD / name)
    assert all(error["message"] and error["hint"] for error in document["errors"])


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "drift", "show"])
def test_every_command_refuses_a_bad_file_before_anything_else(work: Workplace, command: str) -> None:
    work.users("a: {total_limit: 0}\nb: {hourly_limit: ten}\nc: {totl_limit: 5}")
    done = work.run(command, "--format", "json", SARV_TOKEN=None)
    assert done.code == 3, done.said
    assert [(error["file"], error["line"], error["column"]) for error in done.json["errors"]] == [
        ("sarv-sync.yaml", 5, 20),
        ("sarv-sync.yaml", 6, 21),
        ("sarv-sync.yaml", 7, 7),
    ]
    assert "total_limit" in done.json["errors"][2]["hint"]


def test_the_line_and_what_to_do_are_shown(work: Workplace) -> None:
    work.users("a: {total_limit: 0}")
    err = work.run("validate").err
    assert "error: sarv-sync.yaml:5:20: " in err
    assert "5 |   a: {total_limit: 0}" in err
    assert "hint: " in err


@pytest.mark.parametrize(
    "text",
    [
        f"token: {CANARY}\n{HEAD}",
        HEAD.replace("{owner_id", f"{{token: {CANARY}, owner_id"),
        f"{HEAD}users:\n  a:\n    token: {CANARY}\n",
        f"{HEAD}credentials:\n  - {{sink: vault, token: {CANARY}}}\n",
        f"{HEAD}profiles: {{bulk: {{token: '{CANARY}'}}}}\n",
    ],
)
def test_a_token_in_the_file_is_an_error_and_not_repeated(work: Workplace, text: str) -> None:
    work.write(text)
    where = "docs/credentials.md says which variables" if "sink:" in text else "SARV_TOKEN"
    for done in (work.run("validate"), work.run("validate", "--format", "json")):
        assert (done.code, where in done.flat, CANARY in done.said) == (3, True, False), done.said


def test_an_included_file_is_named_in_its_own_errors(work: Workplace) -> None:
    work.write(HEAD + "include: [users/*.yaml]\n")
    work.write("users:\n  a: {total_limit: x}\n", "users/one.yaml")
    work.write("users:\n  a: {}\n", "users/two.yaml")
    done = work.run("validate")
    assert done.code == 3
    assert "users/one.yaml:2:20: " in done.err
    assert "users/two.yaml:2:3: " in done.err


@pytest.mark.parametrize("include", ["../outside.yaml", "link.yaml", "/etc/hostname", "linked/*.yaml"])
def test_an_include_from_outside_the_folder_is_an_error(work: Workplace, include: str) -> None:
    outside = work.path.parent / "outside.yaml"
    outside.write_text("users: {}\n")
    (work.path / "link.yaml").symlink_to(outside)
    (work.path / "linked").symlink_to(work.path.parent)
    work.write(f"{HEAD}include: [{include}]\n")
    assert work.run("validate").code == 3
