"""Make the files of the suite, suites/media, from the `made` of each task: those that are missing, or with --all each.

``PIPER_VOICE=…/en_US-joe-medium.onnx python tools/make_media.py [--all] [word in the name …]``. Needs espeak-ng,
piper-tts, Pillow, vl-convert and PyAV. The seed of a file is a checksum of its name, so a file never depends on others.
"""

from __future__ import annotations

import importlib
import sys
import zlib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).resolve().parent.parent
MEDIA = ROOT / "src" / "turnout" / "bench" / "suites" / "media"
MODULES = ("media_image", "media_audio", "media_video")


def picture(made: dict[str, Any], path: Path, seed: int) -> None:
    """One image, PNG or JPEG by its ending."""
    from PIL import Image
    from suite.render import PAGES, spoil
    from suite.scenes import DRAWINGS

    settings = {k: v for k, v in made.items() if k not in ("draw", "effects")}
    image = spoil({**PAGES, **DRAWINGS}[made["draw"]](**settings), made.get("effects", {}), seed)
    if path.suffix == ".jpg":
        image.save(path, "JPEG", quality=68, optimize=True)
    else:
        image.quantize(128, dither=Image.Dither.NONE).save(path, "PNG", optimize=True)


def sound(made: dict[str, Any], path: Path, seed: int) -> None:
    """One recording."""
    from suite.speech import conversation, disturb, speak, write_audio

    if "turns" in made:
        samples = conversation(made["turns"], speed=made.get("speed", 1.0))
    else:
        samples = speak(made["text"], made["voice"], speed=made.get("speed", 1.0), pitch=made.get("pitch", 50))
    write_audio(disturb(samples, made.get("effects", {}), seed), path)


def film(made: dict[str, Any], path: Path, seed: int) -> None:
    """One clip."""
    from suite.film import FILMS, write_film
    from suite.speech import speak

    settings = {k: v for k, v in made.items() if k not in ("film", "speech", "voice")}
    speech = speak(made["speech"], made.get("voice", "en-us")) if "speech" in made else None
    write_film(FILMS[made["film"]](**settings), path, speech)


def main() -> int:
    """Make what is wanted; remove nothing."""
    MEDIA.mkdir(parents=True, exist_ok=True)
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    wanted = []
    for module in MODULES:
        for task in importlib.import_module(f"suite.{module}").TASKS:
            wanted += [(task, part["file"]) for part in task["content"] if "made" in task and "file" in part]
    wanted = [(task, name) for task, name in wanted if not words or any(word in name for word in words)]
    todo = [(task, name) for task, name in wanted if "--all" in sys.argv[1:] or not (MEDIA / name).exists()]
    for i, (task, name) in enumerate(todo, 1):
        sys.stdout.write(f"\r{i}/{len(todo)} {name:<50}")
        sys.stdout.flush()
        make = {"image": picture, "audio": sound, "video": film}[task["modality"]]
        make(task["made"], MEDIA / name, zlib.crc32(name.encode()))
    size = sum((MEDIA / name).stat().st_size for _, name in wanted)
    sys.stdout.write(f"\n{len(todo)} made, {len(wanted) - len(todo)} were there, {size / 1e6:.1f} MB in all\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
