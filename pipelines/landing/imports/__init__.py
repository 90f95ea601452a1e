"""Imports a file that the user has downloaded by hand. It is loaded in the same way as a document that a run fetched.

`sniffing.py` reads what shows the file's feed and store, `recognition.py` decides which they are, and `importer.py`
hands the file to `loading/`. `ecb.py` converts the European Central Bank's files of exchange rates.
"""
