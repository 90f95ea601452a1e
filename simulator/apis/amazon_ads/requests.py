"""What the Amazon Ads API accepts when a report is asked for: types, columns, filters, dates. No state, no HTTP.

What each type knows stands in report_types.py. To add a type, add it there.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from simulator.apis.amazon_ads.report_types import TYPES, ReportType


class Invalid(ValueError):
    """The request is answered 400; the message becomes the error's detail."""


def check_request(body: Any, today: date) -> dict[str, Any]:
    """A create request as it is kept. today: the day it is for the profile. Raises Invalid."""
    if not isinstance(body, dict) or not isinstance(body.get("configuration"), dict):
        raise Invalid("configuration is required")
    config = body["configuration"]
    start, end = (_day(body, name) for name in ("startDate", "endDate"))
    report_type = TYPES.get(config.get("reportTypeId"))
    if report_type is None:
        raise Invalid("configuration reportTypeId is unknown or invalid")
    if config.get("adProduct") != report_type.ad_product:
        raise Invalid(f"configuration adProduct must be {report_type.ad_product} for this reportTypeId")
    if config.get("format") != "GZIP_JSON":
        raise Invalid("configuration format must be one of [GZIP_JSON]")
    if config.get("timeUnit") not in ("DAILY", "SUMMARY"):
        raise Invalid("configuration timeUnit must be one of [DAILY, SUMMARY]")
    groups = _groups(config.get("groupBy"), report_type)
    _columns(config, report_type, groups)
    _filters(config.get("filters"), report_type, groups)
    _range(start, end, report_type, today)
    kept = {name: config[name] for name in ("adProduct", "groupBy", "columns", "reportTypeId", "timeUnit", "format")}
    kept["filters"] = config.get("filters")
    return {
        "name": body.get("name"), "startDate": start.isoformat(), "endDate": end.isoformat(), "configuration": kept,
    }  # fmt: skip


def _day(body: dict[str, Any], name: str) -> date:
    text = body.get(name)
    try:
        if not isinstance(text, str) or len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{name} must be a date in the format YYYY-MM-DD") from None


def _groups(given: Any, report_type: ReportType) -> list[str]:
    if not isinstance(given, list) or not given:
        raise Invalid("configuration groupBy cannot be null or empty")
    wrong = [g for g in given if g not in report_type.groups]
    if wrong:
        allowed = ", ".join(report_type.groups)
        raise Invalid(
            f"configuration groupBy includes invalid values: ({', '.join(wrong)}). Allowed values: ({allowed})"
        )
    return given


def _columns(config: dict[str, Any], report_type: ReportType, groups: list[str]) -> None:
    given = config.get("columns")
    if not isinstance(given, list) or not given:
        raise Invalid("configuration columns cannot be null or empty")
    allowed = report_type.columns.union(*(report_type.groups[g] for g in groups))
    wrong = [str(c) for c in given if c not in allowed]
    if wrong:
        raise Invalid(
            f"configuration columns includes invalid values: ({', '.join(wrong)}). "
            f"Allowed values: ({', '.join(sorted(allowed))})"
        )
    if len(set(given)) != len(given):
        raise Invalid("configuration columns includes duplicate values")
    if config["timeUnit"] == "DAILY":
        if "date" not in given:
            raise Invalid("configuration columns must include date when timeUnit is DAILY")
        if {"startDate", "endDate"} & set(given):
            raise Invalid("configuration columns must not include startDate or endDate when timeUnit is DAILY")
    elif "date" in given:
        raise Invalid("configuration columns must not include date when timeUnit is SUMMARY")


def _filters(given: Any, report_type: ReportType, groups: list[str]) -> None:
    if given is None:
        return
    if not isinstance(given, list) or not all(isinstance(f, dict) for f in given):
        raise Invalid("configuration filters must be a list of {field, values}")
    for each in given:
        for group in groups:
            allowed = report_type.filters.get(group, {}).get(str(each.get("field")))
            if allowed is None:
                raise Invalid(f"configuration filters: {each.get('field')} is not a valid filter for groupBy {group}")
            wrong = [str(v) for v in each.get("values") or () if v not in allowed]
            if wrong:
                raise Invalid(f"configuration filters: {', '.join(wrong)} are not valid values of {each['field']}")


def _range(start: date, end: date, report_type: ReportType, today: date) -> None:
    if start > end:
        raise Invalid("startDate must not be after endDate")
    days = (end - start).days + 1
    if days > report_type.max_range:
        raise Invalid(
            f"startDate to endDate range ({days} days) must not exceed maximum range ({report_type.max_range} days)"
        )
    if end > today:
        raise Invalid("endDate must not be in the future")
    oldest = today - timedelta(days=report_type.retention)
    if start < oldest:
        raise Invalid(f"startDate must not be before the retention limit ({report_type.retention} days): {oldest}")
