"""The ledger's writes: `ops.requests`, `ops.slices` and `ops.loads`.

`leases.py` says which run works on which slice, `requests.py` what was asked and what came of it, `loads.py` what a
loaded document has changed. What the ledger says is read in `planning/ledger_state.py` and `views/`.
"""
