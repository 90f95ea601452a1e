"""The archive keeps every document as it came, without its personal columns, and beside it what the ledger knows of it.

`store.py` writes and reads the documents, `manifests.py` the files with the ledger's rows. Filling a warehouse from the
archive is `upkeep/`'s work.
"""
