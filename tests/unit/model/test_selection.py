"""Which names labels and targets mean."""

from __future__ import annotations

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.selection import is_meant, limited_to, read_selection
from tests.unit.planning.builders import files, user

FILES = files(
    user("billing", labels={"team": "finance", "stage": "live"}),
    user("dunning", labels={"team": "finance", "stage": "test"}),
    user("orders", labels={"team": "shop", "stage": "live"}),
    user("plain"),
)


@pytest.mark.parametrize(
    ("targets", "labels", "expected"),
    [
        ([], [], ()),
        (["o*"], [], ("o*",)),
        ([], ["team=finance"], ("billing", "dunning")),
        ([], ["team=finance", "stage=live"], ("billing",)),
        (["d*", "billing"], ["team=finance"], ("billing", "dunning")),
        (["*s"], ["stage=live"], ("orders",)),
    ],
)
def test_every_label_counts_and_targets_narrow_further(
    targets: list[str], labels: list[str], expected: tuple[str, ...]
) -> None:
    assert limited_to(FILES, read_selection(targets, labels)) == expected


@pytest.mark.parametrize("text", ["team", "", "=finance"])
def test_what_is_no_label_is_an_error(text: str) -> None:
    with pytest.raises(InputError, match="this is no label"):
        read_selection([], [text])


@pytest.mark.parametrize(
    ("configuration", "labels", "message", "hint"),
    [
        (FILES, ["team=finanze"], "no user has the label team=finanze", "did you mean team=finance?"),
        (FILES, ["tema=finance"], "no user has a label called tema", "did you mean team?"),
        (FILES, ["team=x"], "no user has the label team=x", "the values of team are finance, shop"),
        (FILES, ["x=1"], "no user has a label called x", "the labels of the files are stage, team"),
        (files(user("a")), ["x=1"], "no user has a label called x", "no entry has a label: write"),
        (FILES, ["team=shop", "stage=test"], "no user has team=shop and stage=test", "each of these labels is in"),
    ],
)
def test_a_label_that_nobody_has_is_an_error_with_the_nearest(
    configuration: Configuration, labels: list[str], message: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        limited_to(configuration, read_selection([], labels))
    assert caught.value.message == message
    assert str(caught.value.hint).startswith(hint)


def test_all_labels_that_nobody_has_are_told() -> None:
    with pytest.raises(InputError) as caught:
        limited_to(FILES, read_selection([], ["tema=finance", "stage=life", "team=shop"]))
    assert [fault.hint for fault in caught.value.faults] == ["did you mean team?", "did you mean stage=live?"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("orders", "no user with team=finance is called orders"),
        ("o*", "no user with team=finance matches o*"),
    ],
)
def test_a_target_without_the_label_is_an_error_and_never_everybody(target: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        limited_to(FILES, read_selection(["billing", target], ["team=finance"]))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("name", "targets", "meant"),
    [
        ("a", ["a"], True),
        ("a", ["b", "?"], True),
        ("a", ["b", "b*"], False),
        ("a~[x]", ["a~[x]"], True),
        ("a", [], False),
    ],
)
def test_a_name_is_meant_by_itself_and_by_patterns(name: str, targets: list[str], meant: bool) -> None:
    assert is_meant(name, targets) is meant


def test_of_many_values_a_few_are_named() -> None:
    many = files(*(user(f"u{number}", labels={"team": f"team-{number:02}"}) for number in range(8)))
    with pytest.raises(InputError) as caught:
        limited_to(many, read_selection([], ["team=x"]))
    assert str(caught.value.hint).endswith("team-00, team-01, team-02, team-03, team-04 and 3 more")
