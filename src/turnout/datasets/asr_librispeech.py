"""LibriSpeech test-clean (dighr/audio_analysis): word accuracy (1 − WER) of four speech services per utterance."""

from __future__ import annotations

from pathlib import Path

from turnout.datasets.rows import columns_of, csv_rows, table
from turnout.errors import DataError
from turnout.types import OutcomeTable

__all__ = ["read"]

_ACCURACY = "|accuracy"


def read(folder: Path) -> OutcomeTable:
    """`librispeech_test_clean.csv.gz`, upstream's columns: a service is whatever has a `<service>|accuracy`.

    The recordings are not part of it. What was said is the answer, not the prompt, so a prompt only names its
    recording: these outcomes compare the services, they do not teach a router to read prompts. Nothing transcribed is
    accuracy 0, as upstream scored it.
    """
    path = folder / "librispeech_test_clean.csv.gz"
    services = [c.removesuffix(_ACCURACY) for c in columns_of(path) if c.endswith(_ACCURACY)]
    if not services:
        raise DataError(f"{path}: row 1: no column ends in {_ACCURACY}")
    rows = list(csv_rows(path))
    return table(
        "asr-librispeech",
        [row.text("item") for row in rows],
        [f"Transcribe the recording {row.text('item')}." for row in rows],
        services,
        [[row.quality(service + _ACCURACY) for service in services] for row in rows],
        categories=["speech-recognition"] * len(rows),
    )
