"""The kinds of statements, as data: `types.py` has the types, `measures.py` what every measure of the store has,
`catalogue.py` puts the kinds together, `advice.py` has the advice that may stand beside them. A new kind: define it in
the module of its domain and give it frames in each language; a test names what is missing.
"""
