from __future__ import annotations

from pathlib import Path

import pytest

from sarv_sync.config.load import load
from sarv_sync.model.configuration import SnapshotSettings

KEY = "EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE0="


@pytest.mark.parametrize(
    ("section", "settings"),
    [
        ("", SnapshotSettings(None, 86400)),
        ("snapshot:", SnapshotSettings(None, 86400)),
        ("snapshot: {}", SnapshotSettings(None, 86400)),
        ("snapshot: {max_age: 90m}", SnapshotSettings(None, 5400)),
        (f"snapshot: {{public_key: {KEY}}}", SnapshotSettings(KEY, 86400)),
        (f'snapshot: {{public_key: "{KEY}", max_age: 1.5h}}', SnapshotSettings(KEY, 5400)),
    ],
)
def test_the_section_is_read_with_its_defaults(tmp_path: Path, section: str, settings: SnapshotSettings) -> None:
    (tmp_path / "main.yaml").write_text(f"version: 1\n{section}\n", encoding="utf-8")
    assert load("main.yaml", tmp_path).snapshot == settings
