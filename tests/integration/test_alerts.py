"""Alerts in a warehouse: every kind reads the marts as they are built, and what was kept is sent once, whoever is
killed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.insights.alerts import mutes, store
from pipelines.insights.alerts.evaluate import evaluate
from pipelines.insights.alerts.incidents import Incident, Reading
from pipelines.insights.alerts.kinds import kinds
from pipelines.insights.alerts.outbox import Sent, is_anything_due, send_due, try_out
from pipelines.insights.alerts.rules import Rules
from pipelines.settings import Settings
from pipelines.stores import Catalog
from pipelines.stores.model import SendTo
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of, catalog_of, findings, sending_to, value_of, write_marts
from tests.support.building import Marts
from tests.support.mail import MailServer, mail_server
from tests.support.marts import MadeMarts

MADE = MadeMarts(products=2, days=1)
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 12:00 in Los Angeles


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def at_noon(settings: Settings, tmp_path: Path) -> Settings:
    """The settings at noon, with a stores.yaml (that is not read) beside which alerts.yaml may stand."""
    return settings.model_copy(update={"fixed_now": NOON, "stores_path": tmp_path / "stores.yaml"})


def hearing(*addresses: str, **choices: object) -> Catalog:
    """The made store, whose tenant's alerts go to these addresses."""
    named = {"kinds": frozenset({"alerts"}), **choices}
    return sending_to(MADE, SendTo("TRADEWIND_SEND", SecretStr("\n".join(addresses)), **named))  # type: ignore[arg-type]


def rules(settings: Settings, text: str) -> None:
    (settings.stores_path.parent / "alerts.yaml").write_text(text, encoding="utf-8")


def keep(warehouse: Warehouse, kind: str, *subjects: str, over_on: date | None = None) -> None:
    """Incidents of a kind, as `evaluate` keeps them."""
    made = catalog_of(MADE).stores["harbor-us"]
    rule = Rules().rule(kinds()[kind], made)
    found = [
        Incident(subject, DAY, DAY, Reading(subject, DAY, True, Decimal(0), Decimal(0), subject, "Lamp, 28 cm", {}))
        for subject in subjects
    ]
    if over_on:
        found = [replace(each, over_on=over_on, ended="over") for each in found]
    with warehouse.connect() as conn:
        store.keep(conn, made, rule, found, NOON)


def outcomes(sent: list[Sent]) -> list[tuple[str, str, int, str]]:
    return [(each.recipient, each.form, each.incidents, each.outcome) for each in sent]


def subjects(server: MailServer) -> list[str]:
    return [str(message["Subject"]) for _, message in server.got]


def test_every_kind_reads_the_marts_as_they_are_built_and_begins_and_ends_by_itself(marts: Marts, settings: Settings):
    """One competitor whose price is cut for three days, and one whose page cannot be read when it would be over."""
    catalog = catalog_of(MADE)
    with marts.warehouse.connect() as conn:
        conn.execute("insert into ops.tenants values ('harbor', 'Harbor', 'USD') on conflict do nothing")
        for n, (price, other) in enumerate([(100, 50), (100, 50), (90, 45), (90, 45), (90, None), (99, None)]):
            for asin, amount in (("B0RIVAL001", price), ("B0RIVAL002", other)):
                conn.execute(
                    "insert into marts.competitor_daily (store_id, tenant_id, date, asin, is_own, crawl_status, "
                    "in_stock, price_amount, currency, title) values ('harbor-us', 'harbor', %s, %s, "
                    "false, %s, %s, %s, 'USD', 'A lamp')",
                    (DAY + timedelta(n), asin, "ok" if amount else "failed", True if amount else None, amount),
                )

    def seen(days: int) -> list[tuple[str, date, date, date | None]]:
        now = settings.model_copy(update={"fixed_now": NOON + timedelta(days=days), "stores_path": Path("stores.yaml")})
        assert [each for each in evaluate(now, marts.warehouse, catalog) if each.problem] == []
        query = "select subject, first_seen, last_seen, resolved_at from insights.alerts order by 1, 2"
        return marts.rows(query)

    assert seen(1) == []
    cut = DAY + timedelta(2)
    assert seen(2) == [("B0RIVAL001", cut, cut, None), ("B0RIVAL002", cut, cut, None)]
    assert seen(2) == seen(2)
    assert seen(5) == [
        ("B0RIVAL001", cut, DAY + timedelta(4), DAY + timedelta(5)),
        ("B0RIVAL002", cut, DAY + timedelta(3), None),
    ]
    assert marts.rows("select kind, value, facts from insights.alerts where subject = 'B0RIVAL001'") == [
        ("competitor_price_cut", Decimal(10), {"price": 90, "price_before": 100})
    ]


