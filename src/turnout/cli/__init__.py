"""The command line: thin commands over the same parts that the Python API uses."""

from turnout.cli.app import main

__all__ = ["main"]
