"""Crawls that somebody has asked for at the API (`ops.asked_crawls`), and what has become of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

MOST = 20
AGAIN = "10 minutes"
"""So long after it was started a crawl is asked for again under the same key: a daemon that died in between had written
it down and may not have started the run. Dagster starts none twice for one key."""

_WAITING = """
    select asked_id, store_id, asins, keywords from ops.asked_crawls
    where problem is null and (run_at is null or run_at > clock_timestamp() - %s::interval)
    order by asked_id limit %s
"""
_STARTED = "update ops.asked_crawls set run_at = clock_timestamp() where asked_id = any(%s) and run_at is null"
_REFUSED = "update ops.asked_crawls set problem = %s where asked_id = %s"


@dataclass(frozen=True)
class Asked:
    """A crawl that waits for a run."""

    asked_id: int
    store_id: str
    asins: tuple[str, ...]
    keywords: tuple[str, ...]


def waiting(conn: psycopg.Connection) -> list[Asked]:
    """What is to be crawled, the oldest first; some at a time."""
    rows = conn.execute(_WAITING, (AGAIN, MOST)).fetchall()
    return [Asked(number, store, tuple(asins), tuple(keywords)) for number, store, asins, keywords in rows]


def started(conn: psycopg.Connection, asked: Sequence[int]) -> None:
    """Note that runs were asked for. The caller commits."""
    conn.execute(_STARTED, (list(asked),))


def refused(conn: psycopg.Connection, asked: int, problem: str) -> None:
    """Note why nothing is crawled. problem: a sentence for whoever has asked. The caller commits."""
    conn.execute(_REFUSED, (problem, asked))
