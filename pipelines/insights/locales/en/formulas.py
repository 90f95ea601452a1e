"""English: how each fact is computed, in words: what is summed, over what, divided by what. Data only.

Columns of the fact's table stand in backticks. Numbers are words, because a figure on a page is always a fact.
"""

from pipelines.insights.locales.en import money

_USUAL = "the same weekday in the four weeks before"
_OPEN = "read at the same age, where the day is not final"


def _compared(prefix: str, what: str, *, points: bool = False) -> dict[str, str]:
    per = "in points" if points else "divided by the latter"
    return {
        f"{prefix}_day": f"{what} of the day",
        f"{prefix}_weekday_average": f"Average over {_USUAL}: {what}; {_OPEN}",
        f"{prefix}_vs_weekday": f"The day's figure less the average over {_USUAL}, {per}",
        f"{prefix}_week_ago": f"{what} of the day one week before; {_OPEN}",
        f"{prefix}_vs_week_ago": f"The day's figure less that of one week before, {per}",
    }


def _range(prefix: str) -> dict[str, str]:
    spread = "three and a half robust deviations (of the median absolute deviation)"
    return {
        f"{prefix}_usual_low": f"Median of the same weekday in the eight weeks before, less {spread}",
        f"{prefix}_usual_high": f"Median of the same weekday in the eight weeks before, plus {spread}",
    }


def _parts(prefix: str, whose: str) -> dict[str, str]:
    """As `measures/why.py` computes them."""
    return {
        f"{prefix}_from_traffic": f"Change of {whose} `sessions` times average conversion times average price; "
        "averages are those of both periods",
        f"{prefix}_from_conversion": f"Change of {whose} units per session times average `sessions`"
        " times average price",
        f"{prefix}_from_units": f"Change of {whose} `units` times average price per unit of both periods",
        f"{prefix}_from_price": f"Change of {whose} average price per unit times average `units` of both periods",
    }


def _weeks(prefix: str, what: str, *, points: bool = False) -> dict[str, str]:
    per = "in points" if points else "divided by the latter"
    return {
        f"{prefix}_7d": f"{what} of seven days",
        f"{prefix}_previous_7d": f"{what} of the seven days before; {_OPEN}",
        f"{prefix}_vs_previous_7d": f"The figure of seven days less that of the seven days before, {per}",
    }


def _months(prefix: str, what: str, *, points: bool = False) -> dict[str, str]:
    per = "in points" if points else "divided by the latter"
    return {
        f"{prefix}_30d": f"{what} over thirty days",
        f"{prefix}_previous_30d": f"{what} over the thirty days before; {_OPEN}",
        f"{prefix}_vs_previous_30d": f"The figure of thirty days less that of the thirty days before, {per}",
    }


def _year_ago(prefix: str, what: str, *, points: bool = False) -> dict[str, str]:
    per = "in points" if points else "divided by the latter"
    return {
        f"{prefix}_year_ago": f"{what} of the ISO week of the same number a year earlier; {_OPEN}",
        f"{prefix}_vs_year_ago": f"The figure of the week less that of the ISO week a year earlier, {per}",
    }


_SALES = "Sum of `item_price_amount`"
_SPEND = "Sum of `cost` of Sponsored Products"
_AD_SALES = "Sum of `sales_7d` of Sponsored Products, attributed within seven days of the click"

_RANGED = ("sales", "units", "orders", "sessions", "conversion")

