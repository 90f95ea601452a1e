"""`compare_periods`: a figure of one period beside that of an earlier one, with the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pipelines.assistant.answers import Answer, Coverage, both_covered, days_of, figure, one_currency, paged, signed
from pipelines.assistant.arguments import Against, By, Currency, Days, Filters, MetricName, Page, Stores
from pipelines.assistant.caller import Caller, chosen, today_of
from pipelines.assistant.figures import checked, formula_of
from pipelines.assistant.metrics import PERIODS, title
from pipelines.assistant.periods import pair_of, parse
from pipelines.assistant.refusals import Refusal
from pipelines.assistant.tools.metric import Told, in_reporting, named_rows, tell, unit_text


def compare_periods(
    caller: Caller,
    metric: MetricName,
    period: Days = "last 7 days",
    compared_with: Against = "previous",
    by: By = None,
    stores: Stores = None,
    filters: Filters = None,
    currency: Currency = None,
    page: Page = 0,
) -> Answer:
    """A figure of a period beside that of an earlier one: the change, and the change in percent (of a figure in
    percent: in percentage points); in all, or by store, sku, asin, campaign, the largest changes first. Where days are
    missing in either period no change is told.

    Raises Refusal and Refused for what is not known or would add up wrongly.
    """
    with caller.reading() as conn:
        known = chosen(caller, conn, stores)
        today = today_of(known, caller.now())
        now, before = pair_of(parse(period, today=today), compared_with, today=today)
        money = in_reporting(currency)
        asked = [checked(metric, known, days, by or (), filters, money) for days in (now, before)]
        if asked[0].metric.is_now:
            raise Refusal(f"{asked[0].metric.name} tells how things are now; of earlier days ask for stock_at_day_end.")
        if steps := [each for each in asked[0].by if each in PERIODS]:
            raise Refusal(f"Two periods are compared as wholes. Leave {steps[0]} out of `by`, or use ask_metric.")
        after, earlier = (tell(conn, each, caller) for each in asked)
        is_whole = not (_lacks(after.coverage) or _lacks(earlier.coverage))
        rows = list(joined(named_rows(conn, after), named_rows(conn, earlier), after, is_whole))
    unit = asked[0].metric.unit
    notes = [*after.notes, *earlier.notes]
    if not is_whole:
        notes.insert(0, "Days are missing in one of the periods, so no change is told.")
    if now.days != before.days and not (now.is_month and before.is_month):
        notes.insert(0, f"The periods differ in length: {now.days} and {before.days} days.")
    answer = Answer(
        says=_says(after, earlier, is_whole),
        unit=unit,
        currency=one_currency([*after.rows, *earlier.rows]) if after.source.currency else None,
        period=days_of(now),
        compared_with=days_of(before),
        coverage=both_covered(after.coverage, earlier.coverage),
        freshness=after.freshness,
        notes=notes,
        formula=formula_of(after.source),
    )
    return paged(answer, rows, page)


def joined(
    after: list[dict[str, Any]], earlier: list[dict[str, Any]], told: Told, is_whole: bool
) -> Iterator[dict[str, Any]]:
    """The rows of both periods by what they are of, the largest change first. A group without rows in one period has no
    figure there; what is counted or paid is 0 then."""
    unit = told.wanted.metric.unit
    names = (*told.source.group, "currency")
    pairs: dict[tuple[Any, ...], list[dict[str, Any] | None]] = {}
    for place, rows in enumerate((after, earlier)):
        for row in rows:
            pairs.setdefault(tuple(row[name] for name in names), [None, None])[place] = row
    adds = len(told.source.columns) == 1 and unit in ("money", "units", "count") and told.source.group
    nothing = Decimal(0) if adds else None
    found = []
    for one, other in pairs.values():
        value, was = (nothing if row is None else row["value"] for row in (one, other))
        change = value - was if is_whole and value is not None and was is not None else None
        found.append((one or other or {}, value, was, change))
    found.sort(key=lambda each: (each[3] is None, -abs(each[3] or 0), str([each[0][name] for name in names])))
    for row, value, was, change in found:
        currency = row["currency"]
        yield {
            **{name: item for name, item in row.items() if name not in ("value", "currency", "left_out")},
            "value": figure(value, unit, currency),
            "before": figure(was, unit, currency),
            **changed(change, was, unit, currency),
            "currency": currency,
        }


def changed(change: Decimal | None, was: Decimal | None, unit: str, currency: str | None) -> Mapping[str, Any]:
    """The change of a figure in its unit, and in percent of what it was; of percents in points only."""
    if change is None:
        return {}
    if unit == "percent":
        return {"change_points": figure(change, unit)}
    percent = figure(change / abs(was) * 100, "percent") if was else None
    return {"change": figure(change, unit, currency), "change_percent": percent}


def _says(after: Told, earlier: Told, is_whole: bool) -> str:
    wanted, unit = after.wanted, after.wanted.metric.unit
    name = title(wanted.metric.name)
    value, was = (told.total["value"] if told.total else None for told in (after, earlier))
    if value is None or was is None:
        return f"{name}, {wanted.period} against {earlier.wanted.period}, by {', '.join(wanted.by) or 'all'}."
    currency = after.total["currency"] if after.total else None
    texts = [f"{figure(each, unit, currency)}{unit_text(unit, currency)}" for each in (value, was)]
    told = changed(value - was, was, unit, currency) if is_whole else {}
    change = ""
    if points := told.get("change_points"):
        change = f" ({signed(points)} points)"
    elif percent := told.get("change_percent"):
        change = f" ({signed(percent)} %)"
    return f"{name}: {texts[0]} in {wanted.period}, {texts[1]} in {earlier.wanted.period}{change}."


def _lacks(coverage: Coverage | None) -> bool:
    return coverage is not None and coverage.missing_days > 0
