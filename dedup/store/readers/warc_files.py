"""Web archives: one fetched page, one article.

In: ``.warc`` files, mostly gzipped, such as those of CC-NEWS. Out: the articles on the HTML pages among their
responses. Must not know how a page is read.

The archive is decompressed here, under the limits of ``streams``, and only then given to warcio.

A record that is damaged, or whose length is wrong, costs itself: reading goes on where the next one begins,
looked for from where the headers of the damaged one end, so that a record which a wrong length swallowed is found, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import IO, Any, Final

from dedup.config import InputConfig
from dedup.store.addresses import STANDARD_INPUT
from dedup.store.files import SourceFile
from dedup.store.readers.batch import Batch, Gathering, each_file
from dedup.store.readers.html_files import fields_of, host_of, read_page
from dedup.store.readers.packages import needed
from dedup.store.readers.streams import LimitReachedError, damage_of, open_bytes, over

PAGES: Final = ("text/html", "application/xhtml+xml")
FETCHED: Final = ("response", "resource")
MAX_DAMAGED: Final = 100
"""Damaged records of an archive behind which reading goes on; for each of them it is opened again."""
_BEGINNING: Final = re.compile(rb"WARC/\d\.\d{1,2}\r?\n")
_BEGINNING_BYTES: Final = 12
_LINE_BYTES: Final = 1 << 16


def read_file(file: SourceFile, config: InputConfig) -> Iterator[Batch]:
    """Read one archive.

    The id is the address that was fetched, the outlet its host. Where a page does not say when it was published, the
    time of the fetch stands in and the article is noted as ``crawl_time``: it is never earlier than the publication,
    and for a crawler of news seldom much later.

    Args:
        file: The file.
        config: ``max_record_bytes`` limits a page, after its own compression is undone, too.

    Returns:
        Batches with places ``file:record``, records counted from 1. Pages without main text (``empty_text``), too large
        or damaged ones are rejections. Records that are no pages (requests, pictures, redirects, errors of the server)
        are one row for each kind, ``not_articles``, with their number.

    Raises:
        InputError: warcio or trafilatura is not installed.
        OSError: The file cannot be read, or what follows the records given is damaged.
    """
    archives = needed("warcio.archiveiterator", where=file.origin, what="web archives")
    errors = needed("warcio.exceptions", where=file.origin, what="web archives")
    needed("trafilatura", where=file.origin, what="web archives")
    # The last ones are what warcio makes of records that are damaged in ways it does not expect.
    faults = (errors.ArchiveLoadFailed, ValueError, AttributeError, TypeError, IndexError, OverflowError)
    reading = _Reading(file, config, archives.ArchiveIterator, faults)
    start: int | None = 0
    while start is not None:
        start = yield from reading.records(start)
    for kind, count in sorted(reading.passed.items()):
        reading.gathering.reject(file.origin, f"not_articles: {count:,} {kind}")
    if not (reading.number or reading.damage):
        reading.gathering.reject(file.origin, "empty_file: an archive without records")
    yield reading.gathering.batch()
    if reading.damage:
        raise reading.damage


read = each_file(read_file)


class _Reading:
    """An archive on its way, from one damaged record to the next.

    Args:
        file: The file.
        config: Its limits.
        iterator: What tells records apart.
        faults: What that raises where it cannot.
    """

    def __init__(
        self, file: SourceFile, config: InputConfig, iterator: Any, faults: tuple[type[Exception], ...]
    ) -> None:
        self.file, self.config = file, config
        self.gathering = Gathering()
        self.passed: Counter[str] = Counter()
        self.number = 0
        self.damage: OSError | None = None
        self._iterator, self._faults, self._n_damaged = iterator, faults, 0

    def records(self, start: int) -> Generator[Batch, None, int | None]:
        """Read records from a place on.

        Args:
            start: Offset in the plain bytes: 0, or within a damaged record.

        Returns:
            Where to go on behind a damaged record; None at the end.
        """
        # Not left as others leave it: its damage may lie far behind the damaged record from which reading begins again.
        with closing(open_bytes(self.file, self.config, up_to_damage=True)) as stream:
            plain = _Plain(stream)
            try:
                if start and not plain.seek_record(start):
                    return None
                found = self._iterator(plain)
                found.INC_RECORD = ""  # its way to complain, on stderr
                try:
                    for record in found:
                        self.number += 1
                        behind = plain.n_read - found.reader.rem_length()
                        if self._is_damaged(record, found):
                            return self._damaged(
                                "this record has no or a wrong length, or the archive ends in it", behind
                            )
                        if self.gathering.is_full:
                            yield self.gathering.batch()
                except self._faults as error:
                    self.number += 1
                    behind = plain.n_read - (found.reader.rem_length() if found.reader else 0)
                    # The line it stumbled over may end with the beginning of the next record.
                    stumbled = found.next_line or b""
                    begins = _BEGINNING.search(stumbled, 1)
                    behind -= len(stumbled) - begins.start() if begins else 0
                    failed = isinstance(error, self._faults[0])
                    what = f"no record of an archive ({error})" if failed else "a header is missing or makes no sense"
                    return self._damaged(what, max(behind, start + 1))
            except LimitReachedError as error:
                self.gathering.reject(f"{self.file.origin}:{self.number + 1}", str(error))
            finally:
                self.damage = damage_of(stream)
        return None

    def _is_damaged(self, record: Any, found: Any) -> bool:
        """Read a record to its end; take what is in it, unless some of it is missing or its length is wrong."""
        if not (record.rec_headers.get_header("Content-Length") or "").strip().isdigit():
            return True
        kind = _passed_over(record)
        data = b"" if kind else record.content_stream().read(self.config.max_record_bytes + 1)
        while record.raw_stream.read(1 << 16):
            pass
        before = found.err_count
        found.read_to_end()
        if int(getattr(record.raw_stream, "limit", 0)) > 0 or found.err_count > before:
            return True
        if kind:
            self.passed[kind] += 1
        else:
            _read_record(record, data, f"{self.file.origin}:{self.number}", self.config, self.gathering)
        return False

    def _damaged(self, what: str, behind: int) -> int | None:
        """Note a damaged record; returns where to look for the next one, None where nothing more can be read."""
        self._n_damaged += 1
        ended = self.file.path == STANDARD_INPUT or self._n_damaged > MAX_DAMAGED
        reason = f"damaged: {what}" + ("; what follows it is not read" if ended else "")
        self.gathering.reject(f"{self.file.origin}:{self.number}", reason)
        return None if ended else behind


class _Plain:
    """The plain bytes of an archive, and how many of them were read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._line = b""
        self.n_read = 0

    def read(self, size: int = -1, /) -> bytes:
        """Read like the stream itself."""
        data = self._line or self._stream.read(size)
        self._line = b""
        self.n_read += len(data)
        return data

    def seek_record(self, start: int) -> bool:
        """Go to where, from an offset on, a record begins; False if none does."""
        while self.n_read < start:
            part = self._stream.read(min(1 << 20, start - self.n_read))
            if not part:
                return False
            self.n_read += len(part)
        kept = b""
        while part := self._stream.readline(_LINE_BYTES):
            # What is damaged may end without a line's end, so a record can begin anywhere in a line.
            line = kept + part
            if found := _BEGINNING.search(line):
                self._line = line[found.start() :]
                self.n_read += found.start()
                return True
            kept = b"" if line.endswith(b"\n") else line[-_BEGINNING_BYTES:]
            self.n_read += len(line) - len(kept)
        return False


