"""What senders' signatures prove, what is read of a body and what is not: keys made here, and wild input."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipelines.webhooks.due import due_after
from pipelines.webhooks.ebay_keys import MOST_ASKED, EbayKeys, parse_key
from pipelines.webhooks.model import Due, Endpoint, Event, Ignored, Refused
from pipelines.webhooks.senders import SENDERS
from pipelines.webhooks.senders.common import Delivery, Means
from pipelines.webhooks.senders.ebay import challenge_answer
from pipelines.webhooks.settings_file import _EndpointEntry
from pipelines.webhooks.signatures import sign
from tests.support import webhooks as made
from tests.support.references import reference


class OneKey:
    """eBay's key service: knows one key."""

    def __init__(self, answer: dict[str, str] | None = None, kid: str = made.KID) -> None:
        self.known = {kid: parse_key(answer or made.public_key_answer())}

    async def key(self, endpoint: Endpoint, kid: str) -> Any:
        return self.known.get(kid)


def delivery(sent: made.Sent) -> Delivery:
    headers = {name.lower(): value for name, value in sent.headers.items()}
    return Delivery(made.ENDPOINTS[sent.endpoint], headers, sent.body, headers.get("content-type", ""))


def met(sent: made.Sent, *, now: float | None = None, keys: Any = None) -> Event | Ignored:
    """What is read of a webhook once it is checked."""
    one = delivery(sent)
    sender = SENDERS[one.endpoint.channel]
    means = Means(time.time() if now is None else now, keys or OneKey())
    return asyncio.run(sender.check(one, means)) or sender.read(one)


def refused(sent: made.Sent, **more: Any) -> tuple[int, str]:
    with pytest.raises(Refused) as found:
        met(sent, **more)
    return found.value.status, found.value.reason


def due(sent: made.Sent) -> list[tuple[str, str, str]]:
    event = met(sent)
    assert isinstance(event, Event)
    found = due_after(made.ENDPOINTS[sent.endpoint], event)
    assert all(isinstance(each, Due) for each in found)
    return [(each.channel, each.account, each.topic) for each in found]


def test_every_channel_of_the_settings_has_a_sender():
    assert set(SENDERS) == set(_EndpointEntry.model_fields["channel"].annotation.__args__)  # type: ignore[union-attr]


def test_shopify_tells_of_an_order_without_its_buyer():
    event = met(made.shopify(made.order(1)))
    assert isinstance(event, Event)
    assert (event.topic, event.subject) == ("orders/create", "820982911946154001")
    assert event.occurred_at == datetime(2026, 11, 20, 15, 0, 1, 123000, UTC)
    lines = [{"sku": "LAMP-28", "variant": "808950810", "quantity": 2}]
    assert event.facts == {"lines": lines, "updated_at": "2026-11-20T15:00:00+00:00"}
    assert "Eleanor" not in repr(event)
    assert due(made.shopify(made.order(1))) == [
        ("shopify", "harbor.myshopify.com", "orders"),
        ("shopify", "harbor.myshopify.com", "stock"),
    ]


def test_both_secrets_of_a_rotation_are_good_and_a_third_is_not():
    for build, content in ((made.shopify, made.order(1)), (made.woo, {"id": 5}), (made.own, {"id": "a", "type": "x"})):
        assert met(build(content, secret=made.NEW)) == met(build(content, secret=made.OLD))
        assert refused(build(content, secret="another-secret-altogether"))[0] == 401


@pytest.mark.parametrize("available", [7, 0, -3, None])
def test_a_stock_level_is_read_whatever_it_is(available):
    event = met(made.shopify(made.level(available), "inventory_levels/update"))
    assert isinstance(event, Event)
    assert event.subject == "271878346596884015@24826418"
    assert event.facts.get("available") == available


def test_a_refund_and_a_cancelled_order_make_stock_due():
    refund = {"id": 890088186047892319, "order_id": 82098, "refund_line_items": [{"quantity": 1, "location_id": None}]}
    assert [each[2] for each in due(made.shopify(refund, "refunds/create"))] == ["refunds", "stock"]
    assert [each[2] for each in due(made.shopify(made.order(2), "orders/cancelled"))] == ["orders", "stock"]


def test_a_topic_that_nobody_asked_for_is_answered_well_and_ignored():
    assert met(made.shopify(made.order(1), "customers/update")) == Ignored("another topic")
    assert met(made.woo({"id": 5}, "coupon.created")) == Ignored("another topic")
    assert met(made.own({"id": "a", "type": "weather.changed"})) == Ignored("another topic")
    assert met(made.ebay(made.notification(1, "ITEM_PRICE"))) == Ignored("another topic")


def test_shopify_known_again_by_webhook_event_and_body():
    first, again = met(made.shopify(made.order(1))), met(made.shopify(made.order(1)).but(X_Shopify_Webhook_Id="other"))
    assert isinstance(first, Event) and isinstance(again, Event)
    assert len(set(first.ids) & set(again.ids)) == 2
    renamed = met(made.shopify(made.order(1)).but(X_Shopify_Webhook_Id="other", X_Shopify_Event_Id="another"))
    assert isinstance(renamed, Event)
    assert set(first.ids) & set(renamed.ids) == {first.ids[0]}, "the headers are not signed, the body is"


