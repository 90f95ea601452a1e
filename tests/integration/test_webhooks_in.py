"""`tradewind serve` as shops meet it: what is kept before it answers, what makes no difference, and what is refused."""

from __future__ import annotations

import itertools
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from pipelines.serving.limits import MOST_REFUSED
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from pipelines.webhooks import inbox
from pipelines.webhooks.model import MOST_BYTES, Due
from tests.support import webhooks as made
from tests.support.serving import Served, ebays_keys, served, wait_until, write_files


@pytest.fixture
def server(settings: Settings, warehouse: Warehouse, tmp_path: Path) -> Iterator[Served]:
    with ebays_keys() as ebay:
        own = settings.model_copy(update={"stores_path": write_files(tmp_path, ebay)})
        with served(own, warehouse) as running:
            yield running


def rows(warehouse: Warehouse, query: str) -> list[tuple]:
    with warehouse.connect() as conn:
        return conn.execute(query.encode()).fetchall()


EVENTS = "select endpoint, topic, subject from ops.webhook_events order by event_id"
DUE = "select channel, topic from ops.pulls_due where asked_at > coalesce(taken_at, '-infinity') order by 1, 2"


def test_each_shops_webhook_is_kept_once_and_makes_its_pulls_due(server: Served, warehouse: Warehouse, caplog):
    caplog.set_level(logging.DEBUG)
    sent = [
        made.shopify(made.order(1)),
        made.shopify(made.level(7), "inventory_levels/update", number=2),
        made.woo({"id": 5, "date_modified_gmt": "2026-11-20T10:00:00"}, "product.updated"),
        made.own({"id": "a", "type": "stock.changed", "data": {"sku": "LAMP-28", "quantity": 3}}),
        made.ebay(made.notification(1)),
    ]
    assert [server.post(each).status_code for each in sent] == [200, 200, 200, 200, 204]
    assert rows(warehouse, EVENTS) == [
        ("shop", "orders/create", "820982911946154001"),
        ("shop", "inventory_levels/update", "271878346596884015@24826418"),
        ("woo", "product.updated", "5"),
        ("own", "stock.changed", "LAMP-28"),
        ("bay", "ORDER_CONFIRMATION", "12-34567-89012"),
    ]
    pulls = rows(warehouse, DUE)
    assert pulls == [
        *(("ebay", "orders"), ("ebay", "stock"), ("shopify", "orders"), ("shopify", "stock")),
        *(("tradewind", "stock"), ("woocommerce", "products"), ("woocommerce", "stock")),
    ]
    # doubled, in another order, and with other ids that nobody has signed
    again = [each.but(X_Shopify_Webhook_Id=f"w-{n}", X_Shopify_Event_Id=f"e-{n}") for n, each in enumerate(sent[:2])]
    for each in [*reversed(sent), *again]:
        assert server.post(each).status_code in (200, 204)
    assert len(rows(warehouse, EVENTS)) == len(sent)
    assert rows(warehouse, DUE) == pulls
    kept = "".join(str(each) for each in rows(warehouse, "select e::text from ops.webhook_events as e"))
    for word in (*made.BUYER.split(), "hill.example", "Hill House"):
        assert word not in kept and word not in caplog.text
    assert server.client.get("/health").json() == {"status": "ok", "settings": "ok"}


def test_a_pull_that_was_begun_is_due_again_only_by_what_came_after(server: Served, warehouse: Warehouse):
    stock = Due("shopify", "harbor.myshopify.com", "stock")

    def asked() -> list[inbox.Asked]:
        with warehouse.connect() as conn:
            return inbox.waiting(conn)

    def waiting() -> list[Due]:
        return [each.due for each in asked()]

    server.post(made.shopify(made.level(7), "inventory_levels/update"))
    assert waiting() == [stock]
    begun = asked()
    with warehouse.connect() as conn:
        inbox.take(conn, begun)
    assert waiting() == []
    server.post(made.shopify(made.level(7), "inventory_levels/update"))
    assert waiting() == [], "doubled"
    late = made.level(9, updated="2026-11-19T10:00:00-05:00")
    server.post(made.shopify(late, "inventory_levels/update", number=2))
    assert waiting() == [stock], "a late one costs a pull, which finds what holds now"
    with warehouse.connect() as conn:
        inbox.take(conn, begun)
    assert waiting() == [stock], "the run that had begun was for the one before"


def test_many_at_once_with_doubles_are_each_kept_once(server: Served, warehouse: Warehouse):
    sent = [made.shopify(made.level(n), "inventory_levels/update", number=n) for n in range(60)]
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda each: server.post(each).status_code, [*sent, *sent, *reversed(sent)]))
    assert set(answers) == {200}
    assert rows(warehouse, "select count(*), count(distinct facts) from ops.webhook_events") == [(60, 60)]


def test_what_cannot_be_kept_comes_again(server: Served, warehouse: Warehouse):
    """The database cuts the connection; who was not kept is told so, and the next one is."""
    with warehouse.connect(autocommit=True) as conn:
        conn.execute("alter table ops.webhook_events rename to away")
        assert server.post(made.shopify(made.order(1))).status_code == 503
        conn.execute("alter table ops.away rename to webhook_events")
        conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    answers = [server.post(made.shopify(made.order(1))).status_code for _ in range(2)]
    assert answers in ([200, 200], [503, 200])
    assert len(rows(warehouse, EVENTS)) == 1