def test_a_fault_of_the_data_is_one_incident_that_begins_and_ends(marts: Marts, settings: Settings):
    """Planted one by one: a report that fails for three days, one that Amazon refuses for two, and a schedule that
    stands still for two days. Each is one incident, on the days on which it was so."""
    catalog, kinds_of = catalog_of(MADE), {"data_missing", "store_refused", "schedule_late"}
    orders, stock = "amazon_sp.all_orders_by_order_date", "amazon_sp.fba_myi_unsuppressed_inventory"

    def plant(conn, feed: str, day: date, state: str, reason: str | None = None) -> None:
        conn.execute(
            "insert into marts.data_coverage (store_id, tenant_id, feed, date, state, reason, is_gap) "
            "values ('harbor-us', 'harbor', %(feed)s, %(day)s, %(state)s, %(reason)s, %(gap)s) "
            "on conflict (store_id, feed, date) do update set state = excluded.state, reason = excluded.reason",
            {"feed": feed, "day": day, "state": state, "reason": reason, "gap": state != "loaded"},
        )

    with marts.warehouse.connect() as conn:
        conn.execute("insert into ops.tenants values ('harbor', 'Harbor', 'USD') on conflict do nothing")
    read_at = NOON
    for n in range(8):
        today = DAY + timedelta(n)
        with marts.warehouse.connect() as conn:
            for feed in (orders, stock):
                plant(conn, feed, today - timedelta(1), "loaded")
            if 1 <= n <= 3:  # yesterday's orders fail, and are fetched on the fourth day
                plant(conn, orders, DAY, "failed", "the document is cut off")
            if n == 4:
                plant(conn, orders, DAY, "loaded")
            if n in (2, 3):  # a role was taken away, and given back
                plant(conn, stock, DAY, "refused", "the role Inventory is missing")
            if n == 4:
                plant(conn, stock, DAY, "loaded")
            if n not in (5, 6):  # nobody ran
                read_at = NOON + timedelta(days=n)
            conn.execute("delete from ops.slices where scope_id = 'harbor-us'")
            conn.execute(
                "insert into ops.slices (feed, scope_id, slice_key, day, state, checked_at) "
                "values (%s, 'harbor-us', %s, %s, 'loaded', %s)",
                (orders, DAY.isoformat(), DAY, read_at),
            )
        now = settings.model_copy(update={"fixed_now": NOON + timedelta(days=n), "stores_path": Path("stores.yaml")})
        assert [each for each in evaluate(now, marts.warehouse, catalog, only=kinds_of) if each.problem] == []
        assert [each.begun for each in evaluate(now, marts.warehouse, catalog, only=kinds_of)] == [0, 0, 0]
    told = (
        "select kind, subject, first_seen, last_seen, resolved_at, facts ->> 'reason' from insights.alerts "
        "where kind in ('data_missing', 'schedule_late', 'store_refused') order by 1"
    )
    day = [DAY + timedelta(n) for n in range(8)]
    assert marts.rows(told) == [
        ("data_missing", orders, day[1], day[3], day[4], "the document is cut off"),
        ("schedule_late", "harbor-us", day[6], day[6], day[7], None),
        ("store_refused", stock, day[2], day[3], day[4], "the role Inventory is missing"),
    ]


