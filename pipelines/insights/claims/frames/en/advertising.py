"""The frames of English: the advertising brief. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, titles

_LATE = (
    "Amazon may still attribute sales to the latest clicks.",
    "Sales may still be attributed to the latest clicks.",
)
_AGAINST = (
    "Its ACoS is {acos} for {spend} of ad spend; it breaks even at {break_even}.",
    "For {spend} of ad spend its ACoS is {acos}, while {break_even} breaks even.",
)
_BREAKS_EVEN = ("Its ads break even at {break_even}.", "At {break_even}, its ads break even.")
_UNSOLD = ("Its ads cost {spend} and sold nothing.", "For {spend}, its ads sold nothing.")

_SPEND = {
    **titles(
        "ad_spend_30d",
        "Ad spend is up",
        "Ad spend is down",
        "Ad spend unchanged",
        "Ad spend and ACoS",
        "Ad spend and ACoS, not final",
    ),
    "ad_spend_30d.vs.up": (
        "Ad spend rose {change.size} {value.when} against {change.against}, to {value}.",
        "{value.When}, ad spend rose {change.size} against {change.against}, to {value}.",
    ),
    "ad_spend_30d.vs.down": (
        "Ad spend fell {change.size} {value.when} against {change.against}, to {value}.",
        "{value.When}, ad spend fell {change.size} against {change.against}, to {value}.",
    ),
    "ad_spend_30d.vs.flat": (
        "Ad spend came to {value} {value.when}, about the same as {change.against}.",
        "{value.When}, ad spend came to {value}, close to {change.against}.",
    ),
    "ad_spend_30d.open": (
        "{value.When}, Sponsored Products have cost {value} so far.",
        "So far, Sponsored Products have cost {value} {value.when}.",
    ),
    "ad_spend_30d.value": (
        "Sponsored Products cost {value} {value.when}.",
        "{value.When}, Sponsored Products cost {value}.",
    ),
    "ad_spend_30d.before": ("Before that, it was {before} {before.when}.",),
    "ad_spend_30d.sales.up": ("Their ad sales rose {sales_change.size}, to {sales}.",),
    "ad_spend_30d.sales.down": ("Their ad sales fell {sales_change.size}, to {sales}.",),
    "ad_spend_30d.sales.flat": ("Their ad sales stayed near {sales}.",),
    "ad_spend_30d.only_sales": ("Their ad sales are {sales}.", "They brought ad sales of {sales}."),
    "ad_spend_30d.sales_before": ("Before that, ad sales were {sales_before} {sales_before.when}.",),
    "ad_spend_30d.acos.up": ("ACoS rose {acos_change.size} to {acos}.",),
    "ad_spend_30d.acos.down": ("ACoS fell {acos_change.size} to {acos}.",),
    "ad_spend_30d.acos.flat": ("ACoS stayed near {acos}.",),
    "ad_spend_30d.only_acos": ("ACoS is {acos}.", "That is an ACoS of {acos}."),
    "ad_spend_30d.acos_before": ("Before that, ACoS was {acos_before} {acos_before.when}.",),
    "ad_spend_30d.tacos": (
        "With Sponsored Brands and Display, ads cost {all}: a TACoS of {tacos} of sales without VAT.",
        "Of sales without VAT, advertising took {tacos} (TACoS), Brands and Display included: {all}.",
    ),
    "ad_spend_30d.only_tacos": ("TACoS is {tacos} of sales without VAT.", "Of sales without VAT, TACoS is {tacos}."),
    "ad_spend_30d.all": ("With Sponsored Brands and Display, ads cost {all}.", "Ads of all products cost {all}."),
    "ad_spend_30d.same_age": (
        "Days that are not final: {open_days}; Amazon changes them until {final_on}. "
        "Compared are the days before as they were at the same age.",
    ),
    "ad_spend_30d.uncompared": (
        "Days that are not final: {open_days}; Amazon changes them until {final_on}. "
        "Nothing is compared, as the days before were not read at the same age.",
    ),
    "ad_spend_30d.not_final": ("Days that are not final: {open_days}; Amazon changes them until {final_on}.",),
    "ad_spend_30d.open_days": ("Days that are not final: {open_days}.",),
}
_WASTE = {
    "wasted_spend.title": ("Ad spend without a sale: {total}", "{total} of ad spend sold nothing"),
    "wasted_spend.lead": (
        "{total.When}, {total} of ad spend brought no sale: {share} of what Sponsored Products cost.",
        "Ad spend of {total} brought no sale {total.when}, {share} of what Sponsored Products cost.",
    ),
    "wasted_spend.only": (
        "{total.When}, {total} of ad spend brought no sale.",
        "Ad spend of {total} brought no sale {total.when}.",
    ),
    "wasted_spend.campaigns": (
        "Campaigns without a sale: {campaigns}, for {of_campaigns}.",
        "{campaigns|campaign|campaigns} without a sale cost {of_campaigns}.",
    ),
    "wasted_spend.all_terms": (
        "It went to {count|search term|search terms} with clicks and no sale.",
        "Behind it: {count|search term|search terms} with clicks and no sale.",
    ),
    "wasted_spend.terms": (
        "Search terms with clicks and no sale: {count}, for {of_terms}.",
        "{count|search term|search terms} with clicks and no sale cost {of_terms}.",
    ),
    "wasted_spend.term_clicks": (
        "{term.name} cost {term} for {clicks|click|clicks} without a sale.",
        "For {clicks|click|clicks} without a sale, {term.name} cost {term}.",
    ),
    "wasted_spend.term": ("{term.name} cost {term} without a sale.", "Without a sale, {term.name} cost {term}."),
    "wasted_spend.paused": (
        "Of the ad spend without a sale, {paused} is of campaigns that are paused by now.",
        "Campaigns that are paused by now had {paused} of the ad spend without a sale.",
    ),
    "wasted_spend.late": _LATE,
    "negative_candidates.title": ("Candidates for negatives", "Search terms to exclude"),
    "negative_candidates.lead": (
        "{count|search term has|search terms have} more clicks without a sale {count.when} than chance explains, "
        "for {total}.",
        "{count.When}, {count|search term|search terms} got more clicks without a sale than chance explains, "
        "for {total}.",
    ),
    "negative_candidates.count": (
        "{count|search term has|search terms have} more clicks without a sale {count.when} than chance explains.",
        "{count.When}, {count|search term|search terms} got more clicks without a sale than chance explains.",
    ),
    "negative_candidates.evidence": (
        "{spend.name} cost {spend} for {clicks|click|clicks} without a sale, "
        "which chance alone does in {chance} of cases.",
        "For {clicks|click|clicks} without a sale, {spend.name} cost {spend}; "
        "by chance that happens in {chance} of cases.",
    ),
    "negative_candidates.clicks": (
        "{spend.name} cost {spend} for {clicks|click|clicks} without a sale.",
        "For {clicks|click|clicks} without a sale, {spend.name} cost {spend}.",
    ),
    "negative_candidates.term": (
        "{spend.name} cost {spend} without a sale.",
        "Without a sale, {spend.name} cost {spend}.",
    ),
}
_RESULTS = {
    "losing_ads.title": ("Ads at a loss: {loss.name}", "Above break-even: {loss.name}"),
    "losing_ads.count": (
        "{count|product has|products have} ads that cost more than their sales leave: {total} together.",
        "Ads of {count|product|products} cost more than their sales leave, by {total} together.",
    ),
    "losing_ads.lead": (
        "Ads of {loss.name} lost {loss} {loss.when}: so much more was spent than their sales leave.",
        "{loss.When}, {loss.name} lost {loss} by its ads: so much more was spent than their sales leave.",
    ),
    "losing_ads.against": _AGAINST,
    "losing_ads.breaks_even": _BREAKS_EVEN,
    "losing_ads.unsold": _UNSOLD,
    "losing_ads.worth": (
        "A click costs {click}; up to {worth} it would pay.",
        "At {click} a click is too dear: it pays up to {worth}.",
    ),
    "losing_ads.stopped": (
        "The campaigns that spent it are paused by now.",
        "By now, the campaigns that spent it are paused.",
    ),
    "losing_ads.paused": (
        "Of its ad spend, {paused} is of campaigns that are paused by now.",
        "Campaigns that are paused by now had {paused} of its ad spend.",
    ),
    "losing_ads.more": (
        "{loss.name} lost {loss}: ACoS {acos}, break-even {break_even}.",
        "At an ACoS of {acos} and a break-even of {break_even}, {loss.name} lost {loss}.",
    ),
    "growing_ads.title": ("Room to grow: {gain.name}", "Ads that earn: {gain.name}"),
    "growing_ads.lead": (
        "Ads of {gain.name} earned {gain} {gain.when}, their cost paid.",
        "{gain.When}, {gain.name} earned {gain} by its ads, their cost paid.",
    ),
    "growing_ads.against": _AGAINST,
    "growing_ads.breaks_even": _BREAKS_EVEN,
    "growing_ads.unsold": _UNSOLD,
    "growing_ads.more": (
        "{gain.name} earned {gain}: ACoS {acos}, break-even {break_even}.",
        "At an ACoS of {acos} and a break-even of {break_even}, {gain.name} earned {gain}.",
    ),
    "full_budget.title": ("Budget used up: {full.name}", "At its budget: {full.name}"),
    "full_budget.lead": (
        "{full.name} used up its budget of {budget} a day on {full|day|days} of the {days} that it ran {full.when}.",
        "{full.When}, {full.name} used up its budget of {budget} a day on {full|day|days} of the {days} that it ran.",
    ),
    "full_budget.acos": (
        "Its ACoS is {acos}; it breaks even at {break_even}.",
        "It breaks even at {break_even}, and its ACoS is {acos}.",
    ),
    "full_budget.only_acos": (
        "Its ACoS is {acos}; its break-even is not known.",
        "At an ACoS of {acos}, its break-even is not known.",
    ),
    "full_budget.cost": ("It cost {cost} and brought ad sales of {sales}.", "Ad sales of {sales} cost {cost}."),
    "full_budget.gain": ("Its ads earned {gain}, their cost paid.", "With their cost paid, its ads earned {gain}."),
    "full_budget.loss": ("Its ads lost {loss}.", "By its ads, {loss} was lost."),
}


FRAMES: Frames = {**_SPEND, **_WASTE, **_RESULTS}
