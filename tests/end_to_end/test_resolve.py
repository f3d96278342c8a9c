"""A create of which several users may have come: a person says which, or that it is none of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.model.account import Account
from sarv_sync.model.state import Binding, Birthmark, Intent, State
from sarv_sync.model.users import Settings
from sarv_sync.sandbox.server import Sandbox
from sarv_sync.state.document import encode
from tests.end_to_end.accounts import by_user, calls, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import OWNER, Workplace

PLAIN = (1000, 100, "Enable")
MARK = Birthmark(777, 7)
BORN = (777, 7, "Enable")
OPEN = State(
    "0123456789abcdef", 5, Account("", OWNER), echoes_limits=True,
    intents={"i1": Intent("i1", "a", MARK, "l1"), "i2": Intent("i2", "b", Birthmark(555, 5), "l1")},
    listings={"l1": ("smtp1",)},
)  # fmt: skip
TWINS = (user("smtp1"), user("smtp2", 777, 7), user("smtp3", 777, 7), user("smtp4", 444, 4))


def unanswered(work: Workplace, serve: Serve, state: State = OPEN, **options: object) -> Sandbox:
    """Serve an account in which two users show the birthmark of `a`, and none that of `b`."""
    sandbox = serve(**{"users": TWINS, **options})
    known = replace(state, account=Account(sandbox.url, OWNER))
    (work.path / "sarv-sync.state.json").write_bytes(encode(known))
    work.users("a: {}\nb: {}")
    return sandbox


def binding(smtp_user_name: str, total: int, hourly: int) -> Binding:
    return Binding(smtp_user_name, Settings(total, hourly, "Enable"))


def test_a_plan_that_is_blocked_names_the_command_that_settles_it(work: Workplace, serve: Serve) -> None:
    unanswered(work, serve)
    plan = work.run("plan", "--format", "json")
    (blocked,) = plan.json["blocked"]
    assert (blocked["name"], blocked["reason"]) == ("a", "ambiguous")
    assert "smtp2, smtp3" in blocked["message"]
    assert "`sarv-sync state resolve a --adopt SMTP_USER_NAME`" in blocked["hint"]
    assert "`sarv-sync state resolve a --abandon`" in blocked["hint"]
    for arguments in (("state", "show", "a"), ("state", "list"), ("show",)):
        shown = work.run(*arguments)
        assert ("total_limit 777, hourly_limit 7" in shown.flat, "sarv-sync state resolve" in shown.flat) == (
            True,
            True,
        )
    assert work.run("state", "list", "--format", "json").json["intents"]["i1"]["name"] == "a"


def test_the_user_that_is_adopted_gets_its_limits_from_the_next_apply(work: Workplace, serve: Serve) -> None:
    sandbox = unanswered(work, serve)

    adopted = work.run("state", "resolve", "a", "--adopt", "smtp3")

    assert adopted.code == 0, adopted.said
    assert (calls(sandbox, "editSmtp"), calls(sandbox, "addSmtp"), work.state()["lock"]) == (0, 0, None)
    assert "smtp3 was made with total_limit 777" in work.run("state", "show", "a").flat
    done = work.apply("--format", "json")
    assert (done.code, done.json["verified"]) == (0, True), done.said
    assert ("a", "smtp3") in [(entry["name"], entry["smtp_user_name"]) for entry in done.json["applied"]]
    users = by_user(sandbox)
    assert (users["smtp3"], users["smtp2"], len(users)) == (PLAIN, BORN, 5)
    assert work.state()["intents"] == {}
    after = work.run("plan", "--detailed-exitcode", "--format", "json")
    assert (after.code, after.json["changes"], after.json["blocked"]) == (0, [], [])
    assert [entry["smtp_user_name"] for entry in after.json["unmanaged"]] == ["smtp1", "smtp2", "smtp4"]


def test_a_create_that_is_abandoned_is_made_anew_and_none_of_its_candidates_is_ever_touched(
    work: Workplace, serve: Serve
) -> None:
    sandbox = unanswered(work, serve)

    abandoned = work.run("state", "resolve", "a", "--abandon")

    assert (abandoned.code, "smtp2, smtp3" in abandoned.out) == (0, True), abandoned.said
    before = by_user(sandbox)
    done = work.apply("--format", "json")
    assert (done.code, calls(sandbox, "addSmtp")) == (0, 2), done.said
    users = by_user(sandbox)
    assert {name: users[name] for name in before} == before
    assert sorted(users[name] for name in users.keys() - before.keys()) == [PLAIN, PLAIN]
    # One of the two is edited, and the other is then the only one with the birthmark: still no spare.
    sandbox.account.edit("smtp2", total_limit=5)
    after = work.run("plan", "--detailed-exitcode", "--format", "json")
    assert (after.code, after.json["changes"], after.json["warnings"]) == (0, [], [])


def test_what_abandoning_one_create_notes_does_not_hide_the_user_of_another(work: Workplace, serve: Serve) -> None:
    sandbox = unanswered(work, serve, users=(*TWINS, user("smtp5", 555, 5)))
    assert work.run("state", "resolve", "a", "--abandon").code == 0
    done = work.apply()
    assert (done.code, by_user(sandbox)["smtp5"]) == (0, PLAIN), done.said
    assert work.state()["bindings"]["b"]["smtp_user_name"] == "smtp5"


def test_a_user_that_shows_late_after_all_is_a_spare_and_none_that_was_there(work: Workplace, serve: Serve) -> None:
    state = replace(OPEN, intents={"i1": OPEN.intents["i1"]})
    sandbox = unanswered(work, serve, state)
    assert work.run("state", "resolve", "a", "--abandon").code == 0
    late = sandbox.account.add(777, 7)

    done = work.apply()

    assert (done.code, work.state()["bindings"]["a"]["smtp_user_name"]) == (0, late.smtp_user_name), done.said


@pytest.mark.parametrize("adopt", ["smtp2", None])
def test_an_entry_that_is_gone_by_then_is_no_obstacle(work: Workplace, serve: Serve, adopt: str | None) -> None:
    sandbox = unanswered(work, serve, replace(OPEN, intents={"i1": OPEN.intents["i1"]}))
    work.users("")
    assert work.apply().code == 4
    assert work.run("state", "resolve", "a", *(("--adopt", adopt) if adopt else ("--abandon",))).code == 0
    done = work.apply()
    assert (done.code, calls(sandbox, "addSmtp"), work.state()["intents"]) == (0, 0, {}), done.said
    assert by_user(sandbox)["smtp2"][2] == ("Disable" if adopt else "Enable")
    assert work.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("a", "--adopt", "smtp4"), 4, "smtp4 cannot have come of the create of a"),
        (("a", "--adopt", "smtp1"), 4, "the users that may are smtp2, smtp3"),
        (("a", "--adopt", "smtp99"), 3, "the account lists no smtp99"),
        (("b", "--adopt", "smtp2"), 4, "nothing is ambiguous about it"),
        (("b", "--abandon"), 4, "`sarv-sync apply` looks for one"),
        (("c", "--abandon"), 4, "no create of c is under way"),
        (("d", "--abandon"), 4, "the create of d made smtp4: nothing is ambiguous about it"),
        (("nobody", "--abandon"), 3, "the state holds no nobody"),
        (("a",), 3, "--adopt"),
        (("a", "--adopt", "smtp2", "--abandon"), 3, "--adopt"),
    ],
)
def test_what_there_is_nothing_to_settle_about_is_refused_and_nothing_changes(
    work: Workplace, serve: Serve, arguments: tuple[str, ...], code: int, words: str
) -> None:
    state = replace(
        OPEN,
        intents={**OPEN.intents, "i3": Intent("i3", "d", Birthmark(444, 4), "l1")},
        bindings={"d": binding("smtp4", 444, 4), "c": binding("smtp1", 1000, 100)},
    )
    sandbox = unanswered(work, serve, state)
    before = {**work.state(), "serial": 0}

    done = work.run("state", "resolve", *arguments)

    assert (done.code, words in done.flat, "hint:" in done.err) == (code, True, True), done.said
    assert {**work.state(), "serial": 0} == before
    assert calls(sandbox, "addSmtp") + calls(sandbox, "editSmtp") == 0


def test_a_user_that_is_proven_to_be_it_needs_no_person(work: Workplace, serve: Serve) -> None:
    unanswered(work, serve, users=TWINS[:2])
    done = work.run("state", "resolve", "a", "--adopt", "smtp2")
    assert (done.code, "smtp2 is proven to come of the create of a" in done.flat) == (4, True), done.said


def test_a_listing_that_cannot_be_relied_on_settles_nothing(work: Workplace, serve: Serve) -> None:
    unanswered(work, serve)
    serve("listSmtp:duplicate-row", account=None, users=TWINS)
    (work.path / "sarv-sync.state.json").write_bytes(
        encode(replace(OPEN, account=Account(work.environment["SARV_ENDPOINT"], OWNER)))
    )
    done = work.run("state", "resolve", "a", "--adopt", "smtp2")
    assert (done.code, "more than once" in done.flat, work.state()["bindings"]) == (4, True, {}), done.said


def test_where_limits_are_not_echoed_a_person_s_word_is_all_there_is(work: Workplace, serve: Serve) -> None:
    state = replace(OPEN, echoes_limits=False, intents={"i1": OPEN.intents["i1"]})
    sandbox = unanswered(work, serve, state, users=(user("smtp1"), user("smtp2", 100, 1)))
    work.users("a: {}")
    assert work.run("plan", "--format", "json").json["blocked"][0]["reason"] == "ambiguous"
    assert work.run("state", "resolve", "a", "--adopt", "smtp2").code == 0
    assert work.apply().code == 0
    assert by_user(sandbox)["smtp2"] == PLAIN


def test_without_a_state_there_is_nothing_to_settle_and_none_is_made(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    done = work.run("state", "resolve", "a", "--abandon")
    assert (done.code, list(work.files())) == (4, ["sarv-sync.yaml"]), done.said
