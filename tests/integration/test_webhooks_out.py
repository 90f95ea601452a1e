"""What subscribers are told: with what caused it, at least once, in order, and once where nobody is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.insights.alerts import mutes, store
from pipelines.insights.alerts.incidents import Incident, Reading
from pipelines.insights.alerts.kinds import kinds
from pipelines.insights.alerts.rules import Rules
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from pipelines.webhooks import outbox
from pipelines.webhooks.delivery import Outcome, deliver
from pipelines.webhooks.outbox import Outgoing
from pipelines.webhooks.retries import PAUSES
from tests.support import webhooks as made
from tests.support.briefs import catalog_of
from tests.support.forked import Forked
from tests.support.marts import MadeMarts
from tests.support.serving import Receiver, deliver_in_a_process, receiver, served, subscriber, wait_until, write_files

NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)


@pytest.fixture
def them() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def know(warehouse: Warehouse, *subscribers: object) -> None:
    with warehouse.connect() as conn:
        outbox.know(conn, subscribers)  # type: ignore[arg-type]


def tell(warehouse: Warehouse, *subjects: str, name: str = "stock.changed") -> None:
    with warehouse.connect() as conn:
        outbox.emit(conn, "harbor", [Outgoing(name, each, NOON, {"n": n}) for n, each in enumerate(subjects)])


def states(warehouse: Warehouse) -> list[tuple[str, str, int]]:
    with warehouse.connect() as conn:
        every = outbox.listed(conn, ["waiting", "sending", "sent", "dead"], 1000)
    return sorted((each.subject, each.state, each.attempts) for each in every)


def make_due(warehouse: Warehouse) -> None:
    """As if the pause were over."""
    with warehouse.connect() as conn:
        conn.execute("update ops.webhook_deliveries set due_at = clock_timestamp() where state = 'waiting'")


def test_a_subscriber_is_told_what_it_wants_signed_and_nothing_else(warehouse: Warehouse, them: Receiver):
    one = subscriber(them.url, "stock.changed")
    know(warehouse, one)
    tell(warehouse, "LAMP-28")
    tell(warehouse, "ORDER-1", name="order.imported")
    with warehouse.connect() as conn:
        outbox.emit(conn, "sakura", [Outgoing("stock.changed", "LAMP-28", NOON)])
    assert deliver(warehouse, one) == Outcome(sent=1)
    assert deliver(warehouse, one) == Outcome()
    ((headers, body),) = them.got
    (event,) = them.events
    assert {key: event[key] for key in ("type", "tenant", "subject", "time", "data")} == {
        "type": "stock.changed",
        "tenant": "harbor",
        "subject": "LAMP-28",
        "time": "2026-11-20T20:00:00+00:00",
        "data": {"n": 0},
    }
    assert headers["x-webhook-id"] == event["id"]
    timestamp = headers["x-webhook-timestamp"]
    # while a secret is replaced each of the two makes a signature
    both = [made.hex_hmac(each, timestamp, body) for each in (made.NEW, made.OLD)]
    assert headers["x-webhook-signature"].split(",") == both
    with warehouse.connect() as conn:
        assert conn.execute("select count(*) from ops.webhook_outbox").fetchone() == (1,), "nobody wants the others"


def test_an_event_is_there_only_if_what_caused_it_is(warehouse: Warehouse, them: Receiver):
    know(warehouse, subscriber(them.url))
    with pytest.raises(ZeroDivisionError), warehouse.connect() as conn:
        outbox.emit(conn, "harbor", [Outgoing("stock.low", "LAMP-28", NOON)])
        raise ZeroDivisionError
    assert states(warehouse) == []
    with warehouse.connect() as conn, pytest.raises(ValueError, match="weather"):
        outbox.emit(conn, "harbor", [Outgoing("weather.changed", "x", NOON)])


def test_events_of_a_subject_wait_for_each_other_and_no_subject_for_another(warehouse: Warehouse, them: Receiver):
    one = subscriber(them.url)
    know(warehouse, one)
    tell(warehouse, "A", "B", "A", "B", "A")
    failing = {"A"}
    them.answer = lambda event: 500 if event["subject"] in failing else 200
    assert deliver(warehouse, one) == Outcome(sent=2, failed=1)
    assert states(warehouse) == [("A", "waiting", 0), ("A", "waiting", 0), ("A", "waiting", 1), *[("B", "sent", 1)] * 2]
    assert deliver(warehouse, one) == Outcome(), "its pause is not over"
    failing.clear()
    make_due(warehouse)
    assert deliver(warehouse, one) == Outcome(sent=3)
    told = [(each["subject"], each["sequence"]) for each in them.events]
    for subject in "AB":
        order = [number for name, number in told if name == subject]
        assert order == sorted(order)
    assert len(set(them.ids)) == 5 and len(them.ids) == 6


def test_what_fails_for_days_is_dead_and_can_be_told_again_under_its_id(warehouse: Warehouse, them: Receiver):
    one = subscriber(them.url)
    know(warehouse, one)
    tell(warehouse, "A", "A")
    them.answer = lambda event: 503 if event["data"]["n"] == 0 else 200
    for _ in PAUSES:
        assert deliver(warehouse, one).failed == 1
        make_due(warehouse)
    assert deliver(warehouse, one) == Outcome(sent=1, dead=1), "and what came after it goes on"
    assert states(warehouse) == [("A", "dead", len(PAUSES) + 1), ("A", "sent", 1)]
    them.answer = lambda _: 200
    with warehouse.connect() as conn:
        assert outbox.replay(conn, [them.ids[0]], subscriber="somebody-else") == 0
        assert outbox.replay(conn, dead=True) == 1
    assert deliver(warehouse, one) == Outcome(sent=1)
    assert len(set(them.ids)) == 2
    with warehouse.connect() as conn:
        (told,) = [each for each in outbox.listed(conn, ["sent"], 10) if each.event_id == them.ids[-1]]
        assert them.ids[-1] == them.ids[0] and told.attempts == 1


def test_a_subscriber_that_is_gone_or_inside_gets_nothing(warehouse: Warehouse, them: Receiver):
    one = subscriber(them.url, allow_private=False)
    know(warehouse, one)
    tell(warehouse, "A")
    assert deliver(warehouse, one) == Outcome(failed=1)
    assert them.got == []
    with warehouse.connect() as conn:
        (told,) = outbox.listed(conn, ["waiting"], 10)
    assert "not public" in (told.reason or "")
    know(warehouse)
    tell(warehouse, "B")
    assert [subject for subject, _, _ in states(warehouse)] == ["A"], "who is not named gets no new events"


def processes(warehouse: Warehouse, them: Receiver, tmp_path: Path, count: int, die: str = "") -> list[Forked]:
    return [
        Forked(
            deliver_in_a_process,
            *(warehouse.url, them.url, die),
            environment=dict(os.environ),
            output=tmp_path / f"process-{die}-{n}.txt",
        )
        for n in range(count)
    ]


def test_two_processes_never_tell_the_same(warehouse: Warehouse, them: Receiver, tmp_path: Path):
    know(warehouse, subscriber(them.url))
    tell(warehouse, *(f"SKU-{n % 10}" for n in range(60)))
    both = processes(warehouse, them, tmp_path, 2)
    tell(warehouse, *(f"SKU-{n % 10}" for n in range(60)))
    assert [each.wait(120) for each in both] == [0, 0]
    deliver(warehouse, subscriber(them.url))
    assert len(them.ids) == len(set(them.ids)) == 120
    for subject in {each["subject"] for each in them.events}:
        order = [each["sequence"] for each in them.events if each["subject"] == subject]
        assert order == sorted(order)


def test_who_is_killed_loses_nothing_and_tells_once_more_at_most(warehouse: Warehouse, them: Receiver, tmp_path: Path):
    """Killed before the attempt, which was written down; then while the subscriber has it and nobody has settled it."""
    know(warehouse, subscriber(them.url))
    tell(warehouse, "A", "A")
    (first,) = processes(warehouse, them, tmp_path, 1, die="before")
    assert first.wait(120) == -signal.SIGKILL
    assert them.got == [] and states(warehouse) == [("A", "sending", 1), ("A", "waiting", 0)]

    def kill(_: object) -> int:
        them.answer = lambda _: 200
        second.kill()
        second.wait(60)
        return 200

    them.answer = kill
    (second,) = processes(warehouse, them, tmp_path, 1)
    wait_until(lambda: second.poll() is not None, seconds=120)
    (third,) = processes(warehouse, them, tmp_path, 1)
    assert third.wait(120) == 0
    assert states(warehouse) == [("A", "sent", 1), ("A", "sent", 3)]
    assert [them.ids.count(each) for each in dict.fromkeys(them.ids)] == [2, 1]


def test_an_alert_that_begins_is_told_by_the_server_once_and_not_if_it_is_muted(
    warehouse: Warehouse, settings: Settings, tmp_path: Path, them: Receiver
):
    listening = f"""
