from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from sarv_sync.sandbox.server import Sandbox
from sarv_sync.schema_files import schema
from tests.end_to_end.accounts import bind, by_name, calls, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

FINANCE = """\
users:   # of finance
  billing:\t# invoices
    hourly_limit: 20  # agreed with ops

  # not yet
  orders: {}  # shop
"""
PINNED = FINANCE.replace("with ops\n", "with ops\n    smtp_user_name: smtp2\n")


@pytest.fixture
def sandbox(work: Workplace, serve: Serve) -> Sandbox:
    sandbox = serve(users=(user("smtp1"), user("smtp2"), user("smtp3")))
    work.write(HEAD + "include: [teams/*.yaml]\nusers: {shop: {smtp_user_name: smtp3}}\n")
    work.write(FINANCE, "teams/finance.yaml")
    return sandbox


@pytest.mark.usefixtures("sandbox")
def test_an_entry_adopts_a_user_and_apply_leaves_nothing_to_do(work: Workplace, sandbox: Sandbox) -> None:
    before = work.files()
    done = work.run("adopt", "billing", "smtp2")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "Written to teams/finance.yaml:4: billing adopts smtp2\n"
        "  = billing  smtp2\n"
        "      hourly_limit  100 → 20\n"
        "\n"
        "Nothing has changed in the account yet. Next: `sarv-sync plan` shows this,\n"
        "`sarv-sync apply` does it.\n"
    )
    assert work.files() == {**before, "teams/finance.yaml": PINNED.encode()}
    assert calls(sandbox, "editSmtp") == 0
    adopted = [each for each in work.run("plan", "--format", "json").json["changes"] if each["name"] == "billing"]
    assert [(each["action"], each["smtp_user_name"]) for each in adopted] == [("adopt", "smtp2")]
    assert work.run("adopt", "orders", "smtp1").code == 0
    assert work.apply().code == 0
    assert by_name(work, sandbox) == {
        "billing": (1000, 20, "Enable"),
        "orders": (1000, 100, "Enable"),
        "shop": (1000, 100, "Enable"),
    }
    assert work.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.usefixtures("sandbox")
def test_a_pin_that_is_there_already_is_no_error(work: Workplace) -> None:
    assert work.run("adopt", "billing", "smtp2").code == 0
    files = work.files()
    done = work.run("adopt", "billing", "smtp2")
    assert (done.code, work.files()) == (0, files)
    assert done.out.startswith("Nothing to write: billing pins smtp2 already (teams/finance.yaml:2).\n")
    assert "hourly_limit  100 → 20" in done.out
    assert work.apply().code == 0
    done = work.run("adopt", "billing", "smtp2")
    assert (done.code, "pins smtp2 already (teams/finance.yaml:2), and has adopted it." in done.flat) == (0, True)


def test_a_user_that_the_entry_has_already_needs_no_pin(work: Workplace, sandbox: Sandbox) -> None:
    bind(work, sandbox, billing="smtp1")
    files = work.files()
    done = work.run("adopt", "billing", "smtp1")
    assert (done.code, work.files()) == (0, files)
    assert done.flat == "Nothing to write: smtp1 is the user of billing already, and needs no pin."


@pytest.mark.usefixtures("sandbox")
def test_json_says_where_the_pin_stands_and_what_comes_next(work: Workplace) -> None:
    first = work.run("adopt", "billing", "smtp2", "--format", "json").json
    Draft202012Validator(schema("adopt")).validate(first)
    assert (first["format"], first["written"]) == ("sarv-sync-adopt/1", True)
    assert first["source"] == {"file": "teams/finance.yaml", "line": 4}
    assert first["change"]["fields"] == [{"field": "hourly_limit", "before": 100, "after": 20}]
    assert work.run("plan", "--format", "json").json["changes"][0] == first["change"]
    again = work.run("adopt", "billing", "smtp2", "--format", "json").json
    assert (again["written"], again["change"]["action"]) == (False, "adopt")
    assert work.apply().code == 0
    assert work.run("adopt", "billing", "smtp2", "--format", "json").json["change"] is None


REFUSED = {
    "an entry that does not exist": (("bilings", "smtp1"), 3, "did you mean billing?"),
    "an entry unlike any other": (("x", "smtp1"), 3, "export --update"),
    "a name that no user has": (("billing", "a b"), 3, "'a b' is no name of a user"),
    "an entry with another pin": (("shop", "smtp1"), 4, "sarv-sync.yaml:5:9: shop pins smtp3 already"),
    "a user that another entry pins": (
        ("billing", "smtp3"),
        4,
        "sarv-sync.yaml:5:9: smtp3 is pinned by shop already",
    ),
    "a user that is not there": (("billing", "smtp9"), 4, "the account does not list smtp9"),
    "an entry that is bound": (("orders", "smtp2"), 4, "teams/finance.yaml:6:3: orders is bound to smtp1 already"),
    "a user that another entry has": (("billing", "smtp1"), 4, "smtp1 belongs to orders already"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_speaks_against_an_adoption_is_said_and_nothing_is_written(
    work: Workplace, sandbox: Sandbox, case: str
) -> None:
    bind(work, sandbox, orders="smtp1")
    files = work.files()
    arguments, code, words = REFUSED[case]
    done = work.run("adopt", *arguments)
    assert (done.code, done.out, work.files()) == (code, "", files)
    assert words in done.flat
    assert "hint: " in done.err
    assert ("nothing was written" in done.flat) == (code == 4)


def test_a_file_in_which_the_pin_has_no_place_is_refused(work: Workplace, sandbox: Sandbox) -> None:
    work.write(HEAD + "profiles: &all {a: {}, b: {}}\nusers: *all\n")
    files = work.files()
    done = work.run("adopt", "a", "smtp1")
    assert (done.code, work.files()) == (4, files)
    assert "sarv-sync.yaml:5:8: `users` is shared with another part of the file" in done.flat
    assert calls(sandbox, "editSmtp") == 0


@pytest.mark.parametrize(
    ("users", "fault", "words"),
    [
        (("smtp1", "smtp2"), "listSmtp:empty-list", "the account lists no users at all"),
        (("smtp1", "smtp2"), "listSmtp:duplicate-row", "more than once"),
    ],
)
def test_a_listing_that_cannot_be_relied_on_is_refused(
    work: Workplace, serve: Serve, users: tuple[str, ...], fault: str, words: str
) -> None:
    bind(work, serve(fault, users=tuple(map(user, users))), other="smtp1")
    work.users("other: {}\nbilling: {}")
    files = work.files()
    done = work.run("adopt", "billing", "smtp2")
    assert (done.code, work.files()) == (4, files)
    assert words in done.flat


def test_what_plan_would_hold_back_is_not_written(work: Workplace, serve: Serve) -> None:
    serve("listSmtp:duplicate-row", users=(user("smtp1"),))
    work.users("billing: {}")
    files = work.files()
    done = work.run("adopt", "billing", "smtp1")
    assert (done.code, work.files()) == (4, files)
    assert "sarv-sync.yaml:5:3: the account's row for smtp1, the user of billing, cannot be read" in done.flat
