"""Documents as Amazon really sends them, each with its right figure: documents in, figures of marts out.

`case.py` says what a case is, `cases/` holds them, a module per kind, with inputs of our own; `shared.py` the cases
that lie beside the project. `world.py` imports all of them into one warehouse, which is built once and asked
(`test_real_documents.py`); in another order, twice and after a full refresh: `test_real_documents_again.py`. To add a
case, add a `Case` to a module of its kind. Figures that the simulated world knows do not belong here.
"""
