"""Insights: facts in, words out. From the marts to a daily brief per store, in English and Chinese.

`facts.py` and `measures/` compute the figures, `analyst.py` asks a model for findings, `grounding.py` refuses what the
facts do not carry, `writer.py` writes without a model, `render.py` puts numbers into words of a language, `charts.py`
and `html.py` make the page, `brief.py` leads through all of it. Nothing here knows Dagster or writes to the marts.
"""