subscribers:
  them: {{tenant: harbor, url: "{them.url}", events: [alert.opened], secrets: ['file:new.secret'], allow_private: true}}
"""
    own = settings.model_copy(update={"stores_path": write_files(tmp_path, "http://127.0.0.1:1", listening)})
    shop = catalog_of(MadeMarts(products=2, days=1)).stores["harbor-us"]
    rule = Rules().rule(kinds()["out_of_stock"], shop)
    day = date(2026, 11, 20)

    def keep(*subjects: str, last: date = day) -> None:
        found = [
            Incident(each, day, last, Reading(each, last, True, Decimal("1.50"), Decimal(2), each, "Lamp, 28 cm", {}))
            for each in subjects
        ]
        with warehouse.connect() as conn:
            store.keep(conn, shop, rule, found, NOON)

    with served(own, warehouse, sends=True):
        with warehouse.connect() as conn:
            mutes.mute(conn, "harbor", "harbor-us", kind=None, subject="QUIET", until=None, now=NOON)
        keep("A", "B", "QUIET")
        keep("A", "B", last=date(2026, 11, 21))  # they go on
        wait_until(lambda: len(them.got) >= 2)
        keep("C")
        wait_until(lambda: len(them.got) >= 3)
    told = {each["data"]["subject"]: each for each in them.events}
    assert set(told) == {"A", "B", "C"} and len(them.got) == 3
    assert told["A"]["type"] == "alert.opened"
    assert told["A"]["data"] | {"incident_id": 0} == {
        **{"incident_id": 0, "store_id": "harbor-us", "kind": "out_of_stock", "subject": "A", "severity": "critical"},
        **{"name": "Lamp, 28 cm", "product": "A", "unit": rule.kind.unit, "currency": None, "value": "1.50"},
        **{"threshold": "2", "first_seen": "2026-11-20"},
    }


def test_the_commands_list_test_and_replay(
    warehouse: Warehouse, tmp_path: Path, them: Receiver, monkeypatch: pytest.MonkeyPatch
):
    listening = f"""
