"""One running simulation: the world and everything that changes around it while it is served. No HTTP here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from simulator.apis.buckets import Buckets
from simulator.apis.client_secrets import ClientSecrets
from simulator.apis.lwa_tokens import LIFETIME, Tokens
from simulator.apis.memory import Clock, Report, ReportLog, RunLog
from simulator.apis.queue import OwnQueue
from simulator.apis.recorded import Counts, Held, RequestLog
from simulator.apis.stock_writes import StockWrites
from simulator.apis.wire import Signer
from simulator.documents.rendered import DocumentCache
from simulator.faults.rules import Faults
from simulator.seeded_world import World
from simulator.world.rng import stable_uuid


class Notifier(Protocol):
    """Who tells a queue of finished reports and queries (notifications.py)."""

    def report(self, sim: Simulation, report: Report) -> None:
        """Tell of a report when it is finished."""

    def query(self, sim: Simulation, query: Report) -> None:
        """Tell of a Data Kiosk query when it is finished."""

    def day(self, sim: Simulation, day: date) -> list[str]:
        """Tell of what happened to offers, listings and stock on a marketplace day; the ids of the notifications."""

    def secret(self, message: str) -> None:
        """Tell of a new secret of the application."""

    def catch_up(self, sim: Simulation) -> None:
        """Tell of all that has happened until now and was not told yet, where that is told by itself."""


class Simulation:
    """The world with its clocks, buckets, tokens, reports, runs, faults and counters.

    time_scale: generation times are divided and buckets refilled by it, nothing else. too_soon: what a report becomes
    that is asked for again inside its type's minimum interval, 'CANCELLED' or 'FATAL'. token_lifetime: seconds.
    restricted: report types whose documents are given for a restricted data token only.
    notifier: tells a queue of reports and queries that are finished. queue: the one that is served here, if one is.
    roles: those that the application has; None: nobody asks for one, and a secret never ends by itself.
    """

    def __init__(
        self,
        world: World,
        now: datetime,
        folder: Path,
        base_url: str,
        *,
        time_scale: float = 1.0,
        faults: Iterable[Any] = (),
        live: bool = False,
        too_soon: str = "CANCELLED",
        token_lifetime: int = LIFETIME,
        restricted: Iterable[str] = (),
        notifier: Notifier | None = None,
        queue: OwnQueue | None = None,
        roles: Iterable[str] | None = None,
    ) -> None:
        self.world = world
        self.time_scale = time_scale
        self.too_soon = too_soon
        self.restricted = frozenset(restricted)
        self.roles = None if roles is None else frozenset(roles)
        self.notifier = notifier
        self.queue = queue
        self.reports = ReportLog(folder)
        self.runs = RunLog(folder)
        self.stock = StockWrites(folder)
        self.clock = Clock(now, live=live, head_start=self.reports.head_start(now))
        self.buckets = Buckets(time_scale)
        self.secrets = ClientSecrets(folder, world.client_secret, now, strict=self.roles is not None)
        self.tokens = Tokens(
            world, token_lifetime, accepts=lambda secret: self.secrets.accepts(secret, self.clock.business())
        )
        self.signer = Signer(base_url, stable_uuid("download", world.seed))
        self.documents = DocumentCache()
        self.faults = Faults(faults, seed=world.seed)
        self.log = RequestLog()
        self.counts = Counts()
        self.held: dict[int, Held] = {}
        self.held_ever = 0
        self.accounts = {account.seller_id: account for account in world.accounts}
        self.ads_profiles = {str(profile["profileId"]): profile for profile in world.profiles()}
        self.listed: dict[str, Any] = {}
        self.run_cache: Any = None
        self.shops: dict[str, Any] = {}  # what the API of a kind of shop remembers, by the kind
        self.crawled: dict[str, list[dict[str, Any]]] = {}

    def move(self, now: datetime) -> None:
        """Put the world's clock there. What was asked for before keeps the world it saw."""
        self.clock.move(now)
        self.listed.clear()
