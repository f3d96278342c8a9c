"""What a PostgreSQL server may say before it lets anybody in, and a standby."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.catalog import open_backend
from sarv_sync.state.interface import Site
from tests.end_to_end.certificates import certificate
from tests.engines.postgres_cluster import cluster, free_port, standby
from tests.engines.postgres_liar import liar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.state.interface import Store
    from tests.engines.catalog import Running
    from tests.engines.postgres_cluster import Server

pytestmark = pytest.mark.xdist_group("postgres")

PASSWORD = "correct-horse"
HBA = """
host replication all 127.0.0.1/32 trust
host all postgres 127.0.0.1/32 trust
host all crowded,nobody_there 127.0.0.1/32 trust
host all secretive 127.0.0.1/32 scram-sha-256
host all rejected 127.0.0.1/32 reject
hostssl all careful 127.0.0.1/32 trust
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("postgres_servers")


@pytest.fixture(scope="module")
def pem(folder: Path) -> Path:
    """The certificate of the server, which it signed itself."""
    return certificate(folder, 2)


@pytest.fixture(scope="module")
def server(folder: Path, pem: Path) -> Iterator[Server]:
    settings = {"ssl": "on", "ssl_cert_file": str(pem), "ssl_key_file": str(folder / "key.pem")}
    with cluster(folder, settings, HBA) as server:
        server.sql(
            "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0",
            f"CREATE ROLE secretive LOGIN SUPERUSER PASSWORD '{PASSWORD}'",
            "CREATE ROLE rejected LOGIN",
            "CREATE ROLE careful LOGIN SUPERUSER",
        )
        yield server


def opened(conninfo: str, ca_bundle: str | None = None, **options: object) -> Store:
    return open_backend("postgres", {"conninfo": conninfo, **options}, Site(Path(), {}, ca_bundle))


def refusal(store: Store) -> StateError:
    """Return the one error that everything ends with."""
    failures = []
    for attempt in (store.read, store.version, lambda: store.swap(None, b"first")):
        with pytest.raises(StateError) as failure:
            attempt()
        failures.append(failure.value)
    assert not any(isinstance(failure, SwapLost) for failure in failures)
    assert all(failure.message.isprintable() and failure.hint for failure in failures)
    assert len({failure.hint for failure in failures}) == 1
    return failures[0]


