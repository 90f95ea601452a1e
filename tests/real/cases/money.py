"""Settlements as they are met: labels, transfers, taxes, settlements side by side."""

from __future__ import annotations

from tests.real.case import Case, Given, settlement

SETTLEMENTS = "amazon_sp.settlements_v2"

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
)
