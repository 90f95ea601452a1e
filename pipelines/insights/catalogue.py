"""The catalogue of facts: each name, with its unit, what it is about, and the mart that it is computed from. Data only.

What a fact is called is in `locales/`, where it is computed in `measures/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["money", "units", "percent", "points", "days", "per_day", "rank", "date", "count", "stars"]


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of a fact name.

    measure: what it is about (sales, stock, ...); a sentence about another measure may not use it. mart: the mart that
    it is computed from. signed: it is a change, whose sign is shown.
    """

    unit: Unit
    measure: str
    mart: str
    signed: bool = False


def _with_comparison(prefix: str, unit: Unit, mart: str) -> dict[str, Definition]:
    change: Unit = "points" if unit == "percent" else "percent"
    return {
        f"{prefix}_day": Definition(unit, prefix, mart),
        f"{prefix}_weekday_average": Definition(unit, prefix, mart),
        f"{prefix}_vs_weekday": Definition(change, prefix, mart, signed=True),
        f"{prefix}_week_ago": Definition(unit, prefix, mart),
        f"{prefix}_vs_week_ago": Definition(change, prefix, mart, signed=True),
        f"{prefix}_usual_low": Definition(unit, prefix, mart),
        f"{prefix}_usual_high": Definition(unit, prefix, mart),
    }


def _over_weeks(prefix: str, unit: Unit, mart: str, days: int = 7) -> dict[str, Definition]:
    change: Unit = "points" if unit == "percent" else "percent"
    return {
        f"{prefix}_{days}d": Definition(unit, prefix, mart),
        f"{prefix}_previous_{days}d": Definition(unit, prefix, mart),
        f"{prefix}_vs_previous_{days}d": Definition(change, prefix, mart, signed=True),
    }


def _of_page(prefix: str) -> dict[str, Definition]:
    """What a product page shows of how it stands."""
    return {
        f"{prefix}_rank": Definition("rank", "rank", "competitor_daily"),
        f"{prefix}_rank_before": Definition("rank", "rank", "competitor_events"),
        f"{prefix}_rating": Definition("stars", "rating", "competitor_daily"),
        f"{prefix}_rating_before": Definition("stars", "rating", "competitor_events"),
        f"{prefix}_new_ratings": Definition("count", "rating", "competitor_daily"),
    }


def _drivers(prefix: str, visits: str) -> dict[str, Definition]:
    """The parts of a change of sales. visits: the mart with the sessions."""
    return {
        f"{prefix}_from_traffic": Definition("money", "sales", visits, signed=True),
        f"{prefix}_from_conversion": Definition("money", "sales", visits, signed=True),
        f"{prefix}_from_units": Definition("money", "sales", "sales_daily", signed=True),
        f"{prefix}_from_price": Definition("money", "sales", "sales_daily", signed=True),
    }


def _year_ago(prefix: str, unit: Unit, mart: str) -> dict[str, Definition]:
    change: Unit = "points" if unit == "percent" else "percent"
    return {
        f"{prefix}_year_ago": Definition(unit, prefix, mart),
        f"{prefix}_vs_year_ago": Definition(change, prefix, mart, signed=True),
    }


_PROFIT: Mapping[str, Definition] = {
    "profit_day": Definition("money", "profit", "profit_daily"),
    "margin_day": Definition("percent", "margin", "profit_daily"),
    "profit_7d": Definition("money", "profit", "profit_daily"),
    "margin_7d": Definition("percent", "margin", "profit_daily"),
    **_over_weeks("tacos", "percent", "ads_store_daily"),
    "profit_estimated_days": Definition("count", "coverage", "settlement_lines"),
    "profit_settled_until": Definition("date", "date", "settlement_lines"),
    "profit_days_without_ads": Definition("count", "coverage", "ads_campaigns_daily"),
    "profit_left_out_units": Definition("units", "profit", "profit_daily"),
    "profit_left_out_share": Definition("percent", "profit", "profit_daily"),
    # before advertising, of what is counted on the day of the order: comparable before settlements are in
    "order_profit_7d": Definition("money", "order_profit", "profit_daily"),
    "order_profit_previous_7d": Definition("money", "order_profit", "profit_daily"),
    "order_profit_change": Definition("money", "order_profit", "profit_daily", signed=True),
    # lines of the statement, by part
    "part_7d": Definition("money", "profit", "profit_daily"),
    "part_previous_7d": Definition("money", "profit", "profit_daily"),
    "part_change": Definition("money", "profit", "profit_daily", signed=True),
    "sku_profit_7d": Definition("money", "profit", "profit_daily"),
    "sku_profit_change": Definition("money", "profit", "profit_daily", signed=True),
    "settled_profit_7d": Definition("money", "profit", "profit_daily"),
    "settled_margin_7d": Definition("percent", "margin", "profit_daily"),
    "settled_profit_change": Definition("money", "profit", "profit_daily", signed=True),
    "settled_estimated_share": Definition("percent", "coverage", "profit_daily"),
}

