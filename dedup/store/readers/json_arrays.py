r"""The elements of a JSON array, one after the other, however long the array is.

In: a stream of bytes whose first character is ``[``. Out: the bytes of each element. Must not know what an element is:
only where strings and brackets begin and end, which is why half a gigabyte needs no more memory than its largest
element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Final

CHUNK_BYTES: Final = 1 << 20

_OUTSIDE = re.compile(rb'["\[\]{},]')
_INSIDE = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)


class _Scan:
    """Where the elements of an array begin and end, fed in pieces."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: list[bytes] = []
        self._size = 0
        self._depth = 0
        self._in_string = False
        self.ended = False
        self.rest = b""

    def feed(self, data: bytes) -> Iterator[bytes | int]:
        """Take a piece, give what ends in it: an element, its size if it is too large."""
        place = start = 0
        while place < len(data):
            if self._in_string:
                inside = _INSIDE.match(data, place)
                place = inside.end() if inside else place
                if place >= len(data) or data[place : place + 1] == b"\\":
                    break  # A backslash that ends the piece belongs to what comes next.
                self._in_string, place = False, place + 1
                continue
            found = _OUTSIDE.search(data, place)
            if not found:
                place = len(data)
                break
            mark, place = found.group(), found.end()
            if mark == b'"':
                self._in_string = True
            elif mark in b"[{":
                self._depth += 1
                if self._depth == 1:
                    start = place
            elif mark in b"]}":
                self._depth -= 1
                if self._depth == 0:
                    self.ended, self.rest = True, data[place:]
                    yield self._end(data[start : place - 1])
                    return
            elif self._depth == 1:
                yield self._end(data[start : place - 1])
                start = place
        self._keep(data[start:place])
        self.rest = data[place:]

    def finish(self) -> bytes | int:
        """What was begun and never ended."""
        return self._end(self.rest)

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size <= self._max_bytes:
            self._kept.append(data)
        else:
            self._kept.clear()

    def _end(self, data: bytes) -> bytes | int:
        self._keep(data)
        whole, size = b"".join(self._kept).strip(), self._size
        self._kept, self._size = [], 0
        return size if size > self._max_bytes else whole


def elements(stream: IO[bytes], max_bytes: int, *, chunk_bytes: int = CHUNK_BYTES) -> Iterator[bytes | int | str]:
    """Split an array into its elements.

    Args:
        stream: Begins with the array, perhaps after blanks.
        max_bytes: Largest element that is held.
        chunk_bytes: How much is read at a time. Does not change the result.

    Returns:
        For every element its bytes, or its size in bytes where it is too large; at last, where the array does not end
        as it should, the reason. An element may be anything between two commas: whether it is JSON is not judged.

    Examples:
        >>> import io
        >>> [*elements(io.BytesIO(b'[{"a": "[,]"}, 7 , [1, 2]]'), 100)]
        [b'{"a": "[,]"}', b'7', b'[1, 2]']
        >>> [*elements(io.BytesIO(b"[1, 22222, 3"), 5)]
        [b'1', 6, b'3', 'not_json: the array has no end']
    """
    scan = _Scan(max_bytes)
    n_given = 0
    while chunk := stream.read(chunk_bytes):
        for element in scan.feed(scan.rest + chunk):
            is_nothing = element == b"" and scan.ended and not n_given  # "[]"
            n_given += 1
            yield from () if is_nothing else (element,)
        if scan.ended:
            if scan.rest.strip() or stream.read(chunk_bytes).strip():
                yield "not_json: there is something after the end of the array"
            return
    last = scan.finish()
    yield from (last,) if last else ()
    yield "not_json: the array has no end"