@pytest.fixture
def wrong_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave the program with this password alone, and a home without files."""
    monkeypatch.setenv("PGPASSWORD", "wrong-horse")
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.usefixtures("wrong_password")
@pytest.mark.parametrize(
    ("who", "said", "hint"),
    [
        ({"user": "secretive"}, "password authentication failed", "PGPASSWORD"),
        ({"user": "nobody_there"}, "the role does not exist", "PGUSER"),
        ({"user": "unlisted"}, "no pg_hba.conf entry", "pg_hba.conf"),
        ({"user": "rejected"}, "pg_hba.conf rejects", "pg_hba.conf"),
        ({"user": "careful", "sslmode": "disable"}, "no pg_hba.conf entry", "sslmode"),
        ({"user": "crowded"}, "too many connections", "max_connections"),
        ({"dbname": "nowhere"}, "the database does not exist", "dbname"),
        ({"host": "no-such-host.invalid"}, "no-such-host.invalid", "PGHOST"),
        ({"host": "no..host"}, "the name of the host is not known", "PGHOST"),
        ({"sslmode": "verify-full"}, "root certificate file", "SARV_CA_BUNDLE"),
        (
            {"sslmode": "verify-full", "sslrootcert": "/nowhere"},
            "root certificate file does not exist",
            "sslrootcert",
        ),
        ({"sslrootcert": "system", "sslmode": "verify-full"}, "certificate verify failed", "sslrootcert"),
    ],
)
def test_whoever_is_not_let_in_is_told_why_and_what_to_do(
    server: Server, who: dict[str, str], said: str, hint: str
) -> None:
    failure = refusal(opened(server.conninfo(**who)))

    assert said in failure.message
    assert hint in str(failure.hint)
    assert "wrong-horse" not in f"{failure.message} {failure.hint}"


def test_a_service_that_is_not_defined_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSERVICE", "nowhere")

    failure = refusal(opened(""))

    assert "the service that PGSERVICE names" in failure.message
    assert "PGSERVICE" in str(failure.hint)


def test_a_password_that_is_missing_is_asked_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)

    monkeypatch.setenv("PGPASSFILE", "/dev/null")
    failure = refusal(opened(server.conninfo(user="secretive")))

    assert "no password supplied" in failure.message
    assert "PGPASSWORD" in str(failure.hint)


def test_a_password_comes_from_the_environment_or_from_libpq_s_own_files(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    opened(server.conninfo(user="secretive"), table="by_environment").swap(None, b"first")
    monkeypatch.delenv("PGPASSWORD")

    passfile = tmp_path / "passfile"
    passfile.write_text(f"*:*:*:secretive:{PASSWORD}\n")
    passfile.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passfile))
    opened(server.conninfo(user="secretive"), table="by_passfile").swap(None, b"first")
    monkeypatch.delenv("PGPASSFILE")

    services = tmp_path / "services"
    services.write_text("[ours]\n" + server.conninfo(user="secretive", password=PASSWORD).replace(" ", "\n"))
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGSERVICE", "ours")
    opened("", table="by_service").swap(None, b"first")


@pytest.mark.parametrize("lets_in", [False, True])
@pytest.mark.parametrize("by", ["environment", "passfile", "service"])
def test_a_server_that_tells_the_password_is_not_repeated(
    lets_in: bool,
    by: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    texts = {"passfile": f"*:*:*:*:{PASSWORD}\n", "service": f"[ours]\npassword={PASSWORD}\n"}
    file = tmp_path / "file"
    file.write_text(texts.get(by, ""))
    file.chmod(0o600)
    variables = {"environment": "PGPASSWORD", "passfile": "PGPASSFILE", "service": "PGSERVICEFILE"}
    monkeypatch.setenv(variables[by], PASSWORD if by == "environment" else str(file))
    if by == "service":
        monkeypatch.setenv("PGSERVICE", "ours")
    monkeypatch.setenv("PGHOST", "127.0.0.1")

    heard: list[str] = []
    with liar(lambda password: bad_password(password, heard), lets_in=lets_in) as port:
        monkeypatch.setenv("PGPORT", str(port))
        failure = refusal(opened("user=ann dbname=ops"))

    assert set(heard) == {PASSWORD}
    assert PASSWORD not in f"{failure.message} {failure.hint}"
    assert ("bad password …" in failure.message) == lets_in


def bad_password(password: str, heard: list[str]) -> dict[str, str]:
    heard.append(password)
    return {"S": "FATAL", "V": "FATAL", "C": "28P01", "M": f"bad password {password}"}


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "2")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(StateError, match="timeout") as failure:
            opened(f"host=127.0.0.1 port={silent.getsockname()[1]}").read()
        assert "network" in str(failure.value.hint)


@pytest.mark.parametrize("sslmode", ["require", "verify-ca", "verify-full"])
def test_tls_is_what_sslmode_says(server: Server, pem: Path, sslmode: str) -> None:
    conninfo = server.conninfo(user="careful", sslmode=sslmode, sslrootcert=pem)

    store = opened(conninfo, table=sslmode.replace("-", "_"))

    store.swap(store.version(), b"first")


def test_only_who_trusts_the_right_authority_reaches_a_server_that_must_be_verified(
    server: Server, pem: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = str(certificate(tmp_path, 2))
    conninfo = server.conninfo(user="careful", sslmode="verify-full", dbname="postgres")

    opened(conninfo, str(pem), table="by_bundle").swap(None, b"first")
    failure = refusal(opened(conninfo, other))
    named = refusal(opened(f"{conninfo} sslrootcert={other}", str(pem)))
    monkeypatch.setenv("PGHOST", "localhost")
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")
    elsewhere = refusal(opened(conninfo.replace("host=127.0.0.1", "host=localhost"), str(pem)))

    assert "certificate verify failed" in failure.message
    assert "certificate verify failed" in named.message, "what the section names counts"
    assert "is for another host" in elsewhere.message


def test_a_bundle_of_authorities_makes_no_check_where_sslmode_asks_for_none(server: Server, tmp_path: Path) -> None:
    other = str(certificate(tmp_path, 2))

    opened(server.conninfo(user="careful", sslmode="require"), other, table="unchecked").swap(None, b"first")


def test_tls_that_the_server_does_not_speak_is_an_error(running: Running, tmp_path: Path) -> None:
    conninfo = str(running["postgres"].access(tmp_path).settings["conninfo"])

    failure = refusal(opened(f"{conninfo} sslmode=require"))

    assert "does not support SSL" in failure.message
    assert "sslmode" in str(failure.hint)


@pytest.mark.xdist_group("pgbouncer")
@pytest.mark.parametrize(
    ("more", "said", "hint"),
    [
        ("user=unlisted", "authentication failed", "PGUSER"),
        ("dbname=nowhere", "the database does not exist", "dbname"),
    ],
)
def test_what_a_pooler_says_is_told_too(running: Running, tmp_path: Path, more: str, said: str, hint: str) -> None:
    conninfo = str(running["pgbouncer"].access(tmp_path).settings["conninfo"])

    with pytest.raises(StateError, match=said) as failure:
        opened(f"{conninfo} {more}").read()

    assert hint in str(failure.value.hint)


@pytest.mark.xdist_group("pgbouncer")
def test_options_that_a_pooler_refuses_are_told(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-csearch_path=ops")
    access = running["pgbouncer"].access(tmp_path)

    with pytest.raises(StateError, match="unsupported startup parameter") as failure:
        opened(str(access.settings["conninfo"])).read()

    assert "PGOPTIONS" in str(failure.value.hint)


def test_a_standby_can_be_read_but_not_written_nor_believed_that_there_is_nothing(
    server: Server, folder: Path
) -> None:
    version = opened(server.conninfo(), table="replicated").swap(None, b"first")
    with standby(server, folder) as follower:
        store = opened(follower.conninfo(), table="replicated")
        stored = store.read()

        assert stored is not None
        assert (stored.data, stored.version, store.version()) == (b"first", version, version)
        with pytest.raises(StateError, match="read-only") as failure:
            store.swap(version, b"second")
        assert "target_session_attrs=read-write" in str(failure.value.hint)
        for absent in (opened(follower.conninfo(), table="replicated", name="other"), opened(follower.conninfo())):
            with pytest.raises(StateError, match="standby") as failure:
                absent.read()
            assert failure.value.hint

        everybody = f"host=127.0.0.1,127.0.0.1 port={follower.port},{server.port} user=postgres dbname=postgres"
        opened(f"{everybody} target_session_attrs=read-write", table="replicated").swap(version, b"second")


def test_of_several_servers_one_that_is_there_is_found(server: Server) -> None:
    conninfo = server.conninfo(host="127.0.0.1,127.0.0.1", port=f"{free_port()},{server.port}")

    opened(conninfo, table="found").swap(None, b"first")
