"""What Tradewind tells of its own work: traces, metrics, and which work a line of the log belongs to.

`names.py` lists every metric, `recording.py` is what the other rooms call, `context.py` says which run, store and slice
is under way, `begin.py` is called by each process, and `export.py` sends by OTLP where an endpoint is set. Nothing here
knows the warehouse: what `tally.py` holds is written there by `warehouse/counters.py`, and served as `/metrics` by
`serving/metrics/`.

Nothing of a document, no text of an answer or an error, and no address with its query is ever recorded.
"""
