"""Coverage of the feeds that coverage.py itself does not know, a module per kind of feed."""