FORMULAS = {
    "day": "The last day of the brief's period; it is chosen, not computed",
    **_compared("sales", _SALES),
    **_weeks("sales", _SALES),
    **_compared("units", "Sum of `units`"),
    **_compared("orders", "Count of different `amazon_order_id` with a price, without cancelled ones,"),
    "pending_units_day": "Sum of `pending_units` of the day: ordered, not yet paid, not in sales",
    "cancelled_units_day": "Sum of `cancelled_units` of the day; they are not in sales",
    **_compared("sessions", "`sessions` of the store"),
    **_compared("conversion", "`units_ordered` divided by `sessions`", points=True),
    "sku_sales_7d": "Sum of `item_price_amount` of the SKU over seven days",
    "sku_sales_previous_7d": "Sum of `item_price_amount` of the SKU over the seven days before",
    "sku_sales_change": "Sales of the SKU over seven days, minus those of the seven days before",
    "buy_box_7d": "`buy_box_percentage` of the SKU over seven days, weighted by `page_views`",
    "buy_box_previous_7d": "`buy_box_percentage` of the SKU over the seven days before, weighted by `page_views`",
    "buy_box_change": "Share of seven days minus that of the seven before, in points",
    "traffic_final_on": "Last day of the period plus the greatest age at which the report is asked for again",
    "traffic_open_days": "Count of days of the period whose report was not yet read at its greatest age",
    "ads_open_days": "Count of days of the period whose report was not yet read at its greatest age",
    "ads_final_on": "Last day of the period plus the greatest age at which the report is asked for again",
    "alerts_open": "Count of incidents that had begun by the day after, were not over by then, and are not muted",
    "alerts_critical": "Count of these incidents with the `severity` critical",
    "alert_since": "`first_seen` of the incident: the first day on which it was so",
    "skus_out_of_stock": "Count of SKUs with `fulfillable_quantity` of zero that sold within ninety days",
    "skus_low_cover": "Count of SKUs in stock with fewer days of cover than three weeks",
    "stock_as_of": "Latest `as_of_date`",
    "stock_on_hand": "`fulfillable_quantity` of the last snapshot",
    "stock_inbound": "`inbound_quantity` of the last snapshot",
    "sku_velocity": "`velocity`: units sold divided by days on which the SKU was in stock",
    "sku_units_30d": "`units_30d`: units sold in thirty days",
    "days_of_cover": "Days until the median of the forecast of demand has used up what is on hand; without a "
    "forecast, `days_of_cover`: units on hand divided by `velocity`",
    "stock_out_date": "Day on which the median of the forecast of demand has used up what is on hand; without a "
    "forecast, `stock_out_date`: day of the snapshot plus days of cover",
    **_weeks("ad_spend", _SPEND),
    **_weeks("ad_sales", _AD_SALES),
    **_weeks("acos", "`cost` divided by `sales_7d` of Sponsored Products", points=True),
    # advertising
    "campaign_spend": "Sum of `cost` of the campaign, which has no `purchases_14d` over the period",
    "campaign_clicks": "Sum of `clicks` of the campaign, which has no `purchases_14d` over the period",
    "wasted_terms": "Count of search terms with cost and enough clicks, and no `purchases_14d` over the period",
    "wasted_terms_spend": "Sum of `cost` of search terms with enough clicks and no `purchases_14d` over the period",
    "term_spend": "Sum of `cost` of the search term, which has no `purchases_14d` over the period",
    "term_clicks": "Sum of `clicks` of the search term, which has no `purchases_14d` over the period",
    **_months("ad_spend", "Sum of `cost` of all campaigns"),
    **_months("ad_sales", "Sum of `sales_14d` of all campaigns, attributed within fourteen days of the click"),
    **_months("acos", "`cost` divided by `sales_14d` of all campaigns", points=True),
    "all_ads_spend": "Sum of `cost` of all ad products over the period",
    "tacos_30d": "Sum of `cost` divided by the sum of `ordered_sales_net_amount` over the period",
    "wasted_spend": "Cost of campaigns without a sale plus that of search terms without one in other campaigns",
    "wasted_share": "Spend without a sale divided by the `cost` of Sponsored Products",
    "wasted_paused_spend": "Spend without a sale, of campaigns whose newest status is paused or archived",
    "wasted_campaigns": "Count of campaigns with cost and enough clicks, and no `purchases_14d` over the period",
    "wasted_campaigns_spend": "Sum of `cost` of campaigns with enough clicks and no `purchases_14d` over the period",
    "negative_terms": "Count of search terms that the mart lists as candidates",
    "negative_terms_spend": "Sum of `cost` of the search terms that the mart lists as candidates",
    "negative_spend": "`cost` of the search term in the mart's window",
    "negative_clicks": "`clicks` of the search term in the mart's window",
    "negative_chance": "`p_value`: how likely so many clicks without an order are by chance",
    "losing_products": "Count of products whose ad sales times break-even ACoS are less than their spend",
    "losing_products_loss": "Sum of what the ads of these products lose",
    "product_ad_loss": "Sum of `cost` less `sales_14d` times break-even ACoS",
    "product_ad_gain": "Sum of `sales_14d` times break-even ACoS, less `cost`",
    "product_ad_spend": "Sum of `cost` of the product over the period",
    "product_paused_spend": "Sum of `cost` of the product in campaigns whose newest status is paused or archived",
    "product_ad_sales": "Sum of `sales_14d` of the product over the period",
    "product_acos": "`cost` divided by `sales_14d` of the product",
    "product_break_even": "`break_even_acos`: what a sale leaves before its ads, divided by its price",
    "click_cost": "`cost` divided by `clicks` of the product",
    "click_worth": "`sales_14d` times break-even ACoS, divided by `clicks`",
    "campaign_cost": "Sum of `cost` of the campaign over the period",
    "campaign_sales": "Sum of `sales_14d` of the campaign over the period",
    "campaign_acos": "`cost` divided by `sales_14d` of the campaign",
    "campaign_break_even": "Break-even ACoS of the campaign's products, weighted by their `sales_14d`",
    "campaign_ad_loss": "`cost` of the campaign less its products' `sales_14d` times their break-even ACoS",
    "campaign_ad_gain": "The products' `sales_14d` times their break-even ACoS, less `cost` of the campaign",
    "campaign_budget": "Newest `campaign_budget_amount`",
    "campaign_days": "Count of days of the campaign in the period",
    "campaign_full_days": "Count of days on which `cost` reached `campaign_budget_amount`",
    "competitor_price": "`price_amount` of the offer's version that holds on the day",
    "competitor_previous_price": "`price_amount` of the version before it",
    "competitor_price_change": "Price minus the price before, divided by the price before",
    "competitor_changed_on": "`valid_from` of the offer's version that holds on the day",
    "own_price": "`price_amount` of our product at its last crawl within seven days",
    "price_gap": "Competitor's price minus ours, divided by ours",
    "competitor_out_since": "`valid_from` of the version that is out of stock",
    "settlement_amount": "`total_amount` of the last settlement that ended by the day",
    "settlement_from": "`started_at` of the settlement, as a day of the store",
    "settlement_to": "Last day of the store before `ended_at` of the settlement",
    # profit
    "profit_day": "Sum of the statement's lines of the day",
    "margin_day": "Profit of the day divided by its `revenue_net_amount`",
    "profit_7d": "Sum of the statement's lines over seven days; units without costs or fees are left out",
    "margin_7d": "Profit of seven days divided by their `revenue_net_amount`",
    "tacos_7d": "Sum of `cost` divided by the sum of `ordered_sales_net_amount` over seven days",
    "tacos_previous_7d": "Sum of `cost` divided by the sum of `ordered_sales_net_amount` over the seven days before",
    "tacos_vs_previous_7d": "The share of seven days less that of the seven before, in points",
    "profit_estimated_days": "Count of days of the period after the latest `posted_date`",
    "profit_settled_until": "Latest `posted_date` of settlement lines by the day",
    "profit_days_without_ads": "Count of days of the period after the latest day with advertising",
    "profit_left_out_units": "Sum of `units` of rows with `units_without_cost` or `units_without_fees`",
    "profit_left_out_share": "Units left out divided by all `units`",
    "order_profit_7d": "Sum of revenue, VAT, selling fees, FBA fees and goods over seven days",
    "order_profit_previous_7d": "Sum of revenue, VAT, selling fees, FBA fees and goods over the seven days before",
    "order_profit_change": "Profit of the orders of seven days less that of the seven days before",
    "part_7d": "Sum of the line's columns over seven days; what is paid is negative",
    "part_previous_7d": "Sum of the line's columns over the seven days before; what is paid is negative",
    "part_change": "The line of seven days less that of the seven days before",
    "sku_profit_7d": "Sum of revenue, fees and goods of the SKU's orders over seven days",
    "sku_profit_change": "Profit of the SKU's orders over seven days less that of the seven days before",
    "settled_profit_7d": "Sum of the statement's lines over the last seven days that settlements cover",
    "settled_margin_7d": "Profit of these days divided by their `revenue_net_amount`",
    "settled_profit_change": "Profit of the last seven settled days less that of the seven days before",
    "settled_estimated_share": "Units of which `fees_source` is not settled, divided by the units of these days",
    "settlement_deposit_on": "`deposit_date` of the settlement",
    # what is at stake
    "sales_day_difference": "Sales of the day less the usual of its weekday",
    "ad_spend_difference_7d": "Ad spend of seven days less that of the seven days before",
    "stock_at_risk_a_week": "Units a day, by the forecast or `velocity`, times average price without tax times seven, "
    "for the share of the coming three weeks without stock",
    "buy_box_at_risk_a_week": "Sales of the week before times the lost share, divided by the share of that week",
    "campaign_spend_a_week": "Spend of the period times seven, divided by its days",
    "wasted_terms_spend_a_week": "Spend of the period times seven, divided by its days",
    "term_spend_a_week": "Spend of the period times seven, divided by its days",
    "undercut_a_week": "Our sales of the product in seven days times the part of our price that the cut is below it",
    # the competitors brief
    "competitors_watched": "Count of tracked competitors with a page read in the seven days",
    "competitors_compared": "Count of competitors of which, as of our product, the newest page shows a price",
    "competitors_cheaper": "Count of these competitors whose `price_amount` is below ours",
    "competitors_cut": "Count of competitors whose last price change of the week is a cut that still holds",
    "competitors_raised": "Count of competitors whose last price change of the week is a rise that still holds",
    "competitors_out": "Count of competitors whose newest page and version are out of stock",
    "competitor_back_on": "`date` of the last event `back_in_stock` in the seven days",
    "competitor_seller_changed_on": "`date` of the last event `buy_box_changed` in the seven days",
    "own_rank": "`bsr_rank` of the newest page of the week",
    "own_rank_before": "`number_before` of the last event of the rank in the week",
    "own_rating": "`stars` of the newest page of the week",
    "own_rating_before": "`number_before` of the last event `rating_changed` in the week",
    "own_new_ratings": "`reviews_count` of the newest page less that of the newest page of the week before",
    "competitor_rank": "`bsr_rank` of the newest page of the week",
    "competitor_rank_before": "`number_before` of the last event of the rank in the week",
    "competitor_rating": "`stars` of the newest page of the week",
    "competitor_rating_before": "`number_before` of the last event `rating_changed` in the week",
    "competitor_new_ratings": "`reviews_count` of the newest page less that of the newest page of the week before",
    "own_out_since": "`valid_from` of the version that is out of stock",
    "rivals_compared": "Count of the product's competitors whose newest page of the week shows a price",
    "rivals_cheaper": "Count of these competitors whose `price_amount` is below ours",
    "own_searches": "`keywords_own` of the newest searches of the week",
    "searches_read": "`keywords_searched` of the newest searches of the week",
    "searches_shared": "`keywords_shared` of the newest searches of the week",
    "searches_behind": "`keywords_competitor_ahead` of the newest searches of the week",
    "keyword_place": "Least `organic_position` of own products in the newest search of the week",
    "keyword_place_week_ago": "The same in the newest search of seven days before it, or up to six days earlier",
    "keyword_place_month_ago": "The same in the newest search of four weeks before it, or up to six days earlier",
    "first_page_entered_on": "Day of the last search that shows an own product on `page` one after one that does not",
    "first_page_left_on": "Day of the last search that shows none on `page` one after one that does",
    "own_place": "`own_organic_position` of the newest searches of the week",
    "competitor_place": "`competitor_organic_position` of the newest searches of the week",
    "competitor_paid_places": "`competitor_sponsored_places` of the newest searches of the week",
    "watched_sales_a_week": "Sum of `item_price_amount` of the product's orders of four weeks, divided by four",
    "watched_tenth_a_week": "A tenth of our sales of the product a week: what such a change is weighed by",
    "rival_tenth_a_week": "A tenth of our sales a week of the product beside it: what such a change is weighed by",
    "price_below_a_week": "Our sales of the product a week times how much cheaper the competitor is",
    "headroom_a_week": "Our sales of the product a week times how much dearer the competitor is",
    # what findings of advertising are put in order by
    "wasted_spend_a_week": "Spend of the period times seven, divided by its days",
    "negative_terms_spend_a_week": "Spend of the period times seven, divided by its days",
    "negative_spend_a_week": "Spend of the period times seven, divided by its days",
    "losing_products_loss_a_week": "Loss of the period times seven, divided by its days",
    "product_ad_loss_a_week": "Loss of the period times seven, divided by its days",
    "product_ad_room_a_week": "A fifth of what the ads earned in the period, times seven, divided by its days",
    "campaign_ad_room_a_week": "A fifth of what the ads earned in the period, times seven, divided by its days",
    # whether data is whole
    "gap_days": "Count of days with `is_gap` of the report, in the days that the brief looks at, that can still be had",
    "gap_last_day": "Latest day with `is_gap`, of the report, that can still be had",
    "unavailable_days": "Count of days of the report with the `state` unavailable, in the days that the brief looks at",
    "unavailable_last_day": "Latest day of the report with the `state` unavailable",
    "data_until": "Latest day of the report that has rows",
    "incomplete_units": "Sum of `units` without `is_complete` over thirty days",
    "incomplete_share": "Sum of `units` without `is_complete`, divided by the sum of all `units`, over thirty days",
    **{name: text for prefix in _RANGED for name, text in _range(prefix).items()},
    "sales_change": "Sum of `item_price_amount` of the period, less that of the period before",
    **_parts("sales", "the store's"),
    "sales_from_price": "For each SKU, change of its average price per unit times its average `units`, added up",
    "sales_from_mix": "What is left of the change: dearer or cheaper products in the place of others",
    **_parts("sku_sales", "the SKU's"),
    "sku_days_out": "Count of days of the period without stock at their start and at their end",
    "sku_days_out_before": "Count of days of the period before without stock at their start and at their end",
    "sku_price": "Median over the days of the period of `item_price_amount` divided by `units` of the SKU",
    "sku_price_change": "Median price per unit less that of the period before, divided by the latter",
    "sku_ad_clicks": "Sum of `clicks` of Sponsored Products of the SKU, on the days whose clicks are final",
    "sku_ad_clicks_change": "Clicks less those on the same days of the period before, divided by the latter",
    "sku_competitor_price_change": "Largest price cut in the period of a tracked competitor that is cheaper than ours",
    # the inventory brief
    "orders_due": "Count of SKUs with units to order",
    "orders_late": "Count of SKUs with units to order whose last day is before today",
    "orders_cost": "Sum of units to order times `unit_cost_amount`, of SKUs whose unit cost is known",
    "orders_without_cost": "Count of SKUs with units to order and without `unit_cost_amount` in the store's currency",
    "order_units": "Median demand from today over lead time and cover of the store, plus safety stock, less on "
    "hand and inbound, once the last day for it is within a week",
    "order_by": "First day on which the high case of demand has used up what is on hand "
    "and inbound, less the lead time",
    "unit_cost": "`unit_cost_amount`: newest costs of the SKU",
    "order_cost": "Units to order times `unit_cost_amount`",
    "lead_time": "`lead_time_days` of the SKU's costs",
    "lead_time_assumed": "`lead_time_days` of the store's settings, as the SKU's costs name none",
    "order_lost_sales": "Mean demand over the lead time beyond what is on hand and inbound, times "
    "average price without tax of ninety days",
    "order_delay_a_week": "Mean demand beyond what is on hand and inbound, over the lead time and a week, less that "
    "over the lead time, times average price without tax",
    "demand_28d_low": "Tenth percentile of the forecast of four weeks' units; without a "
    "forecast, `velocity` less its spread",
    "demand_28d": "Median of the forecast of four weeks' units; without a forecast, `velocity` times the days",
    "demand_28d_high": "Ninetieth percentile of the forecast of four weeks' units; without a "
    "forecast, `velocity` plus its spread",
    "stock_out_early": "First day on which the high case of demand has used up what is on hand",
    "cover_with_inbound": "Days until the median demand has used up what is on hand and inbound",
    "skus_out_30d": "Count of SKUs with `velocity` and with days without stock at their start and at their end",
    "out_days_30d": "Count of days without stock at their start and at their end",
    "lost_units_30d": "Days out of stock times `velocity`",
    "lost_sales_30d": "Days out of stock times `velocity` times average price without tax of ninety days",
    "lost_sales_of_all_30d": "Sum over SKUs of days out of stock times `velocity` times average price without tax",
    "lost_sales_a_week": "Sales lost in thirty days times seven, divided by thirty",
    "stock_value": "Sum of `inventory_value_amount`: on hand and reserved, at unit cost",
    "skus_to_clear": "Count of SKUs with surplus units, or with `aged_surcharge_amount`",
    "surplus_units": "Units on hand less the high case of the demand of ninety days",
    "surplus_cost": "Surplus units times `unit_cost_amount`",
    "surplus_cost_of_all": "Sum of surplus units times `unit_cost_amount`",
    "aged_units": "Sum of the `age_..._quantity` columns of more than one hundred and eighty days",
    "aged_surcharge": "`aged_surcharge_amount`: what the next monthly charge takes for old units",
    "storage_month": "Sum of `storage_fees_amount` of the SKU over the month, as a cost",
    "keeping_month": "Next surcharge for age, plus storage of the last billed month times "
    "surplus units divided by units on hand",
    "keeping_month_of_all": "Sum over SKUs to clear of what keeping them for a month costs",
    "keeping_a_week": "Cost of keeping for a month times seven, divided by thirty",
    "stranded_skus": "Count of SKUs with `stranded_quantity`",
    "stranded_units": "`stranded_quantity` of the SKU",
    "stranded_units_of_all": "Sum of `stranded_quantity`",
    "stranded_cost": "`stranded_quantity` times `unit_cost_amount`",
    "stranded_sales_a_week": "Units a day times seven, at most the stranded ones, times average price without tax",
    "unsellable_skus": "Count of SKUs with `unsellable_quantity`",
    "unsellable_units": "Sum of `unsellable_quantity`",
    "unsellable_cost": "Sum of `unsellable_quantity` times `unit_cost_amount`, where all unit costs are known",
    "removals_in_process": "Sum of `in_process_quantity` of removals asked for in sixty days",
    "removal_fees": "Sum of `removal_fee_amount` of removals asked for in sixty days",
    "reserved_units": "Sum of `reserved_quantity`",
    "reserved_for_orders": "Sum of `reserved_customer_orders_quantity`",
    "reserved_in_transfer": "Sum of `reserved_transfers_quantity`",
    "reserved_in_processing": "Sum of `reserved_processing_quantity`",
    # the weekly brief
    **_weeks("units", "Sum of `units`"),
    **_weeks("orders", "Count of different `amazon_order_id` with a price, without cancelled ones,"),
    **_weeks("sessions", "Sum of `sessions` of the store"),
    **_weeks("conversion", "Sum of `units_ordered` divided by the sum of `sessions`", points=True),
    **_year_ago("sales", _SALES),
    **_year_ago("units", "Sum of `units`"),
    **_year_ago("orders", "Count of different `amazon_order_id` with a price, without cancelled ones,"),
    **_year_ago("sessions", "Sum of `sessions` of the store"),
    **_year_ago("conversion", "Sum of `units_ordered` divided by the sum of `sessions`", points=True),
    **_year_ago("ad_spend", _SPEND),
    **_year_ago("acos", "`cost` divided by `sales_7d` of Sponsored Products", points=True),
    "order_profit_year_ago": "Sum of revenue, VAT, selling fees, FBA fees and goods over the ISO week a year earlier",
    "order_profit_vs_year_ago": "Profit of the orders of the week less that of the ISO week a year earlier",
    "week_missing_days": "Count of days of the week whose orders have no `state` of loaded or empty",
    "week_pending_units": "Sum of `pending_units` of the week: ordered, not yet paid, not in sales",
    "visits_open_days": "Count of days of the week whose report was not yet read at its greatest age",
    "visits_final_on": "Last day of the week plus the greatest age at which the report is asked for again",
    "paid_amount": "`total_amount` of the settlement whose `deposit_date` is in the week",
    "paid_from": "`started_at` of the settlement, as a day of the store",
    "paid_to": "Last day of the store before `ended_at` of the settlement",
    "paid_on": "`deposit_date` of the settlement",
    "coming_units": "Sum of `total_mean` of all SKUs, of the first seven days after the forecast's `origin`",
    "coming_low": "Sum of `total_p10` of all SKUs, of these seven days; quantiles do not add up to one of the store",
    "coming_high": "Sum of `total_p90` of all SKUs, of these seven days; quantiles do not add up to one of the store",
    "coming_sales": "`total_mean` of each SKU times its average price without tax in ninety days, added up",
    "sku_coming_units": "`total_p50` of the SKU, of the first seven days after the forecast's `origin`",
    "sku_coming_low": "`total_p10` of the SKU, of the first seven days after the forecast's `origin`",
    "sku_coming_high": "`total_p90` of the SKU, of the first seven days after the forecast's `origin`",
    **money.FORMULAS,
}
