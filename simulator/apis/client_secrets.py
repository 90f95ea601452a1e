"""The secret of the SP-API application: how long it is good for, and what becomes of it when it is rotated.

A new one is good for 180 days, the one before it for seven more (developer-docs, rotating your app's LWA credentials).
Times are the world's. Who may ask for a rotation, and who is told of it, is in amazon_sp/applications.py.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.world.instants import iso, parse_instant
from simulator.world.rng import stable_uuid

GOOD_FOR = timedelta(days=180)
OLD_GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rotated:
    """A secret and when it ends, the one before it and when that ends; instants are ISO 8601. number: of rotations."""

    secret: str
    ends: str
    old_secret: str = ""
    old_ends: str = ""
    number: int = 0

    @property
    def shown(self) -> tuple[str, str]:
        """What Seller Central shows: the secret, and the day before which it must be rotated."""
        return self.secret, self.ends[:10]


class ClientSecrets:
    """The secrets of one application, kept in a file of the state folder once they were rotated.

    first: the secret of before the first rotation, which was made at `made`. strict: an old secret is refused when its
    180 days have passed.
    """

    def __init__(self, folder: Path, first: str, made: datetime, *, strict: bool = False) -> None:
        self._path = folder / "client_secret.json"
        self._strict = strict
        kept: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}
        self._now = Rotated(**kept) if kept else Rotated(first, iso(made + GOOD_FOR))

    @property
    def newest(self) -> Rotated:
        """The secret that is good now, and the one before it."""
        return self._now

    def accepts(self, secret: str, now: datetime) -> bool:
        """Whether an application that gives this secret is let in."""
        known = self._now
        if secret == known.secret:
            return not self._strict or now < parse_instant(known.ends)
        return bool(known.old_secret) and secret == known.old_secret and now < parse_instant(known.old_ends)

    def rotate(self, now: datetime) -> Rotated:
        """Make a new secret. The one before it ends in seven days, and whatever was before that at once."""
        number = self._now.number + 1
        made = f"amzn1.oa2-cs.v1.{stable_uuid('rotated', self._now.secret, number).replace('-', '')}"
        self._now = Rotated(made, iso(now + GOOD_FOR), self._now.secret, iso(now + OLD_GOOD_FOR), number)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600)
        self._path.write_text(json.dumps(asdict(self._now)), encoding="utf-8")
        return self._now
