"""Pickled frames: read whoever wrote them, and nothing that a pickle says is ever run."""

from __future__ import annotations

import builtins
import copyreg
import gzip
import io
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from make_frames import COLUMNS

from turnout.datasets.frame_pickle import read_columns
from turnout.errors import DataError, InputFileError

FRAMES = sorted((Path(__file__).parent / "frames").glob("*.pkl"))


def same(read: dict[str, Any], frame: pd.DataFrame) -> None:
    assert list(read) == list(frame.columns)
    for name in frame:
        expected = [None if isinstance(v, float) and np.isnan(v) else v for v in frame[name].astype(object)]
        expected = [None if v is pd.NA else v for v in expected]
        assert [None if v != v else v for v in read[name]] == expected


@pytest.mark.parametrize("path", FRAMES, ids=lambda path: path.stem)
def test_frames_of_older_pandas(path: Path) -> None:
    frame = pd.DataFrame(COLUMNS)
    same(read_columns(path), frame[frame["large"] < 1] if "filtered" in path.name else frame)


def test_there_are_frames_of_older_pandas() -> None:
    assert {path.stem.split("-")[1] for path in FRAMES} == {"1.5.3", "2.2.3"}


def test_pandas_is_not_needed() -> None:
    script = (
        "import sys; from pathlib import Path; from turnout.datasets.frame_pickle import read_columns\n"
        "assert len(read_columns(Path(sys.argv[1]))) == 10; print(sorted({'pandas', 'pyarrow'} & set(sys.modules)))"
    )
    path = Path(__file__).parent / "frames" / "pandas-2.2.3.pkl"
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


KINDS = {
    "as it is": lambda frame: frame,
    "objects": lambda frame: frame.astype(object),
    "python strings": lambda frame: frame.astype({"prompt": "string[python]"}),
    "arrow strings": lambda frame: frame.astype({"prompt": "string[pyarrow]"}),
    "all arrow": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "nullable": lambda frame: frame.convert_dtypes(),
    "small numbers": lambda frame: frame.astype({"small": "float32", "rank": "int8"}),
    "another index": lambda frame: frame.set_index(pd.Index(["x", "y", "z"])),
    "columns in between": lambda frame: frame.assign(between=True)[["small", "between", "prompt", "large", "rank"]],
}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", KINDS)
def test_frames_of_the_installed_pandas(tmp_path: Path, kind: str, protocol: int) -> None:
    frame = KINDS[kind](pd.DataFrame(COLUMNS))
    path = tmp_path / "frame.pkl"
    frame.to_pickle(path, protocol=protocol)
    same(read_columns(path), frame)


def test_the_real_columns(tmp_path: Path, data_dir: Path) -> None:
    frame = pd.read_csv(data_dir / "routerbench" / "routerbench_0shot_slice.csv")
    path = tmp_path / "frame.pkl.gz"
    frame.to_pickle(path)
    same(read_columns(path), frame)


def test_the_layout_before_pandas_1_3(tmp_path: Path) -> None:
    """Blocks in the state of the manager; no such pandas runs on a Python that can run the tests."""
    texts, numbers = np.array([["a", "b"]], dtype=object), np.array([[1.5, 2.5], [3.5, 4.5]])

    class Old(pickle.Pickler):
        def reducer_override(self, found: Any) -> Any:
            if isinstance(found, pd.DataFrame):
                return copyreg.__newobj__, (pd.DataFrame,), {"_data": Manager(), "_typ": "dataframe"}
            if isinstance(found, Manager):
                return ManagerClass, (), ([], [], [], {"0.14.1": kept})
            return NotImplemented

    class Manager:
        pass

    kept = {
        "axes": [pd.Index(np.array(["x", "text", "y"], dtype=object)), pd.RangeIndex(2)],
        "blocks": [
            {"values": numbers, "mgr_locs": np.array([0, 2])},
            {"values": texts, "mgr_locs": slice(1, 2, 1)},
        ],
    }

    from pandas.core.internals.managers import BlockManager as ManagerClass

    written = io.BytesIO()
    Old(written, 4).dump(pd.DataFrame())
    path = tmp_path / "old.pkl"
    path.write_bytes(written.getvalue())
    columns = read_columns(path)
    assert {name: list(values) for name, values in columns.items()} == {
        "x": [1.5, 2.5], "text": ["a", "b"], "y": [3.5, 4.5],
    }  # fmt: skip


