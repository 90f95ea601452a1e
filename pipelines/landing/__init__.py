"""Landing: documents come in, raw rows go out, each exactly once.

A document passes through the rooms in this order:

1. `planning/` decides which slices (partitions of a feed and scope) are due, and which requests cover them.
2. `run/` leases those slices, asks the source, waits for the report and fetches it.
3. `loading/` turns the document into raw rows, in one transaction.
4. `ledger/` is where each of these steps is written down, so that a killed run is resumed by the next.

The other rooms serve these four: `formats/` reads and cleans bytes, `personal/` says which columns are personal,
`archive/` keeps documents, `imports/` takes documents that the user downloaded by hand, `upkeep/` works on what has
landed already, and `views/` answers what is here and what is missing. `incoming.py` has the data types with which a
document is handed from room to room. The rooms are layers, none of which imports one above it: pyproject.toml lists
them, and import-linter checks it.
"""
