from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from sarv_sync.errors import InputError, NotInstalled, SarvSyncError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.monitoring import notification
from sarv_sync.monitoring.notification import notify, open_notifier
from tests.unit.monitoring.receiver import Receiver

SECRET = "c4nary-n0tify-s3cret"


def said(error: SarvSyncError) -> str:
    return " ".join(f"{fault.message} {fault.hint}" for fault in error.faults)


def url(receiver: Receiver, path: str = "") -> str:
    return f"json://me:{SECRET}@127.0.0.1:{receiver.port}/{path}"


def test_every_url_gets_the_message_as_plain_text(receiver: Receiver) -> None:
    notify(
        f"\n{url(receiver, 'a')}\n\n  {url(receiver, 'b')}  \n", "Title <b>", "1 <x> & *y*\n2 :smile: \\n", Scrubber()
    )
    assert [(got.method, got.path) for got in receiver.got] == [("POST", "/a"), ("POST", "/b")]
    assert {(got.json["title"], got.json["message"]) for got in receiver.got} == {
        ("Title <b>", "1 <x> & *y*\n2 :smile: \\n")
    }
    assert all(got.headers["Authorization"].startswith("Basic ") for got in receiver.got)


def test_markup_in_the_text_is_none_where_the_message_is_a_page(receiver: Receiver) -> None:
    notify(f"{url(receiver)}?format=html", "t", "1 <x> & *y*", Scrubber())
    assert receiver.got[0].json["message"] == "1&nbsp;&lt;x&gt;&nbsp;&amp;&nbsp;*y*"


def test_the_libraries_below_say_nothing_either(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    below = logging.getLogger("urllib3.connection")
    before = below.level
    receiver.headers = {"X": "y\r\nthis is no header"}
    try:
        below.setLevel(logging.DEBUG)  # it quotes the whole URL where it cannot parse the headers
        notify(url(receiver, SECRET), "t", "b", Scrubber())
    finally:
        below.setLevel(before)
    assert (len(receiver.got), caplog.text) == (1, "")


@pytest.mark.parametrize("status", [302, 401, 500, None])
def test_who_could_not_be_told_is_named_by_line_and_the_others_are_told(
    receiver: Receiver, status: int | None, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    receiver.status, receiver.headers = status, {"Location": f"{receiver.url}/{SECRET}"}
    with pytest.raises(SarvSyncError) as failed:
        notify(f"{url(receiver)}\n\n{url(receiver, 'b')}", "t", "b", Scrubber())
    assert [fault.message.partition(": ")[2] for fault in failed.value.faults] == [
        "line 1 of SARV_NOTIFY_URLS (JSON)", "line 3 of SARV_NOTIFY_URLS (JSON)",
    ]  # fmt: skip
    assert [got.path for got in receiver.got] == ["/", "/b"]
    assert (SECRET in said(failed.value), caplog.text, capfd.readouterr()) == (False, "", ("", ""))


@pytest.mark.parametrize(
    "line",
    [
        f"tgram://{SECRET}",
        f"{SECRET}",
        f"https://example.com/{SECRET}",
        f"slack://{SECRET}",
        f"file:///{SECRET}",
        f"{SECRET}://host/x",
        f"json://{SECRET}%%%@/",
        f"json://127.0.0.1/{SECRET} json://127.0.0.1/",
        f"json://127.0.0.1/{SECRET},json://127.0.0.1/",
        f"mailto://{SECRET}:{SECRET}",
    ],
)
def test_a_line_that_is_no_url_is_named_by_its_number_and_not_repeated(
    line: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    scrubber = Scrubber()
    with pytest.raises(InputError) as wrong:
        open_notifier(f"json://127.0.0.1:9/\n{line}\nnonsense", scrubber)
    assert ["line 2 of" in wrong.value.faults[0].message, "line 3 of" in wrong.value.faults[1].message] == [
        True,
        True,
    ]
    assert (SECRET in said(wrong.value), caplog.text, capfd.readouterr()) == (False, "", ("", ""))
    assert SECRET not in scrubber.scrub(line)


@pytest.mark.parametrize("urls", ["", " \n\t\n"])
def test_nobody_to_tell_is_an_error(urls: str) -> None:
    with pytest.raises(InputError, match="SARV_NOTIFY_URLS holds no URL"):
        open_notifier(urls, Scrubber())


def test_the_parts_of_a_url_are_known_to_the_scrubber() -> None:
    scrubber = Scrubber()
    open_notifier(f"json://user-name:{SECRET}%2Fx@127.0.0.1:9/p4th-t0ken/?k=qu3ry-t0ken", scrubber)
    for part in (SECRET + "%2Fx", SECRET + "/x", "p4th-t0ken", "qu3ry-t0ken"):
        assert scrubber.scrub(f"see {part}.") == "see [redacted]."
    assert scrubber.scrub("at 127.0.0.1") == "at 127.0.0.1"


def test_a_plugin_that_breaks_tells_nothing(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    import apprise

    notifier = open_notifier(url(receiver), Scrubber())

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(apprise.Apprise, "notify", broken)
    with pytest.raises(SarvSyncError) as failed:
        notifier.send("t", "b")
    assert SECRET not in said(failed.value)
    assert failed.value.__context__ is None


def test_logging_is_as_it_was_afterwards(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    notify(url(receiver), "t", "b", Scrubber())
    logging.getLogger("sarv_sync.some").warning("still heard")
    assert "still heard" in caplog.text


def test_nothing_is_kept_on_disk(receiver: Receiver) -> None:
    notifier = open_notifier(url(receiver), Scrubber())
    [service] = notifier._services
    assert service.plugin.asset.storage_mode.value == "memory"
    assert service.plugin.asset.storage_path is None


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(NotInstalled, match="apprise is not installed") as missing:
        open_notifier(f"json://{SECRET}", Scrubber())
    assert missing.value.hint == "pip install 'sarv-sync[notify]'"


def test_the_libraries_are_loaded_by_use_alone() -> None:
    program = (
        "import sarv_sync.cli.drift, sarv_sync.monitoring.outlets, sarv_sync.monitoring.telling, sys; "
        f"import {notification.__name__}; "
        "print(sorted({'apprise', 'prometheus_client', 'requests'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"[]\n"
