"""Measures what a user waits for, against a yardstick measured in the same minutes, and writes RESULTS.md.

Without arguments everything is measured, else only the sections named. Ends with exit code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from applies import creates, updates
from comparisons import plan, start, validate
from report import document, measured_on, sections_of
from state_places import places
from state_writes import writes
from throughput import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from report import Section

MEASUREMENTS: Mapping[str, Callable[[Path], Section]] = {
    "start": start,
    "validate": validate,
    "plan": plan,
    "creates": creates,
    "updates": updates,
    "writes": writes,
    "places": places,
    "sandbox": sandbox,
}
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], metavar="NAME", help=", ".join(MEASUREMENTS))
    names = parser.parse_args().names or list(MEASUREMENTS)
    texts = sections_of(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    missed: list[str] = []
    for name in names:
        print(f"measuring: {name}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            section = MEASUREMENTS[name](Path(folder))
        print(section.text)
        texts[name] = f"{section.text}\n{measured_on()}"
        missed += section.missed
        # Written after each: what takes minutes is not lost to what fails later.
        RESULTS.write_text(document({name: texts[name] for name in MEASUREMENTS if name in texts}), encoding="utf-8")
    for each in missed:
        print(f"missed: {each}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
