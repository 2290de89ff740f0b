"""Frames that lie on the disk and are read from there as if they were in memory.

In: frames, some rows at a time. Out: one frame of all of them, whose values are those of files mapped into memory. Must
not know what they mean.

The files lie beside the output folder, where space for the output is needed anyway, and have no name: they are gone
when nothing reads them any more, at the latest with the process, however that ends. Values are read when they are
needed and may be dropped at any time (``memory.mapped_pages_go``), so that what a batch holds does not count against
the memory that it may take.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.arrow_memory import FORMATS, Laid, column, string_views
from dedup.memory import mapped_pages_go, may_be_dropped
from dedup.places import Document, text_slices
from dedup.store.folders import told
from dedup.store.nameless import nameless_file, write_all

_VOLUME_BYTES: Final = 1 << 30
"""Bytes of text after which new files are begun: a string is found by 32 bits, and one append must not pass them."""
_ROWS: Final = 4_096
"""Rows of a whole frame that are written at a time."""
_PIECE_BYTES: Final = 1 << 20
"""Bytes of a document that are written at a time."""
_NEEDED: Final = "A run over many articles keeps some 25 kB for each beside its output while it lasts."


class Disk:
    """Where a run lays down what it need not hold in memory.

    Args:
        out: The output folder, beside which files are made when something is first laid down.

    Examples:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     disk = Disk(Path(folder, "out"))
        ...     disk.laid(pl.DataFrame({"row": [3, 7], "text": ["quay", None]})).rows(), os.listdir(folder)
        ([(3, 'quay'), (7, None)], [])
    """

    def __init__(self, out: Path) -> None:
        self._out = out

    def growing(self, schema: pl.Schema) -> Laying:
        """A frame to be laid down some rows at a time.

        Args:
            schema: Its columns. Those of types that cannot be laid down (as lists of a fixed length) stay in memory.
        """
        return Laying(self._out, schema)

    def document(self, pieces: Iterable[bytes]) -> Document:
        """A document, written as it is made and read from the disk.

        Raises:
            OutputError: There is no room, or the folder of the output cannot be written.
        """
        with told(self._out, _NEEDED):
            file = _File(self._out)
            gathered, size = [b""], 0
            for piece in pieces:
                gathered.append(piece)
                size += len(piece)
                if size > _PIECE_BYTES:
                    file.write(b"".join(gathered))
                    gathered, size = [], 0
                    mapped_pages_go()
            file.write(b"".join(gathered))
            return file.mapped() or b""

    def laid(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The same frame, on the disk.

        Raises:
            OutputError: There is no room, or the folder of the output cannot be written.
        """
        growing = self.growing(frame.schema)
        for rows in text_slices(*frame.select(pl.col(pl.String)), n=frame.height, size=_ROWS):
            growing.append(frame[rows])
        return growing.frame()


class Laying:
    """A frame that is being laid down; see ``Disk``."""

    def __init__(self, out: Path, schema: pl.Schema) -> None:
        self._out, self._schema = out, schema
        self._volumes: list[pl.DataFrame] = []
        self._begun: _Volume | None = None

    def append(self, frame: pl.DataFrame) -> None:
        """Lay down more rows.

        Args:
            frame: Columns as in the schema.

        Raises:
            OutputError: There is no room, or the folder of the output cannot be written.
        """
        with told(self._out, _NEEDED):
            self._begun = self._begun or _Volume(self._out, self._schema)
            self._begun.append(frame)
        if self._begun.text_bytes > _VOLUME_BYTES:
            self._end()
        mapped_pages_go()

    def frame(self) -> pl.DataFrame:
        """All rows, in the order in which they came; nothing can be appended any more."""
        self._end()
        mapped_pages_go()
        return pl.concat([self._schema.to_frame(), *self._volumes], rechunk=False)

    def _end(self) -> None:
        if self._begun is not None:
            with told(self._out):
                self._volumes.append(self._begun.frame())
            self._begun = None


