"""What every place for the state has to guarantee, whatever it is made of."""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import StateError, SwapLost
from tests.contract.stores import KINDS, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.state.interface import Store

    Opener = Callable[[], Store]

ROOT = Path(__file__).parents[2]
SWAPPERS = 50
ROUNDS = 3


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opened(kind: str, tmp_path: Path) -> Opener:
    """Open the same document once more, as another run would."""
    return lambda: open_store(kind, tmp_path)


def content(store: Store) -> bytes | None:
    stored = store.read()
    return None if stored is None else stored.data


def version(store: Store) -> str | None:
    stored = store.read()
    return None if stored is None else stored.version


def in_other_process(what: str, kind: str, folder: Path, *rest: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.contract.other_process", what, kind, str(folder), *map(str, rest)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def said_by(process: subprocess.Popen[str]) -> list[str]:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.splitlines()


def test_there_is_nothing_before_the_first_write(opened: Opener) -> None:
    assert opened().read() is None


def test_reading_makes_nothing(opened: Opener, tmp_path: Path) -> None:
    opened().read()
    opened().recall()

    assert list(tmp_path.iterdir()) == []


def test_the_first_write_expects_nothing(opened: Opener) -> None:
    version = opened().swap(None, b"first")

    stored = opened().read()
    assert stored is not None
    assert (stored.data, stored.version) == (b"first", version)


def test_every_document_replaces_the_one_before_it(opened: Opener) -> None:
    store = opened()
    version = None
    for text in (b"first", b"a longer second", b"", b"\x00\xff bytes"):
        version = store.swap(version, text)
        assert content(opened()) == text


def test_two_documents_have_two_versions(opened: Opener) -> None:
    store = opened()

    first = store.swap(None, b"first")

    assert store.swap(first, b"second") != first


@pytest.mark.parametrize("stale", [None, "no version at all"])
def test_a_wrong_version_is_refused_and_nothing_changes(opened: Opener, stale: str | None) -> None:
    opened().swap(None, b"first")

    with pytest.raises(SwapLost) as lost:
        opened().swap(stale, b"second")

    assert lost.value.exit_code == 4
    assert lost.value.hint
    assert content(opened()) == b"first"


def test_a_version_is_refused_where_there_is_no_document(opened: Opener) -> None:
    with pytest.raises(SwapLost):
        opened().swap("a version", b"first")

    assert opened().read() is None


def test_of_two_that_read_the_same_document_one_writes(opened: Opener) -> None:
    one, other = opened(), opened()
    one.swap(None, b"start")
    seen_by_one, seen_by_other = version(one), version(other)

    one.swap(seen_by_one, b"one's")

    with pytest.raises(SwapLost):
        other.swap(seen_by_other, b"the other's")
    assert content(opened()) == b"one's"


def test_who_lost_reads_again_and_writes(opened: Opener) -> None:
    one, other = opened(), opened()
    one.swap(None, b"one's")
    with pytest.raises(SwapLost):
        other.swap(None, b"the other's")

    other.swap(version(other), b"the other's")

    assert content(one) == b"the other's"


@pytest.mark.parametrize("present", [False, True])
def test_many_processes_at_once_have_exactly_one_winner_each_round(
    kind: str, opened: Opener, tmp_path: Path, present: bool
) -> None:
    with opened().presence() if present else nullcontext():
        rounds = said_by(in_other_process("race", kind, tmp_path, SWAPPERS, ROUNDS, 1))

    assert rounds == [f"1 won, {SWAPPERS - 1} lost"] * ROUNDS
    last = content(opened())
    assert last is not None
    assert last.decode().startswith(f"{ROUNDS - 1} ")


def test_whoever_reads_during_a_race_sees_whole_documents(kind: str, opened: Opener, tmp_path: Path) -> None:
    race = in_other_process("race", kind, tmp_path, 8, 20, 300_000)
    seen: set[bytes] = set()
    while race.poll() is None:
        text = content(opened())
        if text is not None:
            lines = text.splitlines()
            assert (len(text) >= 300_000, len(set(lines))) == (True, 1)
            seen.add(lines[0])

    assert said_by(race) == ["1 won, 7 lost"] * 20
    assert len(seen) > 1, "it was read while it was written"


def test_who_is_present_is_overtaken_by_who_is_not_and_loses_its_own_swap(opened: Opener) -> None:
    holder = opened()
    with holder.presence():
        seen = holder.swap(None, b"the holder's")
        opened().swap(seen, b"another's")
        with pytest.raises(SwapLost):
            holder.swap(seen, b"the holder's again")

    assert content(opened()) == b"another's"


def test_who_is_present_may_swap(opened: Opener) -> None:
    store = opened()
    with store.presence() as alone:
        assert alone is not False
        store.swap(store.swap(None, b"first"), b"second")

    assert content(opened()) == b"second"


def test_who_is_not_alone_learns_it(opened: Opener) -> None:
    with opened().presence() as first:
        if first is None:
            return
        with opened().presence() as second:
            assert (first, second) == (True, False)
        with opened().presence() as third:
            assert third is False

    with opened().presence() as last:
        assert last is True


def test_presence_is_seen_by_other_processes_and_ends_when_they_are_killed(
    kind: str, opened: Opener, tmp_path: Path
) -> None:
    with in_other_process("present", kind, tmp_path) as other:
        assert other.stdout is not None
        told = other.stdout.readline().strip()
        with opened().presence() as alone:
            seen_while_it_lives = alone
        other.kill()
        other.communicate()

    with opened().presence() as alone:
        seen_after_its_death = alone
    seen = (told, seen_while_it_lives, seen_after_its_death)
    assert seen in {("True", False, True), ("None", None, None)}


def test_presence_ends_with_its_context_even_on_an_error(opened: Opener) -> None:
    store = opened()

    with pytest.raises(ZeroDivisionError), store.presence():
        raise ZeroDivisionError

    with opened().presence() as alone:
        assert alone is not False


def test_a_document_for_which_there_is_no_room_changes_nothing(kind: str, opened: Opener, tmp_path: Path) -> None:
    opened().swap(None, b"small")

    (said,) = said_by(in_other_process("crowd", kind, tmp_path, 100_000))

    assert "cannot write the state" in said
    assert content(opened()) == b"small"
    opened().swap(version(opened()), b"and again")
    assert content(opened()) == b"and again"


def test_a_place_that_cannot_be_used_is_an_error_with_a_hint(kind: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    store = open_store(kind, tmp_path / "file")

    for attempt in (store.read, lambda: store.swap(None, b"first"), lambda: store.presence().__enter__()):
        with pytest.raises(StateError) as failure:
            attempt()
        assert failure.value.exit_code == 1
        assert failure.value.hint


def test_what_is_remembered_is_recalled_by_everybody_unless_the_place_cannot(opened: Opener) -> None:
    opened().swap(None, b"first")
    assert opened().recall() is None

    notes = []
    for note in ("a first note", "another", '{"serial": 7}'):
        opened().remember(note)
        notes.append(opened().recall())

    assert notes in (["a first note", "another", '{"serial": 7}'], [None, None, None])
    assert content(opened()) == b"first"


def test_remembering_does_not_end_anybody_s_presence(opened: Opener) -> None:
    with opened().presence() as first:
        opened().remember("a note")
        assert opened().recall() in {"a note", None}
        with opened().presence() as second:
            assert (first, second) in {(True, False), (None, None)}


def test_a_store_says_where_it_is(opened: Opener) -> None:
    assert opened().describe()
