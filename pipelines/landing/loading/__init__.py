"""Loading: one document -> archive, raw rows and ledger, in one transaction.

`document.py` is the way in, for runs, imports and replays alike. `load_job.py` is one document on its way, which
`delimited.py` and `json_documents.py` carry through the formats they are named after. `ownership.py`, `identity.py`
and `plausibility.py` judge whose document it is, which earlier one it replaces, and whether it can be believed.
How bytes are read is told in `formats/`.
"""
