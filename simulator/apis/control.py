"""`/_sim/...`: what tests see and steer. Nothing here is part of any marketplace's API."""

from __future__ import annotations

from datetime import date

from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, json_reply
from simulator.faults.rules import FaultError, read_rules
from simulator.world.instants import iso, parse_instant


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


def _notify(call: Call, sim: Simulation) -> Reply:
    if sim.notifier is None:
        raise ValueError("There is no queue to tell: start the simulator with --queue or --sqs-queue-url.")
    body = call.json()
    if not isinstance(body, dict) or not isinstance(body.get("day"), str):
        raise ValueError('The body must be {"day": "2026-01-31"}: a marketplace day.')
    return json_reply(200, {"sent": sim.notifier.day(sim, date.fromisoformat(body["day"]))})


HANDLERS = {
    ("GET", "log"): _log,
    ("GET", "counts"): _counts,
    ("GET", "now"): _now,
    ("POST", "now"): _now,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _faults,
    ("GET", "held"): _held,
    ("POST", "release"): _release,
    ("POST", "notify"): _notify,
    ("GET", "world"): _world,
}
