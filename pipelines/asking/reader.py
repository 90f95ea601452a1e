"""Asks the warehouse: each question as the role of the tenant who asks, in a transaction that sees one moment.

What a tenant may see is decided by Postgres. The login of the pool (`warehouse/api_role.py`) sees no row of a mart by
itself. The moment of the build is read in the same transaction as the rows, so that neither can be of another build.
Whether an asker has the answer already is known by the moments of builds alone: `Reader.stamp` reads no mart.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import TextLoader
from psycopg_pool import AsyncConnectionPool

from pipelines.asking import coverage, marks, pages, statement
from pipelines.asking.contract import Column, Mart, marts
from pipelines.asking.coverage import Coverage
from pipelines.asking.plan import Plan
from pipelines.asking.question import Refused, some
from pipelines.warehouse.looks import Looks
from pipelines.warehouse.role_names import tenant_role

PAGE_SECONDS = 10
EXPORT_SECONDS = 80
LOCK_SECONDS = 5
MOST_CONNECTIONS = 8
MOST_LOOKS = 2
"""Connections for looks at the moments of builds, which wait for no rows."""

WAIT_SECONDS = 10.0
MOST_KNOWN = 1000
CODE = "1"
"""Part of every stamp: another one where the same rows are told in another way."""

_BEGIN = """
    select set_config('statement_timeout', %(seconds)s, true), set_config('lock_timeout', %(lock)s, true),
        set_config('role', %(role)s, true),
        (select array_agg(consumer order by consumer) from ops.build_marks where consumer = any(%(marks)s)),
        (select array_agg(changed_at order by consumer) from ops.build_marks where consumer = any(%(marks)s)),
        md5(ops.stores_of(%(role)s)::text)
"""
_LOOK = """
    select array_agg(consumer order by consumer), array_agg(changed_at order by consumer),
        md5(ops.stores_of(%(role)s)::text)
    from ops.build_marks
"""


@dataclass(frozen=True)
class Asker:
    """Whose rows are asked for. stores: the ids that the asker is confined to; None: all of the tenant."""

    tenant_id: str
    stores: frozenset[str] | None = None


@dataclass(frozen=True)
class Stamp:
    """etag: names the rows of an answer, whoever puts them in which form. changed_at: when a build last changed what it
    is made of; None where that is not known, and the answer must not be kept."""

    etag: str
    changed_at: datetime | None


@dataclass(frozen=True)
class Seen:
    """What a look saw. marks: when a build last changed something of a model, by the name that ops.marks has. stores:
    a digest of which stores the asker's tenant has."""

    marks: Mapping[str, datetime]
    stores: str | None

    @classmethod
    def of(cls, names: Sequence[str] | None, moments: Sequence[datetime] | None, stores: str | None) -> Seen:
        """Of a row as it was read."""
        return cls(dict(zip(names or (), moments or (), strict=True)), stores)

    def stamp(self, asker: Asker, made: Plan, also: str, wanted: Sequence[str]) -> Stamp:
        """Names an answer that depends on some models (`wanted`)."""
        found = [(name, self.marks[name]) for name in wanted if name in self.marks]
        told = repr((CODE, asker.tenant_id, self.stores, made.stores, made.question, also, found))
        return Stamp(hashlib.sha256(told.encode()).hexdigest()[:32], marks.newest(found, wanted))


@dataclass(frozen=True)
class Answer:
    """A page. rows: values in the order of `columns`; numbers of the type numeric and days are texts, exact and ISO.
    next: the cursor of the next page; None on the last. coverage: None where a mart's rows are of no days."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    next: str | None
    coverage: Coverage | None
    stamp: Stamp


@dataclass(frozen=True)
class Moment:
    """A transaction under way, in the asker's role."""

    conn: psycopg.AsyncConnection[Any]
    stamp: Stamp
    known: Known


class Known:
    """What was read of coverage, by everything that it depends on, the build of data_coverage among it. The least
    lately used goes."""

    def __init__(self, of: tuple[Any, ...] = (), kept: OrderedDict[Any, Coverage] | None = None) -> None:
        """of: what further keys are about: whose rows, of which build."""
        self._of = of
        self._kept: OrderedDict[Any, Coverage] = OrderedDict() if kept is None else kept

    def about(self, *of: Any) -> Known:
        """The same, for keys about something."""
        return Known(of, self._kept)

    def get(self, key: Hashable) -> Coverage | None:
        """What was read; None where it was not."""
        if (self._of, key) in self._kept:
            self._kept.move_to_end((self._of, key))
        return self._kept.get((self._of, key))

    def put(self, key: Hashable, told: Coverage) -> None:
        """Keep it."""
        self._kept[self._of, key] = told
        if len(self._kept) > MOST_KNOWN:
            self._kept.popitem(last=False)


def mart_of(name: str) -> Mart:
    """The contract of a mart. Raises Refused."""
    found = marts().get(name)
    if found is None:
        raise Refused("no_such_mart", f"There is no mart {name[:63]!r}. There are: {some(sorted(marts()), 100)}.")
    return found


