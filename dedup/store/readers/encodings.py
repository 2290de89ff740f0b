"""Texts in UTF-16 and UTF-32, which some tools still write.

In: an open file. Out: the same as UTF-8, if its first bytes leave no doubt of a wide encoding; else as it is. Must not
know any format.
"""

from __future__ import annotations

import codecs
import io
from typing import IO, TYPE_CHECKING, Any

from dedup.store.readers.streams import HEAD_BYTES

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_STEP = 1 << 16
_BUFFER = 1 << 20
_NO_CHARACTER = "\ud800"
"""Stands for what is no character of a wide encoding: half of one in UTF-16, and nothing that UTF-8 can say."""
_KEPT = "dedup.no_character"


def as_utf8(stream: IO[bytes]) -> io.BufferedReader:
    r"""A text as UTF-8.

    Args:
        stream: A text from its beginning.

    Returns:
        A buffered stream of the same text; a byte order mark becomes that of UTF-8. Where a wide text has a code that
        is no character, or ends within one, stand bytes that are not UTF-8: so much of it as they are in is rejected.

    Examples:
        >>> as_utf8(io.BytesIO("It rained.".encode("utf-16"))).read()
        b'\xef\xbb\xbfIt rained.'
        >>> as_utf8(io.BytesIO(b"It rained.")).read()
        b'It rained.'
        >>> as_utf8(io.BytesIO("It rained.".encode("utf-16")[:-1])).read()
        b'\xef\xbb\xbfIt rained\xed\xa0\x80'
    """
    head = b""
    while len(head) < HEAD_BYTES and (part := stream.read(HEAD_BYTES - len(head))):
        head += part
    name = encoding_of(head)
    return io.BufferedReader(Joined(head, stream) if name is None else _Wide(head, stream, name), _BUFFER)


def head_as_utf8(head: bytes) -> bytes:
    """The first bytes of a text as they are in UTF-8, as far as they can be told."""
    name = encoding_of(head)
    return head if name is None else head.decode(name, "replace").encode("utf-8", "replace")


def encoding_of(head: bytes) -> str | None:
    """The name of the wide encoding in which a text begins, None if it is none.

    Examples:
        >>> encoding_of("It rained.".encode("utf-32")), encoding_of("Шёл дождь.".encode()), encoding_of(b"")
        ('utf-32-le', None, None)
    """
    for mark, name in (
        *((b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be")),
        *((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")),
    ):
        if head.startswith(mark):
            return name
    # Without a mark: in Latin script, markup and JSON most code units are a letter beside one or three zero bytes.
    whole = head[: len(head) // 4 * 4][:1024]
    if len(whole) < 8 or whole.count(0) * 3 < len(whole):
        return None
    zeros = [whole[place::4].count(0) * 4 / len(whole) for place in range(4)]
    for name, pattern in (
        *(("utf-32-le", (0, 1, 1, 1)), ("utf-32-be", (1, 1, 1, 0))),
        *(("utf-16-le", (0, 1, 0, 1)), ("utf-16-be", (1, 0, 1, 0))),
    ):
        if all(abs(share - zero) < 0.3 for share, zero in zip(zeros, pattern, strict=True)):
            return name
    return None


class Joined(io.RawIOBase):
    """Bytes that were taken from a stream, and then the stream."""

    def __init__(self, taken: bytes, stream: IO[bytes]) -> None:
        self._taken, self._stream = io.BytesIO(taken), stream

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """What was taken first."""
        if n := self._taken.readinto(buffer):
            return n
        view = memoryview(buffer)
        data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)


class _Wide(io.RawIOBase):
    """A wide text as UTF-8, a little at a time."""

    def __init__(self, taken: bytes, stream: IO[bytes], name: str) -> None:
        self._taken, self._stream = taken, stream
        self._decoder: Any = codecs.getincrementaldecoder(name)(_KEPT)
        self._output = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        while not self._output and not self._ended:
            data, self._taken = self._taken or self._stream.read(_STEP), b""
            self._ended = not data
            self._output = self._decoder.decode(data, self._ended).encode("utf-8", "surrogatepass")
        n = min(len(view), len(self._output))
        view[:n], self._output = self._output[:n], self._output[n:]
        return n


def _kept(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _NO_CHARACTER, error.end


codecs.register_error(_KEPT, _kept)
