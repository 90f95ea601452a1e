"""What is served over HTTP, on one port: the protocols of the marketplaces, and `/_sim/` for tests.

A room for each API of several modules (`amazon_sp`, `amazon_ads`, `data_kiosk`, `apify`), a module for each small one
(`lwa`, `ecb`, `llm`, `notifications`, `control`). `simulation` is the state that they share, `wire` what a request and
an answer are, `server` and `routes` bring requests to them. What answers tell is the world's, not decided here.
"""
