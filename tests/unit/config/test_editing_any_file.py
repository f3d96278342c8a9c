"""Whatever a file looks like, setting values loses no comment and changes nothing else that the file says."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.config.editing import Assignment, edited
from tests.unit.config.yaml_witness import comments, meaning, with_value
from tests.unit.planning.builders import STEADY

KEYS = ("total_limit", "hourly_limit", "status")
NAMES = ("a", "b", "c", "d")
VALUES = {"total_limit": (5, 6), "hourly_limit": (3, 4), "status": ("Enable", "Disable")}
NEW: dict[str, tuple[int | str, ...]] = {
    "total_limit": (5, 77),
    "hourly_limit": (4, 78),
    "status": ("Enable", "Disable"),
}

notes = st.sampled_from(["", "", "", " # x", "\t# total_limit: 9", "  #", "   # é 'q\" {[&a *b", " \t"])
full_lines = st.sampled_from(
    [
        "",
        "",
        "",
        "",
        "\n",
        "# left\n",
        "  # of the next\n",
        "    # inside\n",
        "       # deep\n\n",
        " \n",
        "\n  # b: {}\n",
    ]
)
quotes = st.sampled_from(["{}", "{}", "'{}'", '"{}"'])


@st.composite
def scalar(draw: st.DrawFn, key: str) -> str:
    word = str(draw(st.sampled_from(VALUES[key])))
    return (
        draw(quotes).format(word)
        if key == "status"
        else draw(st.sampled_from([word, word, f"!!int {word}", f'!!int "{word}"']))
    )


@st.composite
def pairs(draw: st.DrawFn) -> list[tuple[str, str]]:
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=3))
    found = [(key, draw(scalar(key))) for key in keys]
    return found + draw(st.sampled_from([[], [], [("labels", "{x: '#'}")], [("description", '"a # b"')]]))


@st.composite
def block(draw: st.DrawFn, first: str) -> str:
    """Return an entry over several lines, the `first` of which has its name."""
    text = f"{first}{draw(notes)}\n"
    for key, value in draw(pairs()):
        text += f"{draw(full_lines)}    {key}: {value}{draw(notes)}\n"
    if "description" not in text and draw(st.booleans()):
        text += "    description: |-\n      # text\n\n      hourly_limit: 9\n"
    return text


@st.composite
def flow(draw: st.DrawFn) -> str:
    gap, inner = draw(
        st.sampled_from(
            [("", " "), (" ", " "), ("", "  # in\n      "), ("\n      ", "\n      "), (" # in\n    ", " ")]
        )
    )
    inside = f",{inner}".join(f"{key}: {value}" for key, value in draw(pairs()))
    comma = draw(st.sampled_from(["", ","])) if inside else ""
    return f"{{{gap}{inside}{comma}{gap}}}"


@st.composite
def entry(draw: st.DrawFn, name: str, anchors: list[str]) -> str:
    first = draw(st.sampled_from([f"  {name}:", f"  '{name}':", f'  "{name}":']))
    kind = draw(st.sampled_from(["block", "block", "flow", "null", "alias"]))
    if kind == "alias" and anchors:
        return f"{first} *{draw(st.sampled_from(anchors))}{draw(notes)}\n"
    if draw(st.booleans()):
        anchors.append(name)
        first += f" &{name}"
    if kind == "flow":
        return f"{first} {draw(flow())}{draw(notes)}\n"
    if kind == "null":
        return f"{first}{draw(st.sampled_from(['', ' ~', ' null']))}{draw(notes)}\n"
    return draw(block(first))


@st.composite
def files(draw: st.DrawFn) -> str:
    anchors: list[str] = []
    text = f"version: 1\ndefaults: {{total_limit: 5, hourly_limit: 3}}{draw(notes)}\nusers:{draw(notes)}\n"
    for name in NAMES[: draw(st.integers(1, 4))]:
        text += draw(full_lines) + draw(entry(name, anchors))
    text += draw(full_lines) + draw(st.sampled_from(["", "guards: {}\n", "...\n# end\n"]))
    return text if draw(st.booleans()) else text.rstrip("\n")


@STEADY
@given(files(), st.data(), st.sampled_from(["\n", "\r\n"]))
def test_values_are_set_and_nothing_else_changes(text: str, data: st.DataObject, ending: str) -> None:
    written = text.replace("\n", ending)
    before = meaning(written)
    places = [(name, key) for name in before["users"] for key in KEYS]
    chosen = data.draw(st.lists(st.sampled_from(places), unique=True, min_size=1, max_size=4))
    wanted = [Assignment("users", name, key, data.draw(st.sampled_from(NEW[key]))) for name, key in chosen]
    expected = before
    for one in wanted:
        expected = with_value(expected, "users", one.name, one.key, one.value)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.yaml").write_bytes(written.encode())
        edits = edited("a.yaml", Path(folder), wanted)
    after = edits[0].after.decode() if edits else written
    assert (meaning(after), comments(after)) == (expected, comments(written))
    assert bool(edits) == (expected != before)
    assert "\n" not in after.replace("\r\n", "") or ending == "\n"
