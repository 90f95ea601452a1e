"""A thread that tells channels of the stock as soon as a webhook has news, between the rounds of Dagster.

What an order's webhook says holds its goods back at once (channels/inputs.py), so nothing has to be read or built
before the other channels are told. Which channels are told anything by themselves is said in channels.yaml.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from pipelines.channels import due
from pipelines.errors import TradewindError

if TYPE_CHECKING:
    from pipelines.channels.model import Channel
    from pipelines.channels.policies_file import Policies
    from pipelines.settings import Settings
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
READ_SECONDS = 5.0
"""How long stores.yaml and channels.yaml are believed: to read them each second would hold up webhooks."""
QUIET_SECONDS = 60.0
"""After a mistake in a file, or when the warehouse does not answer."""


@dataclass
class Telling:
    """Begins with `start`, and ends with `end` after the round that is under way."""

    settings: Settings
    warehouse: Warehouse
    _end: threading.Event = field(default_factory=threading.Event)
    _told: tuple[list[Channel], Policies] | None = None
    _read_at: float = 0.0

    def start(self) -> threading.Thread:
        """Begin; `end` ends it."""
        thread = threading.Thread(target=self._run, name="channels", daemon=True)
        thread.start()
        return thread

    def end(self) -> None:
        """Begin no further round."""
        self._end.set()

    def _run(self) -> None:
        seen, pause = self._event(), LOOK_SECONDS
        while not self._end.wait(pause):
            pause = LOOK_SECONDS
            event = self._event()
            if event is None or event == seen:
                continue
            seen = event
            try:
                self.round()
            except TradewindError as error:
                log.error("channels are not told of the stock now: %s", error)
                pause = QUIET_SECONDS
            except (psycopg.Error, OSError) as error:
                log.warning("channels are not told of the stock now (%s)", type(error).__name__)
                pause = QUIET_SECONDS

    def _event(self) -> int | None:
        """The newest webhook; None: the warehouse does not answer."""
        try:
            with self.warehouse.connect() as conn:
                return due.newest_event(conn)
        except (psycopg.Error, OSError):
            return None

    def round(self) -> None:
        """Tell what differs to the channels that are `write: on`. Raises ConfigError, SourceError."""
        from pipelines.channels import rounds

        wanted, policies = self._wanted()
        if wanted:
            send = {each.channel_id for each in wanted}
            asyncio.run(rounds.look(self.settings, self.warehouse, wanted, policies, full=False, send=send))

    def _wanted(self) -> tuple[list[Channel], Policies]:
        """The channels that are told by themselves, and by which policies. Raises ConfigError."""
        from pipelines.channels import rounds
        from pipelines.channels.policies_file import load_policies
        from pipelines.stores import load_catalog

        if self._told is None or time.monotonic() - self._read_at > READ_SECONDS:
            self._told = None
            catalog = load_catalog(self.settings)
            policies = load_policies(self.settings, catalog)
            channels = rounds.chosen(catalog, policies, None)
            told = [each for each in channels if policies.settings(each.channel_id).write == "on"]
            self._told, self._read_at = (told, policies), time.monotonic()
        return self._told
