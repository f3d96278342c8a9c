"""`sarv-sync sandbox`, and providers that are built in other ways."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.end_to_end.workplace import TOKEN, Workplace


@contextmanager
def sandbox_process(work: Workplace, *arguments: str) -> Iterator[str]:
    """Run `sarv-sync sandbox` and yield the endpoint that it prints; expect it to end well."""
    process = work.start("sandbox", *arguments, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    line = process.stdout.readline().decode()
    assert line.startswith("listening on http://127.0.0.1:"), line
    assert line.endswith("/v1.0\n")
    try:
        yield line.removeprefix("listening on ").strip()
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, b"")


def test_the_program_works_against_its_own_sandbox(work: Workplace) -> None:
    work.users("a: {}\nb: {status: Disable}")
    with sandbox_process(work, "--users", "3", "--token", TOKEN, "--latency", "5") as endpoint:
        plan = work.run("plan", "--endpoint", endpoint, "--format", "json")
        assert (plan.code, len(plan.json["unmanaged"])) == (0, 3), plan.said
        assert work.apply("--endpoint", endpoint).code == 0
        assert work.run("plan", "--detailed-exitcode", "--endpoint", endpoint).code == 0


def test_the_account_is_kept_in_a_file(work: Workplace) -> None:
    work.users("a: {}")
    with sandbox_process(work, "--data", "account.db", "--token", TOKEN) as endpoint:
        assert work.apply("--endpoint", endpoint).code == 0
        port = endpoint.partition("127.0.0.1:")[2].partition("/")[0]
    with sandbox_process(work, "--data", "account.db", "--token", TOKEN, "--port", port) as endpoint:
        assert work.run("plan", "--detailed-exitcode", "--endpoint", endpoint).code == 0


def test_faults_and_credentials_are_taken_from_the_command_line(work: Workplace) -> None:
    work.users("a: {}")
    with sandbox_process(work, "--owner-id", "7", "--fault", "addSmtp:commit-hang-up", "--token", "t1") as endpoint:
        assert work.run("plan", "--endpoint", endpoint).code == 1
        done = work.run("apply", "--auto-approve", "--endpoint", endpoint, SARV_TOKEN="t1", SARV_OWNER_ID="7")
        assert done.code == 0, done.said


class PlainProvider(BaseHTTPRequestHandler):
    """The four calls in the plainest way the standard library has, with the table's name for the password."""

    users: dict[str, dict[str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        call = self.path.removeprefix("/v1.0/settings/")
        assert (body.pop("owner_id"), body.pop("token")) == ("10042", TOKEN)
        payload = json.dumps({"status": "success", "message": "ok", **self._answer(call, body)}).encode()
        self.send_response(200)
        if self.protocol_version == "HTTP/1.1":
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _answer(self, call: str, body: dict[str, Any]) -> dict[str, Any]:
        if call == "listSmtp":
            return {"smtp_list": list(self.users.values())}
        name = body.get("smtp_user_name") or f"smtp{len(self.users)}"
        user = self.users.setdefault(name, {"smtp_user_name": name, "smtp_password": "pw", "status": "Enable"})
        user.update(body)
        return {"smtp_user_name": name, "smtp_password": "pw"} if call == "addSmtp" else {}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's
        """Say nothing."""


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_any_http_server_will_do(work: Workplace, version: str) -> None:
    users: dict[str, dict[str, Any]] = {}
    handler = type("Handler", (PlainProvider,), {"users": users, "protocol_version": version})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    work.environment["SARV_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}/v1.0/"
    work.users("\n".join(f"u{number}: {{}}" for number in range(10)) + "\noff: {status: Disable}")
    try:
        done = work.apply("--parallelism", "3")
        assert done.code == 0, done.said
        assert work.run("plan", "--detailed-exitcode").code == 0
        assert sorted(user["status"] for user in users.values()) == ["Disable"] + ["Enable"] * 10
    finally:
        server.shutdown()
        server.server_close()
