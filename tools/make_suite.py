"""Write the shipped suite, suites/turnout-1000.jsonl, from the task modules in tools/suite, and its data card.

``python tools/make_suite.py [--check]``: with --check nothing is written, and a difference is exit code 1. The media
files are made by ``tools/make_media.py``.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT / "src" / "turnout" / "bench" / "suites" / "turnout-1000.jsonl"
MODULES = (
    "generation", "summarization", "translation", "question_answering", "sentiment_analysis", "moderation",
    "enhancement", "extraction", "reasoning", "code", "media_image", "media_audio", "media_video",
)  # fmt: skip
# What usually matters to somebody with such a task (price, latency, accuracy); balanced where nothing is said.
PREFERENCES = {
    "sentiment-analysis": (0.4, 0.3, 0.3),  # thousands at a time
    "moderation": (0.3, 0.4, 0.3),  # somebody waits for the comment to appear
    "extraction": (0.3, 0.2, 0.5),
    "reasoning": (0.1, 0.2, 0.7),
    "code": (0.1, 0.2, 0.7),
    "translation": (0.2, 0.2, 0.6),
    "speech-recognition": (0.2, 0.5, 0.3),  # somebody is speaking
    "transcription": (0.3, 0.1, 0.6),
    "voice-generation": (0.2, 0.4, 0.4),
}
ORDER = ("id", "modality", "category", "language", "content", "reference", "scorer", "options", "max_tokens",
         "preference")  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """The tasks, numbered within their modality and category in the order in which they were written."""
    found: list[dict[str, Any]] = []
    numbers: Counter[str] = Counter()
    for name in MODULES:
        for task in importlib.import_module(f"suite.{name}").TASKS:
            modality = task.get("modality", "text")
            top = task["category"].partition("/")[0]
            stem = top if modality in ("text", "audio") else f"{modality}-{top}"
            numbers[stem] += 1
            price, latency, accuracy = PREFERENCES.get(top, (0.25, 0.25, 0.5))
            row = {
                "language": "en",
                "modality": modality,
                "preference": {"price": price, "latency": latency, "accuracy": accuracy},
                **task,
                "id": f"{stem}-{numbers[stem]:03}",
            }
            found.append({key: row[key] for key in ORDER if key in row})
    return found


def main() -> int:
    """Write, or compare."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows())
    if "--check" in sys.argv[1:]:
        stale = not SUITE.exists() or SUITE.read_text("utf-8") != text
        if stale:
            sys.stderr.write("stale: turnout-1000.jsonl; run: python tools/make_suite.py\n")
        return int(stale)
    SUITE.write_text(text, "utf-8")
    sys.stdout.write(f"{text.count(chr(10))} tasks\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
