"""Reports in the languages, notations and with the columns in which sellers have them; files that are no reports."""

from __future__ import annotations

import csv
import io

from tests.real.case import Case, Given, orders

ORDERS = "amazon_sp.all_orders_by_order_date"
LISTINGS = "amazon_sp.merchant_listings"
LEDGER = "amazon_sp.ledger_summary"
COSTS = "manual.product_costs"
SETTLEMENTS = "amazon_sp.settlements_v2"
NOON = "2026-10-20T12:00:00Z"


def saved(
    report: bytes, delimiter: str, *, every: bool = True, commas: bool = False, charset: str = "utf-8-sig"
) -> bytes:
    """A tab-separated report as Seller Central's pages and Excel write it. commas: decimal ones, in numbers."""
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    rows = [line.split("\t") for line in report.decode().splitlines()]
    if commas:
        rows = [[each.replace(".", ",") if each.replace(".", "").isdigit() else each for each in row] for row in rows]
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(rows)
    return text.getvalue().encode(charset)


def table(*lines: str, charset: str = "utf-8") -> bytes:
    """Lines whose fields are separated by | here, as a tab-separated report."""
    return "\r\n".join(line.replace("|", "\t") for line in (*lines, "")).encode(charset)


_SOLD = "select units, item_price_amount from marts.sales_daily where store_id = '{}' order by sku"
_LISTED = (
    "select sku, asin, price_amount, listing_status, fulfillment_channel from marts.products where store_id = '{}' "
    "order by sku"
)
_STOCK = (
    "select date, ledger_ending_quantity from marts.inventory_daily where store_id = '{}' "
    "and ledger_ending_quantity is not null"
)
_TWO_ORDERS = orders(
    "302-1|2026-10-12T10:00:00+00:00|Shipped|Amazon.de|D-1|2|EUR|39.98|6.38",
    "302-2|2026-10-12T11:00:00+00:00|Shipped|Amazon.de|D-2|1|EUR|5.50|0.88",
)
_LEDGER_HEADER = (
    "Date|FNSKU|ASIN|MSKU|Title|Disposition|Starting Warehouse Balance|Receipts|Customer Shipments|"
    "Ending Warehouse Balance|Location"
)


def _ledger(day: str, country: str) -> bytes:
    return table(_LEDGER_HEADER, f"{day}|X00FILE|B0FILES001|L-1|A thing, brass|SELLABLE|10|0|-3|7|{country}")


