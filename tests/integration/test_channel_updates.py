"""Sending the stock: killed at each step, nothing is lost or sent twice; two processes send it once; four failures."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from pipelines.channels import sync
from pipelines.channels.model import Shown
from pipelines.channels.writers.base import Answer, PlainWriter, Request
from pipelines.errors import SourceError
from simulator.seeded_world import World
from simulator.truth.staging import KINDS_OF_SHOPS
from tests.support.forked import Forked
from tests.support.telling import STEPS, die_telling, told, updates

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def executed(world: Any) -> Counter[str]:
    """How often the simulated shops have set each figure; at eBay an item and its offer have one each."""
    found: Counter[str] = Counter()
    for line in (world.state / "stock_writes.jsonl").read_text().splitlines():
        write = json.loads(line)
        found.update("/".join(place) for place, _ in [*write["changes"], *write["figures"]])
    return found


@pytest.fixture
def shop(simulator: Any, empty_database: str, tmp_path: Any, postgres: Any) -> Any:
    """The simulated shops, four listings of each, a warehouse for each attempt, and their environment."""
    world = simulator(seed=7, products=6, days=10, stores=1, now=NOW.isoformat())
    known = World(7, NOW, stores=1, products=6, days=10)
    listed = {}
    for own in known.shops:
        item_id = KINDS_OF_SHOPS[own.kind].TRUTH.item_id
        sold = [each for each in known.shop_business(own).variants if each.offer is not None and each.sku]
        listed[own.kind] = [(item_id(each), each.sku) for each in sold[:4]]
    return SimpleNamespace(world=world, listed=listed, new=postgres.create, home=tmp_path / "home")


@pytest.mark.parametrize(
    ("kind", "figures"),
    [("shopify", 4), ("woocommerce", 4), pytest.param("ebay", 8, marks=pytest.mark.thorough)],
)
def test_killed_at_each_step_nothing_is_lost_or_sent_twice(
    shop: Any, kind: str, figures: int, monkeypatch: Any, tmp_path: Any
) -> None:
    for name, value in shop.world.environment().items():
        monkeypatch.setenv(name, value)
    stores, sent = shop.world.config / "stores.yaml", Counter()
    for round_, step in enumerate(STEPS):
        url, items = shop.new(), [(*each, 100 + 10 * round_) for each in shop.listed[kind]]
        process = Forked(
            die_telling, step, shop.home, url, stores, items, kind,
            environment=dict(os.environ), output=tmp_path / f"{round_}.log",
        )  # fmt: skip
        assert process.wait(60) == -9, (tmp_path / f"{round_}.log").read_text()
        left = Counter(state for state, *_ in updates(url))
        assert left == {"written down": {"waiting": 4}, "noted": {"sent": 4}}.get(step, {"sending": 4})
        outcome = asyncio.run(told(shop.home, url, stores, items, kind))
        assert [each.action for each in outcome.decision.verdicts] == ["keep"] * 4
        assert [state for state, *_ in updates(url)] == ["done"] * 4
        now = executed(shop.world)
        assert set((now - sent).values()) == {1} and len(now - sent) == figures, f"{step}: {now - sent}"
        sent = now


def test_two_processes_at_once_send_it_once(shop: Any, monkeypatch: Any) -> None:
    for name, value in shop.world.environment().items():
        monkeypatch.setenv(name, value)
    url, items = shop.new(), [(*each, 300) for each in shop.listed["shopify"]]
    stores = shop.world.config / "stores.yaml"
    both = [threading.Thread(target=lambda: asyncio.run(told(shop.home, url, stores, items))) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [(state, to) for state, _, to in updates(url)] == [("done", 300)] * 4
    assert set(executed(shop.world).values()) == {1}


class Played(PlainWriter):
    """A writer without keys and without comparing, that answers as it is told. figures: what its channel shows."""

    says_waiting = True

    def __init__(self, figures: dict[str, int]) -> None:
        self.figures, self.answers, self.sent = figures, [], 0

    async def read(self, listings: Any) -> Any:
        return {each: Shown(self.figures[each.item_id], NOW, 0) for each in listings if each.item_id in self.figures}

    def requests(self, changes: Any, shown: Any) -> list[Request]:
        return [Request({"to": each.to_quantity}, (each,)) for each in changes]

    async def send(self, body: Any, key: str, changes: Any) -> list[Answer]:
        self.sent += 1
        answer = self.answers.pop(0) if self.answers else Answer("taken")
        if isinstance(answer, Exception):
            raise answer
        if answer.outcome == "taken":
            self.figures[changes[0].listing.item_id] = body["to"]
        return [answer]


def test_what_fails_is_tried_four_times_and_what_is_not_known_is_read(
    warehouse: Any, shop: Any, monkeypatch: Any
) -> None:
    for name, value in shop.world.environment().items():
        monkeypatch.setenv(name, value)
    url, writer = warehouse.url, Played({"a": 5})

    @asynccontextmanager
    async def played(*_: Any) -> Any:
        yield writer

    monkeypatch.setattr(sync, "writer_for", lambda kind: played)

    def round_() -> list[str]:
        with psycopg.connect(url) as conn:
            conn.execute("update ops.channel_updates set due_at = clock_timestamp() where state <> 'done'")
        asyncio.run(told(shop.home, url, shop.world.config / "stores.yaml", [("a", "A", 40)]))
        return [state for state, *_ in updates(url)]

    writer.answers = [Answer("failed", "busy")] * 4
    assert [round_()[-1] for _ in range(4)] == ["waiting", "waiting", "waiting", "failed"]
    assert writer.sent == 4
    assert round_() == ["failed", "done"], "a full round begins anew"
    # the answer was lost: what is shown tells whether it was executed
    writer.figures["a"], writer.answers = 7, [SourceError("no answer", retryable=True)]
    assert round_()[2:] == ["sending"]
    writer.figures["a"] = 40
    assert round_()[2:] == ["done"] and writer.sent == 6
    writer.figures["a"], writer.answers = 7, [SourceError("no answer", retryable=True)]
    assert round_()[3:] == ["sending"]
    assert round_()[3:] == ["done"] and (writer.sent, writer.figures["a"]) == (8, 40)
