"""What explains a figure: whether it is unusual, which parts a change has, and what stands beside it at the same time.

Pure functions of numbers: no database, no facts and no words. `measures/` reads the numbers and makes facts of the
answers. A rule here names its source.
"""
