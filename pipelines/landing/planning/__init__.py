"""Planning decides what is due, and why, from a feed's description, the ledger and the time.

`planner.py` makes the plan of a run. It reads the ledger (`ledger_state.py`) and applies the pure rules of
`slices.py`, `snapshots.py`, `periods.py` and `adoption.py`. Nothing is requested and nothing is written here.
"""
