"""Dumps of the embedded Postgres' databases and their restoring, by the pg_dump and pg_restore of its own wheel.

A dump has rows, policies and grants, but no roles: these belong to a server, and are made in `roles.py`. Transaction
ids mean something on one server only; `carry_marks` makes those that a dump brought mean the same on the new one.
Nothing here knows of homes or of backup files (`local/backup.py`).
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from pipelines.errors import WarehouseError
from pipelines.warehouse import processes, roles

_EARLY = "3"
"""The first ordinary transaction id: every snapshot has seen it."""
_COLUMNS = """
select c.oid::regclass::text, a.attname
from pg_attribute as a join pg_class as c on c.oid = a.attrelid
where a.atttypid = 'xid8'::regtype and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p')
    and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
order by 1, 2
"""
# Models that were built after all tests had last passed: that the tests have to look at everything is all that stays.
_TEST_ALL = """
update ops.marks as t set seen = '1:1:'
where consumer = 'tests' and exists (
    select from ops.marks as m
    where m.cluster = %(cluster)s and pg_snapshot_xmax(m.seen) > pg_snapshot_xmax(t.seen))
"""
_ROLE = re.compile(
    r"^(?:GRANT|REVOKE|CREATE POLICY|ALTER DEFAULT PRIVILEGES) .* (?:TO|FROM) (tradewind_\w+)", re.MULTILINE
)
_REWRITE = """
update {table} set {column} = case when exists (
        select from ops.marks as m
        where m.cluster = %(cluster)s and m.seen::text <> '1:1:' and not pg_visible_in_snapshot({column}, m.seen))
    then pg_current_xact_id() else %(early)s::xid8 end
"""


def dump(url: str, file: Path) -> None:
    """Write a database into a file of pg_dump's custom format, as it is at one moment. Raises WarehouseError."""
    _run("pg_dump", url, "--format=custom", "--compress=gzip:3", f"--file={file}")


def load(file: Path, url: str) -> None:
    """Restore a dump into a new database, roles without a login included. Raises WarehouseError."""
    with psycopg.connect(url) as conn:
        for role in _roles_of(file):
            roles.create_role(conn, role)
    _run("pg_restore", url, "--no-owner", "--exit-on-error", "--jobs=2", str(file))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("analyze")


def cluster(conn: psycopg.Connection) -> int:
    """The number by which Postgres tells this server from all others."""
    row = conn.execute("select system_identifier from pg_control_system()").fetchone()
    assert row is not None
    return int(row[0])


def carry_marks(conn: psycopg.Connection, source: int) -> None:
    """Let the models know on this server what they knew on the one that was dumped (`cluster`); the caller commits.

    conn: idle and outside a transaction; nobody else may be writing. What every model had seen gets an id that every
    snapshot shows. What one of them had not seen gets that of this transaction, and all of them will see it as new.
    """
    row = conn.execute("select pg_current_snapshot()::text, to_regclass('ops.marks') is not null").fetchone()
    assert row is not None
    seen, known = row
    if not known:
        return
    values = {"cluster": source, "early": _EARLY, "seen": seen, "own": cluster(conn)}
    conn.execute("set local session_replication_role = replica")  # a trigger would write an id of its own
    conn.execute(_TEST_ALL, values)
    for table, column in conn.execute(_COLUMNS).fetchall():
        conn.execute(sql.SQL(_REWRITE).format(table=sql.SQL(table), column=sql.Identifier(column)), values)
    conn.execute(
        "update ops.marks set seen = case when seen::text = '1:1:' then seen else %(seen)s::pg_snapshot end, "
        "cluster = %(own)s where cluster = %(cluster)s",
        values,
    )


def _roles_of(file: Path) -> list[str]:
    """The roles that policies and grants of a dump name; they carry its database's name. Raises WarehouseError."""
    listed = _call("pg_restore", "--schema-only", "--file=-", str(file))
    if listed.returncode != 0:
        raise WarehouseError(f"{file} cannot be read: {listed.stderr.strip() or 'silently'}.")
    return sorted(set(_ROLE.findall(listed.stdout)))


def _run(program: str, url: str, *arguments: str) -> None:
    """Run a client of the embedded Postgres. The password goes by the environment: other users see arguments."""
    to = conninfo_to_dict(url)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {"PGPASSWORD": str(to["password"]), "LC_ALL": "C"}
    place = (f"--host={to['host']}", f"--port={to['port']}", f"--username={to['user']}", f"--dbname={to['dbname']}")
    answer = _call(program, "--no-password", *place, *arguments, environment=environment)
    if answer.returncode != 0:
        said = [line for line in answer.stderr.splitlines() if "error:" in line] or answer.stderr.splitlines()[-1:]
        raise WarehouseError(f"{program} of the database {to['dbname']} failed: {' / '.join(said[:2]) or 'silently'}.")


def _call(program: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [processes.binaries() / program, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
