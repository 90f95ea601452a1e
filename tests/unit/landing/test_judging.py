"""Is a snapshot whole, does a settlement add up, which day is meant, which charset is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.landing.formats.charsets import byte_order_mark, candidates, decode, is_line_safe, named_charset
from pipelines.landing.formats.moments import day_range_text, days_of, marketplace_day
from pipelines.landing.loading.plausibility import (
    judge_snapshot,
    parse_amount,
    settlement_differences,
    too_many_rejected,
)


@pytest.mark.parametrize(
    ("rows", "earlier", "before", "kind"),
    [
        (49, [100, 100, 100], None, "quarantined"),
        (50, [100, 100, 100], None, "accepted"),
        (10, [], None, "accepted"),
        (1, [4, 4, 4], None, "accepted"),
        (0, [100], None, "quarantined"),
        (40, [100, 60, 100], None, "accepted"),
        (40, [100, 3, 100], None, "quarantined"),
        (40, [100, 100, 100, 50], None, "quarantined"),
        (40, [100], 40, "accepted with a warning"),
        (43, [100], 40, "accepted with a warning"),
        (10, [100], 40, "quarantined"),
        (0, [100], 0, "accepted with a warning"),
        (90, [100], 40, "accepted"),
    ],
)
def test_snapshots(rows: int, earlier: list[int], before: int | None, kind: str) -> None:
    verdict = judge_snapshot(rows, earlier, 5, quarantined_before=before)
    assert verdict.kind == kind
    assert bool(verdict.reason) == (kind != "accepted")


@pytest.mark.parametrize(
    ("rows", "share", "kind"),
    [(89, 0.9, "quarantined"), (90, 0.9, "accepted"), (49, 0.5, "quarantined"), (0, 0.0, "accepted")],
)
def test_a_feed_says_how_few_rows_are_too_few(rows: int, share: float, kind: str) -> None:
    verdict = judge_snapshot(rows, [100, 100], 5, share)
    assert verdict.kind == kind
    if share == 0.9 and verdict.reason:
        assert "Fewer than 90 %" in verdict.reason


def test_half_a_percent_of_rejected_lines_is_the_most() -> None:
    assert not too_many_rejected(5, 995)
    assert too_many_rejected(6, 994)
    assert too_many_rejected(1, 0)
    assert not too_many_rejected(0, 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.56", "1234.56"),
        ("-1.234,56", "-1234.56"),
        ("1,234,567.8", "1234567.8"),
        ("1.234.567", "1234567"),
        ("12,5", "12.5"),
        ("0,00", "0.00"),
        ("1\u00a0234,56", "1234.56"),
        ("\u22127.10", "-7.10"),
        ("", None),
        ("--", None),
        ("n/a", None),
        ("1e5", None),
    ],
)
def test_amounts_of_both_notations(text: str, value: str | None) -> None:
    assert parse_amount(text) == (Decimal(value) if value is not None else None)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_amounts_are_exact(amount: Decimal) -> None:
    american = f"{amount:,.2f}"
    german = american.replace(",", " ").replace(".", ",").replace(" ", ".")
    assert parse_amount(american) == parse_amount(german) == amount


def test_settlements_are_compared_with_their_lines() -> None:
    rows = [
        ("1", "1.000,10", None),
        ("1", None, "1.000,00"),
        ("1", None, "0,10"),
        ("2", "5.00", ""),
    ]
    (difference,) = settlement_differences(rows)
    assert difference.startswith("Settlement 2 says its total is 5.00, but its lines sum to 0")


@pytest.mark.parametrize(
    ("text", "formats", "zone", "day"),
    [
        ("2026-03-01", ("iso",), "Asia/Tokyo", date(2026, 3, 1)),
        ("2026-03-01T23:30:00-08:00", ("iso",), "America/Los_Angeles", date(2026, 3, 1)),
        ("2026-03-02T07:30:00+00:00", ("iso",), "America/Los_Angeles", date(2026, 3, 1)),
        ("2026-03-08T09:59:59Z", ("iso",), "America/Los_Angeles", date(2026, 3, 8)),
        ("2026-03-01T15:00+00:00", ("iso",), "Asia/Tokyo", date(2026, 3, 2)),
        ("2026-03-01T23:00:00", ("iso",), "Asia/Tokyo", date(2026, 3, 1)),
        ("03/01/2026", ("%m/%d/%Y",), "UTC", date(2026, 3, 1)),
        ("03/01/2026", ("iso",), "UTC", None),
        ("31.02.2026", ("%d.%m.%Y", "iso"), "UTC", None),
        ("0001-01-01T00:00:00+14:00", ("iso",), "America/Los_Angeles", None),
        ("", ("iso",), "UTC", None),
        ("2026-03-01T00:00:00+00:00", ("dated",), "America/Los_Angeles", date(2026, 3, 1)),
        ("2026-03-01T00:00:00+00:00", ("iso",), "America/Los_Angeles", date(2026, 2, 28)),
        ("2026-03-01T00:00:01+00:00", ("dated",), "America/Los_Angeles", date(2026, 2, 28)),
        ("2026-03-01T05:30:00+05:30", ("dated",), "America/Los_Angeles", date(2026, 2, 28)),
        ("2026-03-01T00:00:00Z", ("dated",), "Asia/Tokyo", date(2026, 3, 1)),
        ("2026-03-01", ("dated",), "America/Los_Angeles", date(2026, 3, 1)),
    ],
)
def test_marketplace_days(text: str, formats: tuple[str, ...], zone: str, day: date | None) -> None:
    assert marketplace_day(text, formats, zone) == day


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_none(text: str) -> None:
    assert days_of([text], ("iso", "%m/%d/%Y"), "Asia/Tokyo") in (
        set(),
        {marketplace_day(text, ("iso", "%m/%d/%Y"), "Asia/Tokyo")},
    )


def test_days_in_words() -> None:
    assert day_range_text([]) == "no day"
    assert day_range_text([date(2026, 3, 1)]) == "2026-03-01"


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/plain;charset=Cp1252", "cp1252"),
        ("text/plain; charset=windows-1252", "cp1252"),
        ('text/plain; charset="ISO-8859-1"', "cp1252"),
        ("text/plain;charset=Windows-31J", "cp932"),
        ("text/plain;charset=MS932", "cp932"),
        ("text/plain;charset=Shift_JIS", "cp932"),
        ("text/plain;charset=UTF8", "utf-8"),
        ("application/json", None),
        ("text/plain;charset=klingon", None),
        ("text/plain;charset=base64", None),
        (None, None),
    ],
)
def test_named_charsets(content_type: str | None, charset: str | None) -> None:
    assert named_charset(content_type) == charset


def test_without_a_name_utf8_is_tried_first() -> None:
    assert candidates(None, "cp932") == ("utf-8", "cp932")
    assert candidates("text/plain", "utf-8") == ("utf-8",)
    assert candidates("text/plain;charset=cp1252", "cp932") == ("cp1252",)


def test_byte_order_marks() -> None:
    assert byte_order_mark("x".encode("utf-8-sig")) == (3, "utf-8")
    assert byte_order_mark("x".encode("utf-16"))[0] == 2
    assert byte_order_mark(b"x") == (0, None)


@given(st.binary(max_size=40), st.sampled_from(["utf-8", "cp1252", "cp932", "euc_jp"]))
def test_any_bytes_become_text(raw: bytes, charset: str) -> None:
    text, bad = decode(raw, charset)
    assert bad >= 0
    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "cp932", "gbk", "big5", "euc_jp", "iso8859-15"])
def test_line_safe_charsets_never_have_control_bytes_inside_a_character(charset: str) -> None:
    assert is_line_safe(charset)
    for point in range(0x80, 0x10000):
        try:
            encoded = chr(point).encode(charset)
        except UnicodeEncodeError:
            continue
        assert min(encoded) >= 0x20


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-32", "iso2022_jp", "utf-7"])
def test_other_charsets_are_not_cut_in_bytes(charset: str) -> None:
    assert not is_line_safe(charset)
