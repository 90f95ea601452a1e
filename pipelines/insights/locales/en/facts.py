"""English: what each fact is called. Data only."""


def _compared(prefix: str, label: str) -> dict[str, str]:
    return {
        f"{prefix}_day": f"{label} of the day",
        f"{prefix}_weekday_average": f"{label}, usual for this weekday",
        f"{prefix}_vs_weekday": f"{label} against the weekday's usual",
        f"{prefix}_week_ago": f"{label}, same day a week earlier",
        f"{prefix}_vs_week_ago": f"{label} against the same day a week earlier",
    }


def _weeks(prefix: str, label: str) -> dict[str, str]:
    return {
        f"{prefix}_7d": f"{label}, seven days",
        f"{prefix}_previous_7d": f"{label}, seven days before",
        f"{prefix}_vs_previous_7d": f"{label} against the seven days before",
    }


FACTS = {
    "day": "Day of this brief",
    **_compared("sales", "Sales"),
    **_weeks("sales", "Sales"),
    **_compared("units", "Units"),
    **_compared("orders", "Orders"),
    "pending_units_day": "Units pending payment",
    "cancelled_units_day": "Units cancelled",
    **_compared("sessions", "Sessions"),
    **_compared("conversion", "Conversion (units per session)"),
    "sku_sales_7d": "Sales of the SKU, seven days",
    "sku_sales_previous_7d": "Sales of the SKU, seven days before",
    "sku_sales_change": "Change of the SKU's sales",
    "buy_box_7d": "Buy box share, seven days",
    "buy_box_previous_7d": "Buy box share, seven days before",
    "buy_box_change": "Change of the buy box share",
    "traffic_final_on": "Day from which the visits are final",
    "traffic_open_days": "Days whose visits are not final",
    "ads_open_days": "Days whose ads are not final",
    "ads_final_on": "Day from which the ads are final",
    "skus_out_of_stock": "SKUs out of stock",
    "skus_low_cover": "SKUs running low",
    "stock_as_of": "Day of the inventory snapshot",
    "stock_on_hand": "Units on hand",
    "stock_inbound": "Units inbound",
    "sku_velocity": "Units sold a day in stock",
    "sku_units_30d": "Units sold in thirty days",
    "days_of_cover": "Days of cover",
    "stock_out_date": "Projected stock-out",
    **_weeks("ad_spend", "Ad spend"),
    **_weeks("ad_sales", "Ad sales"),
    **_weeks("acos", "ACoS"),
    "campaign_spend": "Spend of the campaign without a sale",
    "campaign_clicks": "Clicks of the campaign without a sale",
    "wasted_terms": "Search terms without a sale",
    "wasted_terms_spend": "Spend on search terms without a sale",
    "term_spend": "Spend on the search term without a sale",
    "term_clicks": "Clicks of the search term without a sale",
    "competitor_price": "Competitor's price",
    "competitor_previous_price": "Competitor's price before",
    "competitor_price_change": "Change of the competitor's price",
    "competitor_changed_on": "Day of the price change",
    "own_price": "Our price",
    "price_gap": "Competitor's price against ours",
    "competitor_out_since": "Competitor out of stock since",
    "settlement_amount": "Settlement paid",
    "settlement_from": "Settlement's first posting",
    "settlement_to": "Settlement's last posting",
    "gap_days": "Days missing",
    "gap_last_day": "Last day missing",
    "data_until": "Data until",
    "incomplete_units": "Units without costs or fees",
    "incomplete_share": "Share of units without costs or fees",
}
