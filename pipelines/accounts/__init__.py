"""Accounts: who may ask, and what. `principal.py` says what every door knows of a caller."""