def test_a_shop_that_is_not_read_and_an_old_count_of_the_stock_are_told_until_they_are_mended(
    marts: Marts, settings: Settings
):
    """A shop that was read two hours ago and later fails, one that could never be read, and a count of six days."""
    catalog, watched = catalog_of(MADE), {"shop_unread", "stock_count_old"}
    with marts.warehouse.connect() as conn:
        conn.execute("insert into ops.tenants values ('harbor', 'Harbor', 'USD') on conflict do nothing")
        conn.execute(
            "insert into ops.stores (store_id, tenant_id, account_id, seller_id, region, country, marketplace_id, "
            "sales_channel, currency, time_zone, has_api) values ('harbor-us', 'harbor', 'A1@na', 'A1', 'na', 'US', "
            "'ATVPDKIKX0DER', 'Amazon.com', 'USD', 'America/Los_Angeles', true) on conflict do nothing"
        )
        for shop, channel in (("read-shop", "shopify"), ("closed-shop", "ebay")):
            conn.execute(
                "insert into ops.shops (shop_id, tenant_id, channel, domain, currency, time_zone, has_api) "
                "values (%s, 'harbor', %s, %s, 'USD', 'UTC', true)",
                (shop, channel, shop),
            )
        conn.execute(
            "insert into insights.channel_sync (store_id, tenant_id, channel, write_mode, as_of) "
            "values ('read-shop', 'harbor', 'shopify', 'on', %s)",
            (NOON,),
        )
        conn.execute(
            "insert into marts.stock_central (store_id, tenant_id, central_sku, on_hand_quantity, reserved_quantity, "
            "sent_since_quantity, available_quantity, as_of) values ('harbor-us', 'harbor', 'KNIFE-8', 5, 0, 0, 5, %s)",
            (NOON - timedelta(days=6),),
        )

    def read(feed: str, shop: str, state: str, at: datetime | None, reason: str | None = None) -> None:
        with marts.warehouse.connect() as conn:
            conn.execute(
                "insert into ops.slices (feed, scope_id, slice_key, day, state, checked_at, reason, updated_at) "
                "values (%s, %s, %s, %s, %s, %s, %s, clock_timestamp() - interval '5 hours')",
                (feed, shop, f"{state} {at}", DAY, state, at, reason),
            )

    def seen(passed: timedelta) -> list[tuple[str, str, bool, str | None]]:
        now = settings.model_copy(update={"fixed_now": NOON + passed, "stores_path": Path("stores.yaml")})
        assert [each for each in evaluate(now, marts.warehouse, catalog, only=watched) if each.problem] == []
        return marts.rows(
            "select kind, subject, resolved_at is null, facts ->> 'reason' from insights.alerts "
            "where kind in ('shop_unread', 'stock_count_old') order by 1, 2"
        )

    closed = ("shop_unread", "closed-shop", True, "the seller has to agree again")
    read("shopify.orders", "read-shop", "loaded", NOON - timedelta(hours=2))
    read("ebay.orders", "closed-shop", "refused", None, "the seller has to agree again")
    assert seen(timedelta(0)) == [closed], "the count is of this week"
    read("shopify.orders", "read-shop", "failed", None, "it does not answer")
    late = [closed, ("shop_unread", "read-shop", True, "it does not answer")]
    assert seen(timedelta(hours=2)) == late
    assert seen(timedelta(days=1)) == [*late, ("stock_count_old", "harbor", True, None)]
    with marts.warehouse.connect() as conn:
        conn.execute("update marts.stock_central set as_of = %s", (NOON + timedelta(days=1),))
    read("shopify.orders", "read-shop", "empty", NOON + timedelta(days=1))
    assert [each[1:3] for each in seen(timedelta(days=1, hours=1))] == [
        ("closed-shop", True),
        ("read-shop", False),
        ("harbor", False),
    ]


