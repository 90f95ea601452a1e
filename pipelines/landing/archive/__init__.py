"""The archive: every document as it came, without its personal columns, and beside it what the ledger said of it."""
