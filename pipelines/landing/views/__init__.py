"""Views: questions that people and Dagster ask of the ledger. Nothing is changed here.

`status.py` says what is here and what is missing, `coverage.py` the same for Dagster, `history.py` tells of one slice,
and `forecast.py` of the requests that a run would make now.
"""