CASES = (
    Case(
        name="orders-from-excel",
        met="sellercentral help G201711700: reports are offered as .csv too; German Excel saves semicolons and commas",
        stores={"de": "DE"},
        currency="EUR",
        given=(Given(ORDERS, "de", saved(_TWO_ORDERS, ";", every=False, commas=True), name="orders.csv"),),
        right={_SOLD.format("orders-from-excel-de"): [(2, "39.98"), (1, "5.50")]},
    ),
    Case(
        name="orders-as-unicode-text",
        met="Excel's 'Unicode text': UTF-16 with tabs",
        stores={"de": "DE"},
        currency="EUR",
        given=(Given(ORDERS, "de", saved(_TWO_ORDERS, "\t", every=False, charset="utf-16"), name="orders.txt"),),
        right={_SOLD.format("orders-as-unicode-text-de"): [(2, "39.98"), (1, "5.50")]},
    ),
    Case(
        name="listings-in-french",
        met="amzn/selling-partner-api-docs#580: France writes 13 fields, in French, in Windows-1252",
        stores={"fr": "FR"},
        currency="EUR",
        given=(
            Given(
                LISTINGS,
                "fr",
                table(
                    "nom-produit|id-offre|sku-vendeur|prix|quantité|date-ouverture|asin1|canal-traitement|état",
                    "Tuyau|0101|F-1|19,99|3|01/02/2026 10:11:12 CET|B0FILES0F1|DEFAULT|Actif",
                    "Étagère|0102|F-2|1.234,50||01/02/2026 10:11:12 CET|B0FILES0F2|AMAZON_EU|Inactif",
                    charset="cp1252",
                ),
                as_of=NOON,
            ),
        ),
        right={
            _LISTED.format("listings-in-french-fr"): [
                ("F-1", "B0FILES0F1", "19.99", "Active", "Merchant"),
                ("F-2", "B0FILES0F2", "1234.50", "Inactive", "Amazon"),
            ]
        },
    ),
    Case(
        name="listings-in-japanese",
        met="the listings report of Amazon.co.jp has points, business prices and tax codes",
        stores={"jp": "JP"},
        currency="JPY",
        given=(
            Given(
                LISTINGS,
                "jp",
                table(
                    "出品者SKU|ASIN 1|商品名|価格|フルフィルメント・チャンネル|法人価格|ポイント|"
                    "商品税コード|ステータス|調達タイプ",
                    "J-1|B0FILES0J1|鍋|1980|AMAZON_JP|1900|20|A_GEN|Active|",
                    charset="cp932",
                ),
                as_of=NOON,
            ),
        ),
        right={
            _LISTED.format("listings-in-japanese-jp"): [("J-1", "B0FILES0J1", 1980, "Active", "Amazon")],
            "select count(*) from ops.drift where header in ('ポイント', '法人価格', '商品税コード', '調達タイプ')": [
                (0,)
            ],
        },
    ),
    Case(
        name="active-listings",
        met="active listings have no status; sellers leave columns out (amzn/selling-partner-api-models#4864)",
        stores={"uk": "GB"},
        currency="GBP",
        given=(
            Given(
                LISTINGS,
                "uk",
                table(
                    "seller-sku|asin1|price|Deprecated column|Deprecated column|fulfilment-channel",
                    "A-1|B0FILES0A1|9.99|||AMAZON_EU",
                ),
                as_of=NOON,
            ),
        ),
        right={
            _LISTED.format("active-listings-uk"): [("A-1", "B0FILES0A1", "9.99", None, "Amazon")],
            "select count(*) from information_schema.columns where table_schema = 'raw' and "
            "table_name = 'amazon_sp__merchant_listings' and column_name like '%deprecated%'": [(0,)],
        },
    ),
    Case(
        name="ledger-day-first",
        met="pages of Seller Central write dates as the reader does",
        stores={"uk": "GB"},
        currency="GBP",
        given=(Given(LEDGER, "uk", saved(_ledger("03/11/2026", "GB"), ",")),),
        right={_STOCK.format("ledger-day-first-uk"): [("2026-11-03", 7)]},
    ),
    Case(
        name="ledger-dotted",
        met="German Excel writes dates with dots",
        stores={"de": "DE"},
        currency="EUR",
        given=(Given(LEDGER, "de", saved(_ledger("03.11.2026", "DE"), ";")),),
        right={_STOCK.format("ledger-dotted-de"): [("2026-11-03", 7)]},
    ),
    Case(
        name="costs-from-excel",
        met="SKUs with blanks round them, and dates in the reader's way, in files from spreadsheets",
        stores={"uk": "GB"},
        currency="GBP",
        given=(
            Given(ORDERS, "uk", orders("202-1|2026-10-12T10:00:00+00:00|Shipped|Amazon.co.uk|C-1|2|GBP|20.00|")),
            Given(
                COSTS,
                "uk",
                "sku;valid_from;unit_cost;currency;;\r\n\u00a0C-1 ;13/01/2026;4,50;GBP;;\r\n;;;;;\r\n".encode(
                    "utf-8-sig"
                ),
                as_of=NOON,
            ),
        ),
        right={
            "select cost_of_goods_amount from marts.profit_daily where store_id = 'costs-from-excel-uk' "
            "and sku = 'C-1'": [(-9,)]
        },
    ),
    Case(
        name="files-that-are-no-reports",
        met="what people download from pages of Seller Central instead of the report",
        given=(
            Given(
                SETTLEMENTS,
                "us",
                '"Alle Beträge in Euro"\n"Datum/Uhrzeit","Abrechnungsnummer","Typ","Bestellnummer","SKU"\n'.encode(),
                refused="date range report",
            ),
            Given(
                "amazon_sp.sales_and_traffic",
                "us",
                b'"(Parent) ASIN","(Child) ASIN","Title","Sessions - Total","Units Ordered"\n"B0","B0","T","1","1"\n',
                refused="business report",
            ),
            Given(
                "amazon_ads.sp_campaigns", "us", b"Campaign name,Impressions,Clicks,Total cost\n", refused="advertising"
            ),
            Given(LISTINGS, "us", b"PK\x03\x04\x14\x00xl/workbook.xml", refused="Excel workbook"),
            Given(
                SETTLEMENTS,
                "us",
                b'<?xml version="1.0"?><AmazonEnvelope><Message><SettlementReport/></Message></AmazonEnvelope>',
                refused="V2",
            ),
        ),
        right={},
    ),
)
