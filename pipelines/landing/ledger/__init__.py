"""Writes the ledger: `ops.requests`, `ops.slices` and `ops.loads`.

`leases.py` writes which run works on which slice, `requests.py` what was asked for and what became of it, `loads.py`
what a loaded document has changed. The ledger is read in `planning/ledger_state.py` and `views/`.
"""
