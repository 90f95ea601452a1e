"""The frames of English: advertising. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.en.measures import of_week
from pipelines.insights.claims.frames.shapes import Frames, titles, under

_ADS_OPEN = {
    "same_age": (
        "Days of the week that are not final: {open_days}; Amazon changes them until {final_on}. "
        "Compared is the week before as it was at the same age.",
    ),
    "uncompared": (
        "Days of the week that are not final: {open_days}; Amazon changes them until {final_on}. "
        "Nothing is compared, as the week before was not read at the same age.",
    ),
    "not_final": ("Days of the week that are not final: {open_days}; Amazon changes them until {final_on}.",),
    "open_days": ("Days of the week that are not final: {open_days}.",),
}


_ADS = {
    **titles(
        "ad_spend_week",
        "Ad spend is up",
        "Ad spend is down",
        "Ad spend unchanged",
        "Ad spend of the week",
        "Ad spend of a week that is not final",
    ),
    **of_week("ad_spend", "Ad spend"),
    "ad_spend_week.open": ("Ad spend known so far: {value}.", "So far, ad spend of {value} is known."),
    "ad_spend_week.acos.up": (
        "ACoS rose {acos_change.size} to {acos}.",
        "At {acos}, ACoS stood {acos_change.size} above {acos_change.against}.",
    ),
    "ad_spend_week.acos.down": (
        "ACoS fell {acos_change.size} to {acos}.",
        "At {acos}, ACoS stood {acos_change.size} below {acos_change.against}.",
    ),
    "ad_spend_week.acos.flat": ("ACoS stayed near {acos}.", "At {acos}, ACoS hardly moved."),
    "ad_spend_week.acos_open": ("ACoS so far: {acos}.", "So far, ACoS is {acos}."),
    "ad_spend_week.acos_alone": ("ACoS came to {acos}.", "{acos} was the ACoS."),
    **under("ad_spend_week", _ADS_OPEN),
    **titles("ad_sales_week", "Ad sales are up", "Ad sales are down", "Ad sales unchanged", "Ad sales of the week"),
    **of_week("ad_sales", "Ad sales"),
    **under("ad_sales_week", _ADS_OPEN),
    **titles("acos_week", "ACoS is up", "ACoS is down", "ACoS unchanged", "ACoS of the week"),
    **of_week("acos", "ACoS"),
    **under("acos_week", _ADS_OPEN),
}


_WASTE = {
    "campaign_without_sales.title": ("Campaign without sales: {spend.name}", "Spend without a sale: {spend.name}"),
    "campaign_without_sales.lead": (
        "{spend.name} spent {spend} on {clicks|click|clicks} {spend.when} and sold nothing.",
        "{spend.When}, {spend.name} spent {spend} on {clicks|click|clicks} and sold nothing.",
        "For {spend}, {spend.name} got {clicks|click|clicks} {spend.when} and no sale.",
    ),
    "campaign_without_sales.only": (
        "{spend.name} spent {spend} {spend.when} and sold nothing.",
        "{spend.When}, {spend.name} spent {spend} and sold nothing.",
    ),
    "campaign_without_sales.late": (
        "Amazon may still attribute sales to the latest clicks.",
        "Sales may still be attributed to the latest clicks.",
    ),
    "terms_without_sales.title": ("Search terms that cost and do not sell", "Clicks without a sale"),
    "terms_without_sales.lead": (
        "Search terms with clicks but without a sale {count.when}: {count}, together {total}.",
        "{count.When}, {count|search term|search terms} got clicks but no sale, for {total} together.",
    ),
    "terms_without_sales.count": (
        "Search terms with clicks but without a sale {count.when}: {count}.",
        "{count.When}, {count|search term|search terms} got clicks but no sale.",
    ),
    "terms_without_sales.costliest": ("The costliest is {term.name} with {term}.", "{term.name} cost most, {term}."),
    "terms_without_sales.term": ("{term.name} cost {term} without a sale.", "Without a sale, {term.name} cost {term}."),
    "terms_without_sales.term_clicks": (
        "{term.name} cost {term} for {clicks|click|clicks} without a sale.",
        "For {clicks|click|clicks} without a sale, {term.name} cost {term}.",
    ),
    "terms_without_sales.late": (
        "Amazon may still attribute sales to the latest clicks.",
        "Sales may still be attributed to the latest clicks.",
    ),
}


FRAMES: Frames = {**_ADS, **_WASTE}
