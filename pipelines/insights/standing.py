"""Says whether anything that a brief is made of has changed: what it reads, its settings, and the code itself.

A hash of all of that is kept with the brief (`ops.brief_inputs`). While it is the same, the facts would be the same, so
they are not computed. It errs on one side only: what is hashed and changes nothing costs a computation. It is read
before the facts are, so that what changes meanwhile is seen the next time. What is written is decided in `brief.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.insights.readings import ADVERTISED_PRODUCTS, CAMPAIGNS, SEARCH_TERMS, TRAFFIC

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import About
    from pipelines.warehouse.connection import Warehouse

_PACKAGE = Path(__file__).resolve().parents[1]
_CODE = frozenset({".py", ".sql", ".md", ".j2", ".css", ".js", ".yaml", ".json"})
_READ_AGAIN = [TRAFFIC, CAMPAIGNS, SEARCH_TERMS, ADVERTISED_PRODUCTS]

# The marks change with each build of a model, the ledger's newest changes with what lands and is not built yet. When a
# day was read (ops.slices, ops.requests) decides what it may be compared with. Forecasts have a hash of their history.
_STATE = """
    select jsonb_build_object(
        'marks', (select jsonb_object_agg(consumer, seen::text) from ops.marks),
        'landed', (select max(change_id) from ops.changes),
        'slices', (select changed_xid::text from ops.slices order by changed_xid desc limit 1),
        'deleted', (select xid::text from ops.deleted_slices order by xid desc limit 1),
        'read', (
            select sum(hashtextextended(concat_ws('|', feed, scope_id, slice_key, checked_at, current_load_id), 0))
            from ops.slices where feed = any(%(feeds)s)
        ),
        'confirmed', (
            select sum(hashtextextended(concat_ws('|', request_id, remote_created_at, window_start, window_end), 0))
            from ops.requests where feed = any(%(feeds)s) and state = 'done'
        ),
        'forecasts', (
            select jsonb_object_agg(store_id, concat_ws('|', history_hash, version, origin, made_at))
            from ops.demand_forecasts
        )
    )::text
    where exists (select from ops.marks)
"""
_ALERTS = """
    select tenant_id, md5(string_agg(told, '|' order by told)) from (
        select tenant_id,
            concat_ws('/', store_id, kind, subject, severity, name, first_seen, coalesce(resolved_at::text, '-'))
                as told
        from insights.alerts
        union all
        select tenant_id, concat_ws('/', 'mute', store_id, kind, subject, until) from insights.alert_mutes
    ) as each
    group by tenant_id
"""
_KNOWN = """
    select language, period_start, period_end, inputs_hash from ops.brief_inputs
    where store_id = %(store_id)s and kind = %(kind)s
"""
_KEEP = """
    insert into ops.brief_inputs (store_id, kind, language, period_start, period_end, inputs_hash)
    values (%(store_id)s, %(kind)s, %(language)s, %(first)s, %(day)s, %(inputs_hash)s)
    on conflict (store_id, kind, language) do update
        set period_start = excluded.period_start, period_end = excluded.period_end, inputs_hash = excluded.inputs_hash
"""


@dataclass(frozen=True, slots=True)
class State:
    """What briefs read, as it is at one moment. shared: of the warehouse; None where marts have no marks: then nobody
    knows whether they have changed. alerts: of each tenant."""

    shared: str | None
    alerts: Mapping[str, str]

    def hash(self, about: About, *parts: object) -> str | None:
        """A hash of this, of the code, of who the brief is about, and of whatever else it depends on; None where it is
        not known."""
        if self.shared is None:
            return None
        content = (self.shared, self.alerts.get(about.tenant.tenant_id, ""), code(), _plain(about), *map(repr, parts))
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def state(warehouse: Warehouse) -> State:
    """What briefs read, as it is now."""
    with warehouse.connect() as conn:
        row = conn.execute(_STATE, {"feeds": _READ_AGAIN}).fetchone()
        return State(row[0] if row else None, dict(conn.execute(_ALERTS).fetchall()))


def _plain(value: Any) -> Any:
    """A value as JSON has it, the same in each process: sets have an order."""
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return sorted(([_plain(key), _plain(each)] for key, each in value.items()), key=repr)
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return repr(value)


@cache
def code() -> str:
    """A hash of all files of the package: facts, rules, prompts, words and pages are made by them."""
    known = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in _CODE and path.is_file():
            known.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return known.hexdigest()


def known(warehouse: Warehouse, store_id: str, kind: str) -> dict[tuple[str, date, date], str]:
    """(language, first and last day) -> the hash of what the newest brief was made of."""
    with warehouse.connect() as conn:
        rows = conn.execute(_KNOWN, {"store_id": store_id, "kind": kind}).fetchall()
    return {(language, first, day): inputs for language, first, day, inputs in rows}


def keep(warehouse: Warehouse, key: Mapping[str, Any], inputs_hash: str) -> None:
    """Write down what a brief was made of. key: store_id, kind, language, first and last day."""
    with warehouse.connect() as conn:
        conn.execute(_KEEP, {**key, "inputs_hash": inputs_hash})
