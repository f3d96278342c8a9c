from __future__ import annotations

import os
from pathlib import Path

import pytest

from sarv_sync.errors import InputError, SarvSyncError
from sarv_sync.monitoring.metrics import Check
from sarv_sync.monitoring.textfile import Textfile
from tests.unit.monitoring.receiver import samples, series

CHECK = Check("a.yaml", 0, 5.0)


def test_the_file_is_replaced_as_a_whole_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "sarv.prom"
    path.write_text("x" * 10_000)
    before = path.stat().st_ino
    Textfile(path).send(CHECK)
    assert series(samples(path.read_text()), "check_timestamp_seconds", configuration="a.yaml") == 5.0
    assert path.stat().st_ino != before
    assert [each.name for each in tmp_path.iterdir()] == ["sarv.prom"]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_the_collector_can_read_it_unless_the_umask_says_no(tmp_path: Path, umask: int, mode: int) -> None:
    path, before = tmp_path / "sarv.prom", os.umask(umask)
    try:
        Textfile(path).send(CHECK)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == mode


def test_a_link_is_replaced_and_what_it_leads_to_is_not(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("keep")
    (tmp_path / "sarv.prom").symlink_to("other")
    Textfile(tmp_path / "sarv.prom").send(CHECK)
    assert (tmp_path / "other").read_text() == "keep"
    assert not (tmp_path / "sarv.prom").is_symlink()


@pytest.mark.parametrize("name", ["sarv.txt", "sarv", "prom", "sarv.prom.tmp"])
def test_a_name_that_the_collector_skips_is_wrong(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"does not end in \.prom"):
        Textfile(tmp_path / name)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SarvSyncError, match=r"cannot write the metrics to .*none/sarv\.prom: No such file") as failed:
        Textfile(tmp_path / "none" / "sarv.prom").send(CHECK)
    assert failed.value.exit_code == 1


def test_what_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "sarv.prom").mkdir()
    with pytest.raises(SarvSyncError, match="Is a directory"):
        Textfile(tmp_path / "sarv.prom").send(CHECK)
    assert [each.name for each in tmp_path.iterdir()] == ["sarv.prom"]
