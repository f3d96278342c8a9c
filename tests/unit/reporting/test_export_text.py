from __future__ import annotations

import pytest

from sarv_sync.model.export import Export, ExportedUser, Layout, Profile, Values
from sarv_sync.model.users import Settings
from sarv_sync.reporting.errors_text import faults_text
from sarv_sync.reporting.export_text import added_text, lacking_faults, left_out_lines, written_text
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


def test_each_file_that_was_added_to_is_named_with_its_users() -> None:
    assert added_text({None: (ONE,), "users/x.yaml": (TWO,)}, "mail/main.yaml", TERMINAL).splitlines() == [
        "Added 1 user to mail/main.yaml:",
        "  + billing  smtp12345  total_limit 5,000  hourly_limit 200",
        "",
        "Added 1 user to mail/users/x.yaml:",
        "  + news  smtp9  total_limit 1  hourly_limit 1  Disable",
    ]


def test_files_that_were_written_are_named_with_what_is_in_them() -> None:
    layout = Layout((), {"users/b.yaml": (TWO,), "users/a.yaml": (ONE, TWO)}, profiles=(Profile("p", Values(1)),))
    assert written_text(layout, "mail", "main.yaml", TERMINAL).splitlines() == [
        "Wrote:",
        "  mail/main.yaml     the account, 1 profile",
        "  mail/users/a.yaml  2 users",
        "  mail/users/b.yaml  1 user",
    ]
    assert written_text(Layout((), {}), ".", "all.yaml", TERMINAL).splitlines() == [
        "Wrote:",
        "  all.yaml  the account, 0 users",
    ]


def test_what_is_left_out_is_said() -> None:
    whole = Export((), retired=2, spared=1, without_user=("a", "b"))
    assert left_out_lines(whole, "main.yaml", ("state", "guards")) == [
        "left out: 2 retired users, which no entry wants any more",
        "in it, though `unmanaged` in main.yaml leaves them alone: 1 user",
        "left out: 2 entries without a user in the account: a, b",
        "left out: `state`, `guards` of main.yaml, which you may want to copy",
    ]
    assert left_out_lines(Export((), spared=3), "main.yaml", (), update=True) == [
        "left out: 3 users that `unmanaged` in main.yaml leaves alone"
    ]
    assert left_out_lines(Export(()), "main.yaml", ()) == []


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
    assert_plain(written_text(Layout((user,), {word: (user,)}), word, word, TERMINAL))
    assert_plain(faults_text(lacking_faults((word,), ((word, user),)), TERMINAL, "warning"))
