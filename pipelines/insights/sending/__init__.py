"""Sends briefs by e-mail and to other services: to whom, what, and once only.

Recipients are read from stores.yaml in `recipients.py`, the letter is made in `letter.py`, handed over by Apprise in
`handing.py`, and accounted for in `account.py`. `send.py` puts these together. Briefs are written in
`insights/brief.py`.
"""
