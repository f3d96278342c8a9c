from __future__ import annotations

import psycopg
import pytest

from sarv_sync.state.postgres.failures import explained
from sarv_sync.state.postgres.session import NoConnection

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
        (f"{AT}FATAL:  the database system is in recovery mode", "takes no connections", "again"),
        (f"{AT}FATAL:  sorry, too many clients already", "too many connections", "max_connections"),
        (f"{AT}FATAL:  remaining connection slots are reserved for", "too many connections", "max_connections"),
        (f"{AT}Connection refused\n\tIs the server running on that host", "connection refused", "firewall"),
        (f"{AT}No route to host", "no route to host", "firewall"),
        (f"{AT}Network is unreachable", "the network is unreachable", "firewall"),
        ('connection to server on socket "/x/.s" failed: No such file or directory', "socket", "PGHOST"),
        ("connection timeout expired", "connection timeout", "firewall"),
        (f"{AT}server closed the connection unexpectedly\n\tThis", "the server closed the connection", "again"),
        (f"{AT}FATAL:  no more connections allowed (max_client_conn)", "too many connections", "pool size"),
        (f"{AT}FATAL:  query_wait_timeout", "the pooler has no connection to give", "pool size"),
        (f"{AT}FATAL:  server login has been failing, try again later", "takes no connections", "again"),
        (f"{AT}session is read-only", "target_session_attrs", "primary"),
        (f'{AT}FATAL:  role "ann" is not permitted to log in', "the role may not log in", "PGUSER"),
        (f'{AT}FATAL:  permission denied for database "ops"', "may not connect to the database", "PGDATABASE"),
        (f'{AT}private key file "k" has group or world access', "the certificate of the client", "PGSSLKEY"),
        (f"{AT}SSL error: sslv3 alert handshake failure", "TLS failed", "sslmode"),
        (f"{AT}received invalid response to SSL negotiation: H", "speaks no PostgreSQL", "PGPORT"),
        (f'{AT}authentication method requirement "none" failed: x', "PGREQUIREAUTH", "PGREQUIREAUTH"),
        (f"{AT}channel binding required, but server did not offer", "channel binding", "sslmode"),
        ('weak sslmode "require" may not be used with sslrootcert=system', "verify-full", "sslmode"),
        ("failed to resolve host 'x': [Errno -2] Name or service not known", "the name of the host", "firewall"),
        ("[Errno -3] Temporary failure in name resolution", "the name of the host is not known", "firewall"),
        ("encoding with 'idna' codec failed (UnicodeError: label empty)", "the name of the host", "firewall"),
        (f"{AT}FATAL:  hunter2", "no connection, for a reason that is not known here", "psql"),
        ('connection to server at "no-such-user", port 5 failed: hunter2', "a reason that is not known", "psql"),
        ("", "no connection, for a reason that is not known here", "psql"),
    ],
)
def test_why_there_is_no_connection_is_said_in_words_of_this_program_alone(text: str, reason: str, hint: str) -> None:
    said, told = explained(NoConnection(f"{text} hunter2"))

    assert reason in said
    assert hint in told
    assert "hunter2" not in said + told


def test_of_several_servers_the_one_that_tells_most_is_told() -> None:
    text = (
        f"{AT}Connection refused\nMultiple connection attempts failed. All failures were:\n"
        f"- host: 'a': {AT}FATAL:  password authentication failed\n- host: 'b': {AT}Connection refused"
    )

    assert explained(NoConnection(text))[0] == "password authentication failed"


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("consuming input failed: server closed the connection unexpectedly\n\tThis", "server closed", "again"),
        ("the connection is lost", "the connection is lost", "again"),
        ("etwas ganz anderes", "etwas ganz anderes", "its log"),
        ("", "no reason was given", "its log"),
    ],
)
def test_a_failure_without_a_code_is_known_by_its_words(text: str, reason: str, hint: str) -> None:
    said, told = explained(psycopg.OperationalError(text))

    assert said.startswith(reason)
    assert hint in told


@pytest.mark.parametrize("password", ["hunter2", "hunter2\nx"])
def test_what_comes_from_outside_is_one_short_line_without_the_password(password: str) -> None:
    text = f"no\x1b[31m way, {password}" + "x" * 500 + "\nTraceback"

    reason, _ = explained(psycopg.OperationalError(text), password)

    assert reason.startswith("no [31m way, …xxx")
    assert (len(reason), reason.isprintable()) == (200, True)


@pytest.mark.parametrize("code", sorted(psycopg.errors._sqlcodes))
def test_every_error_that_the_server_knows_has_something_that_can_be_done(code: str) -> None:
    reason, hint = explained(psycopg.errors.lookup(code)("it failed"))

    assert (reason, bool(hint)) == ("it failed", True)
