"""The shared cases of settlements and other money."""

from __future__ import annotations

from tests.real.case import Case
from tests.real.shared.samples import SETTLEMENTS, case, of, settled


def money() -> tuple[Case, ...]:
    fees, storage, debt = "01-fbafees-base-fee", "02-storage-counted-twice", "03-cross-account-debt"
    india, uae, sweden = "04-india-spaced-labels", "18-uae-settlement", "28-swedish-settlement"
    lines, parallel = "43-settlement-fee-lines-2026", "31-two-settlements-of-the-same-days"
    return (
        case(
            fees,
            [of(fees, "settlement.tsv", SETTLEMENTS, "c-us")],
            {
                settled(
                    "store_id, storage_fees_amount, fulfilment_fees_amount in (-33, -21), other_fees_amount "
                    "+ fulfilment_fees_amount, unknown_amount",
                    "90000000001",
                ): [("c-us", -40, True, -106, 0)]
            },
        ),
        case(
            storage,
            [
                of(storage, "storage.tsv", "amazon_sp.storage_fees", "st-new"),
                of(storage, "settlement-new-label.tsv", SETTLEMENTS, "st-new"),
                of(storage, "storage.tsv", "amazon_sp.storage_fees", "st-old"),
                of(storage, "settlement-old-label.tsv", SETTLEMENTS, "st-old"),
            ],
            {
                "select store_id, sum(profit_amount) from marts.profit_daily where store_id like 'st-%' group by 1 "
                "order by 1": [("st-new", -30), ("st-old", -30)]
            },
        ),
        case(
            debt,
            [
                of(debt, "settlement-de.tsv", SETTLEMENTS, "xd-de"),
                of(debt, "settlement-es.tsv", SETTLEMENTS, "xd-es"),
            ],
            {
                "select store_id, profit_or_loss_amount, transfers_amount from marts.settlements "
                "where store_id like 'xd-%' order by 1": [("xd-de", 100, -25), ("xd-es", -25, 25)]
            },
        ),
        case(
            india,
            [of(india, "settlement.tsv", SETTLEMENTS, "in-in")],
            {
                "select unknown_amount, selling_fees_amount, fulfilment_fees_amount from marts.settlements "
                "where store_id = 'in-in' and selling_fees_amount = -160": [(0, -160, -50)]
            },
        ),
        case(
            uae,
            [of(uae, "settlement.tsv", SETTLEMENTS, "s-ae")],
            {
                "select distinct posted_date, currency from marts.settlement_lines where settlement_id = '90000000018' "
                "order by 1": [("2026-07-05", "AED"), ("2026-07-06", "AED")],
                "select is_in_price from marts.settlement_lines where settlement_id = '90000000018' "
                "and amount_description = 'Tax'": [(True,)],
                settled("store_id, revenue_amount, tax_amount, difference, deposit_date", "90000000018"): [
                    ("s-ae", 200, 10, 0, "2026-07-18")
                ],
            },
        ),
        case(
            sweden,
            [of(sweden, "settlement.tsv", SETTLEMENTS, "s-se")],
            {
                "select revenue_amount, tax_amount, difference, currency from marts.settlements "
                "where store_id = 's-se'": [("1234.50", "308.63", 0, "SEK")]
            },
        ),
        case(
            lines,
            [of(lines, "settlement_new_fee_lines_gb.txt", SETTLEMENTS, "l-uk")],
            {
                settled("store_id, total_amount, difference, unknown_amount, transfers_amount", "990000000001"): [
                    ("l-uk", -66, 0, 0, -2)
                ]
            },
        ),
        case(
            parallel,
            [
                of(parallel, "standard.tsv", SETTLEMENTS, "in-in"),
                of(parallel, "cod.tsv", SETTLEMENTS, "in-in"),
                of(parallel, "campaigns.json", "amazon_ads.sp_campaigns", "in-in"),
            ],
            {
                "select amount, compared_amount, difference from marts.sales_reconciliation where store_id = 'in-in' "
                "and kind = 'advertising_against_settlements' and date = '2026-09-15'": [(140, 140, 0)]
            },
        ),
    )
