"""What must hold when it is over: marts equal the truth, nothing was asked or spent without the ledger's knowing."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from datetime import datetime
from typing import Any

import psycopg

from pipelines.feeds import Feed
from pipelines.landing.views.overdue import overdue
from pipelines.orchestration.automation import SLOTS, last_night
from pipelines.settings import get_settings
from pipelines.stores import load_catalog
from pipelines.transformation import transform
from tests.chaos.machine import Machine
from tests.support.truth import MARTS, differences

_UNFINISHED = """
select count(*), min(next_try_at), count(*) filter (where next_try_at is null or next_try_at <= %s) from ops.slices
where state not in ('loaded', 'empty', 'unavailable') and not (state = 'due' and reason is not null)
"""
_ACTIVE = "select count(*) from runs where status in ('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING')"


def unsettled(machine: Machine) -> tuple[str, datetime | None]:
    """What is still to be done, in words, '' for nothing; and when the next try is, if all else waits for it."""
    try:
        with machine.connect() as conn:
            row = conn.execute(_UNFINISHED, (machine.now,)).fetchone()
            assert row is not None
            left, next_try, due = row
            stale = transform.stale(conn)
            behind = _behind(machine, conn)
            landed = conn.execute("select count(*) from ops.loads where feed not like 'manual.%'").fetchone()
        with machine.connect("dagster") as conn:
            (active,) = conn.execute(_ACTIVE).fetchone() or (0,)
    except psycopg.Error as error:
        return f"the warehouse does not answer: {str(error).strip().splitlines()[0]}", None
    if left and not due and not stale and not active and not behind:
        return f"{left} slices wait until {next_try:%H:%M}", next_try
    if active or left or behind or stale or not (landed and landed[0]):
        marts = "stale" if stale else "fresh"
        return f"{active} runs under way, {left} slices not here, {behind} feeds behind, marts {marts}", None
    return "", None


def _behind(machine: Machine, conn: psycopg.Connection) -> int:
    """Of how many feeds and scopes a run has to look for what there is, because none has that was not killed."""
    settings = get_settings(home=machine.home, stores_path=machine.config / "stores.yaml", fixed_now=machine.now)

    def night(feed: Feed, zone: str) -> datetime:
        return last_night(next(slot for slot in SLOTS if feed.name in slot.feeds), zone, machine.now)

    return sum(not each.again for each in overdue(conn, settings, load_catalog(settings), machine.now, night, ()))


def differing(machine: Machine) -> list[str]:
    """What only a mart or only its truth has."""
    with machine.connect() as conn:
        return [line for mart in MARTS for line in differences(conn, mart, seed=machine.seed, state=machine.state)]


def requests(machine: Machine) -> tuple[int, int, list[str]]:
    """Reports and queries that took effect at Amazon; how many were the same as another at the same business time; and
    those of which the ledger knows neither the id nor that an answer did not come.
    """
    made = [json.loads(line) for line in (machine.state / "reports.jsonl").read_text().splitlines()]
    made = [each for each in made if "report_id" in each]
    same = Counter(
        (each["api"], each["owner"], each["report_type"], each["business"], json.dumps(each["request"], sort_keys=True))
        for each in made
    )
    with machine.connect() as conn:
        asked = conn.execute(
            "select remote_id, coalesce((details ->> 'unanswered')::int, 0) from ops.requests"
        ).fetchall()
    known = {remote_id for remote_id, _ in asked}
    unanswered = sum(count for _, count in asked)
    unknown = [f"{each['report_type']} {each['report_id']}" for each in made if each["report_id"] not in known]
    return len(made), sum(same.values()) - len(same), unknown[unanswered:]


def crawls(machine: Machine) -> tuple[int, list[str]]:
    """Runs of actors that were started, and those that the ledger does not know: what they cost was counted nowhere."""
    path = machine.state / "apify_runs.json"
    runs: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
    with machine.connect() as conn:
        known = {row[0] for row in conn.execute("select remote_id from ops.requests where feed like 'apify.%'")}
    return len(runs), [each["run_id"] for each in runs if each["run_id"] not in known]


def left_behind(machine: Machine) -> list[str]:
    """Processes of this home that are there although everything was stopped."""
    found = []
    for pid, command in machine.processes():
        with contextlib.suppress(OSError):
            found.append(f"{pid}: {command.replace(chr(0), ' ')[:120]}")
    return found
