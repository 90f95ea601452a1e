"""The measures: each module computes the facts of one subject from the marts, and the series of its chart.

`collect.py` calls all modules, and `compare.py` has what they share. To add a measure, name its facts in
`facts.CATALOGUE`, write its query and computation in a module here, and call it in `collect.py`.
"""
