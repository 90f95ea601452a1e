"""Transformation: dbt, run on what has landed, so that raw rows become marts.

`transform.py` decides when and on which models dbt runs, `news.py` which models have not seen what has landed, and
`dbt_runs.py` how dbt is run in this process. `profile.py` leaves a profile for dbt's own command line. `dictionary.py`
and `exposures.py` write pages from the models' yml files. `settlement_kinds.py` is the one rule of the models that is
needed before a file has landed. The models themselves are in dbt_project/.
"""
