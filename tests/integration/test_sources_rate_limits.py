"""Rate budgets against a real Postgres: the arithmetic of the statement, and what tasks and processes see of it."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.sources.base import BACKFILL, TODAY, Waiting
from pipelines.sources.traits import ADS_LIMITS, SP_LIMITS, Limit
from pipelines.sources.transport.rate_limits import MARGIN_SECONDS, Budget, RateLimiter, know, take
from pipelines.warehouse.connection import Warehouse

_numbers = itertools.count()


def run(test: Coroutine[Any, Any, Any]) -> Any:
    async def limited() -> Any:
        async with asyncio.timeout(60):
            return await test

    return asyncio.run(limited())


def budget(rate: float, burst: float) -> Budget:
    """A budget that no other test uses."""
    return Budget("app", f"subject-{next(_numbers)}", "createReport", Limit(rate, burst))


@asynccontextmanager
async def limiter(warehouse: Warehouse, on_wait: Any = None) -> AsyncIterator[RateLimiter]:
    async with warehouse.async_pool(2) as pool:
        made = RateLimiter(pool, "test", on_wait=on_wait)
        try:
            yield made
        finally:
            await made.aclose()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.floats(0.01, 20),
    burst=st.integers(1, 20),
    steps=st.lists(st.tuples(st.floats(0, 120), st.integers(1, 30)), min_size=1, max_size=15),
)
@pytest.mark.thorough
def test_no_window_ever_holds_more_than_burst_and_refill(
    warehouse: Warehouse, rate: float, burst: int, steps: list[tuple[float, int]]
) -> None:
    """For every window between two grants: tokens <= burst + rate * seconds; and the wait that is told suffices."""

    async def play() -> None:
        one = budget(rate, burst)
        async with await psycopg.AsyncConnection.connect(warehouse.url, autocommit=True) as conn:
            await know(conn, [one])
            row = await (
                await conn.execute("select updated_at from ops.buckets where subject = %s", (one.subject,))
            ).fetchone()
            assert row is not None
            now, given_at = row[0], []
            for seconds, want in steps:
                now += timedelta(seconds=seconds)
                grant = (await take(conn, [one], [want], now=now))[one]
                assert 0 <= grant.granted <= want
                assert (grant.wait == 0) == (grant.granted == want)
                given_at.append((now, grant.granted))
                if grant.wait:
                    assert grant.wait <= 1 / rate + MARGIN_SECONDS + 1e-6
                    now += timedelta(seconds=grant.wait + 1e-3)
                    later = (await take(conn, [one], [1], now=now))[one]
                    assert later.granted == 1
                    given_at.append((now, 1))
            for first in range(len(given_at)):
                taken = 0
                for at, count in given_at[first:]:
                    taken += count
                    seconds = (at - given_at[first][0]).total_seconds()
                    assert taken <= burst + rate * seconds + 1e-6

    run(play())


def test_a_burst_is_given_at_once_and_the_rest_at_the_rate(warehouse: Warehouse) -> None:
    async def play() -> float:
        one = budget(20, 5)
        async with limiter(warehouse) as limits:
            start = time.monotonic()
            await asyncio.gather(*(limits.acquire(one) for _ in range(15)))
            return time.monotonic() - start

    assert run(play()) >= (15 - 5) / 20


def test_a_call_of_many_tokens_has_them_at_once_however_fast_they_come_back(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of Shopify's points: what is kept for clocks that differ must not be what a call needs."""
    asked: list[int] = []

    async def play() -> None:
        async with limiter(warehouse) as limits:
            whole = limits._take

            async def counted(budgets: Any, want: Any, **options: Any) -> Any:
                asked.append(sum(want))
                return await whole(budgets, want, **options)

            monkeypatch.setattr(limits, "_take", counted)
            await limits.acquire(budget(50_000, 2000), tokens=1200)

    run(play())
    assert asked == [1200]


