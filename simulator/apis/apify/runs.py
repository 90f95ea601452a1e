"""Apify runs: those of the account's past and those that clients started, and how the API describes them. No HTTP."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulator.apis.simulation import Simulation
from simulator.apis.wire import dump
from simulator.world.instants import iso, parse_instant

ACTOR_IDS = {"junglee/amazon-crawler": "BG3WDrGdteHgZgbPK", "epctex/amazon-scraper": "5Y2tHdUwzGqPDXnSm"}
USER_ID = "sim7sT5jcggjjA9fN"
BUILD_ID = "simBuild5jcggjjA9"
ENDED = ("SUCCEEDED", "FAILED", "TIMED-OUT", "ABORTED")


@dataclass(slots=True)
class Run:
    """An actor run: of the account's past, or started by a client. `at` is the world's instant that it saw."""

    run_id: str
    dataset_id: str
    actor: str
    run_input: dict[str, Any]
    at: datetime
    started: datetime
    finished: datetime
    outcome: str = "SUCCEEDED"
    entry: dict[str, Any] | None = None

    def status(self, now: datetime) -> str:
        """READY, RUNNING, or how it ended."""
        if self.entry and self.entry.get("aborted"):
            return "ABORTED"
        if now >= self.finished:
            return "READY" if self.outcome == "STUCK" else self.outcome
        return (
            "READY"
            if self.outcome == "STUCK" or now - self.started < (self.finished - self.started) / 10
            else "RUNNING"
        )


def actor_name(text: str) -> str:
    """`user/name` of an actor given as `user~name`, `user/name` or by its id."""
    by_id = {actor_id: name for name, actor_id in ACTOR_IDS.items()}
    return by_id.get(text, text.replace("~", "/"))


def actor_id(name: str) -> str:
    """The id of an actor."""
    return ACTOR_IDS.get(name) or identifier("actor", name)


def identifier(*parts: object) -> str:
    """An id as Apify's look: 17 letters and digits, the same for the same parts."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=17).digest()
    return "".join(alphabet[byte % len(alphabet)] for byte in digest)


@dataclass(slots=True)
class Runs:
    """Past crawls and started runs, oldest first; `by_id` also knows them by dataset and key-value store."""

    key: tuple[datetime, int]
    ordered: list[Run]
    by_id: dict[str, Run]


def all_runs(sim: Simulation) -> Runs:
    """The runs there are, gathered again only when time has moved or a run was started."""
    key = (sim.clock.business(), len(sim.runs.runs))
    if sim.run_cache is None or sim.run_cache.key != key:
        past = [
            Run(c.run_id, c.dataset_id, c.actor_id, c.run_input, c.started, c.started, c.finished)
            for c in sim.world.past_crawls(key[0])
        ]
        ordered = sorted([*past, *map(read_entry, sim.runs.runs)], key=lambda run: (run.started, run.run_id))
        by_id = {i: run for run in ordered for i in (run.run_id, run.dataset_id, identifier("store", run.run_id))}
        sim.run_cache = Runs(key, ordered, by_id)
    return sim.run_cache


def read_entry(entry: dict[str, Any]) -> Run:
    """A run from its entry in apify_runs.json."""
    begun = parse_instant(entry["created"])
    return Run(
        entry["run_id"],
        entry["dataset_id"],
        entry["actor_id"],
        entry["input"],
        parse_instant(entry["started"]),
        begun,
        begun + timedelta(seconds=entry["seconds"]),
        entry["outcome"],
        entry,
    )


def find_run(sim: Simulation, key: str) -> Run | None:
    """A run by its id, or by the id of its dataset or key-value store."""
    return all_runs(sim).by_id.get(key)


def describe(sim: Simulation, run: Run, *, short: bool = False) -> dict[str, Any]:
    """The Run object (short: as in lists)."""
    status = run.status(sim.clock.protocol())
    ended = status in ENDED
    seconds = (run.finished - run.started).total_seconds()
    body: dict[str, Any] = {
        "id": run.run_id,
        "actId": actor_id(run.actor),
        "userId": USER_ID,
        "actorTaskId": None,
        "startedAt": iso(run.started, millis=True),
        "finishedAt": iso(run.finished, millis=True) if ended else None,
        "status": status,
        "meta": {"origin": "API", "userAgent": "ApifyClient"},
        "buildId": BUILD_ID,
        "buildNumber": "0.1.57",
        "usageTotalUsd": usage(run) if ended else 0.0,
        "defaultKeyValueStoreId": identifier("store", run.run_id),
        "defaultDatasetId": run.dataset_id,
        "defaultRequestQueueId": identifier("queue", run.run_id),
    }
    if short:
        return body
    return {
        **body,
        "statusMessage": status_message(run, status),
        "isStatusMessageTerminal": ended,
        "stats": {
            "inputBodyLen": len(dump(run.run_input)),
            "migrationCount": 0,
            "rebootCount": 0,
            "restartCount": 0,
            "resurrectCount": 0,
            "durationMillis": int(seconds * 1000) if ended else 0,
            "runTimeSecs": seconds if ended else 0.0,
            "metamorph": 0,
            "computeUnits": round(seconds / 3600, 4) if ended else 0.0,
        },
        "options": {"build": "latest", "timeoutSecs": 3600, "memoryMbytes": 1024, "diskMbytes": 2048},
        "exitCode": {"SUCCEEDED": 0, "FAILED": 1}.get(status),
        "generalAccess": "FOLLOW_USER_SETTING",
    }


def usage(run: Run) -> float:
    """What a run costs, USD: something for its start, and as much for each page that it was told to crawl."""
    pages = run.run_input.get("categoryOrProductUrls") or run.run_input.get("startUrls") or ()
    return round(0.001 + 0.002 * len(pages), 4)


def status_message(run: Run, status: str) -> str:
    """What the actor says of itself."""
    if status == "FAILED":
        return str((run.entry or {}).get("reason") or "The Actor process failed: too many requests were blocked.")
    return {"READY": "Waiting for a free slot.", "RUNNING": "Crawling."}.get(status, "Finished.")
