"""The columns of a pickled pandas DataFrame, read without pandas and without running what the pickle says.

A pickle is a program: it names functions and calls them. Here every name a DataFrame needs (of pandas 1.x to 3.x, numpy
and pyarrow) stands for a small recorder of our own, and any other name is refused before anything is called. What was
recorded is plain data, from which the columns are built with all lengths checked.
"""

from __future__ import annotations

import gzip
import pickle
import re
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

import numpy as np

from turnout.errors import DataError, InputFileError, MissingExtra

__all__ = ["read_columns"]

# What a damaged pickle, or one that is not a frame, makes the machine or the recorders raise.
_DAMAGED = (
    pickle.UnpicklingError, AssertionError, AttributeError, EOFError, ImportError, IndexError, KeyError, MemoryError,
    OverflowError, RecursionError, TypeError, ValueError, struct.error, zlib.error, gzip.BadGzipFile,
)  # fmt: skip
_MOST_EMPTY = 10_000
_NUMBERS = re.compile(r"[biuf](1|2|4|8)")
_ARROW = ("string", "large_string", "double", "float", "halffloat", "bool", "null",
          *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)))  # fmt: skip


def read_columns(path: Path) -> dict[str, Sequence[Any]]:
    """Column name → its values: a numpy array of numbers or a list, in which None is a missing value.

    Reads `.pkl` and `.pkl.gz`. Raises `DataError` for a damaged file, for one that holds something else than a
    DataFrame of texts and numbers, and for a pickle that asks for anything else to be imported, which it names.
    """
    try:
        with path.open("rb") as file:
            source = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if path.suffix == ".gz" else file
            found = _Unpickler(source).load()
        return _columns(found)
    except _Refused as refused:
        raise DataError(f"{path}: not read: the pickle asks for {refused.name}, which no DataFrame needs") from None
    except _DAMAGED as error:
        what = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{path}: not a readable pickle of a DataFrame: {what[:160]}") from None
    except OSError as error:
        raise InputFileError(f"cannot read {path}: {error.strerror or error}") from error


