"""`python -m sarv_sync`: the program, where its script is not on the PATH."""

from __future__ import annotations

from sarv_sync.cli.main import main

if __name__ == "__main__":
    main()
