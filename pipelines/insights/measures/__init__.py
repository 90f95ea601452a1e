"""The measures: each module computes the facts of one domain from the marts, and the series of its chart.

`collect.py` calls them all; `compare.py` has what they share. A new measure: name its facts in `facts.CATALOGUE`, write
the SQL and the computation in a module here, add it to `collect`.
"""
