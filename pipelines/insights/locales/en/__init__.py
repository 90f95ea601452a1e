"""English: data only."""

from pipelines.insights.locales.en import money
from pipelines.insights.locales.en.facts import FACTS as FACTS
from pipelines.insights.locales.en.formulas import FORMULAS as FORMULAS
from pipelines.insights.locales.feeds import NAMES

BABEL = "en"
HTML_LANG = "en"
SHORT_DATE, LONG_DATE, FULL_DATE = "MMM d", "MMM d, y", "EEEE, MMMM d, y"
RANGE = "{first} – {last}"
BRACKETS = (" (", ")")  # around a description behind a name
LIST = (": ", ", ", ".")  # behind what figures are called, between them, and at the end
MONTH, LONG_MONTH = "MMMM", "MMMM y"
# a period as an adverb: one day, the week that ends on the brief's day, a calendar month, any other days
WHEN = {"day": "on {day}", "week": "over the week", "month": "in {month}", "days": "in the {n} days to {day}"}

# (singular, plural); {n} is the number.
UNITS = {
    "units": ("{n} unit", "{n} units"),
    "days": ("{n} day", "{n} days"),
    "per_day": ("{n} a day", "{n} a day"),
    "points": ("{n} points", "{n} points"),
    "rank": ("#{n}", "#{n}"),
    "count": ("{n}", "{n}"),
    "stars": ("{n} stars", "{n} stars"),
}

UI = {
    "of": "{title}: {name}",
    "vs_weekday_average": "vs. usual",
    "vs_previous_7d": "vs. week before",
    "vs_orders_previous_7d": "orders, vs. week before",
    "vs_previous_30d": "vs. thirty days before",
    "other_language": "中文",
    "written_by_template": "Written by rules, without a model",
    "written_by_llm": "Chosen by {model}, worded by rules from the figures of the marts",
    "model_cost": "The model read {tokens_in} tokens and wrote {tokens_out}; {price}.",
    "model_price": "they cost {usd} USD",
    "no_price": "their price is not set",
    "model_kept": "The model's answer to these figures was kept from before and cost nothing.",
    "headline": "The day at a glance",
    "findings": "What matters",
    "charts": "How it got here",
    "gaps": "What is missing",
    "gaps_note": "These days are not in the figures, or not yet. Nothing was estimated in their place. "
    "`tradewind status` tells why. What is not fetched or late comes with `tradewind pull`, once it is there; what is "
    "not available can only be taken from files, by `tradewind import`.",
    "no_gaps": "Nothing is missing in the days that this brief looks at.",
    "gap": "Not fetched, days:",
    "unavailable": "Not available, days:",
    "gap_last": "· last:",
    "until": "Late, data until:",
    "not_whole": "Profit",
    "not_whole_units": "Units without their costs or fees:",
    "facts": "Where each figure comes from",
    "facts_note": "Every number on this page is one of these facts. Each is a query on the marts named here.",
    "attribution": "Ad sales are attributed within seven days of the click.",
    "open_note": "What is not final is compared with earlier days as they were at the same age, or not at all.",
    "open": "not final",
    "open_until": "not final until",
    "open_days": "days not final:",
    "estimated_days": "days estimated:",
    "orders_late": "overdue:",
    "paid_on": "deposit on:",
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
    "no_data": "not known",
    "col_fact": "Fact",
    "col_value": "Value",
    "col_period": "Period",
    "col_subject": "About",
    "col_source": "Mart",
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
    "own_words": "the model's own words:",
    "refused": "What the model answered and is not shown",
    "refused_note": "None of it stands above. It is kept in insights.briefs, in the column claims.",
    "refused_claim": "statement {place}",
    "refused_answer": "the answer",
    "all_briefs": "All briefs",
    "formula": "Formula",
    "source": "Source",
    "query": "Query",
    "close": "Close",
    "more_rows": "Show the rest",
    "queries": "The queries",
    "index_of": "Briefs: {name}",
    "all_stores": "All stores",
    "newest_briefs": "The newest",
    "earlier_briefs": "Earlier",
    "no_briefs": "There is no brief yet.",
    "open_alerts": "Alerts that last",
    "open_alerts_more": "{n} more: tradewind alerts list",
    "index_note": "Beside each brief stands what leads it. Days before these are in the folders beside this page.",
    "made_at": "Facts {hash}",
    # what is sent
    "mail_version": "updated, version {version}",
    "mail_page": "The whole page, with the formula and the source of each figure, is attached: open it in a browser.",
    # the weekly brief
    "vs_year_ago": "vs. a year earlier",
    "vs_orders_year_ago": "orders, vs. a year earlier",
    "worth": "worth about:",
    "chart_weeks": "Week by week",
    "chart_weeks_note": "Sales of each week (bars), profit (line)",
    "chart_weeks_year_note": "Sales of each week (bars), and of the same week a year earlier (marks); profit (line)",
    "chart_weekdays": "The week, day by day",
    "chart_weekdays_note": "Sales of each day (bars), and the usual of its weekday (marks)",
    "chart_drivers": "What the change of sales is made of",
    "chart_drivers_note": "Against the week before; the parts add up to the change",
    "axis_year_ago": "A year earlier",
    "axis_usual": "Usual",
    "axis_profit": "Profit",
    "driver_traffic": "Visits",
    "driver_conversion": "Conversion",
    "driver_units": "Units sold",
    "driver_price": "Prices",
    "driver_mix": "Mix of products",
    "do_first": "Do first",
    "more_on_it": "To the finding",
    "week_number": "Week {n}",
    **money.UI,
}

