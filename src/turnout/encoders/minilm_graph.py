"""all-MiniLM-L6-v2 as one fused ONNX graph, written from the published weights without torch.

The graph is the sentence-transformers pipeline: BERT (6 layers, 384 wide, 12 heads, exact-erf GELU), mean over the real
tokens, L2 norm. onnxruntime's own operators (domain com.microsoft) do attention and normalisation in one step each.
In int8 its products are of bytes, which takes a fraction of the time and a quarter of the memory, and is not exact.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
import tempfile
from pathlib import Path
from typing import Any, Literal

import numpy as np

from turnout.errors import WeightsError
from turnout.types import Array

__all__ = ["BUILDER_VERSION", "Precision", "build_graph", "cached_graph", "read_safetensors"]

Precision = Literal["fp32", "int8"]

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


def build_graph(weights: dict[str, Array], precision: Precision = "fp32") -> bytes:
    """The serialised graph: `ids` and `mask` (int32, shape (n, tokens), mask 1 = token) → `vectors` (n, 384).

    In int8 the activations of all n texts share their scales: a text's vector is its own only when it comes alone.
    """
    import onnx
    from onnx import TensorProto, helper

    graph = _Graph() if precision == "fp32" else _Int8Graph()
    hidden = graph.embedded(weights)
    for i in range(_LAYERS):
        layer = f"encoder.layer.{i}"
        parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        attended = graph.attention(
            hidden,
            f"{layer}.qkv",
            # torch keeps (out, in); products want (in, out)
            np.concatenate([weights[f"{part}.weight"].T for part in parts], axis=1),
            np.concatenate([weights[f"{part}.bias"] for part in parts]),
        )
        hidden = graph.added(attended, hidden, f"{layer}.attention.output", weights)
        wide = graph.widened(hidden, f"{layer}.intermediate", weights)
        hidden = graph.added(wide, hidden, f"{layer}.output", weights)

    # A mean and a sum over tokens point the same way, so the sum goes straight to the L2 norm.
    mask = graph.node("Cast", ["mask"], domain="", to=TensorProto.FLOAT)
    one = graph.constant("axis_1", np.array([1], dtype=np.int64))
    row = graph.node("Unsqueeze", [mask, one], domain="")
    summed = graph.node("MatMul", [row, hidden], domain="")  # (n, 1, tokens) @ (n, tokens, dim)
    pooled = graph.node("Squeeze", [summed, one], domain="")
    graph.node("LpNormalization", [pooled], domain="", outputs=["vectors"], axis=-1, p=2)

    shape = ["n", "tokens"]
    made = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in ("ids", "mask")],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", _DIM])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model: onnx.ModelProto = helper.make_model(made, opset_imports=opsets, ir_version=8, producer_name="turnout")
    return bytes(model.SerializeToString())


class _Graph:
    """Nodes and constants as they come, and the parts in which the precisions differ: here in exact fp32."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: Array) -> str:
        """Add an array and return its name."""
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self,
        op: str,
        inputs: list[str],
        domain: str = "com.microsoft",
        outputs: list[str] | None = None,
        **attributes: Any,
    ) -> str:
        """Add an operator and return the name of its first output."""
        from onnx import helper

        outputs = outputs or [f"{op}_{len(self.nodes)}"]
        self.nodes.append(helper.make_node(op, inputs, outputs, domain=domain, **attributes))
        return outputs[0]

    def embedded(self, weights: dict[str, Array]) -> str:
        """Token + position + segment, normalised: (n, tokens, dim)."""
        table = "embeddings"
        inputs = [
            "ids",
            "",  # no segments: every token is of segment 0, whose embedding is added to the positions below
            self.constant("words", weights[f"{table}.word_embeddings.weight"]),
            self.constant("positions", _positions(weights)),
            "",
            self.constant("embeddings.scale", weights[f"{table}.LayerNorm.weight"]),
            self.constant("embeddings.bias", weights[f"{table}.LayerNorm.bias"]),
            "",
        ]
        return self.node("EmbedLayerNormalization", inputs, outputs=["embedded", "unused_mask_index"], epsilon=_EPSILON)

    def attention(self, hidden: str, name: str, weight: Array, bias: Array) -> str:
        """Self-attention of (n, tokens, dim) with query, key and value side by side in `weight` (dim, 3 · dim)."""
        inputs = [hidden, self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias), "mask"]
        return self.node("Attention", inputs, num_heads=_HEADS)

    def widened(self, hidden: str, name: str, weights: dict[str, Array]) -> str:
        """The wide layer: a dense product and GELU."""
        dense = self.node("MatMul", [hidden, self.constant(f"{name}.weight", weights[f"{name}.dense.weight"].T)], "")
        return self.node("BiasGelu", [dense, self.constant(f"{name}.bias", weights[f"{name}.dense.bias"])])

    def added(self, source: str, hidden: str, name: str, weights: dict[str, Array]) -> str:
        """A dense product of `source`, added to `hidden` and normalised."""
        dense = self.node("MatMul", [source, self.constant(f"{name}.weight", weights[f"{name}.dense.weight"].T)], "")
        parts = [f"{name}.{part}" for part in ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")]
        inputs = [dense, hidden, *(self.constant(part, weights[part]) for part in parts)]
        return self.node("SkipLayerNormalization", inputs, epsilon=_EPSILON)


class _Int8Graph(_Graph):
    """Weights as bytes with a scale per column, activations as bytes with a scale found at run time.

    Weights have 7 bits: processors without VNNI add two products of bytes in 16 bits, which those of 8 would overflow.
    Embeddings, which are only looked up, have 8 bits and a scale per token. Bias, sum and normalisation are steps of
    their own, as onnxruntime's fused one is slower on a single text.
    """

    def embedded(self, weights: dict[str, Array]) -> str:
        """See `_Graph`."""
        from onnx import TensorProto

        words, scales = _rounded(weights["embeddings.word_embeddings.weight"], 127, axis=1)
        rows = self.node("Gather", [self.constant("words", words), "ids"], domain="")
        scale = self.node("Gather", [self.constant("words.scales", scales), "ids"], domain="")
        plain = self.node("Cast", [rows], domain="", to=TensorProto.FLOAT)
        tokens = self.node("Mul", [plain, scale], domain="")
        count = self.node("Shape", ["ids"], domain="", start=1, end=2)
        first = self.constant("first", np.array([0], dtype=np.int64))
        places = self.node("Slice", [self.constant("positions", _positions(weights)), first, count, first], domain="")
        placed = self.node("Add", [tokens, places], domain="")
        return self._normed(placed, "embeddings.LayerNorm", weights)

    def attention(self, hidden: str, name: str, weight: Array, bias: Array) -> str:
        """See `_Graph`."""
        values, scales = _rounded(weight, 63, axis=0)
        whole, scale, zero = (f"{name}.{part}" for part in ("bytes", "scale", "zero"))
        self.node("DynamicQuantizeLinear", [hidden], domain="", outputs=[whole, scale, zero])
        inputs = [
            whole,
            self.constant(f"{name}.weight", values),
            self.constant(f"{name}.bias", bias),
            scale,
            self.constant(f"{name}.scales", scales[0]),
            "mask",
            zero,
            self.constant(f"{name}.zeros", np.zeros(values.shape[1], dtype=np.int8)),
        ]
        return self.node("QAttention", inputs, num_heads=_HEADS)

    def widened(self, hidden: str, name: str, weights: dict[str, Array]) -> str:
        """See `_Graph`."""
        dense = self._product(hidden, name, weights)
        return self.node("Gelu", [dense])

    def added(self, source: str, hidden: str, name: str, weights: dict[str, Array]) -> str:
        """See `_Graph`."""
        whole = self.node("Add", [self._product(source, name, weights), hidden], "")
        return self._normed(whole, f"{name}.LayerNorm", weights)

    def _product(self, source: str, name: str, weights: dict[str, Array]) -> str:
        values, scales = _rounded(weights[f"{name}.dense.weight"].T, 63, axis=0)
        inputs = [
            source,
            self.constant(f"{name}.weight", values),
            self.constant(f"{name}.scales", scales[0]),
            "",  # no zero points: weights lie around zero
            self.constant(f"{name}.bias", weights[f"{name}.dense.bias"]),
        ]
        return self.node("DynamicQuantizeMatMul", inputs)

    def _normed(self, whole: str, name: str, weights: dict[str, Array]) -> str:
        inputs = [whole, *(self.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))]
        return self.node("LayerNormalization", inputs, "", axis=-1, epsilon=_EPSILON)


