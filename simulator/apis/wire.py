"""What a request and an answer are inside the simulator, JSON on the wire, and signed download addresses.

Shared by every API of the simulator. No API's rules belong here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from simulator.world.instants import iso
from simulator.world.rng import stable_uuid

JSON_TYPE = "application/json"


class BadBody(ValueError):
    """A request's body is not what its content type says; the message says how."""


@dataclass(slots=True)
class Reply:
    """An answer before faults touch it: status, body as sent, headers (lower-case names)."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request, as handlers, faults and the log see it.

    `seller` is the seller id (SP-API), the profile id (Ads) or the actor (Apify); `detail` is what the log keeps of the
    parameters; `actions` are the faults drawn for this request.
    """

    api: str
    operation: str
    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    path_params: dict[str, str]
    seller: str = ""
    report_type: str = ""
    identity: Any = None
    subject: Any = None
    detail: dict[str, Any] = field(default_factory=dict)
    actions: list[Any] = field(default_factory=list)
    _query: dict[str, str] | None = None

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; a repeated one is joined by commas, as Amazon reads arrays."""
        if self._query is None:
            merged: dict[str, str] = {}
            for name, value in parse_qsl(self.query_string, keep_blank_values=True):
                merged[name] = f"{merged[name]},{value}" if name in merged else value
            self._query = merged
        return self._query

    def json(self) -> Any:
        """The body as JSON. Raises BadBody."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise BadBody(f"The request body is not JSON: {error}") from error

    def action(self, *kinds: str) -> Any | None:
        """The first fault of one of these kinds drawn for this request, or None."""
        for action in self.actions:
            if action.kind in kinds:
                return action
        return None


def dump(value: Any) -> bytes:
    """Compact UTF-8 JSON; numbers of Decimal are written as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    try:
        whole = int(value)
    except (TypeError, ValueError):
        return str(value)
    return whole if whole == value else float(value)


def json_reply(status: int, value: Any, content_type: str = JSON_TYPE, **headers: str) -> Reply:
    """An answer of JSON; header names are given with underscores."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, dump(value), {"content-type": content_type, **named})


def jitter(*parts: object) -> float:
    """A number in [0, 1) that is the same for the same parts."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


class Signer:
    """S3-like addresses that expire, built from the configured base and never from a Host header."""

    def __init__(self, base_url: str, secret: str) -> None:
        self.base_url = base_url
        self._secret = secret.encode()

    def url(self, path: str, issued: datetime, lifetime: int, **extra: str) -> str:
        """The absolute address of `path`, good for `lifetime` seconds from `issued`."""
        stamp = f"{issued.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": stamp,
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Expires": str(lifetime),
            "X-Amz-Credential": f"SIMULATOR/{stamp[:8]}/us-east-1/s3/aws4_request",
            **{name.replace("_", "-"): value for name, value in extra.items()},
        }
        query["X-Amz-Signature"] = self._signature(path, query)
        return f"{self.base_url}{path}?{urlencode(query)}"

    def problem(self, path: str, query: dict[str, str], headers: dict[str, str], now: datetime) -> Reply | None:
        """The error S3 would answer to this download, or None when the address is good."""
        if "authorization" in headers:
            message = (
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
                "parameter or the Authorization header should be specified"
            )
            return s3_error(400, "InvalidArgument", message)
        signed = {name: value for name, value in query.items() if name != "X-Amz-Signature"}
        given = query.get("X-Amz-Signature")
        if given is None:
            return s3_error(403, "AccessDenied", "Access Denied")
        if not hmac.compare_digest(given, self._signature(path, signed)):
            message = "The request signature we calculated does not match the signature you provided."
            return s3_error(403, "SignatureDoesNotMatch", message)
        issued = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        lifetime = int(query["X-Amz-Expires"])
        expires = issued + timedelta(seconds=lifetime)
        if now > expires:
            extra = f"<X-Amz-Expires>{lifetime}</X-Amz-Expires><Expires>{iso(expires)}</Expires>"
            extra += f"<ServerTime>{iso(now)}</ServerTime>"
            return s3_error(403, "AccessDenied", "Request has expired", extra)
        return None

    def _signature(self, path: str, query: dict[str, str]) -> str:
        text = path + "\n" + urlencode(sorted(query.items()))
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()


def s3_error(status: int, code: str, message: str, extra: str = "") -> Reply:
    """An error document as S3 writes it."""
    request_id = uuid.uuid4().hex[:16].upper()
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message>{extra}<RequestId>{request_id}</RequestId>"
        f"<HostId>{stable_uuid(request_id)}</HostId></Error>"
    )
    return Reply(status, text.encode(), {"content-type": "application/xml", "x-amz-request-id": request_id})
