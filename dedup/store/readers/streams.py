"""Opening what may be compressed, endless, or a bomb.

In: a file, or standard input. Out: its plain bytes as a stream that stops before it fills the memory or the day. Must
not know any format.

Compression is told by the first bytes, not by the name alone: a ``.jsonl`` that is gzip inside is read as gzip.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Final, cast

from dedup.config import InputConfig
from dedup.store.addresses import STANDARD_INPUT
from dedup.store.files import SourceFile, is_of_system
from dedup.store.readers.packages import needed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = (b"\x28\xb5\x2f\xfd", *(bytes((first, 0x2A, 0x4D, 0x18)) for first in range(0x50, 0x60)))
"""The first bytes of a frame of data, and of the frames of anything else that may stand before it."""

COMPRESSIONS: Final[Mapping[str, bytes | tuple[bytes, ...]]] = {".gz": GZIP, ".zst": ZSTD}
"""Ending to the first bytes of what it promises."""

HEAD_BYTES: Final = 4096
"""What a format is told by."""

FREE_BYTES: Final = 32_000_000
"""So much may come out of any file, however small: a short text repeated compresses a thousandfold, and is no bomb."""

ZSTD_STEP: Final = 1024
"""Bytes of Zstandard handed to the decoder at a time: more could become more than 64 MB at once."""

ZSTD_WINDOW: Final = 1 << 27
"""Largest memory a frame may ask for; what ``zstd --long=27`` needs, and the default limit of that tool."""


class LimitReachedError(Exception):
    """A file met a limit on the way, or holds what is never read; its text is the reason, as ``code: sentence``."""


def over(what: str, setting: str, config: InputConfig) -> str:
    """A reason that names the limit that was met, what met it, and how to raise it.

    Args:
        what: Code and what met the limit.
        setting: Name of the limit below ``input``.
        config: Has its value.

    Examples:
        >>> over("too_large: 2,000 bytes of text", "max_article_bytes", InputConfig(max_article_bytes=1_000))
        'too_large: 2,000 bytes of text, input.max_article_bytes allows 1,000 (to raise it: --set \
input.max_article_bytes=NUMBER)'
    """
    limit = getattr(config, setting)
    return f"{what}, input.{setting} allows {limit:,} (to raise it: --set input.{setting}=NUMBER)"


def open_bytes(file: SourceFile, config: InputConfig, *, up_to_damage: bool = False) -> IO[bytes]:
    """Open a file for reading, through gzip or Zstandard if it is compressed.

    Args:
        file: The file, or standard input.
        config: ``max_expansion`` limits what may come out of a compressed one.
        up_to_damage: Whether damaged compression ends the stream, and is raised as OSError by leaving its ``with``. For
            formats that tell a record from the beginning of one: elsewhere half an article would pass for a whole.

    Returns:
        A buffered stream. Reading it may raise OSError, EOFError, ``zlib.error``, or ``LimitReachedError`` where more
        comes out than is allowed.

    Raises:
        OSError: It cannot be opened, or is named as compressed and is not.
        InputError: It is compressed by Zstandard, and the package for that is not installed.
    """
    source = _open_raw(file)
    try:
        start = source.peek(4)[:4]
        _check_start(start, file)
        counted = _Counted(source)
        if start.startswith(GZIP):
            plain = cast("IO[bytes]", gzip.GzipFile(fileobj=cast("Any", counted)))
        elif start.startswith(ZSTD):
            zstandard = needed("zstandard", where=file.origin, what="files of Zstandard")
            plain = io.BufferedReader(_Zstd(counted, zstandard))
        else:
            return source
        return _Buffered(_Expanding(plain, counted, config, up_to_damage=up_to_damage), 1 << 16)
    except BaseException:
        source.close()
        raise


def read_head(file: SourceFile) -> SourceFile:
    """Take the first bytes of standard input, keeping them; another file stays as it is.

    Returns:
        The file, with ``head`` filled where it cannot be read twice.
    """
    if file.path != STANDARD_INPUT or file.head:
        return file
    with open(0, "rb", closefd=False, buffering=0) as stream:
        head = b""
        while len(head) < HEAD_BYTES and (part := stream.read(HEAD_BYTES - len(head))):
            head += part
    return SourceFile(file.origin, file.path, file.named, file.table, head)


def plain_head(file: SourceFile) -> bytes:
    """The first bytes of a file as they are inside, empty where they cannot be told.

    Raises:
        OSError: The file cannot be read.
    """
    with io.BytesIO(file.head) if file.path == STANDARD_INPUT else file.path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        if head.startswith(ZSTD):
            stream.seek(0)
            return _head_of_zstd(stream, file)
    if head.startswith(GZIP):
        try:
            return zlib.decompressobj(31).decompress(head, HEAD_BYTES)
        except zlib.error:
            return b""
    return head


def _head_of_zstd(stream: IO[bytes], file: SourceFile) -> bytes:
    zstandard = needed("zstandard", where=file.origin, what="files of Zstandard")
    try:
        return _Zstd(_Counted(stream), zstandard).read(HEAD_BYTES) or b""
    except (OSError, EOFError):
        return b""


def plain_name(name: str) -> str:
    """A file's name without an ending that only says how it is compressed, in lower case.

    Examples:
        >>> plain_name("News.JSONL.gz"), plain_name("a.zst"), plain_name("gz")
        ('news.jsonl', 'a', 'gz')
    """
    name = name.lower()
    for ending in COMPRESSIONS:
        name = name.removesuffix(ending)
    return name


def read_whole(file: SourceFile, config: InputConfig) -> bytes:
    """Read a file that has to be looked at as a whole.

    Raises:
        LimitReachedError: It is larger than ``max_record_bytes``, or a bomb.
        OSError, EOFError, zlib.error: It cannot be read.
    """
    with open_bytes(file, config) as stream, whole_or_nothing():
        data = stream.read(config.max_record_bytes + 1)
    if len(data) > config.max_record_bytes:
        raise LimitReachedError(over("too_large: a file that has to be read as a whole", "max_record_bytes", config))
    return data


@contextmanager
def whole_or_nothing() -> Iterator[None]:
    """Say, where compression turns out to be damaged, that a part of what is one article was not taken for it."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        if is_of_system(error):
            raise
        raise OSError(f"{error}; nothing of it was taken, since a part would pass for the whole") from error


