"""What an up-to-date platform may know at an instant: which days have ended, which snapshots and crawls there are.

A report of a day can be had once the day has ended in its marketplace and the feed's latency has passed; restatements
become visible as long after local midnights. Orders are known at once, through the report of what changed today.
Nothing of a mart is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property

from simulator.documents.amazon_sp.existing_reports import RETENTION, tool_instant, tool_ran
from simulator.documents.apify.items import wanted
from simulator.seeded_world import World
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import PUBLISHED_AFTER, days_between, local_day, midnight
from simulator.world.model import SimAccount, SimStore
from simulator.world.money import exchange_rates
from simulator.world.publishing import Timing

ORDERS_LATENCY = timedelta(minutes=30)
REPORT_LATENCY = PUBLISHED_AFTER
ADS_HISTORY_DAYS = 94


@dataclass(frozen=True, slots=True)
class Crawl:
    """A run that succeeded: the business instant it stands for, and what it looked at, by country."""

    at: datetime
    asins: Mapping[str, frozenset[str]]
    keywords: Mapping[str, frozenset[str]]


class Known:
    """A world at `now`, with the crawls that Tradewind started there (entries of apify_runs.json) and the stock that it
    has set at channels (lines of stock_writes.jsonl); it `stood` at instants before, and Tradewind ran each time."""

    def __init__(
        self,
        world: World,
        now: datetime,
        started_runs: Iterable[Mapping] = (),
        stood: Iterable[datetime] = (),
        stock_writes: Iterable[Mapping] = (),
    ) -> None:
        self.world = world
        self.now = now
        self._stood = (world.first_now, *stood, now)
        self._started = tuple(started_runs)
        self._stock_writes = tuple(stock_writes)

    def stores(self, *, configured_only: bool) -> Iterator[tuple[SimAccount, SimStore, StoreBusiness]]:
        """The stores with API access (or also the buckets of unconfigured marketplaces), simulated up to now."""
        for account in self.world.accounts:
            for store in account.stores:
                if store.configured or not configured_only:
                    yield account, store, self.world.business(store).until(self.now)

    def tells_stock(self, store: SimStore) -> bool:
        """Whether reports of FBA inventory tell of a store: of one that is not configured only beside others."""
        return store.configured or self.world.answers == "all"

    def runs(self) -> Iterator[Known]:
        """What was known at each instant at which Tradewind ran, oldest first, this one included."""
        for at in sorted({at for at in self._stood if at <= self.now}):
            yield Known(self.world, at, self._started, (each for each in self._stood if each < at), self._stock_writes)

    def stock_set(self, *place: str, until: datetime) -> int:
        """By how much a channel shows more at a place (shop, item, location) than the world has it, because Tradewind
        has set it before that instant of the world's clock."""
        return sum(
            by
            for write in self._stock_writes
            if datetime.fromisoformat(write["business"]) < until
            for where, by in write["changes"]
            if tuple(where) == place
        )

    def figure_set(self, *place: str, until: datetime) -> tuple[datetime, int] | None:
        """When Tradewind has last set a place, before that instant of the world's clock, and to what; None: never.

        It is of channels that count anew from then on."""
        found = [
            (at, quantity)
            for write in self._stock_writes
            if (at := datetime.fromisoformat(write["business"])) < until
            for where, quantity in write.get("figures", ())
            if tuple(where) == place
        ]
        return found[-1] if found else None

    def zone(self, account: SimAccount) -> str:
        """The time zone of an account's days: that of its first store by store_id."""
        return account.configured_stores[0].marketplace.time_zone

    def today(self, account: SimAccount) -> date:
        """The account's running day."""
        return local_day(self.zone(account), self.now)

    def days_of_runs(self, zone: str) -> set[date]:
        """The days in a zone on which Tradewind ran: those of the snapshots that no other tool asked for."""
        return {local_day(zone, at) for at in self._stood if at <= self.now}

    def first_asked(self, zone: str, day: date, timing: Timing) -> datetime:
        """When Tradewind ran first with a day as old as it is for a report now: then it was asked for last."""
        age = timing.age(zone, day, self.now)
        return next(at for at in self._stood if timing.age(zone, day, at) == age)

    def ended(self, account: SimAccount, latency: timedelta) -> list[date]:
        """The days since history began that have ended at least `latency` ago."""
        start, today = account.configured_stores[0].start, self.today(account)
        days = days_between(start, today - timedelta(days=1))
        if days and midnight(self.zone(account), today) + latency > self.now:
            days.pop()
        return days

    def ads_days(self, account: SimAccount) -> list[date]:
        """The ended days that the Ads API had when history was first fetched."""
        first = local_day(self.zone(account), self.world.first_now) - timedelta(days=ADS_HISTORY_DAYS)
        return [day for day in self.ended(account, REPORT_LATENCY) if day >= first]

    def snapshot_days(self, account: SimAccount) -> list[date]:
        """The days of which there is an inventory and a listings snapshot: the other tool's, or today's."""
        today, oldest = self.today(account), self.world.first_now - RETENTION
        return [
            day
            for day in days_between(account.configured_stores[0].start, today)
            if day == today
            or (
                tool_ran(self.world.seed, account, day, self.world.first_now)
                and tool_instant(account.stores[0], day) >= oldest
            )
        ]

    @cached_property
    def crawls(self) -> list[Crawl]:
        """All runs that succeeded by now, past ones and Tradewind's own, oldest first."""
        runs = [(crawl.started, crawl.run_input) for crawl in self.world.past_crawls(self.now)]
        for entry in self._started:
            if entry.get("outcome", "SUCCEEDED") == "SUCCEEDED" and not entry.get("aborted"):
                runs.append((datetime.fromisoformat(entry["started"].replace("Z", "+00:00")), entry["input"]))
        result = []
        for at, run_input in sorted(runs, key=lambda run: run[0]):
            asins: dict[str, set[str]] = {}
            keywords: dict[str, set[str]] = {}
            for want in wanted(run_input):
                if want.marketplace is not None:
                    into, name = (keywords, want.keyword) if want.keyword else (asins, want.asin)
                    into.setdefault(want.marketplace.country, set()).add(name)
            if at <= self.now:
                frozen = [{place: frozenset(names) for place, names in found.items()} for found in (asins, keywords)]
                result.append(Crawl(at, *frozen))
        return result

    def crawled(self, store: SimStore) -> dict[date, frozenset[str]]:
        """Marketplace day -> the ASINs that were looked at on it, since the store's history began."""
        days: dict[date, frozenset[str]] = {}
        for crawl in self.crawls:
            names = crawl.asins.get(store.marketplace.country, frozenset())
            day = local_day(store.marketplace.time_zone, crawl.at)
            if names and day >= store.start:
                days[day] = days.get(day, frozenset()) | names
        return dict(sorted(days.items()))

    def searched(self, store: SimStore) -> dict[date, frozenset[str]]:
        """Marketplace day -> the keywords whose results were looked at on it, since the store's history began."""
        days: dict[date, frozenset[str]] = {}
        for crawl in self.crawls:
            names = crawl.keywords.get(store.marketplace.country, frozenset())
            day = local_day(store.marketplace.time_zone, crawl.at)
            if names and day >= store.start:
                days[day] = days.get(day, frozenset()) | names
        return dict(sorted(days.items()))

    def reporting(self, tenant_id: str, currency: str | None, day: date) -> tuple[str, Decimal | None, date | None]:
        """(reporting currency, rate into it, the rate's day) for a day; rate and day None where there is none."""
        quote = self.world.tenants[tenant_id].reporting_currency
        if currency is None:
            return quote, None, None
        found = exchange_rates.last_rate(
            self.world.seed, currency, quote, day, self.world.fx_first_day, self.now.date()
        )
        return (quote, *found) if found else (quote, None, None)


def converted(amount: Decimal, rate: Decimal | None) -> Decimal | None:
    """An amount at a rate, four places, half away from zero."""
    return None if rate is None else (amount * rate).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def why_not_whole(*reasons: str | None) -> str | None:
    """What is missing in a row's amounts; None where nothing is."""
    return "; ".join(reason for reason in reasons if reason) or None


def no_rate(fx_date: date | None, currency: str, reporting_currency: str) -> str | None:
    """That amounts cannot be converted, if so."""
    return None if fx_date else f"no exchange rate from {currency} to {reporting_currency}"


def rounded(value: Fraction, places: int) -> Decimal:
    """A fraction rounded half away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Part by whole, six places; None when there is no whole."""
    return rounded(Fraction(part) / Fraction(whole), 6) if whole else None
