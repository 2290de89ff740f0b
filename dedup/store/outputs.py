"""The files of a run: the output contract, written and read.

In: the frames and the manifest of a finished run, or a folder that holds one. Out: the folder, or the frames again.
Must not know how anything was computed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Final

import polars as pl
from polars.io.plugins import register_io_source

from dedup.errors import OutputError, SchemaError
from dedup.frames import Frame
from dedup.memory import mapped_pages_go
from dedup.outlet_frames import FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.places import SCATTERED, TEXT_BYTES, Document, slices
from dedup.schemas import (
    ARTICLES,
    DOCUMENTS,
    FRAMING,
    MEMBERS,
    ODD,
    ODDITIES,
    PAIRS,
    SCHEMA_VERSION,
    SKIPPED,
    STORIES,
)
from dedup.store.files import legal_text
from dedup.store.folders import current_folder, opened_together, replace_folder
from dedup.store.locks import output_lock
from dedup.store.records import json_document, json_lines, spreadsheet
from dedup.store.targets import MARK, is_run
from dedup.store.targets import check_output as check_target

__all__ = ["FILES", "StoredRun", "check_output", "finish_parts", "output_lock", "read_run", "write_run"]

FILES: Final = (
    MARK,
    "stories.jsonl",
    "stories.parquet",
    "members.parquet",
    "members.csv",
    "pairs.parquet",
    "framing.jsonl",
    "outlets.parquet",
    "flows_between_outlets.parquet",
    "skipped.jsonl",
    "articles.parquet",
    "report.html",
)
"""Every file of a run. Only add to it: a name that left could no longer be told from a user's own file."""

READ: Final = (
    MARK,
    *(f"{frame.name}.parquet" for frame in (STORIES, MEMBERS, PAIRS, OUTLETS, FLOWS_BETWEEN_OUTLETS, ARTICLES)),
    *(f"{frame.name}.jsonl" for frame in (FRAMING, SKIPPED)),
)
"""The files that are read back; the others say the same in another form."""


ORDER: Final[Mapping[str, tuple[str, ...]]] = {FRAMING.name: ("story_id", "variant_id")}
"""Order of the rows of a file, where it is not that of the frame's key."""


_ROW_GROUP: Final = 8_192
"""Rows of a Parquet file that are made ready at a time, of long articles fewer: see ``_row_group``."""
_AHEAD: Final = 8
"""Share of them, as one in so many, that is handed to what writes it, which takes a dozen such before it waits."""
_BYTES: Final = 1 << 20
"""Bytes of a page that are written at a time."""


@dataclass(frozen=True)
class StoredRun:
    """A run read back from its folder.

    Args:
        out: The folder.
        manifest: What ``run.json`` holds.
        stories: The STORIES frame.
        members: The MEMBERS frame.
        pairs: The PAIRS frame.
        framing: The FRAMING frame, its scores rounded to four decimals.
        outlets: The OUTLETS frame.
        flows: The FLOWS_BETWEEN_OUTLETS frame.
        articles: The ARTICLES frame.
        skipped: The SKIPPED frame.
        oddities: The ODDITIES frame: of every article its flags and folds, in the order of ``articles``.
    """

    out: Path
    manifest: dict[str, Any]
    stories: pl.DataFrame
    members: pl.DataFrame
    pairs: pl.DataFrame
    framing: pl.DataFrame
    outlets: pl.DataFrame
    flows: pl.DataFrame
    articles: pl.DataFrame
    skipped: pl.DataFrame
    oddities: pl.DataFrame = field(default_factory=ODDITIES.empty)


def check_output(out: Path, inputs: Sequence[str | Path] = ()) -> None:
    """Raise OutputError, before any work, if ``out`` cannot be written or something would be lost by it.

    Args:
        out: The folder that will be written; it may be missing, empty or a previous run.
        inputs: What will be read; ``out`` may neither hold it nor lie in it.

    Raises:
        OutputError: See ``dedup.store.targets``.
    """
    check_target(out, FILES, inputs)


