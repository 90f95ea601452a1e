"""Chinese (simplified): data only."""

from pipelines.insights.locales.feeds import NAMES
from pipelines.insights.locales.zh.facts import FACTS as FACTS
from pipelines.insights.locales.zh.formulas import FORMULAS as FORMULAS

BABEL = "zh_CN"
HTML_LANG = "zh-CN"
SHORT_DATE, LONG_DATE, FULL_DATE = "M月d日", "y年M月d日", "y年M月d日 EEEE"
RANGE = "{first} – {last}"
BRACKETS = ("（", "）")  # around a description behind a name
LIST = ("：", "、", "。")  # behind what figures are called, between them, and at the end
# 期间：一天、截至简报日的一周、其他天数
WHEN = {"day": "{day}", "week": "近一周", "days": "截至{day}的{n}天"}

UNITS = {
    "units": ("{n}件", "{n}件"),
    "days": ("{n}天", "{n}天"),
    "per_day": ("每天{n}件", "每天{n}件"),
    "points": ("{n}个百分点", "{n}个百分点"),
    "rank": ("第{n}名", "第{n}名"),
    "count": ("{n}", "{n}"),
}

UI = {
    "of": "{title}：{name}",
    "vs_weekday_average": "对比常态",
    "vs_previous_7d": "对比前一周",
    "vs_orders_previous_7d": "订单利润，对比前一周",
    "vs_previous_30d": "对比此前三十天",
    "other_language": "English",
    "written_by_template": "由规则撰写，未使用模型",
    "written_by_llm": "由 {model} 选取，由规则依据数据集市的数字撰写",
    "model_cost": "模型读入 {tokens_in} 个 token，写出 {tokens_out} 个；{price}。",
    "model_price": "费用 {usd} 美元",
    "no_price": "未设置价格",
    "model_kept": "模型对这些数字的回答此前已保存，本次没有花费。",
    "headline": "当日概览",
    "findings": "要点",
    "charts": "走势",
    "gaps": "缺失的数据",
    "gaps_note": "这些日期不在数字之内，或尚未到达。没有用估算值代替。原因见 `tradewind status`。未获取或晚到的数据，可取得后由 "
    "`tradewind pull` 补齐；已无法获取的，只能用 `tradewind import` 从文件导入。",
    "no_gaps": "本简报所涉及的日期没有缺失数据。",
    "gap": "未获取的天数：",
    "unavailable": "已无法获取的天数：",
    "gap_last": "· 最近：",
    "until": "晚到，数据截至：",
    "not_whole": "利润",
    "not_whole_units": "缺成本或费用的件数占比：",
    "facts": "每个数字的来源",
    "facts_note": "本页每个数字都是下列事实之一，各由一条针对所列数据集市的查询得出。",
    "attribution": "广告销售额按点击后七天归因。",
    "open_note": "尚未定稿的数字只与此前日期同龄时的读数比较，否则不作比较。",
    "open": "尚未定稿",
    "open_until": "定稿日：",
    "open_days": "尚未定稿的天数：",
    "estimated_days": "预估天数：",
    "paid_on": "打款日：",
    "open_chart": "浅色或虚线：尚未定稿",
    "pending": "待付款：",
    "changed": "自 {moment} 以来有变化",
    "was": "原为",
    "earlier": "早先版本：",
    "earlier_link": "{moment} 读取时的样子",
    "superseded": "这是早先的版本，为 {moment} 读取时的样子。",
    "newest": "最新版本",
    "col_was": "原值",
    "days_note": "日期为站点当地日期（{zone}），金额单位为{currency}。常态指此前几周同一星期几的平均值。",
    "no_data": "尚无数据",
    "col_fact": "事实",
    "col_value": "数值",
    "col_period": "期间",
    "col_subject": "对象",
    "col_source": "数据集市",
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
    "own_words": "模型自己的话：",
    "refused": "模型的回答中未予显示的部分",
    "refused_note": "以上正文不含这些内容。原文保存在 insights.briefs 的 claims 列。",
    "refused_claim": "第 {place} 条",
    "refused_answer": "整个回答",
    "all_briefs": "全部简报",
    "formula": "算法",
    "source": "来源",
    "query": "查询",
    "close": "关闭",
    "more_rows": "显示其余各行",
    "queries": "查询语句",
    "index_of": "简报：{name}",
    "all_stores": "全部店铺",
    "newest_briefs": "最新",
    "earlier_briefs": "此前",
    "no_briefs": "尚无简报。",
    "index_note": "简报旁为其首条要点。更早的日期在本页旁的文件夹中。",
    "made_at": "事实指纹 {hash}",
}

BRIEFS = {"daily": "每日简报", "advertising": "广告简报"}

