"""Insights: facts in, words out. From the marts to a daily brief per store, in English and Chinese.

`facts.py` and `measures/` compute the figures, `readings.py` says which days may be compared, `analyst.py` asks a model
for findings, `grounding.py` refuses what the facts do not carry, `writer.py` writes without a model, `render.py` puts
numbers into words of a language, `charts.py` and `html.py` make the page, `versions.py` and `pages.py` keep what was
said, `brief.py` leads through all of it. Nothing here knows Dagster or writes to the marts.
"""
