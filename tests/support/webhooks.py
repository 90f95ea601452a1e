"""Webhooks as shops send them, signed by means of the tests' own: a mistake of the checks is not made here as well."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from pipelines.webhooks.model import Endpoint

OLD, NEW = "the-secret-before-rotation", "the-secret-after-rotation!"
TOKEN = "a-token-of-more-than-thirty-two-characters"
KEY = ec.generate_private_key(ec.SECP256R1())
KID = "9936261a-0000-4621-a0f1-96ccb428af49"
BUYER = "Eleanor Vance"

SHOPIFY = Endpoint("shop", "shopify", "harbor", "harbor.myshopify.com", (SecretStr(NEW), SecretStr(OLD)))
WOO = Endpoint("woo", "woocommerce", "harbor", "shop.harbor.example", (SecretStr(NEW), SecretStr(OLD)))
OWN = Endpoint("own", "tradewind", "harbor", "warehouse", (SecretStr(NEW), SecretStr(OLD)))
EBAY = Endpoint(
    *("bay", "ebay", "harbor", "harbor-goods"),
    public_url="https://hooks.harbor.example/webhooks/bay",
    verification_token=SecretStr(TOKEN),
    api_url="http://127.0.0.1:1",
    app_id=SecretStr("app"),
    app_secret=SecretStr("secret"),
)
ENDPOINTS = {each.name: each for each in (SHOPIFY, WOO, OWN, EBAY)}


@dataclass(frozen=True)
class Sent:
    """A request to an endpoint. headers: with names as the shop writes them."""

    endpoint: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def but(self, body: bytes | None = None, **headers: str | None) -> Sent:
        """The same with another body or other headers; None takes one away. Underscores are hyphens."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in self.headers.items() if name.lower() not in map(str.lower, changed)}
        given = {name: value for name, value in changed.items() if value is not None}
        return replace(self, body=self.body if body is None else body, headers={**kept, **given})


def base64_hmac(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def hex_hmac(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def order(number: int, **more: Any) -> dict[str, Any]:
    """An order as Shopify tells it, with a buyer."""
    return {
        "id": 820982911946154000 + number,
        "email": "eleanor@hill.example",
        "updated_at": "2026-11-20T10:00:00-05:00",
        "customer": {"first_name": BUYER.split()[0], "last_name": BUYER.split()[1]},
        "shipping_address": {"name": BUYER, "address1": "1 Hill House"},
        "line_items": [{"id": 1, "sku": "LAMP-28", "variant_id": 808950810, "quantity": 2, "name": "Lamp"}],
        **more,
    }


def shopify(
    content: Any, topic: str = "orders/create", *, secret: str = NEW, number: int = 1, body: bytes | None = None
) -> Sent:
    body = json.dumps(content).encode() if body is None else body
    return Sent(
        "shop",
        body,
        {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": base64_hmac(secret, body),
            "X-Shopify-Shop-Domain": "harbor.myshopify.com",
            "X-Shopify-Webhook-Id": f"b54557e4-bdd9-4b37-8a5f-{number:012d}",
            "X-Shopify-Event-Id": f"98880550-7158-44d4-b7cd-{number:012d}",
            "X-Shopify-Triggered-At": "2026-11-20T15:00:01.123Z",
        },
    )


def level(available: int, updated: str = "2026-11-20T10:00:00-05:00", item: int = 271878346596884015) -> dict[str, Any]:
    return {"inventory_item_id": item, "location_id": 24826418, "available": available, "updated_at": updated}


def woo(content: Any, topic: str = "order.created", *, secret: str = NEW, delivery: str = "d1") -> Sent:
    body = json.dumps(content).encode()
    return Sent(
        "woo",
        body,
        {
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": "https://shop.harbor.example/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Signature": base64_hmac(secret, body),
            "X-WC-Webhook-ID": "7",
            "X-WC-Webhook-Delivery-ID": delivery,
        },
    )


def own(content: Any, *, secret: str = NEW, at: float | None = None) -> Sent:
    body, timestamp = json.dumps(content).encode(), str(int(time.time() if at is None else at))
    headers = {"X-Webhook-Timestamp": timestamp, "X-Webhook-Signature": hex_hmac(secret, timestamp, body)}
    return Sent("own", body, {"Content-Type": "application/json", **headers})


def notification(number: int, topic: str = "ORDER_CONFIRMATION", **data: Any) -> dict[str, Any]:
    return {
        "metadata": {"topic": topic, "schemaVersion": "1.0", "deprecated": False},
        "notification": {
            "notificationId": f"49feeaeb-4982-42d9-a377-{number:012d}_x",
            "eventDate": "2026-11-20T20:43:59.462Z",
            "publishDate": "2026-11-20T20:43:59.679Z",
            "publishAttemptCount": 1,
            "data": {"username": BUYER, "order": {"orderId": "12-34567-89012"}, **data},
        },
    }


def ebay(content: Any, *, key: ec.EllipticCurvePrivateKey = KEY, kid: str = KID, digest: Any = None) -> Sent:
    body = json.dumps(content, separators=(",", ":")).encode()
    signature = base64.b64encode(key.sign(body, ec.ECDSA(digest or hashes.SHA1()))).decode()
    header = {"alg": "ecdsa", "kid": kid, "signature": signature, "digest": "SHA1"}
    encoded = base64.b64encode(json.dumps(header, separators=(",", ":")).encode()).decode()
    return Sent("bay", body, {"Content-Type": "application/json", "X-EBAY-SIGNATURE": encoded})


def public_key_answer(key: ec.EllipticCurvePrivateKey = KEY, digest: str = "SHA1") -> dict[str, str]:
    """As eBay answers: the PEM on one line."""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return {"key": pem.replace("\n", ""), "algorithm": "ECDSA", "digest": digest}
