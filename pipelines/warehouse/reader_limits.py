"""What holds readers to reading: the limits of whoever may log in and read, and the end of sessions beyond them.

A login has limits because of what it is a member of, whatever its name: a tenant's own role, and logins that a user
has made for people of a tenant. Names and rights of the roles are in `role_names.py` and `roles.py`.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator, Mapping

import psycopg
from psycopg import sql

from pipelines.warehouse import embedded
from pipelines.warehouse.role_names import bi_role, tenants_group

log = logging.getLogger(__name__)

LIMITS: Mapping[str, str] = {
    # A session left open in a transaction would keep dbt from replacing a table.
    "idle_in_transaction_session_timeout": "60s",
    # In a full refresh, a model waits two minutes for a lock on its table. A query must end before that.
    "statement_timeout": "90s",
    "lock_timeout": "60s",
    "default_transaction_read_only": "on",
    # With another time zone of the server, BI tools may show date_trunc of a day as the day before.
    "TimeZone": "UTC",
}
"""The settings with which a reader's session begins. The session can change them, but `end_overdue` enforces them."""

DISK: Mapping[str, str] = {"temp_file_limit": "1GB"}
"""Disk that one session's sorts may take. A session cannot change it. Only superusers, or whom they let, can set it."""

MOST_CONNECTIONS = 20
"""The most connections of one login. The pipeline needs some of the server's connections too."""

_LOOK_EVERY = 15.0  # In seconds. Together with `statement_timeout` it is less than a model waits for a lock.

_WITHOUT_READERS = (
    *("pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared"),
    *("pg_try_advisory_lock", "pg_try_advisory_lock_shared", "pg_try_advisory_xact_lock"),
    *("pg_try_advisory_xact_lock_shared", "lo_creat", "lo_create", "lo_from_bytea"),
)
"""Functions of Postgres that every role may call by default and that readers must not: locks can hold up builds, and
large objects can fill the disk."""

# A member that inherits, or may take the role on. `member` would count the user that has made the role, too.
_READS = """
    exists (
        select from pg_roles as g
        where g.rolname = any(%(groups)s)
            and (pg_has_role({reader}, g.oid, 'usage') or pg_has_role({reader}, g.oid, 'set')))
"""


def hold(conn: psycopg.Connection) -> None:
    """Give every login that reads the limits, also one that has changed its own. The caller commits.

    If all have them, nothing is changed. A login that the warehouse's user may not alter is told in the log.
    """
    wanted = dict(LIMITS)
    if conn.execute("select has_parameter_privilege('temp_file_limit', 'set')").fetchone() == (True,):
        wanted |= DISK
    for role, limit, everywhere, here in conn.execute(
        f"""
        select r.rolname::text, r.rolconnlimit, coalesce(s.setconfig, '{{}}'), coalesce(d.setconfig, '{{}}')
        from pg_roles as r
        left join pg_db_role_setting as s on s.setrole = r.oid and s.setdatabase = 0
        left join pg_db_role_setting as d on d.setrole = r.oid
            and d.setdatabase = (select oid from pg_database where datname = current_database())
        where r.rolcanlogin and not r.rolsuper and r.rolname <> current_user and {_READS.format(reader="r.oid")}
        order by r.rolname
        """,  # noqa: S608  constants
        {"groups": _groups(conn)},
    ).fetchall():
        known = dict(each.split("=", 1) for each in everywhere)
        changed = {name: value for name, value in wanted.items() if known.get(name) != value}
        undone = [name for each in here if (name := each.split("=", 1)[0]) in wanted]
        # -1 is no limit
        most = MOST_CONNECTIONS if not 0 <= limit <= MOST_CONNECTIONS else None
        if changed or undone or most is not None:
            _hold_one(conn, role, changed, undone, most)


def lock_roles(conn: psycopg.Connection) -> None:
    """Keep other sessions from changing roles until the transaction ends.

    Two sessions that change roles at once fail with "tuple concurrently updated".
    """
    conn.execute("select pg_advisory_xact_lock(hashtextextended('tradewind.roles', 0))")


