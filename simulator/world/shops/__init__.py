"""The other places where a tenant sells: a shop of its own beside Amazon, and the warehouse that all of them sell from.

`shop` is who they are and what they offer, `order` an order's life, `warehouse` the own stock as a ledger of movements,
and `business` puts their days together. Chance has keys of its own: nothing of Amazon's world depends on it.
"""
