"""SP-API reports as Amazon writes them: a module for each kind of report, `by_report_type` puts them together.

Charsets and number formats are in flat_files.py. How reports of worlds as they are met differ is in as_met.py.
"""
