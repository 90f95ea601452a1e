"""The frames of English: advice; its keys are the names of `kinds/advice.py`. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

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
    "exclude_terms": (
        "Exclude them in their campaigns: words as negative keywords, ASINs as negative products.",
        "In their campaigns, exclude words as negative keywords and ASINs as negative products.",
    ),
    "lower_bids": (
        "Lower the bids of its ads, or pause them.",
        "Its bids need to come down, or its ads to be paused.",
    ),
    "keep_paused": (
        "Keep them paused, or start again with lower bids.",
        "Before they run again, their bids need to come down.",
    ),
    "raise_bids": ("Raise its bids or its budget step by step.", "Step by step, its bids or its budget can go up."),
    "raise_budget": ("A higher budget would pay.", "Raise its budget: it pays."),
    "hold_budget": (
        "Leave its budget as it is until its ads earn.",
        "Until its ads earn, its budget should not go up.",
    ),
    "weigh_our_price": (
        "Decide whether to follow or to hold the price.",
        "Follow it, or hold the price: decide which.",
    ),
    "check_our_price": (
        "Weigh the higher price against the units that it may cost.",
        "Is the higher price worth its units? Weigh both.",
    ),
    "check_ads": (
        "Check the budgets, bids and states of its campaigns.",
        "Its campaigns' budgets, bids and states are worth a check.",
    ),
    "hold_our_price": ("The price may be held.", "Our price can stay."),
    "be_visible": ("A good moment to be visible in its place.", "Ads may pay in its place."),
    "pull_again": (
        "`tradewind pull` fetches what is there by now; `tradewind status` tells why it is not here.",
        "Why it is not here, `tradewind status` tells; `tradewind pull` fetches what is there by now.",
    ),
    "import_files": (
        "Nothing asks for them again; files of them can be taken in by `tradewind import`.",
        "Files of them can be taken in by `tradewind import`; nothing asks for them again.",
    ),
    # the inventory brief
    "place_order": (
        "Place the order of {units} of {units.name} now.",
        "Now place the order: {units} of {units.name}.",
    ),
    "clear_stock": (
        "Lower its price, run a deal, or have the surplus removed.",
        "A lower price or a deal would sell it sooner; else have the surplus removed.",
    ),
    "sell_before_charge": (
        "What sells or is removed before the next monthly charge saves the surcharge.",
        "Before the next monthly charge, a deal or a removal saves the surcharge.",
    ),
    "fix_listing": (
        "Repair its listing, or have the units removed.",
        "Its listing needs repair, or the units a removal order.",
    ),
    "remove_unsellable": (
        "Have them returned or disposed of.",
        "A removal order ends their storage fees.",
    ),
    "order_earlier": (
        "Order earlier, or keep more in stock.",
        "An earlier order or a larger safety stock would avoid it.",
    ),
    # the competitors brief
    "weigh_rise": (
        "Weigh a step up in our price.",
        "Our price could go up by a step: weigh it.",
    ),
    "defend_place": (
        "Watch our sales beside it, and keep our ads in place.",
        "Keep our ads in place, and watch what our sales do.",
    ),
    "look_at_page": (
        "Look at its page for what changed: price, pictures, deals, ads.",
        "What changed on its page? Look at price, pictures, deals and ads.",
    ),
    "check_own_page": (
        "Check the price, the stock and the ads of our product.",
        "Our price, stock and ads are worth a check.",
    ),
    "read_reviews": ("Read the newest reviews and answer what they name.", "The newest reviews say why: read them."),
    "offer_again": (
        "See what keeps it from being sold: stock, price or the listing.",
        "Stock, price or the listing: find what keeps it from being sold.",
    ),
    "bid_on_searches": (
        "Bid on these searches, and have their words in title and bullets.",
        "With bids on these searches and their words in the listing we can be found.",
    ),
    # the month in money
    "spend_less_on_ads": (
        "Lower the bids of its ads until they leave something, or pause them.",
        "Its ads need lower bids, or a pause.",
    ),
    "raise_or_clear": (
        "Raise its price, cut what it costs, or sell it off.",
        "It needs a higher price or lower costs, or to be sold off.",
    ),
    "import_costs": (
        "Say what they cost: a file for the feed `manual.product_costs`, read by `tradewind import`.",
        "Put what they cost into a file for `manual.product_costs`, and read it with `tradewind import`.",
    ),
    "await_fees": (
        "Their fees come with their settlement, or with the report of estimated fees.",
        "Once they are settled, or the report of estimated fees is in, their fees are known.",
    ),
    "import_rates": (
        "Put its rates into a file for `manual.fx_rates`, and read it with `tradewind import`.",
        "Give its rates: a file for the feed `manual.fx_rates`, read by `tradewind import`.",
    ),
    "see_status": ("`tradewind status` tells what to do.", "What to do, `tradewind status` tells."),
}
