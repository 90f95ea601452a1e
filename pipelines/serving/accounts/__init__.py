"""The addresses of accounts below /v1: `auth.py`, `users.py`, `keys.py`, `invitations.py`; `shared.py` has what they
share. They read a request, call `pipelines/accounts` and answer; nothing is decided here.
"""
