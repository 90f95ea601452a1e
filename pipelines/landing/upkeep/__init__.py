"""Upkeep: work on documents that have landed already, from the archive and without asking any source.

`replay.py` fills the raw tables once more, `restoring.py` the ledger. `retention.py` deletes rows that nothing needs.
`cleaning.py` and `recleaning.py` take personal columns out of what an earlier version had kept.
"""