class _Refused(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Recorded:
    """An object of the pickle: what it was made of (`args`) and the state it was given."""

    def __new__(cls, *args: Any) -> _Recorded:
        made = object.__new__(cls)
        made.args, made.state = args, None
        return made

    def __init__(self, *args: Any) -> None:
        self.args: tuple[Any, ...]
        self.state: Any

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Frame(_Recorded): ...


class _Manager(_Recorded): ...  # args or, before pandas 1.3, state


class _Block(_Recorded): ...  # values, placement, ndim


class _Index(_Recorded): ...  # class, {"data": …}


class _NdArray(_Recorded): ...  # state: version, shape, dtype, whether in Fortran order, bytes or list


class _Buffer(_Recorded): ...  # bytes, dtype, shape, order


class _DType(_Recorded): ...  # args: letter and size; state: version, byte order, …


class _Masked(_Recorded): ...  # state: _data, _mask


class _Arrow(_Recorded): ...  # state: _pa_array


class _Texts(_Recorded): ...  # NDArrayBacked: class, checksum, state


class _Marker(_Recorded): ...  # a class or dtype that tells nothing


def _latin1(text: str | bytes = "", encoding: str = "latin1") -> bytes:
    """How protocol 2 writes bytes."""
    if isinstance(text, bytes):
        return text
    if encoding.replace("-", "") != "latin1":
        raise ValueError(f"bytes written as {encoding[:20]!r}")
    return text.encode("latin1")


def _scalar(dtype: _DType, data: bytes) -> Any:
    return _numbers(dtype, data)[0].item()


def _arrow_type(name: str) -> Any:
    if name not in _ARROW:
        raise ValueError(f"an Arrow column of {str(name)[:40]!r}")
    return _pyarrow().type_for_alias(name)


def _arrow_buffer(data: bytes) -> Any:
    return _pyarrow().py_buffer(data)


def _arrow_array(data: tuple[Any, ...]) -> Any:
    kind, length, nulls, offset, buffers, children, dictionary = data
    if children or dictionary is not None:
        raise ValueError("a nested Arrow column")
    array = _pyarrow().Array.from_buffers(kind, length, buffers, nulls, offset)
    array.validate(full=True)  # offsets and texts come from the file: nothing is read before they are known to be sound
    return array


def _arrow_chunks(chunks: Sequence[Any], kind: Any = None) -> Any:
    return _pyarrow().chunked_array(chunks, kind)


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise MissingExtra("a pickle of Arrow columns", "lab") from None
    return pyarrow


_MASKED = ("FloatingArray", "IntegerArray", "BooleanArray")
# (module, name) → a subclass of _Recorded, a function, or None for a constant.
_KNOWN: Mapping[tuple[str, str], Any] = {
    **{(module, "DataFrame"): _Frame for module in ("pandas", "pandas.core.frame")},
    **{(f"pandas.core.internals{m}", "BlockManager"): _Manager for m in ("", ".managers")},
    ("pandas._libs.internals", "_unpickle_block"): _Block,
    **{(f"pandas.core.indexes.{m}", "_new_Index"): _Index for m in ("base",)},
    ("pandas", "Index"): _Marker, ("pandas", "RangeIndex"): _Marker,
    ("pandas.core.indexes.base", "Index"): _Marker, ("pandas.core.indexes.range", "RangeIndex"): _Marker,
    ("pandas.core.indexes.numeric", "Int64Index"): _Marker,
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _NdArray for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): _scalar for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): _Buffer for core in ("core", "_core")},
    ("numpy", "ndarray"): _Marker, ("numpy", "dtype"): _DType,
    ("_codecs", "encode"): _latin1,
    **{(builtins, name): _latin1 for builtins in ("builtins", "__builtin__") for name in ("bytes", "bytearray")},
    **{(builtins, "slice"): slice for builtins in ("builtins", "__builtin__")},
    **{("pandas.arrays", name): _Masked for name in _MASKED},
    **{(f"pandas.core.arrays.{module}", name): _Masked
       for module, name in zip(("floating", "integer", "boolean"), _MASKED, strict=True)},
    **{(module, name): _Marker for name in ("Float32Dtype", "Float64Dtype", "Int64Dtype", "BooleanDtype")
       for module in ("pandas", "pandas.core.arrays.floating", "pandas.core.arrays.integer",
                      "pandas.core.arrays.boolean")},
    ("pandas.arrays", "StringArray"): _Marker, ("pandas.core.arrays.string_", "StringArray"): _Marker,
    ("pandas.core.arrays.string_", "StringArrayNumpySemantics"): _Marker,
    ("pandas", "StringDtype"): _Marker, ("pandas.core.arrays.string_", "StringDtype"): _Marker,
    ("pandas", "ArrowDtype"): _Marker, ("pandas.core.dtypes.dtypes", "ArrowDtype"): _Marker,
    ("pandas.core.arrays.arrow.dtype", "ArrowDtype"): _Marker,
    ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"): _Texts,
    ("pandas.arrays", "ArrowStringArray"): _Arrow, ("pandas.core.arrays.string_arrow", "ArrowStringArray"): _Arrow,
    ("pandas.core.arrays.string_arrow", "ArrowStringArrayNumpySemantics"): _Arrow,
    ("pandas.arrays", "ArrowExtensionArray"): _Arrow,
    ("pandas.core.arrays.arrow.array", "ArrowExtensionArray"): _Arrow,
    ("pandas", "NA"): None, ("pandas._libs.missing", "NA"): None,
    ("pyarrow.lib", "type_for_alias"): _arrow_type, ("pyarrow.lib", "py_buffer"): _arrow_buffer,
    ("pyarrow.lib", "_restore_array"): _arrow_array, ("pyarrow.lib", "chunked_array"): _arrow_chunks,
}  # fmt: skip


class _Unpickler(pickle._Unpickler):
    """The one written in Python: the one in C takes gigabytes when a damaged file numbers its memo in the billions."""

    dispatch: ClassVar[dict[int, Any]] = {**pickle._Unpickler.dispatch}
    read: Any
    append: Any

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._given: dict[tuple[str, str], Any] = {}

    def find_class(self, module: str, name: str) -> Any:
        """The recorder that stands for the name. It is made for this pickle alone, which may write to what it gets."""
        key = (module, name)
        if key not in _KNOWN:
            raise _Refused(f"{module}.{name}"[:120])
        if key not in self._given:
            known = _KNOWN[key]
            if isinstance(known, type) and issubclass(known, _Recorded):
                self._given[key] = type(known.__name__, (known,), {})
            else:
                self._given[key] = known if known in (None, slice) else _fresh(known)
        return self._given[key]

    def load_bytearray8(self) -> None:
        """As many bytes as there are; the library first makes room for as many as the file says."""
        (length,) = struct.unpack("<Q", self.read(8))
        self.append(self.read(length))

    dispatch[pickle.BYTEARRAY8[0]] = load_bytearray8

    def persistent_load(self, pid: Any) -> Any:
        """Nothing is outside of the file."""
        raise _Refused("something outside of the file")


