"""What was measured, as Markdown: one section for each measurement, which says on what it was made."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comparison import Result

_PACKAGES = ("sarv-sync", "click", "requests", "urllib3", "PyYAML", "fastjsonschema", "jsonschema")
_NUMBER = re.compile(r"[\d.,]+%?|-")
_HEAD = """\
# Benchmarks

`make bench` measures everything and writes this file; `.venv/bin/python benchmarks/run.py creates` measures that
section and keeps the others. Seconds differ between machines; the ratio, measured within one run, is what counts.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """One measurement as Markdown, and the targets that it missed, in words."""

    text: str
    missed: Sequence[str]


def ratios(how: str, results: Sequence[Result], *more: str) -> Section:
    """Return the section of `results`; `how` says how they were measured, `more` follows them."""
    columns = ("what", "against", "ms", "yardstick ms", "ratio", "target", "reached")
    rows = [
        (each.what, each.against, _ms(each.ours), _ms(each.yardstick), f"{each.ratio:.3g}", _target(each), _yes(each))
        for each in results
    ]
    missed = [f"{each.what}: {each.ratio:.3g}, {_target(each)}" for each in results if not each.reached]
    return Section("\n".join([how, "", table(columns, rows), *more]), missed)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; columns of numbers are aligned to the right."""
    numeric = [all(_NUMBER.fullmatch(row[index]) for row in rows) for index in range(len(columns))]
    rules = ["---:" if right else "---" for right in numeric]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (columns, rules, *rows))


def measured_on() -> str:
    """Return when, on what and with which versions this run measures."""
    today = datetime.now(timezone.utc).date().isoformat()
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Measured on {today}: {_machine()}; {python}, {versions}.\n"


def document(sections: Mapping[str, str]) -> str:
    """Return the whole file. `sections` are Markdown by name."""
    return "\n".join([_HEAD, *(f"## {name}\n\n{text.strip()}\n" for name, text in sections.items())])


def sections_of(text: str) -> dict[str, str]:
    """Return the sections of a file that `document` made."""
    _, *parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


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


def _target(result: Result) -> str:
    return f"at most {result.largest_ratio:.3g}"


def _yes(result: Result) -> str:
    return "yes" if result.reached else "no"
