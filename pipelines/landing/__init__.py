"""Landing: documents in, raw rows out, each exactly once.

What is due is planned in `slices.py`, written down in `ledger.py` and carried out by `engine.py`; a document's bytes
become rows in `load.py` and the modules it uses. `importer.py` takes documents that somebody downloaded by hand down
the same path.
"""
