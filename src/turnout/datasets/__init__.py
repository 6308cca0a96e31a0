"""Readers of public evaluation data, each giving an `OutcomeTable`."""

from turnout.datasets.registry import DATASETS, DatasetInfo, load, present

__all__ = ["DATASETS", "DatasetInfo", "load", "present"]
