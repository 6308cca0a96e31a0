"""Write the task suite shipped with Turnout: suites/core.jsonl and its media, the same bytes each time but for speech.

The texts were written for it. Media are made, not downloaded: pages are rendered, speech is spoken by Piper and
espeak-ng, so that what they say is known. ``python tools/make_tasks.py [--no-media]``.
"""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

from tasks_text import TEXT_TASKS

ROOT = Path(__file__).resolve().parent.parent
SUITES = ROOT / "src" / "turnout" / "bench" / "suites"
MEDIA = SUITES / "media"

SPOKEN = [
    "The bakery on the corner opens at six and sells out of rye bread by nine.",
    "Please call Doctor Almeida back before the clinic closes this afternoon.",
    "Heavy rain is expected along the coast from Tuesday night until Thursday morning.",
    "She left her umbrella on the bus and never saw it again.",
    "Our train was forty minutes late because of a fallen tree near the tunnel.",
    "Add two cups of flour, a pinch of salt, and knead until the dough is smooth.",
    "The committee will vote on the new library budget next Monday evening.",
    "Turn left at the old water tower, then follow the gravel road for three miles.",
    "He has been learning the cello for eleven years and still practises every day.",
    "The warranty covers parts and labour, but not damage caused by water.",
    "Nobody noticed that the museum clock had stopped at a quarter past four.",
    "Their grandmother grew tomatoes, beans and a very stubborn lemon tree.",
    "If the alarm sounds, leave by the stairs and do not use the lift.",
    "The second chapter explains how bees find their way home.",
    "We could hear the orchestra tuning long before the doors opened.",
    "A single spark from the grinder was enough to set the sawdust alight.",
]
LONG_SPOKEN = [
    "Good morning, and welcome to the harbour tour. We will leave the pier in about five minutes. Life "
    "jackets are under "
    "the seats. The trip takes one hour, and if we are lucky we will see seals on the rocks near the lighthouse.",
    "This is a message for the tenants of the third floor. The water will be turned off on Wednesday between eight and "
    "eleven while we replace the main valve. Please fill a bucket beforehand. We are sorry for the trouble.",
    "When I was nine, my uncle gave me a broken radio and a screwdriver. I took it apart on the kitchen "
    "table, lost two "
    "screws, and put it together again. It never played a note, but I have been repairing things ever since.",
    "The results are in. Out of the twelve teams, only three finished the course without a penalty. First "
    "place goes to "
    "the rowing club from Split, who beat last year's time by almost four seconds.",
]
TO_SPEAK = [
    "Your order has been shipped and should arrive on Friday.",
    "Mind the gap between the train and the platform.",
    "The meeting has moved from room twelve to the main hall.",
    "I would like a table for four near the window, please.",
    "Water the basil every morning and keep it out of the wind.",
    "The museum is closed on Mondays and on public holidays.",
    "Press the green button twice to start the machine.",
    "There are seventeen steps between the garden and the gate.",
    "My sister speaks Danish, but she dreams in Portuguese.",
    "Snow fell all night, and the schools stayed shut.",
]
PAGES = [
    ("receipt", "CORNER GROCERY\nMilk 1.29\nRye bread 3.40\nApples 1kg 2.75\nTOTAL 7.44\nPaid by card"),
    ("receipt", "PARKING TICKET\nZone 4 Level B\nEntered 08:12\nLeft 10:47\nDue 6.50 EUR"),
    ("receipt", "HARDWARE & MORE\nScrews M4 x 40 2.10\nSandpaper 120 4.80\nWood glue 6.95\nTOTAL 13.85"),
    ("sign", "NO ENTRY\nAUTHORISED STAFF ONLY"),
    ("sign", "FERRY TO BRAC\nDEPARTS 14:30\nPIER 3"),
    ("sign", "CAUTION\nWET FLOOR"),
    ("letter", "Dear Ms Okafor,\nthank you for your letter of 3 May. We have checked the\nmeter and will refund "
     "48.20 within ten days.\nKind regards, the billing team"),
    ("letter", "To whom it may concern,\nPavel Novak worked with us as a gardener from 2016 to 2021.\nHe was punctual, "
     "careful and good with children."),
    ("table", "City Rain Wind\nOslo 12mm 18kmh\nPorto 0mm 9kmh\nCork 31mm 42kmh"),
    ("table", "Name Score Rank\nAmina 91 1\nJonas 87 2\nWei 87 2\nLucia 74 4"),
    ("faint", "The password for guests is blue-harbour-27"),
    ("faint", "Return the key to locker 118 before noon."),
    ("tilted", "Tonight only: two soups for the price of one"),
    ("tilted", "Lost: grey cat with one white paw. Call 555-0148"),
    ("small", "Ingredients: water, sugar, lemon juice (4%), salt, natural flavour.\nKeep cool. Shake well. "
     "Best before 11/2027."),
    ("noisy", "Invoice 2024-0173\nNet 412.00\nVAT 19% 78.28\nTotal 490.28"),
]  # fmt: skip