class Reader:
    """The one pool of a process. url: `api_role.api_url`, with the password, so it must not be logged."""

    def __init__(self, url: str) -> None:
        self._known = Known()
        self._database = str(conninfo_to_dict(url)["dbname"])
        self._looks = Looks(self._look)
        self.pool, self._lookers = _pool(url, MOST_CONNECTIONS), _pool(url, MOST_LOOKS)

    async def open(self) -> None:
        """Begin to connect."""
        await self.pool.open(wait=False)
        await self._lookers.open(wait=False)

    async def close(self) -> None:
        """Give back connections."""
        await self.pool.close()
        await self._lookers.close()

    async def stamp(self, asker: Asker, made: Plan, also: str = "", *, beside: Sequence[Mart] = ()) -> Stamp:
        """The stamp that an answer has now; the arguments are those of `moment`. No mart is read."""
        seen = await self._looks.at(tenant_role(asker.tenant_id, self._database))
        return seen.stamp(asker, made, also, _wanted(made, beside))

    async def _look(self, role: str) -> Seen:
        async with self._lookers.connection() as conn:
            row = await (await conn.execute(_LOOK, {"role": role})).fetchone()
        return Seen.of(*row or ((), (), ""))

    @asynccontextmanager
    async def moment(
        self, asker: Asker, made: Plan, also: str = "", *, beside: Sequence[Mart] = (), seconds: int = PAGE_SECONDS
    ) -> AsyncIterator[Moment]:
        """A read-only transaction as the asker's tenant. also: what else makes the answer another one. beside: further
        marts that it is made of."""
        wanted = _wanted(made, beside)
        role = tenant_role(asker.tenant_id, self._database)
        async with self.pool.connection() as conn, conn.transaction():
            try:
                cursor = await conn.execute(
                    _BEGIN, {"seconds": f"{seconds}s", "lock": f"{LOCK_SECONDS}s", "role": role, "marks": wanted}
                )
            except (psycopg.errors.InvalidParameterValue, psycopg.errors.InsufficientPrivilege):
                raise Refused(
                    "not_yours", "Your tenant has no role in the warehouse yet. The next `tradewind pull` makes it."
                ) from None
            (*_, names, moments, stores) = await cursor.fetchone() or (None, None, None)
            seen = Seen.of(names, moments, stores)
            # without a mark nothing that was read before is known to hold
            known = self._known.about(asker.tenant_id, stores, seen.marks.get(marks.COVERAGE, object()))
            yield Moment(conn, seen.stamp(asker, made, also, wanted), known)


def _pool(url: str, most: int) -> AsyncConnectionPool:
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=most,
        open=False,
        timeout=WAIT_SECONDS,
        configure=_configure,
        # one statement is a transaction by itself; where there are several, they are in `conn.transaction()`
        kwargs={"application_name": "tradewind api", "connect_timeout": 5, "autocommit": True},
    )


def _wanted(made: Plan, beside: Sequence[Mart]) -> list[str]:
    return sorted({each for mart in (made.mart, *beside) for each in marks.wanted(mart)})


async def page(moment: Moment, made: Plan, sent: statement.Statement | None = None) -> Answer:
    """One page of a plan, and which of its days are missing. Raises Refused where a group would mix currencies."""
    sent = sent or statement.page(made)
    cursor = await moment.conn.execute(sent.text, sent.parameters)
    rows = await cursor.fetchall()
    if sent.mixes and any(row[-1] for row in rows):
        raise mixed(made)
    told = len(made.columns)
    more = len(rows) > made.question.limit
    rows = rows[: made.question.limit]
    after = pages.cursor(made, rows[-1][told : told + len(made.keys)]) if more else None
    return Answer(made.columns, [row[:told] for row in rows], after, await coverage_of(moment, made), moment.stamp)


async def coverage_of(moment: Moment, made: Plan) -> Coverage | None:
    """What is missing of the days of a plan."""
    if not made.mart.feeds:
        return None
    key = coverage.about(made)
    known = moment.known.get(key)
    if known is None:
        cursor = await moment.conn.execute(*coverage.query(made))
        known = coverage.told(made, await cursor.fetchall())
        moment.known.put(key, known)
    return known


def mixed(made: Plan) -> Refused:
    """The refusal of a sum over several currencies, with what can be asked instead."""
    instead = [name for name, each in made.mart.columns.items() if each.money == "reporting_currency"]
    hint = f" or ask for {some(instead)}, which are in one currency" if instead else ""
    return Refused(
        "currencies",
        f"These rows are in several currencies, which are not added. Put {some(made.one_of)} into by, filter for one"
        f" of them{hint}.",
        "columns",
    )


async def _configure(conn: psycopg.AsyncConnection[Any]) -> None:
    await conn.set_read_only(True)
    await conn.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    for name in ("numeric", "date"):  # exact as they are, and in their form already
        conn.adapters.register_loader(name, TextLoader)
