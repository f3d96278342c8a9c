"""What the README tells people to do, done as it stands there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sarv_sync import errors
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_name, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.guides.test_guides import GUIDES
from tests.end_to_end.workplace import TOKEN, Workplace

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/commands.md",
    "docs/configuration.md",
    "docs/credentials.md",
    "docs/guarantees.md",
    "docs/recover-state.md",
    "docs/github.md",
    "docs/monitoring.md",
    "docs/state.md",
    "docs/sandbox.md",
    *(f"docs/how-to/{guide}.md" for guide in GUIDES),
)
EXAMPLE_ENDPOINT = "https://api.us1-mta1.example.net/v1.0"


def _blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a page that are in `language`."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def _script() -> str:
    """Return the README's path to a real account as one script; its YAML is written where an editor would."""
    found = re.findall(
        r"^```(sh|yaml)\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    parts = [
        f"cat > sarv-sync.yaml <<'END'\n{text}END\n" if kind == "yaml" else text
        for kind, text in found
        if not text.startswith(("make ", "pip "))
    ]
    return "set -euo pipefail\n" + "".join(parts)


@pytest.fixture
def account(serve: Serve) -> Sandbox:
    """The account that the README speaks of."""
    return serve(users=(user("smtp12345"),))


def test_the_path_to_a_real_account_works_as_it_is_written(work: Workplace, account: Sandbox) -> None:
    program = Path(sys.executable).with_name("sarv-sync")
    script = _script().replace(EXAMPLE_ENDPOINT, account.url).replace("sarv-sync ", f"{shlex.quote(str(program))} ")
    assert script.count(str(program)) >= 7
    remote = "git init -q && git init -q --bare ../remote && git remote add origin ../remote\n"
    script = re.sub(r"^.*state migrate.*$", lambda found: remote + found[0], script, flags=re.MULTILINE)
    done = subprocess.run(
        ["bash", "-c", script], input=f"{TOKEN}\n", cwd=work.path, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Unmanaged: 1 user" in done.stdout
    project = Workplace(work.path / "smtp-users")
    assert by_name(project, account) == {"legacy": (100, 10, "Enable"), "billing": (5000, 200, "Enable")}
    assert "state: {backend: git}" in done.stdout
    assert TOKEN not in done.stdout + done.stderr


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_exists(page: str) -> None:
    targets = re.findall(r"\bmake ([a-z]+)$", "\n".join(_blocks(page, "sh")), re.MULTILINE)
    assert targets
    done = subprocess.run(["make", "-n", *targets], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_every_link_within_the_repository_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / page).parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_heading_leads_to_one(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for path, anchor in re.findall(r"\]\(([^)#:]*\.md|)#([^)]+)\)", text):
        there = (ROOT / page).parent / path if path else ROOT / page
        assert anchor in _anchors(there.read_text(encoding="utf-8")), f"{path}#{anchor}"


def _anchors(text: str) -> set[str]:
    """Return what GitHub calls the headings of a page."""
    headings = re.findall(
        r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_exit_codes_are_told_alike_and_are_those_there_are() -> None:
    pages = ((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/commands.md"))
    one, other = (re.findall(r"^\| (\d+) \| (.*) \|$", page, re.MULTILINE) for page in pages)
    assert one == other
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert {int(code) for code, _ in one} == codes