GOOD = made.shopify(made.order(1))
BODY = GOOD.body
WOO = made.woo({"id": 5})
TYPE = "Content-Type"


def forged() -> dict[str, tuple[made.Sent, int]]:
    """What must not be taken, by name, and the answer to it."""
    now = time.time()
    own = made.own({"id": "a", "type": "stock.changed"})
    ebay = made.ebay(made.notification(1))
    other = ec.generate_private_key(ec.SECP256R1())
    hmac = GOOD.headers["X-Shopify-Hmac-Sha256"]

    def signed(body: bytes, topic: str = "orders/create") -> made.Sent:
        return made.shopify(None, topic, body=body)

    return {
        "shopify: no signature": (GOOD.but(X_Shopify_Hmac_Sha256=None), 401),
        "shopify: empty signature": (GOOD.but(X_Shopify_Hmac_Sha256=""), 401),
        "shopify: another secret": (made.shopify(made.order(1), secret="another-secret-of-length"), 401),
        "shopify: a byte more": (GOOD.but(BODY + b" "), 401),
        "shopify: a quantity changed": (GOOD.but(BODY.replace(b'"quantity": 2', b'"quantity": 9')), 401),
        "shopify: signature as hex": (GOOD.but(X_Shopify_Hmac_Sha256=made.hex_hmac(made.NEW, "1", BODY)), 401),
        "shopify: signature cut": (GOOD.but(X_Shopify_Hmac_Sha256=hmac[:20]), 401),
        "shopify: signature twice": (GOOD.but(X_Shopify_Hmac_Sha256=f"{hmac}, {hmac}"), 401),
        "shopify: signature of nothing": (GOOD.but(X_Shopify_Hmac_Sha256=made.base64_hmac(made.NEW, b"")), 401),
        "shopify: no base64": (GOOD.but(X_Shopify_Hmac_Sha256="*" * 44), 401),
        "shopify: empty secret": (GOOD.but(X_Shopify_Hmac_Sha256=made.base64_hmac("", BODY)), 401),
        "shopify: another shop": (GOOD.but(X_Shopify_Shop_Domain="sakura.myshopify.com"), 403),
        "shopify: no shop": (GOOD.but(X_Shopify_Shop_Domain=None), 403),
        "shopify: no topic": (GOOD.but(X_Shopify_Topic=None), 400),
        "shopify: a topic that is none": (GOOD.but(X_Shopify_Topic="orders/create; drop table"), 400),
        "shopify: the newer header": (GOOD.but(X_Shopify_Hmac_Sha256=None, Shopify_Hmac_Sha256=hmac), 401),
        "shopify: at WooCommerce's": (made.Sent("woo", BODY, GOOD.headers), 401),
        "shopify: no JSON": (signed(b"{'id': 5}"), 400),
        "shopify: cut JSON": (signed(BODY[:-9]), 400),
        "shopify: a list": (signed(b"[1]"), 400),
        "shopify: nothing": (signed(b""), 400),
        "shopify: no UTF-8": (signed(b'{"id": 5, "x": "\xff"}'), 400),
        "shopify: depth": (signed(b'{"id":' * 5000 + b"1" + b"}" * 5000), 400),
        "shopify: no id": (signed(b'{"id": true}'), 400),
        "shopify: an id below zero": (signed(b'{"id": -5}'), 400),
        "shopify: a level of nothing": (signed(b'{"inventory_item_id": 5}', "inventory_levels/update"), 400),
        "shopify: a form": (GOOD.but(Content_Type="application/x-www-form-urlencoded"), 415),
        "shopify: no content type": (GOOD.but(Content_Type=None), 415),
        "shopify: compressed": (GOOD.but(Content_Encoding="gzip"), 415),
        "shopify: too long": (signed(b'{"id": 5, "x": "' + b"x" * MOST_BYTES + b'"}'), 413),
        "woo: no signature": (WOO.but(X_WC_Webhook_Signature=None), 401),
        "woo: another body": (WOO.but(b'{"id": 6}'), 401),
        "woo: a ping as JSON": (made.Sent("woo", b"webhook_id=7", {TYPE: "application/json"}), 401),
        "woo: an order as a ping": (WOO.but(Content_Type="application/x-www-form-urlencoded"), 415),
        "own: no timestamp": (own.but(X_Webhook_Timestamp=None), 401),
        "own: another timestamp": (own.but(X_Webhook_Timestamp=str(int(now) + 1)), 401),
        "own: replayed after six minutes": (made.own({"id": "a", "type": "stock.changed"}, at=now - 360), 401),
        "own: of the future": (made.own({"id": "a", "type": "stock.changed"}, at=now + 360), 401),
        "own: body alone signed": (own.but(X_Webhook_Signature=made.base64_hmac(made.NEW, own.body)), 401),
        "own: many guesses": (own.but(X_Webhook_Signature=",".join(["0" * 64] * 50)), 401),
        "own: no id": (made.own({"type": "stock.changed"}), 400),
        "own: no type": (made.own({"id": "a", "type": 5}), 400),
        "ebay: no signature": (ebay.but(X_EBAY_SIGNATURE=None), 412),
        "ebay: another key": (made.ebay(made.notification(1), key=other), 412),
        "ebay: a key that eBay does not know": (made.ebay(made.notification(1), key=other, kid="0000-0000-1"), 412),
        "ebay: another order": (ebay.but(ebay.body.replace(b"12-34567", b"99-34567")), 412),
        "ebay: a path as key": (made.ebay(made.notification(1), kid="../../../x"), 412),
        "ebay: an HMAC": (ebay.but(X_EBAY_SIGNATURE=made.base64_hmac(made.NEW, ebay.body)), 412),
        "ebay: no notification": (made.ebay({"metadata": {"topic": "ORDER_CONFIRMATION"}}), 400),
        "nobody's endpoint": (made.Sent("none", BODY, GOOD.headers), 404),
        "a path": (made.Sent("..%2Fshop", BODY, GOOD.headers), 404),
    }


