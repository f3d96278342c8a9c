"""octoDNS, planning a zone of as many records as the account has users: from YAML to YAML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from peers import OCTODNS
from process import Process

if TYPE_CHECKING:
    from pathlib import Path

_PROVIDER = "octodns.provider.yaml.YamlProvider"
_CONFIG = {
    "providers": {side: {"class": _PROVIDER, "directory": f"./{side}"} for side in ("wanted", "found")},
    "zones": {"example.com.": {"sources": ["wanted"], "targets": ["found"]}},
}


def octodns_plan(folder: Path, records: int, changed: int) -> Process:
    """Return the plan of a zone, written into a new `folder`, of whose `records` A records `changed` differ."""
    folder.mkdir()
    (folder / "config.yaml").write_text(json.dumps(_CONFIG), encoding="utf-8")
    _write_zone(folder / "wanted", records, changed)
    _write_zone(folder / "found", records, 0)
    # What is planned goes to the log; the rest of it is left out.
    return Process([OCTODNS.program("octodns-sync"), "--log-stream-stdout", "--config-file", "config.yaml"], folder)


def _write_zone(folder: Path, records: int, changed: int) -> None:
    """Write it in the order octoDNS wants, which is the natural one."""
    folder.mkdir()
    every = records // changed if changed else records + 1
    with (folder / "example.com.yaml").open("w", encoding="ascii") as file:
        for number in range(records):
            network = 20 if (number + 1) % every == 0 else 10
            address = f"{network}.{number >> 16}.{number >> 8 & 255}.{number & 255}"
            file.write(f"host-{number:07}:\n  ttl: 300\n  type: A\n  value: {address}\n")
