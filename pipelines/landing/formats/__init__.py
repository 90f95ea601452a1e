"""Formats reads and cleans the bytes of a document: lines, fields and JSON elements. It uses no database.

Tables: `charsets.py`, `notation.py`, `header_names.py` and `layout.py` find out how a table is written, `fast_lines.py`
and `careful_lines.py` read it. JSON is read by `fast_json.py`, `json_sections.py` and `json_lines.py`. The `redact_*`
modules remove personal fields before anything else reads the document; which fields are personal is decided in
`personal/`. `moments.py` and `written_dates.py` read dates, `streams.py` reads gzip and blocks, and `other_files.py`
recognises files that no feed reads.
"""
