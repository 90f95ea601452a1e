"""Webhooks, in and out, without any server: what shops tell Tradewind, and what Tradewind tells others.

In: `senders/` has a module for each shop system, which checks a signature and reads what stock needs; `inbox.py` keeps
an event once; `due.py` says which pull it makes due. Out: `outbox.py` writes an event down together with what caused
it; `delivery.py` sends it. `settings_file.py` reads webhooks.yaml. The server that takes webhooks is
`pipelines/serving`.
"""
