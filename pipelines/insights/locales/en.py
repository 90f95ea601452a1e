"""English: data only."""

from pipelines.insights.locales.feeds import NAMES

BABEL = "en"
HTML_LANG = "en"
SHORT_DATE, LONG_DATE, FULL_DATE = "MMM d", "MMM d, y", "EEEE, MMMM d, y"
RANGE = "{first} – {last}"
LIST_COMMA, LIST_AND = ", ", " and "

# (singular, plural); {n} is the number.
UNITS = {
    "units": ("{n} unit", "{n} units"),
    "days": ("{n} day", "{n} days"),
    "per_day": ("{n} a day", "{n} a day"),
    "points": ("{n} points", "{n} points"),
    "rank": ("#{n}", "#{n}"),
    "count": ("{n}", "{n}"),
}

UI = {
    "title": "Daily brief",
    "for_store": "Daily brief for {store}",
    "other_language": "中文",
    "written_by_template": "Written by rules, without a model",
    "written_by_llm": "Written by {model}, every figure checked against the marts",
    "headline": "The day at a glance",
    "findings": "What matters",
    "charts": "How it got here",
    "act": "Stock to act on",
    "act_note": "As of the last inventory snapshot. Velocity counts only days on which the SKU was in stock.",
    "competitors": "Competitors that cut prices",
    "gaps": "What is missing",
    "gaps_note": "These days are not in the figures, or not yet. Nothing was estimated in their place.",
    "no_gaps": "Nothing is missing in the days that this brief looks at.",
    "gap": "Days missing:",
    "gap_last": "· last:",
    "until": "Data until:",
    "not_whole": "Profit",
    "not_whole_units": "Units without their costs or fees:",
    "facts": "Where each figure comes from",
    "facts_note": "Every number on this page is one of these facts. Each is a query on the marts named here.",
    "attribution": "Ad sales are attributed within seven days of the click.",
    "open_note": "What is not final is compared with earlier days as they were at the same age, or not at all.",
    "open": "not final",
    "open_until": "not final until",
    "open_days": "days not final:",
    "open_chart": "pale or dashed: not final",
    "pending": "awaiting payment:",
    "changed": "Changed since {moment}",
    "was": "was",
    "earlier": "Earlier versions:",
    "earlier_link": "as it was read on {moment}",
    "superseded": "This is an earlier version, as it was read on {moment}.",
    "newest": "The newest one",
    "col_was": "Was",
    "days_note": "Days are marketplace days ({zone}), amounts are in {currency}. "
    "The usual is the average of the same weekday in the weeks before.",
    "no_data": "not in yet",
    "vs_weekday": "vs. usual",
    "vs_previous_7d": "vs. week before",
    "col_fact": "Fact",
    "col_value": "Value",
    "col_period": "Period",
    "col_subject": "About",
    "col_source": "Mart",
    "col_sku": "SKU",
    "col_on_hand": "On hand",
    "col_velocity": "Sells",
    "col_cover": "Lasts",
    "col_out": "Runs out",
    "col_inbound": "Inbound",
    "col_competitor": "Competitor",
    "col_price": "Price",
    "col_before": "Before",
    "col_change": "Change",
    "col_own": "Our price",
    "out_of_stock": "Out of stock",
    "severity_critical": "Act today",
    "severity_warning": "Watch",
    "severity_good": "Good news",
    "severity_info": "For your information",
    "chart_sales": "Sales and sessions",
    "chart_sales_note": "Daily sales (bars), sessions (line)",
    "chart_stock": "Days of cover",
    "chart_stock_note": "SKUs that run out first; the line marks {days}",
    "chart_ads": "Ad spend and ACoS",
    "chart_ads_note": "Daily spend (bars), ACoS of the seven days before (line)",
    "chart_price": "Price against competitors",
    "chart_price_note": "Our price (bold), competitors' prices",
    "axis_sales": "Sales",
    "axis_sessions": "Sessions",
    "axis_spend": "Spend",
    "axis_acos": "ACoS",
    "axis_cover": "Days of cover",
    "axis_price": "Price",
    "no_chart": "No data to draw yet.",
    "made_at": "Facts {hash}",
}

KPIS = {
    "sales_day": "Sales",
    "units_day": "Units",
    "orders_day": "Orders",
    "sessions_day": "Sessions",
    "conversion_day": "Conversion",
    "ad_spend_7d": "Ad spend, week",
    "acos_7d": "ACoS, week",
    "settlement_amount": "Last settlement",
}


def _compared(prefix: str, label: str) -> dict[str, str]:
    return {
        f"{prefix}_day": f"{label} of the day",
        f"{prefix}_weekday_average": f"{label}, usual for this weekday",
        f"{prefix}_vs_weekday": f"{label} against the weekday's usual",
        f"{prefix}_week_ago": f"{label}, same day a week earlier",
        f"{prefix}_vs_week_ago": f"{label} against the same day a week earlier",
    }


