from __future__ import annotations

import pytest

from sarv_sync.model.export import ExportedUser
from sarv_sync.model.users import Settings
from sarv_sync.reporting.errors_text import faults_text
from sarv_sync.reporting.export_text import added_text, lacking_faults
from sarv_sync.reporting.style import Style
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain

TERMINAL = Style(color=False, width=80)
ONE = ExportedUser("billing", "smtp12345", Settings(5000, 200, "Enable"))
TWO = ExportedUser("news", "smtp9", Settings(1, 1, "Disable"))


def test_what_was_added_is_shown_with_both_names_and_values() -> None:
    assert added_text({None: (ONE, TWO)}, "sarv-sync.yaml", TERMINAL).splitlines() == [
        "Added 2 users to sarv-sync.yaml:",
        "  + billing  smtp12345  total_limit 5,000  hourly_limit 200",
        "  + news     smtp9      total_limit 1  hourly_limit 1  Disable",
    ]


def test_that_nothing_is_to_add_is_said() -> None:
    assert added_text({}, "sarv-sync.yaml", TERMINAL).startswith("Nothing to add to sarv-sync.yaml: ")


def test_entries_without_users_are_named_and_pairs_suggested() -> None:
    assert lacking_faults((), ()) == ()
    names = [f"n{index}" for index in range(12)]
    many, pair = lacking_faults(names, (("n1", ONE),))
    assert many.message == f"12 entries have neither a pin nor a user: {', '.join(names[:10])} and 2 more"
    assert "move its `smtp_user_name`" in str(many.hint)
    assert pair.message.startswith("n1 may be smtp12345: ")
    assert lacking_faults(["a"], ())[0].message == "1 entry has neither a pin nor a user: a"


@pytest.mark.parametrize("word", NASTY)
def test_hostile_words_stay_words(word: str) -> None:
    user = ExportedUser(word, word, ONE.settings)
    assert_plain(added_text({None: (user, TWO), word: (user,)}, word, TERMINAL))
    assert_plain(added_text({}, word, TERMINAL))
    assert_plain(faults_text(lacking_faults((word,), ((word, user),)), TERMINAL, "warning"))