class Calls:
    """Pickles as a call of `function`."""

    def __init__(self, function: Any, *args: Any) -> None:
        self.call = function, args

    def __reduce__(self) -> Any:
        return self.call


def named(module: str, name: str, *args: str, protocol: int = 4) -> bytes:
    """A pickle that calls a name it need not have, dots in it and all."""
    written = io.BytesIO()
    written.write(pickle.PROTO + bytes([protocol]))
    for text in (module, name):
        data = text.encode()
        written.write(pickle.SHORT_BINUNICODE + bytes([len(data)]) + data)
    written.write(pickle.STACK_GLOBAL)
    for text in args:
        data = text.encode()
        written.write(pickle.SHORT_BINUNICODE + bytes([len(data)]) + data)
    written.write({0: pickle.EMPTY_TUPLE, 1: pickle.TUPLE1, 2: pickle.TUPLE2}[len(args)] + pickle.REDUCE + pickle.STOP)
    return written.getvalue()


HOSTILE = {
    "os.system": lambda mark: named("os", "system", f"touch {mark}"),
    "posix.system": lambda mark: pickle.dumps(Calls(os.system, f"touch {mark}")),
    "subprocess.Popen": lambda mark: named("subprocess", "Popen", f"touch {mark}"),
    "builtins.eval": lambda mark: pickle.dumps(Calls(builtins.eval, f"open({str(mark)!r}, 'w')")),
    "__builtin__.eval": lambda mark: pickle.dumps(Calls(builtins.eval, f"open({str(mark)!r}, 'w')"), protocol=2),
    "builtins.exec": lambda mark: pickle.dumps(Calls(builtins.exec, f"open({str(mark)!r}, 'w')")),
    "builtins.getattr": lambda mark: pickle.dumps(Calls(getattr, "text", "join")),
    "builtins.__import__": lambda mark: pickle.dumps(Calls(__import__, "os")),
    "builtins.open": lambda mark: named("builtins", "open", str(mark), "w"),
    "pandas.read_pickle": lambda mark: pickle.dumps(Calls(pd.read_pickle, str(mark))),
    "pandas.eval": lambda mark: named("pandas", "eval", f"open({str(mark)!r}, 'w')"),
    "pandas.io.common.os.system": lambda mark: named("pandas.io.common", "os.system", f"touch {mark}"),
    "pandas.DataFrame.to_csv": lambda mark: named("pandas", "DataFrame.to_csv", str(mark)),
    "pandas.core.frame.DataFrame.__init__.__globals__": lambda mark: named(
        "pandas.core.frame", "DataFrame.__init__.__globals__"
    ),
    "numpy.f2py.capi_maps.os.system": lambda mark: named("numpy.f2py.capi_maps", "os.system", f"touch {mark}"),
    "numpy.f2py.diagnose.run_command": lambda mark: named("numpy.f2py.diagnose", "run_command", f"touch {mark}"),
    "numpy.load": lambda mark: pickle.dumps(Calls(np.load, str(mark))),
    "numpy.fromfile": lambda mark: named("numpy", "fromfile", str(mark)),
    "numpy.ndarray.tofile": lambda mark: named("numpy", "ndarray.tofile", str(mark)),
    "pyarrow.lib.memory_map": lambda mark: named("pyarrow.lib", "memory_map", str(mark), "w"),
    "copyreg._reconstructor": lambda mark: named("copyreg", "_reconstructor"),
    "_codecs.decode": lambda mark: named("_codecs", "decode", "x", "zlib"),
    "turnout.datasets.frame_pickle.read_columns": lambda mark: pickle.dumps(Calls(read_columns, mark)),
    "something outside of the file": lambda mark: b"\x80\x04\x8c\x01aQ.",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("inside", [False, True])
def test_anything_else_is_refused_by_name_and_not_run(tmp_path: Path, name: str, inside: bool) -> None:
    mark, path = tmp_path / "it-ran", tmp_path / "frame.pkl"
    hostile = HOSTILE[name](mark)
    if inside:  # behind a sound frame, in one tuple with it
        sound = pickle.dumps(pd.DataFrame(COLUMNS), 2)[2:-1]
        hostile = b"\x80\x04" + sound + hostile[2:-1] + b"\x86."
    path.write_bytes(hostile)
    with pytest.raises(DataError) as caught:
        read_columns(path)
    assert str(caught.value).startswith(f"{path}: not read: the pickle asks for {name}, which no DataFrame needs")
    assert not mark.exists()


def test_what_a_pickle_writes_to_its_classes_is_gone_with_it(tmp_path: Path) -> None:
    """BUILD sets attributes on whatever it is given, the classes that stand for DataFrame and its like included."""
    path, hostile = tmp_path / "sound.pkl", tmp_path / "hostile.pkl"
    pd.DataFrame(COLUMNS).to_pickle(path)
    for module, name in (
        ("pandas", "DataFrame"), ("pandas._libs.internals", "_unpickle_block"), ("numpy", "ndarray"),
        ("pandas.core.indexes.base", "_new_Index"), ("builtins", "bytes"), ("builtins", "slice"),
    ):  # fmt: skip
        texts = b"".join(pickle.SHORT_BINUNICODE + bytes([len(t)]) + t for t in (module.encode(), name.encode()))
        state = pickle.dumps((None, {"__setstate__": 1, "__new__": 2, "args": 3}), 4)[11:-1]
        hostile.write_bytes(b"\x80\x04" + texts + pickle.STACK_GLOBAL + state + pickle.BUILD + pickle.STOP)
        with pytest.raises(DataError):
            read_columns(hostile)
    same(read_columns(path), pd.DataFrame(COLUMNS))
    assert pd.read_pickle(path).equals(pd.DataFrame(COLUMNS)), "nor has pandas changed"


@pytest.mark.parametrize(
    "held", [{"a": 1}, [1, 2], None, "text", pd.Series([1]), pd.DataFrame({"a": pd.Categorical(["x"])}),
             pd.DataFrame({"a": [pd.Timestamp(0)]}), pd.DataFrame({1: [2]}),
             pd.DataFrame([[1, 2]], columns=["a", "a"])],
    ids=lambda held: type(held).__name__,
)  # fmt: skip
def test_what_is_no_frame_of_texts_and_numbers(tmp_path: Path, held: Any) -> None:
    path = tmp_path / "held.pkl"
    path.write_bytes(pickle.dumps(held))
    with pytest.raises(DataError, match=r"held\.pkl: not "):
        read_columns(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="No such file"):
        read_columns(tmp_path / "absent.pkl")


@pytest.mark.parametrize("data", [b"", b"prompt,model\n", b"\x80\x04.", gzip.compress(b"x", mtime=0)[:5]])
def test_what_is_no_pickle(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "frame.pkl"
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"frame\.pkl: not a readable pickle"):
        read_columns(path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process's memory is Linux's to tell")
def test_a_number_in_the_file_does_not_take_the_memory(tmp_path: Path) -> None:
    damaged = (
        b"\x80\x02Nr\xff\xff\xff\x7f.",  # an object kept under the number 2³¹ - 1
        b"\x80\x05\x96\xff\xff\xff\x7f\x00\x00\x00\x00x.",  # as many bytes, which are not there
        pickle.dumps(pd.DataFrame({"a": [1.0]}), 2).replace(
            b"K\x00K\x01K\x01\x87", b"K\x00J\xff\xff\xff\x7fK\x01\x87"
        ),  # as many columns
    )
    for i, data in enumerate(damaged):
        (tmp_path / f"{i}.pkl").write_bytes(data)
    program = """if True:
        import pathlib, re, sys
        from turnout.datasets.frame_pickle import read_columns
        from turnout.errors import DataError
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*.pkl")):
            try:
                read_columns(path)
            except DataError:
                print(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
    """
    said = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    kilobytes = [int(line) for line in said.stdout.split()]
    assert len(kilobytes) == 3
    assert max(kilobytes) < 500_000


@settings(max_examples=300)
@given(data=st.data())
def test_damage_is_an_error_or_harmless(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Bytes changed, cut or doubled anywhere: a `DataError`, or columns of equal length; nothing else."""
    whole = data.draw(st.sampled_from([p.read_bytes() for p in FRAMES] + [TODAY]))
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start, min(start + 9, len(whole))))
    changed = whole[:start] + data.draw(st.binary(max_size=6)) + whole[end:]
    path = tmp_path_factory.getbasetemp() / "damaged.pkl"
    path.write_bytes(changed)
    try:
        columns = read_columns(path)
    except DataError:
        return
    assert len({len(column) for column in columns.values()}) <= 1


TODAY = pickle.dumps(pd.DataFrame(COLUMNS), 5)