BRIEFS = {
    "daily": "Daily brief",
    "weekly": "Weekly brief",
    "inventory": "Inventory brief",
    "advertising": "Advertising brief",
    "competitors": "Competitors brief",
    **money.BRIEFS,
}

# title, head of the first column, note
TABLES = {
    "alerts": (
        "Alerts that last",
        "Alert",
        "The most urgent first, of the day after. `tradewind alerts list` shows all.",
    ),
    "stock": (
        "Stock to act on",
        "SKU",
        "As of the last inventory snapshot. How long it lasts goes by the forecast of demand; without one, by what it "
        "sells a day in stock.",
    ),
    "moves": ("Competitors that cut prices", "Competitor", ""),
    "profit_skus": (
        "Products that moved the profit most",
        "SKU",
        "What their orders earned before advertising, and what it changed against the week before.",
    ),
    "profit": (
        "Profit of the week",
        "Line",
        "Signed: what is paid is negative, the lines add up. Lines of orders are set beside the week before. Refunds, "
        "storage and other postings come with settlements: for days that none covers they are not in yet. Units of "
        "which costs or fees are not known are left out.",
    ),
    # the weekly brief
    "movers": (
        "Products that moved sales most",
        "SKU",
        "Sales of the week against the week before, and what the change is made of. Visits of a SKU are told only once "
        "they are final; until then units stand for visits and conversion.",
    ),
    # the advertising brief
    "losing_products": (
        "Products whose ads lose money",
        "SKU",
        "Loss: ad spend less what the ad sales leave. Sponsored Products and Display, sales within fourteen days of a "
        "click; break-even of the last sixty known days.",
    ),
    "growing_products": (
        "Room to grow",
        "SKU",
        "ACoS at most half of break-even, spend below the average of advertised products, and stock to sell.",
    ),
    "campaigns": (
        "Campaigns",
        "Campaign",
        "Sales within fourteen days of a click. Break-even by the products of the campaign; Sponsored Brands names "
        "none. No budget stands beside campaigns that are paused by now.",
    ),
    "negatives": (
        "Candidates for negatives",
        "Search term",
        "Of the last sixty known days. By chance: how likely as many clicks are without an order.",
    ),
    "wasted_terms": ("Search terms without a sale", "Search term", "No order within fourteen days of a click."),
    # the inventory brief
    "reorder": (
        "What to order",
        "SKU",
        "What is due within a week, what costs most to delay first. Once there, an order lasts for the store's days of "
        "cover. A lead time that the SKU's costs do not name is assumed, as set for the store.",
    ),
    "clear": (
        "What to clear",
        "SKU",
        "Surplus: on hand beyond the high case of the demand of ninety days. Old: at Amazon for more than half a year. "
        "A month of keeping: the next surcharge for age, and the surplus units' share of storage.",
    ),
    "aged": (
        "Old stock that will cost a surcharge",
        "SKU",
        "Old: at Amazon for more than half a year. What is sold or removed before the next monthly charge saves it.",
    ),
    "lost": (
        "Days out of stock",
        "SKU",
        "Estimates: what was not there was not asked for. Prices are without tax.",
    ),
    "stranded": ("Stranded stock", "SKU", "Units at Amazon without a listing that sells."),
    # the competitors brief
    "watched_products": (
        "Our products beside their competitors",
        "Product",
        "As the newest page of the week shows it. Rank: best sellers rank, the smaller the better.",
    ),
    "rivals": (
        "Competitors",
        "Competitor",
        "Each beside the product of ours that it undercuts most. Before: the price before its last change of the week.",
    ),
    "keyword_places": ("Our places in searches", "Keyword", "The best unpaid place of our products."),
    "search_places": (
        "Places in watched searches",
        "Competitor",
        "Unpaid places in the searches that show both, as last read; place one is the first.",
    ),
    **money.TABLES,
}
# heads of columns that are shorter than what the facts are called
COLUMNS = {
    "stock_on_hand": "On hand",
    "sku_velocity": "Sells",
    "days_of_cover": "Lasts",
    "stock_out_date": "Runs out",
    "stock_inbound": "Inbound",
    "competitor_previous_price": "Before",
    "competitor_price": "Price",
    "competitor_price_change": "Change",
    "own_price": "Our price",
    "price_gap": "Theirs against ours",
    "sku_profit_7d": "Earned",
    "sku_profit_change": "Effect on profit",
    "part_7d": "Week",
    "part_previous_7d": "Week before",
    "part_change": "Effect on profit",
    # the weekly brief
    "sku_sales_previous_7d": "Week before",
    "sku_sales_7d": "Week",
    "sku_sales_change": "Change",
    "sku_sales_from_traffic": "By visits",
    "sku_sales_from_conversion": "By conversion",
    "sku_sales_from_units": "By units",
    "sku_sales_from_price": "By price",
    # the advertising brief
    "product_ad_loss": "Loss",
    "product_ad_gain": "Earned",
    "product_ad_spend": "Ad spend",
    "product_ad_sales": "Ad sales",
    "product_acos": "ACoS",
    "product_break_even": "Break-even",
    "click_cost": "A click",
    "click_worth": "A click at break-even",
    "campaign_cost": "Ad spend",
    "campaign_sales": "Ad sales",
    "campaign_acos": "ACoS",
    "campaign_break_even": "Break-even",
    "campaign_ad_loss": "Loss",
    "campaign_ad_gain": "Earned",
    "campaign_budget": "Budget a day",
    "campaign_full_days": "Days at budget",
    "campaign_days": "Days it ran",
    "negative_spend": "Ad spend",
    "negative_clicks": "Clicks",
    "negative_chance": "By chance",
    "term_spend": "Ad spend",
    "term_clicks": "Clicks",
    # the inventory brief
    "order_units": "Order",
    "order_by": "Order by",
    "order_cost": "Cost",
    "unit_cost": "Each",
    "lead_time": "Lead time",
    "lead_time_assumed": "Lead time, assumed",
    "order_lost_sales": "Lost even so",
    "order_delay_a_week": "A week later costs",
    "demand_28d_low": "Four weeks, low",
    "demand_28d": "Four weeks",
    "demand_28d_high": "Four weeks, high",
    "cover_with_inbound": "Lasts with inbound",
    "stock_out_early": "Runs out, high case",
    "surplus_units": "Surplus",
    "surplus_cost": "At cost",
    "aged_units": "Old",
    "aged_surcharge": "Next surcharge",
    "storage_month": "Storage, month",
    "keeping_month": "A month of keeping",
    "out_days_30d": "Days out",
    "lost_units_30d": "Not sold",
    "lost_sales_30d": "Sales lost",
    "stranded_units": "Units",
    "stranded_cost": "At cost",
    # the competitors brief
    "watched_sales_a_week": "Our sales a week",
    "rivals_compared": "Competitors with a price",
    "rivals_cheaper": "Cheaper",
    "own_rank": "Rank",
    "own_rating": "Rating",
    "own_new_ratings": "New ratings",
    "own_searches": "Searches that show it",
    "competitor_rank": "Rank",
    "competitor_rating": "Rating",
    "competitor_new_ratings": "New ratings",
    "competitor_out_since": "Out since",
    "competitor_changed_on": "Changed on",
    "searches_shared": "Show both",
    "searches_behind": "They are before us",
    "keyword_place": "Now",
    "keyword_place_week_ago": "A week before",
    "keyword_place_month_ago": "Four weeks before",
    "own_place": "Our best place",
    "competitor_place": "Their best place",
    "competitor_paid_places": "Paid places",
    **money.COLUMNS,
}

