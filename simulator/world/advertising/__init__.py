"""Advertising of one store: campaigns, what was shown and clicked each day, and which orders followed.

Sponsored Products stand in sponsored_products.py and halo.py. Sponsored Brands and Sponsored Display stand in the
brand_* modules. Reports are written in documents/amazon_ads, and what advertising is charged is in money/.
"""
