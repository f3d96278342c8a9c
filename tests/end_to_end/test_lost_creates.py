"""`addSmtp` cannot be repeated: what each way of losing its answer leads to."""

from __future__ import annotations

import pytest

from tests.end_to_end.accounts import by_name, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace
from tests.unit.provider.stage import Reply, Stage, error, reply

PLAIN = (1000, 100, "Enable")

COMMITTED_UNHEARD = [
    "addSmtp:commit-hang-up:first=1",
    "addSmtp:html:commit=true,status=200,first=1",
    "addSmtp:html:commit=true,status=502,first=1",
    "addSmtp:http-status:commit=true,status=500,first=1",
    "addSmtp:http-status:commit=true,status=429,first=1",
    "addSmtp:general-error:commit=true,first=1",
    "addSmtp:truncated:first=1",
    "addSmtp:truncated:short=true,first=1",
    "addSmtp:no-name:first=1",
    "addSmtp:wrong-types:field=smtp_user_name,to=null,first=1",
    "addSmtp:wrong-types:field=smtp_user_name,to=integer,first=1",
    "addSmtp:wrong-types:field=smtp_password,to=missing,first=1",
    "addSmtp:wrong-types:field=status,to=null,first=1",
    "addSmtp:late-commit:seconds=0.1,first=1",
]


@pytest.mark.parametrize("fault", COMMITTED_UNHEARD)
def test_a_user_made_without_a_usable_answer_is_found_by_the_same_apply(
    work: Workplace, serve: Serve, fault: str
) -> None:
    sandbox = serve(fault)
    work.users("a: {}\nb: {hourly_limit: 7}\nc: {status: Disable}")
    done = work.apply("--format", "json")
    assert (done.code, done.json["verified"], done.json["unknown"]) == (0, True, []), done.said
    assert [entry["name"] for entry in done.json["applied"]] == ["a", "b", "c"]
    assert calls(sandbox, "addSmtp") == 3
    assert by_name(work, sandbox) == {"a": PLAIN, "b": (1000, 7, "Enable"), "c": (1000, 100, "Disable")}


NOT_COMMITTED = [
    "addSmtp:hang-up:first=1",
    "addSmtp:html:first=1",
    "addSmtp:http-status:status=503,first=1",
    "addSmtp:http-status:status=429,first=1",
    "addSmtp:general-error:first=1",
    "addSmtp:echo-secrets:first=1",
]


@pytest.mark.parametrize("fault", NOT_COMMITTED)
def test_a_create_that_leaves_no_trace_is_unknown_and_made_by_the_next_run(
    work: Workplace, serve: Serve, fault: str
) -> None:
    sandbox = serve(fault)
    work.users("a: {}\nb: {}")
    first = work.apply("--format", "json")
    assert (first.code, first.json["verified"]) == (5, False), first.said
    assert [(entry["name"], entry["action"]) for entry in first.json["unknown"]] == [("a", "create")]
    assert "counts as never made" in first.json["unknown"][0]["message"]
    assert [entry["name"] for entry in first.json["applied"]] == ["b"]

    second = work.apply("--format", "json")
    assert (second.code, [entry["name"] for entry in second.json["applied"]]) == (0, ["a"])
    assert in_account(sandbox) == [PLAIN, PLAIN]


def test_a_user_that_turns_up_after_all_is_used_and_not_made_again(work: Workplace, serve: Serve) -> None:
    sandbox = serve("addSmtp:late-commit:calls=5,first=1")
    work.users("a: {}", HEAD.replace("400ms", "1ms"))
    assert work.apply().code == 5
    while not sandbox.account.users():
        assert work.run("plan").code == 0
    again = work.apply()
    assert again.code == 0, again.said
    assert (in_account(sandbox), calls(sandbox, "addSmtp")) == ([PLAIN], 1)


@pytest.mark.parametrize(("total", "hourly"), [(50, 5), (1, 1), (2147483647, 1)])
def test_an_answer_is_found_again_however_small_the_limits(
    work: Workplace, serve: Serve, total: int, hourly: int
) -> None:
    sandbox = serve("addSmtp:commit-hang-up", users=(user("smtp1", total, hourly), user("smtp2", total, hourly)))
    work.users(f"a: {{total_limit: {total}, hourly_limit: {hourly}}}")
    done = work.apply()
    assert done.code == 0, done.said
    assert in_account(sandbox) == [(total, hourly, "Enable")] * 3
    assert work.state()["bindings"]["a"]["smtp_user_name"] not in {"smtp1", "smtp2"}


def test_a_listing_that_lags_is_waited_for(work: Workplace, serve: Serve) -> None:
    sandbox = serve("addSmtp:commit-hang-up:first=2", "listSmtp:list-lag:seconds=0.5")
    work.users("a: {}\nb: {}\nc: {}", HEAD.replace("400ms", "8s"))
    done = work.apply()
    assert done.code == 0, done.said
    assert in_account(sandbox) == [PLAIN] * 3


