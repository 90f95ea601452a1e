"""The columns of every mart, in the order in which the truth prints them, and how many of them make its key.

The marts' documentation is in dbt_project; this is typed apart from it, so that a column lost there is missed here.
"""

from __future__ import annotations

_WINDOWS = ("1d", "7d", "14d", "30d")
_CONVERSIONS = tuple(f"{measure}_{window}" for measure in ("purchases", "units", "sales") for window in _WINDOWS)

ORDER_ITEMS = (
    "store_id", "tenant_id", "amazon_order_id", "sku", "line_number", "date", "purchased_at", "last_updated_at",
    "order_status", "item_status", "fulfillment_channel", "sales_channel", "asin", "product_name", "units", "currency",
    "item_price_amount", "item_tax_amount", "shipping_price_amount", "shipping_tax_amount", "gift_wrap_price_amount",
    "gift_wrap_tax_amount", "item_promotion_discount_amount", "ship_promotion_discount_amount", "promotion_ids",
    "is_business_order", "is_replacement", "is_multi_channel", "ship_country",
)  # fmt: skip
SALES_DAILY = (
    "store_id", "tenant_id", "date", "sku", "order_lines", "orders", "units", "item_price_amount", "item_tax_amount",
    "item_price_net_amount", "units_without_tax", "shipping_price_amount", "item_promotion_discount_amount", "currency",
    "cancelled_units", "pending_units", "multi_channel_units", "replacement_units", "business_units",
    "reporting_currency", "item_price_amount_reporting", "item_price_net_amount_reporting", "fx_date",
)  # fmt: skip
SALES_STORE_DAILY = (*(name for name in SALES_DAILY if name != "sku"), "is_complete", "incomplete_reason")
_TRAFFIC_MONEY = ("ordered_product_sales_amount", "ordered_product_sales_net_estimated_amount", "currency")
_TRAFFIC_RATIOS = (
    "buy_box_page_views", "buy_box_percentage", "unit_session_percentage", "reporting_currency",
    "ordered_product_sales_net_estimated_amount_reporting", "fx_date",
)  # fmt: skip
TRAFFIC_DAILY = (
    "store_id", "tenant_id", "date", "child_asin", "product_id", "sku", "parent_asin", "units_ordered",
    "total_order_items", *_TRAFFIC_MONEY, "browser_sessions", "mobile_app_sessions", "sessions",
    "browser_page_views", "mobile_app_page_views", "page_views", *_TRAFFIC_RATIOS,
)  # fmt: skip
TRAFFIC_STORE_DAILY = (
    "store_id", "tenant_id", "date", *_TRAFFIC_MONEY, "units_ordered", "total_order_items",
    "units_refunded", "browser_sessions", "mobile_app_sessions", "sessions", "browser_page_views",
    "mobile_app_page_views", "page_views", *_TRAFFIC_RATIOS,
)  # fmt: skip
INVENTORY_DAILY = (
    "store_id", "tenant_id", "date", "sku", "asin", "fnsku", "ledger_starting_quantity", "ledger_ending_quantity",
    "ledger_ending_unsellable_quantity", "snapshot_fulfillable_quantity", "snapshot_reserved_quantity",
    "snapshot_unsellable_quantity", "snapshot_inbound_working_quantity", "snapshot_inbound_shipped_quantity",
    "snapshot_inbound_receiving_quantity", "snapshot_total_quantity",
)  # fmt: skip
INVENTORY_HEALTH = (
    "store_id", "tenant_id", "sku", "asin", "as_of_date", "fulfillable_quantity", "reserved_quantity",
    "unsellable_quantity", "inbound_quantity", "units_7d", "units_30d", "units_90d", "days_in_stock_7d",
    "days_in_stock_30d", "days_in_stock_90d", "velocity_7d", "velocity_30d", "velocity_90d", "velocity",
    "days_of_cover", "days_of_cover_with_inbound", "stock_out_date", "is_suppressed",
    "reserved_customer_orders_quantity", "reserved_transfers_quantity", "reserved_processing_quantity",
    "demand_stddev", "lead_time_days", "lead_time_stddev", "safety_stock", "reorder_point", "reorder_quantity",
    "overstock_quantity", "planning_date", "age_0_90_quantity", "age_91_180_quantity", "age_181_270_quantity",
    "age_271_365_quantity", "age_over_365_quantity", "aged_surcharge_amount", "aged_surcharge_currency",
    "aged_surcharge_source", "stranded_quantity", "stranded_reason", "stranded_at", "unit_cost_amount",
    "inventory_value_amount", "currency", "reporting_currency", "inventory_value_amount_reporting", "fx_date",
    "average_on_hand_90d", "sell_through_90d", "gross_margin_90d_amount", "gmroi_90d",
)  # fmt: skip
INVENTORY_LEDGER_BALANCE = (
    "store_id", "tenant_id", "date", "fnsku", "disposition", "sku", "asin", "country", "opening_quantity",
    "receipts_quantity", "customer_shipments_quantity", "customer_returns_quantity", "vendor_returns_quantity",
    "warehouse_transfer_quantity", "found_quantity", "lost_quantity", "damaged_quantity", "disposed_quantity",
    "other_events_quantity", "unknown_events_quantity", "closing_quantity", "in_transit_quantity", "difference",
    "previous_closing_quantity", "continuity_difference", "status",
)  # fmt: skip
REMOVALS_DAILY = (
    "store_id", "tenant_id", "date", "sku", "order_type", "disposition", "orders", "requested_quantity",
    "cancelled_quantity", "disposed_quantity", "shipped_quantity", "in_process_quantity", "tracked_quantity", "parcels",
    "removal_fee_amount", "currency", "reporting_currency", "removal_fee_amount_reporting", "fx_date",
)  # fmt: skip
SETTLEMENT_LINES = (
    "store_id", "tenant_id", "settlement_id", "line_number", "transaction_type", "order_id", "merchant_order_id",
    "adjustment_id", "shipment_id", "marketplace_name", "amount_type", "amount_description", "amount", "currency",
    "fulfillment_id", "posted_at", "posted_date", "order_item_code", "sku", "quantity_purchased", "promotion_id",
    "kind", "is_refund", "is_in_price", "is_profit_or_loss",
)  # fmt: skip
_ADS = (
    "ad_product", "currency", "impressions", "clicks", "cost", *_CONVERSIONS, "purchases_14d_with_views",
    "units_14d_with_views", "sales_14d_with_views", "ctr", "cpc", "cvr", "acos", "roas",
)  # fmt: skip
_AD_GROUP = ("store_id", "tenant_id", "date", "campaign_id", "campaign_name", "ad_group_id", "ad_group_name")
SETTLEMENTS = (
    "store_id", "tenant_id", "settlement_id", "started_at", "ended_at", "deposited_at", "deposit_date", "currency",
    "total_amount", "lines", "lines_amount", "difference", "revenue_amount", "refunds_amount", "selling_fees_amount",
    "fulfilment_fees_amount", "storage_fees_amount", "advertising_amount", "other_fees_amount",
    "reimbursements_amount", "adjustments_amount", "unknown_amount", "profit_or_loss_amount", "tax_amount",
    "withheld_tax_amount", "transfers_amount", "opening_reserve_amount", "closing_reserve_amount", "reporting_currency",
    "total_amount_reporting", "profit_or_loss_amount_reporting", "fx_date",
)  # fmt: skip
RETURNS_DAILY = (
    "store_id", "tenant_id", "date", "sku", "reason", "disposition", "units", "fba_units", "merchant_units",
    "unknown_order_units", "orders", "merchant_refunded_amount", "currency", "reporting_currency",
    "merchant_refunded_amount_reporting", "fx_date",
)  # fmt: skip
REFUNDS_DAILY = (
    "store_id", "tenant_id", "basis", "date", "sku", "refunds", "orders", "unknown_order_refunds",
    "principal_amount", "shipping_amount", "promotions_amount", "fees_given_back_amount", "refund_fees_amount",
    "other_amount", "profit_or_loss_amount", "tax_amount", "withheld_tax_amount", "currency", "reporting_currency",
    "principal_amount_reporting", "profit_or_loss_amount_reporting", "fx_date",
)  # fmt: skip
PROFIT_DAILY = (
    "store_id", "tenant_id", "date", "sku", "units", "revenue_amount", "refunds_amount", "vat_amount",
    "refund_fees_amount", "referral_fees_amount", "fulfilment_fees_amount", "storage_fees_amount",
    "aged_surcharge_amount", "advertising_amount", "reimbursements_amount", "subscription_fees_amount", "other_amount",
    "cost_of_goods_amount", "returned_goods_amount", "own_shipping_amount", "profit_amount", "margin",
    "tax_in_revenue_amount", "revenue_net_amount", "fees_source", "units_without_fees", "units_without_cost",
    "currency", "reporting_currency", "revenue_amount_reporting", "revenue_net_amount_reporting",
    "advertising_amount_reporting", "cost_of_goods_amount_reporting", "profit_amount_reporting", "fx_rate", "fx_date",
    "is_complete", "incomplete_reason",
)  # fmt: skip
SALES_RECONCILIATION = (
    "store_id", "tenant_id", "date", "kind", "amount", "compared_amount", "difference", "tolerance",
    "unsettled_amount", "unsettled_orders", "status", "currency",
)  # fmt: skip
ADS_CAMPAIGNS_DAILY = (
    "store_id", "tenant_id", "date", "campaign_id", "campaign_name", "cost_type", "campaign_status",
    "campaign_budget_amount", *_ADS, "viewable_impressions", "new_to_brand_purchases_14d_with_views",
    "new_to_brand_sales_14d_with_views", "acos_7d", "roas_7d", "acos_14d", "roas_14d", "reporting_currency",
    "cost_reporting", "sales_14d_reporting", "fx_date",
)  # fmt: skip
ADS_STORE_DAILY = (
    "store_id", "tenant_id", "date", "currency", "impressions", "clicks", "cost", "sp_cost", "sb_cost", "sd_cost",
    "purchases_14d", "sales_14d", "ordered_sales_amount", "ordered_sales_net_amount", "acos_14d", "roas_14d", "tacos",
    "tacos_net", "reporting_currency", "cost_reporting", "ordered_sales_amount_reporting",
    "ordered_sales_net_amount_reporting", "fx_date",
)  # fmt: skip
ADS_TARGETS_DAILY = (*_AD_GROUP, "target_id", "targeting", "match_type", "bid_amount", "target_status", *_ADS)
ADS_PRODUCTS_DAILY = (
    *_AD_GROUP, "ad_id", "asin", "sku", *_ADS,
    *(f"{measure}_same_sku_{window}" for measure in ("purchases", "sales") for window in _WINDOWS),
)  # fmt: skip
ADS_SEARCH_TERMS_DAILY = (*_AD_GROUP, "target_id", "targeting", "match_type", "search_term", *_ADS)
_ADS_WINDOW = ("window_start", "window_end", "currency", "impressions", "clicks", "cost")
ADS_NEGATIVE_CANDIDATES = (
    "store_id", "tenant_id", "search_term", "campaigns", "campaign_ids", *_ADS_WINDOW, "store_conversion_rate",
    "expected_orders", "p_value", "cost_rank",
)  # fmt: skip
ADS_SEARCH_TERM_NGRAMS = (
    "store_id", "tenant_id", "n", "ngram", "terms", *_ADS_WINDOW, "purchases_14d", "sales_14d", "cpc", "cvr_14d",
    "acos_14d",
)  # fmt: skip
ADS_MATRIX = (
    "store_id", "tenant_id", "sku", "asin", *_ADS_WINDOW, "purchases_14d", "sales_14d", "ordered_units",
    "ordered_sales_amount", "ordered_sales_net_amount", "price_amount", "price_vat_amount", "referral_fee_amount",
    "fulfillment_fee_amount", "unit_cost_amount", "cvr_14d", "store_cvr_14d", "acos_14d", "tacos", "tacos_net",
    "revenue_amount", "profit_before_ads_amount", "estimated_break_even_acos", "break_even_acos", "break_even_basis",
    "margin_after_ads_amount", "quadrant",
)  # fmt: skip
COMPETITOR_DAILY = (
    "store_id", "tenant_id", "date", "asin", "is_own", "crawl_status", "failure_reason", "title", "brand",
    "price_amount", "list_price_amount", "price_other_amount", "price_other_currency", "currency", "in_stock", "stars",
    "reviews_count", "bsr_rank", "bsr_category", "seller_name", "seller_id", "is_own_seller", "offers_count", "coupon",
    "coupon_ratio", "coupon_amount", "parent_asin", "image", "bought_past_month", "unread",
)  # fmt: skip
COMPETITOR_PRICE_HISTORY = (
    "store_id", "tenant_id", "asin", "valid_from", "valid_to", "last_confirmed", "price_amount", "currency",
    "in_stock", "failed_days",
)  # fmt: skip
COMPETITOR_COMPARISON = (
    "store_id", "tenant_id", "own_asin", "competitor_asin", "as_of_date", "currency", "own_title", "competitor_title",
    "competitor_brand", "own_last_seen", "competitor_last_seen", "own_is_stale", "competitor_is_stale",
    "own_price_amount", "competitor_price_amount", "own_listed_price_amount", "own_listed_date",
    "price_difference_amount", "price_difference_ratio",
    "own_list_price_amount", "competitor_list_price_amount", "own_discount_ratio", "competitor_discount_ratio",
    "own_in_stock", "competitor_in_stock", "own_seller_name", "competitor_seller_name", "own_stars",
    "competitor_stars", "own_reviews_count", "competitor_reviews_count", "own_reviews_since",
    "competitor_reviews_since", "own_reviews_gained_30d", "competitor_reviews_gained_30d", "own_bsr_rank",
    "own_bsr_category", "competitor_bsr_rank", "competitor_bsr_category", "bsr_rank_difference",
    "own_lowest_price_30d", "competitor_lowest_price_30d", "own_lowest_price_90d", "competitor_lowest_price_90d",
    "own_days_read_30d", "competitor_days_read_30d", "own_days_out_of_stock_30d", "competitor_days_out_of_stock_30d",
    "days_compared_30d", "days_competitor_cheaper_30d", "competitor_cheaper_ratio_30d", "search_date",
    "keywords_searched", "keywords_own", "keywords_competitor", "keywords_shared", "keywords_competitor_ahead",
    "own_organic_position", "competitor_organic_position", "own_sponsored_places", "competitor_sponsored_places",
)  # fmt: skip
COMPETITOR_EVENTS = (
    "store_id", "tenant_id", "asin", "date", "kind", "keyword", "is_own", "title", "compared_date", "value_before",
    "value_after", "number_before", "number_after", "change", "change_ratio", "unit", "currency",
)  # fmt: skip
KEYWORD_RANK_DAILY = (
    "store_id", "tenant_id", "date", "keyword", "asin", "is_own", "is_tracked", "title", "brand", "organic_position",
    "sponsored_position", "page", "places", "first_page_places", "first_page_size", "first_page_share", "places_read",
)  # fmt: skip
KEYWORD_PERFORMANCE_WEEKLY = (
    "store_id", "tenant_id", "date", "period_end", "keyword", "is_tracked", "own_asins", "search_query_volume",
    "total_impressions", "total_clicks", "total_cart_adds", "total_purchases", "own_impressions", "own_clicks",
    "own_cart_adds", "own_purchases", "impression_share", "click_share", "cart_add_share", "purchase_share",
    "days_searched", "days_on_first_page", "best_organic_position", "mean_organic_position", "best_sponsored_position",
    "first_page_share", "bidding_campaigns", "bidding_campaign_ids", "highest_bid_amount", "ad_clicks",
    "ad_cost_amount", "ad_purchases_14d", "ad_sales_14d_amount", "currency",
)  # fmt: skip
DATA_COVERAGE = ("store_id", "tenant_id", "feed", "date", "state", "is_gap")
STORES = (
    "store_id", "tenant_id", "tenant_name", "label", "is_configured", "seller_id", "country", "marketplace_id",
    "sales_channel", "currency", "time_zone", "reporting_currency",
)  # fmt: skip
PRODUCTS = (
    "store_id", "tenant_id", "sku", "asin", "asin_source", "product_id", "fnsku", "title", "title_source", "brand",
    "listing_status", "fulfillment_channel", "price_amount", "currency", "price_source", "first_sold_on",
    "last_sold_on",
)  # fmt: skip

