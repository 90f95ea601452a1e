"""The other places where a tenant sells: shops of its own beside Amazon, and the warehouse that all of them sell from.

`shop` is what they are, `kinds` what differs by system, `order` an order's life, `business` what a shop has and shows,
`warehouse` the own stock as a ledger of movements, and `own_stock` puts the days of all of them together. Chance has
keys of its own: nothing of Amazon's world depends on it.
"""
