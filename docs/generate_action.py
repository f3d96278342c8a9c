"""Writes the tables of github.md from action.yml: `python docs/generate_action.py`. A test fails when they differ."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ACTION = HERE.parent / "action.yml"
PAGE = HERE / "github.md"

_TABLE = re.compile(r"(<!-- (?P<part>inputs|outputs) -->\n).*?(<!-- end -->)", re.DOTALL)


def generated(page: str, action: dict[str, Any]) -> str:
    """Return `page` with each table between `<!-- inputs -->`, or outputs, and `<!-- end -->` made anew."""

    def made_anew(found: re.Match[str]) -> str:
        rows = [f"| `{name}` | {about['description']} |" for name, about in action[found["part"]].items()]
        return "\n".join([f"{found[1]}", f"| {found['part'][:-1]} | meaning |", "| --- | --- |", *rows, "", found[3]])

    return _TABLE.sub(made_anew, page)


def read_action() -> dict[str, Any]:
    """Return what `action.yml` holds."""
    action: dict[str, Any] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return action


def main() -> None:
    """Write the page."""
    PAGE.write_text(generated(PAGE.read_text(encoding="utf-8"), read_action()), encoding="utf-8")


if __name__ == "__main__":
    main()
