"""`drift` tells Prometheus and people how it ended, and what goes wrong there changes nothing that it found."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import assert_no_leak
from tests.end_to_end.workplace import HEAD, TOKEN, Workplace
from tests.unit.monitoring.receiver import Receiver, Samples, receiving, samples, series

SECRET = "c4nary-n0tify+s3cret"
COUNTS = {
    "drift_users",
    "pending_changes",
    "managed_users",
    "unmanaged_users",
    "new_unmanaged_users",
    "blocked_users",
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def bound(work: Workplace, serve: Serve, *faults: str) -> Sandbox:
    sandbox = serve(*faults, users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {}\nb: {}")
    return sandbox


def written(work: Workplace, name: str = "out.prom") -> Samples:
    return samples((work.path / name).read_text(encoding="utf-8"))


def verdict(found: Samples, configuration: str = "sarv-sync.yaml") -> tuple[float | None, float | None]:
    path = {"configuration": configuration}
    return series(found, "check_success", **path), series(found, "check_clean", **path)


def has_counts(found: Samples) -> bool:
    names = {name.removeprefix("sarv_sync_") for name, _ in found}
    assert names & COUNTS in (set(), COUNTS)
    return bool(names & COUNTS)


def notify_url(receiver: Receiver) -> str:
    return f"json://me:{SECRET}@127.0.0.1:{receiver.port}/{SECRET}/?token={SECRET}"


def test_a_clean_check_is_written_and_pushed(work: Workplace, serve: Serve, receiver: Receiver) -> None:
    bound(work, serve)
    before = time.time()
    done = work.run("drift", "--metrics", "out.prom", "--pushgateway", receiver.url)
    assert (done.code, done.err) == (0, "")
    found = written(work)
    assert (verdict(found), has_counts(found)) == ((1, 1), True)
    at = series(found, "check_timestamp_seconds", configuration="sarv-sync.yaml")
    assert at is not None
    assert before <= at <= time.time()
    key = frozenset({("job", "sarv_sync"), ("configuration", "sarv-sync.yaml")})
    assert receiver.groups == {key: found}


def test_drift_is_counted(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve)
    sandbox.account.edit("smtp2", hourly_limit=7)
    sandbox.account.add(9, 9)
    work.users("a: {}\nb: {}\nc: {}")
    assert work.run("drift", "--metrics", "out.prom").code == 2
    found, path = written(work), {"configuration": "sarv-sync.yaml"}
    assert verdict(found) == (1, 0)
    assert [series(found, "drift_users", kind=kind, **path) for kind in ("changed", "missing")] == [1, 0]
    assert [series(found, "pending_changes", action=kind, **path) for kind in ("create", "update", "disable")] == [
        1,
        1,
        0,
    ]
    assert [series(found, f"{name}_users", **path) for name in ("managed", "unmanaged", "blocked")] == [3, 1, 0]


@pytest.mark.parametrize(
    ("fault", "changed", "code"),
    [
        ("listSmtp:html", {}, 1),
        ("listSmtp:auth", {"SARV_TOKEN": "another"}, 1),
        ("", {"SARV_TOKEN": None}, 3),
        ("", {"SARV_ENDPOINT": "http://192.0.2.1"}, 3),
        ("", {"SARV_SYNC_CONFIG": "none.yaml"}, 3),
    ],
)
def test_a_check_that_fails_says_so_and_has_no_counts(
    work: Workplace, serve: Serve, receiver: Receiver, fault: str, *, changed: dict[str, str | None], code: int
) -> None:
    bound(work, serve, *([fault] if fault == "listSmtp:html" else []))
    work.write("# the last one", "out.prom")
    done = work.run("drift", "--metrics", "out.prom", "--pushgateway", receiver.url, "--format", "json", **changed)
    assert (done.code, done.json["format"]) == (code, "sarv-sync-error/1")
    path = changed.get("SARV_SYNC_CONFIG") or "sarv-sync.yaml"
    found = written(work)
    assert (verdict(found, path), has_counts(found)) == ((0, 0), False)
    assert list(receiver.groups.values()) == [found]


def test_a_file_that_is_wrong_is_a_failed_check(work: Workplace, serve: Serve) -> None:
    bound(work, serve)
    work.users("a: {hourly_limit: yes}")
    assert work.run("drift", "--metrics", "out.prom").code == 3
    assert verdict(written(work)) == (0, 0)


def test_a_check_that_cannot_compare_is_no_success_and_tells_nobody(
    work: Workplace, serve: Serve, receiver: Receiver
) -> None:
    sandbox = serve("listSmtp:duplicate-row", users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {}\nb: {}")
    done = work.run("drift", "--metrics", "out.prom", "--notify", SARV_NOTIFY_URLS=notify_url(receiver))
    assert (done.code, verdict(written(work)), receiver.got) == (4, (0, 0), []), done.said


HOSTILE = ['q"uote\\.yaml', 'x"} 1\nsarv_sync_check_clean{configuration="x', "::error::x.yaml", "\u202egnp.yaml"]


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_a_hostile_path_is_a_label_and_nothing_else(
    work: Workplace, serve: Serve, receiver: Receiver, path: str
) -> None:
    bound(work, serve)
    (work.path / "sarv-sync.yaml").rename(work.path / path)
    done = work.run("drift", "-c", path, "--metrics", "out.prom", "--pushgateway", receiver.url)
    assert done.code == 0, done.said
    assert verdict(written(work), path) == (1, 1)
    assert list(receiver.groups) == [frozenset({("job", "sarv_sync"), ("configuration", path)})]


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
@pytest.mark.parametrize(("drifted", "code"), [(False, 1), (True, 2)])
def test_what_cannot_be_told_does_not_hide_what_was_found(
    work: Workplace, serve: Serve, receiver: Receiver, *, drifted: bool, code: int, format_: str
) -> None:
    sandbox = bound(work, serve)
    if drifted:
        sandbox.account.edit("smtp2", hourly_limit=7)
    plain = work.run("drift", "--format", format_)
    receiver.status = 500
    flags = ["--metrics", "none/out.prom", "--pushgateway", receiver.url, "--notify"]
    done = work.run("drift", "--format", format_, *flags, SARV_NOTIFY_URLS=notify_url(receiver))
    assert (done.code, done.out) == (code, plain.out)
    complaints = [line.partition(" ")[2] for line in done.err.splitlines() if line.startswith("error:")]
    assert complaints == [
        "cannot write the metrics to none/out.prom: No such file or directory",
        f"the pushgateway {receiver.url} answered with HTTP 500",
        *(["the notification could not be sent: line 1 of SARV_NOTIFY_URLS (JSON)"] if drifted else []),
    ]
    assert [got.method for got in receiver.got] == ["PUT", *(["POST"] if drifted else [])]


def test_one_message_is_sent_when_something_drifted_and_none_when_nothing_did(
    work: Workplace, serve: Serve, receiver: Receiver
) -> None:
    sandbox = bound(work, serve)
    work.environment["SARV_NOTIFY_URLS"] = notify_url(receiver)
    assert (work.run("drift", "--notify").code, receiver.got) == (0, [])
    sandbox.account.edit("smtp2", hourly_limit=7, status="Disable")
    assert (work.run("drift").code, receiver.got) == (2, [])
    assert work.run("drift", "--notify").code == 2
    [got] = receiver.got
    assert got.json["title"] == "Drift: 1 changed."
    assert "- b: hourly_limit 100 → 7, status Enable → Disable\n\nTwo ways out:\n" in got.json["message"]


def test_users_that_are_forbidden_are_told_of(work: Workplace, serve: Serve, receiver: Receiver) -> None:
    sandbox = bound(work, serve)
    sandbox.account.add(9, 9)
    work.users("a: {}\nb: {}", HEAD + "unmanaged: forbid\n")
    assert work.run("drift", "--notify", SARV_NOTIFY_URLS=notify_url(receiver)).code == 2
    assert "no entry owns 1 user of the account" in receiver.got[0].json["message"]


@pytest.mark.parametrize(
    ("flags", "urls", "said"),
    [
        (["--notify"], None, "SARV_NOTIFY_URLS holds no URL"),
        (["--notify"], " \n", "SARV_NOTIFY_URLS holds no URL"),
        (["--notify"], f"json://127.0.0.1:9\n{SECRET}", "line 2 of SARV_NOTIFY_URLS is no URL that apprise can use"),
        (["--notify"], f"tgram://{SECRET}", "line 1 of SARV_NOTIFY_URLS is no URL that apprise can use"),
        (["--metrics", "out.txt"], None, "--metrics out.txt: the name does not end in .prom"),
        (["--pushgateway", f"http://u:{SECRET}@127.0.0.1"], None, "holds a user name or password"),
    ],
)
def test_what_cannot_be_used_is_wrong_before_the_account_is_asked(
    work: Workplace, serve: Serve, flags: list[str], urls: str | None, said: str
) -> None:
    sandbox = bound(work, serve)
    done = work.run("-vv", "drift", *flags, SARV_NOTIFY_URLS=urls)
    assert (done.code, said in done.flat, sandbox.calls) == (3, True, ()), done.said
    assert_no_leak(work, [SECRET, TOKEN])


def test_a_notification_that_cannot_work_is_a_failed_check(work: Workplace, serve: Serve) -> None:
    bound(work, serve)
    assert work.run("drift", "--metrics", "out.prom", "--notify").code == 3
    assert verdict(written(work)) == (0, 0)


@pytest.mark.parametrize("status", [200, 302, 401, 500, None])
def test_no_secret_is_said_or_left_behind(
    work: Workplace, serve: Serve, receiver: Receiver, status: int | None
) -> None:
    sandbox = bound(work, serve)
    sandbox.account.edit("smtp2", hourly_limit=7)
    receiver.status, receiver.headers = status, {"Location": f"/{SECRET}", "X": f"{SECRET}\r\nno header {SECRET}"}
    work.environment["SARV_NOTIFY_URLS"] = f"{notify_url(receiver)}\njson://127.0.0.1:1/{SECRET}"
    work.environment |= {"SARV_PUSHGATEWAY_USERNAME": "me", "SARV_PUSHGATEWAY_PASSWORD": SECRET}
    flags = ("--metrics", "out.prom", "--pushgateway", receiver.url, "--notify")
    for format_ in ("text", "json", "markdown"):
        assert work.run("drift", "-vv", "--format", format_, *flags).code == 2
    assert {got.method for got in receiver.got} == {"PUT", "POST"}
    sent = base64.b64encode(f"me:{SECRET}".encode()).decode()
    assert {got.headers["Authorization"] for got in receiver.got} == {f"Basic {sent}"}
    assert_no_leak(work, [SECRET, TOKEN])


@pytest.mark.parametrize(
    ("library", "flags", "extra"),
    [
        ("prometheus_client", ("--metrics", "out.prom"), "sarv-sync[metrics]"),
        ("prometheus_client", ("--pushgateway", "http://127.0.0.1:1"), "sarv-sync[metrics]"),
        ("apprise", ("--notify",), "sarv-sync[notify]"),
    ],
)
def test_a_missing_library_is_named_by_its_extra_where_it_is_asked_for(
    work: Workplace, serve: Serve, tmp_path: Path, *, library: str, flags: tuple[str, ...], extra: str
) -> None:
    bound(work, serve)
    planted = tmp_path / "planted"
    planted.mkdir()
    (planted / f"{library}.py").write_text("raise ImportError\n", encoding="utf-8")
    work.environment |= {"PYTHONPATH": str(planted), "SARV_NOTIFY_URLS": "json://127.0.0.1:1"}
    done = work.run("drift", *flags)
    assert (done.code, f"pip install '{extra}'" in done.flat) == (3, True), done.said
    assert work.run("drift").code == 0


def test_the_guides_example_of_a_complaint_is_how_it_reads() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text(encoding="utf-8")
    assert re.search(r"line \d of SARV_NOTIFY_URLS \(E-Mail\)", guide)
