"""`/metrics` of `tradewind serve`, for Prometheus: the state of the ledger and of Dagster, and what all processes have
counted (`ops.counters`).

`families.py` lists what is told besides the counters, `reading.py` reads it, `door.py` decides who is answered.
"""
