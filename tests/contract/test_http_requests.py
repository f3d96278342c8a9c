"""What is sent to a server of Terraform's protocol: what Terraform itself would send, and nothing else."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from datetime import datetime, timedelta, timezone

import pytest

from sarv_sync import __version__
from sarv_sync.model.account import Account
from sarv_sync.state.journal import Holder, Surroundings, hold, read_state
from tests.contract.http_world import NAME, state, world
from tests.engines.terraform_server import WRITER, Request, Rules

GITLAB = Rules(like="gitlab", etags=True)
ACCOUNT = Account("https://api.example.net/v1.0", "10042")
BASIC = "Basic " + b64encode(":".join(WRITER).encode()).decode()


def digest(body: bytes) -> str:
    return b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def shape(requests: list[Request]) -> list[tuple[str, str]]:
    """Return methods and targets, with the ID of the lock left out."""
    ids = [json.loads(request.body)["ID"] for request in requests if request.body and b'"ID"' in request.body]
    return [(r.method, r.target.replace(ids[0], "…") if ids else r.target) for r in requests]


def test_a_swap_locks_compares_writes_reads_back_and_unlocks() -> None:
    with world() as w:
        w.store().swap(None, b"first")

        assert shape(w.server.said()) == [
            ("GET", "/states/mail"),
            ("LOCK", "/states/mail"),
            ("GET", "/states/mail"),
            ("POST", "/states/mail?ID=…"),
            ("GET", "/states/mail"),
            ("UNLOCK", "/states/mail"),
        ]
        assert w.document.lock is None


def test_gitlab_is_locked_by_post_and_unlocked_by_delete() -> None:
    with world(GITLAB) as w:
        w.store().swap(None, state(1))

        place = f"/api/v4/projects/42/terraform/state/{NAME}"
        assert shape(w.server.said()) == [
            ("GET", place),
            ("POST", f"{place}/lock"),
            ("GET", place),
            ("POST", f"{place}?ID=…"),
            ("GET", place),
            ("DELETE", f"{place}/lock"),
        ]
        assert w.content() == state(1)


def test_the_lock_is_described_as_terraform_does() -> None:
    with world() as w:
        w.store().swap(None, b"first")

        lock, unlock = (w.server.said(method)[0] for method in ("LOCK", "UNLOCK"))
        info = json.loads(lock.body)
        assert list(info) == ["ID", "Operation", "Info", "Who", "Version", "Created", "Path"]
        assert len(info["ID"]) <= 255, "GitLab keeps no longer one"
        assert (info["Operation"], info["Info"], info["Version"], info["Path"]) == ("sarv-sync", "", __version__, "")
        assert "@" in info["Who"]
        assert datetime.fromisoformat(info["Created"].replace("Z", "+00:00")).tzinfo is not None
        assert unlock.body == lock.body


def test_what_a_run_writes_is_what_gitlab_takes() -> None:
    ids = iter(("1d", "2d"))
    surroundings = Surroundings(lambda: datetime.now(timezone.utc), lambda: next(ids), lambda notice: None)
    with world(GITLAB) as w:
        with hold(w.store(), ACCOUNT, Holder("ann on laptop", "sarv-sync apply"), surroundings) as journal:
            journal.commit(journal.state)
            held = read_state(w.store(), ACCOUNT)

        left = read_state(w.store(), ACCOUNT)
        assert (held.lock is not None, left.lock) == (True, None)
        assert sorted(w.document.versions) == [1, 2, 3]
        assert left.serial == 3


def test_the_lock_was_made_at_a_time_of_the_server_s_clock() -> None:
    with world() as w:
        w.server.ahead = timedelta(days=400)
        w.store().swap(None, b"first")

        created = json.loads(w.server.said("LOCK")[0].body)["Created"]
        assert abs(datetime.fromisoformat(created.replace("Z", "+00:00")) - w.server.now()) < timedelta(minutes=5)


def test_every_body_has_its_type_length_and_md5() -> None:
    with world() as w:
        w.store().swap(None, b"first")

        for request in w.server.said("LOCK", "POST", "UNLOCK"):
            assert request.headers["content-type"] == "application/json"
            assert request.headers["content-md5"] == digest(request.body)
            assert request.headers["content-length"] == str(len(request.body))
        assert all("content-type" not in request.headers for request in w.server.said("GET"))


def test_every_request_has_the_credentials_and_asks_past_caches() -> None:
    with world() as w:
        w.store().swap(None, b"first")

        assert {request.headers["authorization"] for request in w.server.said()} == {BASIC}
        assert {request.headers["cache-control"] for request in w.server.said("GET")} == {"max-age=0"}
        assert {request.headers["user-agent"] for request in w.server.said()} == {f"sarv-sync/{__version__}"}


def test_one_connection_serves_a_whole_swap() -> None:
    with world() as w:
        store = w.store()
        store.swap(store.swap(None, b"first"), b"second")

        assert w.server.connections == 1


@pytest.mark.parametrize(("query", "sent"), [("?token=abc&x=1", "?token=abc&x=1&ID="), ("?a=%2Fb", "?a=%2Fb&ID=")])
def test_a_query_of_the_address_is_kept_and_not_shown(query: str, sent: str) -> None:
    with world() as w:
        store = w.store(query)
        store.swap(None, b"first")

        assert all(request.target.startswith(f"/states/mail{query}") for request in w.server.said())
        assert w.server.said("POST")[0].target.startswith(f"/states/mail{sent}sarv-sync-")
        assert store.describe() == w.server.url("/states/mail?…")


def test_the_methods_can_be_others() -> None:
    with world() as w:
        w.store(update_method="put").swap(None, b"first")

        assert [request.method for request in w.server.said("PUT", "POST")] == ["PUT"]
        assert w.content() == b"first"


def test_a_version_that_was_seen_before_is_looked_at_without_the_document() -> None:
    with world(Rules(etags=True)) as w:
        store = w.store()
        first = store.swap(None, b"first")
        asked = len(w.server.said())

        assert (store.version(), store.version()) == (first, first)
        second = w.store().swap(first, b"second")
        assert store.version() == second

        tags = [request.headers.get("if-none-match") for request in w.server.said()[asked : asked + 2]]
        assert tags == [f'"{hashlib.md5(b"first", usedforsecurity=False).hexdigest()}"'] * 2


def test_what_a_swap_compares_is_the_document_itself() -> None:
    with world(Rules(etags=True)) as w:
        store = w.store()
        version = store.swap(None, b"first")
        w.server.requests.clear()
        store.swap(version, b"second")

        looked, compared, read_back = (request.headers.get("if-none-match") for request in w.server.said("GET"))
        assert (looked is not None, compared, read_back) == (True, None, None)


def test_who_has_lost_already_does_not_lock() -> None:
    with world() as w:
        w.store().swap(None, b"first")
        w.server.requests.clear()
        with pytest.raises(Exception, match="was changed by somebody else"):
            w.store().swap(None, b"second")

        assert [request.method for request in w.server.said()] == ["GET"]


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew() -> None:
    with world() as w:
        store = w.store()
        version = store.swap(None, b"first")
        w.server.hang_up()

        assert store.version() == version
        w.server.script["GET"] = ["before"]
        assert store.version() == version
