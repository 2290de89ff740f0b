"""Everything that is to be compared, read from wherever it lies.

In: files, folders and globs. Out: the ARTICLES frame, a row for whatever was not read, and warnings. Must not know how
a format is read (``readers``) nor what happens to an article.

What is read does not depend on the order of inputs, files or lines. Nothing is lost silently: every record is an
article or a row of ``skipped``.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from dedup.config import InputConfig
from dedup.errors import InputError
from dedup.frames import TIME
from dedup.places import MEMORY, Growing, Place
from dedup.schemas import ARTICLES, SKIPPED
from dedup.store.batch_limits import check_memory, check_size, check_skipped_share, laid_from
from dedup.store.fields import FIELDS, REQUIRED, has_value, pick_fields
from dedup.store.files import Rejection, SourceFile, find_files
from dedup.store.readers import ENDINGS, Batch, Reader, format_of, is_known, is_recognised
from dedup.store.readers.batch import failure, too_large
from dedup.store.readers.streams import read_head
from dedup.store.times import parse_time

if TYPE_CHECKING:
    from dedup.store.laid import Disk

PREFERENCE: Final = ("published_at", "raw_time", "text", "title", "url", "source", "lang", "origin")
"""What decides which of several articles with one id is kept: the content first, so that shuffling lines or files
cannot change it; where it was found only between articles alike in everything."""

NOTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "crawl_time": "archived pages say no publication time; the time at which they were fetched stands in for it.",
        "replaced_bytes": "pages have bytes that their encoding does not know; \N{REPLACEMENT CHARACTER} stands there.",
        "summary_only": "feed items have a summary and no full text; summaries carry little to compare.",
    }
)
"""What is odd about articles that were read all the same, to be read after their number."""

TIME_PROBLEMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ambiguous": "could be day or month first; write 2025-03-04",
        "unreadable": "are in no known form; write 2025-03-04T10:00:00Z",
    }
)
"""Why a publication time was left out, to be read after the number of them."""

_TEXT: Final = pl.Schema({"text": pl.String})
_USUAL: Final = (
    r"^(?:1[6-9]|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](?:\.[0-9]{3}(?:[0-9]{3})?)?Z$"
)
"""Publication times that Polars reads as ``parse_time`` does; what it cannot read of them is left to that."""
_USUAL_FORM: Final = "%Y-%m-%dT%H:%M:%S%.fZ"


@dataclass(frozen=True)
class Read:
    """What was read.

    Args:
        articles: The ARTICLES frame.
        skipped: The SKIPPED frame.
        warnings: What was read in part, as sentences; the same whatever the order of the input.
        place: Where the articles lie, and whatever else is made of as many.
        of_disk: Reasons of what the system refused to read, as in ``skipped``.
    """

    articles: pl.DataFrame
    skipped: pl.DataFrame
    warnings: list[str]
    place: Place = MEMORY
    of_disk: Sequence[str] = ()

    @property
    def n_read(self) -> int:
        """Articles and skipped inputs together."""
        return self.articles.height + self.skipped.height


@dataclass
class Gathered:
    """What the readers gave, before ids are compared; texts are apart from the rest once they lie on the disk."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    n_articles: int = 0
    n_bytes: int = 0
    texts: Growing | None = None

    def lay_texts(self, disk: Disk) -> None:
        """Put the texts on the disk that are not there yet."""
        self.texts = self.texts or disk.growing(_TEXT)
        for at, frame in enumerate(self.frames):
            if "text" in frame.columns:
                self.texts.append(frame.select(*_TEXT))
                self.frames[at] = frame.drop(*_TEXT)

    def found(self, empty: pl.DataFrame) -> pl.DataFrame:
        """All that was read, as one frame with the columns of an empty one."""
        if self.texts is None:
            return pl.concat([empty, *self.frames])
        rest = pl.concat([empty.drop(*_TEXT), *self.frames])
        return rest.with_columns(self.texts.frame()).select(*empty.columns)


