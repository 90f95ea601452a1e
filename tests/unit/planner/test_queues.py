"""Waiting: the most urgent job first, and polls that ask for many at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.run import queues
from pipelines.landing.run.queues import Lost, Poller, WorkQueue
from pipelines.sources.amazon.notifications import Finished
from pipelines.sources.base import RemoteReport
from pipelines.stores import Scope
from tests.support.sources import store_scope

FEED = FEEDS["amazon_sp.sales_and_traffic"]
SCOPE = Scope("shop", (), "UTC")
PATIENCE = timedelta(seconds=30)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
STORE = store_scope()
SELLER = STORE.stores[0].seller_id


class FakeNotices:
    """A receiver of messages that tells what a test lets it tell."""

    working = True

    def __init__(self):
        self.watched = {}

    def watch(self, source, seller_id, remote_id, told):
        self.watched[source, seller_id, remote_id] = told

    def unwatch(self, *key):
        self.watched.pop(key, None)


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
    monkeypatch.setattr(queues, "FIRST_POLL", 0.01)
    monkeypatch.setattr(queues, "LONGEST_POLL", 0.02)


def test_the_most_urgent_job_is_served_first_and_only_so_many_at_once():
    async def play():
        tasks = []
        queue = WorkQueue(1, lambda work: tasks.append(asyncio.ensure_future(work)))
        served: list[str] = []

        def job(name):
            async def run():
                served.append(name)
                await asyncio.sleep(0)

            return run

        for priority, name in (((20, -5), "old"), ((0, -9), "today"), ((20, -7), "newer"), ((10, -1), "restated")):
            queue.put(priority, job(name))
        while not all(task.done() for task in tasks):
            await asyncio.wait(tasks)
        queue.put((0, 0), job("later"))
        await asyncio.wait(tasks)
        return served

    assert asyncio.run(play()) == ["today", "restated", "newer", "old", "later"]


def test_many_reports_are_asked_for_together():
    async def play():
        source = FakeSource({str(n): 3 for n in range(40)})
        poller = Poller(source, FEED, SCOPE, asyncio.ensure_future)
        reports = await asyncio.gather(*(poller.wait(str(n), PATIENCE, 0, NOW) for n in range(40)))
        return source, reports

    source, reports = asyncio.run(play())
    assert {report.state for report in reports} == {"done"}
    assert len(source.asked) <= 6, "each report was polled by itself"


def test_an_unknown_report_is_lost_and_a_slow_one_ends_the_patience():
    async def play():
        poller = Poller(FakeSource({"slow": 10**6}), FEED, SCOPE, asyncio.ensure_future)
        with pytest.raises(Lost):
            await poller.wait("unknown", PATIENCE, 0, NOW)
        with pytest.raises(TimeoutError):
            await poller.wait("slow", timedelta(seconds=0.1), 0, NOW)

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
            await poller.wait("a", PATIENCE, 0, NOW)
        return await poller.wait("a", PATIENCE, 0, NOW)

    assert asyncio.run(play()).state == "done"


def notified(tell, polls_needed=1):
    """The report 'a' as `tell(notices, told)` lets a poller learn of it, and how often it was polled."""

    async def play():
        source, notices = FakeSource({"a": polls_needed}), FakeNotices()
        poller = Poller(source, FEED, STORE, asyncio.ensure_future, notices)
        waiting = asyncio.ensure_future(poller.wait("a", PATIENCE, 0, NOW))
        await asyncio.sleep(0.05)
        ((key, told),) = notices.watched.items()
        assert key == ("amazon_sp", SELLER, "a")
        tell(notices, told)
        report = await asyncio.wait_for(waiting, 5)
        assert notices.watched == {}
        return report, len(source.asked)

    return asyncio.run(play())


def test_a_report_that_a_message_tells_of_is_not_polled():
    report, polls = notified(lambda _, told: told(Finished("amazon_sp", SELLER, "a", "DONE", "document")))
    assert polls == 0
    assert (report.state, report.document_id, report.created_at) == ("done", "document", NOW)
    assert report.report_type == FEED.report_type


def test_a_message_during_a_poll_is_the_answer_and_the_others_are_waited_for_still(monkeypatch):
    monkeypatch.setattr(queues, "NOTIFIED_POLL", 0.01)

    async def play():
        source, notices = FakeSource({"a": 1, "b": 2}), FakeNotices()
        poll = source.poll

        async def interrupted(feed, scope, remote_ids, **options):
            told = notices.watched.get(("amazon_sp", SELLER, "a"))
            if told is not None:
                told(Finished("amazon_sp", SELLER, "a", "DONE", "document"))
            return await poll(feed, scope, remote_ids, **options)

        source.poll = interrupted
        poller = Poller(source, FEED, STORE, asyncio.ensure_future, notices)
        told, polled = await asyncio.gather(*(poller.wait(each, PATIENCE, 0, NOW) for each in ("a", "b")))
        assert (told.document_id, polled.state) == ("document", "done")

    asyncio.run(play())


def test_where_no_message_can_come_reports_are_polled_as_ever():
    def fail(notices, told):
        notices.working = False
        told(None)

    report, polls = notified(fail, polls_needed=3)
    assert (report.state, polls) == ("done", 3)


def test_a_lost_message_costs_time_only(monkeypatch):
    monkeypatch.setattr(queues, "NOTIFIED_POLL", 0.2)
    report, polls = notified(lambda *_: None, polls_needed=2)
    assert (report.state, polls) == ("done", 2)


def test_the_message_of_a_report_that_an_earlier_run_asked_for_is_not_waited_for():
    async def play():
        poller = Poller(FakeSource({"a": 1}), FEED, STORE, asyncio.ensure_future, FakeNotices())
        return await poller.wait("a", timedelta(days=1), 0, NOW, asked_now=False)

    assert asyncio.run(asyncio.wait_for(play(), queues.NOTIFIED_POLL / 2)).state == "done"


def test_a_short_patience_is_not_outlived_by_rare_polls():
    async def play():
        poller = Poller(FakeSource({"a": 10**6}), FEED, STORE, asyncio.ensure_future, FakeNotices())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(poller.wait("a", timedelta(seconds=0.1), 0, NOW), 5)

    asyncio.run(play())


def test_a_source_that_sends_no_messages_is_polled_as_ever_though_there_is_a_queue():
    async def play():
        source, notices = FakeSource({"a": 2}), FakeNotices()
        poller = Poller(source, FEEDS["amazon_ads.sp_campaigns"], STORE, asyncio.ensure_future, notices)
        report = await asyncio.wait_for(poller.wait("a", PATIENCE, 0, NOW), 20)
        assert not notices.watched
        return report.state, len(source.asked)

    assert asyncio.run(play()) == ("done", 2)
