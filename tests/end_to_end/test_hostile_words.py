"""Whatever words a file, an account, a state or a path hold: the program's text stays text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Ended, Workplace
from tests.unit.provider.stage import Stage, reply
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain

WORD = (
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x9b2J\x08\x7f"
    "a\n::error::x\r::stop-commands::y\u2028::error::z\u2029\x85##[error]b"
    "\u202egnp.exe\u2066\u200b\ufeff `code` | <script>alert(1)</script> @everyone"
)
HALF = "\ud83d"
"""Half of a character: JSON can say it, no encoding can."""


def assert_tame(ended: Ended) -> None:
    """Assert that both streams hold lines of visible characters, and that no line speaks to a CI system."""
    assert_plain(ended.out)
    assert_plain(ended.err)


@pytest.mark.parametrize("word", [WORD, HALF])
def test_an_errors_words_are_shown_tamed(work: Workplace, stage: Stage, word: str) -> None:
    work.users("a: {}")
    for part in ("message", "name", "code", "status"):
        stage.play(reply({"status": "error", "name": "GeneralError", "message": "no", part: word}))
        done = work.run("plan", "-vv")
        assert done.code == 1, done.said
        assert_tame(done)
    document = work.run("plan", "--format", "json")
    assert (document.code, document.json["exit_code"]) == (1, 1)


@pytest.mark.parametrize("word", [WORD, HALF])
def test_a_listings_words_are_shown_tamed(work: Workplace, stage: Stage, word: str) -> None:
    row = {"smtp_user_name": "smtp1", "password": "pw", "status": "Enable", "total_limit": 10, "hourly_limit": 1}
    rows = [{**row, key: word, "smtp_user_name": f"smtp{index}"} for index, key in enumerate(row)]
    stage.play(
        reply({"status": "success", "message": word, "smtp_list": [*rows, {**row, "smtp_user_name": word}, word]})
    )
    work.users("a: {}")
    for arguments in (("plan",), ("plan", "--color", "always"), ("drift",), ("plan", "--format", "markdown")):
        done = work.run(*arguments)
        assert done.code in {0, 2}, done.said
        assert_plain(done.out, color="always" in arguments)
        assert_plain(done.err, color="always" in arguments)
    assert work.run("plan", "--format", "json").json["format"] == "sarv-sync-plan/1"


def test_paths_targets_and_settings_are_shown_tamed(work: Workplace, sandbox: Sandbox) -> None:
    word = WORD
    name = word.replace("/", "_")
    work.users("a: {}")
    work.write(f"{HEAD}users: {{a: {{total_limit: 0}}}}\n", f"{name}.yaml")
    work.write("{", f"{name}.json")
    for arguments in (
        ("validate", "-c", f"{name}.yaml"),
        ("validate", "-c", f"missing{name}.yaml"),
        ("plan", "--target", word),
        ("plan", f"--{word}"),
        (word,),
        ("plan", "--format", word),
        ("plan", "--endpoint", word),
        ("apply", "--allow", word),
        ("apply", f"{name}.json"),
        ("show", f"no{name}.json"),
        ("state", "mv", word, word),
        ("state", "show", word),
        ("explain", word),
        ("history", word),
        ("history", "--target", word),
        ("schema", word),
    ):
        done = work.run(*arguments)
        assert done.code in {3, 4}, (arguments, done.said)
        assert_tame(done)
        assert "bug" not in done.flat, arguments
    for setting in ("SARV_ENDPOINT", "SARV_SYNC_CONFIG", "SARV_TOKEN_FILE", "SARV_CA_BUNDLE"):
        done = work.run("plan", **{setting: word, "SARV_TOKEN": None if "FILE" in setting else "t"})
        assert done.code == 3, (setting, done.said)
        assert_tame(done)


def test_a_states_words_are_shown_tamed(work: Workplace, serve: Serve) -> None:
    word = WORD
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    state = work.state()
    lock = {"id": word, "holder": word, "command": word, "since": word, "expires": word}
    password = {"since": word, "deliveries": {word: {"form": word, "verifier": None}}, "left": word}
    bindings = {
        word: {**state["bindings"]["a"], "password": password},
        "b": {**state["bindings"]["b"], "smtp_user_name": word, "password": password},
        "b+2": {**state["bindings"]["b"], "smtp_user_name": "smtp3", "password": password},
    }
    work.users("b: {}")
    brief = (("show",), ("plan",))
    whole = (
        *brief, ("state", "list"), ("state", "show", "b"), ("explain", "b"), ("explain", word), ("history",),
        ("history", word[:5]), ("history", "no"), ("apply", "--auto-approve"), ("state", "rm", "b"),
        ("state", "mv", word, "c"),
    )  # fmt: skip
    change = {"name": word, "action": "update", "end": "failed", "smtp_user_name": "smtp2", "was": word}
    past = {"id": word, "at": word, "by": word, "command": word, "commit": word, "digest": word, "finished": True}
    history = {"history": [{**past, "changes": [change]}]}
    sweep = (
        ({"lock": lock, **history}, whole),
        ({"bindings": bindings}, whole),
        ({"lineage": word}, brief),
        ({word: 1}, brief),
    )
    for changed, commands in sweep:
        for arguments in commands:
            work.write(json.dumps({**state, **changed}), "sarv-sync.state.json")
            done = work.run(*arguments)
            assert_tame(done)
            assert "bug" not in done.flat, (changed, done.said)


def test_a_state_with_half_a_character_is_an_error_and_no_bug(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    state = work.state()
    work.users("a: {hourly_limit: 5}")
    work.write(json.dumps({**state, "lineage": HALF}), "sarv-sync.state.json")
    done = work.apply()
    assert (done.code, "bug" in done.flat) == (1, False), done.said
    assert sandbox.account.users()[0].settings.hourly_limit == 100


def test_a_saved_plans_words_are_shown_tamed(work: Workplace, sandbox: Sandbox) -> None:
    word = WORD + HALF
    work.users("a: {}")
    plan = work.run("plan", "--format", "json").json
    spoiled = {
        **plan,
        "account": {"endpoint": word, "owner_id": word},
        "changes": [
            {**plan["changes"][0], "source": {"file": word, "line": 1}},
            {**plan["changes"][0], "action": "deliver", "reversible": True, "fields": [], "sinks": [word] * 7},
        ],
        "warnings": [{"message": word, "hint": word, "file": word, "line": 1, "column": 1}],
        "unmanaged": [{"smtp_user_name": word, "total_limit": 1, "hourly_limit": 1, "status": "Enable"}],
    }
    spoiled["summary"] |= {"unmanaged": 1, "deliver": 1}
    work.write(json.dumps(spoiled), "plan.json")
    for arguments in (("show", "plan.json"), ("show", "plan.json", "--format", "markdown"), ("apply", "plan.json")):
        done = work.run(*arguments)
        assert_tame(done)
        assert "bug" not in done.flat


def test_addresses_of_targets_are_shown_tamed(work: Workplace, sandbox: Sandbox) -> None:
    fails = ["sh", "-c", 'case "$(cat)" in *check*) ;; *) echo "$0" >&2; exit 3;; esac', WORD]
    head = HEAD.replace("account:", f"credentials: {json.dumps([{'sink': 'command', 'command': fails}])}\naccount:")
    work.write(f"{head}users: {{a: {{}}}}\n")
    for arguments, code in (
        (("plan",), 0), (("plan", "--format", "markdown"), 0), (("plan", "--out", "p.json"), 0),
        (("show", "p.json"), 0), (("apply", "--auto-approve"), 5), (("drift",), 2),
        (("apply", "--auto-approve", "--format", "json"), 5),
        (("state", "list"), 0), (("state", "show", "a"), 0), (("show",), 0), (("drift", "--format", "markdown"), 2),
    ):  # fmt: skip
        done = work.run(*arguments)
        assert done.code == code, (arguments, done.said)
        assert_tame(done)
    [address] = work.state()["bindings"]["a"]["password"]["deliveries"]
    assert "@everyone" in address


def test_a_file_of_hostile_words_is_shown_tamed(work: Workplace, sandbox: Sandbox) -> None:
    words = [word for word in NASTY if word.isprintable()]
    entries = {f"u{index}": {"description": word, "labels": {"k": word}} for index, word in enumerate(words)}
    hostile = {**entries, **{word: {word: word} for word in NASTY}}
    work.write(json.dumps({"version": 1, "defaults": {"total_limit": 5, "hourly_limit": 5}, "users": hostile}))
    assert_tame(work.run("validate"))
    assert work.run("validate").code == 3


def test_a_hostile_folder_is_shown_tamed(work: Workplace, serve: Serve) -> None:
    folder = work.path / "\x1b[31m\n::error::x"
    folder.mkdir()
    serve()
    work.write(HEAD + "users: {a: {}}\n", str(Path(folder.name) / "sarv-sync.yaml"))
    for arguments in (("plan",), ("apply",), ("apply", "--auto-approve"), ("show",), ("plan", "--out", "no/such")):
        assert_tame(work.run(*arguments, cwd=folder))
    work.write("{", str(Path(folder.name) / "sarv-sync.state.json"))
    done = work.run("plan", "-c", str(folder / "sarv-sync.yaml"))
    assert done.code == 1
    assert_tame(done)