# the lines of a profit and loss statement
PARTS = {
    "revenue": "Revenue",
    "vat": "Tax in prices",
    "selling_fees": "Selling fees",
    "fba_fees": "FBA fees",
    "advertising": "Advertising",
    "goods": "Cost of goods",
    "order_profit": "Profit of orders before advertising",
    "refunds": "Refunds and their fees",
    "returned_goods": "Goods that came back",
    "storage_fees": "Storage fees",
    "other": "Other postings",
    "profit": "Profit",
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
    "profit_7d": "Profit, week",
    "margin_7d": "Margin, week",
    "tacos_7d": "TACoS, week",
    # the weekly brief
    "sales_7d": "Sales",
    "units_7d": "Units",
    "orders_7d": "Orders",
    "sessions_7d": "Sessions",
    "conversion_7d": "Conversion",
    "coming_units": "Coming week, demand",
    "paid_amount": "Settlement paid",
    # the advertising brief
    "ad_spend_30d": "Ad spend, thirty days",
    "ad_sales_30d": "Ad sales, thirty days",
    "acos_30d": "ACoS, thirty days",
    "tacos_30d": "TACoS, thirty days",
    "wasted_spend": "Spend without a sale",
    "losing_products_loss": "Ads at a loss",
    # the inventory brief
    "orders_due": "SKUs to order",
    "orders_cost": "Cost of orders",
    "skus_out_of_stock": "Out of stock",
    "skus_low_cover": "Runs out soon",
    "lost_sales_of_all_30d": "Sales lost, thirty days",
    "surplus_cost_of_all": "Surplus at cost",
    "keeping_month_of_all": "Keeping it, a month",
    "stock_value": "Stock at cost",
    # the competitors brief
    "competitors_cheaper": "Cheaper than we are",
    "competitors_cut": "Cut their price",
    "competitors_raised": "Raised their price",
    "competitors_out": "Out of stock",
    **money.KPIS,
}


FEEDS = {name: names[0] for name, names in NAMES.items()}

# why something that a model answered is not shown
REFUSALS = {
    "not_the_form": "not of the form that was asked for",
    "too_many": "more statements than are read",
    "unknown_kind": "a kind of statement that there is not",
    "unknown_fact": "a fact that there is not",
    "other_measure": "a fact of another measure",
    "other_subject": "a fact about something else",
    "several_subjects": "facts about several things, where one is told of",
    "other_basis": "a fact that is compared with something else",
    "other_period": "facts of different periods",
    "two_of_one": "two facts where one belongs",
    "not_comparable": "facts that cannot be put in order",
    "not_so": "the facts do not say it",
    "fact_missing": "without the fact that it rests on",
    "facts_contradict": "a change whose sign and direction differ",
    "told_already": "told before",
    "advice": "advice whose condition does not hold",
    "own_words": "own words that say more than words may",
    "own_words_off": "own words, which are switched off",
    "not_as_rendered": "as rendered, its numbers are not those of its facts",
}
