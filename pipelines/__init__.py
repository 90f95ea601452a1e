"""Tradewind: the data platform of an Amazon seller. What lives where is told in docs/architecture.md."""
