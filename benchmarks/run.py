"""Measures what a user waits for, against a yardstick measured in the same minutes, and writes RESULTS.md.

Without names everything is measured, else only the sections named. With --quick that is measured for which about two
minutes are enough, which leaves out Ansible, instructions and a million users, and nothing is written. Ends with exit
code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from applies import creates, updates
from comparisons import plan_100, start, validate
from instructions import instructions
from machine_load import Beside
from plan_sizes import plan_sizes
from plans import plan_10000, plan_100000
from profiles import profiles
from report import document, measured_on, sections_of
from scale import FULL, QUICK
from state_places import places
from state_writes import writes
from throughput import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from report import Section
    from scale import Scale

MEASUREMENTS: Mapping[str, Callable[[Path, Scale], Section]] = {
    "start": start,
    "plan-100": plan_100,
    "plan-10000": plan_10000,
    "plan-100000": plan_100000,
    "plan-sizes": plan_sizes,
    "instructions": instructions,
    "validate": validate,
    "creates": creates,
    "updates": updates,
    "writes": writes,
    "places": places,
    "profiles": profiles,
    "sandbox": sandbox,
}
NOT_QUICK = ("instructions", "places", "profiles", "sandbox")
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    options = _options()
    scale = QUICK if options.quick else FULL
    scale = replace(scale, runs=options.runs or scale.runs)
    missed: list[str] = []
    for name in options.names or [each for each in MEASUREMENTS if not (options.quick and each in NOT_QUICK)]:
        print(f"measuring: {name}", file=sys.stderr)
        section, text = _measure(name, scale)
        print(f"## {name}\n\n{text}", flush=True)
        missed += section.missed
        if not options.quick:
            _write(name, text)
    for each in missed:
        print(f"missed: {each}", file=sys.stderr)
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--quick", action="store_true", help="smaller sizes and fewer runs; write nothing")
    parser.add_argument("--runs", type=int, help=f"of each side (default: {FULL.runs}; with --quick {QUICK.runs})")
    return parser.parse_args()


def _measure(name: str, scale: Scale) -> tuple[Section, str]:
    """Return what was measured, and the text of its section."""
    beside = Beside(time.process_time())
    with tempfile.TemporaryDirectory() as folder:
        section = MEASUREMENTS[name](Path(folder), scale)
    return section, f"{section.text}\n{measured_on(beside.cores(time.process_time()))}"


def _write(name: str, text: str) -> None:
    """Put a section into the file. That is done after each: what takes minutes is not lost to what fails later."""
    texts = {**(sections_of(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}), name: text}
    RESULTS.write_text(document({name: texts[name] for name in MEASUREMENTS if name in texts}), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
