"""Running the plain script, and the plain pieces it is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from peers import PLAIN
from process import Process

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPT = f"a plain script ({PLAIN})"
_PROGRAM = Path(__file__).with_name("plain_script.py")
_SCHEMA = Path(__file__).parents[1] / "schemas" / "config.schema.json"
_VALIDATION = """\
import json, jsonschema, sys, yaml
schema = json.load(open(sys.argv[1]))
data = yaml.load(open("sarv-sync.yaml"), yaml.CSafeLoader)
jsonschema.Draft202012Validator(schema).validate(data)
"""
_FLOOR = """\
import json, sys, yaml
parser = yaml.cyaml.CParser(open("sarv-sync.yaml", "rb"))
while parser.get_event() is not None:
    pass
json.loads(open(sys.argv[1], "rb").read())
"""


def script(command: str, folder: Path, environment: Mapping[str, str] | None = None) -> Process:
    """Return the plain script's `validate`, `plan` or `apply` of the project in `folder`."""
    arguments = [PLAIN.program("python"), str(_PROGRAM), str(_SCHEMA), command]
    return Process(arguments, folder, environment or {})


def validation(folder: Path) -> Process:
    """Return the fastest validation that is written in four lines."""
    return Process([PLAIN.program("python"), "-c", _VALIDATION, str(_SCHEMA)], folder)


def floor(folder: Path, listing: Path) -> Process:
    """Return the least that any plan has to do: it parses the file and the listing, and makes nothing of them."""
    return Process([PLAIN.program("python"), "-c", _FLOOR, str(listing)], folder)
