"""Why there is no connection to PostgreSQL, in words of this program alone.

Before it lets anybody in, a server may have been sent the password, wherever libpq found it, and may repeat it. libpq
mixes what a server says with what it says itself, and passes on no code. So nothing of that is shown: it is looked
for words that are known.
"""

from __future__ import annotations

import re

LATER = "run the command again; what was under way is found out then"
STANDBY = (
    "write to the primary: name it in `state.conninfo` or PGHOST, or all servers with target_session_attrs=read-write"
)
PASSWORD = "check PGUSER and PGPASSWORD, ~/.pgpass or the service file; a password never stands in `state.conninfo`"  # noqa: S105
CROWDED = "close connections, or raise max_connections (of a pooler: its pool size), then run the command again"
DATABASE = "check dbname in `state.conninfo` (or PGDATABASE); a database is never made"
_TLS = (
    "check sslmode and sslrootcert in `state.conninfo` (PGSSLMODE, PGSSLROOTCERT); for sslmode=verify-full"
    " SARV_CA_BUNDLE can name the authorities to trust"
)
_CERTIFICATE = "check PGSSLCERT and PGSSLKEY; nobody but you may read the key"
_REQUIRED = "check which server that is; PGREQUIREAUTH says what it may ask for"
_ADDRESS = "check `state.conninfo` (or PGHOST, PGPORT, PGSERVICE), the network and the firewall"
_HBA = "allow this user, database and address in pg_hba.conf, or use sslmode=require if it asks for TLS"
_POOLER = "a pooler refuses what PostgreSQL would take: unset PGOPTIONS"
_UNKNOWN = "see the log of the server, or what psql says with the same settings"

_KNOWN: tuple[tuple[str, str, str], ...] = (
    ("authentication method requirement", "the server asks for what PGREQUIREAUTH rules out", _REQUIRED),
    ("channel binding", "the server does not offer the channel binding that is required", _TLS),
    ("no password supplied", "no password supplied", PASSWORD),
    ("password authentication failed", "password authentication failed", PASSWORD),
    (r"pg_hba\.conf rejects", "pg_hba.conf rejects this user, database or address", _HBA),
    (r"pg_hba\.conf", "no pg_hba.conf entry for this user, database and address", _HBA),
    ("startup parameter", "unsupported startup parameter", _POOLER),
    ("too many|connection slots|no more connections", "too many connections", CROWDED),
    ("query_wait_timeout", "the pooler has no connection to give", CROWDED),
    ("system is starting up", "the database system is starting up", LATER),
    ("system is shutting down", "the database system is shutting down", LATER),
    ("database system is|try again later", "the database system takes no connections at the moment", LATER),
    ("session is (not )?read-only|hot standby", "no server is what target_session_attrs asks for", STANDBY),
    (r'role "[^\n]*" does not exist|no such user', "the role does not exist", PASSWORD),
    ("not permitted to log in", "the role may not log in", PASSWORD),
    (r'database "[^\n]*" does not exist|no such database', "the database does not exist", DATABASE),
    ("permission denied for database", "the role may not connect to the database", DATABASE),
    ("authentication failed", "authentication failed", PASSWORD),
    ("does not match host name", "the certificate of the server is for another host", _TLS),
    ("certificate verify failed", "certificate verify failed", _TLS),
    (r"root certificate file [^\n]* does not exist", "the root certificate file does not exist", _TLS),
    ("root certificate", "the root certificate file cannot be used", _TLS),
    ("private key|certificate file", "the certificate of the client cannot be used", _CERTIFICATE),
    ("does not support SSL", "the server does not support SSL", _TLS),
    ("weak sslmode", "sslrootcert=system goes with sslmode=verify-full alone", _TLS),
    ("certificate|SSL (error|connection|SYSCALL)", "TLS failed", _TLS),
    ("definition of service|service file", "the service that PGSERVICE names cannot be used", _ADDRESS),
    ("invalid response|authentication request", "what is there speaks no PostgreSQL", _ADDRESS),
    ("[Cc]onnection refused", "connection refused", _ADDRESS),
    ("[Nn]o route to host", "no route to host", _ADDRESS),
    ("unreachable", "the network is unreachable", _ADDRESS),
    ("timeout expired|timed out", "connection timeout", _ADDRESS),
    ("not known|resol|translate host name|'idna'|nodename", "the name of the host is not known", _ADDRESS),
    ("No such file", "nobody listens on the socket", _ADDRESS),
    ("closed the connection|[Cc]onnection reset", "the server closed the connection", LATER),
)
"""What libpq and English servers say, first what tells most: of several servers each has its say."""

_PLACE = re.compile(r'connection to server (at|on socket) "[^"\n]*"( \([^)\n]*\))?|host: \'[^\'\n]*\'')


def unconnected(text: str) -> tuple[str, str]:
    """Return why there is no connection, and what to do about it; `text` is libpq's or the server's."""
    said = _PLACE.sub("", text)  # a host may have any name
    found = ((reason, hint) for words, reason, hint in _KNOWN if re.search(words, said))
    return next(found, ("no connection, for a reason that is not known here", _UNKNOWN))
