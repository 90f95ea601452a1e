"""A run asks for what is due, waits for it, fetches it and has it loaded, all feeds side by side.

`engine.py` starts and ends a run. `context.py` holds what its parts share. `preparation.py` turns a plan into queued
jobs. `report_job.py` carries out one request, and `endings.py` decides what becomes of a request that fails, is
refused or stays empty. Jobs wait in `queues.py`, documents in `loader.py`. What is due is decided in `planning/`.
"""
