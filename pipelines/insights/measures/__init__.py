"""The measures: each module computes the facts of one subject from the marts, and the series of its chart.

The kinds of briefs call them (`briefs/<kind>/facts.py`); `compare.py` has what they share. To add a measure, name its
facts in `insights/catalogue.py` and what they are called in `locales/`, and write its query and computation in a module
here.
"""
