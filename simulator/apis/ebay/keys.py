"""The key with which eBay signs its notifications: getPublicKey, and signing as eBay does it.

The key is this world's own, on P-256; the PEM of an answer stands on one line (eBay's event-notification SDKs).
"""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from simulator.apis.ebay.access import error
from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply, json_reply
from simulator.world.rng import stable_uuid


def key_id(seed: int) -> str:
    """The id of this world's key."""
    return stable_uuid("ebay key", seed)


def _key(seed: int) -> ec.EllipticCurvePrivateKey:
    digest = hashlib.sha256(f"ebay notifications {seed}".encode()).digest()
    return ec.derive_private_key(int.from_bytes(digest, "big") >> 8, ec.SECP256R1())


def signature(seed: int, body: bytes) -> str:
    """The X-EBAY-SIGNATURE of a notification's body."""
    # SHA-1 is what eBay signs with
    signed = _key(seed).sign(body, ec.ECDSA(hashes.SHA1()))  # nosec B303
    header = {"alg": "ecdsa", "kid": key_id(seed), "signature": base64.b64encode(signed).decode(), "digest": "SHA1"}
    return base64.b64encode(json.dumps(header).encode()).decode()


def public_key(call: Call, sim: Simulation) -> Reply:
    """GET /commerce/notification/v1/public_key/{kid}, by a token of the application."""
    if call.identity is None:
        return error(401, 1001, "Invalid access token", "OAuth")
    is_app, _ = call.subject
    if not is_app:
        return error(403, 1100, "Access denied. Insufficient permissions to fulfill the request.")
    if call.path_params["kid"] != key_id(sim.world.seed):
        return error(404, 195001, "The specified key id is invalid.", "API_NOTIFICATION")
    pem = _key(sim.world.seed).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return json_reply(200, {"key": pem.replace("\n", ""), "algorithm": "ECDSA", "digest": "SHA1"})
