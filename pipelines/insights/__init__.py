"""Insights write a daily brief for each store from the marts, in English and Chinese.

`facts.py` and `measures/` compute the figures, `readings.py` says which days may be compared. `analyst.py` asks a model
which claims to make, `writer.py` chooses them by rules, `claims/` judges and words them. `render.py` writes figures as
a language does, `charts.py` and `html.py` make the page, `versions.py` and `pages.py` keep what was said, `brief.py`
leads through all of it. Nothing here knows Dagster or writes to the marts.
"""
