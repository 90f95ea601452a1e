"""Channels that are no marketplaces, and rows that name none: orders and settlements, each with its store."""

from __future__ import annotations

from tests.real.case import Case, Given, orders, settlement

ORDERS, SETTLEMENTS = "amazon_sp.all_orders_by_order_date", "amazon_sp.settlements_v2"
DAY = "2026-10-05T12:00:00+00:00"
EUROPE = {"de": "DE", "fr": "FR", "uk": "GB"}


def _sold(case: str) -> str:
    return (
        "select store_id, sum(units), sum(multi_channel_units), sum(pending_units), sum(cancelled_units) "  # noqa: S608
        f"from marts.sales_daily where store_id like '{case}-__' or store_id like 'unmapped:A{case.upper()}EU%' "
        "group by store_id order by store_id"
    )


CASES = (
    Case(
        name="elsewhere",
        met="amzn/selling-partner-api-docs#761: names of multi-channel orders, with and without a country",
        stores=EUROPE,
        currency="EUR",
        given=(
            Given(
                ORDERS,
                "fr",
                orders(
                    f"302-1|{DAY}|Shipped|Amazon.de|E-1|1|EUR|10.00",
                    f"S02-1|{DAY}|Shipped|SI Prod DE Marketplace|E-1|2||",
                    f"S02-2|{DAY}|Shipped|si-uk prod marketplace|E-1|3||",
                    f"S02-3|{DAY}|Shipped|Non-Amazon FR|E-1|4||",
                    f"S02-4|{DAY}|Shipped|NON AMAZON|E-1|5||",
                    f"S02-5|{DAY}|Shipped|siprodukmarketplace.stores.amazon.co.uk|E-1|6||",
                    f"S02-6|{DAY}|Unfulfillable|Non-Amazon DE|E-1|7||",
                    f"S02-7|{DAY}|Shipped||E-1|8||",
                    f"404-1|{DAY}|Pending||E-1|1||",
                    f"404-2|{DAY}|Shipped|Amazon.fr|E-1|2|EUR|20.00",
                ),
            ),
        ),
        right={
            _sold("elsewhere"): [
                ("elsewhere-de", 1, 2, 0, 7),
                ("elsewhere-fr", 2, 17, 1, 0),
                ("elsewhere-uk", 0, 9, 0, 0),
            ],
            "select count(*) from marts.order_items where store_id like 'elsewhere-__' and is_multi_channel": [(7,)],
        },
    ),
    Case(
        name="elsewhere-unconfigured",
        met="amzn/selling-partner-api-docs#761: the country in the channel's name is one that nobody has configured",
        stores={"us": "US"},
        given=(
            Given(
                ORDERS,
                "us",
                orders(
                    f"111-1|{DAY}|Shipped|Amazon.com|E-2|1|USD|10.00",
                    f"S01-1|{DAY}|Shipped|SI CA Prod Marketplace|E-2|2||",
                    f"S01-2|{DAY}|Shipped|sidevo.stores.amazon.mx|E-2|3||",
                ),
            ),
        ),
        right={
            "select split_part(store_id, ':', 3), units, multi_channel_units from marts.sales_daily where sku = 'E-2' "
            "order by 1": [("", 1, 0), ("amazon.ca", 0, 2), ("amazon.com.mx", 0, 3)],
        },
    ),
    Case(
        name="settled-elsewhere",
        met="public settlements: lines of multi-channel orders among those of a marketplace, or alone",
        stores=EUROPE,
        currency="EUR",
        given=(
            Given(
                SETTLEMENTS,
                "fr",
                settlement(
                    "72000000001",
                    "Order|Amazon.fr|ItemPrice|Principal|50.00|404-9|E-3",
                    "Order|Non-Amazon|ItemFees|FBAPerUnitFulfillmentFee|-6.00|S02-9|E-3",
                    "Order|SI Prod DE Marketplace|ItemFees|FBAPerUnitFulfillmentFee|-7.00|S02-8|E-3",
                    "other-transaction||other-transaction|Subscription Fee|-39.00",
                    currency="EUR",
                ),
                as_of="2026-08-16T12:00:00Z",
            ),
            Given(
                SETTLEMENTS,
                "uk",
                settlement(
                    "72000000002",
                    "Order|SI UK Prod Marketplace|ItemFees|FBAPerUnitFulfillmentFee|-6.00|S02-7|E-3",
                    "other-transaction||other-transaction|Subscription Fee|-25.00",
                    currency="GBP",
                ),
                as_of="2026-08-16T12:00:01Z",
            ),
            Given(
                SETTLEMENTS,
                "fr",
                settlement(
                    "72000000003", "other-transaction||other-transaction|Subscription Fee|-39.00", currency="EUR"
                ),
            ),
        ),
        right={
            "select settlement_id, store_id from marts.settlements where settlement_id like '7200000000%' order by 1": [
                ("72000000001", "settled-elsewhere-fr"),
                ("72000000002", "settled-elsewhere-uk"),
                ("72000000003", "settled-elsewhere-fr"),
            ],
            "select settlement_id, store_id, sum(amount) from marts.settlement_lines "
            "where settlement_id like '7200000000%' group by 1, 2 order by 1, 2": [
                ("72000000001", "settled-elsewhere-de", -7),
                ("72000000001", "settled-elsewhere-fr", 5),
                ("72000000002", "settled-elsewhere-uk", -31),
                ("72000000003", "settled-elsewhere-fr", -39),
            ],
        },
    ),
)