class _Volume:
    """Some rows of a frame, a file or two for each column."""

    def __init__(self, out: Path, schema: pl.Schema) -> None:
        self._columns = {name: _writer(dtype, out) for name, dtype in schema.items()}

    @property
    def text_bytes(self) -> int:
        """Bytes of text in the largest column, or the largest part of one."""
        return max((one.text_bytes for one in self._columns.values()), default=0)

    def append(self, frame: pl.DataFrame) -> None:
        for name, writer in self._columns.items():
            writer.append(frame[name])

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame([writer.series(name) for name, writer in self._columns.items()])


def _writer(dtype: pl.DataType, out: Path) -> _Held | _Writer:
    return _laid_writer(dtype, out) if _can_be_laid(dtype) else _Held(dtype)


def _can_be_laid(dtype: Any) -> bool:
    if isinstance(dtype, pl.List):
        return _can_be_laid(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return all(_can_be_laid(one.dtype) for one in dtype.fields)
    return dtype == pl.String or _as_numbers(dtype) in FORMATS


def _laid_writer(dtype: Any, out: Path) -> _Writer:
    if isinstance(dtype, pl.List):
        return _Lists(dtype, out)
    if isinstance(dtype, pl.Struct):
        return _Structs(dtype, out)
    return _Strings(dtype, out) if dtype == pl.String else _Numbers(dtype, out)


def _as_numbers(dtype: Any) -> Any:
    """The type that a column is laid down as: names of an Enum by their places in it."""
    if isinstance(dtype, pl.List):
        return pl.List(_as_numbers(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pl.Struct({one.name: _as_numbers(one.dtype) for one in dtype.fields})
    if isinstance(dtype, pl.Enum):
        return pl.Series([], dtype=dtype).to_physical().dtype
    return pl.UInt8() if dtype == pl.Boolean else dtype


def _named(laid: pl.Expr, dtype: Any) -> pl.Expr:
    """What was laid down as numbers, as what it is; Polars gives the numbers another name and copies nothing else."""
    if isinstance(dtype, pl.List):
        return laid.list.eval(_named(pl.element(), dtype.inner)) if _has_names(dtype) else laid
    if isinstance(dtype, pl.Struct):
        fields = [_named(pl.field(one.name), one.dtype) for one in dtype.fields if _has_names(one.dtype)]
        return laid.struct.with_fields(*fields) if fields else laid
    if isinstance(dtype, pl.Enum):
        return laid.cat.to(dtype)
    return laid.cast(dtype) if dtype == pl.Boolean else laid


def _has_names(dtype: Any) -> bool:
    if isinstance(dtype, pl.List):
        return _has_names(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return any(_has_names(one.dtype) for one in dtype.fields)
    return dtype == pl.Boolean or isinstance(dtype, pl.Enum)


class _Held:
    """A column that stays in memory."""

    text_bytes = 0

    def __init__(self, dtype: pl.DataType) -> None:
        self._parts = [pl.Series([], dtype=dtype)]

    def append(self, series: pl.Series) -> None:
        self._parts.append(series)

    def series(self, name: str) -> pl.Series:
        return pl.concat([part.alias(name) for part in self._parts], rechunk=True)


class _Writer:
    """A column that is written as Arrow lays it out."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        self.length = 0
        self._before = 0
        """Rows appended before the first that holds nothing came; ``_valid`` is about those from then on."""
        self._valid: list[npt.NDArray[np.bool_]] = []

    @property
    def text_bytes(self) -> int:
        """Bytes in the largest of its files of strings."""
        return 0

    def append(self, series: pl.Series) -> None:
        """Write more rows."""
        if self._valid or series.null_count():
            self._valid.append(series.is_not_null().to_numpy())
        else:
            self._before += len(series)
        self._write(series)
        self.length += len(series)

    def _write(self, series: pl.Series) -> None:
        raise NotImplementedError

    def series(self, name: str) -> pl.Series:
        """The column, read from the disk."""
        return column(name, self.laid()).to_frame().select(_named(pl.col(name), self.dtype))[name]

    def laid(self) -> Laid:
        """Its arrays."""
        valid = np.concatenate([np.ones(self._before, np.bool_), *self._valid]) if self._valid else None
        return Laid(_as_numbers(self.dtype), self.length, self._buffers(), self._children(), valid)

    def _buffers(self) -> Sequence[npt.NDArray[Any]]:
        return []

    def _children(self) -> Sequence[Laid]:
        return []


class _Numbers(_Writer):
    def __init__(self, dtype: Any, out: Path) -> None:
        super().__init__(dtype)
        self._values = _File(out)

    def _write(self, series: pl.Series) -> None:
        # Polars does not say what stands where nothing is; the same always, so that files can be compared.
        numbers = series.cast(pl.UInt8) if self.dtype == pl.Boolean else series.to_physical()
        self._values.write(numbers.fill_null(0).to_numpy())

    def _buffers(self) -> Sequence[npt.NDArray[Any]]:
        kind = pl.Series([], dtype=_as_numbers(self.dtype)).to_physical().to_numpy().dtype
        return [self._values.read(kind)]


class _Strings(_Writer):
    def __init__(self, dtype: Any, out: Path) -> None:
        super().__init__(dtype)
        self._views = _File(out)
        self._bytes = _File(out)

    @property
    def text_bytes(self) -> int:
        return self._bytes.size

    def _write(self, series: pl.Series) -> None:
        for rows in text_slices(series):  # as Python has them they take their size twice more
            some = series[rows]
            data = b"".join(some.drop_nulls().cast(pl.Binary).to_list())
            self._views.write(string_views(data, some.str.len_bytes().fill_null(0).to_numpy(), self._bytes.size))
            self._bytes.write(data)

    def _buffers(self) -> Sequence[npt.NDArray[Any]]:
        return [self._views.read(np.dtype(np.uint32)), self._bytes.read(np.dtype(np.uint8))]


class _Lists(_Writer):
    """Lists: where each ends stands in a file of its own."""

    def __init__(self, dtype: Any, out: Path) -> None:
        super().__init__(dtype)
        self._ends = _File(out)
        self._ends.write(np.zeros(1, np.int64))
        self._items = _laid_writer(dtype.inner, out)

    @property
    def text_bytes(self) -> int:
        return self._items.text_bytes

    def _write(self, series: pl.Series) -> None:
        ends = series.list.len().fill_null(0).to_numpy().astype(np.int64).cumsum() + self._items.length
        self._items.append(series.explode(empty_as_null=False, keep_nulls=False))
        self._ends.write(ends)

    def _buffers(self) -> Sequence[npt.NDArray[Any]]:
        return [self._ends.read(np.dtype(np.int64))]

    def _children(self) -> Sequence[Laid]:
        return [self._items.laid()]


class _Structs(_Writer):
    def __init__(self, dtype: Any, out: Path) -> None:
        super().__init__(dtype)
        self._fields = {one.name: _laid_writer(one.dtype, out) for one in dtype.fields}

    @property
    def text_bytes(self) -> int:
        return max((writer.text_bytes for writer in self._fields.values()), default=0)

    def _write(self, series: pl.Series) -> None:
        for name, writer in self._fields.items():
            writer.append(series.struct.field(name))

    def _children(self) -> Sequence[Laid]:
        return [writer.laid() for writer in self._fields.values()]


class _File:
    """A file without a name that is written from its beginning and then read as one array.

    Attributes:
        size: Bytes written.
    """

    def __init__(self, out: Path) -> None:
        self._file = nameless_file(out)
        self.size = 0

    def write(self, values: npt.NDArray[Any] | bytes) -> None:
        data = values if isinstance(values, bytes) else values.tobytes()
        self.size += len(data)
        write_all(self._file, data)

    def read(self, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
        """What was written; nothing can be written any more."""
        mapped = self.mapped()
        return np.empty(0, dtype) if mapped is None else np.frombuffer(mapped, dtype)

    def mapped(self) -> mmap.mmap | None:
        """The same, as it is; None if nothing was written."""
        with self._file:
            if not self.size:
                return None
            mapped = mmap.mmap(self._file.fileno(), self.size, access=mmap.ACCESS_READ)
        may_be_dropped(mapped)
        return mapped
