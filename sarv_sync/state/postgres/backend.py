"""The state in a row of a PostgreSQL table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.state.interface import Site
    from sarv_sync.state.postgres.store import PostgresStore


def open_postgres(options: Mapping[str, Any], site: Site) -> PostgresStore:
    """Return the row that `options` name. What they leave open, libpq finds in its environment and files."""
    try:
        import psycopg  # noqa: F401 - said now, and not in the middle of a run
    except ImportError:
        raise InputError(
            "the state is in PostgreSQL, but psycopg is not installed", "pip install 'sarv-sync[postgres]'"
        ) from None
    from sarv_sync.state.postgres.settings import settings_of
    from sarv_sync.state.postgres.store import PostgresStore

    return PostgresStore(settings_of(options, site))
