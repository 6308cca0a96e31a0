"""LibriSpeech test-clean (dighr/audio_analysis): word accuracy (1 − WER) of four speech services per utterance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from turnout.datasets.rows import Row, check_recorded, columns_of, csv_rows, table
from turnout.errors import DataError
from turnout.types import OutcomeTable

__all__ = ["SERVICES", "read", "recorded"]

SERVICES = ("google", "azure", "watson", "deepspeech")
_ACCURACY, _TEXT = "|accuracy", "|text"
_JOINED = "librispeech_test_clean.csv.gz"


def read(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """Upstream's four CSVs, one per service, or one that joins them: `librispeech_test_clean.csv.gz`.

    The recordings are not part of it. What was said is the answer, not the prompt, so a prompt only names its
    recording: these outcomes compare the services, they do not teach a router to read prompts. Nothing transcribed is
    accuracy 0, as upstream scored it (in a column that it calls `word_error_rate`, and which is the accuracy).
    """
    rows, services = _joined(folder) if (folder / _JOINED).exists() else _separate(folder)
    check_recorded(folder, responses, services)
    return table(
        "asr-librispeech",
        [row.text("item") for row in rows],
        [f"Transcribe the recording {row.text('item')}." for row in rows],
        services,
        [[row.quality(service + _ACCURACY) for service in services] for row in rows],
        categories=["speech-recognition"] * len(rows),
        responses={service: [row.text(service + _TEXT) for row in rows] for service in responses},
    )


def recorded(folder: Path) -> list[str]:
    """The services whose transcripts are in it: all."""
    if (folder / _JOINED).exists():
        return [c.removesuffix(_TEXT) for c in columns_of(folder / _JOINED) if c.endswith(_TEXT)]
    return list(SERVICES)


def _joined(folder: Path) -> tuple[list[Row], list[str]]:
    path = folder / _JOINED
    services = [c.removesuffix(_ACCURACY) for c in columns_of(path) if c.endswith(_ACCURACY)]
    if not services:
        raise DataError(f"{path}: row 1: no column ends in {_ACCURACY}")
    return list(csv_rows(path)), services


def _separate(folder: Path) -> tuple[list[Row], list[str]]:
    """One row per recording, in the columns of the joined file."""
    values: dict[str, dict[str, str]] = {}
    first: dict[str, Row] = {}
    for service in SERVICES:
        for row in csv_rows(folder / f"{service}.csv"):
            item = PurePosixPath(row.text("files")).name.partition(".")[0]
            if not item:
                continue  # upstream's means, below the last utterance
            joined = values.setdefault(item, {"item": item})
            joined[service + _ACCURACY] = row.text("word_error_rate")
            joined[service + _TEXT] = row.text("transcription_en-US")
            first.setdefault(item, row)
    return [Row(first[item].path, first[item].number, joined) for item, joined in values.items()], list(SERVICES)
