"""Verifies that everything adds up: compares each archived document with its raw rows, its staging rows and the marts.

`audit.py` is the entry. It collects figures from the archive (`reading.py`) and the warehouse (`ledger.py`,
`tables.py`, `orders.py`, `settlements.py`, `marts.py`, `personal.py`). What the figures mean is decided by pure
functions in `comparing.py` and `counted.py`. Only `watched.py`, `marts.py`, `orders.py` and `settlements.py` name
feeds. Nothing is changed here. The parsers of `landing/` are not used, because the same mistake on both sides would
not be found.
"""