def speak(text: str, voice: str, path: Path, *, speed: float = 1.0) -> None:
    """16 kHz mono WAV of the text by `voice`: "piper" or an espeak-ng voice."""
    if voice == "piper":
        import os

        model = os.environ["PIPER_VOICE"]  # the .onnx file of a Piper voice
        command = [sys.executable, "-m", "piper", "-m", model, "--length-scale", str(1 / speed), "-f", str(path)]
        subprocess.run(command, input=text.encode(), check=True, capture_output=True)
    else:
        rate = str(int(160 * speed))
        subprocess.run(["espeak-ng", "-v", voice, "-s", rate, "-w", str(path), text], check=True)


def to_flac(source: Path, target: Path, *, noise: float, seed: int) -> None:
    """Resample to 16 kHz mono, add white noise (share of full scale), write FLAC."""
    import av
    import numpy as np

    with wave.open(str(source)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).astype(np.float64)
    places = np.arange(0, len(samples) - 1, rate / 16000)
    samples = np.interp(places, np.arange(len(samples)), samples)
    samples += np.random.default_rng(seed).normal(size=len(samples)) * noise * 32768
    with av.open(str(target), "w") as out:
        stream = out.add_stream("flac", rate=16000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.clip(-32768, 32767).astype(np.int16)[None], "s16", "mono")
        frame.sample_rate = 16000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)


def render(kind: str, text: str, seed: int) -> bytes:
    """A page as PNG."""
    from PIL import Image, ImageDraw, ImageFont

    rng = random.Random(seed)
    size = {"sign": 44, "small": 15}.get(kind, 24)
    name = "DejaVuSans-Bold.ttf" if kind == "sign" else "DejaVuSansMono.ttf" if kind == "receipt" else "DejaVuSans.ttf"
    font = ImageFont.truetype(f"/usr/share/fonts/truetype/dejavu/{name}", size)
    lines = text.split("\n")
    if kind == "table":
        lines = ["   ".join(f"{cell:<8}" for cell in line.split()) for line in lines]
        font = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", size)
    width = int(max(font.getlength(line) for line in lines)) + 60
    image = Image.new("L", (width, int(len(lines) * size * 1.5) + 60), 255 if kind != "faint" else 225)
    draw = ImageDraw.Draw(image)
    for i, line in enumerate(lines):
        draw.text((30, 30 + i * size * 1.5), line, font=font, fill=20 if kind != "faint" else 165)
    if kind == "tilted":
        image = image.rotate(rng.uniform(3, 5), expand=True, fillcolor=255)
    if kind == "noisy":
        for _ in range(image.width * image.height // 40):
            image.putpixel((rng.randrange(image.width), rng.randrange(image.height)), rng.randrange(256))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def media_tasks(make: bool) -> list[dict[str, Any]]:
    """Audio and image tasks; with `make` their files too."""
    found: list[dict[str, Any]] = []
    spoken = [("speech-recognition", text) for text in SPOKEN] + [("transcription", text) for text in LONG_SPOKEN]
    voices = ("piper", "en-us", "en-gb", "piper")
    for i, (category, text) in enumerate(spoken):
        name = f"{category}-{i + 1:02}.flac"
        noise, speed = (0.0, 0.0, 0.01, 0.03)[i % 4], (1.0, 1.0, 1.25, 1.0)[(i // 2) % 4]
        if make:
            raw = MEDIA / "raw.wav"
            speak(text, voices[i % 4], raw, speed=speed)
            to_flac(raw, MEDIA / name, noise=noise, seed=i)
            raw.unlink()
        found.append({"id": f"{category}-{i + 1:02}", "modality": "audio", "category": category, "media": [name],
                      "reference": text, "scorer": "words", "max_tokens": 200})  # fmt: skip
    for i, text in enumerate(TO_SPEAK, 1):
        found.append({"id": f"voice-{i:02}", "modality": "audio", "category": "voice-generation", "prompt": text,
                      "reference": text, "scorer": "heard", "max_tokens": 1})  # fmt: skip
    for i, (kind, text) in enumerate(PAGES, 1):
        name = f"page-{i:02}.png"
        if make:
            (MEDIA / name).write_bytes(render(kind, text, i))
        found.append({"id": f"page-{i:02}", "modality": "image", "category": "text-recognition", "media": [name],
                      "reference": text, "scorer": "characters", "max_tokens": 300})  # fmt: skip
    return found


def main() -> None:
    """Write everything."""
    MEDIA.mkdir(parents=True, exist_ok=True)
    rows = [*TEXT_TASKS, *media_tasks("--no-media" not in sys.argv)]
    with (SUITES / "core.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"{len(rows)} tasks")


if __name__ == "__main__":
    main()
