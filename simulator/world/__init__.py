"""What exists and what happens in a seeded world. Nothing here knows a document's layout, an API or a mart.

The ground is in this folder: marketplaces, sellers and stores (`model`, `accounts`), chance (`rng`), instants, when
Amazon publishes (`publishing`), and the file that says which world it is (`world_file`). `business` puts a store's days
together. The rooms, from the ground up:

    catalogue/        products, their SKUs, names and prices
    orders/           orders and their lives
    product_pages/    what product pages and searches show
    advertising/      campaigns, clicks, and the orders that followed
    stock/            FBA stock day by day, and what lies there unlisted
    (business.py)     one store's days, made of the rooms above
    sales/            what came of the orders: parcels, returns, visits
    inventory/        what follows from the stock: ages, ledger events, plans
    brand_analytics/  searches, baskets, and their periods
    money/            fees, settlements, reimbursements, costs, exchange rates
"""
