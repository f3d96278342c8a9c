"""Measures what a user waits for, against a yardstick measured in the same minute, and writes RESULTS.md.

Every figure is the wall time of a whole process, the median of five runs that alternate with the yardstick's.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from comparisons import comparisons
from report import report

HERE = Path(__file__).parent


def main() -> None:
    """Run every comparison, print the table and write it."""
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for comparison in comparisons(Path(folder)):
            print(f"measuring: {comparison.what}", file=sys.stderr)
            results.append(comparison.measure())
    text = report(results)
    print(text)
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
