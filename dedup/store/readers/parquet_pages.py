"""What a Parquet file will become when it is read, told from its own headers without reading it.

In: an open file. Out: rows and bytes of each row group, as its page headers promise. Must not know which columns matter
nor decode any value.

A library reserves what a page header asks for, and ends the process if that cannot be had: a file of a few kilobytes
may ask for terabytes. So the headers are walked first; they are Thrift, compact protocol
(parquet-format, parquet.thrift).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Any, Final

MAGIC: Final = b"PAR1"
MAX_FOOTER_BYTES: Final = 256 << 20
MAX_HEADER_BYTES: Final = 64 << 10
"""A page header is a few dozen bytes; with the statistics of a large value it may be some kilobytes."""

MAX_DEPTH: Final = 32


class DamagedError(ValueError):
    """The headers are no headers; the text says what is wrong."""


@dataclass(frozen=True)
class RowGroup:
    """A part of the rows.

    Args:
        n_rows: Its rows.
        n_bytes: Bytes of its pages when they are decompressed.
        n_values: Values of its longest column, as its pages count them.
    """

    n_rows: int
    n_bytes: int
    n_values: int


def row_groups(stream: IO[bytes]) -> list[RowGroup]:
    """Walk all headers of a file.

    Args:
        stream: The file; it can seek.

    Returns:
        Its row groups in order.

    Raises:
        DamagedError: It is no Parquet file, or one whose headers contradict it.
    """
    size = stream.seek(0, 2)
    if size < 12:
        raise DamagedError("it is too short")
    stream.seek(size - 8)
    tail = stream.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length > min(size - 8, MAX_FOOTER_BYTES):
        raise DamagedError("it does not end as Parquet does")
    stream.seek(size - 8 - length)
    footer = _Thrift(stream.read(length)).struct()
    return [_row_group(group, stream, size) for group in _items(footer.get(4))]


def _row_group(group: dict[int, Any], stream: IO[bytes], size: int) -> RowGroup:
    n_rows, n_bytes, n_values = _whole(group.get(3)), 0, 0
    for column in _items(group.get(1)):
        described = column.get(3)
        if not isinstance(described, dict):
            raise DamagedError("a column is not described")
        starts = [_whole(described[field]) for field in (9, 11) if described.get(field)]
        if not starts:
            raise DamagedError("a column has no pages")
        found_bytes, found_values = _pages(stream, min(starts), _whole(described.get(7)), size)
        n_bytes, n_values = n_bytes + found_bytes, max(n_values, found_values)
    return RowGroup(n_rows, n_bytes, n_values)


def _pages(stream: IO[bytes], start: int, length: int, size: int) -> tuple[int, int]:
    """Bytes and values of the pages of one column."""
    end = start + length
    if end > size:
        raise DamagedError("a column lies behind the end of the file")
    n_bytes = n_values = 0
    while start < end:
        stream.seek(start)
        reader = _Thrift(stream.read(min(MAX_HEADER_BYTES, end - start)))
        header = reader.struct()
        compressed = _whole(header.get(3))
        n_bytes += _whole(header.get(2))
        for field in (5, 8):  # data pages; a dictionary's values are counted by its bytes
            page = header.get(field)
            n_values += _whole(page.get(1)) if isinstance(page, dict) else 0
        start += reader.place + compressed
    return n_bytes, n_values


def _items(value: object) -> list[dict[int, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise DamagedError("a list is missing in its headers")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise DamagedError("a size is missing or negative in its headers")
    return value


class _Thrift:
    """Reads structs of the compact protocol: field number to value; nothing is trusted."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0
        self._depth = 0

    def struct(self) -> dict[int, Any]:
        """The struct at this place."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise DamagedError("its headers are nested too deep")
        fields: dict[int, Any] = {}
        number = 0
        while (head := self._byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            kind = head & 15
            fields[number] = (kind == 1) if kind in (1, 2) else self._value(kind)
        self._depth -= 1
        return fields

    def _value(self, kind: int) -> Any:
        if kind in (1, 2, 3):
            return self._byte()
        if kind in (4, 5, 6):
            return self._zigzag()
        if kind == 7:
            return self._take(8)
        if kind == 8:
            return self._take(self._varint())
        if kind in (9, 10):
            head = self._byte()
            length = self._varint() if head >> 4 == 15 else head >> 4
            if length > len(self._data) - self.place:
                raise DamagedError("a list in its headers is longer than they are")
            return [self.struct() if head & 15 == 12 else self._value(head & 15) for _ in range(length)]
        if kind == 11:
            length = self._varint()
            if length > len(self._data) - self.place:
                raise DamagedError("a map in its headers is longer than they are")
            kinds = self._byte() if length else 0
            return [(self._value(kinds >> 4), self._value(kinds & 15)) for _ in range(length)]
        if kind == 12:
            return self.struct()
        raise DamagedError("its headers have a field of no known kind")

    def _byte(self) -> int:
        if self.place >= len(self._data):
            raise DamagedError("its headers end early")
        self.place += 1
        return self._data[self.place - 1]

    def _take(self, length: int) -> bytes:
        if length > len(self._data) - self.place:
            raise DamagedError("its headers end early")
        self.place += length
        return self._data[self.place - length : self.place]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 63:
                raise DamagedError("a number in its headers is too long")

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