def _hold_one(
    conn: psycopg.Connection, role: str, changed: Mapping[str, str], undone: list[str], most: int | None
) -> None:
    name = sql.Identifier(role)
    try:
        with conn.transaction():
            lock_roles(conn)
            for setting, value in changed.items():
                conn.execute(
                    sql.SQL("alter role {} set {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
                )
            for setting in undone:  # What is set for this database goes before what is set for all.
                conn.execute(
                    sql.SQL("alter role {} in database {} reset {}").format(
                        name, sql.Identifier(conn.info.dbname), sql.Identifier(setting)
                    )
                )
            if most is not None:
                conn.execute(sql.SQL("alter role {} connection limit {}").format(name, sql.Literal(most)))
    except psycopg.errors.InsufficientPrivilege as error:
        log.warning(
            "The login %s reads the warehouse without limits, and they cannot be set: %s (docs/bi.md, Limits)",
            role,
            error.diag.message_primary,
        )


def close_server(conn: psycopg.Connection) -> None:
    """Take rights from every role that Postgres gives by default and that readers do not need.

    This is done only in the embedded server. On a server of the user's own, other applications may need these rights;
    docs/bi.md has the statements.
    """
    for (function,) in conn.execute(
        "select oid::regprocedure::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace "
        "and proname = any(%s) and has_function_privilege('public', oid, 'execute')",
        (list(_WITHOUT_READERS),),
    ).fetchall():
        conn.execute(sql.SQL("revoke execute on function {} from public").format(sql.SQL(function)))
    # Temporary tables are in no limit of Postgres: one session could fill the disk.
    for database, right in (
        *((name, "connect") for name in (embedded.DAGSTER, "postgres", "template1")),
        (conn.info.dbname, "temporary"),
    ):
        if conn.execute(
            "select 1 from pg_database where datname = %s and has_database_privilege('public', oid, %s)",
            (database, right),
        ).fetchone():
            conn.execute(
                sql.SQL("revoke {} on database {} from public").format(sql.SQL(right), sql.Identifier(database))
            )


def end_overdue(conn: psycopg.Connection) -> int:
    """End sessions of readers that a build would have to wait for, even if they have changed their limits.

    These are sessions that hold an advisory lock, or have run one statement, or been idle in a transaction, for longer
    than `LIMITS` allows. Returns how many.
    """
    try:
        with conn.transaction():
            return len(
                conn.execute(
                    f"""
                    select pg_terminate_backend(a.pid)
                    from pg_stat_activity as a
                    inner join pg_roles as r on r.oid = a.usesysid
                    where a.datname = current_database() and not r.rolsuper and r.rolname <> current_user
                        and {_READS.format(reader="r.oid")}
                        and (
                            a.state like 'idle in transaction%%'
                            and a.state_change < clock_timestamp() - %(idle)s::interval
                            or a.state = 'active' and a.query_start < clock_timestamp() - %(busy)s::interval
                            or exists (select from pg_locks as l where l.pid = a.pid and l.locktype = 'advisory'))
                    """,  # noqa: S608  constants
                    {
                        "groups": _groups(conn),
                        "idle": LIMITS["idle_in_transaction_session_timeout"],
                        "busy": LIMITS["statement_timeout"],
                    },
                ).fetchall()
            )
    except psycopg.errors.InsufficientPrivilege as error:
        log.warning("Sessions of BI tools that hold up builds cannot be ended: %s", error.diag.message_primary)
        return 0


@contextlib.contextmanager
def kept_from_holding_up(url: str) -> Iterator[None]:
    """End overdue sessions at once, and every now and then while the block runs.

    A query that was young when a build began is found before the build has waited too long for its lock.
    """
    done = threading.Event()

    def watch() -> None:
        with contextlib.suppress(psycopg.OperationalError):  # the build meets the same, and tells it
            while True:
                with psycopg.connect(url, application_name="tradewind") as conn:
                    end_overdue(conn)
                if done.wait(_LOOK_EVERY):
                    return

    watcher = threading.Thread(target=watch, name="readers", daemon=True)
    with psycopg.connect(url, application_name="tradewind") as conn:
        end_overdue(conn)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _groups(conn: psycopg.Connection) -> list[str]:
    return [bi_role(conn.info.dbname), tenants_group(conn.info.dbname)]
