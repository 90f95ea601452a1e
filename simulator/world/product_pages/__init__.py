"""What product pages and searches show on a day, of own and of competing products.

How a crawler writes that down is decided in documents/apify.
"""
