"""Migrates the schemas `ops` and `insights` to the newest version, with Alembic.

A migration is a pair of files in migrations/versions: `<number>_<what>.sql`, and a small Python file of the same name
that runs it. To add a migration, copy the newest Python file and write the .sql file; nothing here changes. Raw tables
are created by `landing/loading/raw_tables.py`, marts by dbt.
"""

from __future__ import annotations

import functools
from pathlib import Path

import psycopg

from pipelines.errors import WarehouseError

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
VERSION_SCHEMA = "ops"
_LOCK = 7_236_181_442  # The key of an advisory lock. Any number will do, if all processes use the same.


@functools.cache
def revisions() -> tuple[str, ...]:
    """All revisions, the oldest first. They are the numbers at the beginning of the files' names."""
    return tuple(sorted(path.stem.split("_", 1)[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def is_current(conn: psycopg.Connection) -> bool:
    """Whether there is nothing to migrate. Every command asks this, so Alembic, which is slow, is not imported for it.

    Raises WarehouseError if the schema is of a newer Tradewind.
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
    """Migrate to the newest revision. If several processes do it at once, one migrates and the others wait."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine("postgresql+psycopg" + url.removeprefix("postgresql"), poolclass=NullPool)
    with engine.connect() as conn:
        # The session holds the lock, because each migration has a transaction of its own.
        conn.execute(text("select pg_advisory_lock(:key)"), {"key": _LOCK})
        conn.execute(text(f"create schema if not exists {VERSION_SCHEMA}"))
        conn.commit()
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        conn.commit()
