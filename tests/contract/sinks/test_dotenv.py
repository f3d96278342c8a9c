"""What holds for dotenv files beyond what holds for every sink."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import InputError, SinkError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.sink import Sink
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engine import credential


def opened(folder: Path, **options: Any) -> Sink:
    return open_sink("dotenv", {"path": "secrets/{name}.env", **options}, Site(folder, {}, Scrubber()))


def test_the_address_is_the_path_below_the_project(tmp_path: Path) -> None:
    sink = opened(tmp_path, path="./secrets//{labels.team}/{name}.env")

    assert sink.address(credential().recipient) == "dotenv secrets/finance/billing.env"


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    opened(tmp_path).deliver(credential())

    modes = [stat.S_IMODE((tmp_path / path).stat().st_mode) for path in ("secrets", "secrets/billing.env")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize("path", ["../{name}.env", "/tmp/{name}.env", ".git/{name}"])
def test_a_path_out_of_the_project_is_refused_before_anything_is_done(tmp_path: Path, path: str) -> None:
    with pytest.raises(InputError, match="`path`"):
        opened(tmp_path, path=path)


def test_a_key_that_is_no_variable_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'SMTP URL'"):
        opened(tmp_path, keys={"SMTP URL": "{password}"})


def test_a_folder_that_was_replaced_by_a_link_gets_no_password(tmp_path: Path) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir()
    sink = opened(project)
    sink.deliver(credential())
    elsewhere.mkdir()
    shutil.rmtree(project / "secrets")
    (project / "secrets").symlink_to(elsewhere)

    with pytest.raises(SinkError, match="symbolic link"):
        sink.check([credential().recipient])
    with pytest.raises(SinkError, match="symbolic link"):
        sink.deliver(credential(password="new"))

    assert list(elsewhere.iterdir()) == []


def test_comments_that_were_added_are_no_other_credential(tmp_path: Path) -> None:
    sink = opened(tmp_path)
    sink.deliver(credential())
    path = tmp_path / "secrets/billing.env"
    path.write_text(f"# ours\n\n{path.read_text()}")

    assert sink.read_back([credential()]) == {"dotenv secrets/billing.env": "there"}


def test_another_line_makes_it_another_credential(tmp_path: Path) -> None:
    sink = opened(tmp_path)
    sink.deliver(credential())
    with (tmp_path / "secrets/billing.env").open("a") as file:
        file.write("SMTP_PASSWORD=mine\n")

    assert sink.read_back([credential()]) == {"dotenv secrets/billing.env": "other"}


def test_a_password_with_a_line_end_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    sink = opened(tmp_path)
    sink.deliver(credential())
    before = (tmp_path / "secrets/billing.env").read_bytes()

    with pytest.raises(SinkError, match="SMTP_PASSWORD"):
        sink.deliver(credential(password="one\nSMTP_HOST=evil.example"))

    assert (tmp_path / "secrets/billing.env").read_bytes() == before
