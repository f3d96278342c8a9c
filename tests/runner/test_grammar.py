"""The model against the cases that the runner's own tests and documentation show."""

from __future__ import annotations

import pytest

from tests.runner.grammar import Command, Malformed, commands_in, openings_in, outputs_in, parse

ANY = None

COMMANDS: dict[str, Command | None] = {
    "::error::x": Command("error", "x"),
    "::ERROR::x": Command("error", "x"),
    "  \t\u3000::error::x": Command("error", "x"),
    "\u200b::error::x": None,
    "\x1c::error::x": None,
    "x ::error::x": None,
    "::error:x": None,
    "::error": None,
    "::": None,
    "::::": None,
    ":: error::x": None,
    "::error::": Command("error"),
    "::error::a::b": Command("error", "a::b"),
    "::no-such-command::x": None,
    "::error file=a.py,line=1,col=5::x": Command("error", "x", {"file": "a.py", "line": "1", "col": "5"}),
    "::error endLine=1::x": Command("error", "x", {"endline": "1"}),
    "::error   file=a::x": Command("error", "x", {"file": "a"}),
    "::error file=a ::x": Command("error", "x", {"file": "a"}),
    "::error file= a::x": Command("error", "x", {"file": " a"}),
    "::error file=a%3Ab%2Cc%25%0A%0D::x": Command("error", "x", {"file": "a:b,c%\n\r"}),
    "::error file=a:b::x": Command("error", "x", {"file": "a:b"}),
    "::error file==a=b::x": Command("error", "x", {"file": "a=b"}),
    "::error file=,=a,b,,::x": Command("error", "x"),
    "::error file=a,file=b::x": Command("error", "x", {"file": "b"}),
    "::error::%250A%0A%0D%3A%2C": Command("error", "%0A\n\r%3A%2C"),
    "##[error]x": Command("error", "x"),
    "text before ##[error file=a;line=1]x": Command("error", "x", {"file": "a", "line": "1"}),
    "##[error file=a%3Bb%5D]%3B%5D%25": Command("error", ";]%", {"file": "a;b]"}),
    "###[error]x": Command("error", "x"),
    "##[error x": None,
    "##[command]x": None,
    "##[nothing]##[error]x": None,
    "::nothing::##[error]x": Command("error", "x"),
    "::error::##[warning]x": Command("error", "##[warning]x"),
}


@pytest.mark.parametrize(("line", "command"), COMMANDS.items(), ids=map(repr, COMMANDS))
def test_a_line_is_this_command(line: str, command: Command | None) -> None:
    assert parse(line) == command
    assert commands_in(line) == ([command] if command else [])


DO: dict[str, Command] = {
    "::do-something k1=v1,::msg": Command("do-something", "msg", {"k1": "v1"}),
    "::do-something::": Command("do-something"),
    "::do-something k1=;=%2C=%0D=%0A=]=%3A,::;-%0D-%0A-]-:-,": Command(
        "do-something", ";-\r-\n-]-:-,", {"k1": ";=,=\r=\n=]=:"}
    ),
    "::do-something k1=;=%252C=%250D=%250A=]=%253A,::;-%250D-%250A-]-:-,": Command(
        "do-something", ";-%0D-%0A-]-:-,", {"k1": ";=%2C=%0D=%0A=]=%3A"}
    ),
    "::do-something k1=v1,k2=,k3=v3::": Command("do-something", "", {"k1": "v1", "k3": "v3"}),
    ">>>   ##[do-something k1=%3B=%0D=%0A=%5D;]%3B-%0D-%0A-%5D": Command(
        "do-something", ";-\r-\n-]", {"k1": ";=\r=\n=]"}
    ),
}


@pytest.mark.parametrize(("line", "command"), DO.items(), ids=map(repr, DO))
def test_a_command_may_have_any_name_where_that_is_asked_for(line: str, command: Command) -> None:
    assert parse(line, ANY) == command
    assert commands_in(line) == []


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_every_kind_of_line_end_begins_a_line(end: str) -> None:
    assert commands_in(f"a{end}::notice::x{end}b") == [Command("notice", "x")]


def test_stopped_commands_are_none_until_the_token() -> None:
    log = "::stop-commands::Tok\n::error::x\n::other::\n::tok::\n::notice::y"
    assert commands_in(log) == [Command("stop-commands", "Tok"), Command("notice", "y")]


def test_openings_are_all_lines_that_look_like_commands() -> None:
    assert openings_in("a\n::x\n  ::y\nz ::\n::1\n a##[\n#[\n") == ["::x", "  ::y", "::1", " a##["]


OUTPUTS = {
    "": {},
    "\n\n": {},
    "a=b": {"a": "b"},
    "a=b\n\nc=d\n": {"a": "b", "c": "d"},
    "a=": {"a": ""},
    "a==b": {"a": "=b"},
    "a=b<<c": {"a": "b<<c"},
    "a=1\na=2": {"a": "2"},
    " a = b ": {" a ": " b "},
    "a<<EOF\nx\ny\nEOF\n": {"a": "x\ny"},
    "a<<EOF\nx\ny\nEOF": {"a": "x\ny"},
    "a<<EOF\nEOF\n": {"a": ""},
    "a<<EOF\n\nEOF\n": {"a": ""},
    "a<<EOF\n\n\nEOF\n": {"a": "\n"},
    "a<<EOF\nb=c\nEOF \n EOF\nEOF\nd=e": {"a": "b=c\nEOF \n EOF", "d": "e"},
    "a<<b=c\nx\nb=c\n": {"a": "x"},
    "a<<EOF\nx\r\nEOF\n": {"a": "x\r"},
    "\ufeffa=b": {"a": "b"},
}


@pytest.mark.parametrize(("text", "outputs"), OUTPUTS.items(), ids=map(repr, OUTPUTS))
def test_a_file_sets_these_outputs(text: str, outputs: dict[str, str]) -> None:
    assert outputs_in(text) == outputs


@pytest.mark.parametrize(
    "text",
    ["a", "=b", "<<EOF\nx\nEOF\n", "a<<\nx\n\n", "a<<EOF\nx\n", "a<<EOF\nx", "a<<EOF x EOF", "a<<EOF\nx\nEOF\r\n"],
)
def test_a_file_that_fails_the_step(text: str) -> None:
    with pytest.raises(Malformed):
        outputs_in(text)
