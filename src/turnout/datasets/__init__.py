"""Readers of public evaluation data, each giving an `OutcomeTable`."""

from turnout.datasets.registry import DATASETS, DatasetInfo, find, load, present, recorded, where

__all__ = ["DATASETS", "DatasetInfo", "find", "load", "present", "recorded", "where"]
