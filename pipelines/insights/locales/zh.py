"""Chinese (simplified): data only."""

from pipelines.insights.locales.feeds import NAMES

BABEL = "zh_CN"
HTML_LANG = "zh-CN"
SHORT_DATE, LONG_DATE, FULL_DATE = "M月d日", "y年M月d日", "y年M月d日 EEEE"
RANGE = "{first} – {last}"
LIST_COMMA, LIST_AND = "、", "和"

UNITS = {
    "units": ("{n}件", "{n}件"),
    "days": ("{n}天", "{n}天"),
    "per_day": ("每天{n}件", "每天{n}件"),
    "points": ("{n}个百分点", "{n}个百分点"),
    "rank": ("第{n}名", "第{n}名"),
    "count": ("{n}", "{n}"),
}

UI = {
    "title": "每日简报",
    "for_store": "{store} 每日简报",
    "other_language": "English",
    "written_by_template": "由规则撰写，未使用模型",
    "written_by_llm": "由 {model} 撰写，每个数字均与数据集市核对",
    "headline": "当日概览",
    "findings": "要点",
    "charts": "走势",
    "act": "需要处理的库存",
    "act_note": "以最近一次库存快照为准。日均销量只计算有货的日子。",
    "competitors": "降价的竞品",
    "gaps": "缺失的数据",
    "gaps_note": "这些日期不在数字之内，或尚未到达。没有用估算值代替。",
    "no_gaps": "本简报所涉及的日期没有缺失数据。",
    "gap": "缺失天数：",
    "gap_last": "· 最近：",
    "until": "数据截至：",
    "facts": "每个数字的来源",
    "facts_note": "本页每个数字都是下列事实之一，各由一条针对所列数据集市的查询得出。",
    "attribution": "广告销售额按点击后七天归因；最近几天的数字亚马逊仍会修正。",
    "days_note": "日期为站点当地日期（{zone}），金额单位为{currency}。常态指此前几周同一星期几的平均值。",
    "no_data": "尚无数据",
    "vs_weekday": "对比常态",
    "vs_previous_7d": "对比前一周",
    "col_fact": "事实",
    "col_value": "数值",
    "col_period": "期间",
    "col_subject": "对象",
    "col_source": "数据集市",
    "col_sku": "SKU",
    "col_on_hand": "可售库存",
    "col_velocity": "日均销量",
    "col_cover": "可售天数",
    "col_out": "预计断货",
    "col_inbound": "在途",
    "col_competitor": "竞品",
    "col_price": "现价",
    "col_before": "原价",
    "col_change": "变化",
    "col_own": "我方价格",
    "out_of_stock": "已断货",
    "severity_critical": "今日处理",
    "severity_warning": "关注",
    "severity_good": "好消息",
    "severity_info": "供参考",
    "chart_sales": "销售额与访问次数",
    "chart_sales_note": "每日销售额（柱）、访问次数（线）",
    "chart_stock": "库存可售天数",
    "chart_stock_note": "最先断货的 SKU；虚线为 {days}",
    "chart_ads": "广告花费与 ACoS",
    "chart_ads_note": "每日花费（柱）、此前七天的 ACoS（线）",
    "chart_price": "与竞品的价格对比",
    "chart_price_note": "我方价格（粗线）与竞品价格",
    "axis_sales": "销售额",
    "axis_sessions": "访问次数",
    "axis_spend": "花费",
    "axis_acos": "ACoS",
    "axis_cover": "可售天数",
    "axis_price": "价格",
    "no_chart": "暂无可绘制的数据。",
    "made_at": "事实指纹 {hash}",
}

KPIS = {
    "sales_day": "销售额",
    "units_day": "销量",
    "orders_day": "订单数",
    "sessions_day": "访问次数",
    "conversion_day": "转化率",
    "ad_spend_7d": "广告花费（七天）",
    "acos_7d": "ACoS（七天）",
    "settlement_amount": "最近结算",
}


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
    "campaign_spend": "该广告活动花费",
    "campaign_clicks": "该广告活动点击数",
    "wasted_terms": "没有成交的搜索词数",
    "wasted_terms_spend": "没有成交的搜索词花费",
    "term_spend": "该搜索词花费",
    "term_clicks": "该搜索词点击数",
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
}

FEEDS = {name: names[1] for name, names in NAMES.items()}

