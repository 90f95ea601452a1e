"""Apify API v2: start a run, look at it, list runs, read the items of its dataset and its input.

Shapes and statuses are Apify's (apify_openapi_bundled.json, apify-client 3.4). What a crawl finds is the world's. Runs
are not idempotent: every start that is heard makes one.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from typing import Any

from simulator.apis.apify.runs import (
    ACTOR_IDS,
    ENDED,
    USER_ID,
    Run,
    actor_name,
    all_runs,
    describe,
    find_run,
    identifier,
    read_entry,
)
from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, dump, jitter, json_reply
from simulator.faults.rules import Action
from simulator.world.instants import iso

LONGEST_WAIT = 60  # seconds that ?waitForFinish may hold an answer
A_MOMENT = 0.01  # seconds by which a sleep may end too early: the run would still be running
# (requests per second and resource, burst)
RATE, START_RATE = (60.0, 60.0), (400.0, 400.0)


def error(status: int, kind: str, message: str) -> Reply:
    """An Apify error."""
    return json_reply(status, {"error": {"type": kind, "message": message}})


def identify(call: Call, sim: Simulation) -> None:
    """Which actor, run, dataset or store this is about."""
    params = call.path_params
    call.detail = dict(params)
    call.seller = actor_name(params.get("actor", ""))
    call.report_type = call.seller
    if call.operation == "startRun":
        try:
            body = gzip.decompress(call.body) if call.headers.get("content-encoding") == "gzip" else call.body
            call.body = body
            call.subject = call.json() if body else {}
        except (BadBody, OSError, EOFError) as problem:
            call.subject = BadBody(str(problem))
        return
    key = params.get("run") or params.get("dataset") or params.get("store")
    if key:
        call.subject = find_run(sim, key)
        if call.subject:
            call.seller = call.report_type = call.subject.actor


def admit(call: Call, sim: Simulation, resource: str, rate: tuple[float, float] = RATE) -> Reply | None:
    """The answer to a request without a good token or beyond the limit of a resource; None when it may go on."""
    token = call.headers.get("authorization", "").removeprefix("Bearer ") or call.query.get("token", "")
    if not token:
        return error(401, "token-not-provided", "Authentication token was not provided")
    if token != sim.world.apify_token:
        return error(401, "user-or-token-not-found", "User was not found or authentication token is not valid")
    if not sim.buckets.take(("apify", resource), *rate):
        text = "You have exceeded the rate limit of 60 requests per second"
        answer = error(429, "rate-limit-exceeded", text)
        answer.headers["x-ratelimit-limit"] = f"{rate[0]:.0f}"
        return answer
    return None


# runs ---------------------------------------------------------------------------------------------------------------


def start_run(call: Call, sim: Simulation) -> Any:
    """POST /v2/actors/{actor}/runs: 201, and one run more each time."""
    refused = admit(call, sim, f"{call.seller}/run", START_RATE)
    if refused:
        return refused
    if isinstance(call.subject, BadBody):
        return error(400, "invalid-input", f"Input is not valid: {call.subject}")
    if "/" not in call.seller:
        return error(404, "record-not-found", f"Actor {call.seller} was not found")
    if not isinstance(call.subject, dict):
        return error(400, "invalid-input", "Input is not valid: it must be a JSON object")
    number = len(sim.runs.runs) + 1
    run_id = identifier("run", sim.world.seed, number)
    fault = call.action("fatal", "stuck_in_queue")
    entry = {
        "run_id": run_id,
        "dataset_id": identifier("dataset", run_id),
        "actor_id": call.seller,
        "input": call.subject,
        "started": iso(sim.clock.business()),
        "created": iso(sim.clock.protocol()),
        "seconds": round((20 + 40 * jitter(run_id)) / sim.time_scale, 3),
        "outcome": {"fatal": "FAILED", "stuck_in_queue": "STUCK"}[fault.kind] if fault else "SUCCEEDED",
        "reason": fault.get("reason") if fault else None,
    }
    sim.runs.add(entry)
    sim.counts.apify[(call.seller, hashlib.sha256(dump(call.subject)).hexdigest()[:16])] += 1
    call.detail["run"] = run_id
    return _after_waiting(call, sim, read_entry(entry), 201)


def get_run(call: Call, sim: Simulation) -> Any:
    """GET /v2/actor-runs/{run}: may wait for the end."""
    refused = admit(call, sim, call.path_params["run"])
    if refused:
        return refused
    if call.subject is None:
        return error(404, "record-not-found", f"Actor run with ID {call.path_params['run']} was not found")
    return _after_waiting(call, sim, call.subject, 200)


async def _after_waiting(call: Call, sim: Simulation, run: Run, status: int) -> Reply:
    text = call.query.get("waitForFinish", "0")
    seconds = min(int(text), LONGEST_WAIT) if text.isdigit() else 0
    left = (run.finished - sim.clock.protocol()).total_seconds()
    if seconds and left > 0:
        await asyncio.sleep(min(seconds, left) + A_MOMENT)
    answer = json_reply(status, {"data": describe(sim, run)})
    if status == 201:
        answer.headers["location"] = f"{sim.signer.base_url}/v2/actor-runs/{run.run_id}"
    return answer


def list_runs(call: Call, sim: Simulation) -> Reply:
    """GET /v2/actors/{actor}/runs and /v2/actor-runs: by pages, oldest first unless desc."""
    refused = admit(call, sim, f"{call.seller}/runs")
    if refused:
        return refused
    now = sim.clock.protocol()
    runs = [r for r in all_runs(sim).ordered if not call.seller or r.actor == call.seller]
    wanted = [s for s in call.query.get("status", "").split(",") if s]
    if wanted:
        runs = [r for r in runs if r.status(now) in wanted]
    desc = flag(call, "desc")
    if desc:
        runs.reverse()
    offset, limit = number(call, "offset", 0), number(call, "limit", 1000) or 1000
    page = [describe(sim, run, short=True) for run in runs[offset : offset + limit]]
    body = {"total": len(runs), "offset": offset, "limit": limit, "desc": desc, "count": len(page), "items": page}
    return json_reply(200, {"data": body})


def abort_run(call: Call, sim: Simulation) -> Reply:
    """POST /v2/actor-runs/{run}/abort."""
    refused = admit(call, sim, call.path_params["run"])
    if refused:
        return refused
    run = call.subject
    if run is None:
        return error(404, "record-not-found", f"Actor run with ID {call.path_params['run']} was not found")
    if run.entry is not None and run.status(sim.clock.protocol()) not in ENDED:
        run.entry["aborted"] = True
        sim.runs.save()
    return json_reply(200, {"data": describe(sim, run)})


def get_actor(call: Call, sim: Simulation) -> Reply:
    """GET /v2/actors/{actor}: enough to see that it is there."""
    refused = admit(call, sim, call.seller)
    if refused:
        return refused
    if call.seller not in ACTOR_IDS:
        return error(404, "record-not-found", f"Actor {call.seller} was not found")
    user, name = call.seller.split("/")
    return json_reply(200, {"data": {"id": ACTOR_IDS[call.seller], "userId": USER_ID, "username": user, "name": name}})


# storages -----------------------------------------------------------------------------------------------------------


def get_items(call: Call, sim: Simulation) -> Reply:
    """GET /v2/datasets/{dataset}/items: a bare array, paged by headers; half of the items while the run goes on."""
    refused = admit(call, sim, call.path_params["dataset"])
    if refused:
        return refused
    run = call.subject
    if run is None or call.path_params["dataset"] != run.dataset_id:
        return error(404, "record-not-found", f"Dataset {call.path_params['dataset']} was not found")
    if call.query.get("format", "json") != "json":
        return error(400, "invalid-value", "The simulator serves items as json only")
    items = spoilt(items_of(sim, run), call.action("failed_items", "captcha_items"))
    if flag(call, "clean") or flag(call, "skipEmpty"):
        items = [item for item in items if item]
    if flag(call, "clean") or flag(call, "skipHidden"):
        items = [{k: v for k, v in item.items() if not k.startswith("#")} for item in items]
    desc = flag(call, "desc")
    if desc:
        items = items[::-1]
    offset = number(call, "offset", 0)
    limit = number(call, "limit", 0) or 999_999_999_999
    page = items[offset : offset + limit]
    headers = {
        "content-type": "application/json; charset=utf-8",
        "x-apify-pagination-total": str(len(items)),
        "x-apify-pagination-offset": str(offset),
        "x-apify-pagination-count": str(len(page)),
        "x-apify-pagination-limit": str(limit),
        "x-apify-pagination-desc": "true" if desc else "false",
    }
    return Reply(200, dump(page), headers)


def items_of(sim: Simulation, run: Run) -> list[dict[str, Any]]:
    """The items that the run has found so far."""
    status = run.status(sim.clock.protocol())
    if status == "READY":
        return []
    if run.run_id not in sim.crawled:
        if len(sim.crawled) > 64:
            sim.crawled.clear()
        sim.crawled[run.run_id] = sim.world.crawl_items(run.run_input, run.at, run.run_id, run.actor)
    items = sim.crawled[run.run_id]
    return items if status == "SUCCEEDED" else items[: len(items) // 2]


def spoilt(items: list[dict[str, Any]], fault: Action | None) -> list[dict[str, Any]]:
    """The items with some of them failed, as the crawler reports that inside a run that succeeded."""
    if fault is None:
        return items
    fraction = float(fault.get("fraction", 0.2))
    step = max(1, round(1 / fraction)) if fraction > 0 else len(items) + 1
    captcha = fault.kind == "captcha_items"
    result = []
    for index, item in enumerate(items):
        if index % step:
            result.append(item)
            continue
        failed = {
            "error": "captcha" if captcha else "request_failed",
            "errorDescription": "Blocked by a captcha" if captcha else "The page could not be loaded after 5 retries",
        }
        result.append({**failed, **{k: item[k] for k in ("url", "input", "asin", "originalAsin") if k in item}})
    return result


def get_record(call: Call, sim: Simulation) -> Reply:
    """GET /v2/key-value-stores/{store}/records/INPUT: the input of a run."""
    refused = admit(call, sim, call.path_params["store"])
    if refused:
        return refused
    run = call.subject
    if (
        run is None
        or call.path_params["store"] != identifier("store", run.run_id)
        or call.path_params["key"] != "INPUT"
    ):
        return error(404, "record-not-found", "The record was not found")
    return Reply(200, dump(run.run_input), {"content-type": "application/json; charset=utf-8"})


def flag(call: Call, name: str) -> bool:
    """A boolean query parameter."""
    return call.query.get(name, "").lower() in ("1", "true")


def number(call: Call, name: str, default: int) -> int:
    """A query parameter that is a whole number, not negative."""
    text = call.query.get(name, "")
    return int(text) if text.isdigit() else default
