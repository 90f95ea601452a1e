"""The account of calls of a model in the warehouse: budgets of several processes, killed ones, kept answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest

from pipelines.insights.model.calls import Calls, Question, Spent, spent_this_month
from pipelines.warehouse.connection import Warehouse

CALL = Decimal("0.4")


def _question(text: str = "facts", tenant: str = "harbor", **others: Any) -> Question:
    named = {"store_id": f"{tenant}-us", "kind": "daily", "day": date(2026, 11, 20), "model": "openai:x"}
    return Question(
        **{"tenant_id": tenant, **named, "prompt_version": "daily-1", "facts_hash": "h", "options": {}, **others},
        messages=(("system", "choose"), ("human", text)),
    )


def _spent(warehouse: Warehouse, tenant: str = "harbor") -> Decimal:
    with warehouse.connect() as conn:
        return spent_this_month(conn, tenant)


def test_processes_of_one_tenant_do_not_exceed_its_month_together(warehouse: Warehouse) -> None:
    start = Barrier(8)

    def reserve(number: int) -> bool:
        with Calls(warehouse).at(_question(f"question {number}")) as desk:
            start.wait(timeout=30)
            return desk.reserve(CALL, Decimal(1))

    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(reserve, range(8)))
    assert granted.count(True) == 2
    assert _spent(warehouse) == 2 * CALL
    with Calls(warehouse).at(_question("another's", tenant="sakura")) as desk:
        assert desk.reserve(CALL, Decimal(1))


def test_a_reservation_waits_for_one_that_is_not_committed(warehouse: Warehouse) -> None:
    """Two connections: what the first is about to spend, the second sees."""
    with warehouse.connect() as first:
        first.execute("select pg_advisory_xact_lock(hashtextextended('tradewind.model_budget.harbor', 0))")
        _add(first, counted="0.8")
        with ThreadPoolExecutor(1) as pool, Calls(warehouse).at(_question()) as desk:
            waiting = pool.submit(desk.reserve, CALL, Decimal(1))
            with warehouse.connect(autocommit=True) as watching:
                while not watching.execute(
                    "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                ).fetchone()[0]:  # type: ignore[index]
                    assert not waiting.done()
            first.commit()
            assert waiting.result(timeout=30) is False


def test_a_killed_process_forgets_nothing_that_it_may_have_spent(warehouse: Warehouse) -> None:
    with pytest.raises(KeyboardInterrupt), Calls(warehouse).at(_question()) as desk:
        assert desk.reserve(CALL, Decimal(1))
        raise KeyboardInterrupt
    assert _spent(warehouse) == CALL
    with warehouse.connect() as conn:
        assert conn.execute("select outcome, settled_at from insights.model_calls").fetchall() == [("asked", None)]
    with Calls(warehouse).at(_question()) as desk:  # and holds nobody up
        assert desk.kept() is None and desk.reserve(CALL, Decimal(1)) and not desk.reserve(CALL, Decimal(1))


def test_what_was_spent_takes_the_place_of_what_was_reserved(warehouse: Warehouse) -> None:
    with Calls(warehouse).at(_question()) as desk:
        desk.reserve(CALL, Decimal(1))
        desk.settle(Spent(4000, 300, Decimal("0.011"), Decimal("0.011")), "shown", None, 'answer \x00 "\ud83d"')
    assert _spent(warehouse) == Decimal("0.011")
    with Calls(warehouse).at(_question("late")) as desk:
        desk.reserve(CALL, Decimal(1))
        desk.settle(Spent(), "failed", "the model did not answer within 60 seconds")
    assert _spent(warehouse) == Decimal("0.011") + CALL  # nobody knows: the most
    with Calls(warehouse).at(_question("late")) as desk:
        assert desk.kept() is None
    with warehouse.connect() as conn:
        rows = conn.execute(
            "select tokens_in, tokens_out, cost_usd, outcome, reason from insights.model_calls order by call_id"
        ).fetchall()
    assert rows[0] == (4000, 300, Decimal("0.011"), "shown", None)
    assert rows[1] == (0, 0, None, "failed", "the model did not answer within 60 seconds")


def test_a_new_month_of_utc_begins_at_nothing(warehouse: Warehouse) -> None:
    with warehouse.connect() as conn:
        month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        _add(conn, counted="0.5", called_at=month)
        _add(conn, counted="7", called_at=month - timedelta(milliseconds=1))
    assert _spent(warehouse) == Decimal("0.5")


def test_the_same_question_is_asked_once_however_many_ask_it(warehouse: Warehouse) -> None:
    asked, first_is_in, go_on = [], Event(), Event()

    def ask(number: int) -> str:
        with Calls(warehouse).at(_question()) as desk:
            if (kept := desk.kept()) is not None:
                return kept
            first_is_in.set()
            assert go_on.wait(timeout=30)
            asked.append(number)
            desk.reserve(CALL, Decimal(1))
            desk.settle(Spent(1, 1, None, Decimal(0)), "shown", None, "the answer")
            return "asked"

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(ask, number) for number in range(2)]
        assert first_is_in.wait(timeout=30)
        go_on.set()
        assert sorted(answer.result(timeout=30) for answer in answers) == ["asked", "the answer"]
    assert len(asked) == 1
    for other in ({"tenant": "sakura"}, {"model": "openai:y"}, {"options": {"max_tokens": 5}}, {"text": "others"}):
        with Calls(warehouse).at(_question(**other)) as desk:  # type: ignore[arg-type]
            assert desk.kept() is None


def _add(conn: psycopg.Connection, *, counted: str, called_at: datetime | None = None) -> None:
    """A call of the account. called_at: None: now."""
    conn.execute(
        """
        insert into insights.model_calls (tenant_id, store_id, kind, day, model, prompt_version, facts_hash,
            cost_counted_usd, outcome, called_at)
        values ('harbor', 'harbor-us', 'daily', '2026-11-20', 'openai:x', 'daily-1', 'h', %s, 'shown',
            coalesce(%s, clock_timestamp()))
        """,
        (counted, called_at),
    )
