"""What is noted while requests are served: the log, the counts, and the answers that are held back.

How tests read and release them is decided in control.py.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from simulator.apis.wire import Call, dump

LOG_LENGTH = 50_000


class RequestLog:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self.entries: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)

    def add(self, time: str, call: Call, status: int | None) -> None:
        """Note a finished request; status None: the connection was cut."""
        self.entries.append({
            "time": time,
            "api": call.api,
            "operation": call.operation,
            "seller": call.seller,
            "path": call.path,
            "detail": call.detail,
            "faults": [action.kind for action in call.actions],
            "status": status,
        })  # fmt: skip


class Counts:
    """How often each thing that must not be asked for twice was asked for, and took effect."""

    def __init__(self) -> None:
        self.sp: Counter[tuple[Any, ...]] = Counter()
        self.ads: Counter[tuple[Any, ...]] = Counter()
        self.kiosk: Counter[tuple[str, str, str]] = Counter()
        self.apify: Counter[tuple[str, str]] = Counter()
        self.requests: Counter[str] = Counter()

    def sp_created(self, seller: str, report_type: str, request: dict[str, Any]) -> None:
        """A report was created."""
        options = tuple(sorted(request["options"].items()))
        self.sp[(seller, report_type, tuple(request["marketplaces"]), request["start"], request["end"], options)] += 1

    def ads_created(self, profile: str, body: dict[str, Any]) -> None:
        """An Ads report was created."""
        config = body["configuration"]
        key = (profile, config["reportTypeId"], body["startDate"], body["endDate"], dump(config).decode())
        self.ads[key] += 1

    def report(self) -> dict[str, Any]:
        """Everything, as JSON lists."""
        sp_fields = ("seller", "report_type", "marketplace_ids", "start", "end", "options")
        ads_fields = ("profile", "report_type", "start", "end")
        return {
            "createReport": [
                {**dict(zip(sp_fields, key, strict=True)), "options": dict(key[-1]), "count": n}
                for key, n in self.sp.items()
            ],
            "ads_createReport": [
                {**dict(zip(ads_fields, key[:4], strict=True)), "configuration": key[4], "count": n}
                for key, n in self.ads.items()
            ],
            "createQuery": [
                {**dict(zip(("seller", "query", "paginationToken"), key, strict=True)), "count": n}
                for key, n in self.kiosk.items()
            ],
            "apify_start": [{"actor": actor, "input": digest, "count": n} for (actor, digest), n in self.apify.items()],
            "requests": dict(self.requests),
        }


@dataclass
class Held:
    """A request whose answer is kept back."""

    number: int
    when: str
    call: Call
    released: asyncio.Event = field(default_factory=asyncio.Event)
    drop: bool = False
    client_gone: bool = False

    def report(self) -> dict[str, Any]:
        """As /_sim/held lists it."""
        return {
            "id": self.number,
            "when": self.when,
            "api": self.call.api,
            "operation": self.call.operation,
            "seller": self.call.seller,
            "report_type": self.call.report_type,
            "detail": self.call.detail,
            "client_gone": self.client_gone,
        }