# title, head of the first column, note
TABLES = {
    "stock": ("需要处理的库存", "SKU", "以最近一次库存快照为准。日均销量只计算有货的日子。"),
    "moves": ("降价的竞品", "竞品", ""),
    "profit_skus": ("对利润影响最大的商品", "SKU", "其订单的广告前利润，以及较前一周的变动。"),
    "profit": (
        "本周利润表",
        "项目",
        "支出以负数列示，各项相加即为合计。订单类项目与前一周比较；退款、仓储费等随结算入账，"
        "尚无结算的日子还没有这些数字。成本或费用未知的件数不在其中。",
    ),
    # 广告简报
    "losing_products": (
        "广告亏损的商品",
        "SKU",
        "亏损为广告花费减去广告成交所留的毛利。含商品推广与展示型推广，按点击后十四天归因；盈亏平衡点取最近六十个已知日。",
    ),
    "growing_products": (
        "可以加大投放的商品",
        "SKU",
        "ACoS 不超过盈亏平衡点的一半，花费低于投放商品的平均，且有货可售。",
    ),
    "campaigns": (
        "广告活动",
        "广告活动",
        "按点击后十四天归因。盈亏平衡点由活动中的商品得出；品牌推广不列明商品。已暂停的活动不列预算。",
    ),
    "negatives": ("否定关键词的候选", "搜索词", "最近六十个已知日。偶然概率：同样多的点击碰巧没有订单的可能性。"),
    "wasted_terms": ("没有成交的搜索词", "搜索词", "点击后十四天内没有订单。"),
}
# heads of columns that are shorter than what the facts are called
COLUMNS = {
    "stock_on_hand": "可售库存",
    "sku_velocity": "日均销量",
    "days_of_cover": "可售天数",
    "stock_out_date": "预计断货",
    "stock_inbound": "在途",
    "competitor_previous_price": "原价",
    "competitor_price": "现价",
    "competitor_price_change": "变化",
    "own_price": "我方价格",
    "price_gap": "对比我方",
    "sku_profit_7d": "利润",
    "sku_profit_change": "对利润的影响",
    "part_7d": "本周",
    "part_previous_7d": "前一周",
    "part_change": "对利润的影响",
    # 广告简报
    "product_ad_loss": "亏损",
    "product_ad_gain": "净赚",
    "product_ad_spend": "广告花费",
    "product_ad_sales": "广告销售额",
    "product_acos": "ACoS",
    "product_break_even": "盈亏平衡点",
    "click_cost": "单次点击",
    "click_worth": "保本单次点击",
    "campaign_cost": "广告花费",
    "campaign_sales": "广告销售额",
    "campaign_acos": "ACoS",
    "campaign_break_even": "盈亏平衡点",
    "campaign_ad_loss": "亏损",
    "campaign_ad_gain": "净赚",
    "campaign_budget": "每日预算",
    "campaign_full_days": "用尽天数",
    "campaign_days": "投放天数",
    "negative_spend": "广告花费",
    "negative_clicks": "点击数",
    "negative_chance": "偶然概率",
    "term_spend": "广告花费",
    "term_clicks": "点击数",
}

# the lines of a profit and loss statement
PARTS = {
    "revenue": "销售收入",
    "vat": "价内税",
    "selling_fees": "销售佣金",
    "fba_fees": "FBA 配送费",
    "advertising": "广告费",
    "goods": "商品成本",
    "order_profit": "广告前订单利润",
    "refunds": "退款及退款手续费",
    "returned_goods": "退货回库成本",
    "storage_fees": "仓储费",
    "other": "其他入账",
    "profit": "利润",
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
    "profit_7d": "利润（七天）",
    "margin_7d": "利润率（七天）",
    "tacos_7d": "TACoS（七天）",
    # 广告简报
    "ad_spend_30d": "广告花费（三十天）",
    "ad_sales_30d": "广告销售额（三十天）",
    "acos_30d": "ACoS（三十天）",
    "tacos_30d": "TACoS（三十天）",
    "wasted_spend": "没有成交的花费",
    "losing_products_loss": "亏损的广告",
}


FEEDS = {name: names[1] for name, names in NAMES.items()}

# 模型的回答为何未予显示
REFUSALS = {
    "not_the_form": "不符合所要求的格式",
    "too_many": "超出可读取的条数",
    "unknown_kind": "没有这种陈述",
    "unknown_fact": "没有这条事实",
    "other_measure": "事实属于其他指标",
    "other_subject": "事实属于其他对象",
    "several_subjects": "事实属于多个对象，而该陈述只讲一个",
    "other_basis": "事实的比较基准不同",
    "other_period": "事实的期间不同",
    "two_of_one": "同一位置有两条事实",
    "not_comparable": "这些事实不能排序",
    "not_so": "事实并非如此",
    "fact_missing": "缺少所依据的事实",
    "facts_contradict": "变化的正负与方向不符",
    "told_already": "已经说过",
    "advice": "建议的条件不成立",
    "own_words": "自己的话超出了允许的范围",
    "own_words_off": "自己的话未启用",
    "not_as_rendered": "写出后的数字与事实不符",
}
