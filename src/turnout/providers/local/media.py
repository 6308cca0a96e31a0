"""What the engines share: the error for what they cannot read, and how bytes are told apart."""

from __future__ import annotations

__all__ = ["BadInput", "first_line", "known_image"]


class BadInput(ValueError):
    """The bytes are not what this engine reads; the message goes to the client with status 400."""


def known_image(image: bytes) -> bytes:
    """The image, if it is a PNG or a JPEG."""
    if not image.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise BadInput("this is neither a PNG nor a JPEG image")
    return image


def first_line(error: Exception) -> str:
    """What an error says, in one line."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(said).strip().splitlines()[0]
