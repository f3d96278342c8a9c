"""The table, and what it was measured on."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from comparison import RUNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comparison import Result

_PACKAGES = ("sarv-sync", "click", "requests", "PyYAML", "fastjsonschema", "jsonschema")


def report(results: Iterable[Result]) -> str:
    """Return the results as Markdown."""
    rows = [
        f"| {each.what} | {each.against} | {_ms(each.ours)} | {_ms(each.yardstick)} | {each.ratio:.2f} "
        f"| {each.target} | {'yes' if each.reached else 'no'} |"
        for each in results
    ]
    return "\n".join([*_head(), *rows]) + "\n"


def _head() -> list[str]:
    today = datetime.now(timezone.utc).date().isoformat()
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return [
        "# Benchmarks",
        "",
        f"Wall time of whole processes, median of {RUNS} runs that alternate with the yardstick's.",
        "`make bench` writes this file. Seconds differ between machines; the ratio is what counts.",
        "",
        f"- {today}, {_machine()}",
        f"- {platform.python_implementation()} {platform.python_version()}, {versions}",
        "",
        "| what | against | ms | yardstick ms | ratio | target | reached |",
        "| --- | --- | ---: | ---: | ---: | --- | --- |",
    ]


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}"
