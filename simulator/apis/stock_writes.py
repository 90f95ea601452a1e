"""What clients have set of the stock that a channel shows, on disk before the answer: a restart forgets nothing.

`stock_writes.jsonl` in the state folder has a line for each request that was executed. A setting is kept as the
difference that it made, or, where a channel counts anew from it, as the figure: what buyers order afterwards still
counts. The truth reads them too. How an API checks a request is up to the API.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

KEY_LIVES = timedelta(hours=24)
"""How long Shopify knows an idempotency key (docs/api/usage/implementing-idempotency, as others read it)."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request that was made with an idempotency key. answer: None if it failed, so that the key is used up."""

    at: datetime
    digest: str
    answer: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Made:
    """A request. owner: the shop or seller whose stock it sets. key: '' where the API has none. at: of the protocol's
    clock. business: the world's now."""

    owner: str
    key: str
    at: datetime
    business: datetime
    digest: str


class StockWrites:
    """The executed requests of all clients. A place is what a channel counts at, as (shop, item, location)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "stock_writes.jsonl"
        self._delta: dict[tuple[str, ...], int] = defaultdict(int)
        self._figures: dict[tuple[str, ...], tuple[datetime, int]] = {}
        self._keys: dict[tuple[str, str], Keyed] = {}
        self.executed: Counter[tuple[str, ...]] = Counter()
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                self._replay(line)
        folder.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a", encoding="utf-8")

    def delta(self, *place: str) -> int:
        """By how much a place shows more than the world has it."""
        return self._delta.get(place, 0)

    def figure(self, *place: str) -> tuple[datetime, int] | None:
        """The newest figure that was set at a place, and when, by the world's clock; None: none was."""
        return self._figures.get(place)

    def known(self, owner: str, key: str, now: datetime) -> Keyed | None:
        """The request that came with a key, if the key is still known."""
        found = self._keys.get((owner, key))
        return found if found is not None and now - found.at < KEY_LIVES else None

    def execute(
        self,
        made: Made,
        changes: Iterable[tuple[tuple[str, ...], int]],
        answer: Mapping[str, Any] | None,
        figures: Iterable[tuple[tuple[str, ...], int]] = (),
    ) -> None:
        """Make changes: (place, difference) each. figures: (place, quantity) each."""
        entry = {
            "owner": made.owner,
            "key": made.key,
            "at": made.at.isoformat(),
            "business": made.business.isoformat(),
            "digest": made.digest,
            "changes": [[list(place), by] for place, by in changes],
            "figures": [[list(place), quantity] for place, quantity in figures],
            "answer": answer,
        }
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()
        self._apply(entry)

    def fail(self, made: Made) -> None:
        """Note that a request was refused and changed nothing: its key is used up."""
        self.execute(made, (), None)

    def _replay(self, line: str) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            return  # the last line of a process that was killed while writing: it was never answered
        self._apply(entry)

    def _apply(self, entry: Mapping[str, Any]) -> None:
        for place, by in entry["changes"]:
            self._delta[tuple(place)] += by
            self.executed[tuple(place)] += 1
        for place, quantity in entry.get("figures", ()):
            self._figures[tuple(place)] = datetime.fromisoformat(entry["business"]), quantity
            self.executed[tuple(place)] += 1
        if entry["key"]:
            at = datetime.fromisoformat(entry["at"])
            self._keys[entry["owner"], entry["key"]] = Keyed(at, entry["digest"], entry["answer"])


def digest_of(content: Any) -> str:
    """By which two requests are known to say the same."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
