"""Fitted-router files: arrays and a JSON header in one `.npz`, checked to the last bit, never pickle.

An uncompressed zip of `header.json` and one `.npy` per array. The header holds the SHA-256 of every array file and of
itself, so that damage anywhere is found before a number is used.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from turnout.errors import CorruptArtifact, InputFileError
from turnout.types import Array

__all__ = ["load", "save"]

_FORMAT, _VERSION = "turnout-artifact", 1
_HEADER = "header.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # equal content gives an equal file


def save(path: Path, *, kind: str, header: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write `path` whole or not at all. `header` must be JSON, arrays must not hold objects.

    Raises `InputFileError` when the file cannot be written, `TypeError` or `ValueError` for what cannot be stored.
    """
    members = {name: _to_npy(array) for name, array in arrays.items()}
    document = {
        "format": _FORMAT,
        "version": _VERSION,
        "kind": kind,
        "header": dict(header),
        "arrays": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    }
    document["sha256"] = _digest(document)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                archive.writestr(zipfile.ZipInfo(_HEADER, _EPOCH), _canonical(document))
                for name, data in members.items():
                    archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise InputFileError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def load(path: Path) -> tuple[str, dict[str, Any], dict[str, Array]]:
    """The kind, header and arrays that `save` wrote, exactly.

    Raises `CorruptArtifact` for any damage or another version, `InputFileError` when the file cannot be read at all.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputFileError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        members = _members(data)
        document = json.loads(members.pop(_HEADER))
        if document["format"] != _FORMAT or document.pop("sha256") != _digest(document):
            raise ValueError("its header is damaged")
        version = document["version"]
        if version != _VERSION:
            raise CorruptArtifact(f"{path} is of format {version}, this Turnout reads {_VERSION}; fit the router again")
        expected = {f"{name}.npy": digest for name, digest in document["arrays"].items()}
        if {name: hashlib.sha256(member).hexdigest() for name, member in members.items()} != expected:
            raise ValueError("its arrays are damaged")
        arrays = {name.removesuffix(".npy"): _from_npy(member) for name, member in members.items()}
        return str(document["kind"]), dict(document["header"]), arrays
    except (
        zipfile.BadZipFile, struct.error, ValueError, KeyError, TypeError, AttributeError, EOFError, OSError,
        OverflowError, RecursionError, NotImplementedError, RuntimeError, MemoryError,
    ) as error:  # all that zipfile, json and numpy raise for bytes that are not theirs  # fmt: skip
        reason = str(error) if type(error) is ValueError and str(error).startswith("its ") else "it cannot be read"
        raise CorruptArtifact(f"{path} is not an intact fitted-router file: {reason}; fit the router again") from error


def _members(data: bytes) -> dict[str, bytes]:
    """The zip's files. Nothing is compressed, so no declared size can exceed the file's own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if len({info.filename for info in infos}) != len(infos):
            raise ValueError("its parts are damaged")
        if any(info.compress_type != zipfile.ZIP_STORED or info.file_size > len(data) for info in infos):
            raise ValueError("its parts are damaged")
        return {info.filename: archive.read(info) for info in infos}  # checks each CRC


def _to_npy(array: Array) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _from_npy(data: bytes) -> Array:
    buffer = io.BytesIO(data)
    if np.lib.format.read_magic(buffer) != (1, 0):
        raise ValueError("its arrays are damaged")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(buffer)
    values = memoryview(data)[buffer.tell() :]
    if (fortran and len(shape) > 1) or dtype.hasobject or math.prod(shape) * dtype.itemsize != len(values):
        raise ValueError("its arrays are damaged")
    return np.frombuffer(values, dtype=dtype).reshape(shape).copy()


def _canonical(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(document)).hexdigest()
