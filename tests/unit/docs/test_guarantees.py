from __future__ import annotations

from docs.generate_guarantees import PAGE, generated


def test_the_tables_are_what_the_simulator_finds() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert generated(page) == page, "run PYTHONPATH=. .venv/bin/python docs/generate_guarantees.py"
