"""What a benchmark found: as JSON, and as a page whose every number leads to the answers behind it."""

from turnout.bench.report.document import describe
from turnout.bench.report.page import write_report

__all__ = ["describe", "write_report"]
