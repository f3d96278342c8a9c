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

from machine_load import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comparison import Compared
    from process import Run
    from result import Result
    from scale import Scale

_PACKAGES = ("sarv-sync", "click", "requests", "urllib3", "PyYAML", "jsonschema")
_NUMBER = re.compile(r"-?[\d.,]+(%| ms| µs| MiB| bytes| instructions)?|-")
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


def compared(scale: Scale, measured: Sequence[Compared], about: str = "") -> Section:
    """Return the section of commands that ran in turn with their yardsticks; `about` says what is special to them."""
    how = f"Whole processes: medians of {scale.runs} runs that alternate with the yardstick's, after one not counted."
    results = [result for each in measured for result in each.results()]
    sides = [side for each in measured for side in each.sides()]
    return ratios(f"{how}\n{about}".strip(), results, raw(sides))


def ratios(how: str, results: Sequence[Result], *more: str) -> Section:
    """Return the section of `results`; `how` says how they were measured, `more` follows them."""
    columns = ("what", "against", "ours", "yardstick", "ratio", "target", "reached")
    rows = [
        (each.what, each.against, each.unit.shown(each.ours), each.unit.shown(each.yardstick), f"{each.ratio:.3g}",
         _target(each), _yes(each))
        for each in results
    ]  # fmt: skip
    missed = [f"{each.what}: {each.ratio:.3g}, {_target(each)}" for each in results if not each.reached]
    return Section("\n".join([how, "", table(columns, rows), *more]), missed)


def raw(sides: Sequence[tuple[str, Sequence[Run]]]) -> str:
    """Return every run of every side, in the order in which they were made."""
    columns = ("each run of", "seconds", "peak MiB")
    rows = [
        (name, " ".join(f"{run.seconds:.3f}" for run in runs), " ".join(f"{run.peak / 2**20:.0f}" for run in runs))
        for name, runs in sides
    ]
    return table(columns, rows)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; columns of numbers are aligned to the right."""
    numeric = [all(_NUMBER.fullmatch(row[index]) for row in rows) for index in range(len(columns))]
    rules = ["---:" if right else "---" for right in numeric]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (columns, rules, *rows))


def measured_on(cores: float | None) -> str:
    """Return when, on what and with which versions this run measures; `cores` were kept busy by other processes."""
    today = datetime.now(timezone.utc).date().isoformat()
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    busy = f"Other processes kept {words(cores)} cores busy meanwhile."
    return f"Measured on {today}: {_machine()}; {python}, {versions}. {busy}\n"


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


def _target(result: Result) -> str:
    return "-" if result.largest_ratio is None else f"at most {result.largest_ratio:.3g}"


def _yes(result: Result) -> str:
    if result.largest_ratio is None:
        return "-"
    return "yes" if result.reached else "no"