def _passed_over(record: Any) -> str | None:
    """What kind of record this is if it is no page."""
    if record.rec_type not in FETCHED:
        return "records about the fetch, not of a page"
    headers = record.http_headers
    kind = (headers or record.rec_headers).get_header("Content-Type") or ""
    if headers is not None and headers.get_statuscode()[:1] != "2":
        return "responses other than a page, such as redirects and errors"
    if kind.partition(";")[0].strip().lower() not in PAGES:
        return "responses that are no HTML"
    return None


def _read_record(record: Any, data: bytes, place: str, config: InputConfig, gathering: Gathering) -> None:
    address = (record.rec_headers.get_header("WARC-Target-URI") or "").strip().strip("<>")
    headers = record.http_headers or record.rec_headers
    _, _, charset = (headers.get_header("Content-Type") or "").lower().partition("charset=")
    if len(data) > config.max_record_bytes:
        gathering.reject(place, over("too_large: a page", "max_record_bytes", config))
        return
    charset = charset.partition(";")[0].strip(" \"'")
    try:
        page = read_page(data, config, where=place, charset=charset or None, address=address)
    except LimitReachedError as error:
        gathering.reject(place, str(error))
        return
    if not page.text.strip():
        gathering.reject(place, "empty_text: no main text was found on this page")
        return
    fields = {**fields_of(page), "source": host_of(address) or page.about.source}
    notes = page.notes
    if not fields["published_at"]:
        fields["published_at"] = record.rec_headers.get_header("WARC-Date")
        notes = (*notes, "crawl_time")
    gathering.add(place, *notes, id=address or page.about.url, **fields)
