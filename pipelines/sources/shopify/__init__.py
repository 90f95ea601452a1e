"""Shopify's Admin API: `source` reads whole lists, `admin` makes one call and keeps the budget of points, `tokens` has
the access tokens.

What is asked stands in the .graphql files beside this. They name no field of a buyer.
"""
