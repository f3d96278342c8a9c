from __future__ import annotations

import sys
from pathlib import Path

# The benchmarks find one another as `python benchmarks/run.py` finds them. Last, so that they hide nothing.
sys.path.append(str(Path(__file__).parents[3] / "benchmarks"))
