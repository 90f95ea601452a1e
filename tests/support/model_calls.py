"""An account of calls of a model in memory, for tests that have no warehouse; the warehouse's is tested by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.insights.model.calls import Desk, Outcome, Question, Spent


@dataclass
class Call:
    """A call as it was written down. counted: USD."""

    question: Question
    counted: Decimal
    outcome: str = "asked"
    reason: str | None = None


@dataclass
class CallsInMemory:
    """calls: in the order in which they were made. answers: by the question's hash."""

    calls: list[Call] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    @contextlib.contextmanager
    def at(self, question: Question) -> Iterator[Desk]:
        yield _Desk(self, question)

    def counted(self, tenant_id: str) -> Decimal:
        return sum((call.counted for call in self.calls if call.question.tenant_id == tenant_id), Decimal(0))


@dataclass
class _Desk:
    book: CallsInMemory
    question: Question

    def kept(self) -> str | None:
        return self.book.answers.get(self.question.hash())

    def reserve(self, expected: Decimal, budget: Decimal) -> bool:
        if self.book.counted(self.question.tenant_id) + expected > budget:
            return False
        self.book.calls.append(Call(self.question, expected))
        return True

    def settle(self, spent: Spent, outcome: Outcome, reason: str | None = None, answer: str | None = None) -> None:
        call = self.book.calls[-1]
        call.outcome, call.reason = outcome, reason
        call.counted = call.counted if spent.counted is None else spent.counted
        if answer is not None:
            self.book.answers[self.question.hash()] = answer
