"""What the sinks that write files make of a file that none of them wrote: it stays as it is."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from sarv_sync.errors import SinkError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.sink import Sink, occupied
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engine import credential

BILLING = credential().recipient
KEY = str(x25519.Identity.generate().to_public())
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "dotenv": ("path", {}),
    "age": ("path", {"recipients": [KEY]}),
    "kubernetes": ("manifest", {"secret": "smtp-{name}", "plaintext": True}),
}
OF_OTHERS = {
    "the state": b'{\n  "format": "sarv-sync-state/1",\n  "serial": 3\n}\n',
    "the files that are applied": b"# Our users.\nversion: 1\nusers: {billing: {total_limit: 5}}\n",
    "somebody's own variables": b"SMTP_HOST=smtp.example.net\nSMTP_PORT=587\n",
    "a comment alone": b"# nothing yet\n",
    "what is no text": b"\xff\xfe\0\0",
}


def opened(kind: str, folder: Path, path: str = "target") -> Sink:
    option, others = KINDS[kind]
    return open_sink(kind, {option: path, **others}, Site(folder, {}, Scrubber()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", OF_OTHERS)
def test_it_is_neither_replaced_nor_taken_for_what_was_delivered(tmp_path: Path, kind: str, what: str) -> None:
    sink, target = opened(kind, tmp_path), tmp_path / "target"
    target.write_bytes(OF_OTHERS[what])

    with pytest.raises(SinkError, match="target: what is there is not a file of this sink") as checked:
        sink.check([BILLING])
    with pytest.raises(SinkError, match="target: what is there is not a file of this sink"):
        sink.deliver(credential())
    assert list(sink.read_back([credential()]).values()) == ["other"]

    assert checked.value.hint == "move it away, or choose another path"
    assert ([path.name for path in tmp_path.iterdir()], target.read_bytes()) == (["target"], OF_OTHERS[what])


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_one_is_nobodys(tmp_path: Path, kind: str) -> None:
    sink = opened(kind, tmp_path)
    (tmp_path / "target").touch()

    assert list(sink.read_back([credential()]).values()) == ["other"]
    sink.check([BILLING])
    sink.deliver(credential())

    assert list(sink.read_back([credential()]).values()) == ["there"]


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_a_sink_wrote_and_people_put_a_comment_above_is_still_the_sinks(tmp_path: Path, kind: str) -> None:
    sink, target = opened(kind, tmp_path), tmp_path / "target"
    sink.deliver(credential())
    target.write_bytes(b"# rotated by hand last year\n" + target.read_bytes())

    sink.check([BILLING])
    sink.deliver(credential(password="second"))

    assert list(sink.read_back([credential(password="second")]).values()) == ["there"]


@pytest.mark.parametrize("kind", KINDS)
def test_lines_that_are_right_make_no_file_the_sinks(tmp_path: Path, kind: str) -> None:
    sink, target = opened(kind, tmp_path), tmp_path / "target"
    sink.deliver(credential())
    _, _, rest = target.read_bytes().partition(b"\n")
    target.write_bytes(rest)

    assert list(sink.read_back([credential()]).values()) == ["other"]
    with pytest.raises(SinkError, match="not a file of this sink"):
        sink.deliver(credential())


@pytest.mark.parametrize(("one", "other"), list(permutations(KINDS, 2)))
def test_one_of_another_kind_is_another_sinks(tmp_path: Path, one: str, other: str) -> None:
    opened(one, tmp_path).deliver(credential())
    before = (tmp_path / "target").read_bytes()

    with pytest.raises(SinkError, match="not a file of this sink"):
        opened(other, tmp_path).deliver(credential())

    assert (tmp_path / "target").read_bytes() == before


def test_all_kinds_occupy_the_file_that_they_write(tmp_path: Path) -> None:
    paths = "secrets//{name}", "./secrets/{labels.team}"

    found = [[occupied(opened(kind, tmp_path, path), BILLING) for kind in KINDS] for path in paths]

    assert found == [[("file secrets/billing",)] * 3, [("file secrets/finance",)] * 3]
