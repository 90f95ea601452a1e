"""Insights write briefs from the marts, of several kinds, for each store and tenant, in English and Chinese.

What a kind of brief is made of is in `briefs/`. `measures/` computes the figures, `readings.py` says which days may be
compared. `analyst.py` asks a model which claims to make, `writer.py` chooses them by rules, `claims/` judges and words
them. `render.py` writes figures as a language does, `pages/` makes the pages and keeps their files, `versions.py` keeps
what was said, `brief.py` leads through all of it. Nothing here knows Dagster or writes to the marts.
"""
