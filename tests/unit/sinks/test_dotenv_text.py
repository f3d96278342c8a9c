from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sarv_sync.errors import InputError, SinkError
from sarv_sync.sinks.dotenv_text import check_keys, dotenv, entries
from tests.contract.sinks.engines.dotenv import sourced

HARD = "'\"\\$`#%=!~&;|<>*?(){}[] \tab"
# No two values of one file see each other, so each example is a file full of them: a shell costs milliseconds.
VALUES = st.lists(
    st.text(st.sampled_from(HARD) | st.characters(codec="utf-8", exclude_characters="\n\r\0")),
    max_size=50,
)


def line(value: str) -> str:
    return dotenv({"KEY": value}).decode().splitlines()[-1]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("", ""),
        ("smtp.example.net", "smtp.example.net"),
        ("a+b/c=@d:1,2_%20-", "a+b/c=@d:1,2_%20-"),
        ("two words", "'two words'"),
        ("#5", "'#5'"),
        ("~", "'~'"),
        ("$HOME `id`", "'$HOME `id`'"),
        ('say "x"', "'say \"x\"'"),
        ("it's", '"it\'s"'),
        ("back\\slash", '"back\\\\slash"'),
        ("it's $5", "'it'\"'\"'s $5'"),
        ("end\\", "'end\\'"),
        ("密碼", "'密碼'"),
    ],
)
def test_a_value_is_quoted_as_little_as_it_can_be(value: str, written: str) -> None:
    assert line(value) == f"KEY={written}"


@hypothesis_settings(max_examples=60)
@given(VALUES)
def test_a_shell_reads_every_value_as_it_was(tmp_path_factory: pytest.TempPathFactory, values: list[str]) -> None:
    given_values = {f"KEY_{number}": value for number, value in enumerate(values)}
    file = tmp_path_factory.mktemp("shell") / "file.env"
    file.write_bytes(dotenv(given_values))

    assert sourced(file) == given_values


@given(VALUES)
def test_python_dotenv_reads_every_value_that_is_not_quoted_for_shells_alone(values: list[str]) -> None:
    given_values = {
        f"KEY_{number}": value
        for number, value in enumerate(values)
        if not re.search(r"['\\].*[$`]|[$`].*['\\]|\\$", value)
    }

    read = dotenv_values(stream=StringIO(dotenv(given_values).decode()), interpolate=False)

    assert read == given_values


@pytest.mark.parametrize("value", ["two\nlines", "a\r", "a\0b", "\ud800"])
def test_a_value_that_no_line_can_hold_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(SinkError, match="SMTP_PASSWORD") as caught:
        dotenv({"SMTP_PASSWORD": f"s3cret{value}"})

    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize("key", ["", "1A", "A-B", "A B", "A=B", "A\nB", "Ä", "$A", "A;B"])
def test_a_key_that_is_no_name_of_a_variable_is_refused(key: str) -> None:
    with pytest.raises(InputError, match="`keys`"):
        check_keys(["GOOD", key])


def test_comments_and_empty_lines_say_nothing() -> None:
    assert entries(b"# one\n\nA=1\n  # two\n \nB='#'\n") == [b"A=1", b"B='#'"]


def test_the_file_says_whose_it_is(tmp_path: Path) -> None:
    assert dotenv({"A": "1"}).startswith(b"# Written by sarv-sync")
