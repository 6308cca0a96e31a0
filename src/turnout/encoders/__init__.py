"""Text to vector."""

from turnout.encoders.cached import CachedEncoder
from turnout.encoders.http import HTTPEncoder
from turnout.encoders.minilm import Int8MiniLM, MiniLM
from turnout.encoders.protocol import Encoder
from turnout.encoders.static import StaticEncoder
from turnout.encoders.surface import Surface

__all__ = ["CachedEncoder", "Encoder", "HTTPEncoder", "Int8MiniLM", "MiniLM", "StaticEncoder", "Surface"]
