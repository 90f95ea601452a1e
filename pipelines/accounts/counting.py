"""Requests of a tenant in the running minute and day (UTC), counted in the warehouse for all processes together.

What an answer tells of it is in the headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.accounts.refusals import Refusal

if TYPE_CHECKING:
    import psycopg

    from pipelines.accounts.plans import Limits

MINUTE, DAY = 60, 86_400


@dataclass(frozen=True, slots=True)
class Span:
    """A limit of requests. limit: how many. used: how many there were, with this one. ends_in: seconds until it begins
    anew. length: seconds."""

    name: str
    limit: int
    used: int
    ends_in: int
    length: int

    @property
    def left(self) -> int:
        """How many more there may be."""
        return max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class Rate:
    """How a tenant stands to its limits. spans: those that its plan has."""

    plan: str
    spans: tuple[Span, ...] = ()

    @property
    def tightest(self) -> Span | None:
        """The limit that is reached first."""
        return min(self.spans, key=lambda span: span.left, default=None)

    def headers(self) -> dict[str, str]:
        """What an answer tells; nothing where there is no limit."""
        if not self.spans:
            return {}
        return {
            "RateLimit-Policy": ", ".join(f'"{each.name}";q={each.limit};w={each.length}' for each in self.spans),
            "RateLimit": ", ".join(f'"{each.name}";r={each.left};t={each.ends_in}' for each in self.spans),
        }

    def check(self) -> None:
        """Raises Refusal (429) where this request is one too many."""
        full = [each for each in self.spans if each.used > each.limit]
        if not full:
            return
        longest = max(full, key=lambda span: span.ends_in)
        raise Refusal(
            429,
            "too-many-requests",
            "The plan's requests are used up",
            f"The plan `{self.plan}` allows {longest.limit:,} requests a {longest.name}. Ask again in "
            f"{longest.ends_in:,} seconds, when the next {longest.name} (UTC) has begun.",
            {**self.headers(), "Retry-After": str(longest.ends_in)},
        )


def rate_of(plan: str, limits: Limits, minute_used: int, day_used: int, now: datetime) -> Rate:
    """How a tenant stands. now: real time, UTC."""
    now = now.astimezone(UTC)
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    wanted = (
        ("minute", limits.requests_per_minute, minute_used, minute, MINUTE),
        ("day", limits.requests_per_day, day_used, day, DAY),
    )
    return Rate(
        plan,
        tuple(
            Span(name, limit, used, max(1, int((ends - now).total_seconds() + 0.999)), length)
            for name, limit, used, ends, length in wanted
            if limit is not None
        ),
    )


async def count(conn: psycopg.AsyncConnection[Any], tenant_id: str, plan: str, limits: Limits, now: datetime) -> Rate:
    """Count one request of a tenant that has limits. The connection commits by itself, and need not wait for
    the disk: after a power cut, counting begins anew."""
    values: Mapping[str, Any] = {"t": tenant_id, "m": limits.requests_per_minute, "d": limits.requests_per_day}
    cursor = await conn.execute("select * from accounts.count_request(%(t)s, %(m)s, %(d)s)", values)
    row = await cursor.fetchone()
    assert row is not None
    return rate_of(plan, limits, row[0], row[1], now)
