"""Lays out packages that are installed so that `action/install.sh` finds them, as a second use in a job would.

What is laid out are environments, one for each set of extras that the examples install (sets that lock the same are
one). All of them point to the same packages, which `install.sh` itself installed from the lock files.
"""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
import venv
from pathlib import Path

SETS = (("base",), ("base", "signing"), ("base", "github"))


def seed(packages: Path) -> list[str]:
    """Make the environments; return their paths."""
    root = Path(os.environ["GITHUB_ACTION_PATH"]).resolve().parent / os.environ["ACT_ACTION_NAME"]
    locks = Path(os.environ["ACT_ACTION"], "action", "locks")
    made = []
    for texts in dict.fromkeys(tuple((locks / f"{name}.txt").read_text("utf-8") for name in names) for names in SETS):
        parts = [sys.version, sys.executable, str(root), *texts]
        key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
        place = Path(os.environ["RUNNER_TEMP"], f"sarv-sync-{key}")
        venv.create(place, symlinks=True)
        site = sysconfig.get_path("purelib", "venv", {"base": str(place), "platbase": str(place)})
        Path(site, "sarv_sync.pth").write_text(f"{root}\n{packages}\n", "utf-8")
        (place / ".ready").touch()
        made.append(str(place))
    return made


if __name__ == "__main__" and os.environ.get("ACT_PACKAGES"):
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as outputs:
        outputs.write(f"seeded={' '.join(seed(Path(os.environ['ACT_PACKAGES'])))}\n")
