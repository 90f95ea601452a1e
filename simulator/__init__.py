"""The marketplaces' APIs on loopback, from one seeded world: for the demo, the tests and the benchmarks.

`world.py` is the business and its documents, `truth` what every mart must show of it, `server.py` and the protocol
modules beside it answer as Amazon, Amazon Ads, Apify and a chat model do. Nothing of `pipelines` is imported here and
nothing here is imported by `pipelines`: what both must know is typed twice, so that a mistake on one side shows.
"""
