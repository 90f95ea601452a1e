"""The frames of Chinese: SKUs, campaigns, search terms, competitors, what is missing, and advice. Data only."""

from pipelines.insights.claims.frames import zh_store
from pipelines.insights.claims.frames.shapes import Frames

JOIN = ""
AGAINST = {
    "weekday_average": "同一星期几的常态",
    "week_ago": "上周同日",
    "previous_7d": "前一周",
    "previous_price": "原价",
    "own_price": "我方价格",
}

_STOCK = {
    "out_of_stock.title": ("已经断货", "没有库存"),
    "out_of_stock.title_one": ("已经断货：{on_hand.name}", "没有库存：{on_hand.name}"),
    "out_of_stock.count": (
        "近期有销量、现已无货的 SKU 数：{count}。",
        "有{count}个 SKU 近期有销量、现已无货。",
    ),
    "out_of_stock.lead": ("{on_hand.name}已无可售库存。", "已无可售库存的是{on_hand.name}。"),
    "out_of_stock.it_is": ("即{on_hand.name}。", "也就是{on_hand.name}。"),
    "out_of_stock.among": ("其中包括{on_hand.name}。", "{on_hand.name}是其中之一。"),
    "out_of_stock.sold_and_inbound": ("它有货时{velocity}，在途{inbound}。", "有货时{velocity}，在途{inbound}。"),
    "out_of_stock.velocity": ("它有货时{velocity}。", "有货时{velocity}。"),
    "out_of_stock.inbound": ("在途{inbound}。", "它在途{inbound}。"),
    "out_of_stock.sold": ("此前三十天售出{sold}。",),
    "out_of_stock.as_of": ("库存快照日期为{as_of}。", "以{as_of}的库存快照为准。"),
    "out_of_stock.more": ("{on_hand.name}也已无可售库存。", "同样断货的还有{on_hand.name}。"),
    "low_stock.title": ("库存偏低", "库存不多"),
    "low_stock.title_one": ("库存偏低：{cover.name}", "库存不多：{cover.name}"),
    "low_stock.count": ("库存维持不了多久的 SKU 数：{count}。", "有{count}个 SKU 的库存维持不了多久。"),
    "low_stock.lead": (
        "{cover.name}还可销售{cover}，预计{out}断货。",
        "预计{out}，{cover.name}断货：其库存还可销售{cover}。",
    ),
    "low_stock.only": ("{cover.name}还可销售{cover}。", "还可销售{cover}的是{cover.name}。"),
    "low_stock.held": ("可售库存{held}。", "现有可售库存{held}。"),
    "low_stock.sells": ("它有货时{velocity}。", "有货时{velocity}。"),
    "low_stock.sold": ("此前三十天售出{sold}。",),
    "low_stock.inbound": ("在途{inbound}。", "它在途{inbound}。"),
    "low_stock.as_of": ("库存快照日期为{as_of}。", "以{as_of}的库存快照为准。"),
    "low_stock.more": (
        "{cover.name}还可销售{cover}，预计{out}断货。",
        "预计{out}断货的还有{cover.name}，还可销售{cover}。",
    ),
}
_WASTE = {
    "campaign_without_sales.title": ("没有成交的广告活动：{spend.name}", "只花钱未成交：{spend.name}"),
    "campaign_without_sales.lead": (
        "{spend.name}在{spend.when}花费{spend}，获得{clicks}次点击，没有成交。",
        "{spend.when}，{spend.name}花费{spend}，获得{clicks}次点击，没有成交。",
    ),
    "campaign_without_sales.only": (
        "{spend.name}在{spend.when}花费{spend}，没有成交。",
        "{spend.when}，{spend.name}花费{spend}，没有成交。",
    ),
    "campaign_without_sales.late": (
        "亚马逊仍可能把成交归因于最近的点击。",
        "最近的点击仍可能带来归因的成交。",
    ),
    "terms_without_sales.title": ("只花钱不成交的搜索词", "有点击而没有成交的搜索词"),
    "terms_without_sales.lead": (
        "{count.when}有点击而没有成交的搜索词数：{count}，合计花费{total}。",
        "有{count}个搜索词在{count.when}有点击而没有成交，合计花费{total}。",
    ),
    "terms_without_sales.count": (
        "{count.when}有点击而没有成交的搜索词数：{count}。",
        "有{count}个搜索词在{count.when}有点击而没有成交。",
    ),
    "terms_without_sales.costliest": ("花费最多的是{term.name}，为{term}。", "{term.name}花费最多，为{term}。"),
    "terms_without_sales.term": ("{term.name}花费{term}，没有成交。", "没有成交的{term.name}花费{term}。"),
    "terms_without_sales.term_clicks": (
        "{term.name}花费{term}，获得{clicks}次点击，没有成交。",
        "没有成交的{term.name}花费{term}，获得{clicks}次点击。",
    ),
    "terms_without_sales.late": (
        "亚马逊仍可能把成交归因于最近的点击。",
        "最近的点击仍可能带来归因的成交。",
    ),
}
_COMPETITORS = {
    "competitor_price.title.down": ("竞品降价：{change.name}", "竞品更便宜了：{change.name}"),
    "competitor_price.title.up": ("竞品涨价：{change.name}", "竞品更贵了：{change.name}"),
    "competitor_price.title.flat": ("竞品价格变化不大：{change.name}",),
    "competitor_price.lead.down": (
        "{change.name}于{on}降价{change.size}，现价{price}。",
        "{on}，{change.name}降价{change.size}，现价{price}。",
    ),
    "competitor_price.lead.up": (
        "{change.name}于{on}涨价{change.size}，现价{price}。",
        "{on}，{change.name}涨价{change.size}，现价{price}。",
    ),
    "competitor_price.lead.flat": (
        "{change.name}于{on}略调价格，现价{price}。",
        "{on}，{change.name}略调价格，现价{price}。",
    ),
    "competitor_price.price.down": ("{change.name}降价{change.size}，现价{price}。",),
    "competitor_price.price.up": ("{change.name}涨价{change.size}，现价{price}。",),
    "competitor_price.price.flat": ("{change.name}略调价格，现价{price}。",),
    "competitor_price.only.down": ("{change.name}降价{change.size}。",),
    "competitor_price.only.up": ("{change.name}涨价{change.size}。",),
    "competitor_price.only.flat": ("{change.name}略调价格。",),
    "competitor_price.before": ("原价为{before}。", "此前为{before}。"),
    "competitor_price.gap.down": (
        "比我方{own.name}的{own}低了{gap.size}。",
        "我方{own.name}为{own}，竞品低了{gap.size}。",
    ),
    "competitor_price.gap.up": (
        "仍比我方{own.name}的{own}高出{gap.size}。",
        "我方{own.name}为{own}，竞品仍高出{gap.size}。",
    ),
    "competitor_price.gap.flat": ("与我方{own.name}的{own}相当。", "我方{own.name}为{own}，与之相当。"),
    "competitor_price.own": ("我方{own.name}为{own}。", "而我方{own.name}为{own}。"),
    "competitor_out.title": ("竞品断货：{since.name}", "别家已断货：{since.name}"),
    "competitor_out.lead": ("{since.name}自{since}起断货。", "自{since}起，{since.name}断货。"),
}
_OTHERS = {
    "settlement.title": ("最近的结算",),
    "settlement.lead": (
        "最近结算金额为{amount}，入账期间为{first}至{last}。",
        "入账期间为{first}至{last}的最近结算，金额为{amount}。",
    ),
    "settlement.only": ("最近结算金额为{amount}。", "金额为{amount}的结算是最近的一笔。"),
    "missing_data.title": ("部分数据缺失", "有日期缺数据"),
    "missing_data.lead": (
        "{days.name}缺失的天数：{days}，最近的是{last}。",
        "缺{days}天数据的是{days.name}，最近的是{last}。",
    ),
    "missing_data.only": ("{days.name}缺失的天数：{days}。", "缺{days}天数据的是{days.name}。"),
    "late_data.title": ("部分数据较晚到达",),
    "late_data.lead": ("{until.name}的数据截至{until}。", "截至{until}，才有{until.name}的数据。"),
    "profit_not_whole.title": ("利润不完整", "利润仅部分可知"),
    "profit_not_whole.lead": (
        "有{units}（占销量的{share}）缺少成本、费用或汇率。",
        "缺少成本、费用或汇率的有{units}（占销量的{share}）。",
    ),
    "profit_not_whole.only": ("有{units}缺少成本、费用或汇率。", "缺少成本、费用或汇率的有{units}。"),
    "profit_not_whole.unknown": ("这部分的利润尚不可知。",),
    "figures.title": ("{x.label}",),
    "figures.store": ("{x.label}：{x}（{x.when}）。", "{x.when}，{x.label}：{x}。"),
    "figures.of": ("{x.label}（{x.name}）：{x}（{x.when}）。", "{x.name}，{x.label}：{x}（{x.when}）。"),
    "ranking.title": ("{x.label}排序", "排序：{x.label}"),
    "ranking.first": ("所列之中居首的是{x.name}，为{x}（{x.when}）。", "{x.name}在所列之中居首，为{x}（{x.when}）。"),
    "ranking.next": ("{x.name}次之，为{x}。", "其后是{x.name}，为{x}。"),
    "nothing.title": ("平静的日子",),
    "nothing.lead": ("{day}没有需要报告的事项。",),
    "open": ("亚马逊仍会修正这些数字。", "这些数字尚未定稿。"),
}

