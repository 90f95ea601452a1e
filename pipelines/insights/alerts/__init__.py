"""Alerts: what of the marts a seller must hear of, once, and when it is over.

`kinds.yaml` and `sql/` say what there is, `rules.py` what a user wants otherwise, `readings.py` what is so on which
day, `incidents.py` what begins and ends. `evaluate.py` puts these together, `store.py` keeps it. The words are in
`words/`, said by `wording.py`; `message.py` makes messages of them, `due.py` says when, and `outbox.py` sends them.
"""