def test_a_validation_error_proves_that_nothing_was_made_and_the_others_are(work: Workplace, serve: Serve) -> None:
    sandbox = serve("addSmtp:validation-error:nth=2")
    work.users("a: {}\nb: {}\nc: {}")
    done = work.apply("--format", "json", "--parallelism", "1")
    assert done.code == 5, done.said
    assert [(entry["name"], "ValidationError" in entry["message"]) for entry in done.json["failed"]] == [("b", True)]
    assert [entry["name"] for entry in done.json["applied"]] == ["a", "c"]
    assert done.json["unknown"] == []
    assert (work.apply().code, in_account(sandbox)) == (0, [PLAIN] * 3)
    assert calls(sandbox, "addSmtp") == 4


def test_credentials_refused_half_way_end_the_run_and_keep_what_was_done(work: Workplace, serve: Serve) -> None:
    sandbox = serve("addSmtp:auth-error:nth=2")
    work.users("a: {}\nb: {}\nc: {}")
    done = work.apply("--format", "json", "--parallelism", "1")
    assert done.code == 5, done.said
    assert "a" in work.state()["bindings"]
    assert (work.state()["lock"], calls(sandbox, "addSmtp")) == (None, 2)
    assert (work.apply().code, in_account(sandbox)) == (0, [PLAIN] * 3)


def test_a_provider_that_answers_nothing_usable_is_not_asked_for_hundreds_of_users(
    work: Workplace, serve: Serve
) -> None:
    sandbox = serve("addSmtp:html")
    work.users("\n".join(f"u{number}: {{}}" for number in range(90)))
    done = work.apply("--format", "json")
    assert done.code == 5, done.said
    assert len(done.json["unknown"]) == calls(sandbox, "addSmtp") < 40
    assert len(done.json["unknown"]) + len(done.json["not_attempted"]) == 90


ADD = {"status": "success", "message": "SMTP User Created"}


def listing(*rows: dict[str, object]) -> Reply:
    return reply({"status": "success", "smtp_list": list(rows)})


@pytest.mark.parametrize(
    "answer",
    [
        reply({**ADD, "smtp_user_name": "", "smtp_password": "pw-canary"}),
        reply({**ADD, "smtp_user_name": "smtp1"}),
        reply({**ADD, "smtp_user_name": "smtp1", "smtp_password": ""}),
        reply({**ADD, "smtp_user_name": ["smtp1"], "smtp_password": "pw-canary"}),
        reply({**ADD, "smtp_user_name": "smtp1", "smtp_password": "pw-canary"}, status=201),
        reply({**ADD, "smtp_user_name": "smtp1", "smtp_password": "pw-canary", "status": "Success!"}),
        reply([{**ADD, "smtp_user_name": "smtp1", "smtp_password": "pw-canary"}]),
        reply(b"\xff\xfe{}"),
        reply(b""),
        reply(b"null"),
        reply(b"[" * 100_000),
        Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{", "close"),
        Reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "close"),
        Reply(b"not http at all\r\n\r\n", "close"),
        Reply(b"", "reset"),
        reply(b"", 302, headers=("Location: http://127.0.0.1:1/settings/addSmtp",)),
        error("GeneralError", 500),
        error("ValidationError", type="GeneralError"),
        error("SomethingNew"),
    ],
)
def test_an_answer_that_proves_nothing_is_unknown_and_asked_for_once(
    work: Workplace, stage: Stage, answer: Reply
) -> None:
    stage.play(listing(), listing(), answer, listing())
    work.users("a: {}", HEAD.replace("400ms", "1ms"))
    done = work.apply("--format", "json")
    assert (done.code, [entry["name"] for entry in done.json["unknown"]]) == (5, ["a"]), done.said
    assert len(stage.calls("addSmtp")) == 1
    assert b"pw-canary" not in done.raw_out + done.raw_err


@pytest.mark.parametrize("kind", ["ValidationError", "AuthenticationError", "Invalid_Key"])
@pytest.mark.parametrize(("key", "status"), [("name", 200), ("type", 400)])
def test_a_parsed_refusal_proves_that_nothing_was_made(
    work: Workplace, stage: Stage, kind: str, key: str, status: int
) -> None:
    refusal = reply({"status": "error", "code": -1, key: kind, "message": "no"}, status)
    stage.play(listing(), listing(), refusal, listing())
    work.users("a: {}")
    done = work.apply("--format", "json")
    assert done.code in {1, 5}, done.said
    assert kind in done.said
    assert (done.json.get("unknown", []), work.state()["intents"], work.state()["retired"]) == ([], {}, [])