def _positions(weights: dict[str, Array]) -> Array:
    positions: Array = (
        weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    )
    return positions


def _rounded(values: Array, largest: int, axis: int) -> tuple[Array, Array]:
    """int8 from -`largest` to `largest`, and the scales along the other axis by which they are multiplied back."""
    scales = np.maximum(np.abs(values).max(axis=axis, keepdims=True), np.float32(1e-12)) / np.float32(largest)
    return np.rint(values / scales).astype(np.int8), scales


def cached_graph(folder: Path, precision: Precision = "fp32") -> Path | bytes:
    """The graph of `folder/model.safetensors`: the file beside it that was written for these very weights.

    Where no file can be written it is the graph itself.
    """
    source = folder / "model.safetensors"
    try:
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        kind = "" if precision == "fp32" else f"-{precision}"
        cached = folder / f"model{kind}-{digest[:16]}-v{BUILDER_VERSION}.onnx"
        if cached.exists():
            return cached
        data = source.read_bytes()
    except OSError as error:
        raise WeightsError(f"MiniLM's weights cannot be read: {source}: {error.strerror}") from error
    try:
        graph = build_graph(read_safetensors(data, str(source)), precision)
    except KeyError as error:
        raise WeightsError(f"{source} is not all-MiniLM-L6-v2: it has no tensor {error}") from error
    try:
        _keep(cached, graph)
    except OSError:  # a read-only folder or a full disk costs a second per start, nothing else
        return graph
    return cached


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
