"""Bringing the schema of `ops` and `insights` to the newest version, by Alembic.

A migration is a pair in migrations/versions: `NNNN_what.sql` and a small `NNNN_what.py` that runs it. To add one, copy
the newest .py and write the .sql; nothing here changes. Raw tables are made by landing, marts by dbt.
"""

from __future__ import annotations

import functools
from pathlib import Path

import psycopg

from pipelines.errors import WarehouseError

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
VERSION_SCHEMA = "ops"
_LOCK = 7_236_181_442  # any number, the same in all processes


@functools.cache
def revisions() -> tuple[str, ...]:
    """All revisions, oldest first: the numbers that the files begin with."""
    return tuple(sorted(path.stem.split("_", 1)[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def is_current(conn: psycopg.Connection) -> bool:
    """Whether there is nothing to migrate. Without importing Alembic: this is asked by every command.

    Raises WarehouseError if the schema is newer than this Tradewind.
    """
    there = conn.execute("select to_regclass(%s)", (f"{VERSION_SCHEMA}.{VERSION_TABLE}",)).fetchone()
    if there is None or there[0] is None:
        return False
    found = conn.execute(f"select version_num from {VERSION_SCHEMA}.{VERSION_TABLE}").fetchone()  # noqa: S608
    if found is not None and found[0] not in revisions():
        raise WarehouseError(
            f"The warehouse's schema has revision {found[0]}, which this Tradewind does not know (its newest is "
            f"{revisions()[-1]}): it was migrated by a newer one. Update Tradewind, or use another warehouse."
        )
    return found is not None and found[0] == revisions()[-1]


def to_head(url: str) -> None:
    """Migrate. Safe in any number of processes at once: one does it, the others wait and find it done."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine("postgresql+psycopg" + url.removeprefix("postgresql"), poolclass=NullPool)
    with engine.connect() as conn:
        # held by the session: the migration's own transactions come and go below it
        conn.execute(text("select pg_advisory_lock(:key)"), {"key": _LOCK})
        conn.execute(text(f"create schema if not exists {VERSION_SCHEMA}"))
        conn.commit()
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        conn.commit()
