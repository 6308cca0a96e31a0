"""Write the shipped suite, suites/turnout-1000.jsonl, from the task modules in tools/suite, and its data card.

``python tools/make_suite.py [--check]``: with --check nothing is written, and a difference is exit code 1. The media
files are made by ``tools/make_media.py``. Keys of a task that only its maker needs (how a picture is drawn) stay here.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT / "src" / "turnout" / "bench" / "suites" / "turnout-1000.jsonl"
CARD = ROOT / "docs" / "reference" / "turnout-1000.md"
NOTE = "<!-- Written by tools/make_suite.py: change the tasks or the tool, then run it. -->\n"
INTRODUCTION = """Tasks with known answers, over every modality and category that Turnout knows, on which models are measured
(`turnout bench --suite turnout-1000`) and from which the router that comes with the package learned. Its form and its
scorers: [tasks](tasks.md)."""
REST = """## How it was made

- The texts were written for it, task by task, by language models under the authors' instructions; nothing was copied from a
  benchmark or a page, and no person has read them all. Wordings, lengths, registers and topics vary; a third was meant to be easy for a model of
  half a billion parameters, a third to need a strong one. Which really are, only measurements tell.
- Media were made, not downloaded, so that what they show and say is known: pages, receipts, charts, maps and scenes are drawn
  (`tools/make_media.py`), speech is spoken by Piper and eSpeak NG with noise, speed, telephone and rooms, films are rendered.
- Maths was computed, code references pass their tests, and every reference scores at least 0.95 with its own scorer.
  `turnout bench check` does this again, and finds near-duplicates: pairs of a category with a cosine of at least 0.9 between
  the TF-IDF vectors of their 3- to 5-character pieces. There are none.

## What it does not tell

- It is small: 15 to 115 tasks a category, so a mean has a 95 % interval of about ± 0.08 to 0.25. Read the intervals.
- English dominates outside translation. References in Polish, Swedish, Russian, Japanese and Chinese had no native reader.
- Synthetic speech is easier than people; drawn scenes are plainer than photographs.
- Rules see what was asked for, not style: a stiff summary with all facts scores as well as a good one. That is what
  [judges and votes](../how-to/judge.md) are for.
- The tasks are public. A model that was trained on them would look better than it is.

Licence: that of Turnout (Apache-2.0). Seeds are fixed; speech is not the same to the byte on every machine.
"""
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
            if row["scorer"] in ("words", "heard") and row["language"] != "en":
                row["options"] = {"language": row["language"], **row.get("options", {})}
            found.append({key: row[key] for key in ORDER if key in row})
    return found


def card(tasks: list[dict[str, Any]]) -> str:
    """The data card."""
    lines = [NOTE, "# The suite turnout-1000", "", INTRODUCTION, "", "## What it holds", ""]
    lines += ["| modality | category | tasks | scorers | languages of the answers |", "|---|---|---|---|---|"]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for task in tasks:
        groups.setdefault((task["modality"], task["category"].partition("/")[0]), []).append(task)
    for (modality, category), members in groups.items():
        lines.append(f"| {modality} | {category} | {len(members)} | {_counted(t['scorer'] for t in members)} "
                     f"| {_counted(t['language'] for t in members)} |")  # fmt: skip
    pairs = Counter((t["options"]["source_language"], t["language"]) for t in tasks if t["category"] == "translation")
    listed = ", ".join(f"{a} → {b} {n}" for (a, b), n in sorted(pairs.items(), key=lambda item: (-item[1], item[0])))
    lines += ["", f"{len(tasks):,} tasks in all. Translations: {listed}.", "", REST]
    return "\n".join(lines) + "\n"


def _counted(names: Iterable[str]) -> str:
    counted = Counter(names).most_common()
    return counted[0][0] if len(counted) == 1 else ", ".join(f"{name} {count}" for name, count in counted)


def main() -> int:
    """Write, or compare."""
    tasks = rows()
    wanted = {SUITE: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in tasks), CARD: card(tasks)}
    if "--check" in sys.argv[1:]:
        stale = [path.name for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
        if stale:
            sys.stderr.write(f"stale: {', '.join(stale)}; run: python tools/make_suite.py\n")
        return int(bool(stale))
    for path, text in wanted.items():
        path.write_text(text, "utf-8")
    sys.stdout.write(f"{len(tasks)} tasks\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
