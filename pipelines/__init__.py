"""Tradewind: the data platform of an Amazon seller. docs/architecture.md says what lives where."""
