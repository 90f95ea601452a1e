"""How the world is written down: a room for each source, and the files that a user would have.

`model` says what a document is, `rendered` keeps documents as they are served. What a document tells is decided in
world/; who may have it, and when, is decided in apis/.
"""
