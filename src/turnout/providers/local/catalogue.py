"""The models that run on this machine: what each can do, what it needs, and what its seconds cost."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from typing import Literal

from turnout.config import Settings
from turnout.errors import UnknownModel
from turnout.types import Modality, Model, Price

__all__ = ["CONTEXT_TOKENS", "LOCAL_MODELS", "LocalModel", "find", "installed", "models"]

CONTEXT_TOKENS = 4096  # what the language models are started with; it bounds their memory


_Engine = Literal["llm", "asr", "tts", "ocr", "reader"]
_INPUTS: dict[_Engine, frozenset[Modality]] = {
    "llm": frozenset({"text"}),
    "asr": frozenset({"audio"}),
    "tts": frozenset({"text"}),
    "ocr": frozenset({"image"}),
    "reader": frozenset({"text", "image", "video"}),
}


@dataclass(frozen=True, slots=True)
class LocalModel:
    """One local model. `modules` and `binary` are what must be installed; no `weights` = they come with it."""

    id: str
    title: str
    engine: _Engine
    weights: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    binary: str | None = None

    @property
    def name(self) -> str:
        """The id without ``local/``: the name of its files."""
        return self.id.removeprefix("local/")

    @property
    def inputs(self) -> frozenset[Modality]:
        """What it accepts."""
        return _INPUTS[self.engine]

    @property
    def outputs(self) -> frozenset[Modality]:
        """What it produces."""
        return frozenset[Modality]({"audio"} if self.engine == "tts" else {"text"})

    @property
    def endpoint(self) -> Literal["chat", "transcription", "speech"]:
        """The OpenAI-compatible endpoint it answers on."""
        if self.engine == "asr":
            return "transcription"
        return "speech" if self.engine == "tts" else "chat"


_READS = ("rapidocr_onnxruntime", "faster_whisper", "av", "xllamacpp")
LOCAL_MODELS: tuple[LocalModel, ...] = (
    LocalModel("local/smollm2-135m", "SmolLM2 135M Instruct", "llm", ("smollm2-135m",), ("xllamacpp",)),
    LocalModel("local/qwen2.5-coder-0.5b", "Qwen2.5 Coder 0.5B Instruct", "llm", ("qwen2.5-coder-0.5b",),
               ("xllamacpp",)),
    LocalModel("local/qwen2.5-coder-1.5b", "Qwen2.5 Coder 1.5B Instruct", "llm", ("qwen2.5-coder-1.5b",),
               ("xllamacpp",)),
    LocalModel("local/reader-0.5b", "RapidOCR and Whisper, read by Qwen2.5 Coder 0.5B", "reader",
               ("qwen2.5-coder-0.5b", "whisper-base"), _READS),
    LocalModel("local/reader-1.5b", "RapidOCR and Whisper, read by Qwen2.5 Coder 1.5B", "reader",
               ("qwen2.5-coder-1.5b", "whisper-base"), _READS),
    LocalModel("local/whisper-base", "Whisper base", "asr", ("whisper-base",), ("faster_whisper",)),
    LocalModel("local/pocketsphinx", "PocketSphinx US English", "asr", (), ("pocketsphinx", "av")),
    LocalModel("local/piper-joe", "Piper, voice joe", "tts", ("piper-joe",), ("piper",)),
    LocalModel("local/espeak-ng", "eSpeak NG", "tts", (), (), "espeak-ng"),
    LocalModel("local/rapidocr", "RapidOCR (PP-OCR)", "ocr", (), ("rapidocr_onnxruntime",)),
    LocalModel("local/tesseract", "Tesseract", "ocr", (), (), "tesseract"),
)  # fmt: skip

_DEBIAN = {"espeak-ng": "espeak-ng", "tesseract": "tesseract-ocr"}
_BY_ID = {model.id: model for model in LOCAL_MODELS}


def find(model_id: str) -> LocalModel:
    """The local model of this id; raises `UnknownModel`."""
    try:
        return _BY_ID[model_id]
    except KeyError:
        raise UnknownModel(f"no local model {model_id!r}: there are {', '.join(_BY_ID)}") from None


def models(settings: Settings) -> tuple[Model, ...]:
    """The catalogue entries, priced by the second of one busy core."""
    price = Price(per_second=settings.local_usd_per_hour / 3600)
    source = f"local_usd_per_hour = {settings.local_usd_per_hour:g} (USD for an hour of one core; set it to yours)"
    return tuple(
        Model(
            id=model.id,
            provider="local",
            name=model.id,
            price=price,
            inputs=model.inputs,
            outputs=model.outputs,
            context_tokens=CONTEXT_TOKENS if model.engine in ("llm", "reader") else None,
            endpoint=model.endpoint,
            source=source,
        )
        for model in LOCAL_MODELS
    )


def installed(model_id: str) -> str | None:
    """Why the model cannot run here (a missing part, and what brings it), or None. Imports nothing heavy."""
    model = find(model_id)
    for module in model.modules:
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed: pip install 'turnout[local]'"
    if model.binary is not None and shutil.which(model.binary) is None:
        return f"the program {model.binary} is not installed: install the system package {_DEBIAN[model.binary]}"
    return None