def _weeks(prefix: str, label: str) -> dict[str, str]:
    return {
        f"{prefix}_7d": f"{label}, seven days",
        f"{prefix}_previous_7d": f"{label}, seven days before",
        f"{prefix}_vs_previous_7d": f"{label} against the seven days before",
    }


FACTS = {
    "day": "Day of this brief",
    **_compared("sales", "Sales"),
    **_weeks("sales", "Sales"),
    **_compared("units", "Units"),
    **_compared("orders", "Orders"),
    "pending_units_day": "Units pending payment",
    "cancelled_units_day": "Units cancelled",
    **_compared("sessions", "Sessions"),
    **_compared("conversion", "Conversion (units per session)"),
    "sku_sales_7d": "Sales of the SKU, seven days",
    "sku_sales_previous_7d": "Sales of the SKU, seven days before",
    "sku_sales_change": "Change of the SKU's sales",
    "buy_box_7d": "Buy box share, seven days",
    "buy_box_previous_7d": "Buy box share, seven days before",
    "buy_box_change": "Change of the buy box share",
    "traffic_final_on": "Day from which the visits are final",
    "traffic_open_days": "Days whose visits are not final",
    "ads_open_days": "Days whose ads are not final",
    "ads_final_on": "Day from which the ads are final",
    "skus_out_of_stock": "SKUs out of stock",
    "skus_low_cover": "SKUs running low",
    "stock_as_of": "Day of the inventory snapshot",
    "stock_on_hand": "Units on hand",
    "stock_inbound": "Units inbound",
    "sku_velocity": "Units sold a day in stock",
    "sku_units_30d": "Units sold in thirty days",
    "days_of_cover": "Days of cover",
    "stock_out_date": "Projected stock-out",
    **_weeks("ad_spend", "Ad spend"),
    **_weeks("ad_sales", "Ad sales"),
    **_weeks("acos", "ACoS"),
    "campaign_spend": "Spend of the campaign",
    "campaign_clicks": "Clicks of the campaign",
    "wasted_terms": "Search terms without a sale",
    "wasted_terms_spend": "Spend on search terms without a sale",
    "term_spend": "Spend on the search term",
    "term_clicks": "Clicks of the search term",
    "competitor_price": "Competitor's price",
    "competitor_previous_price": "Competitor's price before",
    "competitor_price_change": "Change of the competitor's price",
    "competitor_changed_on": "Day of the price change",
    "own_price": "Our price",
    "price_gap": "Competitor's price against ours",
    "competitor_out_since": "Competitor out of stock since",
    "settlement_amount": "Settlement paid",
    "settlement_from": "Settlement's first posting",
    "settlement_to": "Settlement's last posting",
    "gap_days": "Days missing",
    "gap_last_day": "Last day missing",
    "data_until": "Data until",
    "incomplete_units": "Units without costs or fees",
    "incomplete_share": "Share of units without costs or fees",
}

FEEDS = {name: names[0] for name, names in NAMES.items()}

