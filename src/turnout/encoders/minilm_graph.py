"""all-MiniLM-L6-v2 as one fused ONNX graph, written from the published weights without torch.

The graph is the sentence-transformers pipeline: BERT (6 layers, 384 wide, 12 heads, exact-erf GELU), mean over the real
tokens, L2 norm. onnxruntime's own operators (domain com.microsoft) do attention and normalisation in one step each.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from turnout.errors import WeightsError
from turnout.types import Array

__all__ = ["BUILDER_VERSION", "build_graph", "cached_graph", "read_safetensors"]

BUILDER_VERSION = 1  # part of the cached graph's name: raise it whenever the graph changes

_LAYERS, _HEADS, _DIM = 6, 12, 384
_EPSILON = 1e-12
_DTYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}


def read_safetensors(data: bytes, source: str) -> dict[str, Array]:
    """The tensors of a safetensors file: 8 bytes of header length, a JSON header, then the values, little-endian."""
    try:
        (length,) = struct.unpack_from("<Q", data)
        header: dict[str, Any] = json.loads(data[8 : 8 + length])
        header.pop("__metadata__", None)
        return {
            name: np.frombuffer(
                data,
                dtype=_DTYPES[entry["dtype"]],
                count=math.prod(entry["shape"]),
                offset=8 + length + entry["data_offsets"][0],
            ).reshape(entry["shape"])
            for name, entry in header.items()
        }
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise WeightsError(f"{source} is not a readable safetensors file; delete it and fetch the weights again") from (
            error
        )


def build_graph(weights: dict[str, Array]) -> bytes:
    """The serialised graph: `ids` and `mask` (int32, shape (n, tokens), mask 1 = token) → `vectors` (n, 384)."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[Any] = []
    constants: list[Any] = []

    def constant(name: str, value: Array) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(name: str) -> str:
        return constant(name, weights[name])

    def matrix(name: str) -> str:  # torch keeps (out, in); MatMul wants (in, out)
        return constant(name, weights[name].T)

    def node(op: str, inputs: list[str], output: str, domain: str = "com.microsoft", **attributes: Any) -> str:
        nodes.append(helper.make_node(op, inputs, [output], domain=domain, **attributes))
        return output

    table = "embeddings"
    nodes.append(
        helper.make_node(
            "EmbedLayerNormalization",
            [
                "ids",
                "",  # no segments: every token is of segment 0, whose embedding is added to the positions below
                weight(f"{table}.word_embeddings.weight"),
                constant(
                    f"{table}.position_and_segment",
                    weights[f"{table}.position_embeddings.weight"]
                    + weights[f"{table}.token_type_embeddings.weight"][0],
                ),
                "",
                weight(f"{table}.LayerNorm.weight"),
                weight(f"{table}.LayerNorm.bias"),
                "",
            ],
            ["hidden_0", "unused_mask_index"],
            domain="com.microsoft",
            epsilon=_EPSILON,
        )
    )
    hidden = "hidden_0"
    for i in range(_LAYERS):
        layer = f"encoder.layer.{i}"
        parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        attended = node(
            "Attention",
            [
                hidden,
                constant(
                    f"{layer}.qkv.weight", np.concatenate([weights[f"{part}.weight"].T for part in parts], axis=1)
                ),
                constant(f"{layer}.qkv.bias", np.concatenate([weights[f"{part}.bias"] for part in parts])),
                "mask",
            ],
            f"attended_{i}",
            num_heads=_HEADS,
        )
        for block, source, width in (("attention.output", attended, ""), ("output", "", "intermediate")):
            inputs = source
            if width:
                wide = node("MatMul", [hidden, matrix(f"{layer}.{width}.dense.weight")], f"wide_{i}", domain="")
                inputs = node("BiasGelu", [wide, weight(f"{layer}.{width}.dense.bias")], f"gelu_{i}")
            name = f"{layer}.{block}"
            dense = node("MatMul", [inputs, matrix(f"{name}.dense.weight")], f"{name}.dense", domain="")
            hidden = node(
                "SkipLayerNormalization",
                [
                    dense,
                    hidden,
                    weight(f"{name}.LayerNorm.weight"),
                    weight(f"{name}.LayerNorm.bias"),
                    weight(f"{name}.dense.bias"),
                ],
                f"{name}.normed",
                epsilon=_EPSILON,
            )

    # A mean and a sum over tokens point the same way, so the sum goes straight to the L2 norm.
    node("Cast", ["mask"], "mask_float", domain="", to=TensorProto.FLOAT)
    node("Unsqueeze", ["mask_float", constant("axis_1", np.array([1], dtype=np.int64))], "mask_row", domain="")
    node("MatMul", ["mask_row", hidden], "summed", domain="")  # (n, 1, tokens) @ (n, tokens, dim)
    node("Squeeze", ["summed", "axis_1"], "pooled", domain="")
    node("LpNormalization", ["pooled"], "vectors", domain="", axis=-1, p=2)

    shape = ["n", "tokens"]
    graph = helper.make_graph(
        nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in ("ids", "mask")],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", _DIM])],
        constants,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="turnout")
    return bytes(model.SerializeToString())


def cached_graph(folder: Path) -> bytes:
    """The graph of `folder/model.safetensors`, from the file beside it when one was written for these very weights."""
    source = folder / "model.safetensors"
    try:
        data = source.read_bytes()
    except OSError as error:
        raise WeightsError(f"MiniLM's weights cannot be read: {source}: {error.strerror}") from error
    digest = hashlib.sha256(data).hexdigest()
    cached = folder / f"model-{digest[:16]}-v{BUILDER_VERSION}.onnx"
    if cached.exists():
        return cached.read_bytes()
    try:
        graph = build_graph(read_safetensors(data, str(source)))
    except KeyError as error:
        raise WeightsError(f"{source} is not all-MiniLM-L6-v2: it has no tensor {error}") from error
    with contextlib.suppress(OSError):  # a read-only folder or a full disk costs a second per start, nothing else
        _keep(cached, graph)
    return graph


def _keep(path: Path, data: bytes) -> None:
    """Whole or not at all: a second process either sees the complete file or builds its own."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
