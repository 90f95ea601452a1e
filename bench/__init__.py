"""The benchmarks: `python -m bench` prints a table and writes it to `.tradewind/bench.json`.

Each module that has something to measure offers `run(room) -> list[Figure]` and is listed in `__main__.py`. Everything
runs on servers and in folders of its own, removed at the end; nothing of the users is touched.
"""