def test_what_is_forged_replayed_or_malformed_is_refused_and_counted(server: Served, warehouse: Warehouse):
    cases = forged()
    assert len(cases) >= 40
    answers = {
        name: server.post(sent, f"203.0.113.{number}").status_code
        for (name, (sent, _)), number in zip(cases.items(), itertools.count(), strict=False)
    }
    assert answers == {name: status for name, (_, status) in cases.items()}
    assert rows(warehouse, EVENTS) == [] and rows(warehouse, DUE) == []
    assert rows(warehouse, "select * from ops.webhook_ids") == []

    def counted() -> int:
        return rows(warehouse, "select sum(count) from ops.webhook_counts where outcome like 'refused: %'")[0][0] or 0

    wait_until(lambda: counted() >= len(cases) - 2, seconds=30)


def test_who_is_refused_again_and_again_is_not_listened_to(server: Served):
    bad = GOOD.but(X_Shopify_Hmac_Sha256="")
    answers = [server.post(bad, "198.51.100.7") for _ in range(MOST_REFUSED + 3)]
    assert [each.status_code for each in answers].count(401) in (MOST_REFUSED, MOST_REFUSED + 1)
    assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) > 0
    assert server.post(GOOD, "198.51.100.8").status_code == 200


def test_a_body_that_grows_without_having_said_so_is_cut(server: Served):
    """No Content-Length: the body comes in chunks, and one that never ends is left after a megabyte."""
    url = server.client.base_url
    with socket.create_connection((url.host, url.port), timeout=30) as conn:
        conn.sendall(
            b"POST /webhooks/shop HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        answers: list[bytes] = []
        reader = threading.Thread(target=lambda: answers.append(conn.recv(4096)))
        reader.start()
        try:
            for _ in range(200):
                conn.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            pass
        reader.join(30)
    assert b" 413 " in answers[0].split(b"\r\n")[0]


def test_settings_are_read_again_and_wrong_ones_change_nothing(server: Served, warehouse: Warehouse, tmp_path: Path):
    (tmp_path / "new.secret").write_text("yet-another-secret", encoding="utf-8")
    server.current.look()
    assert server.post(made.shopify(made.order(1), secret="yet-another-secret")).status_code == 200
    assert server.post(made.shopify(made.order(2), secret=made.NEW, number=2)).status_code == 401
    (tmp_path / "webhooks.yaml").write_text("endpoints: {shop: {channel: etsy}}", encoding="utf-8")
    server.current.look()
    assert server.post(made.shopify(made.order(3), secret="yet-another-secret", number=3)).status_code == 200
    assert server.client.get("/health").json()["settings"] == "wrong"


def test_ebays_challenge_is_answered_and_nobody_elses(server: Served):
    answer = server.client.get("/webhooks/bay", params={"challenge_code": "a8628072"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert set(json.loads(answer.content)) == {"challengeResponse"}
    assert server.client.get("/webhooks/shop", params={"challenge_code": "a8628072"}).status_code == 404
    for path in ("/docs", "/openapi.json", "/", "/webhooks/"):
        assert server.client.get(path).status_code == 404


def test_two_processes_that_keep_the_same_at_once_keep_it_once(warehouse: Warehouse):
    import asyncio

    from pipelines.webhooks.inbox import Arrived, keep
    from pipelines.webhooks.model import Event

    arrived = [Arrived(made.SHOPIFY, Event("orders/create", (f"webhook:{n}", f"event:{n // 2}"))) for n in range(40)]

    async def race() -> list[list[bool]]:
        async def one(order: list[Arrived]) -> list[bool]:
            async with await psycopg.AsyncConnection.connect(warehouse.url, autocommit=True) as conn:
                return await keep(conn, order)

        return await asyncio.gather(*(one(arrived[::step]) for step in (1, -1, 1, -1)))

    answers = asyncio.run(race())
    assert sum(map(sum, answers)) == 20 == len(rows(warehouse, EVENTS))
