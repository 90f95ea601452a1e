"""Does it add up? What each archived document holds, against its raw rows, its staging rows and the marts.

`audit.py` is the way in. It asks the archive (`reading.py`) and the warehouse (`ledger.py`, `tables.py`, `orders.py`,
`settlements.py`, `marts.py`), which only collect; what the figures mean is decided in `comparing.py` and `counted.py`,
which are pure. `watched.py` is the one place that knows feeds by name. Nothing is changed here, and nothing of the
landing's parsers is used: a mistake of theirs must not be cancelled by the same mistake on this side.
"""
