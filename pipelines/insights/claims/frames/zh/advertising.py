"""The frames of Chinese: the advertising brief. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, titles

_LATE = ("亚马逊仍可能把成交归因于最近的点击。", "最近的点击仍可能带来归因的成交。")
_AGAINST = (
    "其广告花费{spend}，ACoS 为{acos}，盈亏平衡点为{break_even}。",
    "广告花费{spend}，ACoS 为{acos}，而盈亏平衡的 ACoS 是{break_even}。",
)
_BREAKS_EVEN = ("其盈亏平衡的 ACoS 是{break_even}。", "ACoS 达到{break_even}时，其广告盈亏平衡。")
_UNSOLD = ("其广告花费{spend}，没有成交。", "广告花费{spend}而没有成交。")

_SPEND = {
    **titles(
        "ad_spend_30d", "广告花费增加", "广告花费减少", "广告花费持平", "广告花费与 ACoS", "广告花费与 ACoS（未定稿）"
    ),
    "ad_spend_30d.vs.up": (
        "{value.when}广告花费较{change.against}增长{change.size}，为{value}。",
        "广告花费在{value.when}为{value}，比{change.against}高出{change.size}。",
    ),
    "ad_spend_30d.vs.down": (
        "{value.when}广告花费较{change.against}下降{change.size}，为{value}。",
        "广告花费在{value.when}为{value}，比{change.against}低了{change.size}。",
    ),
    "ad_spend_30d.vs.flat": (
        "{value.when}广告花费为{value}，与{change.against}相当。",
        "广告花费在{value.when}为{value}，接近{change.against}。",
    ),
    "ad_spend_30d.open": (
        "{value.when}商品推广广告目前已知的广告花费为{value}。",
        "目前已知{value.when}商品推广的广告花费为{value}。",
    ),
    "ad_spend_30d.value": ("{value.when}商品推广的广告花费为{value}。", "商品推广在{value.when}的广告花费为{value}。"),
    "ad_spend_30d.before": ("此前（{before.when}）为{before}。",),
    "ad_spend_30d.sales.up": ("由此带来的广告销售额增长{sales_change.size}，为{sales}。",),
    "ad_spend_30d.sales.down": ("由此带来的广告销售额下降{sales_change.size}，为{sales}。",),
    "ad_spend_30d.sales.flat": ("由此带来的广告销售额变化不大，为{sales}。",),
    "ad_spend_30d.only_sales": ("由此带来的广告销售额为{sales}。", "带来的广告销售额为{sales}。"),
    "ad_spend_30d.sales_before": ("此前广告销售额（{sales_before.when}）为{sales_before}。",),
    "ad_spend_30d.acos.up": ("ACoS 上升{acos_change.size}，为{acos}。",),
    "ad_spend_30d.acos.down": ("ACoS 下降{acos_change.size}，为{acos}。",),
    "ad_spend_30d.acos.flat": ("ACoS 变化不大，为{acos}。",),
    "ad_spend_30d.only_acos": ("ACoS 为{acos}。", "折合 ACoS 为{acos}。"),
    "ad_spend_30d.acos_before": ("此前 ACoS（{acos_before.when}）为{acos_before}。",),
    "ad_spend_30d.tacos": (
        "连同品牌推广与展示型推广，广告共花费{all}，占不含税销售额的{tacos}（TACoS）。",
        "广告（含品牌推广与展示型推广）共花费{all}，TACoS 为不含税销售额的{tacos}。",
    ),
    "ad_spend_30d.only_tacos": ("TACoS 为不含税销售额的{tacos}。", "按不含税销售额，TACoS 为{tacos}。"),
    "ad_spend_30d.all": ("连同品牌推广与展示型推广，广告共花费{all}。", "各类广告共花费{all}。"),
    "ad_spend_30d.same_age": ("尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。此前的日子取其同龄时的读数。",),
    "ad_spend_30d.uncompared": (
        "尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。此前的日子没有同龄的读数，故不作比较。",
    ),
    "ad_spend_30d.not_final": ("尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。",),
    "ad_spend_30d.open_days": ("尚未定稿的天数：{open_days}。",),
}
_WASTE = {
    "wasted_spend.title": ("没有成交的广告花费：{total}", "{total}广告花费没有成交"),
    "wasted_spend.lead": (
        "{total.when}有{total}广告花费没有带来成交，占商品推广花费的{share}。",
        "没有带来成交的广告花费在{total.when}为{total}，占商品推广花费的{share}。",
    ),
    "wasted_spend.only": (
        "{total.when}有{total}广告花费没有带来成交。",
        "没有带来成交的广告花费在{total.when}为{total}。",
    ),
    "wasted_spend.campaigns": (
        "没有成交的广告活动数：{campaigns}，花费{of_campaigns}。",
        "有{campaigns}个广告活动没有成交，花费{of_campaigns}。",
    ),
    "wasted_spend.all_terms": (
        "这些花费来自{count}个有点击而没有成交的搜索词。",
        "都花在{count}个有点击而没有成交的搜索词上。",
    ),
    "wasted_spend.terms": (
        "有点击而没有成交的搜索词数：{count}，花费{of_terms}。",
        "有{count}个搜索词有点击而没有成交，花费{of_terms}。",
    ),
    "wasted_spend.term_clicks": (
        "{term.name}花费{term}，获得{clicks}次点击，没有成交。",
        "没有成交的{term.name}花费{term}，获得{clicks}次点击。",
    ),
    "wasted_spend.term": ("{term.name}花费{term}，没有成交。", "没有成交的{term.name}花费{term}。"),
    "wasted_spend.paused": (
        "没有成交的广告花费中，{paused}属于现已暂停的广告活动。",
        "现已暂停的广告活动占没有成交的广告花费中的{paused}。",
    ),
    "wasted_spend.late": _LATE,
    "negative_candidates.title": ("否定关键词的候选", "值得否定的搜索词"),
    "negative_candidates.lead": (
        "{count.when}有{count}个搜索词的点击没有成交，且难以用偶然解释，合计花费{total}。",
        "有{count}个搜索词在{count.when}的点击没有成交，难以用偶然解释，合计花费{total}。",
    ),
    "negative_candidates.count": (
        "{count.when}有{count}个搜索词的点击没有成交，且难以用偶然解释。",
        "有{count}个搜索词在{count.when}的点击没有成交，难以用偶然解释。",
    ),
    "negative_candidates.evidence": (
        "{spend.name}花费{spend}，获得{clicks}次点击，没有成交；纯属偶然的概率为{chance}。",
        "没有成交的{spend.name}花费{spend}，获得{clicks}次点击；偶然如此的概率为{chance}。",
    ),
    "negative_candidates.clicks": (
        "{spend.name}花费{spend}，获得{clicks}次点击，没有成交。",
        "没有成交的{spend.name}花费{spend}，获得{clicks}次点击。",
    ),
    "negative_candidates.term": ("{spend.name}花费{spend}，没有成交。", "没有成交的{spend.name}花费{spend}。"),
}
_RESULTS = {
    "losing_ads.title": ("广告亏损：{loss.name}", "高于盈亏平衡：{loss.name}"),
    "losing_ads.count": (
        "有{count}个商品的广告花费超过其成交所留毛利，合计{total}。",
        "广告花费超过成交所留毛利的商品数：{count}，合计{total}。",
    ),
    "losing_ads.lead": (
        "{loss.name}的广告在{loss.when}亏损{loss}，即花费超出其成交所留毛利的部分。",
        "{loss.when}，{loss.name}的广告亏损{loss}，即花费超出其成交所留毛利的部分。",
    ),
    "losing_ads.against": _AGAINST,
    "losing_ads.breaks_even": _BREAKS_EVEN,
    "losing_ads.unsold": _UNSOLD,
    "losing_ads.worth": ("每次点击花费{click}，{worth}以内才划算。", "点击单价为{click}，划算的上限是{worth}。"),
    "losing_ads.stopped": ("花这笔钱的广告活动现已暂停。", "相应的广告活动现已暂停。"),
    "losing_ads.paused": (
        "其广告花费中，{paused}属于现已暂停的广告活动。",
        "现已暂停的广告活动占其广告花费中的{paused}。",
    ),
    "losing_ads.more": (
        "{loss.name}亏损{loss}：ACoS {acos}，盈亏平衡点{break_even}。",
        "ACoS 为{acos}、盈亏平衡点为{break_even}的{loss.name}亏损{loss}。",
    ),
    "growing_ads.title": ("可以加大投放：{gain.name}", "赚钱的广告：{gain.name}"),
    "growing_ads.lead": (
        "{gain.name}的广告在{gain.when}扣除花费后净赚{gain}。",
        "{gain.when}，{gain.name}的广告扣除花费后净赚{gain}。",
    ),
    "growing_ads.against": _AGAINST,
    "growing_ads.breaks_even": _BREAKS_EVEN,
    "growing_ads.unsold": _UNSOLD,
    "growing_ads.more": (
        "{gain.name}净赚{gain}：ACoS {acos}，盈亏平衡点{break_even}。",
        "ACoS 为{acos}、盈亏平衡点为{break_even}的{gain.name}净赚{gain}。",
    ),
    "full_budget.title": ("预算用尽：{full.name}", "达到预算上限：{full.name}"),
    "full_budget.lead": (
        "{full.name}在{full.when}投放的{days}天中，有{full}天用尽了每日预算{budget}。",
        "{full.when}，{full.name}投放了{days}天，其中{full}天用尽了每日预算{budget}。",
    ),
    "full_budget.acos": (
        "其 ACoS 为{acos}，盈亏平衡点为{break_even}。",
        "盈亏平衡点为{break_even}，其 ACoS 为{acos}。",
    ),
    "full_budget.only_acos": ("其 ACoS 为{acos}，盈亏平衡点未知。", "盈亏平衡点未知，其 ACoS 为{acos}。"),
    "full_budget.cost": ("它花费{cost}，带来广告销售额{sales}。", "花费{cost}，带来广告销售额{sales}。"),
    "full_budget.gain": ("扣除花费后，其广告净赚{gain}。", "其广告扣除花费后净赚{gain}。"),
    "full_budget.loss": ("其广告亏损{loss}。", "广告亏损{loss}。"),
}


FRAMES: Frames = {**_SPEND, **_WASTE, **_RESULTS}
