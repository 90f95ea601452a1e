"""`tradewind serve`: what answers requests from outside. At present these are webhooks.

`app.py` has the addresses, `taking.py` the way of one webhook, `batches.py` writes many at once, `limits.py` leaves
those alone who are refused again and again, `tending.py` does what has to be done beside it, and `run.py` starts the
server. What a webhook means is decided in `pipelines/webhooks`.
"""
