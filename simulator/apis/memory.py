"""What the simulator remembers of its clients between runs, and its clocks. Nothing here knows an API.

Two files in the state folder: `reports.jsonl` holds the reports that clients asked for, a line each, written before the
answer. `apify_runs.json` holds the runs that clients started; the truth reads them too. Which world the folder is of
stands in world/world_file.py.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.world.world_file import write_whole


class Clock:
    """Business time (stands still, unless live) and protocol time (runs on from it by real seconds)."""

    def __init__(self, now: datetime, *, live: bool = False, head_start: timedelta = timedelta(0)) -> None:
        self._now = now
        self._live = live
        self._start = time.monotonic() - head_start.total_seconds()

    def business(self) -> datetime:
        """The world's now (UTC)."""
        return datetime.now(UTC).replace(microsecond=0) if self._live else self._now

    def protocol(self) -> datetime:
        """The instant of created times and of the expiry of addresses (UTC)."""
        if self._live:
            return datetime.now(UTC)
        return self._now + timedelta(seconds=time.monotonic() - self._start)

    def skip(self, seconds: float) -> None:
        """Let protocol time alone go on by so much: minimum intervals pass, and the world stays as it is."""
        self._start -= seconds

    def move(self, now: datetime) -> None:
        """Put business time there; protocol time goes on from it."""
        self._now, self._live = now.astimezone(UTC), False
        self._start = time.monotonic()


@dataclass(slots=True)
class Report:
    """A report that a client asked for. `start` and `end` are as the API has them (instants, or days for Ads).

    `business` is the world's now when it was asked for; `queue` and `work` are seconds; `outcome` is what it ends as.
    """

    api: str
    owner: str
    report_id: str
    report_type: str
    created: datetime
    business: datetime
    queue: float
    work: float
    request: dict[str, Any]
    outcome: str = "normal"
    note: str = ""
    cancelled: bool = False
    cache: dict[str, Any] = field(default_factory=dict)

    def progress(self, now: datetime) -> str:
        """'queued', 'working' or 'done' at this instant of protocol time."""
        age = (now - self.created).total_seconds()
        # made in the future, because the clock was moved back: it counts as finished, so that nobody waits for ever
        if age < -1 or age >= self.queue + self.work:
            return "queued" if self.outcome == "stuck" else "done"
        return "queued" if age < self.queue or self.outcome == "stuck" else "working"


class ReportLog:
    """The reports of all clients, in memory and in `reports.jsonl`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reports.jsonl"
        self.by_key: dict[tuple[str, str, str], Report] = {}
        self.by_owner: dict[tuple[str, str], list[Report]] = {}
        if self._path.exists():
            for line in self._path.read_text().splitlines():
                self._replay(line)
        folder.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a", encoding="utf-8")

    def _replay(self, line: str) -> None:
        try:
            data = json.loads(line)
        except ValueError:
            return  # the last line of a process that was killed while writing: it was never answered
        if "cancel" in data:
            report = self.by_key.get((data["api"], data["owner"], data["cancel"]))
            if report:
                report.cancelled = True
            return
        self._remember(Report(**{**data, "created": _moment(data["created"]), "business": _moment(data["business"])}))

    def _remember(self, report: Report) -> None:
        self.by_key[(report.api, report.owner, report.report_id)] = report
        self.by_owner.setdefault((report.api, report.owner), []).append(report)

    def add(self, report: Report) -> None:
        """Keep a new report: on disk first."""
        data = {
            name: getattr(report, name) for name in Report.__dataclass_fields__ if name not in ("cache", "cancelled")
        }
        data["created"], data["business"] = report.created.isoformat(), report.business.isoformat()
        self._write(data)
        self._remember(report)

    def cancel(self, report: Report) -> None:
        """Mark a report as cancelled by its client."""
        report.cancelled = True
        self._write({"api": report.api, "owner": report.owner, "cancel": report.report_id})

    def _write(self, data: dict[str, Any]) -> None:
        self._file.write(json.dumps(data, separators=(",", ":")) + "\n")
        self._file.flush()

    def find(self, api: str, owner: str, report_id: str) -> Report | None:
        """A report by its id, of this owner only."""
        return self.by_key.get((api, owner, report_id))

    def of(self, api: str, owner: str) -> list[Report]:
        """This owner's reports, oldest first."""
        return self.by_owner.get((api, owner), [])

    def count(self) -> int:
        """How many reports were ever asked for here."""
        return len(self.by_key)

    def head_start(self, now: datetime) -> timedelta:
        """How far protocol time had run beyond business time, so that a restart does not turn it back."""
        latest = max((r.created for r in self.by_key.values() if r.business <= now), default=now)
        return max(latest - now, timedelta(0)) + timedelta(seconds=1 if latest > now else 0)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


class RunLog:
    """Apify runs that clients started, in `apify_runs.json`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "apify_runs.json"
        self.runs: list[dict[str, Any]] = json.loads(self._path.read_text()) if self._path.exists() else []

    def add(self, run: dict[str, Any]) -> None:
        """Keep a run before it is answered."""
        self.runs.append(run)
        self.save()

    def save(self) -> None:
        """Write the runs again, after one was changed."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, json.dumps(self.runs, indent=1, ensure_ascii=False) + "\n")
