"""Text to vector."""

from turnout.encoders.cached import CachedEncoder
from turnout.encoders.http import HTTPEncoder
from turnout.encoders.minilm import MiniLM
from turnout.encoders.protocol import Encoder
from turnout.encoders.static import StaticEncoder
from turnout.encoders.surface import Surface

__all__ = ["CachedEncoder", "Encoder", "HTTPEncoder", "MiniLM", "StaticEncoder", "Surface"]
