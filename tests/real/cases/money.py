"""Settlements as they are met: labels, transfers, taxes, storage and ads told twice, settlements side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal

from tests.real.case import Case, Given, Row, settlement

SETTLEMENTS = "amazon_sp.settlements_v2"
STORAGE = "amazon_sp.storage_fees"
CAMPAIGNS = "amazon_ads.sp_campaigns"
NAMED_2026 = "amzn/selling-partner-api-models#5353: since 2026 the fee's name stands in the amount type"
SUMS = (
    "revenue_amount",
    "refunds_amount",
    "selling_fees_amount",
    "fulfilment_fees_amount",
    "storage_fees_amount",
    "advertising_amount",
    "other_fees_amount",
    "reimbursements_amount",
    "adjustments_amount",
    "unknown_amount",
    "tax_amount",
    "withheld_tax_amount",
    "transfers_amount",
    "opening_reserve_amount",
    "closing_reserve_amount",
    "difference",
)


def _sums(settlement_id: str, **amounts: str | int) -> dict[str, Sequence[Row]]:
    """All sums of a settlement; those that are not named are 0."""
    assert {f"{name}_amount" for name in amounts} <= {*SUMS}
    query = f"select {', '.join(SUMS)} from marts.settlements where settlement_id = '{settlement_id}'"  # noqa: S608
    return {query: [tuple(amounts.get(name.removesuffix("_amount"), 0) for name in SUMS)]}


def _of_one(
    name: str, met: str, lines: Sequence[str], *, country: str = "US", currency: str = "USD", **sums: str | int
) -> Case:
    """One settlement of one store, and all of its sums."""
    number = "71" + str(sum(ord(each) * 31**i for i, each in enumerate(name)) % 10**9).zfill(9)
    given = Given(SETTLEMENTS, "one", settlement(number, *lines, currency=currency))
    return Case(name, met, (given,), _sums(number, **sums), stores={"one": country}, currency=currency)


LABELS = (
    _of_one(
        "names-nobody-knows",
        f"{NAMED_2026}; new names come every few months",
        [
            "FBAFees|Amazon.com|Something of 2027|Base fee|-10.00",
            "FBAFees|Amazon.com|Something of 2027|Tax on fee|-1.90",
            "FBAFees|Amazon.com|Something of 2027|Discount on Fee|2.00",
            "AmazonFees|Amazon.com|Something of 2028|Base fee|-4.00",
            "Order|Amazon.com|ItemFees|SomethingOf2029Fee|-0.50|111-1|S-1",
            "ServiceFee|Amazon.com|other-transaction|Something of 2030|-7.00",
            "Something else|Amazon.com|Something|Something|-3.00",
        ],
        fulfilment_fees=-8,
        other_fees="-6.40",
        unknown=-10,
    ),
    _of_one(
        "odd-spelling",
        "amzn/selling-partner-api-models#4949: labels are renamed without notice, `StorageRenewalBilling` among them",
        [
            "ORDER|Amazon.com|itemprice|PRINCIPAL|50.00|111-1|S-1",
            "order|Amazon.com|Item Price|shipping charge|4.00|111-1|S-1",
            "Order|Amazon.com|Item Fees|FBA per-unit fulfillment fee|-5.00|111-1|S-1",
            "Order|Amazon.com|ItemFees|Variable Closing Fee|-1.80|111-1|S-1",
            "Refund|Amazon.com|ItemFees|REFUND-COMMISSION|-2.00|111-2|S-1",
            "fba fees|Amazon.com|fba_inventory_storage_fee|BASE FEE|-3.00",
            "other-transaction|Amazon.com|other-transaction|FBA Long Term Storage Fee|-6.00",
            "other-transaction|Amazon.com|other-transaction|fba-long-term-storage-fee|-7.00",
            "other transaction|Amazon.com|Other-Transaction|subscription fee|-39.99",
        ],
        revenue=54,
        selling_fees="-3.80",
        fulfilment_fees=-5,
        storage_fees=-16,
        other_fees="-39.99",
    ),
    _of_one(
        "fees-in-parts",
        f"{NAMED_2026}, its tax and its discount in lines of their own",
        [
            "FBAFees|Amazon.co.uk|FBA Inventory Storage Fee|Base fee|-12.00",
            "FBAFees|Amazon.co.uk|FBA Inventory Storage Fee|Tax on fee|-2.40",
            "FBAFees|Amazon.co.uk|AWD Storage Fee|Base fee|-20.00",
            "FBAFees|Amazon.co.uk|AWD Storage Fee|Discount on fee|5.00",
            "FBAFees|Amazon.co.uk|FBA Removal Order: Disposal Fee|Base fee|-1.50",
            "FBAFees|Amazon.co.uk|FBA Inbound Placement Service Fee|Base fee|-8.00",
            "AmazonFees|Amazon.co.uk|FBA fulfilment fee per unit - Reversal|Base fee|3.10",
            "AmazonFees|Amazon.co.uk|Vine Enrollment Fee|Base fee|-150.00",
            "AmazonFees|Amazon.co.uk|Vine Enrollment Fee|Discount on Fee|150.00",
            "AmazonFees|Amazon.co.uk|Eco-contribution for EPR Pay on Behalf - GB - (Period 2025)|Base fee|-9.00",
            "Other|Amazon.co.uk|MCF Preferred Pricing Seller Credit|Base charge|1.00",
            "other-transaction|Amazon.co.uk|Capacity Reservation Fee|Reservation Fee|-30.00",
            "other-transaction|Amazon.co.uk|Capacity Reservation Fee|Performance Credits|12.00",
            "other-transaction|Amazon.co.uk|Capacity Reservation Fee|Tax|-3.60",
            "ServiceFee|Amazon.co.uk|Refund for Advertiser|TransactionTotalAmount|2.50",
        ],
        country="GB",
        currency="GBP",
        storage_fees=-45,
        fulfilment_fees="-6.40",
        other_fees=-15,
        adjustments=1,
        advertising="2.50",
    ),
    _of_one(
        "balances",
        "amzn/selling-partner-api-docs#778, Finances API v0: debts, loans and failed transfers move a balance",
        [
            "Order|Amazon.de|ItemPrice|Principal|200.00|302-1|D-1",
            "Debt Adjustment||Debt Adjustment|Cross-Account Debt Adjustment for BE, NL|20.00",
            "Debt Adjustment||Debt Adjustment|Cross-Account Debt Adjustment against FR|-45.00",
            "other-transaction||other-transaction|Payable to Amazon|-10.00",
            "other-transaction||other-transaction|Successful charge|10.00",
            "other-transaction||other-transaction|Loan Payment|-30.00",
            "other-transaction||other-transaction|Amazon Capital Services|-5.00",
            "other-transaction||other-transaction|Transfer of funds unsuccessful: the account is closed|7.00",
            "DebtPayment||DebtPayment|DebtPayment|3.00",
            "other-transaction||other-transaction|Previous Reserve Amount Balance|11.00",
            "other-transaction||other-transaction|Current Reserve Amount|-13.00",
        ],
        country="DE",
        currency="EUR",
        revenue=200,
        transfers=-50,
        opening_reserve=11,
        closing_reserve=-13,
    ),
    _of_one(
        "india",
        "public code over Amazon.in settlements: fees with blanks, each with its GST; TCS and TDS",
        [
            "Order|Amazon.in|ItemPrice|Principal|1000.00|404-1|I-1",
            "Order|Amazon.in|ItemPrice|Product Tax|180.00|404-1|I-1",
            "Order|Amazon.in|ItemPrice|Shipping tax|9.00|404-1|I-1",
            "Order|Amazon.in|Promotion|Promo rebates|-50.00|404-1|I-1",
            "Order|Amazon.in|Promotion|Product tax discount|-9.00|404-1|I-1",
            "Order|Amazon.in|ItemFees|Fixed closing fee|-26.00|404-1|I-1",
            "Order|Amazon.in|ItemFees|Fixed closing fee CGST|-2.34|404-1|I-1",
            "Order|Amazon.in|ItemFees|Fixed closing fee SGST|-2.34|404-1|I-1",
            "Order|Amazon.in|ItemFees|Shipping commission|-4.00|404-1|I-1",
            "Order|Amazon.in|ItemFees|FBA Pick & Pack Fee|-14.00|404-1|I-1",
            "Order|Amazon.in|ItemFees|FBA Weight Handling Fee IGST|-2.52|404-1|I-1",
            "Order|Amazon.in|ItemFees|Amazon Easy Ship Charges|-60.00|404-1|I-1",
            "Order|Amazon.in|ItemTCS|TCS-CGST|-2.50|404-1|I-1",
            "Order|Amazon.in|ItemWithheldTax|TCS-SGST|-2.50|404-1|I-1",
            "Order|Amazon.in|ItemTDS|TDS (Section 194-O)|-1.00|404-1|I-1",
            "other-transaction|Amazon.in|other-transaction|TDS Reimbursement|1.00",
            "Refund|Amazon.in|ItemFees|Refund commission IGST|-3.60|404-2|I-1",
            "other-transaction|Amazon.in|other-transaction|RemovalComplete CGST|-1.10",
        ],
        country="IN",
        currency="INR",
        revenue=950,
        selling_fees=-30,
        fulfilment_fees=-74,
        other_fees="-11.90",
        tax=180,
        withheld_tax=-5,
    ),
    _of_one(
        "japan",
        "Finances API v0 and public lists: points that sellers grant, cash on delivery",
        [
            "Order|Amazon.co.jp|ItemPrice|Principal|3000|250-1|J-1",
            "Order|Amazon.co.jp|ItemPrice|Tax|300|250-1|J-1",
            "Order|Amazon.co.jp|ItemPrice|COD|300|250-1|J-1",
            "Order|Amazon.co.jp|ItemPrice|CODTax|30|250-1|J-1",
            "Order|Amazon.co.jp|ItemFees|CODFee|-330|250-1|J-1",
            "Order|Amazon.co.jp|Points|PointsGranted|-30|250-1|J-1",
            "Order|Amazon.co.jp|CostOfPointsGranted|CostOfPointsGranted|-15|250-1|J-1",
            "Refund|Amazon.co.jp|CostOfPointsReturned|CostOfPointsReturned|15|250-2|J-1",
            "FBAFees|Amazon.co.jp|FBA Inventory Storage Fee|Base fee|-500",
            "FBAFees|Amazon.co.jp|FBA Inventory Storage Fee|Tax on fee|-50",
        ],
        country="JP",
        currency="JPY",
        revenue=3300,
        fulfilment_fees=-330,
        storage_fees=-500,
        other_fees=-80,
        tax=330,
    ),
    _of_one(
        "mexico",
        "Mexico's law (LISR 113-A, LIVA 18-J): the marketplace withholds income tax and VAT",
        [
            "Order|Amazon.com.mx|ItemPrice|Principal|862.07|701-1|M-1",
            "Order|Amazon.com.mx|ItemPrice|Tax|137.93|701-1|M-1",
            "Order|Amazon.com.mx|ItemWithheldTax|IVA|-68.97|701-1|M-1",
            "Order|Amazon.com.mx|ItemWithheldTax|ISR|-8.62|701-1|M-1",
            "other-transaction|Amazon.com.mx|other-transaction|ISR withheld|-1.00",
        ],
        country="MX",
        currency="MXN",
        revenue="862.07",
        tax="137.93",
        withheld_tax="-78.59",
    ),
    _of_one(
        "emirates",
        "a public list of the labels in four settlements of Amazon.ae of 2026",
        [
            "Order|Amazon.ae|ItemPrice|Principal|100.00|406-1|G-1",
            "Order|Amazon.ae|ItemPrice|COD|10.00|406-1|G-1",
            "Order|Amazon.ae|ItemFees|CODFee|-10.00|406-1|G-1",
            "Order|Amazon.ae|ItemFees|VariableClosingFee|-2.00|406-1|G-1",
            "AmazonFees|Amazon.ae|Premium Services Fee|Base fee|-500.00",
            "AmazonFees|Amazon.ae|Premium Services Fee|Tax on fee|-25.00",
        ],
        country="AE",
        currency="AED",
        revenue=110,
        fulfilment_fees=-10,
        selling_fees=-2,
        other_fees=-525,
    ),
)


def _stored(month: str, fee: str) -> bytes:
    """A storage fees report of one product."""
    row = {
        "asin": "B0REAL0001", "fnsku": "X0REAL0001", "product_name": "Item", "fulfillment_center": "LEX1",
        "country_code": "US", "average_quantity_on_hand": "10", "month_of_charge": month, "est_base_msf": fee,
        "est_sus": "0", "currency": "USD", "estimated_monthly_storage_fee": fee,
    }  # fmt: skip
    return "".join("\t".join(line) + "\r\n" for line in (row, row.values())).encode()


def _storage(name: str, profit: str, *settlements: Sequence[str]) -> Case:
    """30.00 of storage in July as the report tells it, and the settlements of August."""
    number = 72_000_000_000 + sum(ord(each) * 31**i for i, each in enumerate(name)) % 10**8 * 10
    bills = [
        Given(SETTLEMENTS, "us", settlement(str(number + i), *lines), name=f"bill{i}.txt")
        for i, lines in enumerate(settlements)
    ]
    query = f"select sum(profit_amount) from marts.profit_daily where store_id = 'storage-{name}-us'"  # noqa: S608
    return Case(
        f"storage-{name}",
        f"{NAMED_2026}; what the storage fees report tells is billed under one label or another",
        (Given(STORAGE, "us", _stored("2026-07", "30.00")), *bills),
        {query: [(profit,)]},
    )


_DAY = "|||2026-08-09"
STORED = (
    _storage("old", "-30.00", [f"ServiceFee|Amazon.com|other-transaction|Storage Fee|-30.00{_DAY}"]),
    _storage("spaced", "-30.00", [f"other-transaction||other-transaction|FBA Inventory Storage Fee|-30.00{_DAY}"]),
    _storage("joined", "-30.00", [f"ServiceFee|Amazon.com|FBAStorageFee|FBAStorageFee|-30.00{_DAY}"]),
    _storage("named", "-30.00", [f"FBAFees|Amazon.com|FBA Inventory Storage Fee|Base fee|-30.00{_DAY}"]),
    _storage(
        "taxed",
        "-33.00",
        [
            f"FBAFees|Amazon.com|FBA Inventory Storage Fee|Base fee|-32.00{_DAY}",
            f"FBAFees|Amazon.com|FBA Inventory Storage Fee|Discount on fee|2.00{_DAY}",
            f"FBAFees|Amazon.com|FBA Inventory Storage Fee|Tax on fee|-3.00{_DAY}",
        ],
    ),
    _storage(
        "twice",
        "-31.00",
        [f"FBAFees|Amazon.com|FBA Inventory Storage Fee|Base fee|-20.00{_DAY}"],
        [
            f"FBAFees|Amazon.com|FBA Inventory Storage Fee|Base fee|-10.00{_DAY}",
            "other-transaction|Amazon.com|other-transaction|Storage Fee|-1.00|||2026-08-12",
        ],
    ),
    # what the report does not tell is no bill of it
    _storage(
        "reserved",
        "-42.00",
        [
            f"other-transaction|Amazon.com|Capacity Reservation Fee|Reservation Fee|-5.00{_DAY}",
            f"FBAFees|Amazon.com|AWD Storage Fee|Base fee|-4.00{_DAY}",
            f"other-transaction|Amazon.com|other-transaction|StorageRenewalBilling|-3.00{_DAY}",
        ],
    ),
)


def _spent(**days: str) -> bytes:
    """A report of campaigns. days: cost by day, as d2026_08_03."""
    return json.dumps(
        [
            {"date": day[1:].replace("_", "-"), "campaignId": 7001, "campaignName": "All", "campaignStatus": "ENABLED",
             "campaignBudgetAmount": 25.0, "campaignBudgetCurrencyCode": "INR", "campaignBudgetType": "DAILY_BUDGET",
             "impressions": 100, "clicks": 5, "cost": float(Decimal(cost)), "spend": float(Decimal(cost))}
            for day, cost in days.items()
        ]
    ).encode()  # fmt: skip


def _ads(name: str, spent: bytes, right: Sequence[Row], *settlements: bytes) -> Case:
    compared = (
        "select date, amount, compared_amount, difference from marts.sales_reconciliation "  # noqa: S608
        f"where store_id = 'ads-{name}-in' and kind = 'advertising_against_settlements' order by date"
    )
    profit = (
        f"select sum(advertising_amount), sum(profit_amount) from marts.profit_daily where store_id = 'ads-{name}-in'"  # noqa: S608
    )
    cost = sum(Decimal(str(each["cost"])) for each in json.loads(spent))
    return Case(
        f"ads-{name}",
        "public code over real accounts: settlements of cash on delivery, or of invoiced orders, beside the usual",
        (
            *(Given(SETTLEMENTS, "in", each, name=f"{i}.txt") for i, each in enumerate(settlements)),
            Given(CAMPAIGNS, "in", spent, name="campaigns.json"),
        ),
        {compared: right, profit: [(-cost, -cost)]},
        stores={"in": "IN"},
        currency="INR",
    )


def _charged(number: int, amount: str, first: str, last: str) -> bytes:
    lines = [f"ServiceFee|Amazon.in|Cost of Advertising|TransactionTotalAmount|{amount}|||{last}"] if amount else []
    # a sale and its fee, so that what is left is nothing
    sale = f"Order|Amazon.in|ItemPrice|Principal|10.00|404-{number}|I-1|{first}"
    return settlement(
        str(number), *lines, sale, f"Order|Amazon.in|ItemFees|Commission|-10.00|404-{number}|I-1|{first}",
        currency="INR", first=first, last=last,
    )  # fmt: skip


ADVERTISED = (
    _ads(
        "same-days",
        _spent(d2026_08_03="100.00", d2026_08_14="40.00"),
        [("2026-08-15", 140, 140, 0)],
        _charged(73000000001, "-120.00", "2026-08-01", "2026-08-15"),
        _charged(73000000002, "", "2026-08-01", "2026-08-15"),
        _charged(73000000003, "-20.00", "2026-08-01", "2026-08-15"),
    ),
    _ads(
        "other-days",
        # the fifteenth is the last day of one settlement and the first of the next
        _spent(d2026_08_03="100.00", d2026_08_15="7.00", d2026_08_20="40.00"),
        [("2026-08-15", 107, 107, 0), ("2026-08-29", 40, 40, 0)],
        _charged(73000000004, "-107.00", "2026-08-01", "2026-08-15"),
        _charged(73000000005, "-40.00", "2026-08-15", "2026-08-29"),
        _charged(73000000006, "", "2026-07-25", "2026-08-25"),
    ),
)

CASES = (
    Case(
        name="two-accounts-debt",
        met="amzn/selling-partner-api-docs#778: balances move between the settlements of one account",
        stores={"de": "DE", "it": "IT"},
        currency="EUR",
        given=(
            Given(
                SETTLEMENTS,
                "de",
                settlement(
                    "71000000001",
                    "Order|Amazon.de|ItemPrice|Principal|80.00|302-1|D-1",
                    "Debt Adjustment||Debt Adjustment|Cross-Account Debt Adjustment against IT|-30.00",
                    currency="EUR",
                ),
            ),
        ),
        right={
            "select revenue_amount, transfers_amount, profit_or_loss_amount, unknown_amount from marts.settlements "
            "where store_id = 'two-accounts-debt-de'": [(80, -30, 80, 0)],
        },
    ),
    *LABELS,
    *STORED,
    *ADVERTISED,
)
