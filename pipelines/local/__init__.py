"""Tradewind on one machine: the demo, `tradewind up`, and the processes that they start. Nothing is landed here."""