FRAMES: Frames = {**zh_store.FRAMES, **_STOCK, **_WASTE, **_COMPETITORS, **_OTHERS}

ADVICE: Frames = {
    "start_here": ("请先处理{on_hand.name}。",),
    "order_more": ("没有在途，请补货。", "请补货，目前没有在途。"),
    "hurry_inbound": ("请看在途的能否提前到仓。", "在途的能否提前到仓，值得一问。"),
    "compare_offers": ("请对比其他卖家的价格与配送时效。", "其他卖家的价格与配送时效，值得对比。"),
    "check_listing": ("请检查商品页：价格、图片、评价。", "商品页的价格、图片、评价，值得检查。"),
    "check_campaigns": ("请从花费最多的广告活动查起。", "花费最多的广告活动，值得先查。"),
    "check_targets_or_pause": ("请检查投放目标与竞价，或暂停该活动。", "投放目标与竞价值得检查，或暂停该活动。"),
    "negative_keywords": ("可考虑设为否定关键词。", "不妨设为否定关键词。"),
    "weigh_our_price": ("请决定跟价还是守价。", "跟价还是守价，请作决定。"),
    "hold_our_price": ("我方价格可以不动。", "可以守住我方价格。"),
    "be_visible": ("这是争取其流量的好时机。", "不妨此时在其位置投放广告。"),
    "see_status": ("如何处理，见 `tradewind status`。", "处理办法见 `tradewind status`。"),
}
