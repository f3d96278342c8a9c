"""The page's example of guards, budgets and labels is one, and holds what it promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sarv_sync.config.load import load
from sarv_sync.errors import InputError
from sarv_sync.inputs import check_files

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"
SECTION = PAGE.read_text(encoding="utf-8").partition("## `budgets` and `require_labels`")[2]
[EXAMPLE] = re.findall(r"```yaml\n(.*?)```", SECTION.partition("\n## ")[0], re.DOTALL)


def check(text: str, folder: Path) -> None:
    (folder / "sarv-sync.yaml").write_text(text, encoding="utf-8")
    check_files(load("sarv-sync.yaml", folder))


def test_the_example_is_valid_and_within_its_budgets(tmp_path: Path) -> None:
    check(EXAMPLE, tmp_path)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("hourly_limit: 900,", "hourly_limit: 1001,"),
        ("hourly_limit: 9000,", "hourly_limit: 10001,"),
        ("total_limit: 1000000,", "total_limit: 2000001,"),
        ("max_total_hourly: 20000", "max_total_hourly: 13899"),
        ("labels: {team: finance}}\n  newsletter", "labels: {tier: gold}}\n  newsletter"),
    ],
)
def test_each_of_its_rules_can_be_broken(tmp_path: Path, written: str, instead: str) -> None:
    assert EXAMPLE.count(written) == 1
    with pytest.raises(InputError) as caught:
        check(EXAMPLE.replace(written, instead), tmp_path)
    assert len(caught.value.faults) == 1
