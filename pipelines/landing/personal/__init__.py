"""Decides which columns and JSON keys are personal, and makes the keyed hashes that may replace their values.

`columns.py` decides, `names.py` recognises names that sound personal, `pseudonyms.py` hashes. Fields are removed from a
document's bytes by the `formats/redact_*.py` modules.
"""