def damage_of(stream: IO[bytes]) -> OSError | None:
    """The damage for which a stream, of ``open_bytes`` up to it, has ended."""
    return stream.damage if isinstance(stream, _Buffered) else None


def _check_start(start: bytes, file: SourceFile) -> None:
    expected = COMPRESSIONS.get(file.path.suffix.lower())
    if start and expected and not start.startswith(expected):
        raise OSError(f"it is named {file.path.suffix} and is not compressed that way")


def _open_raw(file: SourceFile) -> io.BufferedReader:
    if file.path == STANDARD_INPUT:
        return io.BufferedReader(_StandardInput(file.head), 1 << 16)
    return file.path.open("rb")


def _decoder(zstandard: Any) -> Any:
    return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()


class _StandardInput(io.RawIOBase):
    """Standard input, what was taken from it first."""

    def __init__(self, head: bytes) -> None:
        self._head = io.BytesIO(head)
        self._rest = open(0, "rb", closefd=False, buffering=0)  # noqa: SIM115 - closed in close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        return self._head.readinto(buffer) or self._rest.readinto(buffer) or 0

    def close(self) -> None:
        self._rest.close()
        super().close()


class _Zstd(io.RawIOBase):
    """What is inside frames of Zstandard, a little at a time; an early end is an error, as in gzip."""

    def __init__(self, source: _Counted, zstandard: Any) -> None:
        self._source, self._zstandard = source, zstandard
        self._frame: Any = None
        self._input = self._output = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        while not self._output:
            self._input = self._input or self._source.read(ZSTD_STEP)
            if not self._input:
                if self._frame is not None:
                    raise EOFError("Compressed file ended before the end of a frame was reached")
                return 0
            self._frame = self._frame or _decoder(self._zstandard)
            try:
                self._output, self._input = self._frame.decompress(self._input), b""
            except self._zstandard.ZstdError as error:
                raise OSError(f"damaged Zstandard ({error})") from None
            if self._frame.eof:
                self._input, self._frame = self._frame.unused_data, None
        n = min(len(view), len(self._output))
        view[:n], self._output = self._output[:n], self._output[n:]
        return n


class _Counted:
    """A stream that knows how much was read from it, pipes included."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.n_read = 0

    def read(self, size: int = -1, /) -> bytes:
        """Read like the stream itself."""
        data = self._source.read(size)
        self.n_read += len(data)
        return data

    def close(self) -> None:
        """Close the stream itself."""
        self._source.close()


class _Expanding(io.RawIOBase):
    """What is inside a compressed stream, as long as it stays in proportion."""

    def __init__(self, plain: Any, source: _Counted, config: InputConfig, *, up_to_damage: bool) -> None:
        # Of what it has when the damage comes read() gives nothing.
        self._read, self._source, self._config = plain.read1 if up_to_damage else plain.read, source, config
        self._up_to_damage = up_to_damage
        self._n_out = 0
        self.damage: OSError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self.damage:
            return 0
        view = memoryview(buffer)
        try:
            data = self._read(len(view))
        except (OSError, EOFError, zlib.error) as error:
            if is_of_system(error) or not (self._up_to_damage and self._n_out):
                raise
            self.damage = OSError(f"{error}; what stands before that, {self._n_out:,} bytes, was read")
            return 0
        view[: len(data)] = data
        self._n_out += len(data)
        if self._n_out > FREE_BYTES and self._n_out > self._config.max_expansion * self._source.n_read:
            what = f"expands_too_far: {self._n_out:,} bytes came out of {self._source.n_read:,}"
            raise LimitReachedError(over(what, "max_expansion", self._config))
        return len(data)

    def close(self) -> None:
        self._source.close()
        super().close()


class _Buffered(io.BufferedReader):
    """A compressed stream that tells its damage to whoever leaves it, lest the rest be taken for the whole."""

    def __init__(self, inside: _Expanding, size: int) -> None:
        super().__init__(inside, size)
        self._inside = inside

    @property
    def damage(self) -> OSError | None:
        """What it has ended for."""
        return self._inside.damage

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        super().__exit__(kind, error, trace)
        if kind is None and self._inside.damage:
            raise self._inside.damage
