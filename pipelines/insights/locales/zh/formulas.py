"""Chinese: how each fact is computed, in words. Data only. Columns of the fact's table stand in backticks, numbers are
words, as in English."""

_USUAL = "此前四周的同一星期几"
_OPEN = "该日尚未定稿时取同龄读数"


def _compared(prefix: str, what: str, *, points: bool = False) -> dict[str, str]:
    change = "相减，以百分点计" if points else "相减后除以后者"
    return {
        f"{prefix}_day": f"当日{what}",
        f"{prefix}_weekday_average": f"{_USUAL}的{what}的平均值；{_OPEN}",
        f"{prefix}_vs_weekday": f"当日数值与{_USUAL}的平均值{change}",
        f"{prefix}_week_ago": f"一周前同日{what}；{_OPEN}",
        f"{prefix}_vs_week_ago": f"当日数值与一周前同日数值{change}",
    }


def _range(prefix: str) -> dict[str, str]:
    return {
        f"{prefix}_usual_low": "此前八周同一星期几的中位数，减三个半稳健标准差（由绝对中位差得出）",
        f"{prefix}_usual_high": "此前八周同一星期几的中位数，加三个半稳健标准差（由绝对中位差得出）",
    }


def _parts(prefix: str, whose: str) -> dict[str, str]:
    """As `measures/why.py` computes them."""
    return {
        f"{prefix}_from_traffic": f"{whose} `sessions` 的变化乘以平均转化率与平均单价；平均为前后两期之平均",
        f"{prefix}_from_conversion": f"{whose}每次访问件数的变化乘以平均 `sessions` 与平均单价",
        f"{prefix}_from_units": f"{whose} `units` 的变化乘以两期平均单价",
        f"{prefix}_from_price": f"{whose}平均单价的变化乘以两期平均 `units` ",
    }


def _weeks(prefix: str, what: str, *, points: bool = False) -> dict[str, str]:
    change = "相减，以百分点计" if points else "相减后除以后者"
    return {
        f"{prefix}_7d": f"近七天{what}",
        f"{prefix}_previous_7d": f"此前七天{what}；{_OPEN}",
        f"{prefix}_vs_previous_7d": f"近七天数值与此前七天数值{change}",
    }


def _months(prefix: str, what: str, *, points: bool = False) -> dict[str, str]:
    change = "相减，以百分点计" if points else "相减后除以后者"
    return {
        f"{prefix}_30d": f"近三十天{what}",
        f"{prefix}_previous_30d": f"此前三十天{what}；{_OPEN}",
        f"{prefix}_vs_previous_30d": f"近三十天数值与此前三十天数值{change}",
    }


_SALES = " `item_price_amount` 之和"
_SPEND = "商品推广的 `cost` 之和"
_AD_SALES = "商品推广的 `sales_7d` 之和（按点击后七天归因）"

_RANGED = ("sales", "units", "orders", "sessions", "conversion")