PRODUCT_DAILY = (
    "store_id", "tenant_id", "date", "product_id", "units", "item_price_net_amount", "sessions", "page_views",
    "buy_box_page_views", "advertising_amount", "profit_amount", "incomplete_units", "currency", "reporting_currency",
    "item_price_net_amount_reporting", "advertising_amount_reporting", "profit_amount_reporting",
)  # fmt: skip

SHOP_ORDER_LINES = (
    "store_id", "tenant_id", "channel", "order_id", "line_number", "order_name", "date", "ordered_at",
    "last_updated_at", "cancelled_at",
    "shipped_at", "financial_status", "fulfillment_status", "is_cancelled", "is_test", "sku", "item_id",
    "units", "unfulfilled_units", "refunded_units", "restocked_units", "currency", "item_price_amount",
    "discount_amount", "tax_amount", "item_price_net_amount", "refunded_amount",
)  # fmt: skip
SHOP_SALES_DAILY = (
    "store_id", "tenant_id", "channel", "date", "sku", "orders", "units", "cancelled_units", "refunded_units",
    "item_price_amount", "item_price_net_amount", "discount_amount", "refunded_amount", "currency",
    "reporting_currency", "item_price_amount_reporting", "item_price_net_amount_reporting", "fx_date",
)  # fmt: skip
# as_of is when the list was made, which only a run knows
CHANNEL_LISTINGS = (
    "store_id", "tenant_id", "channel", "account", "item_id", "channel_sku", "title", "barcode", "asin",
    "price_amount", "currency", "status", "central_sku", "mapped_by", "proposed_sku", "proposed_by",
)  # fmt: skip
STOCK_CENTRAL = (
    "store_id", "tenant_id", "central_sku", "on_hand_quantity", "on_hand_by_location", "reserved_quantity",
    "sent_since_quantity", "available_quantity", "as_of",
)  # fmt: skip
SALES_ALL_CHANNELS_DAILY = (
    "store_id", "tenant_id", "channel", "date", "sku", "central_sku", "orders", "units", "cancelled_units",
    "item_price_amount", "item_price_net_amount", "discount_amount", "currency", "reporting_currency",
    "item_price_amount_reporting", "item_price_net_amount_reporting", "fx_date",
)  # fmt: skip
STOCK_BY_CHANNEL = (
    "store_id", "tenant_id", "channel", "item_id", "channel_sku", "central_sku", "shows_quantity",
    "should_show_quantity", "difference_quantity",
)  # fmt: skip
CHANNEL_SYNC_STATUS = (
    "store_id", "tenant_id", "channel", "write_mode", "last_full_at", "listings", "differing_listings",
)  # fmt: skip

