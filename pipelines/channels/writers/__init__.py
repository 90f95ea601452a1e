"""One module for each kind of channel, named as the kind is. It has a function `writer` (see `base.OpenWriter`).

A new channel is a new module here, and nothing else in this room. How often, when and why something is written is not
known here; nor is the database.
"""
