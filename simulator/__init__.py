"""The marketplaces' APIs on loopback, from one seeded world: for the demo, the tests and the benchmarks.

The rooms, from the ground up. A room imports from those above it in this list, never from those below:

    world/            what exists and what happens: sellers, products, orders, stock, ads, money
    documents/        how the world is written down, by source: reports, rows, items, files
    seeded_world.py   `World`: one seeded business with its documents, the door for the rooms below
    faults/           what goes wrong on request: which rule strikes, and how a document is bent
    apis/             HTTP: the protocols of Amazon, Amazon Ads, Data Kiosk, Apify and the others
    truth/            what every mart and staging model must show of the world; knows no API and no fault
    config_files.py   the configuration that leads Tradewind to a simulator
    __main__.py       the command line

Nothing of `pipelines` is imported here, and `pipelines` imports nothing of this. What both must know is typed twice, so
that a mistake on one side shows.
"""
