"""eBay's Sell APIs: `source` reads whole lists, `sell` makes one call and keeps the budget of a day, `tokens` has the
access tokens, `kept` says which fields are kept. No field of a buyer is.
"""
