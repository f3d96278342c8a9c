"""The guides, followed to the letter: every command is run, and prints what the guide shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.end_to_end.guides.following import ROOT, follow
from tests.end_to_end.guides.pages import steps

FOLDER = ROOT / "docs" / "how-to"
GUIDES = (
    "bring-in-an-account",
    "split-by-team",
    "rename",
    "retire-and-recycle",
    "changed-in-the-console",
    "undo-an-apply",
)


def text_of(guide: str) -> str:
    return (FOLDER / f"{guide}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_can_be_followed_to_the_letter(tmp_path: Path, guide: str) -> None:
    page = text_of(guide)
    followed = follow(tmp_path, steps(page))
    shown = re.findall(r"^\$ (.*)$", page, re.MULTILINE)
    assert [command.line for command, _ in followed.ran] == shown
    assert len(shown) >= 6


def test_every_guide_is_followed_and_the_readme_leads_to_each() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{guide}.md" for guide in GUIDES)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\(docs/how-to/([\w-]+)\.md\)", readme) == list(GUIDES)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_that_a_guide_speaks_of_is_shown_behind_a_prompt(guide: str) -> None:
    prose = re.sub(r"^```.*?^```$", "", text_of(guide), flags=re.DOTALL | re.MULTILINE)
    assert not re.findall(r"^ *(?:\$ )?(?:sarv-sync|git) .*$", prose, re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_takes_five_minutes_to_read(guide: str) -> None:
    prose = re.sub(r"^```.*?^```$|<!--.*?-->", "", text_of(guide), flags=re.DOTALL | re.MULTILINE)
    assert len(prose.split()) <= 800
