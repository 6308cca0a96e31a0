"""Outcomes: the store, the shipped aggregates, and fitted artifacts."""
