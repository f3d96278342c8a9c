"""Users are added to a text, and every byte that was there stays as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync.config import reader
from sarv_sync.config.insertion import Addition, insert
from sarv_sync.config.load import load
from sarv_sync.errors import Refused
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.export import ExportedUser
from sarv_sync.model.users import Settings
from tests.unit.planning.builders import STEADY

ODD = 'a"#{}:,'
NEW = (
    ExportedUser("new", "smtp1", Settings(500, 50, "Enable")),
    ExportedUser("old", ODD, Settings(7, 7, "Disable")),
)
BLOCKS = """\
  new:
    smtp_user_name: smtp1
    total_limit: 500
    hourly_limit: 50
  old:
    smtp_user_name: "a\\"#{}:,"
    total_limit: 7
    hourly_limit: 7
    status: Disable
"""
LINES = """\
  new: {smtp_user_name: smtp1, total_limit: 500, hourly_limit: 50}
  old: {smtp_user_name: "a\\"#{}:,", total_limit: 7, hourly_limit: 7, status: Disable}
"""
FLOW = "\n" + LINES.replace("50}\n", "50},\n").removesuffix("\n")
DEEP = "".join(f"{' ' * (10 if line[2] == ' ' else 6)}{line.strip()}\n" for line in BLOCKS.splitlines())
SIGNS = {
    "⟦blocks⟧": BLOCKS,
    "⟦users⟧": "users:\n" + BLOCKS,
    "⟦lines⟧": LINES,
    "⟦flow⟧": FLOW,
    "⟦more⟧": f",{FLOW}",
    "⟦deep⟧": DEEP,
    "⟦last⟧": "\nusers:\n" + BLOCKS.removesuffix("\n"),
}
HEAD = "version: 1\ndefaults: {total_limit: 9, hourly_limit: 3}\n"
USERS = f"{HEAD}users:\n  a:\n    "

PLACES = {
    "no users": f"# top\n{HEAD}⟦users⟧",
    "no users, comments at the end": f"{HEAD}\n# the end\n  # is near\n⟦users⟧\n\n",
    "no users, a marker at the end": f"%YAML 1.2\n---\n{HEAD}⟦users⟧...\n# over\n",
    "no users, a text last": f"{HEAD}removed:\n  x: >-\n    forget\n⟦users⟧\n",
    "no users, no line end": f"{HEAD}removed: {{}}⟦last⟧",
    "no users, a comment without a line end": f"{HEAD}# end⟦last⟧",
    "an empty users": f"{HEAD}users:   # who\n⟦blocks⟧",
    "an empty users in the middle": f"{HEAD}users:\n  # nobody yet\n⟦blocks⟧\n# limits\nguards:\n",
    "an anchored nothing": f"{HEAD}users: &u\n⟦blocks⟧",
    "entries": f"{HEAD}users:\n  a: &a\n    total_limit: 5 # five\n  b: *a\n⟦blocks⟧",
    "entries in the middle": f"{USERS}total_limit: 5\n⟦blocks⟧\n\nguards:\n  max_creates: 3\n",
    "comments of entries": f"{USERS}# soon\n  # b:\n  #   x\n\n  # c\n⟦blocks⟧\n # not theirs\n# nor this\nguards:\n",
    "an entry without a value": f"{HEAD}users:\n  a:\n⟦blocks⟧# x\nguards: {{}}\n",
    "a folded text": f"{USERS}description: >\n      one\n\n      two\n⟦blocks⟧\n\nguards: {{}}\n",
    "a text that keeps its blank lines": f"{USERS}description: |+\n      one\n\n\n⟦blocks⟧guards: {{}}\n",
    "a text over two lines": f"{USERS}description: one\n      two # three\n⟦blocks⟧guards: {{}}\n",
    "a quoted text over lines": f"{USERS}description: 'one\n\n\n      # two'\n⟦blocks⟧guards: {{}}\n",
    "a list last": f"{USERS}ignore_changes:\n    - total_limit\n    - status\n⟦blocks⟧",
    "a list without a value last": f"{USERS}labels:\n\n# x\n".replace("\n\n", "\n⟦blocks⟧\n"),
    "a tag": f"{HEAD}users: !!map\n  a: !!map {{}}\n⟦lines⟧",
    "one-line entries": f"{HEAD}users:\n  a: {{}}\n  b: {{total_limit: 5,\n    hourly_limit: 1}} # x\n⟦lines⟧",
    "braces": f"{HEAD}users: {{⟦flow⟧}}\nguards: {{}}\n",
    "braces with a comment": f"{HEAD}users: {{⟦flow⟧ # nobody\n  }}\n",
    "braces and an entry": f"{HEAD}users: {{a: {{}}⟦more⟧}}\n",
    "braces over lines": f"{HEAD}users: {{\n  a: {{}}⟦more⟧, # x\n  }}\nguards: {{}}\n",
    "braces and bare names": f"{HEAD}users: {{a, b⟦more⟧ }}\n",
    "indented": "\n  version: 1\n  defaults: {total_limit: 9, hourly_limit: 3}\n  users:\n      a:\n⟦deep⟧",
}
"""A file for each kind of place; a sign stands where entries are added, and says how they look."""


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(reader, "FAST", None)


def added(text: str, users: tuple[ExportedUser, ...] = NEW, **defaults: object) -> str:
    addition = Addition(users, {"total_limit": 9, "hourly_limit": 3, **defaults})
    return insert(text.encode(), addition).decode()


def without_signs(text: str) -> str:
    for sign in SIGNS:
        text = text.replace(sign, "")
    return text


def with_entries(text: str) -> str:
    for sign, entries in SIGNS.items():
        text = text.replace(sign, entries)
    return text


def said(folder: Path, text: str) -> Configuration:
    (folder / "a.yaml").write_bytes(text.encode())
    return load("a.yaml", folder)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_users_are_added_at_their_place_and_nothing_else_changes(
    tmp_path: Path, place: str, ending: str, start: str
) -> None:
    text = start + PLACES[place].replace("\n", ending)
    after = added(without_signs(text))
    assert after == start + with_entries(PLACES[place]).replace("\n", ending)
    users = said(tmp_path, after).users
    for new in NEW:
        assert (users[new.name].smtp_user_name, users[new.name].settings) == (new.smtp_user_name, new.settings)
    assert users.keys() - {"new", "old"} == said(tmp_path, without_signs(text)).users.keys()


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("word", ["~", "null", "Null", "NULL"])
def test_the_word_null_makes_room(word: str) -> None:
    assert (
        added(f"{HEAD}users:  {word}  # x\n# y\nguards: {word}\n")
        == f"{HEAD}users:  # x\n{BLOCKS}# y\nguards: {word}\n"
    )


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "text",
    [
        '{"version": 1}',
        '{"version": 1, "users": {}}',
        '{"version": 1, "users": {"a": {"total_limit": 1}}, "guards": {}}',
        json.dumps({"version": 1, "users": {"a": {"total_limit": 1, "labels": {}}}, "guards": None}, indent=4) + "\n",
        json.dumps({"version": 1, "guards": {"max_creates": 4}}, indent=1),
    ],
)
def test_json_stays_json(text: str) -> None:
    after = added(text)
    users = json.loads(after).pop("users")
    assert {key: value for key, value in json.loads(after).items() if key != "users"} == {
        key: value for key, value in json.loads(text).items() if key != "users"
    }
    assert users["old"] == {"smtp_user_name": ODD, "total_limit": 7, "hourly_limit": 7, "status": "Disable"}
    assert grew_in_one_place(text, after)


def test_values_that_the_defaults_give_are_left_out() -> None:
    text = f"{HEAD}users:\n"
    assert added(text, NEW[:1], total_limit=500) == f"{text}  new:\n    smtp_user_name: smtp1\n    hourly_limit: 50\n"
    switched = added(text, NEW, total_limit=500, hourly_limit=50, status="Disable")
    assert "  new:\n    smtp_user_name: smtp1\n    status: Enable\n  old:" in switched
    assert "Disable" not in switched


def test_limits_that_no_file_can_say_are_ignored() -> None:
    user = ExportedUser("zero", "smtp0", Settings(0, 2**40, "Enable"))
    assert added(f"{HEAD}users:\n", (user,)).endswith(
        "    total_limit: 1\n    hourly_limit: 2147483647\n    ignore_changes: [total_limit, hourly_limit]\n"
    )


@pytest.mark.parametrize(
    "text", ["version: 1\nprofiles: &p {}\nusers: *p\n", '{"version": 1, "users": null}', "{version: 1, users: }"]
)
def test_what_has_no_place_for_an_entry_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(Refused) as refused:
        added(text)
    assert refused.value.hint


ENTRIES = (
    "  a:\n", "  b: {}  # b\n", "  c: &x {total_limit: 4}\n", "  d: *x\n", "  e:\n    total_limit: 5\n", "  f: ~\n",
    "  g:\n    description: |\n      x\n\n", "  h:\n    description: |+\n      y\n\n", "  i: {description: '\n\n'}\n",
    "  j:\n    ignore_changes: [status,\n     total_limit]\n", "  k:\n    ignore_changes:\n    - status\n", "  ? l\n",
    '  m: {description: "z\n      z"}\n', "  n:\n    description: >2-\n       z\n\n   # no text\n", "  ? o\n  : {}\n",
)  # fmt: skip
REMARKS = ("", "\n", "# c\n", "  # c\n", "    # c\n\n", "\n\n   \n", " # c\n")
REST = ("guards: {}\n", "removed:\n  r: forget # r\n", "profiles:\n  p:\n    labels: {a: b}\n")

remarks = st.sampled_from(REMARKS)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A file of any shape, with remarks anywhere."""
    chosen = draw(st.lists(st.sampled_from(ENTRIES), unique=True, max_size=5))
    chosen = [entry for entry in chosen if "*x" not in entry or "&x" in "".join(chosen[: chosen.index(entry)])]
    users = draw(st.sampled_from(("users:\n", "users: # who\n"))) + "".join(entry + draw(remarks) for entry in chosen)
    others = ("users: {}\n", "users: { a: {},\n  b: ,\n }\n", "users: {a, b: {labels: {}} } # x\n", "users: ~\n", "")
    parts = draw(st.permutations((draw(st.sampled_from((users, users, *others))), *REST)))
    text = HEAD + "".join(part + draw(remarks) for part in parts) + draw(st.sampled_from(("", "", "...\n")))
    return text.removesuffix("\n") if draw(st.booleans()) else text


@given(texts(), st.sampled_from(("\n", "\r\n")))
@settings(STEADY, max_examples=300)
def test_any_file_says_what_it_said_and_the_added_users(
    tmp_path_factory: pytest.TempPathFactory, text: str, ending: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    text = text.replace("\n", ending)
    before = said(folder, text)
    after = added(text)
    now = said(folder, after)
    assert {name: user.description for name, user in now.users.items()} == {
        **{name: user.description for name, user in before.users.items()}, "new": None, "old": None,
    }  # fmt: skip
    assert {name: user.settings for name, user in before.users.items()}.items() <= {
        name: user.settings for name, user in now.users.items()
    }.items()
    assert now.removed.keys() == before.removed.keys()
    assert grew_in_one_place(text.replace("users: ~", "users:"), after)


def grew_in_one_place(text: str, after: str) -> bool:
    """Whether `after` is `text` with something in it that is in one piece."""
    same = next((at for at, (old, new) in enumerate(zip(text, after, strict=False)) if old != new), len(text))
    return any(after.startswith(text[:at]) and after.endswith(text[at:]) for at in range(same + 1))