subscribers:
  them: {{tenant: harbor, url: "{them.url}", events: [stock.low], secrets: ['file:new.secret'], allow_private: true}}
"""
    monkeypatch.setenv("TRADEWIND_STORES", str(write_files(tmp_path, "http://127.0.0.1:1", listening)))
    monkeypatch.setenv("TRADEWIND_WAREHOUSE_URL", warehouse.url)
    monkeypatch.setenv("NOT_SET_HERE", "a-token")

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["webhooks", *words])
        return f"{done.stdout}{done.exception or ''}"

    assert "has taken" in run("test", "them")
    assert [each["type"] for each in them.events] == ["webhook.test"]
    assert "there are: them" in run("test", "nobody")
    tell(warehouse, "LAMP-28", name="stock.low")
    assert "stock.low LAMP-28 to them  waiting" in " ".join(run("list").split("\n"))
    assert "1 arrived" in run("send")
    assert "Nothing waits" in run("list")
    assert "told again: 1." in run("replay", them.ids[-1])
    assert "1 arrived" in run("send", "--to", "them")
    assert them.ids[-1] == them.ids[-2]
    assert "Name the ids" in run("replay")
    them.answer = lambda _: 410
    assert "it answered 410" in run("test", "them")
    assert "dead, 1 attempt" in " ".join(run("list", "--dead").split("\n"))
