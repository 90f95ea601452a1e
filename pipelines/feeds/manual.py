"""Files that users write: data only. They come from no API; `tradewind import` lands them."""

from __future__ import annotations

from pipelines.feeds.feed import Feed, Section

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="manual.product_costs",
        title="Product costs",
        shape="file",
        scope="store",
        write_disposition="snapshot",
        sections=(
            Section(
                known=("sku", "valid_from", "unit_cost", "currency", "lead_time_days", "shipping_cost"),
                required=("sku", "valid_from", "unit_cost", "currency"),
                dates=("valid_from",),
            ),
        ),
        delimiter=",",
        quoting="standard",
        spreadsheet_sku="sku",
    ),
    Feed(
        name="manual.cost_batches",
        title="Batches of goods and what they cost",
        shape="file",
        scope="store",
        write_disposition="snapshot",
        sections=(
            Section(
                known=("sku", "received_on", "quantity", "unit_cost", "currency"),
                required=("sku", "received_on", "quantity", "unit_cost", "currency"),
                dates=("received_on",),
            ),
        ),
        delimiter=",",
        quoting="standard",
        spreadsheet_sku="sku",
    ),
    Feed(
        name="manual.stock",
        title="Own stock",
        shape="file",
        scope="store",
        write_disposition="snapshot",
        # the store says whose stock it is; it is the tenant's, whatever store it is imported for
        sections=(
            Section(
                known=("sku", "location", "on_hand", "as_of"),
                required=("sku", "on_hand"),
            ),
        ),
        delimiter=",",
        quoting="standard",
        spreadsheet_sku="sku",
    ),
    Feed(
        name="manual.fx_rates",
        title="Exchange rates",
        shape="file",
        scope="global",
        write_disposition="replace",
        # rate: how many units of quote_currency one unit of base_currency is worth on that day
        sections=(
            Section(
                known=("date", "base_currency", "quote_currency", "rate"),
                required=("date", "base_currency", "quote_currency", "rate"),
                day="date",
                dates=("date",),
                day_formats=("iso", "%d.%m.%Y"),
            ),
        ),
        delimiter=",",
        quoting="standard",
    ),
)
