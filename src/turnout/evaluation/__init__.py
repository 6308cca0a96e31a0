"""Honest measurement of routers."""

from turnout.evaluation.protocol import honest
from turnout.evaluation.report import Policy, Report

__all__ = ["Policy", "Report", "honest"]
