"""The frames of English: SKUs, campaigns, search terms, competitors, what is missing, and advice. Data only."""

from pipelines.insights.claims.frames import en_store
from pipelines.insights.claims.frames.shapes import Frames

JOIN = " "
AGAINST = {
    "weekday_average": "the usual for this weekday",
    "week_ago": "the same day a week earlier",
    "previous_7d": "the week before",
    "previous_price": "the price before",
    "own_price": "our price",
}

_STOCK = {
    "out_of_stock.title": ("Out of stock", "Nothing on hand"),
    "out_of_stock.title_one": ("Out of stock: {on_hand.name}", "Nothing on hand: {on_hand.name}"),
    "out_of_stock.count": (
        "SKUs that sold recently and have nothing on hand: {count}.",
        "{count|SKU that sold recently has|SKUs that sold recently have} nothing on hand.",
    ),
    "out_of_stock.lead": ("{on_hand.name} has nothing on hand.", "Nothing is on hand of {on_hand.name}."),
    "out_of_stock.it_is": ("It is {on_hand.name}.", "This is {on_hand.name}."),
    "out_of_stock.among": ("One of them is {on_hand.name}.", "{on_hand.name} is among them."),
    "out_of_stock.sold_and_inbound": (
        "It sold {velocity} while it was in stock; on the way: {inbound}.",
        "While in stock it sold {velocity}; on the way: {inbound}.",
    ),
    "out_of_stock.velocity": ("It sold {velocity} while it was in stock.", "While in stock it sold {velocity}."),
    "out_of_stock.inbound": ("On the way: {inbound}.", "Of it, {inbound} are on the way."),
    "out_of_stock.sold": ("Sold in the thirty days before: {sold}.",),
    "out_of_stock.as_of": ("The inventory snapshot is of {as_of}.", "This is as of {as_of}."),
    "out_of_stock.more": ("{on_hand.name} has nothing on hand either.", "Of {on_hand.name}, too, nothing is on hand."),
    "low_stock.title": ("Stock running low", "Low stock"),
    "low_stock.title_one": ("Running low: {cover.name}", "Low stock: {cover.name}"),
    "low_stock.count": (
        "SKUs whose stock will not last long: {count}.",
        "{count|SKU has|SKUs have} stock that will not last long.",
    ),
    "low_stock.lead": (
        "{cover.name} lasts {cover} and runs out around {out}.",
        "Stock of {cover.name} lasts {cover}, until about {out}.",
        "Around {out}, {cover.name} runs out: its stock lasts {cover}.",
    ),
    "low_stock.only": ("Stock of {cover.name} lasts {cover}.", "{cover.name} lasts {cover}."),
    "low_stock.held": ("On hand: {held}.", "It has {held} on hand."),
    "low_stock.sells": ("It sells {velocity} while in stock.", "While in stock, it sells {velocity}."),
    "low_stock.sold": ("Sold in the thirty days before: {sold}.",),
    "low_stock.inbound": ("On the way: {inbound}.", "Inbound: {inbound}."),
    "low_stock.as_of": ("The inventory snapshot is of {as_of}.", "This is as of {as_of}."),
    "low_stock.more": (
        "{cover.name} lasts {cover}, until about {out}.",
        "Around {out}, {cover.name} runs out after {cover}.",
        "Stock of {cover.name} lasts {cover} and ends around {out}.",
    ),
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
_COMPETITORS = {
    "competitor_price.title.down": ("Competitor cut its price: {change.name}", "Cheaper competitor: {change.name}"),
    "competitor_price.title.up": ("Competitor raised its price: {change.name}", "Dearer competitor: {change.name}"),
    "competitor_price.title.flat": ("Competitor hardly moved its price: {change.name}",),
    "competitor_price.lead.down": (
        "{change.name} cut its price by {change.size} to {price} on {on}.",
        "On {on}, {change.name} cut its price by {change.size} to {price}.",
    ),
    "competitor_price.lead.up": (
        "{change.name} raised its price by {change.size} to {price} on {on}.",
        "On {on}, {change.name} raised its price by {change.size} to {price}.",
    ),
    "competitor_price.lead.flat": (
        "{change.name} hardly moved its price on {on}, to {price}.",
        "On {on}, {change.name} hardly moved its price, to {price}.",
    ),
    "competitor_price.price.down": ("{change.name} cut its price by {change.size} to {price}.",),
    "competitor_price.price.up": ("{change.name} raised its price by {change.size} to {price}.",),
    "competitor_price.price.flat": ("{change.name} hardly moved its price, to {price}.",),
    "competitor_price.only.down": ("{change.name} cut its price by {change.size}.",),
    "competitor_price.only.up": ("{change.name} raised its price by {change.size}.",),
    "competitor_price.only.flat": ("{change.name} hardly moved its price.",),
    "competitor_price.before": ("Before, it was {before}.", "It was {before} before."),
    "competitor_price.gap.down": (
        "That is {gap.size} below our {own.name} at {own}.",
        "Our {own.name} costs {own}; theirs is {gap.size} below.",
    ),
    "competitor_price.gap.up": (
        "That is still {gap.size} above our {own.name} at {own}.",
        "Our {own.name} costs {own}; theirs is still {gap.size} above.",
    ),
    "competitor_price.gap.flat": (
        "That is about the price of our {own.name}, {own}.",
        "Our {own.name} costs about the same, {own}.",
    ),
    "competitor_price.own": ("Our {own.name} costs {own}.", "We sell {own.name} for {own}."),
    "competitor_out.title": ("Competitor out of stock: {since.name}", "Sold out elsewhere: {since.name}"),
    "competitor_out.lead": (
        "{since.name} has been out of stock since {since}.",
        "Since {since}, {since.name} has been out of stock.",
    ),
}
_OTHERS = {
    "settlement.title": ("Last settlement",),
    "settlement.lead": (
        "The last settlement came to {amount} for postings from {first} to {last}.",
        "For postings from {first} to {last}, the last settlement came to {amount}.",
    ),
    "settlement.only": ("The last settlement came to {amount}.", "At {amount}, the last settlement is in."),
    "missing_data.title": ("Some data is missing", "Days are missing"),
    "missing_data.lead": (
        "Days missing in {days.name}: {days}, the last on {last}.",
        "Missing from {days.name}: {days|day|days}, the last on {last}.",
    ),
    "missing_data.only": ("Days missing in {days.name}: {days}.", "Missing from {days.name}: {days|day|days}."),
    "late_data.title": ("Some data is late",),
    "late_data.lead": ("{until.name} has data until {until}.", "Until {until} there is data of {until.name}."),
    "profit_not_whole.title": ("Profit is not whole", "Profit is known in part"),
    "profit_not_whole.lead": (
        "Costs, fees or a rate are missing for {units} ({share} of the units sold).",
        "For {units} ({share} of the units sold), costs, fees or a rate are missing.",
    ),
    "profit_not_whole.only": (
        "Costs, fees or a rate are missing for {units}.",
        "For {units}, costs, fees or a rate are missing.",
    ),
    "profit_not_whole.unknown": ("What these earn is not known.",),
    "figures.title": ("{x.label}",),
    "figures.store": ("{x.label}: {x} ({x.when}).", "{x.When}: {x.label}, {x}."),
    "figures.of": ("{x.label}, {x.name}: {x} ({x.when}).", "{x.name}: {x.label}, {x} ({x.when})."),
    "ranking.title": ("{x.label}: in order", "In order: {x.label}"),
    "ranking.first": (
        "Of those named here, {x.name} comes first with {x} ({x.when}).",
        "{x.name} comes first of those named here, with {x} ({x.when}).",
    ),
    "ranking.next": ("{x.name} follows with {x}.", "Then comes {x.name} with {x}."),
    "nothing.title": ("A quiet day",),
    "nothing.lead": ("There is nothing to report for {day}.",),
    "open": ("Amazon still changes these figures.", "These figures are not final yet."),
}

FRAMES: Frames = {**en_store.FRAMES, **_STOCK, **_WASTE, **_COMPETITORS, **_OTHERS}

ADVICE: Frames = {
    "start_here": ("Start with {on_hand.name}.",),
    "order_more": ("Nothing is on the way: order more.", "Order more, as nothing is on the way."),
    "hurry_inbound": ("See whether what is on the way can come sooner.", "Ask whether the delivery can come sooner."),
    "compare_offers": (
        "Compare the price and the delivery promise with the other offers.",
        "Look at the other offers: their price and how soon they deliver.",
    ),
    "check_listing": (
        "Look at the listing: price, pictures, reviews.",
        "Check the listing's price, pictures and reviews.",
    ),
    "check_campaigns": ("Look at the campaigns that cost most.", "Start with the campaigns that cost most."),
    "check_targets_or_pause": (
        "Check its targets and bids, or pause it.",
        "Its targets and bids are worth a check, or a pause.",
    ),
    "negative_keywords": ("Consider them as negative keywords.", "They could become negative keywords."),
    "weigh_our_price": (
        "Decide whether to follow or to hold the price.",
        "Follow it, or hold the price: decide which.",
    ),
    "hold_our_price": ("The price may be held.", "Our price can stay."),
    "be_visible": ("A good moment to be visible in its place.", "Ads may pay in its place."),
    "see_status": ("`tradewind status` tells what to do.", "What to do, `tradewind status` tells."),
}