# Of insights, and no mart: incidents of the kinds whose truth follows from the world's events without statistics.
ALERTS = ("store_id", "tenant_id", "kind", "subject", "first_seen", "last_seen", "resolved_at")

# mart -> (columns, key: what its rows are ordered by)
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "stores": (STORES, ("store_id",)),
    "products": (PRODUCTS, ("store_id", "sku")),
    "order_items": (ORDER_ITEMS, ("store_id", "amazon_order_id", "sku", "line_number")),
    "sales_daily": (SALES_DAILY, ("store_id", "date", "sku")),
    "sales_store_daily": (SALES_STORE_DAILY, ("store_id", "date")),
    "traffic_daily": (TRAFFIC_DAILY, ("store_id", "date", "child_asin", "sku")),
    "traffic_store_daily": (TRAFFIC_STORE_DAILY, ("store_id", "date")),
    "inventory_daily": (INVENTORY_DAILY, ("store_id", "date", "sku")),
    "inventory_ledger_balance": (INVENTORY_LEDGER_BALANCE, ("store_id", "date", "fnsku", "disposition")),
    "removals_daily": (REMOVALS_DAILY, ("store_id", "date", "sku", "order_type", "disposition")),
    "inventory_health": (INVENTORY_HEALTH, ("store_id", "sku")),
    "settlement_lines": (SETTLEMENT_LINES, ("store_id", "settlement_id", "line_number")),
    "settlements": (SETTLEMENTS, ("store_id", "settlement_id")),
    "returns_daily": (RETURNS_DAILY, ("store_id", "date", "sku", "reason", "disposition")),
    "refunds_daily": (REFUNDS_DAILY, ("store_id", "basis", "date", "sku")),
    "profit_daily": (PROFIT_DAILY, ("store_id", "date", "sku")),
    "sales_reconciliation": (SALES_RECONCILIATION, ("store_id", "date", "kind")),
    "ads_campaigns_daily": (ADS_CAMPAIGNS_DAILY, ("store_id", "date", "campaign_id")),
    "ads_store_daily": (ADS_STORE_DAILY, ("store_id", "date")),
    "ads_targets_daily": (ADS_TARGETS_DAILY, ("store_id", "date", "campaign_id", "ad_group_id", "target_id")),
    "ads_products_daily": (ADS_PRODUCTS_DAILY, ("store_id", "date", "campaign_id", "ad_group_id", "ad_id")),
    "ads_search_terms_daily": (
        ADS_SEARCH_TERMS_DAILY,
        ("store_id", "date", "campaign_id", "ad_group_id", "target_id", "match_type", "search_term"),
    ),
    "ads_negative_candidates": (ADS_NEGATIVE_CANDIDATES, ("store_id", "search_term")),
    "ads_search_term_ngrams": (ADS_SEARCH_TERM_NGRAMS, ("store_id", "n", "ngram")),
    "ads_matrix": (ADS_MATRIX, ("store_id", "sku")),
    "competitor_daily": (COMPETITOR_DAILY, ("store_id", "date", "asin")),
    "competitor_price_history": (COMPETITOR_PRICE_HISTORY, ("store_id", "asin", "valid_from")),
    "competitor_comparison": (COMPETITOR_COMPARISON, ("store_id", "own_asin", "competitor_asin")),
    "competitor_events": (COMPETITOR_EVENTS, ("store_id", "asin", "date", "kind", "keyword")),
    "keyword_rank_daily": (KEYWORD_RANK_DAILY, ("store_id", "date", "keyword", "asin")),
    "keyword_performance_weekly": (KEYWORD_PERFORMANCE_WEEKLY, ("store_id", "date", "keyword")),
    "data_coverage": (DATA_COVERAGE, ("store_id", "feed", "date")),
    "product_daily": (PRODUCT_DAILY, ("store_id", "date", "product_id")),
    "shop_order_lines": (SHOP_ORDER_LINES, ("store_id", "order_id", "line_number")),
    "shop_sales_daily": (SHOP_SALES_DAILY, ("store_id", "date", "sku")),
    "channel_listings": (CHANNEL_LISTINGS, ("store_id", "item_id", "channel_sku")),
    "stock_central": (STOCK_CENTRAL, ("tenant_id", "central_sku")),
    "sales_all_channels_daily": (SALES_ALL_CHANNELS_DAILY, ("store_id", "date", "sku")),
    "stock_by_channel": (STOCK_BY_CHANNEL, ("store_id", "item_id", "channel_sku")),
    "channel_sync_status": (CHANNEL_SYNC_STATUS, ("store_id",)),
    "alerts": (ALERTS, ("store_id", "kind", "subject", "first_seen")),
}
