"""A run: what is due is asked for, waited for, fetched and handed to be loaded, all feeds side by side.

`engine.py` starts and ends a run. `context.py` is what its parts share. `preparation.py` turns a plan into queued
jobs, `report_job.py` carries out one request, `endings.py` says what becomes of one that does not end well.
`queues.py` and `loader.py` are where jobs and documents wait. What is due is decided in `planning/`.
"""
