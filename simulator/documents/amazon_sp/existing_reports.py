"""Reports that exist without a request of ours: another tool's daily snapshots, and settlements.

The tool has made one inventory and one listings report a day at 01:30 local time since the world began, but on a few
days before the world's first `now`. Amazon keeps reports for 90 days. A report's id says what it is, so that its
document can be made at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from simulator.documents.amazon_sp.inventory import listings_document, myi_document
from simulator.documents.amazon_sp.settlements import settlement_document
from simulator.documents.model import Document, ExistingReport
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between, local_day, midnight
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.settlements import INVOICED, listed_at, period, settlements
from simulator.world.rng import number, rng

MYI_TYPE = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
LISTINGS_TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA"
SETTLEMENT_TYPE = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
KINDS = {MYI_TYPE: "1", LISTINGS_TYPE: "2", SETTLEMENT_TYPE: "3"}
RETENTION = timedelta(days=90)
TOOL_TIME = time(1, 30)
# world days on which the tool did not run, besides some by chance
TOOL_GAPS = (13, 31)


def tool_ran(seed: int, account: SimAccount, day: date, first_now: datetime) -> bool:
    """Whether the tool made its reports on that day of the account's first marketplace."""
    first = account.stores[0]
    if day < first.start:
        return False
    if day >= local_day(first.marketplace.time_zone, first_now):
        return True
    return (day - first.start).days not in TOOL_GAPS and rng(seed, account.seller_id, "tool", day).random() >= 0.03


def tool_instant(store: SimStore, day: date) -> datetime:
    """When the tool ran on that day (UTC)."""
    return datetime.combine(day, TOOL_TIME, tzinfo=store.marketplace.zone).astimezone(UTC)


def existing_reports(seed: int, account: SimAccount, first_now: datetime, now: datetime) -> list[ExistingReport]:
    """All reports of an account that are listed at `now`, oldest first."""
    first = account.stores[0]
    result = []
    today = local_day(first.marketplace.time_zone, now)
    for day in days_between(max(first.start, today - RETENTION), today):
        created = tool_instant(first, day)
        if not now - RETENTION <= created <= now or not tool_ran(seed, account, day, first_now):
            continue
        result.append(_snapshot_report(account, MYI_TYPE, 0, day, created))
        result += [
            _snapshot_report(account, LISTINGS_TYPE, n, day, listed)
            for n in range(len(account.stores))
            if (listed := created + timedelta(minutes=2 + n)) <= now
        ]
    for n, store in enumerate(account.stores):
        index = 0
        while (created := period(seed, store, index)[2]) <= now:
            for copy, listed in listed_at(store, index, created).items():
                if now - RETENTION <= listed <= now:
                    result.append(_settlement_report(seed, account, n, index, copy, listed))
            index += 1
    return sorted(result, key=lambda report: (report.created, report.report_id))


def existing_document(
    seed: int, account: SimAccount, businesses: Sequence[StoreBusiness], report_id: str, answers: str = "all"
) -> Document:
    """The document of such a report, as it was when it was made; answers: see `World`.

    Raises KeyError for an id that is none of ours.
    """
    kind, place, what = report_id[1:2], report_id[2:4], report_id[4:11]
    if report_id != _report_id(account, kind, int(place or 0), int(what or 0)) or int(place) >= len(account.stores):
        raise KeyError(report_id)
    business = businesses[int(place)]
    if kind == KINDS[SETTLEMENT_TYPE]:
        index, copy = divmod(int(what), 10)
        made = settlements(business, period(seed, business.store, index)[2])
        return settlement_document(next(s for s in made if (s.index, s.invoiced) == (index, copy == INVOICED)))
    instant = tool_instant(account.stores[0], date.fromordinal(int(what)))
    document = (
        myi_document(businesses if answers == "all" else businesses[:1], instant)
        if kind == KINDS[MYI_TYPE]
        else listings_document(business, instant)
    )
    if document is None:
        raise KeyError(report_id)
    return document


def _report_id(account: SimAccount, kind: str, store_number: int, what: int) -> str:
    return f"5{kind}{store_number:02d}{what:07d}{number(account.seller_id, kind, digits=3):03d}"


def _snapshot_report(
    account: SimAccount, report_type: str, store_number: int, day: date, created: datetime
) -> ExistingReport:
    return ExistingReport(
        report_id=_report_id(account, KINDS[report_type], store_number, day.toordinal()),
        report_type=report_type,
        marketplace_ids=(account.stores[store_number].marketplace.marketplace_id,),
        created=created,
        start=created,
        end=created,
    )


def _settlement_report(
    seed: int, account: SimAccount, store_number: int, index: int, copy: int, created: datetime
) -> ExistingReport:
    store = account.stores[store_number]
    first, last, _ = period(seed, store, index)
    return ExistingReport(
        report_id=_report_id(account, KINDS[SETTLEMENT_TYPE], store_number, index * 10 + copy),
        report_type=SETTLEMENT_TYPE,
        marketplace_ids=(store.marketplace.marketplace_id,),
        created=created,
        start=midnight(store.marketplace.time_zone, first),
        end=midnight(store.marketplace.time_zone, last + timedelta(days=1)),
    )
