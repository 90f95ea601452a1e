"""The kinds of briefs: a folder each, with its facts, its rules and its prompt. See `kind.py`."""
