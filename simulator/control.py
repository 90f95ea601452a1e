"""`/_sim/...`: what tests see and steer. Nothing here is part of any marketplace's API."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.faults import FaultError, read_rules
from simulator.wire import BadBody, Call, Reply, dump, iso, json_reply, parse_instant

if TYPE_CHECKING:
    from simulator.simulation import Simulation

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


def identify(call: Call, sim: Simulation) -> None:
    """Control requests belong to nobody."""


def control(call: Call, sim: Simulation) -> Reply:
    """Answer one control request; 400 with a sentence for a body that cannot be used."""
    handler = HANDLERS.get((call.method, call.path_params["name"]))
    if handler is None:
        return json_reply(404, {"error": f"There is no control {call.method} {call.path}."})
    try:
        return handler(call, sim)
    except (BadBody, FaultError, ValueError, TypeError) as problem:
        return json_reply(400, {"error": str(problem)})


def _log(call: Call, sim: Simulation) -> Reply:
    wanted = {name: call.query[name] for name in ("api", "operation", "seller") if name in call.query}
    entries = [e for e in sim.log.entries if all(e[name] == value for name, value in wanted.items())]
    return json_reply(200, entries)


def _counts(call: Call, sim: Simulation) -> Reply:
    overdrawn = [{"bucket": ".".join(key), "count": n} for key, n in sim.buckets.overdrawn.items()]
    return json_reply(200, {**sim.counts.report(), "overdrawn": overdrawn, "faults": sim.faults.report()})


def _now(call: Call, sim: Simulation) -> Reply:
    if call.method == "POST":
        body = call.json()
        if isinstance(body, dict) and isinstance(body.get("now"), str):
            sim.move(parse_instant(body["now"]))
        elif isinstance(body, dict) and isinstance(body.get("skip"), int | float):
            sim.clock.skip(body["skip"])
        else:
            raise ValueError('The body must be {"now": "2026-01-31T09:00:00Z"} or {"skip": seconds}.')
    return json_reply(200, {"now": iso(sim.clock.business()), "protocol": iso(sim.clock.protocol())})


def _faults(call: Call, sim: Simulation) -> Reply:
    if call.method == "POST":
        sim.faults.replace(read_rules(call.json()))
    return json_reply(200, sim.faults.report())


def _held(call: Call, sim: Simulation) -> Reply:
    return json_reply(200, [held.report() for held in sim.held.values()])


def _release(call: Call, sim: Simulation) -> Reply:
    body = call.json() if call.body else {}
    chosen = [h for h in list(sim.held.values()) if body.get("id") in (None, h.number)]
    for held in chosen:
        held.drop = bool(body.get("drop", False))
        held.released.set()
    return json_reply(200, {"released": [held.number for held in chosen]})


def _world(call: Call, sim: Simulation) -> Reply:
    accounts = [
        {"seller_id": a.seller_id, "region": a.region, "tenant_id": a.tenant_id, "marketplace_ids": a.marketplace_ids}
        for a in sim.world.accounts
    ]
    return json_reply(200, {"seed": sim.world.seed, "now": iso(sim.clock.business()), "accounts": accounts})


HANDLERS = {
    ("GET", "log"): _log,
    ("GET", "counts"): _counts,
    ("GET", "now"): _now,
    ("POST", "now"): _now,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _faults,
    ("GET", "held"): _held,
    ("POST", "release"): _release,
    ("GET", "world"): _world,
}
