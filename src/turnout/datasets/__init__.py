"""Readers of public evaluation data, each giving an `OutcomeTable`."""