def write_run(  # noqa: PLR0913  one argument for every kind of file
    out: Path,
    manifest: Mapping[str, Any],
    write: Callable[[Path, Callable[[Path], None], Callable[[Path], bool]], None] = replace_folder,
    /,
    *,
    articles: pl.DataFrame,
    stories: pl.DataFrame,
    members: pl.DataFrame,
    pairs: pl.DataFrame,
    framing: pl.DataFrame,
    outlets: pl.DataFrame,
    flows: pl.DataFrame,
    skipped: pl.DataFrame,
    report: Document,
    documents: pl.DataFrame | None = None,
) -> None:
    """Write a whole run, replacing the one that was in ``out``, in one step.

    Killed at any moment, ``out`` holds the previous run or this one, whole. The same content gives the same bytes.

    Args:
        out: The folder; its parents are made if need be.
        manifest: For ``run.json``; ``schema_version`` is put in front.
        write: How the folder is made; ``prepare_folder`` leaves it beside ``out`` until ``handover.publish``.
        articles: The ARTICLES frame, written too so that a stored run can be shown and explained.
        stories: The STORIES frame.
        members: The MEMBERS frame: exactly the articles, in the same order.
        pairs: The PAIRS frame.
        framing: The FRAMING frame.
        outlets: The OUTLETS frame.
        flows: The FLOWS_BETWEEN_OUTLETS frame.
        skipped: The SKIPPED frame.
        report: What ``report.html`` holds.
        documents: The DOCUMENTS frame, whose flags and folds stand beside the articles; None leaves them empty.

    Raises:
        SchemaError: A frame breaks its declaration, or an article is in no story.
        StoreLockedError: Another run is writing to ``out``.
        OutputError: ``out`` cannot be written, or holds something that is no run's.
    """
    for frame, rows in (
        *((ARTICLES, articles), (STORIES, stories), (MEMBERS, members)),
        *((PAIRS, pairs), (FRAMING, framing), (SKIPPED, skipped)),
        *((OUTLETS, outlets), (FLOWS_BETWEEN_OUTLETS, flows)),
    ):
        frame.check(rows)
    if not members["article_id"].equals(articles["article_id"]):
        raise SchemaError("not the articles that were read, once each and in order", where="members.article_id")
    places = articles.select(canonical_id="article_id").with_row_index("at")
    canonical = stories.select("canonical_id").join(places, on="canonical_id", how="left", maintain_order="left")["at"]
    if canonical.null_count():
        raise SchemaError("names an article that was not read", where="stories.canonical_id")
    check_output(out)
    contents: dict[str, Iterable[bytes] | pl.DataFrame] = {
        MARK: [json_document({"schema_version": SCHEMA_VERSION, **manifest})],
        "stories.jsonl": _lines(stories, lambda rows: {"canonical_text": articles["text"].gather(canonical[rows])}),
        "stories.parquet": stories,
        "members.parquet": members,
        "members.csv": [spreadsheet(members)],
        "pairs.parquet": pairs,
        "framing.jsonl": _lines(framing),
        "outlets.parquet": outlets,
        "flows_between_outlets.parquet": flows,
        "skipped.jsonl": _lines(skipped),
        # The line an article stood on is no part of the result: the same articles in another order give the same bytes.
        "articles.parquet": articles.with_columns(origin=pl.lit(""), **_odd(articles, documents)),
        "report.html": _pieces(report),
    }
    write(out, lambda folder: _fill(folder, contents), is_run)


def _lines(
    frame: pl.DataFrame, besides: Callable[[slice], Mapping[str, pl.Series]] = lambda _rows: {}
) -> Iterator[bytes]:
    """A frame as JSON Lines, piece by piece, with further columns: all texts at once would be in memory twice."""
    for rows in slices(frame.height, SCATTERED):
        yield json_lines(frame[rows].with_columns(**besides(rows)))
        mapped_pages_go()


def _pieces(document: Document) -> Iterator[bytes]:
    """A document that may lie on the disk, a megabyte at a time."""
    for at in range(0, len(document), _BYTES):
        yield document[at : at + _BYTES]
        mapped_pages_go()


def _odd(articles: pl.DataFrame, documents: pl.DataFrame | None) -> dict[str, pl.Series]:
    """Flags and folds of every article."""
    if documents is not None:
        return {name: DOCUMENTS.check(documents)[name] for name in ODD}
    return {name: pl.Series(name, [[]] * articles.height, dtype=column.dtype) for name, column in ODD.items()}