_INVENTORY: Mapping[str, Definition] = {
    "orders_due": Definition("count", "order", "inventory_health"),
    "orders_late": Definition("count", "order", "inventory_health"),
    "orders_cost": Definition("money", "order", "inventory_health"),
    "orders_without_cost": Definition("count", "order", "inventory_health"),
    "order_units": Definition("units", "order", "inventory_health"),
    "order_by": Definition("date", "order", "inventory_health"),
    "unit_cost": Definition("money", "cost", "inventory_health"),
    "order_cost": Definition("money", "order", "inventory_health"),
    "lead_time": Definition("count", "lead_time", "inventory_health"),
    "lead_time_assumed": Definition("count", "lead_time", "inventory_health"),
    "order_lost_sales": Definition("money", "lost_sales", "inventory_health"),
    "order_delay_a_week": Definition("money", "lost_sales", "inventory_health"),
    "demand_28d_low": Definition("units", "demand", "inventory_health"),
    "demand_28d": Definition("units", "demand", "inventory_health"),
    "demand_28d_high": Definition("units", "demand", "inventory_health"),
    "stock_out_early": Definition("date", "stock", "inventory_health"),
    "cover_with_inbound": Definition("days", "stock", "inventory_health"),
    "skus_out_30d": Definition("count", "stock", "inventory_daily"),
    "out_days_30d": Definition("count", "stock", "inventory_daily"),
    "lost_units_30d": Definition("units", "lost_sales", "inventory_daily"),
    "lost_sales_30d": Definition("money", "lost_sales", "inventory_daily"),
    "lost_sales_of_all_30d": Definition("money", "lost_sales", "inventory_daily"),
    "lost_sales_a_week": Definition("money", "lost_sales", "inventory_daily"),
    "stock_value": Definition("money", "stock_value", "inventory_health"),
    "skus_to_clear": Definition("count", "surplus", "inventory_health"),
    "surplus_units": Definition("units", "surplus", "inventory_health"),
    "surplus_cost": Definition("money", "surplus", "inventory_health"),
    "surplus_cost_of_all": Definition("money", "surplus", "inventory_health"),
    "aged_units": Definition("units", "aged", "inventory_health"),
    "aged_surcharge": Definition("money", "aged", "inventory_health"),
    "storage_month": Definition("money", "storage", "profit_daily"),
    "keeping_month": Definition("money", "storage", "profit_daily"),
    "keeping_month_of_all": Definition("money", "storage", "profit_daily"),
    "keeping_a_week": Definition("money", "storage", "profit_daily"),
    "stranded_skus": Definition("count", "stranded", "inventory_health"),
    "stranded_units": Definition("units", "stranded", "inventory_health"),
    "stranded_units_of_all": Definition("units", "stranded", "inventory_health"),
    "stranded_cost": Definition("money", "stranded", "inventory_health"),
    "stranded_sales_a_week": Definition("money", "stranded", "inventory_health"),
    "unsellable_skus": Definition("count", "unsellable", "inventory_health"),
    "unsellable_units": Definition("units", "unsellable", "inventory_health"),
    "unsellable_cost": Definition("money", "unsellable", "inventory_health"),
    "removals_in_process": Definition("units", "removals", "removals_daily"),
    "removal_fees": Definition("money", "removals", "removals_daily"),
    "reserved_units": Definition("units", "reserved", "inventory_health"),
    "reserved_for_orders": Definition("units", "reserved", "inventory_health"),
    "reserved_in_transfer": Definition("units", "reserved", "inventory_health"),
    "reserved_in_processing": Definition("units", "reserved", "inventory_health"),
}