def test_many_waiters_of_many_budgets_take_few_round_trips(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    async def play() -> None:
        budgets = [budget(1, 15) for _ in range(200)]
        async with limiter(warehouse) as limits:
            whole = limits._take

            async def counted(budgets: Any, want: Any, **options: Any) -> Any:
                asked.append(sum(want))
                return await whole(budgets, want, **options)

            monkeypatch.setattr(limits, "_take", counted)
            await asyncio.gather(*(limits.acquire(one) for one in budgets for _ in range(5)))

    run(play())
    assert asked == [1000]


def test_published_limits_are_known_together(warehouse: Warehouse) -> None:
    async def play() -> None:
        limits = [*SP_LIMITS.items(), *ADS_LIMITS.items()]
        budgets = [Budget("app", f"all-{number}", name, limit) for number, (name, limit) in enumerate(limits)]
        async with await psycopg.AsyncConnection.connect(warehouse.url, autocommit=True) as conn:
            await know(conn, budgets)
            grants = await take(conn, budgets, [100] * len(budgets))
        for each in budgets:
            assert each.limit.burst - 2 <= grants[each].granted <= each.limit.burst
            assert grants[each].rate == each.limit.rate

    run(play())


def test_two_processes_never_overdraw(warehouse: Warehouse) -> None:
    one = budget(40, 10)
    script = f"""
import asyncio, sys
from psycopg_pool import AsyncConnectionPool
from pipelines.sources.traits import Limit
from pipelines.sources.transport.rate_limits import Budget, RateLimiter
async def main():
    one = Budget("app", {one.subject!r}, "createReport", Limit(40, 10))
    count = 0
    async with AsyncConnectionPool({warehouse.url!r}, min_size=1, max_size=2, open=False) as pool:
        limits = RateLimiter(pool, "test")
        await pool.wait()
        print("ready", flush=True)
        sys.stdin.readline()
        async def hammer():
            nonlocal count
            while True:
                await limits.acquire(one)
                count += 1
        try:
            async with asyncio.timeout(1.5):
                await asyncio.gather(*(hammer() for _ in range(20)))
        except TimeoutError:
            pass
        await limits.aclose()
    print(count, flush=True)
asyncio.run(main())
"""
    processes = [
        subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    start = time.monotonic()
    results = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        results.append(int(process.communicate(timeout=60)[0]))
    seconds = time.monotonic() - start
    assert sum(results) <= 10 + 40 * seconds + 1
    assert min(results) > 0
    assert sum(results) > 15  # not only the burst, what is refilled too


def test_concurrent_statements_give_each_token_once(warehouse: Warehouse) -> None:
    """Eight connections empty a bucket that does not refill: what they got together is what was in it."""

    async def play() -> int:
        one = budget(1e-6, 200)

        async def drain() -> int:
            got = 0
            async with await psycopg.AsyncConnection.connect(warehouse.url, autocommit=True) as conn:
                await know(conn, [one])
                while granted := (await take(conn, [one], [3]))[one].granted:
                    got += granted
            return got

        return sum(await asyncio.gather(*(drain() for _ in range(8))))

    # one may stay: the margin before a token of a bucket that is not full, until a quarter of a second has refilled it
    assert run(play()) in (199, 200)


def test_today_is_served_before_backfill(warehouse: Warehouse) -> None:
    served: list[str] = []

    async def play() -> None:
        one = budget(20, 1)
        async with limiter(warehouse) as limits:
            await limits.acquire(one)

            async def wait(name: str, priority: int) -> None:
                await limits.acquire(one, priority)
                served.append(name)

            old = [asyncio.create_task(wait("backfill", BACKFILL)) for _ in range(3)]
            await asyncio.sleep(0.01)
            await asyncio.gather(wait("today", TODAY), *old)

    run(play())
    assert served == ["today", "backfill", "backfill", "backfill"]


def test_a_cancelled_waiter_takes_no_token(warehouse: Warehouse) -> None:
    async def play() -> None:
        one = budget(5, 1)
        async with limiter(warehouse) as limits:
            await limits.acquire(one)
            gone = asyncio.create_task(limits.acquire(one))
            await asyncio.sleep(0.02)
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
            start = time.monotonic()
            await limits.acquire(one)
            assert time.monotonic() - start < 0.35

    run(play())


def test_429_empties_the_bucket_for_every_process(warehouse: Warehouse) -> None:
    async def play() -> None:
        one = budget(10, 15)
        async with limiter(warehouse) as mine, limiter(warehouse) as theirs:
            await mine.acquire(one)
            await theirs.acquire(one)
            await mine.exhausted(one, 0.5)
            start = time.monotonic()
            assert not await theirs.try_acquire(one)
            await theirs.acquire(one)
            assert 0.45 <= time.monotonic() - start < 5
            await mine.observe(one, "10.0")
            await mine.exhausted(one)
            assert not await theirs.try_acquire(one)

    run(play())


@pytest.mark.parametrize(
    ("told", "strikes", "least", "most"), [(False, 0, 0, 1.5), (False, 3, 7.5, 8.5), (True, 0, 59, 61)]
)
def test_a_rate_that_nobody_told_is_probed_sooner(
    warehouse: Warehouse, told: bool, strikes: int, least: float, most: float
) -> None:
    """Published rates can be far from an account's own: until an answer tells it, one token comes after a back-off."""

    async def play() -> None:
        one = budget(1 / 60, 15)
        async with limiter(warehouse) as limits:
            await limits.acquire(one)
            if told:
                await limits.observe(one, str(1 / 60))
            await limits.exhausted(one, strikes=strikes)
            async with await psycopg.AsyncConnection.connect(warehouse.url, autocommit=True) as conn:
                assert least <= (await take(conn, [one], [1]))[one].wait <= most

    run(play())


def test_the_rate_that_amazon_tells_is_used_at_once(warehouse: Warehouse) -> None:
    """A waiter that sleeps for a minute is woken when the true rate becomes known; rubbish is ignored."""
    told: list[Waiting] = []

    async def play() -> None:
        one = budget(1 / 60, 2)
        waits = asyncio.Event()

        def on_wait(waiting: Waiting) -> None:
            told.append(waiting)
            waits.set()

        async with limiter(warehouse, on_wait) as limits:
            await limits.acquire(one)
            await limits.acquire(one)
            waiter = asyncio.create_task(limits.acquire(one))
            await waits.wait()
            await limits.observe(one, None)
            await limits.observe(one, "soon")
            await limits.observe(one, "-3")
            assert not waiter.done()
            await limits.observe(one, "10.0")
            start = time.monotonic()
            await waiter
            assert time.monotonic() - start < 5

    run(play())
    assert told[0].operation == "createReport"
    assert told[0].waiters == 1
    assert 30 < told[0].seconds < 61
    assert "next in" in str(told[0])


def test_a_backfill_leaves_a_token_and_takes_what_nobody_else_wants(warehouse: Warehouse) -> None:
    async def play() -> None:
        one, tiny = budget(1, 6), budget(1, 1)
        async with await psycopg.AsyncConnection.connect(warehouse.url, autocommit=True) as conn:
            await know(conn, [one, tiny])
            row = await (await conn.execute("select max(updated_at) from ops.buckets")).fetchone()
            assert row is not None
            now = row[0]

            async def granted(after: float, want: int, patient: int, which: Budget = one) -> tuple[int, float]:
                grant = (await take(conn, [which], [want], patient=[patient], now=now + timedelta(seconds=after)))[
                    which
                ]
                return grant.granted, round(grant.wait, 2)

            # six are there, and a quarter is the margin of a bucket that is not full
            assert await granted(0, 9, 9) == (4, 0.25)
            assert await granted(0.5, 3, 2) == (1, 0.75), "the pressing one; the patient leave what is left"
            assert await granted(0.5, 1, 1) == (0, 0.75)
            assert await granted(0.5, 2, 1) == (1, 1.75)
            assert await granted(0.5, 1, 0) == (0, 0.75)
            assert await granted(1.25, 2, 1) == (1, 2.0), "a token that comes is the pressing one's"
            assert (await granted(0, 1, 1, tiny))[0] == 1, "a bucket of one token has none to leave"

    run(play())


def test_today_goes_before_the_backfill_of_another_process(warehouse: Warehouse) -> None:
    """Two processes in made-up time: one always wants a token for its backfill, the other six, from 10 s on."""
    got: list[tuple[float, str]] = []

    async def play() -> None:
        one = budget(1, 4)
        async with await psycopg.AsyncConnection.connect(warehouse.url, autocommit=True) as conn:
            await know(conn, [one])
            row = await (await conn.execute("select max(updated_at) from ops.buckets")).fetchone()
            assert row is not None
            for tenths in range(300):
                now, seconds = row[0] + timedelta(seconds=tenths / 10), tenths / 10
                got.extend([(seconds, "backfill")] * (await take(conn, [one], [1], patient=[1], now=now))[one].granted)
                left = 6 - sum(name == "today" for _, name in got)
                if seconds >= 10 and left:
                    got.extend([(seconds, "today")] * (await take(conn, [one], [left], now=now))[one].granted)

    run(play())
    todays = [seconds for seconds, name in got if name == "today"]
    assert len(todays) == 6
    assert todays[0] == 10
    assert todays[-1] <= 10 + 5 + 0.2, "as soon as if nobody else asked"
    assert not [seconds for seconds, name in got if name == "backfill" and todays[0] < seconds < todays[-1]]
    assert sum(name == "backfill" for _, name in got) >= 20, "before and after, all but one token is the backfill's"


def test_a_reserve_is_left_for_others(warehouse: Warehouse) -> None:
    async def play() -> list[bool]:
        one = budget(0.001, 6)
        async with limiter(warehouse) as limits:
            return [await limits.try_acquire(one, reserve=3) for _ in range(4)]

    assert run(play()) == [True, True, False, False]


def test_a_database_that_fails_tells_the_waiters(warehouse: Warehouse) -> None:
    async def play() -> None:
        one = budget(1, 1)
        async with limiter(warehouse) as limits:
            with warehouse.connect() as conn:
                conn.execute("drop table ops.buckets")
            with pytest.raises(psycopg.errors.UndefinedTable):
                await limits.acquire(one)

    run(play())
