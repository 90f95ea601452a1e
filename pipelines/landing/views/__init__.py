"""Views answer questions of people and of Dagster from the ledger. Nothing is written here.

`status.py` answers what is here and what is missing, and `coverage.py` the same for Dagster. `history.py` shows the
history of one slice, and `forecast.py` the requests that a run would make now.
"""
