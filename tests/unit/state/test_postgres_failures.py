from __future__ import annotations

import psycopg
import pytest

from sarv_sync.state.postgres_failures import explained

AT = 'connection failed: connection to server at "127.0.0.1", port 5432 failed: '


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        (
            f'{AT}FATAL:  password authentication failed for user "ann"',
            "password authentication failed",
            "PGPASSWORD",
        ),
        (f"{AT}FATAL:  the database system is starting up", "the database system is starting up", "again"),
        (f"{AT}FATAL:  the database system is shutting down\n", "the database system is shutting down", "again"),
        (f"{AT}FATAL:  sorry, too many clients already", "sorry, too many clients already", "max_connections"),
        (f"{AT}Connection refused\n\tIs the server running on that host", "Connection refused", "firewall"),
        (f"{AT}No route to host", "No route to host", "firewall"),
        ("connection timeout expired", "connection timeout expired", "firewall"),
        ("consuming input failed: server closed the connection unexpectedly\n\tThis", "consuming input", "again"),
        (f"{AT}FATAL:  no more connections allowed (max_client_conn)", "no more connections allowed", "pool size"),
        (f"{AT}FATAL:  server login has been failing, try again later", "server login has been failing", "again"),
        ("[Errno -2] Name or service not known", "[Errno -2] Name or service not known", "firewall"),
        ("[Errno -3] Temporary failure in name resolution", "[Errno -3] Temporary failure", "firewall"),
        ("etwas ganz anderes", "etwas ganz anderes", "its log"),
        ("", "no reason was given", "its log"),
    ],
)
def test_a_failure_without_a_code_is_known_by_its_words(text: str, reason: str, hint: str) -> None:
    said, told = explained(psycopg.OperationalError(text))

    assert said.startswith(reason)
    assert hint in told


def test_what_comes_from_outside_is_one_short_line_without_the_password() -> None:
    text = "no\x1b[31m way, hunter2" + "x" * 500 + "\nTraceback"

    reason, _ = explained(psycopg.OperationalError(text), "hunter2")

    assert reason.startswith("no [31m way, …xxx")
    assert (len(reason), reason.isprintable()) == (200, True)


@pytest.mark.parametrize("code", sorted(psycopg.errors._sqlcodes))
def test_every_error_that_the_server_knows_has_something_that_can_be_done(code: str) -> None:
    reason, hint = explained(psycopg.errors.lookup(code)("it failed"))

    assert (reason, bool(hint)) == ("it failed", True)
