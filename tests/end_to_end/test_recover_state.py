"""What the guide on a lost state tells people to do, done as it stands there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_name, by_user, calls, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.guides.pages import Change
from tests.end_to_end.workplace import OWNER, TOKEN, Workplace

GUIDE = Path(__file__).parents[2] / "docs" / "recover-state.md"
PROGRAM = shlex.quote(str(Path(sys.executable).with_name("sarv-sync")))
STATE = "sarv-sync.state.json"
LOCK = f"{STATE}.lock"
EXAMPLE_ENDPOINT = "https://api.us1-mta1.example.net/v1.0"
WANTED = {"billing": (5000, 200, "Enable"), "newsletter": (200000, 5000, "Enable")}

Block = tuple[str, str]


def blocks(heading: str, *kinds: str) -> Iterator[Block]:
    """Yield language and text of every fenced block below a heading of the guide, or only of those in `kinds`."""
    guide = GUIDE.read_text(encoding="utf-8")
    [section] = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", guide, re.DOTALL | re.MULTILINE)
    for kind, text in re.findall(r"^```(\w+)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE):
        if not kinds or kind in kinds:
            yield kind, text


def do(work: Workplace, commands: str) -> str:
    """Run the commands as a shell would; return all that was said."""
    script = "set -euo pipefail\n" + re.sub(r"^sarv-sync ", f"{PROGRAM} ", commands, flags=re.MULTILINE)
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(work.path), **work.environment}
    done = subprocess.run(
        ["bash", "-c", script], cwd=work.path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert TOKEN not in done.stdout + done.stderr
    return done.stdout + done.stderr


def follow(work: Workplace, steps: Iterable[Block]) -> None:
    """Do what `steps` say. A text is what the last commands print; YAML is what the file has, or else is to have."""
    said = ""
    for kind, text in steps:
        match kind:
            case "sh":
                said = do(work, text)
            case "text":
                assert_said(text.replace(EXAMPLE_ENDPOINT, work.environment["SARV_ENDPOINT"]), said)
            case "yaml":
                assert (work.path / "sarv-sync.yaml").read_text(encoding="utf-8") == text
            case "diff":
                path = work.path / "sarv-sync.yaml"
                path.write_text(Change(path.name, text).made_to(path.read_text(encoding="utf-8")), encoding="utf-8")
            case _:
                pytest.fail(f"the guide has a block in {kind}")


def assert_said(text: str, said: str) -> None:
    """Assert that every line of `text` was said, in this order; `…` alone stands for any others."""
    rest = iter(said.splitlines())
    for line in text.splitlines():
        assert line == "…" or line in rest, f"{line!r} was not said in\n{said}"


@pytest.fixture
def account(work: Workplace, serve: Serve) -> Sandbox:
    """The account that the guide speaks of, in the care of the files and of a state that an apply has written."""
    sandbox = serve(
        users=(user("smtp12345", 5000, 200), user("smtp67890", 200000, 4000), user("smtp24680", 100, 10, "Disable"))
    )
    work.environment["SARV_OWNER_ID"] = OWNER
    [(_, files)] = blocks("What is lost, and what is not", "yaml")
    work.write(files)
    bind(work, sandbox, billing="smtp12345", newsletter="smtp67890")
    assert work.apply().code == 0
    assert by_name(work, sandbox) == WANTED
    return sandbox


@pytest.mark.parametrize("remembered", [True, False])
def test_a_lost_state_is_brought_back_without_a_copy(work: Workplace, account: Sandbox, remembered: bool) -> None:
    (work.path / STATE).unlink()
    if not remembered:
        (work.path / LOCK).unlink()
    before, made, edited = by_user(account), calls(account, "addSmtp"), calls(account, "editSmtp")
    follow(work, blocks("What is lost, and what is not", "sh", "text") if remembered else ())
    follow(work, blocks("Without a copy"))
    assert work.run("plan", "--detailed-exitcode").code == 0
    assert by_name(work, account) == WANTED
    assert (by_user(account), calls(account, "addSmtp"), calls(account, "editSmtp")) == (before, made, edited)


@pytest.mark.parametrize("remembered", [True, False])
def test_an_entry_that_is_really_new_waits_until_the_others_are_adopted(
    work: Workplace, account: Sandbox, remembered: bool
) -> None:
    (work.path / STATE).unlink()
    if not remembered:
        (work.path / LOCK).unlink()
    steps = list(blocks("Without a copy"))
    follow(work, [step for step in steps if step[0] == "diff" and "+" in step[1]])
    with (work.path / "sarv-sync.yaml").open("a") as file:
        file.write("  signup: {total_limit: 7, hourly_limit: 7}\n")
    assert (work.apply().code if remembered else 4, calls(account, "addSmtp")) == (4, 0)
    assert work.apply("--target", "billing", "--target", "newsletter").code == 0
    if remembered:
        assert work.apply().code == 4
        (work.path / LOCK).unlink()
    assert (work.apply().code, calls(account, "addSmtp")) == (0, 1)
    assert by_name(work, account) == {**WANTED, "signup": (7, 7, "Enable")}


def test_a_copy_in_version_control_brings_a_lost_state_back(work: Workplace, account: Sandbox) -> None:
    git = "git -c user.name=x -c user.email=x@example.org"
    do(work, f"git init -q .\n{git} add sarv-sync.*\n{git} commit -qm x\n")
    (work.path / STATE).unlink()
    follow(work, blocks("With a copy"))
    assert by_name(work, account) == WANTED


def test_an_old_copy_lacks_only_the_users_that_were_made_since(work: Workplace, account: Sandbox) -> None:
    old = (work.path / STATE).read_bytes()
    with (work.path / "sarv-sync.yaml").open("a") as file:
        file.write("  signup: {total_limit: 7, hourly_limit: 7}\n")
    assert work.apply().code == 0
    (work.path / STATE).unlink()
    (work.path / "copy.json").write_bytes(old)
    assert work.run("state", "push", "copy.json").code == 4
    do(work, "sarv-sync state push --force copy.json\n")
    done = work.run("export", "--update")
    assert "Added 2 users" in done.out
    assert "1 entry has neither a pin nor a user: signup" in done.err
    assert "signup may be smtp" in done.err


def test_what_was_exported_before_has_the_names_and_pins(work: Workplace, account: Sandbox) -> None:
    follow(work, blocks("Before it happens"))
    (work.path / STATE).unlink()
    (work.path / "backup.yaml").replace(work.path / "sarv-sync.yaml")
    plan = work.run("plan", "--format", "json").json
    assert [(change["action"], change["name"], change["smtp_user_name"]) for change in plan["changes"]] == [
        ("adopt", "billing", "smtp12345"),
        ("adopt", "newsletter", "smtp67890"),
        ("adopt", "smtp24680", "smtp24680"),
    ]
    assert (work.apply().code, work.run("plan", "--detailed-exitcode").code, calls(account, "addSmtp")) == (0, 0, 0)
    do(work, "sarv-sync state push --force copy.json\n")
