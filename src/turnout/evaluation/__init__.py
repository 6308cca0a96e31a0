"""Honest measurement of routers."""

from turnout.evaluation.paper import paper
from turnout.evaluation.paper_report import PaperReport
from turnout.evaluation.protocol import honest
from turnout.evaluation.report import Policy, Report

__all__ = ["PaperReport", "Policy", "Report", "honest", "paper"]
