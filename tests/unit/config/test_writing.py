from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from sarv_sync.config import reader
from sarv_sync.config.load import load
from sarv_sync.config.source_file import SourceFile
from sarv_sync.config.whole_files import texts
from sarv_sync.config.writing import quoted, word
from sarv_sync.model.account import Account
from sarv_sync.model.export import Layout
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain

WORDS = (
    "smtp1", "true", "Yes", "off", "null", "y", "1", "1e5", "0x1f", "2024-01-01", "1:30", "~", "a: b", "a #b", "- a",
    "", " a", "a ", "{a", "'", '"', "\\", "é", "\U0001f600", "a.b-c_d", "=", "<<", "*a", "&a", "!a", "%a", "@a", "`a",
)  # fmt: skip


HOSTILE = tuple(one for one in NASTY if not any("\ud800" <= char <= "\udfff" for char in one))


@pytest.mark.parametrize("text", [*WORDS, *HOSTILE])
@pytest.mark.parametrize("write", [word, quoted])
def test_every_text_is_read_as_what_it_is_by_every_reader(text: str, write: Callable[[str], str]) -> None:
    written = f"k: {write(text)}\n"
    assert yaml.safe_load(written) == {"k": text}
    assert reader.read(reader_file(written)) == {"k": text}
    assert_plain(written)


def reader_file(text: str) -> SourceFile:
    return SourceFile("a.yaml", text)


@pytest.mark.parametrize(
    "account",
    [
        Account("https://api.us1-mta1.example.net/v1.0", "10042"),
        Account("http://[::1]:8080/v1.0", "007"),
        Account("https://host.example", 'ü"\n\\😀'),
        Account("http://127.0.0.1:1", "true"),
    ],
)
def test_an_account_without_users_is_a_whole_file(tmp_path: Path, account: Account) -> None:
    text = texts(account, Layout((), {}), "a.yaml", (), None)["a.yaml"]
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    read = load("a.yaml", tmp_path)
    assert (read.account.endpoint, read.account.owner_id, read.users) == (account.endpoint, account.owner_id, {})
