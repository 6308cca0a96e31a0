"""Which text of a prompt is encoded: itself, a model's response to it, their difference, a description of the task."""

from turnout.spaces.space import Space, SpaceVectors, parse_spaces
from turnout.spaces.task import describe, noise, read_descriptions, task_request

__all__ = ["Space", "SpaceVectors", "describe", "noise", "parse_spaces", "read_descriptions", "task_request"]
