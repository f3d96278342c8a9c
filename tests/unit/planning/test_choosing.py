"""A list of names says what users are called, or everything that is wrong with it."""

from __future__ import annotations

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.export import Choice, Choices
from sarv_sync.model.state import State
from sarv_sync.planning.choosing import Row, read_choices
from sarv_sync.planning.exporting import export_account, export_missing
from tests.unit.planning.builders import account, bound, files, seen, state, user

FILE = "names.csv"


def rows(*lines: str) -> list[Row]:
    return [Row(number, line.split(",") if line else ()) for number, line in enumerate(lines, start=1)]


def read(*lines: str) -> Choices:
    return read_choices(FILE, rows(*lines))


def chosen(**names: str) -> Choices:
    """A list that calls these users so, the first on line 2."""
    return Choices(FILE, {user: Choice(line, name) for line, (user, name) in enumerate(names.items(), start=2)})


def test_other_columns_are_labels_and_an_empty_cell_is_none() -> None:
    found = read(
        "", "name , team,smtp_user_name,description,cost centre", "billing, finance ,s1,Invoices,", ",,s2,,7"
    )
    assert found == Choices(
        FILE,
        {
            "s1": Choice(3, "billing", "Invoices", (("team", "finance"),)),
            "s2": Choice(4, None, None, (("cost centre", "7"),)),
        },
    )
    assert read("smtp_user_name,name,team", ",,", "", "s1").users == {"s1": Choice(4, None)}


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        ((), [(1, "no column `smtp_user_name` and none `name`")]),
        (("smtp_user_name,nmae",), [(1, "no column `name`")]),
        (("smtp_user_name;name", "s1;a"), [(1, "no column `smtp_user_name` and none `name`")]),
        (("smtp_user_name,name,team,team,", "s1,a,,,"), [(1, "`team` is there twice"), (1, "column 5 has no name")]),
        (("smtp_user_name,name," + "x" * 64,), [(1, "the name of column 3 is too long")]),
        (
            ("smtp_user_name,name", ",a", "s1,a,b", "s2,a", "s2,b", "s3,a", "s4,Big One", "s5,b"),
            [
                (2, "the row names no user"),
                (3, "the row has 3 cells, the header 2"),
                (5, "s2 is on line 4 already"),
                (6, "`a` is the name of s2 already"),
                (7, "`Big One` cannot be a name"),
            ],
        ),
    ],
)
def test_everything_that_is_wrong_is_said_with_its_line(
    lines: tuple[str, ...], faults: list[tuple[int, str]]
) -> None:
    with pytest.raises(InputError) as caught:
        read(*lines)
    found = caught.value.faults
    assert [(fault.file, fault.line) for fault in found] == [(FILE, line) for line, _ in faults]
    assert all(part in fault.message and fault.hint for fault, (_, part) in zip(found, faults, strict=True))


def test_a_name_that_cannot_be_one_brings_the_nearest_that_can() -> None:
    with pytest.raises(InputError) as caught:
        read("smtp_user_name,name", "s1,Größe & Co.")
    assert "gr-e-co, say" in str(caught.value.faults[0].hint)


def test_semicolons_bring_the_hint_to_use_commas() -> None:
    with pytest.raises(InputError) as caught:
        read("smtp_user_name;name")
    assert "commas" in str(caught.value.faults[0].hint)


def test_a_chosen_name_is_that_of_a_user_without_one_and_of_nobody_else() -> None:
    for export in (export_account, export_missing):
        made = export(files(), state(), account(seen("s1"), seen("s2"), seen("s3")), chosen(s1="s2", s3="c"))
        assert {one.smtp_user_name: one.name for one in made.users} == {"s1": "s2", "s2": "s2-2", "s3": "c"}
        assert made.warnings == ()


def test_a_user_keeps_the_name_that_it_has_and_that_is_said() -> None:
    entries = files(user("pinned", pin="s2"))
    known = state({"bound": bound("s1")})
    choices = chosen(s1="x", s2="y", s3="z", s9="gone")
    made = export_account(entries, known, account(seen("s1"), seen("s2"), seen("s3")), choices)
    assert {one.smtp_user_name: one.name for one in made.users} == {"s1": "bound", "s2": "pinned", "s3": "z"}
    assert [(fault.file, fault.line, fault.message) for fault in made.warnings] == [
        (FILE, 2, "s1 is called bound already, so `x` is not used"),
        (FILE, 3, "s2 is called pinned already, so `y` is not used"),
        (FILE, 5, "s9 is not in the account"),
    ]


@pytest.mark.parametrize(
    "taken",
    [
        (files(user("a", pin="s9")), state()),
        (files(user("x", pin="s9", renamed_from="a")), state()),
        (files(removed={"a": "forget"}), state()),
        (files(), state({"a": bound("s9")})),
        (files(), state(removed={"a": bound("s9", status="Disable")})),
    ],
)
def test_a_name_of_others_cannot_be_chosen(taken: tuple[Configuration, State]) -> None:
    for export in (export_account, export_missing):
        with pytest.raises(InputError) as caught:
            export(*taken, account(seen("s1"), seen("s9")), chosen(s1="a"))
        assert [(fault.file, fault.line) for fault in caught.value.faults] == [(FILE, 2)]
        assert "`a` is taken already" in caught.value.faults[0].message


def test_the_name_of_an_entry_without_a_user_may_be_chosen_for_a_whole_account_only() -> None:
    entries = files(user("a", labels={"team": "x"}))
    whole = export_account(entries, state(), account(seen("s1")), chosen(s1="a"))
    assert [(one.name, one.smtp_user_name, one.remarks.labels) for one in whole.users] == [
        ("a", "s1", (("team", "x"),))
    ]
    with pytest.raises(InputError) as caught:
        export_missing(entries, state(), account(seen("s1")), chosen(s1="a"))
    assert "`sarv-sync adopt a s1`" in str(caught.value.faults[0].hint)