def _fill(folder: Path, contents: Mapping[str, Iterable[bytes] | pl.DataFrame]) -> None:
    for name in FILES:
        content = contents[name]
        if not isinstance(content, pl.DataFrame):
            with (folder / name).open("wb") as file:
                file.writelines(content)
            continue
        try:
            rows = _row_group(content)
            _by_and_by(content, rows // _AHEAD).sink_parquet(folder / name, statistics=True, row_group_size=rows)
        except pl.exceptions.PolarsError as error:
            raise OSError(None, str(error)) from error


def _row_group(frame: pl.DataFrame) -> int:
    """Rows of a frame that are made ready at a time: no more than have so much text on average."""
    n_bytes = int(frame["text"].str.len_bytes().sum()) if "text" in frame.columns else 0
    fitting = TEXT_BYTES * frame.height // n_bytes if n_bytes else _ROW_GROUP
    return max(_AHEAD, min(_ROW_GROUP, fitting))


def _by_and_by(frame: pl.DataFrame, size: int) -> pl.LazyFrame:
    """A frame that comes some rows at a time, in one piece each.

    Written as it is, Parquet would be cut where a column happens to be, and a column that lies on the disk in several
    pieces would be in memory as a whole.
    """

    def parts(columns: list[str] | None, *_not_pushed_down: object) -> Iterator[pl.DataFrame]:
        for rows in slices(frame.height, size):
            yield frame[rows].select(columns or frame.columns).rechunk()
            mapped_pages_go()

    return register_io_source(parts, schema=frame.schema)


def finish_parts(folder: Path, document: bytes, page: bytes) -> None:
    """Finish a folder whose frames Spark has written, in parts.

    Args:
        folder: What Spark has beside its parts, marks and sums, is removed.
        document: What ``run.json`` holds.
        page: What ``report.html`` holds.
    """
    for left in (*folder.rglob("_SUCCESS"), *folder.rglob("*.crc")):
        left.unlink()
    (folder / "report.html").write_bytes(page)
    (folder / MARK).write_bytes(document)


def read_run(out: Path) -> StoredRun:
    """Read a run back.

    All parts are of one run, even if the folder is replaced meanwhile.

    Args:
        out: A folder that ``write_run`` has written.

    Returns:
        The run. Frames come back as they were, but for the scores in ``framing`` (four decimals).

    Raises:
        OutputError: ``out`` is missing, is no run, is damaged, or was written by a newer version.
    """
    try:
        with opened_together(out, READ) as files:
            return _Reading(out, files).run()
    except OSError as error:
        raise _damaged(out, error.filename or MARK, error) from error


@dataclass(frozen=True)
class _Reading:
    """The open files of one run."""

    out: Path
    files: Mapping[str, list[BinaryIO]]

    @property
    def in_parts(self) -> bool:
        """Whether Spark wrote the run."""
        settings = self.manifest.get("config")
        return isinstance(settings, dict) and settings.get("engine", {}).get("name") == "spark"

    def run(self) -> StoredRun:
        manifest = self.manifest
        frames = {frame.name: self.table(frame) for frame in (STORIES, MEMBERS, PAIRS, OUTLETS)}
        frames["flows"] = self.table(FLOWS_BETWEEN_OUTLETS)
        frames |= self.articles()
        frames |= {frame.name: self.lines(frame) for frame in (FRAMING, SKIPPED)}
        return StoredRun(out=self.out, manifest=manifest, **frames)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What ``run.json`` holds."""
        where = legal_text(str(self.out))
        if MARK not in self.files:
            raise _no_run(self.out, where)
        try:
            manifest = json.loads(self.files[MARK][0].read())
            version = manifest["schema_version"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(self.out, MARK, error) from error
        if not isinstance(version, int) or version > SCHEMA_VERSION:
            raise OutputError(
                "was written by a newer version",
                where=where,
                got=version,
                expected=f"schema_version {SCHEMA_VERSION} or less",
                hint="Update newsdedup, or run again with this version.",
            )
        return dict(manifest)

    def table(self, frame: Frame) -> pl.DataFrame:
        return self.read(f"{frame.name}.parquet", frame, pl.read_parquet)

    def lines(self, frame: Frame) -> pl.DataFrame:
        return self.read(f"{frame.name}.jsonl", frame, lambda file: pl.read_ndjson(file.read(), schema=frame.schema))

    def articles(self) -> dict[str, pl.DataFrame]:
        """The articles, and beside them what is odd about each; a run of before had no such columns."""
        held: list[pl.DataFrame] = []

        def read(file: BinaryIO) -> pl.DataFrame:
            held.append(pl.read_parquet(file))
            return held[-1].select([*ARTICLES.columns])

        name = f"{ARTICLES.name}.parquet"
        articles = self.read(name, ARTICLES, read)
        if not any(set(ODD) & set(part.columns) for part in held):
            return {"articles": articles, "oddities": articles.select("article_id", **_odd(articles, None))}
        parts = iter(held)
        oddities = self.read(name, ODDITIES, lambda _: next(parts).select([*ODDITIES.columns]))
        return {"articles": articles, "oddities": oddities}

    def read(self, name: str, frame: Frame, read: Callable[[BinaryIO], pl.DataFrame]) -> pl.DataFrame:
        if name not in self.files:
            raise _damaged(self.out, name, FileNotFoundError("no such file"))
        try:
            parts = [read(file) for file in self.files[name]]
            return frame.check(_joined(parts, frame) if self.in_parts else parts[0])
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException, SchemaError) as error:
            raise _damaged(self.out, name, error) from error


def _joined(parts: Sequence[pl.DataFrame], frame: Frame) -> pl.DataFrame:
    """A frame whose parts Spark wrote, in no order, without unsigned numbers and enumerations."""
    typed = [part.cast(pl.Schema(frame.schema)) for part in parts]
    order = ORDER.get(frame.name, frame.key)
    return pl.concat([frame.empty(), *typed]).sort(*order, nulls_last=True)


def _no_run(out: Path, where: str) -> OutputError:
    if not current_folder(out).exists():
        return OutputError("no such folder", where=where, hint=f"Write it first: dedup run INPUT --out {where}")
    return OutputError(
        f"is not the output of a run: there is no {MARK} in it",
        where=where,
        hint="Give the folder that was --out of dedup run.",
    )


def _damaged(out: Path, name: str, error: Exception) -> OutputError:
    detail = str(error).splitlines()[0] if str(error) else type(error).__name__
    return OutputError(
        f"is missing or damaged ({detail})", where=legal_text(str(out / name)), hint="Run again to write it anew."
    )
