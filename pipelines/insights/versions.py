"""Stores the versions of briefs, and finds the figures that differ from an earlier version.

Every version that was shown stays in `insights.brief_versions`; the newest is also in `insights.briefs`. Briefs are
written in `brief.py`, and the differences are shown by `pages/page.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.insights.facts import CATALOGUE, Fact

if TYPE_CHECKING:
    from pipelines.warehouse.connection import Warehouse

_KEY = ("tenant_id", "store_id", "first", "day", "kind", "language")
_OF_KEY = """
    tenant_id = %(tenant_id)s and store_id = %(store_id)s and period_start = %(first)s and period_end = %(day)s
    and kind = %(kind)s and language = %(language)s
"""
_NEWEST = f"""
    select version, read_at, writer, model, prompt_version, facts_hash, body_markdown, claims, grounded, tokens_in,
        tokens_out, cost_usd
    from insights.briefs
    where {_OF_KEY}
"""  # noqa: S608
_EARLIER = f"""
    select version, read_at, facts_hash, facts from insights.brief_versions
    where {_OF_KEY} and version < %(version)s order by version desc
"""  # noqa: S608
_COLUMNS = """tenant_id, store_id, period_start, period_end, kind, language, writer, model, prompt_version, facts_hash,
    facts, body_markdown, claims, grounded, tokens_in, tokens_out, cost_usd, version, read_at, created_at"""
_ADD = f"""
    insert into insights.brief_versions ({_COLUMNS})
    values (%(tenant_id)s, %(store_id)s, %(first)s, %(day)s, %(kind)s, %(language)s, %(writer)s, %(model)s,
        %(prompt_version)s, %(facts_hash)s, %(facts)s, %(body_markdown)s, %(claims)s, %(grounded)s, %(tokens_in)s,
        %(tokens_out)s, %(cost_usd)s, %(version)s, %(read_at)s, clock_timestamp())
"""  # noqa: S608
_HIDE = f"delete from insights.briefs where {_OF_KEY}"  # noqa: S608
_SHOW = f"""
    insert into insights.briefs ({_COLUMNS})
    select {_COLUMNS} from insights.brief_versions where {_OF_KEY} and version = %(version)s
"""  # noqa: S608
# Without this lock, two runs that write the same brief at once would both write the same version number.
_LOCK = "select pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'brief', {}), 0))"
_NEXT = f"select coalesce(max(version), 0) + 1 from insights.brief_versions where {_OF_KEY}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier version. number: from 1. read_at: the business time at which the marts were read for it, UTC."""

    number: int
    read_at: datetime
    facts_hash: str
    facts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Changes:
    """The figures that differ from the last earlier version with other facts.

    since: when the marts were read for that version; None if there is none. was: id of a fact now -> the fact as it
    was.
    """

    since: datetime | None = None
    was: Mapping[str, Fact] = field(default_factory=dict)


def changes(facts: Sequence[Fact], facts_hash: str, earlier: Sequence[Earlier]) -> Changes:
    """How facts differ from the newest earlier version with other facts. Facts that only one of both has do not count.

    earlier: the earlier versions, the newest first.
    """
    before = next((version for version in earlier if version.facts_hash != facts_hash), None)
    if before is None:
        return Changes()
    known: dict[tuple[str, str, str], Fact] = {}
    for content in before.facts:
        if content["name"] in CATALOGUE:
            fact = Fact.from_json(content)
            known.setdefault(_about(fact), fact)
    pairs = ((fact, known.get(_about(fact))) for fact in facts)
    return Changes(before.read_at, {new.id: old for new, old in pairs if old is not None and old.value != new.value})


def _about(fact: Fact) -> tuple[str, str, str]:
    return fact.name, fact.subject.kind, fact.subject.key


def newest(warehouse: Warehouse, key: Mapping[str, Any]) -> dict[str, Any] | None:
    """The newest version of a brief; None if there is none. key: tenant_id, store_id, first and last day, kind and
    language."""
    from psycopg.rows import dict_row

    with warehouse.connect() as conn, conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_NEWEST, key).fetchone()


def earlier(warehouse: Warehouse, key: Mapping[str, Any], *, before: int | None) -> list[Earlier]:
    """The versions of a brief before a number (None: all), the newest first."""
    with warehouse.connect() as conn:
        rows = conn.execute(_EARLIER, {**key, "version": before or 2**31 - 1}).fetchall()
    return [Earlier(*row) for row in rows]


def keep(warehouse: Warehouse, key: Mapping[str, Any], record: Mapping[str, Any]) -> int:
    """Store a new version, which becomes the newest. Returns its number."""
    values = {**key, **record}
    with warehouse.connect() as conn:
        conn.execute(_LOCK.format(", ".join(f"%({name})s::text" for name in _KEY)), values)
        (values["version"],) = conn.execute(_NEXT, values).fetchone() or (1,)
        conn.execute(_ADD, values)
        conn.execute(_HIDE, values)
        conn.execute(_SHOW, values)
        conn.commit()
    return int(values["version"])