FINDINGS = {
    "sales_up": (
        "销售额高于常态",
        [
            "{day}销售额为{sales_day}，比同一星期几的常态高出{sales_vs_weekday}。",
            "常态为{sales_weekday_average}。",
        ],
    ),
    "sales_down": (
        "销售额低于常态",
        [
            "{day}销售额为{sales_day}，比同一星期几的常态低了{sales_vs_weekday}。",
            "常态为{sales_weekday_average}。",
        ],
    ),
    "sales_flat": (
        "销售额与常态相当",
        ["{day}销售额为{sales_day}；同一星期几的常态为{sales_weekday_average}。"],
    ),
    "sales_new": ("当日销售额", ["{day}销售额为{sales_day}。"]),
    "sales_orders": ("", ["来自{orders_day}笔订单，共{units_day}。"]),
    "sales_pending": ("", ["另有{pending_units_day}待付款，尚未计入。"]),
    "sales_week_up": ("", ["销售额周环比增长{sales_vs_previous_7d}，达到{sales_7d}。"]),
    "sales_week_down": ("", ["销售额周环比下降{sales_vs_previous_7d}，为{sales_7d}。"]),
    "sales_week_flat": ("", ["本周销售额为{sales_7d}，与上周大致相当。"]),
    "traffic_up": ("访问多于常态", ["访问次数为{sessions_day}，比同一星期几的常态增长{sessions_vs_weekday}。"]),
    "traffic_down": ("访问少于常态", ["访问次数为{sessions_day}，比同一星期几的常态下降{sessions_vs_weekday}。"]),
    "traffic_flat": ("访问与常态相当", ["访问次数为{sessions_day}，与同一星期几的常态相当。"]),
    "conversion_up": ("", ["转化率上升{conversion_vs_weekday}，为{conversion_day}。"]),
    "conversion_down": ("", ["转化率下降{conversion_vs_weekday}，为{conversion_day}。"]),
    "conversion_flat": ("", ["转化率为{conversion_day}，与常态相当。"]),
    "mover_up": ("增长最多：{change.name}", ["{change.name}销售额周环比增长{change}，达到{sales}。"]),
    "mover_down": ("下降最多：{change.name}", ["{change.name}销售额周环比下降{change}，为{sales}。"]),
    "mover_up_more": ("", ["{change.name}增长{change}。"]),
    "mover_down_more": ("", ["{change.name}下降{change}。"]),
    "buy_box": (
        "购物车占有率下降：{change.name}",
        [
            "{change.name}的购物车占有率周环比下降{change}，为{share}。",
            "请对比其他卖家的价格与配送时效。",
        ],
    ),
    "stock_out": ("已经断货", ["近期有销量、现已无货的 SKU 数：{count}。", "请先处理{sku.name}。"]),
    "stock_out_velocity": ("", ["它有货时{velocity}，在途{inbound}。"]),
    "stock_low": (
        "库存偏低",
        ["库存维持不了多久的 SKU 数：{count}。", "{sku.name}还可销售{cover}，预计{out}断货。"],
    ),
    "stock_low_more": ("", ["{sku.name}还可销售{cover}，预计{out}断货。"]),
    "ads_up": ("广告花费增加", ["广告花费周环比增加{ad_spend_vs_previous_7d}，为{ad_spend_7d}。"]),
    "ads_down": ("广告花费减少", ["广告花费周环比减少{ad_spend_vs_previous_7d}，为{ad_spend_7d}。"]),
    "ads_flat": ("广告花费持平", ["本周广告花费为{ad_spend_7d}，与上周大致相当。"]),
    "acos_up": ("", ["ACoS 上升{acos_vs_previous_7d}，为{acos_7d}。"]),
    "acos_down": ("", ["ACoS 下降{acos_vs_previous_7d}，为{acos_7d}。"]),
    "acos_flat": ("", ["ACoS 为{acos_7d}，与上周相当。"]),
    "ads_late": ("", ["最近点击带来的成交仍在归因中。"]),
    "campaign_idle": (
        "没有成交的广告活动：{spend.name}",
        ["{spend.name}花费{spend}，获得{clicks}次点击，没有成交。", "请检查投放目标与竞价，或暂停该活动。"],
    ),
    "terms_wasted": (
        "只花钱不成交的搜索词",
        [
            "有点击而没有成交的搜索词数：{count}，合计花费{total}。",
            "花费最多的是{term.name}，为{term}。",
            "可考虑设为否定关键词。",
        ],
    ),
    "competitor_cut": ("竞品降价：{price.name}", ["{price.name}于{when}降价{change}，现价{price}。"]),
    "competitor_below": ("", ["比我方{own.name}的{own}低了{gap}。"]),
    "competitor_above": ("", ["仍比我方{own.name}的{own}高出{gap}。"]),
    "competitor_out": (
        "竞品断货：{since.name}",
        ["{since.name}自{since}起断货。", "这是争取其流量的好时机。"],
    ),
    "settlement": ("最近的结算", ["最近结算金额为{amount}，入账期间为{first}至{last}。"]),
    "gaps": ("部分数据缺失", ["{days.name}缺失的天数：{days}，最近的是{last}。"]),
    "until": ("部分数据较晚到达", ["{until.name}的数据截至{until}。"]),
    "nothing": ("平静的日子", ["{day}没有需要报告的事项。"]),
}
