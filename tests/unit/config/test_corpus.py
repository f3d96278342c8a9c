"""Every file in the corpus is read as its golden file says. `UPDATE_GOLDEN=1 pytest` writes the golden files anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.config import reader
from sarv_sync.config.load import load
from sarv_sync.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.errors import Fault
    from sarv_sync.model.users import DesiredUser

CORPUS = Path(__file__).parents[2] / "golden" / "config"
BAD = sorted((CORPUS / "bad").glob("*.yaml"))
GOOD = sorted((CORPUS / "good").glob("*.yaml"))


def render(faults: Iterable[Fault]) -> str:
    """Return `faults` as a reader would see them."""
    lines: list[str] = []
    for fault in faults:
        place = fault.file or ""
        if fault.line is not None:
            place += f":{fault.line}:{fault.column}"
        lines.append(f"{place}: {fault.message}")
        if fault.excerpt is not None and fault.column is not None:
            line = "".join(char if char.isprintable() or char == "\t" else "?" for char in fault.excerpt)
            lines += [f"    {line}".rstrip(), "    " + " " * (fault.column - 1) + "^"]
        lines.append(f"  hint: {fault.hint}")
    return "".join(line + "\n" for line in lines)


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        load(path.name, path.parent)
    return caught.value.faults


def against_golden(path: Path, actual: str) -> None:
    golden = path.with_suffix(".txt")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(actual, encoding="utf-8", newline="")
    assert actual == golden.read_bytes().decode("utf-8")


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(reader, "FAST", None)
    else:
        assert reader.FAST is not None, "this PyYAML lacks libyaml: the two parsers cannot be compared"


def _shown(user: DesiredUser) -> str:
    places = f"source={user.source!r}, field_sources={user.field_sources!r}"
    return repr(user).replace(f"places={user.places!r}", places)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_refused_in_these_words(path: Path) -> None:
    against_golden(path, render(faults_of(path)))


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_is_read_as_this(path: Path) -> None:
    configuration = load(path.name, path.parent)
    shown = [f"file {configuration.file}", repr(configuration.account), repr(configuration.state)]
    shown += [
        f"unmanaged {configuration.unmanaged}, on_removal {configuration.on_removal}",
        repr(configuration.guards),
    ]
    shown += [repr(rule) for rule in (*configuration.budgets, *configuration.required_labels)]
    shown += [repr(sink) for sink in configuration.sinks]
    shown += [_shown(user) for _, user in sorted(configuration.users.items())]
    shown += [repr(removed) for _, removed in sorted(configuration.removed.items())]
    against_golden(path, "".join(line + "\n" for line in shown) + render(configuration.warnings))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_fault_says_what_to_do_and_stands_alone_at_its_spot(path: Path) -> None:
    faults = faults_of(path)
    assert all(fault.hint and fault.file for fault in faults)
    spots = [(fault.file, fault.line, fault.column) for fault in faults]
    assert len(set(spots)) == len(spots)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_no_fault_shows_a_token_or_password(path: Path) -> None:
    assert "hunter" not in repr(faults_of(path))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_no_message_or_hint_holds_a_control_character(path: Path) -> None:
    for fault in faults_of(path):
        assert (fault.message + str(fault.hint)).isprintable()


def test_the_corpus_is_as_large_as_it_claims() -> None:
    assert len(BAD) >= 60
    assert len(GOOD) >= 15