def read_articles(
    inputs: Sequence[str | Path], config: InputConfig, *, disk: Disk | None = None, n_earlier: int | None = None
) -> Read:
    r"""Read all articles.

    Of several articles with one id, the one published first is kept (none known counts as last; among equals the text
    that sorts first, then title, url, source, lang and origin). Another with the same text is counted once and skipped
    as ``duplicate_id``, one with another text is skipped as ``conflicting_id``; the reason says where the kept one is.

    Args:
        inputs: Files, folders (read to the bottom), globs, tables of databases by address (``sqlite:///a.db?table=t``)
            and ``-`` for standard input, in any order.
        config: Columns and limits.
        disk: Where a large batch is laid down as it is read, since a whole run is to follow, whose memory ``memory_mb``
            limits; without it, all is in memory.
        n_earlier: Articles of a history that it may be held against; None where there is no history.

    Returns:
        The articles sorted by id, the skipped inputs sorted by place and reason, and warnings about publication times
        that could not be read (the article is kept without one) and other oddities. No article may come out: then all
        inputs are skipped.

    Raises:
        InputError: A path is missing, a glob matches nothing, a file named outright is of no known format or has no
            column for id or text or needs a package that is not installed, a configured column is in none of the files,
            there is no file at all, or ``max_files``, ``max_articles``, ``max_text_bytes``, ``memory_mb`` or
            ``max_skipped_share`` is exceeded.

    Examples:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "a.jsonl").write_text('{"id": 7, "text": "It rained."}\n{"id": 8}\n')
        ...     read = read_articles([folder], InputConfig())
        >>> read.articles.select("article_id", "text").rows(), read.skipped["reason"].to_list(), read.n_read
        ([('7', 'It rained.')], ['missing_text: no value for the text'], 2)
    """
    files, passed = find_files(
        inputs, is_known, expected=ENDINGS, is_recognised=is_recognised, max_files=config.max_files
    )
    gathered = gather(files, config, disk=disk, n_earlier=n_earlier)
    check_configured_columns(gathered.columns, config)
    check_skipped_share(gathered.n_articles, gathered.rejections, config)
    found = read_times(gathered.found(judge(Batch(), config)[0]))
    kept, repeated = _keep_one_each(found)
    rejections = [(row.where, row.reason) for row in (*passed, *gathered.rejections)]
    skipped = pl.concat([pl.DataFrame(rejections, SKIPPED.schema, orient="row"), repeated]).sort("where", "reason")
    articles = kept.rename({"id": "article_id"}).select([*ARTICLES.columns]).sort("article_id")
    odd = {
        problem: (some.height, some["raw_time"][0], some["id"][0])
        for problem in TIME_PROBLEMS
        if (some := kept.filter(pl.col("time_problem") == problem).sort("id")).height
    }
    place: Place = MEMORY
    if disk is not None and gathered.texts is not None:
        articles, place = disk.laid(articles), disk  # once more, so that they are read there in the order of their ids
    warnings = warnings_of(odd, gathered.left_out, gathered.notes)
    of_disk = sorted(row.reason for row in gathered.rejections if row.of_disk)
    return Read(ARTICLES.check(articles), SKIPPED.check(skipped), warnings, place, of_disk)


def gather(
    files: Sequence[SourceFile], config: InputConfig, *, disk: Disk | None = None, n_earlier: int | None = None
) -> Gathered:
    """Let every reader read its files and judge what it gives."""
    gathered = Gathered()
    by_reader: dict[Reader, list[SourceFile]] = {}
    for file in map(read_head, files):
        try:
            found = format_of(file)
        except OSError as error:
            gathered.rejections.append(failure(file, error))
            continue
        if found is None:
            raise InputError(
                "cannot tell what this is" if file.head else "there is nothing in it",
                where=file.origin,
                expected="JSON, CSV with a header, HTML, RSS, Atom, NewsML-G2, WARC, any of them compressed",
                hint="Write it to a file whose ending says what it is."
                if file.head
                else "Look at what the command before the pipe says.",
            )
        by_reader.setdefault(found.read, []).append(file)
    for reader, group in by_reader.items():
        for batch in reader(group, config):
            frame, rejections = judge(batch, config)
            gathered.frames.append(frame)
            gathered.rejections.extend((*batch.rejections, *rejections))
            gathered.columns |= batch.columns
            gathered.left_out.update(batch.left_out)
            gathered.notes.update(batch.notes)
            gathered.n_articles += frame.height
            gathered.n_bytes += int(frame["text"].str.len_bytes().sum())
            check_size(gathered.n_articles, gathered.n_bytes, config, n_rejected=len(gathered.rejections))
            if disk is not None:
                check_memory(gathered.n_bytes, config, n_earlier=n_earlier)
                if gathered.n_bytes > laid_from(config, n_earlier=n_earlier):
                    gathered.lay_texts(disk)
    return gathered