@pytest.mark.thorough
def test_the_daily_brief_and_the_index_tell_what_lasts(warehouse: Warehouse, at_noon: Settings):
    """Critical ones first, as their names are and no markup; what is over or muted is told no more."""
    made = MadeMarts()
    write_marts(made, warehouse)
    hostile = "<b>pan</b> [x](https://evil.example)"
    keep(warehouse, "spend_without_orders", hostile)
    keep(warehouse, "out_of_stock", "HG-LAMP-01", "HG-DESK-02", "HG-MUG-03")
    keep(warehouse, "out_of_stock", "HG-MUG-03", over_on=DAY)
    with warehouse.connect() as conn:
        mutes.mute(conn, "harbor", "harbor-us", kind=None, subject="HG-DESK-02", until=DAY + timedelta(9), now=NOON)
    later = at_noon.model_copy(update={"fixed_now": NOON + timedelta(days=1)})
    book = book_of(warehouse, made)
    assert (value_of(book, "alerts_open"), value_of(book, "alerts_critical")) == (2, 1)
    assert [fact.subject.key for fact in book.all("alert_since")] == [
        "out_of_stock/HG-LAMP-01",
        f"spend_without_orders/{hostile}",
    ]
    for language, named in (("en", "Out of stock · HG-LAMP-01"), ("zh", "缺货 · HG-LAMP-01")):
        (said,) = [each for each in findings(later, warehouse, made, "daily", language) if named in each]
        assert hostile in said and "HG-MUG-03" not in said and "HG-DESK-02" not in said
        pages = later.home / "briefs" / "harbor"
        (page,) = pages.glob(f"harbor-us/daily/*.{language}.html")
        for shown in (pages / f"index.{language}.html", page):
            text = shown.read_text(encoding="utf-8")
            assert "HG-LAMP-01" in text and "<b>pan" not in text and 'href="https://evil' not in text


def test_an_alert_is_sent_once_to_each_and_what_began_later_too(
    warehouse: Warehouse, at_noon: Settings, server: MailServer
):
    catalog = hearing(server.address("anna@example.com", "wei@example.com"))
    keep(warehouse, "out_of_stock", "HG-LAMP-01", "HG-DESK-02")
    keep(warehouse, "overstock", "HG-MUG-03")  # for information: it waits for the digest, of which there is none
    assert is_anything_due(at_noon, warehouse, catalog)
    sent, wrong = send_due(at_noon, warehouse, catalog)
    assert wrong == []
    assert sorted(outcomes(sent)) == [(name, "now", 2, "sent") for name in ("a…@example.com", "w…@example.com")]
    assert subjects(server) == ["2 alerts: Out of stock"] * 2
    assert send_due(at_noon, warehouse, catalog) == ([], []) and not is_anything_due(at_noon, warehouse, catalog)
    keep(warehouse, "out_of_stock", "HG-LAMP-01")  # it is seen again: the same incident
    assert send_due(at_noon, warehouse, catalog) == ([], [])
    keep(warehouse, "stranded", "HG-DESK-02")
    assert {each.incidents for each in send_due(at_noon, warehouse, catalog)[0]} == {1}
    assert subjects(server)[2:] == ["1 alert: Stranded stock"] * 2


def test_quiet_hours_a_digest_and_mutes(warehouse: Warehouse, at_noon: Settings, server: MailServer):
    catalog = hearing(server.address("anna@example.com"), languages=frozenset({"zh"}))
    rules(at_noon, "tenants: {harbor: {quiet_hours: '22:00-07:00', digest_at: '08:00', at_once: [critical]}}")
    keep(warehouse, "out_of_stock", "HG-LAMP-01", "HG-DESK-02")
    keep(warehouse, "overstock", "HG-MUG-03")
    with warehouse.connect() as conn:
        mutes.mute(conn, "harbor", "harbor-us", kind=None, subject="HG-DESK-02", until=DAY, now=NOON)

    def at(hour: int, day: int = 20) -> list[tuple[str, str, int, str]]:
        """What is sent at an hour of Los Angeles."""
        now = datetime(2026, 11, day, hour, 30, tzinfo=UTC) + timedelta(hours=8)
        return outcomes(send_due(at_noon.model_copy(update={"fixed_now": now}), warehouse, catalog)[0])

    assert at(6) == [] and server.got == []
    assert at(7) == [("a…@example.com", "now", 1, "sent")]
    assert at(8) == [("a…@example.com", "digest", 2, "sent")] and at(9) == []
    assert at(23) == []
    keep(warehouse, "out_of_stock", "HG-LAMP-01", over_on=DAY + timedelta(1))
    # the mute has ended: what lasts is told; what is over is told once
    assert at(9, day=21) == [("a…@example.com", "now", 1, "sent"), ("a…@example.com", "digest", 3, "sent")]
    assert at(10, day=21) == []
    assert at(9, day=22) == [("a…@example.com", "digest", 2, "sent")]
    assert subjects(server)[1] == "11月20日 警报汇总：2 条持续，0 条已结束"


