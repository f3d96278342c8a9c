"""All commands, in all formats, in all ways to fail: no secret is in anything that is printed or left behind.

Every secret is a canary that no encoding keeps as it is. Where a secret belongs, in a sink or in the file that the
scenario itself put it into, is not searched.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from sarv_sync.cli.program import COMMANDS
from tests.end_to_end.conftest import SEARCHED, Serve
from tests.end_to_end.sweep.catalog import SCENARIOS
from tests.end_to_end.sweep.scene import Scene
from tests.end_to_end.workplace import Workplace

OUTPUTS, BYTES = 1500, 700_000
"""What is the least to be searched: a sweep that looks at nothing finds nothing."""


@dataclass
class Total:
    """What all scenarios had searched, together."""

    scenarios: list[str] = field(default_factory=list)
    commands: set[str] = field(default_factory=set)
    outputs: int = 0
    files: int = 0
    size: int = 0


@pytest.fixture(scope="module")
def total() -> Total:
    return Total()


@pytest.mark.xdist_group("sweep")
@pytest.mark.parametrize("name", SCENARIOS)
def test_no_secret_is_printed_or_left_behind(
    work: Workplace, serve: Serve, total: Total, name: str, record_property: Callable[[str, object], None]
) -> None:
    scene = Scene(work, serve)
    SCENARIOS[name](scene)
    scene.end()
    sys.stdout.write(f"{scene.tripwire.report()}\n")
    assert sorted({f"{hit.where}: {hit.form!r}" for hit in scene.tripwire.hits()}) == []
    assert scene.tripwire.outputs > 0
    record_property(SEARCHED, (scene.tripwire.outputs, scene.tripwire.files, scene.tripwire.size))
    total.scenarios.append(name)
    total.commands |= scene.commands
    total.outputs += scene.tripwire.outputs
    total.files += scene.tripwire.files
    total.size += scene.tripwire.size


@pytest.mark.xdist_group("sweep")
def test_the_sweep_was_no_empty_one(total: Total) -> None:
    if total.scenarios != list(SCENARIOS):
        assert "CI" not in os.environ, "the whole sweep has to run, in one process"
        pytest.skip("only a part of the sweep was run")
    assert COMMANDS.keys() <= total.commands
    assert total.outputs >= OUTPUTS
    assert total.size >= BYTES
