"""The account of every call of a model, in the warehouse: `insights.model_calls`, and answers in `ops.model_answers`.

A call is written down before it is made, with the most that it can cost, and settled when its answer is there. So a
process that is killed forgets nothing that it may have spent, and processes that run at once keep one budget together.
What is the same question to the same model is answered from what is kept. Prices are in `prices.py`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import psycopg

    from pipelines.warehouse.connection import Warehouse

Outcome = Literal["shown", "refused", "failed"]

# Calendar months of UTC, by the database's clock: all machines of a warehouse agree on them, and a business clock that
# stands still (TRADEWIND_NOW) does not stop the month.
_SPENT = """
    select coalesce(sum(cost_counted_usd), 0) from insights.model_calls
    where tenant_id = %(tenant_id)s
        and called_at >= date_trunc('month', clock_timestamp() at time zone 'UTC') at time zone 'UTC'
"""
_SPENT_TODAY = """
    select coalesce(sum(cost_counted_usd), 0) from insights.model_calls
    where tenant_id = %(tenant_id)s and called_at >= date_trunc('day', clock_timestamp(), 'UTC')
"""
_RESERVE = """
    insert into insights.model_calls (tenant_id, store_id, kind, day, model, prompt_version, facts_hash,
        cost_counted_usd, outcome)
    values (%(tenant_id)s, %(store_id)s, %(kind)s, %(day)s, %(model)s, %(prompt_version)s, %(facts_hash)s,
        %(expected)s, 'asked')
    returning call_id
"""
_SETTLE = """
    update insights.model_calls set tokens_in = %(tokens_in)s, tokens_out = %(tokens_out)s, cost_usd = %(cost_usd)s,
        cost_counted_usd = coalesce(%(counted)s, cost_counted_usd), outcome = %(outcome)s, reason = %(reason)s,
        settled_at = clock_timestamp()
    where store_id = %(store_id)s and call_id = %(call_id)s
"""
_KEEP = """
    insert into ops.model_answers (tenant_id, question_hash, call_id, answer)
    values (%(tenant_id)s, %(question_hash)s, %(call_id)s, %(answer)s)
    on conflict (tenant_id, question_hash) do update set (call_id, answer) = (excluded.call_id, excluded.answer)
"""
_KEPT = "select answer from ops.model_answers where tenant_id = %(tenant_id)s and question_hash = %(question_hash)s"


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked. messages: (role, text). options: of the request, where they bear upon the answer."""

    tenant_id: str
    store_id: str
    kind: str
    day: date
    model: str
    prompt_version: str
    facts_hash: str
    messages: Sequence[tuple[str, str]]
    options: Mapping[str, Any]

    def hash(self) -> str:
        """The SHA-256 of model, options and messages: all that an answer can depend on."""
        content = json.dumps([self.model, dict(self.options), [list(each) for each in self.messages]], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Spent:
    """What a call came to. cost_usd: None where the price is not known. counted: what budgets count, in USD; None: all
    that was reserved, because nobody knows."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal | None = None
    counted: Decimal | None = None


class Desk(Protocol):
    """Where one question is accounted for, while nobody else asks the same."""

    def kept(self) -> str | None:
        """What the model has answered before; None if it was not asked, or did not answer."""

    def reserve(self, expected: Decimal, budget: Decimal) -> bool:
        """Write the call down with the most that it can cost. False, and nothing is written, if the tenant's month
        does not have that much left of its budget, or the day of what the plan allows. USD."""

    def settle(self, spent: Spent, outcome: Outcome, reason: str | None = None, answer: str | None = None) -> None:
        """Write down what came of the call. answer: kept for the next time."""


class Desks(Protocol):
    """Opens desks; the warehouse's is `Calls`."""

    def at(self, question: Question) -> contextlib.AbstractContextManager[Desk]:
        """The desk for a question, closed at the end of the block."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The account in a warehouse. of_day: tenant -> the most that its calls may cost in a day of UTC, in USD, as its
    plan says; None: as much as its month allows."""

    warehouse: Warehouse
    of_day: Callable[[str], Decimal | None] = lambda _: None

    @contextlib.contextmanager
    def at(self, question: Question) -> Iterator[Desk]:
        """The desk for a question. It waits while another process asks the same question, whose answer is then kept."""
        with self.warehouse.connect(autocommit=True) as conn:
            conn.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (f"tradewind.model.{question.hash()}",))
            yield _Desk(conn, question, self.of_day(question.tenant_id))


class _Desk:
    def __init__(self, conn: psycopg.Connection, question: Question, of_day: Decimal | None) -> None:
        self._conn = conn
        self._of_day = of_day
        self._values: dict[str, Any] = {
            **{name: getattr(question, name) for name in ("tenant_id", "store_id", "kind", "day", "model")},
            "prompt_version": question.prompt_version,
            "facts_hash": question.facts_hash,
            "question_hash": question.hash(),
        }

    def kept(self) -> str | None:
        row = self._conn.execute(_KEPT, self._values).fetchone()
        return row[0] if row else None

    def reserve(self, expected: Decimal, budget: Decimal) -> bool:
        with self._conn.transaction():
            # without it, two processes would both find the same money left
            self._conn.execute(
                "select pg_advisory_xact_lock(hashtextextended(%s, 0))",
                (f"tradewind.model_budget.{self._values['tenant_id']}",),
            )
            if spent_this_month(self._conn, self._values["tenant_id"]) + expected > budget:
                return False
            if self._of_day is not None and self._spent_today() + expected > self._of_day:
                return False
            row = self._conn.execute(_RESERVE, {**self._values, "expected": expected}).fetchone()
            self._values["call_id"] = row[0] if row else None
        return True

    def _spent_today(self) -> Decimal:
        row = self._conn.execute(_SPENT_TODAY, self._values).fetchone()
        return Decimal(row[0]) if row else Decimal(0)

    def settle(self, spent: Spent, outcome: Outcome, reason: str | None = None, answer: str | None = None) -> None:
        values = {
            **self._values,
            "tokens_in": spent.tokens_in,
            "tokens_out": spent.tokens_out,
            "cost_usd": spent.cost_usd,
            "counted": spent.counted,
            "outcome": outcome,
            "reason": reason and _storable(reason),
            "answer": None if answer is None else _storable(answer),
        }
        with self._conn.transaction():
            self._conn.execute(_SETTLE, values)
            if answer is not None:
                self._conn.execute(_KEEP, values)


def _storable(text: str) -> str:
    """The text without what Postgres does not take: NUL, and halves of characters."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def spent_this_month(conn: psycopg.Connection, tenant_id: str) -> Decimal:
    """What a tenant's calls of this calendar month (UTC) count for its budget, in USD. What was reserved for calls that
    have not come back is in it."""
    row = conn.execute(_SPENT, {"tenant_id": tenant_id}).fetchone()
    return Decimal(row[0]) if row else Decimal(0)
