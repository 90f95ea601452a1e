"""Waiting: the most urgent job first, and polls that ask for many at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing import lanes
from pipelines.landing.lanes import Lane, Lost, Poller
from pipelines.sources.base import RemoteReport
from pipelines.stores import Scope

FEED = FEEDS["amazon_sp.sales_and_traffic"]
SCOPE = Scope("shop", (), "UTC")
PATIENCE = timedelta(seconds=30)


class FakeSource:
    """Reports become done after so many polls; every poll is noted."""

    def __init__(self, polls_needed: dict[str, int]) -> None:
        self.left = polls_needed
        self.asked: list[list[str]] = []

    async def poll(self, feed, scope, remote_ids, *, priority=0):
        self.asked.append(list(remote_ids))
        answer = {}
        for each in remote_ids:
            if each in self.left:
                self.left[each] -= 1
                state = "running" if self.left[each] > 0 else "done"
                answer[each] = RemoteReport(remote_id=each, state=state, created_at=datetime.now(UTC))
        return answer


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(lanes, "FIRST_POLL", 0.01)
    monkeypatch.setattr(lanes, "LONGEST_POLL", 0.02)


def test_the_most_urgent_job_is_served_first_and_only_so_many_at_once():
    async def play():
        tasks = []
        lane = Lane(1, lambda work: tasks.append(asyncio.ensure_future(work)))
        served: list[str] = []

        def job(name):
            async def run():
                served.append(name)
                await asyncio.sleep(0)

            return run

        for priority, name in (((20, -5), "old"), ((0, -9), "today"), ((20, -7), "newer"), ((10, -1), "restated")):
            lane.put(priority, job(name))
        while not all(task.done() for task in tasks):
            await asyncio.wait(tasks)
        lane.put((0, 0), job("later"))
        await asyncio.wait(tasks)
        return served

    assert asyncio.run(play()) == ["today", "restated", "newer", "old", "later"]


def test_many_reports_are_asked_for_together():
    async def play():
        source = FakeSource({str(n): 3 for n in range(40)})
        poller = Poller(source, FEED, SCOPE, asyncio.ensure_future)
        reports = await asyncio.gather(*(poller.wait(str(n), PATIENCE, 0) for n in range(40)))
        return source, reports

    source, reports = asyncio.run(play())
    assert {report.state for report in reports} == {"done"}
    assert len(source.asked) <= 6, "each report was polled by itself"


def test_an_unknown_report_is_lost_and_a_slow_one_ends_the_patience():
    async def play():
        poller = Poller(FakeSource({"slow": 10**6}), FEED, SCOPE, asyncio.ensure_future)
        with pytest.raises(Lost):
            await poller.wait("unknown", PATIENCE, 0)
        with pytest.raises(TimeoutError):
            await poller.wait("slow", timedelta(seconds=0.1), 0)

    asyncio.run(play())


def test_an_error_of_the_poll_reaches_who_waits_and_the_next_one_is_served():
    async def play():
        source = FakeSource({"a": 1})
        answer = source.poll

        async def broken(*_, **__):
            source.poll = answer
            raise ValueError("broken")

        source.poll = broken
        poller = Poller(source, FEED, SCOPE, asyncio.ensure_future)
        with pytest.raises(ValueError, match="broken"):
            await poller.wait("a", PATIENCE, 0)
        return await poller.wait("a", PATIENCE, 0)

    assert asyncio.run(play()).state == "done"