def test_a_channel_that_is_down_is_tried_again_and_nothing_is_lost(
    warehouse: Warehouse, at_noon: Settings, server: MailServer
):
    catalog = hearing(server.address("anna@example.com"))
    keep(warehouse, "out_of_stock", "HG-LAMP-01")
    server.answer = "554 no"
    (failed,) = send_due(at_noon, warehouse, catalog)[0]
    assert failed.outcome == "failed" and server.got == []
    # the sensor leaves it alone for a minute; a user need not wait
    assert not is_anything_due(at_noon, warehouse, catalog)
    assert send_due(at_noon, warehouse, catalog, patient=True) == ([], [])
    server.answer = None
    assert outcomes(send_due(at_noon, warehouse, catalog)[0]) == [("a…@example.com", "now", 1, "sent")]
    assert send_due(at_noon, warehouse, catalog) == ([], []) and len(server.got) == 1


def _sends(url: str, address: str, folder: Path) -> None:
    settings = Settings(home=folder / "home", fixed_now=NOON, stores_path=folder / "stores.yaml")
    send_due(settings, Warehouse(url), hearing(address))


def test_whoever_is_killed_sends_nothing_twice(
    warehouse: Warehouse, at_noon: Settings, server: MailServer, tmp_path: Path
):
    """Killed when it had kept the alert: it is sent by the next run. Killed when the server had taken the message,
    before it said so: nobody knows, which is told, and it is sent again only if a user says so."""
    address = server.address("anna@example.com")
    keep(warehouse, "out_of_stock", "HG-LAMP-01")  # whoever did was killed here
    child = multiprocessing.get_context("forkserver").Process(target=_sends, args=(warehouse.url, address, tmp_path))
    server.then = child.kill
    child.start()
    child.join(60)
    assert child.exitcode == -9 and len(server.got) == 1
    server.then = None
    catalog = hearing(address)
    assert send_due(at_noon, warehouse, catalog) == ([], []), "it may still be under way"
    with warehouse.connect() as conn:
        conn.execute("update insights.alert_messages set claimed_at = claimed_at - interval '1 hour'")
    sent, (told,) = send_due(at_noon, warehouse, catalog)
    assert sent == [] and "nobody knows whether they arrived" in told and len(server.got) == 1
    again, wrong = send_due(at_noon, warehouse, catalog, again=True)
    assert [each.outcome for each in again] == ["sent"] and wrong == []
    assert send_due(at_noon, warehouse, catalog) == ([], []) and len(server.got) == 2


def test_two_that_send_at_once_send_it_once(warehouse: Warehouse, at_noon: Settings, server: MailServer):
    catalog = hearing(server.address("anna@example.com"))
    keep(warehouse, "out_of_stock", "HG-LAMP-01")
    with ThreadPoolExecutor(4) as pool:
        told = [each.result() for each in [pool.submit(send_due, at_noon, warehouse, catalog) for _ in range(4)]]
    assert sorted(len(sent) for sent, _ in told) == [0, 0, 0, 1] and len(server.got) == 1


def test_a_test_is_sent_in_quiet_hours_too_and_only_to_who_wants_alerts(
    warehouse: Warehouse, at_noon: Settings, server: MailServer
):
    rules(at_noon, "tenants: {harbor: {quiet_hours: '00:00-23:59'}}")
    sent, wrong = try_out(at_noon, hearing(server.address("anna@example.com")))
    assert ([each.outcome for each in sent], wrong, subjects(server)) == (["sent"], [], ["Tradewind: a test of alerts"])
    keep(warehouse, "out_of_stock", "HG-LAMP-01")
    briefs_only = hearing(server.address("anna@example.com"), kinds=frozenset())
    assert send_due(at_noon, warehouse, briefs_only) == ([], []) and len(server.got) == 1
