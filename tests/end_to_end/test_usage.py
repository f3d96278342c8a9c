"""The command line itself."""

from __future__ import annotations

import pytest

import sarv_sync
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.workplace import HEAD, Workplace

pytestmark = pytest.mark.usefixtures("fresh")

COMMANDS = (
    "init", "validate", "plan", "apply", "rotate", "drift", "accept", "explain", "history", "show", "export", "adopt",
    "snapshot", "state", "doctor", "github", "schema", "sandbox", "demo",
)  # fmt: skip

WRONG = [
    ("plan", "--bogus"),
    ("plan", "stray"),
    ("plan", "--format", "yaml"),
    ("plan", "--out"),
    ("apply", "one", "two"),
    ("rotate",),
    ("rotate", "--auto-approve"),
    ("accept",),
    ("accept", "a", "--all"),
    ("accept", "--label", "team"),
    ("rotate", "a", "--all"),
    ("rotate", "--all", "--older-than", "old"),
    ("rotate", "--label", "team"),
    ("nonsense",),
    ("validate", "--color", "sometimes"),
    ("state", "mv", "only-one"),
    ("state", "explode"),
    ("schema", "nothing"),
    ("schema",),
    ("explain",),
    ("explain", "a", "b"),
    ("history", "a", "b"),
    ("history", "--limit", "0"),
    ("adopt", "a"),
    ("sandbox", "--port", "99999"),
    ("sandbox", "--fault", "nonsense"),
    ("--bogus", "plan"),
]


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage_is_wrong_input(work: Workplace, arguments: tuple[str, ...]) -> None:
    done = work.run(*arguments)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("error: ")
    assert "hint:" in done.err
    assert "\\n" not in done.err


@pytest.mark.parametrize("arguments", [("plan", "--bogus"), ("apply", "a", "b"), ("nonsense",), ("--bogus", "plan")])
@pytest.mark.parametrize("flag", [("--format", "json"), ("--format=json",)])
def test_wrong_usage_is_json_where_json_was_asked_for(
    work: Workplace, arguments: tuple[str, ...], flag: tuple[str, ...]
) -> None:
    done = work.run(*arguments, *flag)
    document = done.json
    assert (done.code, document["format"], document["exit_code"]) == (3, "sarv-sync-error/1", 3)
    assert [sorted(error) for error in document["errors"]] == [["column", "file", "hint", "line", "message"]]
    assert done.raw_err == b""


def test_the_version_is_the_packages(work: Workplace) -> None:
    assert (work.run("--version").code, work.run("--version").out) == (0, f"sarv-sync {sarv_sync.__version__}\n")


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_every_command_and_the_exit_codes(work: Workplace, flag: str) -> None:
    done = work.run(flag)
    assert (done.code, done.err) == (0, "")
    assert all(f"\n  {command} " in done.out for command in COMMANDS)
    assert "4 refused" in done.flat


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_listed_exists(work: Workplace, command: str) -> None:
    done = work.run(command, "-h")
    assert (done.code, f"Usage: sarv-sync {command}" in done.out) == (0, True), done.said


def test_a_missing_file_is_wrong_input_and_says_how_to_begin(work: Workplace) -> None:
    for command in ("validate", "plan", "apply", "drift", "show", "export"):
        done = work.run(command)
        assert (done.code, "sarv-sync.yaml" in done.err, "sarv-sync init" in done.err) == (3, True, True)


def test_quiet_leaves_results_and_errors(work: Workplace) -> None:
    work.write("version: 1\nusers: {a: {total_limit: 5, hourly_limit: 6}}\n")
    assert "warning" in work.run("validate").err
    quiet = work.run("validate", "-q")
    assert (quiet.err, quiet.out.startswith("Valid")) == ("", True)
    assert work.run("-q", "validate", "-c", "nowhere").err != ""


@pytest.mark.parametrize("command", ["plan", "apply", "rotate", "drift", "show"])
def test_what_shows_a_plan_can_show_all_of_it(work: Workplace, command: str) -> None:
    assert "--full Show every change, however many there are." in work.run(command, "--help").flat


def test_a_long_plan_is_summed_up_unless_all_of_it_is_wanted(work: Workplace, sandbox: Sandbox) -> None:
    work.users("\n".join(f"tenant-{number:03}: {{}}" for number in range(201)), HEAD + "guards: {max_creates: 500}\n")
    short, full = work.run("plan", "--out", "saved.json"), work.run("plan", "--full")
    assert (short.out.count("  + tenant-"), full.out.count("  + tenant-")) == (5, 201)
    assert short.out.splitlines()[-2:] == full.out.splitlines()[-2:]
    assert "`--full`" in short.out
    assert work.run("show", "saved.json").out == short.out
    assert work.run("show", "saved.json", "--full").out == full.out
    assert len(work.run("plan", "--format", "json").json["changes"]) == 201
    applied = work.apply("--full")
    assert (applied.code, applied.out.startswith(full.out)) == (0, True)