FORMULAS = {
    "day": "简报期间的最后一天；为选定，并非计算得出",
    **_compared("sales", _SALES),
    **_weeks("sales", _SALES),
    **_compared("units", " `units` 之和"),
    **_compared("orders", "有价格且未取消的不同 `amazon_order_id` 数"),
    "pending_units_day": "当日 `pending_units` 之和：已下单未付款，不计入销售额",
    "cancelled_units_day": "当日 `cancelled_units` 之和，不计入销售额",
    **_compared("sessions", "店铺的 `sessions` "),
    **_compared("conversion", " `units_ordered` 除以 `sessions` ", points=True),
    "sku_sales_7d": "该 SKU 近七天 `item_price_amount` 之和",
    "sku_sales_previous_7d": "该 SKU 此前七天 `item_price_amount` 之和",
    "sku_sales_change": "该 SKU 近七天销售额减去此前七天销售额",
    "buy_box_7d": "该 SKU 近七天 `buy_box_percentage`，按 `page_views` 加权",
    "buy_box_previous_7d": "该 SKU 此前七天 `buy_box_percentage`，按 `page_views` 加权",
    "buy_box_change": "近七天占有率减去此前七天占有率，以百分点计",
    "traffic_final_on": "期间最后一天加上该报告最晚一次重取的天数",
    "traffic_open_days": "期间内尚未在最晚一次重取时读取的天数",
    "ads_open_days": "期间内尚未在最晚一次重取时读取的天数",
    "ads_final_on": "期间最后一天加上该报告最晚一次重取的天数",
    "skus_out_of_stock": "`fulfillable_quantity` 为零且九十天内有销售的 SKU 数",
    "skus_low_cover": "有货但 `days_of_cover` 不足三周的 SKU 数",
    "stock_as_of": "最近的 `as_of_date`",
    "stock_on_hand": "最近一次快照的 `fulfillable_quantity`",
    "stock_inbound": "最近一次快照的 `inbound_quantity`",
    "sku_velocity": "`velocity`：销量除以有货天数",
    "sku_units_30d": "`units_30d`：三十天销量",
    "days_of_cover": "`days_of_cover`：可售件数除以 `velocity`",
    "stock_out_date": "`stock_out_date`：快照日期加可售天数",
    **_weeks("ad_spend", _SPEND),
    **_weeks("ad_sales", _AD_SALES),
    **_weeks("acos", "商品推广的 `cost` 除以 `sales_7d` ", points=True),
    # 广告
    "campaign_spend": "期间内无 `purchases_14d` 的该广告活动的 `cost` 之和",
    "campaign_clicks": "期间内无 `purchases_14d` 的该广告活动的 `clicks` 之和",
    "wasted_terms": "期间内有花费、点击足够而无 `purchases_14d` 的搜索词数",
    "wasted_terms_spend": "期间内点击足够而无 `purchases_14d` 的搜索词的 `cost` 之和",
    "term_spend": "期间内无 `purchases_14d` 的该搜索词的 `cost` 之和",
    "term_clicks": "期间内无 `purchases_14d` 的该搜索词的 `clicks` 之和",
    **_months("ad_spend", "全部广告活动的 `cost` 之和"),
    **_months("ad_sales", "全部广告活动的 `sales_14d` 之和（按点击后十四天归因）"),
    **_months("acos", "全部广告活动的 `cost` 除以 `sales_14d` ", points=True),
    "all_ads_spend": "期间内各类广告的 `cost` 之和",
    "tacos_30d": "期间内 `cost` 之和除以 `ordered_sales_net_amount` 之和",
    "wasted_spend": "没有成交的广告活动的花费，加上其他活动中没有成交的搜索词的花费",
    "wasted_share": "没有成交的花费除以商品推广的 `cost` 之和",
    "wasted_paused_spend": "没有成交的花费中，最新状态为暂停或归档的广告活动的部分",
    "wasted_campaigns": "期间内有花费、点击足够而无 `purchases_14d` 的广告活动数",
    "wasted_campaigns_spend": "期间内点击足够而无 `purchases_14d` 的广告活动的 `cost` 之和",
    "negative_terms": "数据集市列为候选的搜索词数",
    "negative_terms_spend": "数据集市列为候选的搜索词的 `cost` 之和",
    "negative_spend": "该搜索词在数据集市窗口内的 `cost`",
    "negative_clicks": "该搜索词在数据集市窗口内的 `clicks`",
    "negative_chance": "`p_value`：同样多的点击碰巧没有订单的可能性",
    "losing_products": "广告销售额乘以盈亏平衡的 ACoS 后低于花费的商品数",
    "losing_products_loss": "这些商品的广告亏损之和",
    "product_ad_loss": "`cost` 之和减去 `sales_14d` 乘以盈亏平衡的 ACoS",
    "product_ad_gain": "`sales_14d` 之和乘以盈亏平衡的 ACoS，减去 `cost`",
    "product_ad_spend": "该商品期间内 `cost` 之和",
    "product_paused_spend": "该商品在最新状态为暂停或归档的广告活动中的 `cost` 之和",
    "product_ad_sales": "该商品期间内 `sales_14d` 之和",
    "product_acos": "该商品的 `cost` 除以 `sales_14d` ",
    "product_break_even": "`break_even_acos`：一笔销售在广告之前所留的毛利除以其价格",
    "click_cost": "该商品的 `cost` 除以 `clicks` ",
    "click_worth": "`sales_14d` 乘以盈亏平衡的 ACoS，除以 `clicks` ",
    "campaign_cost": "该广告活动期间内 `cost` 之和",
    "campaign_sales": "该广告活动期间内 `sales_14d` 之和",
    "campaign_acos": "该广告活动的 `cost` 除以 `sales_14d` ",
    "campaign_break_even": "活动中各商品盈亏平衡的 ACoS，以 `sales_14d` 加权",
    "campaign_ad_loss": "该广告活动的 `cost` 减去各商品 `sales_14d` 乘以其盈亏平衡的 ACoS",
    "campaign_ad_gain": "各商品 `sales_14d` 乘以其盈亏平衡的 ACoS，减去该广告活动的 `cost`",
    "campaign_budget": "最新的 `campaign_budget_amount`",
    "campaign_days": "该广告活动在期间内的天数",
    "campaign_full_days": "`cost` 达到 `campaign_budget_amount` 的天数",
    "competitor_price": "当日有效的报价版本的 `price_amount`",
    "competitor_previous_price": "上一个报价版本的 `price_amount`",
    "competitor_price_change": "现价减原价，除以原价",
    "competitor_changed_on": "当日有效的报价版本的 `valid_from`",
    "own_price": "我方商品七天内最近一次抓取的 `price_amount`",
    "price_gap": "竞品价格减我方价格，除以我方价格",
    "competitor_out_since": "断货版本的 `valid_from`",
    "settlement_amount": "截至当日最近一次结算的 `total_amount`",
    "settlement_from": "该结算的 `started_at`，按店铺所在时区的日期",
    "settlement_to": "该结算 `ended_at` 之前店铺所在时区的最后一天",
    # 利润
    "profit_day": "当日利润表各项之和",
    "margin_day": "当日利润除以当日 `revenue_net_amount`",
    "profit_7d": "近七天利润表各项之和；成本或费用未知的件数不计入",
    "margin_7d": "近七天利润除以同期 `revenue_net_amount`",
    "tacos_7d": "近七天 `cost` 之和除以 `ordered_sales_net_amount` 之和",
    "tacos_previous_7d": "此前七天 `cost` 之和除以 `ordered_sales_net_amount` 之和",
    "tacos_vs_previous_7d": "近七天占比减去此前七天占比，以百分点计",
    "profit_estimated_days": "期间内晚于最近 `posted_date` 的天数",
    "profit_settled_until": "截至当日结算明细最晚的 `posted_date`",
    "profit_days_without_ads": "期间内晚于最近广告数据日的天数",
    "profit_left_out_units": "有 `units_without_cost` 或 `units_without_fees` 的行的 `units` 之和",
    "profit_left_out_share": "未计入件数除以全部 `units` 之和",
    "order_profit_7d": "近七天销售收入、价内税、佣金、配送费与商品成本之和",
    "order_profit_previous_7d": "此前七天销售收入、价内税、佣金、配送费与商品成本之和",
    "order_profit_change": "近七天订单利润减去此前七天订单利润",
    "part_7d": "该项目各列近七天之和；支出为负",
    "part_previous_7d": "该项目各列此前七天之和；支出为负",
    "part_change": "该项目近七天数值减去此前七天数值",
    "sku_profit_7d": "该 SKU 近七天订单的收入、费用与商品成本之和",
    "sku_profit_change": "该 SKU 近七天订单利润减去此前七天订单利润",
    "settled_profit_7d": "最近七个已结算日的利润表各项之和",
    "settled_margin_7d": "这些日子的利润除以其 `revenue_net_amount`",
    "settled_profit_change": "最近七个已结算日的利润减去此前七天的利润",
    "settled_estimated_share": "`fees_source` 尚非结算的件数除以这些日子的件数",
    "settlement_deposit_on": "该结算的 `deposit_date`",
    # 所涉金额
    "sales_day_difference": "当日销售额减去同一星期几的常态",
    "ad_spend_difference_7d": "近七天广告花费减去此前七天广告花费",
    "stock_at_risk_a_week": "`velocity` 乘以平均价格再乘以七，按未来无货天数的占比计",
    "buy_box_at_risk_a_week": "前一周销售额乘以失去的占有率，除以前一周占有率",
    "campaign_spend_a_week": "期间花费乘以七，除以期间天数",
    "wasted_terms_spend_a_week": "期间花费乘以七，除以期间天数",
    "term_spend_a_week": "期间花费乘以七，除以期间天数",
    "undercut_a_week": "我方该商品近七天销售额乘以竞品便宜的幅度",
    "wasted_spend_a_week": "期间花费乘以七，除以期间天数",
    "negative_terms_spend_a_week": "期间花费乘以七，除以期间天数",
    "negative_spend_a_week": "期间花费乘以七，除以期间天数",
    "losing_products_loss_a_week": "期间亏损乘以七，除以期间天数",
    "product_ad_loss_a_week": "期间亏损乘以七，除以期间天数",
    "product_ad_room_a_week": "期间广告净赚额的五分之一乘以七，除以期间天数",
    "campaign_ad_room_a_week": "期间广告净赚额的五分之一乘以七，除以期间天数",
    # 数据是否完整
    "gap_days": "简报所涉及的日期中该报告 `is_gap` 且仍可获取的天数",
    "gap_last_day": "该报告 `is_gap` 且仍可获取的最近一天",
    "unavailable_days": "简报所涉及的日期中该报告 `state` 为 unavailable 的天数",
    "unavailable_last_day": "该报告 `state` 为 unavailable 的最近一天",
    "data_until": "该报告有数据的最近一天",
    "incomplete_units": "三十天内无 `is_complete` 的 `units` 之和",
    "incomplete_share": "三十天内无 `is_complete` 的 `units` 之和，除以全部 `units` 之和",
    **{name: text for prefix in _RANGED for name, text in _range(prefix).items()},
    "sales_change": "本期 `item_price_amount` 之和减去前一时期之和",
    **_parts("sales", "店铺"),
    "sales_from_price": "各 SKU 平均单价的变化乘以其平均 `units`，再相加",
    "sales_from_mix": "变化的其余部分：较贵或较便宜的商品取代了其他商品",
    **_parts("sku_sales", "该 SKU "),
    "sku_days_out": "期间内日初与日末均无库存的天数",
    "sku_days_out_before": "前一时期内日初与日末均无库存的天数",
    "sku_price": "该 SKU 期间内 `item_price_amount` 之和除以 `units` 之和",
    "sku_price_change": "平均单价减去前一时期平均单价，除以后者",
    "sku_ad_clicks": "该 SKU 商品推广在点击数已定稿之日的 `clicks` 之和",
    "sku_ad_clicks_change": "点击数减去前一时期相同日子的点击数，除以后者",
    "sku_competitor_price_change": "期间内价格低于我方的受追踪竞品的最大降价幅度",
}
