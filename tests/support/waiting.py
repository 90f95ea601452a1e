"""A queue of notifications in this process: messages are shown again until they are deleted, as SQS does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pipelines.sources.transport.sqs import Message


class FakeQueue:
    """In the place of `transport.sqs.Queue`; a message that is received is hidden until `show_again`."""

    name = "fake"

    def __init__(self) -> None:
        self._waiting: list[Message] = []
        self._hidden: list[Message] = []
        self._sent = 0

    def send(self, body: Any) -> None:
        self._sent += 1
        text = body if isinstance(body, str) else json.dumps(body)
        self._waiting.append(Message(f"m-{self._sent}", text, f"h-{self._sent}"))

    def receive(self) -> list[Message]:
        found, self._waiting = self._waiting[:10], self._waiting[10:]
        self._hidden += found
        return found

    def delete(self, messages: Sequence[Message]) -> None:
        gone = {each.handle for each in messages}
        self._hidden = [each for each in self._hidden if each.handle not in gone]

    def show_again(self) -> None:
        self._waiting, self._hidden = [*self._hidden, *self._waiting], []

    @property
    def left(self) -> list[str]:
        return [each.body for each in (*self._waiting, *self._hidden)]
