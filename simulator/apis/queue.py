"""A queue of messages as SQS keeps one: who has received a message hides it for a while, and deletes it. No protocol is
here."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from simulator.world.rng import stable_uuid

PATH = "/000000000000/tradewind"
"""The path of the queue's address: an account and a name."""
HIDDEN_SECONDS = 30.0
"""How long a message that somebody has received is shown to nobody else, if it is not deleted."""


@dataclass(slots=True)
class Waiting:
    """A message that nobody has deleted. shown_at: from when on it can be received, by the monotonic clock."""

    message_id: str
    body: str
    shown_at: float = 0.0


class OwnQueue:
    """Messages in the order in which they were sent. Which were deleted is kept in a file, so that a process that comes
    after this one can tell the same again without anything being read twice."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "deleted_messages.txt"
        self._deleted = set(self._path.read_text().split()) if self._path.exists() else set()
        self._there: dict[str, Waiting] = {}
        self._sent: dict[str, int] = {}

    def send(self, body: str, key: str | None = None) -> str:
        """Put a message at the end, unless it was deleted before; its id. What is sent twice is there twice. key: what
        it is, if not its text."""
        number = self._sent[key or body] = self._sent.get(key or body, 0) + 1
        message_id = self._id(key or body, number)
        if message_id not in self._deleted:
            self._there[message_id] = Waiting(message_id, body)
        return message_id

    def knows(self, key: str) -> bool:
        """Whether such a message was sent, by this process or one before whose reader has deleted it."""
        return key in self._sent or self._id(key, 1) in self._deleted

    def receive(self, most: int) -> list[Waiting]:
        """The first messages that are not hidden, at most so many; they are hidden from now on."""
        now = time.monotonic()
        found = [each for each in self._there.values() if each.shown_at <= now][:most]
        for each in found:
            each.shown_at = now + HIDDEN_SECONDS
        return found

    def delete(self, handle: str) -> None:
        """Delete a message; of one that is gone nothing is said, as SQS does."""
        if self._there.pop(handle, None) is not None:
            self._deleted.add(handle)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(handle + "\n")

    def counts(self) -> tuple[int, int]:
        """How many messages wait, and how many are hidden."""
        now = time.monotonic()
        waiting = sum(each.shown_at <= now for each in self._there.values())
        return waiting, len(self._there) - waiting

    @staticmethod
    def _id(key: str, number: int) -> str:
        return stable_uuid("message", key, number)
