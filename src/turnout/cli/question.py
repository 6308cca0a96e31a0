"""From words and files on the command line to a prompt."""

from __future__ import annotations

import mimetypes
import sys
from collections.abc import Sequence
from pathlib import Path

from turnout.categories import parse_category, parse_modality
from turnout.errors import EmptyPrompt, InputFileError
from turnout.types import Media, Modality, Prompt

__all__ = ["canonical_category", "check_output", "question"]

_MEDIA_LIMIT = 50_000_000  # bytes


def question(
    text: str | None, modality: str | None, category: str | None, files: Sequence[Path], max_tokens: int | None
) -> Prompt:
    """The prompt: text from the argument or standard input, attachments, and the task that is meant."""
    media = tuple(_media(path) for path in files)
    if text == "-" or (text is None and not media and not sys.stdin.isatty()):
        try:
            text = sys.stdin.buffer.read().decode()
        except UnicodeDecodeError as error:
            raise InputFileError(f"standard input is not UTF-8 text ({error.reason} at byte {error.start})") from None
    text = text or ""
    if not text.strip() and not media:
        raise EmptyPrompt("the prompt is empty: say what you want to ask, or attach a file")
    kind = parse_modality(modality) if modality else (media[0].modality if media else "text")
    if category is None and media:
        category = _usual_category(kind, has_text=bool(text.strip()))
    return Prompt(text, kind, canonical_category(kind, category), media, max_output_tokens=max_tokens)


def canonical_category(modality: Modality, category: str | None) -> str | None:
    """The category's own spelling; raises `UnknownCategory`."""
    if category is None:
        return None
    parsed, subject = parse_category(modality, category)
    return f"{parsed.name}/{subject}" if subject else parsed.name


def check_output(prompt: Prompt, output: Path | None) -> None:
    """Speech needs a file, and the file a folder: better known before the model is asked."""
    speaks = prompt.category is not None and "audio" in parse_category(prompt.modality, prompt.category)[0].outputs
    if speaks and output is None:
        raise InputFileError("speech needs a file to go to: add --output speech.wav")
    if output is not None and not output.absolute().parent.is_dir():
        raise InputFileError(f"cannot write {output}: there is no folder {output.absolute().parent}")


def _usual_category(modality: Modality, *, has_text: bool) -> str | None:
    """What people mean when they attach a file and name no category."""
    if modality == "audio":
        return "speech-recognition"
    if modality == "image":
        return "question-answering" if has_text else "text-recognition"
    return ("question-answering" if has_text else "description") if modality == "video" else None


def _media(path: Path) -> Media:
    mime = mimetypes.guess_type(path.name)[0] or ""
    if mime.partition("/")[0] not in ("image", "audio", "video"):
        raise InputFileError(f"{path}: not an image, audio or video file by its name")
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _MEDIA_LIMIT else b""
    except OSError as error:
        raise InputFileError(f"cannot read {path}: {error.strerror}") from None
    if size > _MEDIA_LIMIT:
        raise InputFileError(f"{path} has {size / 1e6:,.0f} MB; at most {_MEDIA_LIMIT / 1e6:,.0f} MB can be sent")
    if not data:
        raise InputFileError(f"{path} is empty")
    return Media(data, mime, path.name)