def test_woocommerces_ping_needs_no_signature_and_does_nothing():
    ping = made.Sent("woo", b"webhook_id=7", {"Content-Type": "application/x-www-form-urlencoded"})
    assert met(ping) == Ignored("ping")
    assert refused(ping.but(b"webhook_id=7&x=1")) == (415, "wrong content type")


def test_what_woocommerce_deletes_twice_is_told_twice():
    first, second = (met(made.woo({"id": 5}, "product.deleted", delivery=each)) for each in ("d1", "d2"))
    assert isinstance(first, Event) and isinstance(second, Event)
    assert not set(first.ids) & set(second.ids)
    changed = {"id": 5, "date_modified_gmt": "2026-11-20T10:00:00", "stock_quantity": 3, "sku": "LAMP-28"}
    assert met(made.woo(changed, "product.updated")) == met(made.woo(changed, "product.updated", delivery="d2"))
    event = met(made.woo(changed, "product.updated"))
    assert isinstance(event, Event)
    assert (event.facts, event.occurred_at) == (
        {"sku": "LAMP-28", "quantity": 3},
        datetime(2026, 11, 20, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(("age", "is_taken"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)])
def test_our_own_scheme_takes_five_minutes_of_difference(age, is_taken):
    sent, now = made.own({"id": "a", "type": "stock.changed", "data": {"sku": "LAMP-28"}}, at=10**9), 10**9 + age
    if is_taken:
        assert isinstance(met(sent, now=now), Event)
    else:
        assert refused(sent, now=now) == (401, "too old or too new")


def test_what_we_sign_others_can_check_and_we_take():
    body = json.dumps({"id": "a", "type": "stock.changed"}).encode()
    assert sign(made.OWN.secrets[:1], 10**9, body) == made.hex_hmac(made.NEW, "1000000000", body)
    headers = {"X-Webhook-Timestamp": "1000000000", "X-Webhook-Signature": sign(made.OWN.secrets, 10**9, body)}
    assert isinstance(met(made.Sent("own", body, headers), now=10**9), Event)


@pytest.mark.parametrize("digest", ["SHA1", "SHA256"])
def test_ebays_signature_is_checked_by_its_key_and_the_digest_of_the_keys_answer(digest):
    algorithm = getattr(hashes, digest)()
    sent = made.ebay(made.notification(1), digest=algorithm)
    event = met(sent, keys=OneKey(made.public_key_answer(digest=digest)))
    assert isinstance(event, Event)
    assert (event.subject, event.facts) == ("12-34567-89012", {})
    assert "Eleanor" not in repr(event)
    other = "SHA256" if digest == "SHA1" else "SHA1"
    assert refused(sent, keys=OneKey(made.public_key_answer(digest=other))) == (412, "bad signature")


def test_ebays_forgeries():
    sent = made.ebay(made.notification(1))
    assert refused(sent.but(sent.body.replace(b"ORDER", b"0RDER"))) == (412, "bad signature")
    assert refused(made.ebay(made.notification(1), key=ec.generate_private_key(ec.SECP256R1())))[0] == 412
    assert refused(made.ebay(made.notification(1), kid="00000000-dead")) == (412, "unknown key")
    assert refused(made.ebay(made.notification(1), kid="../../oauth")) == (412, "bad signature")
    for header in ("", "e30=", "bm90IGpzb24=", "%%%", "W10=", "bnVsbA==", "eyJraWQiOjF9"):
        assert refused(sent.but(X_EBAY_SIGNATURE=header)) == (412, "bad signature")


def test_ebays_repeated_delivery_is_known_by_its_notification():
    first = made.notification(1)
    again = json.loads(json.dumps(first))
    again["notification"] |= {"publishAttemptCount": 2, "publishDate": "2026-11-20T21:00:00.000Z"}
    one, two = met(made.ebay(first)), met(made.ebay(again))
    assert isinstance(one, Event) and isinstance(two, Event)
    assert one.ids == two.ids


def test_a_closed_account_is_taken_and_nothing_of_it_is_kept():
    event = met(made.ebay(made.notification(3, "MARKETPLACE_ACCOUNT_DELETION", userId="ma8vp1jySJC")))
    assert isinstance(event, Event)
    assert due_after(made.EBAY, event) == ()
    assert "ma8vp1jySJC" not in repr(event) and "Eleanor" not in repr(event)


def test_ebays_own_vectors():
    vectors = json.loads(reference("specs/ebay/sdk-fixtures/event-notification-nodejs-sdk_test.json").read_text())
    for name, is_valid in (("VALID", True), ("INVALID", False), ("SIGNATURE_MISMATCH", False)):
        one = vectors[name]
        body = json.dumps(one["message"], separators=(",", ":")).encode()
        sent = made.Sent("bay", body, {"X-EBAY-SIGNATURE": one["signature"]})
        keys = OneKey(vectors["VALID"]["response"], kid=vectors["VALID"]["public_key"])
        if is_valid:
            assert isinstance(met(sent, keys=keys), Event)
        else:
            assert refused(sent, keys=keys)[0] == 412


def test_ebays_challenge():
    vector = json.loads(reference("specs/ebay/sdk-fixtures/challenge_vector.derived.json").read_text())
    endpoint = Endpoint(
        *("bay", "ebay", "harbor", "x"),
        public_url=vector["endpoint"],
        verification_token=made.SecretStr(vector["verificationToken"]),
    )
    answer = challenge_answer(endpoint, vector["challengeCode"])
    assert answer == {"challengeResponse": vector["challengeResponse"]}
    assert challenge_answer(endpoint, "") is None
    assert challenge_answer(made.SHOPIFY, "abc") is None


def test_ebays_key_is_asked_for_once_an_hour_and_unknown_ones_seldom():
    asked: list[str] = []
    now = [0.0]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.rpartition("/")[2])
        if asked[-1] == "token":
            assert request.headers["authorization"].startswith("Basic ")
            return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})
        assert request.headers["authorization"] == "Bearer t"
        return httpx.Response(200, json=made.public_key_answer()) if asked[-1] == made.KID else httpx.Response(404)

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            keys = EbayKeys(client, clock=lambda: now[0])
            found = await asyncio.gather(*(keys.key(made.EBAY, made.KID) for _ in range(20)))
            assert all(each is not None for each in found)
            assert asked == ["token", made.KID]
            now[0] = 3601
            await keys.key(made.EBAY, made.KID)
            assert asked == ["token", made.KID, made.KID]
            for number in range(MOST_ASKED - 1):
                assert await keys.key(made.EBAY, f"unknown-{number}") is None
                assert await keys.key(made.EBAY, f"unknown-{number}") is None
            with pytest.raises(Refused) as refusal:
                await keys.key(made.EBAY, "one-too-many")
            assert (refusal.value.status, len(asked)) == (503, 3 + MOST_ASKED - 1)

    asyncio.run(ask())


