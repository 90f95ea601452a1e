"""Upkeep works on documents that have landed already, from the archive and without asking any source.

`replay.py` fills the raw tables again, `restoring.py` the ledger. `retention.py` deletes rows that are not needed any
more. `cleaning.py` and `recleaning.py` remove personal columns from what earlier versions stored.
"""
