"""Documents read by verification: rows and sums, whatever the quotes and the charset; and what is no document."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.verify.numbers import number
from pipelines.verify.reading import Reading, read

RETURNS = FEEDS["amazon_sp.customer_returns"]
LEDGER = FEEDS["amazon_sp.ledger_summary"]
LISTINGS = FEEDS["amazon_sp.merchant_listings"]


def reading(folder: Path, feed_name: str, content: bytes, charset: str = "utf-8", rejected=None) -> Reading:
    archive = Archive(str(folder / "archive"))
    kept = archive.put([content])
    return read(archive, FEEDS[feed_name], kept.path, kept.sha256, charset, rejected)


def table(headers: str, *rows: str) -> bytes:
    return ("\n".join([headers.replace(" ", "\t"), *(row.replace("|", "\t") for row in rows)]) + "\n").encode()


RETURN = "return-date order-id sku quantity detailed-disposition reason"


def test_blank_lines_are_no_rows_and_short_ones_are(tmp_path):
    content = table(RETURN, "2026-03-01|1|A|2|X|Y", "", " \r", "2026-03-01|1|A|3")
    (counted,) = reading(tmp_path, RETURNS.name, content).sections.values()
    assert (counted.rows, counted.sums) == (2, {"quantity": Decimal(5)})


def test_rejected_lines_are_left_out_and_told(tmp_path):
    content = table(RETURN, "2026-03-01|1|A|2|X|Y", "2026-03-01|1|A|3|X|Y|Z", "2026-03-01|1|A|4|X|Y")
    done = reading(tmp_path, RETURNS.name, content, rejected={3: "it has 1 field more than the header"})
    (counted,) = done.sections.values()
    assert (counted.rows, counted.sums["quantity"], done.unread) == (2, Decimal(6), 1)


def test_a_quote_that_is_never_closed_takes_one_line(tmp_path):
    names = LEDGER.sections[0].required
    whole = ",".join(f'"{n}"' for n in names).replace(",", "\t")
    row = "\t".join('"1"' for _ in names)
    content = f'{whole}\n{row}\n"open{row}\n{row}\n'.encode()
    done = reading(tmp_path, LEDGER.name, content, rejected={3: "a quote is opened and never closed"})
    assert next(iter(done.sections.values())).rows == 2
    assert done.unread == 1


def test_a_line_end_in_quotes_is_none(tmp_path):
    names = LEDGER.sections[0].required
    cells = [f'"{name}"' for name in names]
    values = ['"two\nlines"', *('"7"' for _ in names[1:])]
    done = reading(tmp_path, LEDGER.name, ("\t".join(cells) + "\n" + "\t".join(values) + "\n").encode())
    assert next(iter(done.sections.values())).rows == 1


def test_localised_headers_in_their_charset(tmp_path):
    headers = ["商品名", "出品者SKU", "ステータス", "価格", "数量"]
    assert [LISTINGS.aliases[each] for each in headers] == ["item-name", "seller-sku", "status", "price", "quantity"]
    content = ("\t".join(headers) + "\nランプ①\tA\tL\t1200\t3\n").encode("cp932")
    (counted,) = reading(tmp_path, LISTINGS.name, content, "cp932").sections.values()
    assert (counted.rows, counted.sums) == (1, {"price": Decimal(1200), "quantity": Decimal(3)})


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_files_of_a_spreadsheet(tmp_path, delimiter):
    content = 'sku,valid_from,unit_cost,currency\nA,2026-01-01,"4,50",EUR\n,,,\n'
    content = content.replace('"4,50"', '"4;50"').replace(",", delimiter).replace('"4;50"', '"4,50"')
    (counted,) = reading(tmp_path, "manual.product_costs", ("\ufeff" + content).encode()).sections.values()
    assert (counted.rows, counted.empty, counted.sums) == (2, 1, {"unit_cost": Decimal("4.50")})


def test_sections_of_json_are_counted_apart_and_numbers_are_exact(tmp_path):
    day = {"date": "2026-03-01", "salesByDate": {"unitsOrdered": 3, "orderedProductSales": {"amount": 0.1}}}
    child = {"childAsin": "B0", "salesByAsin": {"unitsOrdered": 1, "orderedProductSales": {"amount": 0.2}}}
    content = {"reportSpecification": {"x": []}, "salesAndTrafficByDate": [day], "salesAndTrafficByAsin": [child] * 3}
    done = reading(tmp_path, "amazon_sp.sales_and_traffic", b"\xef\xbb\xbf" + json.dumps(content).encode())
    by_date, by_asin = done.sections.values()
    assert (by_date.rows, by_asin.rows) == (1, 3)
    assert by_date.sums["salesByDate.orderedProductSales.amount"] == Decimal("0.1")
    assert by_asin.sums["salesByAsin.orderedProductSales.amount"] == Decimal("0.6")


def test_json_lines_and_elements_that_are_no_objects(tmp_path):
    line = json.dumps({"startDate": "2026-03-01", "sales": {"unitsOrdered": 2}})
    done = reading(tmp_path, "amazon_data_kiosk.economics", f"{line}\n\n{line}\n".encode())
    assert next(iter(done.sections.values())).rows == 2
    done = reading(tmp_path, "amazon_ads.sp_campaigns", b'[{"cost": 1.50, "clicks": null}, 7, [], "x", {"cost": 2}]')
    (counted,) = done.sections.values()
    assert (counted.rows, done.unread, counted.sums) == (2, 3, {"cost": Decimal("3.50")})


def test_what_is_not_there_damaged_or_another_document_is_said(tmp_path):
    archive = Archive(str(tmp_path / "archive"))
    kept = archive.put([table(RETURN, "2026-03-01|1|A|2|X|Y")])
    other = archive.put([table(RETURN, "2026-03-01|1|A|3|X|Y")])

    def problem(path: str = kept.path, sha256: str = kept.sha256, feed=RETURNS) -> str:
        return read(archive, feed, path, sha256, "utf-8").problem

    assert problem() == ""
    assert problem("00/nothing.zst") == "its document is not in the archive"
    assert "another sha256" in problem(other.path)
    assert problem(feed=FEEDS["amazon_ads.sp_campaigns"]).startswith("its document cannot be read as ")
    path = tmp_path / "archive" / kept.path
    path.write_bytes(path.read_bytes()[:-9])
    assert problem() in (
        "its document is damaged in the archive",
        "its document in the archive is not the one that was loaded (another sha256)",
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("12.50", "12.50"), (" 12 ", "12"), ("-.5", "-0.5"), ("+3", "3"), (7, "7")),
        *(("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("12,5", "12.5"), ("1.234.567", "1234567")),
        *(("\u22127,00", "-7.00"), ("1\u00a0234,5", "1234.5")),
        *((text, None) for text in ("", "--", "1e5", "NaN", "1 2", "abc", True, None)),
    ],
)
def test_numbers_as_people_read_them(text, value):
    assert number(text) == (None if value is None else Decimal(value))
