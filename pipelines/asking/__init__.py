"""Questions to the marts: any mart by its contract, its columns summed only as they may be.

`contract.py` reads what the marts' yml files say of each column. `question.py` is what may be asked, `plan.py` checks a
question against the contract, and `statement.py` makes SQL of it. `pages.py` has the cursors. All of these are pure.
`reader.py` runs the SQL as the role of the tenant who asks, `coverage.py` says which days are missing, and `marks.py`
which build an answer is of. Neither HTTP nor tools of assistants are known here.
"""
