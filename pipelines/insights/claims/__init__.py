"""Claims: what a brief says, as data. A writer (a model or the rules) chooses claims; code words them.

A claim is a kind of statement, ids of facts, an emphasis and advice from a list. It holds no figure, name, measure,
direction, period or comparison of the writer's own: those come from the facts, through the frames of a language. So
there is nothing to check digits or words for: what cannot be said by a frame cannot be said.

`schema.py` reads a model's answer; `kinds/` has the kinds of statements and the advice beside them; `bind.py` gives a
claim its facts, `judge.py` decides what may be shown; `compose.py` picks the wording from `frames/`; `words.py` is for
the only words that are a model's own.
"""
