"""Loading writes one document to the archive, the raw tables and the ledger, in one transaction.

`document.py` is the entry, for runs and imports. `load_job.py` holds what is known of one document while it is loaded.
`delimited.py` loads tables and `json_documents.py` loads JSON; both send their rows to Postgres through `copying.py`.
`ownership.py` checks whose document it is, `identity.py` which earlier document it replaces, `plausibility.py` and
`spreadsheet_skus.py` whether it can be believed. `raw_tables.py` creates and widens the raw tables. How bytes are read
is in `formats/`.
"""
