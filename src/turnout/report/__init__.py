"""Pages that anybody can open: figures, tables, and one file that needs no network."""

from turnout.report.figure import NARROW, WIDE, Figure, Omitted
from turnout.report.page import Page, check, check_extra, write_page
from turnout.report.table import Cell, Table

__all__ = ["NARROW", "WIDE", "Cell", "Figure", "Omitted", "Page", "Table", "check", "check_extra", "write_page"]
