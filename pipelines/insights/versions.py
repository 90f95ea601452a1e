"""What briefs have said: every version that was shown stays in `insights.brief_versions`, the newest also in
`insights.briefs`; and which figures of a brief differ from the version before it.

How briefs are written is in `brief.py`, how versions are laid out beside each other in `html.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.insights.facts import CATALOGUE, Fact

if TYPE_CHECKING:
    from pipelines.warehouse.connection import Warehouse

_KEY = ("tenant_id", "store_id", "day", "kind", "language")
_OF_KEY = """
    tenant_id = %(tenant_id)s and store_id = %(store_id)s and period_start = %(day)s and period_end = %(day)s
    and kind = %(kind)s and language = %(language)s
"""
_NEWEST = f"""
    select version, read_at, writer, model, prompt_version, facts_hash, claims, grounded from insights.briefs
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
    values (%(tenant_id)s, %(store_id)s, %(day)s, %(day)s, %(kind)s, %(language)s, %(writer)s, %(model)s,
        %(prompt_version)s, %(facts_hash)s, %(facts)s, %(body_markdown)s, %(claims)s, %(grounded)s, %(tokens_in)s,
        %(tokens_out)s, %(cost_usd)s, %(version)s, %(read_at)s, clock_timestamp())
"""  # noqa: S608
_HIDE = f"delete from insights.briefs where {_OF_KEY}"  # noqa: S608
_SHOW = f"""
    insert into insights.briefs ({_COLUMNS})
    select {_COLUMNS} from insights.brief_versions where {_OF_KEY} and version = %(version)s
"""  # noqa: S608
# two runs that write one brief at a time would both make the same version
_LOCK = "select pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'brief', {}), 0))"
_NEXT = f"select coalesce(max(version), 0) + 1 from insights.brief_versions where {_OF_KEY}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version that was shown before. number: from 1. read_at: when the marts were read for it (business clock)."""

    number: int
    read_at: datetime
    facts_hash: str
    facts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Changes:
    """What a version says otherwise than the last one before it that rested on other facts. since: when that was read.
    was: fact of now, by id -> the fact as it was."""

    since: datetime | None = None
    was: Mapping[str, Fact] = field(default_factory=dict)


def changes(facts: Sequence[Fact], facts_hash: str, earlier: Sequence[Earlier]) -> Changes:
    """How the facts differ from the newest of the earlier versions that has others. Facts that only one of the two has
    are no changes: there is nothing to set beside them."""
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
    """The version that is shown: tenant_id, store_id, day, kind and language are its key. None if there is none."""
    from psycopg.rows import dict_row

    with warehouse.connect() as conn, conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_NEWEST, key).fetchone()


def earlier(warehouse: Warehouse, key: Mapping[str, Any], *, before: int | None) -> list[Earlier]:
    """The versions before that number (None: all there are), the newest first."""
    with warehouse.connect() as conn:
        rows = conn.execute(_EARLIER, {**key, "version": before or 2**31 - 1}).fetchall()
    return [Earlier(*row) for row in rows]


def keep(warehouse: Warehouse, key: Mapping[str, Any], record: Mapping[str, Any]) -> int:
    """Keep a new version, and show it from now on; returns its number."""
    values = {**key, **record}
    with warehouse.connect() as conn:
        conn.execute(_LOCK.format(", ".join(f"%({name})s::text" for name in _KEY)), values)
        (values["version"],) = conn.execute(_NEXT, values).fetchone() or (1,)
        conn.execute(_ADD, values)
        conn.execute(_HIDE, values)
        conn.execute(_SHOW, values)
        conn.commit()
    return int(values["version"])
