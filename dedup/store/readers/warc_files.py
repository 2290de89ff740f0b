"""Web archives: one fetched page, one article.

In: ``.warc`` files, mostly gzipped, such as those of CC-NEWS. Out: the articles on the HTML pages among their
responses. Must not know how a page is read.

The archive is decompressed here, under the limits of ``streams``, and only then given to warcio.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from dedup.config import InputConfig
from dedup.store.files import SourceFile
from dedup.store.readers.batch import Batch, Gathering, each_file
from dedup.store.readers.html_files import fields_of, host_of, read_page
from dedup.store.readers.packages import needed
from dedup.store.readers.streams import LimitReachedError, open_bytes, over

PAGES: Final = ("text/html", "application/xhtml+xml")
FETCHED: Final = ("response", "resource")


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
        OSError, EOFError, zlib.error: The file cannot be read.
    """
    archives = needed("warcio.archiveiterator", where=file.origin, what="web archives")
    errors = needed("warcio.exceptions", where=file.origin, what="web archives")
    needed("trafilatura", where=file.origin, what="web archives")
    gathering = Gathering()
    passed: Counter[str] = Counter()
    number = 0
    with open_bytes(file, config) as stream:
        try:
            for number, record in enumerate(archives.ArchiveIterator(stream), 1):
                place = f"{file.origin}:{number}"
                kind = _passed_over(record)
                data = b"" if kind else record.content_stream().read(config.max_record_bytes + 1)
                if _is_damaged(record):
                    gathering.reject(place, "damaged: this record has no length, or the archive ends before it does")
                elif kind:
                    passed[kind] += 1
                else:
                    _read_record(record, data, place, config, gathering)
                if gathering.is_full:
                    yield gathering.batch()
        except (errors.ArchiveLoadFailed, ValueError, AttributeError, TypeError, IndexError) as error:
            # What warcio makes of records that are damaged in ways it does not expect.
            place = f"{file.origin}:{number + 1}"
            gathering.reject(place, f"damaged: no record of an archive ({error}); what follows it is not read")
        except LimitReachedError as error:
            gathering.reject(f"{file.origin}:{number + 1}", str(error))
    for kind, count in sorted(passed.items()):
        gathering.reject(file.origin, f"not_articles: {count:,} {kind}")
    if not number:
        gathering.reject(file.origin, "empty_file: an archive without records")
    yield gathering.batch()


read = each_file(read_file)


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


def _is_damaged(record: Any) -> bool:
    """Read what is left of a record, as the iterator would, and tell whether some of it is missing."""
    if not (record.rec_headers.get_header("Content-Length") or "").strip().isdigit():
        return True
    while record.raw_stream.read(1 << 16):
        pass
    return int(getattr(record.raw_stream, "limit", 0)) > 0


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
