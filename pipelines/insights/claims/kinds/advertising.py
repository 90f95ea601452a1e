"""Kinds of statements of the advertising brief: waste, negatives, products against break-even, and budgets."""

from __future__ import annotations

from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, Tone, always, found, is_open, number
from pipelines.insights.facts import FactBook

FULL_SHARE = 0.5  # A budget that is used up on so many of a campaign's days holds it back.


def _uncompared(told: Told, book: FactBook) -> bool:
    return found(book, "ad_spend_vs_previous_30d", "store") is None


AD_SPEND_30D = Kind(
    name="ad_spend_30d",
    meaning="what Sponsored Products cost in thirty days, against the thirty before; ACoS and TACoS may stand with it",
    roles={
        "value": Role("ad_spend_30d"),
        "change": Role("ad_spend_vs_previous_30d", basis="previous_30d"),
        "before": Role("ad_spend_previous_30d"),
        "sales": Role("ad_sales_30d"),
        "sales_change": Role("ad_sales_vs_previous_30d", basis="previous_30d"),
        "sales_before": Role("ad_sales_previous_30d"),
        "acos": Role("acos_30d"),
        "acos_change": Role("acos_vs_previous_30d", basis="previous_30d"),
        "acos_before": Role("acos_previous_30d"),
        "all": Role("all_ads_spend"),
        "tacos": Role("tacos_30d"),
        "open_days": Role("ads_open_days"),
        "final_on": Role("ads_final_on"),
    },
    needs=("value",),
    titles=(Part("title.vs", ("change",), "change"), Part("title.open", ("open_days",)), Part("title")),
    parts=(
        Part("vs", ("value", "change"), "change", choice="lead"),
        Part("open", ("value", "open_days"), choice="lead"),
        Part("value", ("value",), choice="lead"),
        Part("before", ("before",)),
        Part("sales", ("sales", "sales_change"), "sales_change", choice="sales"),
        Part("only_sales", ("sales",), choice="sales"),
        Part("sales_before", ("sales_before",)),
        Part("acos", ("acos", "acos_change"), "acos_change", choice="acos"),
        Part("only_acos", ("acos",), choice="acos"),
        Part("acos_before", ("acos_before",)),
        Part("tacos", ("all", "tacos"), choice="tacos"),
        Part("only_tacos", ("tacos",), choice="tacos"),
        Part("all", ("all",), choice="tacos"),
        Part("same_age", ("open_days", "final_on", "change"), choice="open"),
        Part("uncompared", ("open_days", "final_on"), when=_uncompared, choice="open"),
        Part("not_final", ("open_days", "final_on"), choice="open"),
        Part("open_days", ("open_days",), choice="open"),
    ),
    with_it=("open_days", "final_on"),
    whole=(("value", "change", "sales", "sales_change", "acos", "acos_change", "all", "tacos"),),
)


def _is_all_by_terms(told: Told, book: FactBook) -> bool:
    """Whether nothing was spent in vain but by search terms, so that their sum is the whole."""
    return "of_terms" in told and told["of_terms"].value == told["total"].value and "campaigns" not in told


WASTED_SPEND = Kind(
    name="wasted_spend",
    meaning="all that Sponsored Products cost without a sale, search terms and campaigns together, each amount once; "
    "terms may be named",
    about="search_term",
    roles={
        "total": Role("wasted_spend", when=lambda fact: bool(fact.value)),
        "share": Role("wasted_share"),
        "paused": Role("wasted_paused_spend"),
        "count": Role("wasted_terms", when=lambda fact: bool(fact.value)),
        "of_terms": Role("wasted_terms_spend"),
        "campaigns": Role("wasted_campaigns", when=lambda fact: bool(fact.value)),
        "of_campaigns": Role("wasted_campaigns_spend"),
        "term": Role("term_spend", "search_term"),
        "clicks": Role("term_clicks", "search_term"),
    },
    needs=("total",),
    titles=(Part("title", ("total",)),),
    parts=(
        Part("lead", ("total", "share"), choice="lead"),
        Part("only", ("total",), choice="lead"),
        Part("campaigns", ("campaigns", "of_campaigns")),
        Part("all_terms", ("count",), when=_is_all_by_terms, choice="terms"),
        Part("terms", ("count", "of_terms"), choice="terms"),
        Part("term_clicks", ("term", "clicks"), choice="term"),
        Part("term", ("term",), choice="term"),
        Part("paused", ("paused",)),
        Part("late", (), when=lambda told, book: is_open(told)),
    ),
    more=(Part("term_clicks", ("term", "clicks"), choice="lead"), Part("term", ("term",), choice="lead")),
    with_it=("paused",),
    whole=(("total", "share", "paused", "count", "of_terms", "campaigns", "of_campaigns", "term", "clicks"),),
    tone=always("info", "warning", "warning"),
    stake=(Stake("wasted_spend_a_week", "total"),),
)
NEGATIVES = Kind(
    name="negative_candidates",
    meaning="search terms whose clicks without an order chance hardly explains; several may be named",
    about="search_term",
    roles={
        "count": Role("negative_terms", when=lambda fact: bool(fact.value)),
        "total": Role("negative_terms_spend"),
        "spend": Role("negative_spend", "search_term"),
        "clicks": Role("negative_clicks", "search_term"),
        "chance": Role("negative_chance", "search_term"),
    },
    needs=("count|spend",),
    titles=(Part("title"),),
    parts=(
        Part("lead", ("count", "total"), choice="lead"),
        Part("count", ("count",), choice="lead"),
        Part("evidence", ("spend", "clicks", "chance"), choice="lead_term"),
        Part("clicks", ("spend", "clicks"), choice="lead_term"),
        Part("term", ("spend",), choice="lead_term"),
    ),
    more=(
        Part("evidence", ("spend", "clicks", "chance"), choice="lead"),
        Part("clicks", ("spend", "clicks"), choice="lead"),
        Part("term", ("spend",), choice="lead"),
    ),
    whole=(("count", "total", "spend", "clicks", "chance"),),
    tone=always("info", "warning", "warning"),
    stake=(Stake("negative_terms_spend_a_week", "total"), Stake("negative_spend_a_week", "spend")),
)
_OF_PRODUCT = {
    "spend": Role("product_ad_spend", "sku"),
    "sales": Role("product_ad_sales", "sku"),
    "acos": Role("product_acos", "sku"),
    "break_even": Role("product_break_even", "sku"),
}
_AGAINST = (
    Part("unsold", ("sales", "spend"), when=lambda told, book: told["sales"].value == 0, choice="against"),
    Part("against", ("acos", "break_even", "spend"), choice="against"),
    Part("breaks_even", ("break_even",), choice="against"),
)


