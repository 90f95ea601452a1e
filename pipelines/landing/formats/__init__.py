"""Formats: bytes of a document -> lines, elements and fields. No database and no ledger is known here.

Tables: `charsets.py`, `notation.py`, `header_names.py` and `layout.py` say how a table is written, `fast_lines.py` and
`careful_lines.py` read it. JSON: `fast_json.py`, `json_sections.py` and `json_lines.py`. The `redact_*` modules take
personal fields out of either before anything else sees them; which fields those are is told in `personal/`.
"""
