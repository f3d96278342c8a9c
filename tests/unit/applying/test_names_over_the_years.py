"""Names that are renamed, swapped, removed and brought back, in any order: each keeps its user, and none is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.applying.stage import Journal, Provider, Stage, entry, files, state, values
from tests.unit.planning.builders import STEADY

if TYPE_CHECKING:
    from sarv_sync.model.users import DesiredUser

NAMES = ("a", "b", "c", "d", "e", "f")
ON = values(5000, 200)

Year = tuple[dict[str, str], frozenset[str]]


@st.composite
def years(draw: st.DrawFn) -> list[Year]:
    """What becomes of the names of the files, year by year: new name by old name, and who is gone that year."""
    start = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    present, away = sorted(start), set[str]()
    told: list[Year] = [({name: name for name in present}, frozenset())]
    for _ in range(draw(st.integers(1, 5))):
        gone = frozenset(draw(st.sets(st.sampled_from(present)))) if present else frozenset()
        back = frozenset(draw(st.sets(st.sampled_from(sorted(away))))) if away else frozenset()
        staying = sorted({*present, *back} - gone)
        free = sorted(set(NAMES) - (away - back) - gone)
        names = draw(st.permutations(free))[: len(staying)]
        moving = (
            dict(zip(staying, names, strict=True))
            if draw(st.booleans())
            else dict(zip(staying, staying, strict=True))
        )
        told.append((moving, gone))
        away = (away - back) | gone
        present = sorted(moving.values())
    return told


def entries(moving: dict[str, str]) -> list[DesiredUser]:
    return [entry(new, renamed_from=None if new == old else old) for old, new in moving.items()]


@STEADY
@given(years(), st.booleans())
def test_whatever_becomes_of_a_name_its_user_stays_the_same(told: list[Year], taken_out: bool) -> None:
    names = sorted(told[0][0])
    owner = {name: f"smtp{number}" for number, name in enumerate(names, 1)}
    stage = Stage(
        files(*map(entry, names)),
        Provider(dict.fromkeys(owner.values(), ON)),
        Journal(state(**{name: (user, ON) for name, user in owner.items()})),
    )
    for moving, gone in told[1:]:
        stage.configuration = files(*entries(moving))
        outcome = stage.run().outcome
        assert (outcome.complete, outcome.blocked) == (True, ())
        owner = {
            **{name: owner[name] for name in owner.keys() - moving.keys()},
            **{n: owner[o] for o, n in moving.items()},
        }
        after = stage.journal.state
        assert {name: binding.smtp_user_name for name, binding in after.bindings.items()} == {
            new: owner[new] for new in moving.values()
        }
        assert gone <= after.removed.keys()
        assert all(owner[name] == binding.smtp_user_name for name, binding in after.removed.items())
        enabled = {user for user, seen in stage.provider.users.items() if seen.status == "Enable"}
        assert enabled == {owner[name] for name in moving.values()}
        # The key may stay in the file, and it may go.
        assert not stage.plan().pending
        if taken_out:
            stage.configuration = files(*map(entry, moving.values()))
            assert not stage.plan().pending
            assert stage.run().outcome.applied == ()
    assert stage.provider.made("add") == []