CATALOGUE: Mapping[str, Definition] = {
    "day": Definition("date", "date", "sales_daily"),
    **_with_comparison("sales", "money", "sales_daily"),
    **_over_weeks("sales", "money", "sales_daily"),
    **_with_comparison("units", "units", "sales_daily"),
    **_with_comparison("orders", "count", "order_items"),
    "pending_units_day": Definition("units", "pending", "sales_daily"),
    "cancelled_units_day": Definition("units", "cancelled", "sales_daily"),
    **_with_comparison("sessions", "count", "traffic_store_daily"),
    **_with_comparison("conversion", "percent", "traffic_store_daily"),
    "traffic_final_on": Definition("date", "date", "traffic_store_daily"),
    "traffic_open_days": Definition("count", "coverage", "traffic_daily"),
    "sku_sales_7d": Definition("money", "sales", "sales_daily"),
    "sku_sales_previous_7d": Definition("money", "sales", "sales_daily"),
    "sku_sales_change": Definition("money", "sales", "sales_daily", signed=True),
    "sales_change": Definition("money", "sales", "sales_daily", signed=True),
    **_drivers("sales", "traffic_store_daily"),
    "sales_from_mix": Definition("money", "sales", "sales_daily", signed=True),
    **_drivers("sku_sales", "traffic_daily"),
    "sku_days_out": Definition("count", "stock", "inventory_daily"),
    "sku_days_out_before": Definition("count", "stock", "inventory_daily"),
    "sku_price": Definition("money", "price", "sales_daily"),
    "sku_price_change": Definition("percent", "price", "sales_daily", signed=True),
    "sku_ad_clicks": Definition("count", "clicks", "ads_products_daily"),
    "sku_ad_clicks_change": Definition("percent", "clicks", "ads_products_daily", signed=True),
    "sku_competitor_price_change": Definition("percent", "price", "competitor_price_history", signed=True),
    "buy_box_7d": Definition("percent", "buy_box", "traffic_daily"),
    "buy_box_previous_7d": Definition("percent", "buy_box", "traffic_daily"),
    "buy_box_change": Definition("points", "buy_box", "traffic_daily", signed=True),
    "skus_out_of_stock": Definition("count", "stock", "inventory_health"),
    "skus_low_cover": Definition("count", "stock", "inventory_health"),
    "stock_as_of": Definition("date", "date", "inventory_health"),
    "stock_on_hand": Definition("units", "stock", "inventory_health"),
    "stock_inbound": Definition("units", "inbound", "inventory_health"),
    "sku_velocity": Definition("per_day", "velocity", "inventory_health"),
    "sku_units_30d": Definition("units", "units", "inventory_health"),
    "days_of_cover": Definition("days", "stock", "inventory_health"),
    "stock_out_date": Definition("date", "stock", "inventory_health"),
    **_over_weeks("ad_spend", "money", "ads_campaigns_daily"),
    **_over_weeks("ad_sales", "money", "ads_campaigns_daily"),
    **_over_weeks("acos", "percent", "ads_campaigns_daily"),
    "ads_open_days": Definition("count", "coverage", "ads_campaigns_daily"),
    "ads_final_on": Definition("date", "date", "ads_campaigns_daily"),
    "campaign_spend": Definition("money", "ad_spend", "ads_campaigns_daily"),
    "campaign_clicks": Definition("count", "clicks", "ads_campaigns_daily"),
    "wasted_terms": Definition("count", "search_terms", "ads_search_terms_daily"),
    "wasted_terms_spend": Definition("money", "ad_spend", "ads_search_terms_daily"),
    "term_spend": Definition("money", "ad_spend", "ads_search_terms_daily"),
    "term_clicks": Definition("count", "clicks", "ads_search_terms_daily"),
    # the advertising brief, and waste as the daily brief tells it
    **_over_weeks("ad_spend", "money", "ads_campaigns_daily", days=30),
    **_over_weeks("ad_sales", "money", "ads_campaigns_daily", days=30),
    **_over_weeks("acos", "percent", "ads_campaigns_daily", days=30),
    "all_ads_spend": Definition("money", "ad_spend", "ads_store_daily"),
    "tacos_30d": Definition("percent", "tacos", "ads_store_daily"),
    "wasted_spend": Definition("money", "ad_spend", "ads_search_terms_daily"),
    "wasted_share": Definition("percent", "ad_spend", "ads_search_terms_daily"),
    "wasted_paused_spend": Definition("money", "ad_spend", "ads_search_terms_daily"),
    "wasted_campaigns": Definition("count", "campaigns", "ads_campaigns_daily"),
    "wasted_campaigns_spend": Definition("money", "ad_spend", "ads_campaigns_daily"),
    "negative_terms": Definition("count", "search_terms", "ads_negative_candidates"),
    "negative_terms_spend": Definition("money", "ad_spend", "ads_negative_candidates"),
    "negative_spend": Definition("money", "ad_spend", "ads_negative_candidates"),
    "negative_clicks": Definition("count", "clicks", "ads_negative_candidates"),
    "negative_chance": Definition("percent", "chance", "ads_negative_candidates"),
    "losing_products": Definition("count", "products", "ads_products_daily"),
    "losing_products_loss": Definition("money", "ad_result", "ads_products_daily"),
    "product_ad_loss": Definition("money", "ad_result", "ads_products_daily"),
    "product_ad_gain": Definition("money", "ad_result", "ads_products_daily"),
    "product_ad_spend": Definition("money", "ad_spend", "ads_products_daily"),
    "product_paused_spend": Definition("money", "ad_spend", "ads_products_daily"),
    "product_ad_sales": Definition("money", "ad_sales", "ads_products_daily"),
    "product_acos": Definition("percent", "acos", "ads_products_daily"),
    "product_break_even": Definition("percent", "break_even", "ads_matrix"),
    "click_cost": Definition("money", "click_cost", "ads_products_daily"),
    "click_worth": Definition("money", "click_cost", "ads_products_daily"),
    "campaign_cost": Definition("money", "ad_spend", "ads_campaigns_daily"),
    "campaign_sales": Definition("money", "ad_sales", "ads_campaigns_daily"),
    "campaign_acos": Definition("percent", "acos", "ads_campaigns_daily"),
    "campaign_break_even": Definition("percent", "break_even", "ads_products_daily"),
    "campaign_ad_loss": Definition("money", "ad_result", "ads_products_daily"),
    "campaign_ad_gain": Definition("money", "ad_result", "ads_products_daily"),
    "campaign_budget": Definition("money", "budget", "ads_campaigns_daily"),
    "campaign_days": Definition("count", "budget", "ads_campaigns_daily"),
    "campaign_full_days": Definition("count", "budget", "ads_campaigns_daily"),
    "competitor_price": Definition("money", "price", "competitor_price_history"),
    "competitor_previous_price": Definition("money", "price", "competitor_price_history"),
    "competitor_price_change": Definition("percent", "price", "competitor_price_history", signed=True),
    "competitor_changed_on": Definition("date", "date", "competitor_price_history"),
    "own_price": Definition("money", "price", "competitor_daily"),
    "price_gap": Definition("percent", "price", "competitor_price_history", signed=True),
    "competitor_out_since": Definition("date", "stock", "competitor_price_history"),
    "settlement_amount": Definition("money", "settlement", "settlements"),
    "settlement_from": Definition("date", "date", "settlements"),
    "settlement_to": Definition("date", "date", "settlements"),
    "settlement_deposit_on": Definition("date", "date", "settlements"),
    "gap_days": Definition("count", "coverage", "data_coverage"),
    "gap_last_day": Definition("date", "coverage", "data_coverage"),
    "unavailable_days": Definition("count", "coverage", "data_coverage"),
    "unavailable_last_day": Definition("date", "coverage", "data_coverage"),
    "data_until": Definition("date", "coverage", "data_coverage"),
    # what findings are put in order by: money of a week
    "sales_day_difference": Definition("money", "sales", "sales_daily", signed=True),
    "ad_spend_difference_7d": Definition("money", "ad_spend", "ads_campaigns_daily", signed=True),
    "stock_at_risk_a_week": Definition("money", "stock", "inventory_health"),
    "buy_box_at_risk_a_week": Definition("money", "buy_box", "traffic_daily"),
    "campaign_spend_a_week": Definition("money", "ad_spend", "ads_campaigns_daily"),
    "wasted_terms_spend_a_week": Definition("money", "ad_spend", "ads_search_terms_daily"),
    "term_spend_a_week": Definition("money", "ad_spend", "ads_search_terms_daily"),
    "undercut_a_week": Definition("money", "price", "order_items"),
    "wasted_spend_a_week": Definition("money", "ad_spend", "ads_search_terms_daily"),
    "negative_terms_spend_a_week": Definition("money", "ad_spend", "ads_negative_candidates"),
    "negative_spend_a_week": Definition("money", "ad_spend", "ads_negative_candidates"),
    "losing_products_loss_a_week": Definition("money", "ad_result", "ads_products_daily"),
    "product_ad_loss_a_week": Definition("money", "ad_result", "ads_products_daily"),
    "product_ad_room_a_week": Definition("money", "ad_result", "ads_products_daily"),
    "campaign_ad_room_a_week": Definition("money", "ad_result", "ads_products_daily"),
    # the competitors brief
    "competitors_watched": Definition("count", "competitors", "competitor_daily"),
    "competitors_compared": Definition("count", "competitors", "competitor_daily"),
    "competitors_cheaper": Definition("count", "competitors", "competitor_daily"),
    "competitors_cut": Definition("count", "competitors", "competitor_price_history"),
    "competitors_raised": Definition("count", "competitors", "competitor_price_history"),
    "competitors_out": Definition("count", "competitors", "competitor_price_history"),
    "competitor_back_on": Definition("date", "stock", "competitor_events"),
    "competitor_seller_changed_on": Definition("date", "buy_box", "competitor_events"),
    **_of_page("own"),
    **_of_page("competitor"),
    "own_out_since": Definition("date", "stock", "competitor_price_history"),
    "rivals_compared": Definition("count", "competitors", "competitor_daily"),
    "rivals_cheaper": Definition("count", "competitors", "competitor_daily"),
    "own_searches": Definition("count", "searches", "competitor_comparison"),
    "searches_read": Definition("count", "searches", "competitor_comparison"),
    "searches_shared": Definition("count", "searches", "competitor_comparison"),
    "searches_behind": Definition("count", "searches", "competitor_comparison"),
    "own_place": Definition("rank", "searches", "competitor_comparison"),
    "competitor_place": Definition("rank", "searches", "competitor_comparison"),
    "competitor_paid_places": Definition("count", "searches", "competitor_comparison"),
    "watched_sales_a_week": Definition("money", "sales", "order_items"),
    "watched_tenth_a_week": Definition("money", "sales", "order_items"),
    "rival_tenth_a_week": Definition("money", "sales", "order_items"),
    "price_below_a_week": Definition("money", "price", "order_items"),
    "headroom_a_week": Definition("money", "price", "order_items"),
    "incomplete_units": Definition("units", "profit", "profit_daily"),
    "incomplete_share": Definition("percent", "profit", "profit_daily"),
    **_PROFIT,
    **_INVENTORY,
    # the weekly brief
    **_over_weeks("units", "units", "sales_daily"),
    **_over_weeks("orders", "count", "order_items"),
    **_over_weeks("sessions", "count", "traffic_store_daily"),
    **_over_weeks("conversion", "percent", "traffic_store_daily"),
    **_year_ago("sales", "money", "sales_daily"),
    **_year_ago("units", "units", "sales_daily"),
    **_year_ago("orders", "count", "order_items"),
    **_year_ago("sessions", "count", "traffic_store_daily"),
    **_year_ago("conversion", "percent", "traffic_store_daily"),
    **_year_ago("ad_spend", "money", "ads_campaigns_daily"),
    **_year_ago("acos", "percent", "ads_campaigns_daily"),
    "order_profit_year_ago": Definition("money", "order_profit", "profit_daily"),
    "order_profit_vs_year_ago": Definition("money", "order_profit", "profit_daily", signed=True),
    "week_missing_days": Definition("count", "coverage", "data_coverage"),
    "week_pending_units": Definition("units", "pending", "sales_daily"),
    "visits_open_days": Definition("count", "coverage", "traffic_store_daily"),
    "visits_final_on": Definition("date", "date", "traffic_store_daily"),
    "paid_amount": Definition("money", "settlement", "settlements"),
    "paid_from": Definition("date", "date", "settlements"),
    "paid_to": Definition("date", "date", "settlements"),
    "paid_on": Definition("date", "date", "settlements"),
    "coming_units": Definition("units", "demand", "sales_daily"),
    "coming_low": Definition("units", "demand", "sales_daily"),
    "coming_high": Definition("units", "demand", "sales_daily"),
    "coming_sales": Definition("money", "demand", "sales_daily"),
    "sku_coming_units": Definition("units", "demand", "sales_daily"),
    "sku_coming_low": Definition("units", "demand", "sales_daily"),
    "sku_coming_high": Definition("units", "demand", "sales_daily"),
}
