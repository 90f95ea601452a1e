"""Personal data: which columns and keys are personal, and the keyed hashes that may stand in their place.

How they are taken out of a document's bytes is told in `formats/redact_lines.py` and its siblings.
"""
