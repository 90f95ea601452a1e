"""Chinese: what each fact is called. Data only."""


def _compared(prefix: str, label: str) -> dict[str, str]:
    return {
        f"{prefix}_day": f"当日{label}",
        f"{prefix}_weekday_average": f"{label}：同一星期几的常态",
        f"{prefix}_vs_weekday": f"{label}：对比同一星期几的常态",
        f"{prefix}_week_ago": f"{label}：上周同日",
        f"{prefix}_vs_week_ago": f"{label}：对比上周同日",
    }


def _weeks(prefix: str, label: str) -> dict[str, str]:
    return {
        f"{prefix}_7d": f"{label}：近七天",
        f"{prefix}_previous_7d": f"{label}：此前七天",
        f"{prefix}_vs_previous_7d": f"{label}：对比此前七天",
    }


FACTS = {
    "day": "简报日期",
    **_compared("sales", "销售额"),
    **_weeks("sales", "销售额"),
    **_compared("units", "销量"),
    **_compared("orders", "订单数"),
    "pending_units_day": "待付款件数",
    "cancelled_units_day": "取消件数",
    **_compared("sessions", "访问次数"),
    **_compared("conversion", "转化率（每次访问的件数）"),
    "sku_sales_7d": "该 SKU 近七天销售额",
    "sku_sales_previous_7d": "该 SKU 此前七天销售额",
    "sku_sales_change": "该 SKU 销售额变化",
    "buy_box_7d": "购物车占有率：近七天",
    "buy_box_previous_7d": "购物车占有率：此前七天",
    "buy_box_change": "购物车占有率变化",
    "traffic_final_on": "访问数据定稿之日",
    "traffic_open_days": "访问数据尚未定稿的天数",
    "ads_open_days": "广告数据尚未定稿的天数",
    "ads_final_on": "广告数据定稿之日",
    "skus_out_of_stock": "断货 SKU 数",
    "skus_low_cover": "库存偏低 SKU 数",
    "stock_as_of": "库存快照日期",
    "stock_on_hand": "可售件数",
    "stock_inbound": "在途件数",
    "sku_velocity": "有货日的日均销量",
    "sku_units_30d": "三十天销量",
    "days_of_cover": "可售天数",
    "stock_out_date": "预计断货日期",
    **_weeks("ad_spend", "广告花费"),
    **_weeks("ad_sales", "广告销售额"),
    **_weeks("acos", "ACoS"),
    "campaign_spend": "该广告活动花费（没有成交）",
    "campaign_clicks": "该广告活动点击数（没有成交）",
    "wasted_terms": "没有成交的搜索词数",
    "wasted_terms_spend": "没有成交的搜索词花费",
    "term_spend": "该搜索词花费（没有成交）",
    "term_clicks": "该搜索词点击数（没有成交）",
    "competitor_price": "竞品现价",
    "competitor_previous_price": "竞品原价",
    "competitor_price_change": "竞品价格变化",
    "competitor_changed_on": "竞品变价日期",
    "own_price": "我方价格",
    "price_gap": "竞品价格与我方之差",
    "competitor_out_since": "竞品断货起始日",
    "settlement_amount": "结算金额",
    "settlement_from": "结算首笔入账日",
    "settlement_to": "结算末笔入账日",
    "gap_days": "缺失天数",
    "gap_last_day": "最近缺失日",
    "data_until": "数据截至",
    "incomplete_units": "缺成本或费用的件数",
    "incomplete_share": "缺成本或费用的件数占比",
}
