"""Reports of one marketplace that hold several, or one of several: stock, fees, planning, each with its store."""

from __future__ import annotations

from tests.real.case import Case, Given, orders

MYI, FEES, PLANNING = (
    "amazon_sp.fba_myi_unsuppressed_inventory",
    "amazon_sp.estimated_fees",
    "amazon_sp.inventory_planning",
)
NOON, LATER, EVENING = "2026-10-20T12:00:00Z", "2026-10-20T12:05:00Z", "2026-10-20T20:00:00Z"
AMERICA, EUROPE = {"us": "US", "ca": "CA", "mx": "MX"}, {"de": "DE", "se": "SE", "uk": "GB"}


def _table(header: str, lines: tuple[str, ...]) -> bytes:
    rows = [header.split(), *(line.split("|") for line in lines)]
    return ("\r\n".join("\t".join(row) for row in rows) + "\r\n").encode()


def stock(*lines: str, store: bool = False) -> bytes:
    """MYI. lines: 'sku|fulfillable units|store', the last one with `store`."""
    header = "sku fnsku asin afn-total-quantity afn-fulfillable-quantity" + (" store" if store else "")
    full = []
    for line in lines:
        sku, units, *named = line.split("|")
        full.append("|".join([sku, f"X{sku}", "B0STOCK001", units, units, *named]))
    return _table(header, tuple(full))


def fees(*lines: str) -> bytes:
    """Estimated fees. lines: 'sku|price|currency|commission|fulfilment'."""
    header = (
        "sku your-price currency estimated-referral-fee-per-unit expected-fulfillment-fee-per-unit "
        "estimated-fee-total asin"
    )
    return _table(header, tuple(f"{line}|1.00|B0FEES0001" for line in lines))


def planning(*lines: str) -> bytes:
    """Inventory planning. lines: 'sku|marketplace|units up to 90 days old'."""
    header = "sku marketplace inv-age-0-to-90-days available inv-age-91-to-180-days asin"
    return _table(header, tuple(f"{line}|1|0|B0PLAN0001" for line in lines))


def _stock(case: str) -> str:
    return (
        "select store_id, sku, snapshot_fulfillable_quantity from marts.inventory_daily "  # noqa: S608
        f"where store_id like '{case}-__' and date = '2026-10-20' order by 1, 2"
    )


CASES = (
    Case(
        name="one-each",
        met="amzn/selling-partner-api-docs#1614, #172: MYI holds one marketplace, with others' SKUs at 0",
        stores=AMERICA,
        given=(
            Given(MYI, "us", stock("N-1|50", "N-2|0"), as_of=NOON),
            Given(MYI, "ca", stock("N-1|0", "N-2|20"), as_of=LATER),
            Given(MYI, "us", stock("N-1|48"), as_of=EVENING),
        ),
        right={_stock("one-each"): [("one-each-ca", "N-1", 0), ("one-each-ca", "N-2", 20), ("one-each-us", "N-1", 48)]},
    ),
    Case(
        name="all-in-one",
        met="MYI of accounts with several marketplaces: a column `store` says whose a row is",
        stores=AMERICA,
        given=(
            Given(MYI, "us", stock("N-3|50|US", "N-3|20|Amazon.ca", "N-3|7|Mexico", store=True), as_of=NOON),
            Given(MYI, "ca", stock("N-3|49|Amazon.com", "N-3|19|CA", "N-3|6|MX", store=True), as_of=LATER),
        ),
        right={
            _stock("all-in-one"): [
                ("all-in-one-ca", "N-3", 19),
                ("all-in-one-mx", "N-3", 6),
                ("all-in-one-us", "N-3", 49),
            ],
            "select store_id, fulfillable_quantity from marts.inventory_health where store_id like 'all-in-one-%' "
            "order by 1": [("all-in-one-ca", 19), ("all-in-one-mx", 6), ("all-in-one-us", 49)],
        },
    ),
    Case(
        name="fees-of-all",
        met="amzn/selling-partner-api-docs#694: fees of all European marketplaces, told apart by the currency alone",
        stores=EUROPE,
        currency="EUR",
        given=(
            Given(
                FEES,
                "de",
                fees("F-1|20.00|EUR|3.00|3.50", "F-1|229.00|SEK|34.35|44.00", "F-1|17.00|GBP|2.55|2.90"),
                as_of=NOON,
            ),
            # Sweden has a report of its own, Britain has none
            Given(FEES, "se", fees("F-1|20.00|EUR|3.00|9.00", "F-1|200.00|SEK|40.00|50.00"), as_of=NOON),
            Given(
                "amazon_sp.all_orders_by_order_date",
                "de",
                orders(
                    "302-5|2026-10-22T10:00:00+00:00|Shipped|Amazon.de|F-1|1|EUR|20.00",
                    "202-5|2026-10-22T10:00:00+00:00|Shipped|Amazon.co.uk|F-1|1|GBP|17.00",
                    "171-5|2026-10-22T10:00:00+00:00|Shipped|Amazon.se|F-1|1|SEK|200.00",
                ),
            ),
        ),
        right={
            "select store_id, referral_fees_amount, fulfilment_fees_amount from marts.profit_daily "
            "where store_id like 'fees-of-all-%' and sku = 'F-1' order by 1": [
                ("fees-of-all-de", -3, -3.5),
                ("fees-of-all-se", -40, -50),
                ("fees-of-all-uk", -2.55, -2.9),
            ],
        },
    ),
    Case(
        name="planned-for-all",
        met="amzn/selling-partner-api-models#5032: planning of one marketplace, whichever was asked for",
        stores=AMERICA,
        given=(
            Given(MYI, "us", stock("P-1|5"), as_of=NOON),
            Given(MYI, "ca", stock("P-1|4"), as_of=NOON),
            Given(PLANNING, "us", planning("P-1|US|5", "P-1|CA|4"), as_of=NOON),
        ),
        right={
            "select store_id, age_0_90_quantity from marts.inventory_health where store_id like 'planned-for-all-%' "
            "order by 1": [("planned-for-all-ca", 4), ("planned-for-all-us", 5)],
        },
    ),
)
