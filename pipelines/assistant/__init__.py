"""The assistant: what a model may ask of the marts, in a seller's words, and what it is answered.

`tools/` has a function for each tool: plain Python, typed, without the protocol. `caller.py` says who asks and as whom
the warehouse is read, `metrics.py` what sellers call figures, `periods.py` what they call days, `answers.py` what every
answer tells, `outside.py` fences what others have written, and `server.py` hands the tools to the Model Context
Protocol. Nothing here computes a figure of its own: sums are the query layer's, analyses those of `insights`. Nothing
here writes.
"""
