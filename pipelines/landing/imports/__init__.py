"""Imports: a file that somebody downloaded by hand takes the same way as a document that a run fetched.

`sniffing.py` reads what a file says of itself, `recognition.py` decides which feed and store it belongs to,
`importer.py` hands it to `loading/`, and `ecb.py` translates the European Central Bank's files of rates.
"""
