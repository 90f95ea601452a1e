"""Insights write a daily brief for each store from the marts, in English and Chinese.

`brief.py` runs all steps. `facts.py` and `measures/` compute the figures, and `readings.py` decides which days may be
compared. `analyst.py` asks a language model for findings, and `writer.py` writes findings without a model.
`grounding.py` refuses findings that the facts do not support. `render.py` writes figures in a language, `charts.py` and
`html.py` make the page, `versions.py` and `pages.py` keep earlier versions. Nothing here imports Dagster or writes to
the marts.
"""