def _is_stopped(told: Told) -> bool:
    """Whether all that its ads cost was spent by campaigns that are paused by now."""
    return "paused" in told and "spend" in told and told["paused"].value == told["spend"].value


def _losing_tone(told: Told, book: FactBook) -> Tone:
    return Tone() if _is_stopped(told) else Tone("info", "warning", "warning")


LOSING_ADS = Kind(
    name="losing_ads",
    meaning="products whose ads cost more than their sales leave, with ACoS, break-even and what a click may cost; "
    "several may be named",
    about="sku",
    roles={
        "loss": Role("product_ad_loss", "sku"),
        **_OF_PRODUCT,
        "click": Role("click_cost", "sku"),
        "worth": Role("click_worth", "sku"),
        "paused": Role("product_paused_spend", "sku"),
        "count": Role("losing_products", when=lambda fact: bool(fact.value)),
        "total": Role("losing_products_loss"),
    },
    needs=("loss",),
    with_it=("paused", "spend"),
    titles=(Part("title", ("loss",)),),
    parts=(
        Part("count", ("count", "total"), when=lambda told, book: number(told["count"]) > 1),
        Part("lead", ("loss",), choice="lead"),
        *_AGAINST,
        Part("worth", ("click", "worth"), when=lambda told, book: not _is_stopped(told)),
        Part("stopped", ("paused", "spend"), when=lambda told, book: _is_stopped(told), choice="paused"),
        Part("paused", ("paused",), choice="paused"),
    ),
    more=(
        Part("more", ("loss", "acos", "break_even"), choice="lead"),
        Part("lead", ("loss",), choice="lead"),
        Part("stopped", ("paused", "spend"), when=lambda told, book: _is_stopped(told)),
    ),
    whole=(("loss", "spend", "sales", "acos", "break_even", "click", "worth", "paused", "count", "total"),),
    tone=_losing_tone,
    stake=(Stake("losing_products_loss_a_week", "total"), Stake("product_ad_loss_a_week", "loss")),
)
GROWING_ADS = Kind(
    name="growing_ads",
    meaning="products whose ads earn well and cost little, with stock to sell: room to grow; several may be named",
    about="sku",
    roles={"gain": Role("product_ad_gain", "sku"), **_OF_PRODUCT},
    needs=("gain",),
    titles=(Part("title", ("gain",)),),
    parts=(Part("lead", ("gain",), choice="lead"), *_AGAINST),
    more=(
        Part("more", ("gain", "acos", "break_even"), choice="lead"),
        Part("lead", ("gain",), choice="lead"),
    ),
    whole=(("gain", "spend", "sales", "acos", "break_even"),),
    tone=always("info", "good", "good"),
    stake=(Stake("product_ad_room_a_week", "gain"),),
)


def _budget_tone(told: Told, book: FactBook) -> Tone:
    return Tone("info", "warning", "warning") if "gain" in told else Tone()


FULL_BUDGET = Kind(
    name="full_budget",
    meaning="a campaign that used up its daily budget on many of its days, and whether more would pay",
    about="campaign",
    roles={
        "full": Role("campaign_full_days", "campaign", when=lambda fact: bool(fact.value)),
        "days": Role("campaign_days", "campaign"),
        "budget": Role("campaign_budget", "campaign"),
        "cost": Role("campaign_cost", "campaign"),
        "sales": Role("campaign_sales", "campaign"),
        "acos": Role("campaign_acos", "campaign"),
        "break_even": Role("campaign_break_even", "campaign"),
        "gain": Role("campaign_ad_gain", "campaign"),
        "loss": Role("campaign_ad_loss", "campaign"),
    },
    needs=("full", "days", "budget"),
    titles=(Part("title", ("full",)),),
    parts=(
        Part("lead", ("full", "days", "budget"), choice="lead"),
        Part("acos", ("acos", "break_even"), choice="acos"),
        Part("only_acos", ("acos",), choice="acos"),
        Part("cost", ("cost", "sales")),
        Part("gain", ("gain",)),
        Part("loss", ("loss",)),
    ),
    whole=(("full", "days", "cost", "sales", "acos", "break_even", "gain", "loss"),),
    tone=_budget_tone,
    stake=(Stake("campaign_ad_room_a_week", "gain"),),
)
KINDS = (WASTED_SPEND, LOSING_ADS, NEGATIVES, FULL_BUDGET, GROWING_ADS, AD_SPEND_30D)