def test_a_key_that_cannot_be_had_lets_ebay_come_again():
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500)

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            with pytest.raises(Refused) as refusal:
                await EbayKeys(client).key(made.EBAY, made.KID)
            assert refusal.value.status == 503

    asyncio.run(ask())


VALUES: st.SearchStrategy[Any] = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=12)),
    *(st.just("1" * 500), st.just("2026-11-20T10:00:00Z"), st.just("0001-01-01T00:00:00+14:00"), st.just([[]])),
)
TOPICS = sorted({topic for sender in SENDERS.values() for topic in sender.makes_due})
LINES = ("line_items", "refund_line_items", "data", "metadata", "notification")
FIELDS = (
    *("id", "order_id", "sku", "quantity", "updated_at", "inventory_item_id", "location_id", "available", "type"),
    *("time", "topic", "notificationId", "eventDate", "orderId", "date_modified_gmt", "stock_quantity", "status"),
)
FLAT = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)
BODIES = st.tuples(FLAT, st.dictionaries(st.sampled_from(LINES), VALUES | FLAT | st.lists(FLAT | VALUES, max_size=2)))


@hypothesis_settings(max_examples=150)
@given(BODIES.map(lambda both: both[0] | both[1]) | VALUES, st.sampled_from(TOPICS))
def test_whatever_a_signed_body_holds_it_is_read_or_refused_and_can_be_stored(content, topic):
    if isinstance(content, dict):
        content.setdefault("id", 5)
        content.setdefault("type", topic)
    body = json.dumps(content).encode()
    for endpoint in made.ENDPOINTS.values():
        one = Delivery(endpoint, {"x-shopify-topic": topic, "x-wc-webhook-topic": topic}, body)
        try:
            event = SENDERS[endpoint.channel].read(one)
        except Refused as refusal:
            assert refusal.status == 400
            continue
        if isinstance(event, Event):
            assert "\\u0000" not in json.dumps([event.topic, event.subject, event.ids, dict(event.facts)])
            assert event.ids and all(len(each) < 700 for each in event.ids)
            assert event.occurred_at is None or event.occurred_at.tzinfo is UTC
            due_after(endpoint, event)


@hypothesis_settings(max_examples=30)
@given(st.binary(max_size=200), st.text(max_size=80))
def test_bytes_that_nobody_signed_are_refused(body, signature):
    headers = {"x-shopify-hmac-sha256": signature, "x-wc-webhook-signature": signature}
    headers |= {"x-webhook-timestamp": signature, "x-webhook-signature": signature, "x-ebay-signature": signature}
    for endpoint in made.ENDPOINTS.values():
        one = Delivery(endpoint, headers, body)
        with pytest.raises(Refused) as refusal:
            asyncio.run(SENDERS[endpoint.channel].check(one, Means(0.0, OneKey())))
        assert refusal.value.status in (401, 412)
