"""Signatures of webhooks with a shared secret. Pure functions; eBay's, with a public key, is in `senders/ebay.py`.

All comparisons take the same time wherever two texts differ.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable

from pydantic import SecretStr

TOLERANCE_SECONDS = 300
"""How far a timestamp of our own scheme may be from now, either way."""

_HEX = re.compile(r"[0-9a-f]{64}")
_SECONDS = re.compile(r"[0-9]{1,12}")
MOST_SIGNATURES = 4


def is_base64_hmac(secrets: Iterable[SecretStr], body: bytes, signature: str) -> bool:
    """Whether a signature is the base64 of HMAC-SHA256 of the body by one of the secrets (Shopify, WooCommerce)."""
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return _is_any(secrets, body, [given])


def sign(secrets: Iterable[SecretStr], timestamp: int, body: bytes) -> str:
    """The header X-Webhook-Signature of our own scheme: for each secret the hex of HMAC-SHA256 of `<timestamp>.<body>`,
    joined by commas. timestamp: seconds since 1970, as X-Webhook-Timestamp says them."""
    return ",".join(_digest(secret, _signed(str(timestamp), body)).hex() for secret in secrets)


def is_own(secrets: Iterable[SecretStr], timestamp: str, body: bytes, signature: str) -> bool:
    """Whether one of a header's signatures is `sign`'s by one of the secrets. Its age is judged by `is_fresh`."""
    given = signature.split(",")
    if len(given) > MOST_SIGNATURES or not all(_HEX.fullmatch(each) for each in given):
        return False
    return _is_any(secrets, _signed(timestamp, body), [bytes.fromhex(each) for each in given])


def is_fresh(timestamp: str, now: float) -> bool:
    """Whether a timestamp is within the tolerance. now: seconds since 1970."""
    return _SECONDS.fullmatch(timestamp) is not None and abs(int(timestamp) - now) <= TOLERANCE_SECONDS


def _signed(timestamp: str, body: bytes) -> bytes:
    return timestamp.encode("ascii", "replace") + b"." + body


def _digest(secret: SecretStr, content: bytes) -> bytes:
    return hmac.digest(secret.get_secret_value().encode(), content, hashlib.sha256)


def _is_any(secrets: Iterable[SecretStr], content: bytes, given: list[bytes]) -> bool:
    """Every pair is compared, so that the time does not tell which secret it was."""
    found = False
    for secret in secrets:
        expected = _digest(secret, content)
        for each in given:
            found |= hmac.compare_digest(expected, each)
    return found