# Key -> (title, sentences). {x} is replaced by a fact that the writer gives, {x.name} by its subject. A sentence is
# left out if one of its facts is missing. There must be no digits and no number words: grounding checks these too.
FINDINGS = {
    "sales_up": (
        "Sales above the usual level",
        [
            "Sales on {day} came to {sales_day}, {sales_vs_weekday} above the usual for this weekday.",
            "The usual level is {sales_weekday_average}.",
        ],
    ),
    "sales_down": (
        "Sales below the usual level",
        [
            "Sales on {day} came to {sales_day}, {sales_vs_weekday} below the usual for this weekday.",
            "The usual level is {sales_weekday_average}.",
        ],
    ),
    "sales_flat": (
        "Sales at their usual level",
        ["Sales on {day} came to {sales_day}; {sales_weekday_average} is usual for this weekday."],
    ),
    "sales_new": ("Sales of the day", ["Sales on {day} came to {sales_day}."]),
    "sales_orders": ("", ["They came from {orders_day} orders with {units_day}."]),
    "sales_pending": ("", ["Another {pending_units_day} await payment and are not counted yet."]),
    "sales_week_up": ("", ["Over the week, sales rose {sales_vs_previous_7d} to {sales_7d}."]),
    "sales_week_down": ("", ["Over the week, sales fell {sales_vs_previous_7d} to {sales_7d}."]),
    "sales_week_flat": ("", ["Over the week, sales were {sales_7d}, about the same as the week before."]),
    "traffic_up": (
        "More visits than usual",
        ["Sessions rose {sessions_vs_weekday} against this weekday's usual, to {sessions_day}."],
    ),
    "traffic_down": (
        "Fewer visits than usual",
        ["Sessions fell {sessions_vs_weekday} against this weekday's usual, to {sessions_day}."],
    ),
    "sales_undecided": (
        "",
        ["They decide how the day compares with {sales_weekday_average}, the usual for this weekday."],
    ),
    "traffic_open": ("Visits of a day that is not final", ["Sessions known so far: {sessions_day}."]),
    "conversion_open": ("", ["Conversion so far: {conversion_day}."]),
    "traffic_uncompared": (
        "",
        [
            "Amazon still changes this day until {traffic_final_on}.",
            "Earlier days were not read at the same age, so nothing is compared.",
        ],
    ),
    "traffic_same_age": (
        "",
        ["Amazon still changes this day until {traffic_final_on}; earlier days are as they were at the same age."],
    ),
    "traffic_flat": ("Visits as usual", ["Sessions stayed near the usual for this weekday, at {sessions_day}."]),
    "conversion_up": ("", ["Conversion rose {conversion_vs_weekday} to {conversion_day}."]),
    "conversion_down": ("", ["Conversion fell {conversion_vs_weekday} to {conversion_day}."]),
    "conversion_flat": ("", ["Conversion stayed near its usual level, at {conversion_day}."]),
    "mover_up": ("Gaining: {change.name}", ["Sales of {change.name} rose by {change} over the week, to {sales}."]),
    "mover_down": ("Losing: {change.name}", ["Sales of {change.name} fell by {change} over the week, to {sales}."]),
    "mover_up_more": ("", ["{change.name} gained {change}."]),
    "mover_down_more": ("", ["{change.name} lost {change}."]),
    "buy_box": (
        "Buy box lost in part: {change.name}",
        [
            "The buy box share of {change.name} fell {change} to {share} over the week.",
            "Compare the price and the delivery promise with the other offers.",
        ],
    ),
    "buy_box_open": ("", ["Days of the week that are not final: {traffic_open_days}."]),
    "stock_out": (
        "Out of stock",
        ["SKUs that sold recently and have nothing on hand: {count}.", "Start with {sku.name}."],
    ),
    "stock_out_velocity": ("", ["It sold {velocity} while it was in stock, and {inbound} are on the way."]),
    "stock_low": (
        "Stock running low",
        ["SKUs whose stock will not last long: {count}.", "{sku.name} lasts {cover} and runs out around {out}."],
    ),
    "stock_low_more": ("", ["{sku.name} lasts {cover}, until about {out}."]),
    "ads_up": ("Ad spend is up", ["Ad spend rose {ad_spend_vs_previous_7d} to {ad_spend_7d} over the week."]),
    "ads_down": ("Ad spend is down", ["Ad spend fell {ad_spend_vs_previous_7d} to {ad_spend_7d} over the week."]),
    "ads_flat": (
        "Ad spend unchanged",
        ["Ad spend was {ad_spend_7d} over the week, about the same as the week before."],
    ),
    "acos_up": ("", ["ACoS rose {acos_vs_previous_7d} to {acos_7d}."]),
    "acos_down": ("", ["ACoS fell {acos_vs_previous_7d} to {acos_7d}."]),
    "acos_flat": ("", ["ACoS stayed near {acos_7d}."]),
    "ads_open": ("Ad spend of a week that is not final", ["Ad spend known so far: {ad_spend_7d}."]),
    "acos_open": ("", ["ACoS so far: {acos_7d}."]),
    "ads_uncompared": (
        "",
        [
            "Days of the week that are not final: {ads_open_days}; Amazon changes them until {ads_final_on}.",
            "The week before was not read at the same age, so nothing is compared.",
        ],
    ),
    "ads_same_age": (
        "",
        [
            "Days of the week that are not final: {ads_open_days}; Amazon changes them until {ads_final_on}.",
            "The week before is taken as it was at the same age.",
        ],
    ),
    "still_attributed": ("", ["Amazon may still attribute sales to the latest clicks."]),
    "campaign_idle": (
        "Campaign without sales: {spend.name}",
        [
            "{spend.name} spent {spend} on {clicks} clicks and sold nothing.",
            "Check its targets and bids, or pause it.",
        ],
    ),
    "terms_wasted": (
        "Search terms that cost and do not sell",
        [
            "Search terms with clicks but without a sale: {count}, together {total}.",
            "The costliest is {term.name} with {term}.",
            "Consider them as negative keywords.",
        ],
    ),
    "competitor_cut": (
        "Competitor cut its price: {price.name}",
        ["{price.name} cut its price by {change} to {price} on {when}."],
    ),
    "competitor_below": ("", ["That is {gap} below our {own.name} at {own}."]),
    "competitor_above": ("", ["That is still {gap} above our {own.name} at {own}."]),
    "competitor_out": (
        "Competitor out of stock: {since.name}",
        ["{since.name} has been out of stock since {since}.", "A good moment to be visible in its place."],
    ),
    "settlement": (
        "Last settlement",
        ["The last settlement came to {amount} for postings from {first} to {last}."],
    ),
    "gaps": ("Some data is missing", ["Days missing in {days.name}: {days}, the last on {last}."]),
    "until": ("Some data is late", ["{until.name} has data until {until}."]),
    "not_whole": (
        "Profit is not whole",
        [
            "Costs, fees or a rate are missing for {units} ({share} of the units sold).",
            "What these earn is not known.",
        ],
    ),
    "nothing": ("A quiet day", ["There is nothing to report for {day}."]),
}