def _fresh(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        return function(*args)

    return call


def _columns(frame: Any) -> dict[str, Sequence[Any]]:
    if not isinstance(frame, _Frame) or not isinstance(frame.state, dict):
        raise ValueError("it holds no DataFrame")
    names, blocks = _parts(frame.state.get("_mgr", frame.state.get("_data")))
    found: dict[int, Sequence[Any]] = {}
    for values, placement in blocks:
        columns = _block_columns(values)
        places = _places(placement, len(columns))
        if len(places) != len(columns):
            raise ValueError(f"a block of {len(columns)} columns for {len(places)} names")
        found.update(zip(places, columns, strict=True))
    if sorted(found) != list(range(len(names))) or not all(isinstance(name, str) for name in names):
        raise ValueError("its columns are not all there, or not named by texts")
    if len(set(names)) != len(names):
        raise ValueError("a column appears twice")
    lengths = {len(column) for column in found.values()}
    if len(lengths) > 1:
        raise ValueError("its columns are not equally long")
    return {name: found[i] for i, name in enumerate(names)}


def _parts(manager: Any) -> tuple[Sequence[Any], list[tuple[Any, Any]]]:
    """Column names, and (values, placement) of each block."""
    if not isinstance(manager, _Manager):
        raise ValueError("it holds no DataFrame of blocks")
    if manager.args:
        blocks, axes = manager.args[:2]
        pairs = [tuple(block.args[:2]) for block in blocks]
    else:  # before pandas 1.3
        kept = manager.state[3]["0.14.1"]
        axes = kept["axes"]
        pairs = [(block["values"], block["mgr_locs"]) for block in kept["blocks"]]
    return _one_column(axes[0].args[1]["data"]), cast("list[tuple[Any, Any]]", pairs)


def _places(placement: Any, count: int) -> list[int]:
    if isinstance(placement, slice):
        return list(range(placement.start, placement.stop, placement.step or 1)[: count + 1])
    return [int(i) for i in _one_column(placement)]


def _block_columns(values: Any) -> list[Sequence[Any]]:
    """The columns of a block: the rows of a two-dimensional array, or one extension array."""
    if not isinstance(values, _NdArray | _Buffer):
        return [_one_column(values)]
    shape, fortran, numbers, objects = _array(values)
    if len(shape) == 1:
        shape = (1, *shape)
    count, length = shape
    if not length and count > _MOST_EMPTY:
        raise ValueError(f"{count} columns without a value")
    if objects is not None:
        return [objects[i::count] if fortran else objects[i * length : (i + 1) * length] for i in range(count)]
    return list(numbers.reshape(shape, order="F" if fortran else "C"))


def _one_column(values: Any) -> Sequence[Any]:
    if isinstance(values, _NdArray | _Buffer):
        shape, _, numbers, objects = _array(values)
        if len(shape) != 1:
            raise ValueError(f"an array of {len(shape)} dimensions where one was expected")
        return numbers if objects is None else objects
    if isinstance(values, _Texts):  # its state came with it, or after it
        state = values.state if values.args[2] is None else values.args[2]
        inner = next((part for part in state if isinstance(part, _NdArray | _Buffer)), None)
        return [text if isinstance(text, str) else None for text in _one_column(inner)]
    if isinstance(values, _Masked):
        numbers, mask = (np.asarray(_one_column(values.state[key])) for key in ("_data", "_mask"))
        if numbers.shape != mask.shape:
            raise ValueError("a mask of another length than its numbers")
        return cast("Sequence[Any]", np.where(mask.astype(bool), np.nan, numbers.astype(np.float64)))
    if isinstance(values, _Arrow):
        array = values.state.get("_pa_array", values.state.get("_data"))
        return cast("list[Any]", array.to_pylist())
    raise ValueError(f"a column of {type(values).__name__.strip('_')}")


def _array(values: _Recorded) -> tuple[tuple[int, ...], bool, Any, list[Any] | None]:
    """Shape, whether in Fortran order, and either the flat numbers or the flat list of objects."""
    if isinstance(values, _Buffer):
        data, dtype, shape, order = values.args
        fortran = order == "F"
    else:
        _, shape, dtype, fortran, data = values.state
    if not (isinstance(shape, tuple) and 1 <= len(shape) <= 2 and all(type(n) is int and n >= 0 for n in shape)):
        raise ValueError("an array of an odd shape")
    count = shape[0] * (shape[1] if len(shape) == 2 else 1)
    objects = data if isinstance(data, list) else None
    numbers = _numbers(dtype, data) if objects is None else None
    if len(data if numbers is None else numbers) != count:
        raise ValueError("an array with more or fewer values than its shape says")
    return shape, bool(fortran), numbers, objects


def _numbers(dtype: Any, data: bytes) -> Any:
    letters = dtype.args[0]
    if not (isinstance(letters, str) and _NUMBERS.fullmatch(letters)):
        raise ValueError(f"a column of numpy's {str(letters)[:20]!r}, which is neither text nor number")
    order = dtype.state[1] if dtype.state else "|"
    return np.frombuffer(data, np.dtype((order if order in ("<", ">") else "") + letters))