def judge(batch: Batch, config: InputConfig) -> tuple[pl.DataFrame, list[Rejection]]:
    """Split the rows of a batch into those that are articles, with our fields and their place, and rejections."""
    places = pl.Series("origin", batch.places, pl.String)
    rows = pick_fields(batch.rows, config).with_columns(places)
    is_blank = ~has_value("id", "text")
    size = pl.col("text").str.len_bytes()
    judged = rows.with_columns(is_blank.name.prefix("blank_"), size=size).with_columns(
        pl.when(pl.col("id").is_null() | pl.col("blank_id"))
        .then(pl.lit("missing_id: no value for the id"))
        .when(pl.col("text").is_null())
        .then(pl.lit("missing_text: no value for the text"))
        .when(pl.col("blank_text"))
        .then(pl.lit("empty_text: the text is blank"))
        .when(pl.col("size") > config.max_article_bytes)
        .then(pl.lit(""))
        .alias("reason")
    )
    refused = judged.filter(pl.col("reason").is_not_null()).select("origin", "reason", "size")
    optional = [name for name in FIELDS if name not in REQUIRED]
    filled = [pl.when(has_value(name)).then(pl.col(name)).alias(name) for name in optional]
    accepted = judged.filter(pl.col("reason").is_null()).with_columns(filled).select(*FIELDS, "origin")
    return accepted, [
        Rejection(where, reason or too_large(size, config)) for where, reason, size in refused.iter_rows()
    ]


def check_configured_columns(columns: Collection[str], config: InputConfig) -> None:
    """Refuse a configured column that no file has; files without columns (.txt) have no say."""
    folded = {column.casefold() for column in columns}
    for name, column in config.fields.items():
        if columns and column.casefold() not in folded:
            close = difflib.get_close_matches(column, sorted(columns), n=1)
            raise InputError(
                f"no input has a column '{column}'",
                where=f"input.fields.{name}",
                got=", ".join(sorted(columns)[:40]),
                hint=f"Did you mean '{close[0]}'?" if close else "Name one of these.",
            )


def read_times(found: pl.DataFrame) -> pl.DataFrame:
    """Turn ``published_at`` into a time; what cannot be read moves to ``time_problem`` and ``raw_time``."""
    every = found.select(raw_time="published_at").drop_nulls().unique()
    # What our own readers make of a table's times, and what machines write: not one by one, in Python.
    usual = pl.when(pl.col("raw_time").str.contains(_USUAL)).then("raw_time")
    at_once = every.with_columns(
        published_at=usual.str.to_datetime(_USUAL_FORM, time_unit="us", time_zone="UTC", strict=False)
    )
    raw = at_once.filter(pl.col("published_at").is_null())["raw_time"].to_list()
    times = [parse_time(text) for text in raw]
    read = [(text, time) for text, time in zip(raw, times, strict=True) if not isinstance(time, str)]
    failed = [(text, time) for text, time in zip(raw, times, strict=True) if isinstance(time, str)]
    one_by_one = pl.DataFrame(read, {"raw_time": pl.String, "published_at": TIME}, orient="row")
    good = pl.concat([at_once.drop_nulls(), one_by_one])
    bad = pl.DataFrame(failed, {"raw_time": pl.String, "time_problem": pl.String}, orient="row")
    return found.rename({"published_at": "raw_time"}).join(good, "raw_time", "left").join(bad, "raw_time", "left")


def _keep_one_each(found: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split articles into one for every id and SKIPPED rows for the others."""
    shared = pl.col("id").is_duplicated()
    ranked = found.filter(shared).sort("id", *PREFERENCE, nulls_last=True)
    # By position: two files can be called the same, where a byte of one name is shown as the escape of the other.
    is_first = pl.col("id").is_first_distinct()
    first = ranked.filter(is_first)
    kept = first.select("id", kept_text="text", kept_origin="origin")
    others = ranked.filter(~is_first).join(kept, "id", maintain_order="left")
    same = "duplicate_id: same text as " + pl.col("kept_origin") + ", counted once"
    other = "conflicting_id: '" + pl.col("id") + "' has another text in " + pl.col("kept_origin")
    reason = pl.when(pl.col("text") == pl.col("kept_text")).then(same).otherwise(other)
    return pl.concat([found.filter(~shared), first]), others.select(where="origin", reason=reason)


def warnings_of(
    odd_times: Mapping[str, tuple[int, str, str]], left_out: Mapping[str, int], notes: Mapping[str, int]
) -> list[str]:
    """What was read in part, as sentences, with an example that does not depend on where it stood.

    Args:
        odd_times: By problem how many times could not be read, and the first of them by article with the article's id.
        left_out: By column how many values were of a type that cannot be used.
        notes: By note (see ``NOTES``) how many articles it is about.
    """
    warnings = []
    for problem, what in TIME_PROBLEMS.items():
        if problem in odd_times:
            n_odd, raw, one = odd_times[problem]
            warnings.append(
                f"{n_odd:,} publication times {what}. Left out, the first: {raw[:40]!r} of article {one!r}."
            )
    for name, count in sorted(left_out.items()):
        warnings.append(f"{count:,} values of '{name}' are of a type that cannot be used and were left out.")
    warnings.extend(f"{count:,} {NOTES[note]}" for note, count in sorted(notes.items()))
    return warnings
