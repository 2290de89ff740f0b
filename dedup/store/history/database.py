"""The file of a history: opened late, closed early.

In: a folder, statements, frames. Out: frames. Must not know what the tables mean.

DuckDB lets one process open a file for writing, and nobody else meanwhile, not even to read; so it is open for a look
or a commit and never while articles are compared. Frames go in and come out by the Arrow C stream, without pyarrow.
Extensions are neither installed nor loaded: they would be downloaded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

import polars as pl

from dedup.errors import DedupError, DiskError, OutputError, StoreLockedError
from dedup.store.files import legal_text
from dedup.store.history import ahead

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

T = TypeVar("T")

FILE: Final = "history.duckdb"
"""Name of the file in the folder of the store."""
_PATIENCE: Final = 20.0
"""Seconds to wait for another process that has the file open for a look or a commit."""
_PAUSE: Final = 0.05
_REMINDER: Final = 0.05
"""Seconds after which DuckDB is told again to stop: it forgets that where it was only about to begin."""
_SETTINGS: Final = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


class _Stream:
    """A frame as DuckDB takes it; a Polars frame itself it would take by pyarrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand over the columns."""
        return self._frame.__arrow_c_stream__(requested_schema)


class Database:
    """An open history.

    Args:
        connection: The connection to DuckDB.
        where: The folder, for errors.
    """

    def __init__(self, connection: DuckDBPyConnection, where: str) -> None:
        self._connection = connection
        self.where = where

    def run(self, statement: str, *values: Any, **frames: pl.DataFrame) -> None:
        """Execute a statement.

        Args:
            statement: SQL; ``frames`` are tables in it by their names.
            *values: For its question marks.
            **frames: Rows it reads.
        """
        with self._registered(frames):
            self._done(lambda: self._connection.execute(statement, list(values) or None))

    def frame(self, query: str, *values: Any, **frames: pl.DataFrame) -> pl.DataFrame:
        """The rows of a query; times are UTC.

        Args:
            query: SQL; ``frames`` are tables in it by their names.
            *values: For its question marks.
            **frames: Rows it reads.
        """
        with self._registered(frames):
            found = self._done(lambda: pl.DataFrame(self._connection.sql(query, params=list(values) or None)))
        zoned = pl.selectors.datetime("us", "*")
        return found.with_columns(zoned.dt.convert_time_zone("UTC"))

    def value(self, query: str, *values: Any) -> Any:
        """The first column of the first row, None without rows."""
        # All rows, since a result that is not read to its end keeps the connection from other work.
        rows = self._done(lambda: self._connection.execute(query, list(values) or None).fetchall())
        return rows[0][0] if rows else None

    def has_table(self, name: str) -> bool:
        """Whether there is a table of this name."""
        return bool(self.value("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", name))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside, or none."""
        self.run("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            self.run("ROLLBACK")
            raise
        self.run("COMMIT")

    def _done(self, work: Callable[[], T]) -> T:
        """What a statement gives; a signal that comes meanwhile ends it, and what its handler raises is raised.

        Left alone, DuckDB sees a signal, and then waits for its own threads without a word to them: a statement that
        one of these had begun went on to its end. So another thread waits for DuckDB, and this one for signals.
        """
        told: list[T] = []
        failed: list[BaseException] = []
        begun, unwanted, ended = Event(), Event(), Event()

        def tell() -> None:
            begun.set()
            try:
                if not unwanted.is_set():
                    told.append(work())
            except BaseException as error:  # noqa: BLE001 - raised where the statement was asked for
                failed.append(error)
            finally:
                ended.set()

        try:
            Thread(target=tell, name="history").start()
            ended.wait()
        except BaseException:
            unwanted.set()
            while begun.is_set() and not ended.wait(_REMINDER):
                self._connection.interrupt()
            raise
        if failed:
            raise failed[0]
        return told[0]

    @contextmanager
    def _registered(self, frames: dict[str, pl.DataFrame]) -> Iterator[None]:
        import duckdb

        for name, frame in frames.items():
            self._connection.register(name, _Stream(frame))
        try:
            yield
        finally:
            for name in frames:
                # In a transaction that failed nothing can be let go before it is rolled back, and the error is another.
                with suppress(duckdb.TransactionException):
                    self._connection.unregister(name)


@contextmanager
def database(
    folder: Path, *, write: bool = False, file: str = FILE, memory_mb: int | None = None
) -> Iterator[Database]:
    """Open the history in a folder for as long as the block lasts, without what is left of a batch that never came.

    Args:
        folder: The folder of the store; made if need be where ``write``.
        write: Whether something will be changed; without it, only read, and changed only where such rows are left.
        file: Another name of the file.
        memory_mb: Memory that the database may take, in MB; None for as much as there is.

    Raises:
        StoreLockedError: Another process had the file open for twenty seconds.
        OutputError: There is no history, it is damaged, or the disk is full.
        KeyboardInterrupt: Ctrl-C, or whatever else the handler of a signal raises.
    """
    import duckdb

    where = legal_text(str(folder))
    path = folder / file
    if not write and not path.is_file():
        raise OutputError("no history here", where=where, hint=f"Begin one: dedup run INPUT --store {where}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = _connected(path, write=write, where=where)
    except OSError as error:
        raise OutputError(f"cannot be made: {error.strerror or error}", where=where) from error
    try:
        history = Database(connection, where)
        if ahead.first_ahead(history) is not None:
            if write:
                ahead.take_out(history)
            else:
                _close(connection)
                with database(folder, write=True, file=file):
                    pass
                connection = _connected(path, write=False, where=where)
                history = Database(connection, where)
        history.run("SET TimeZone = 'UTC'")
        if memory_mb is not None:
            history.run(f"SET memory_limit = '{memory_mb}MB'")
        yield history
    except duckdb.Error as error:
        raise _told(error, where, write=write) from error
    finally:
        _close(connection)


def id_column(ids: Collection[str]) -> pl.DataFrame:
    """Column article_id: some names, sorted, for statements that ask what is among them."""
    return pl.DataFrame({"article_id": pl.Series(sorted(ids), dtype=pl.String)})


def _connected(path: Path, *, write: bool, where: str) -> DuckDBPyConnection:
    import duckdb

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            # Absolute, since the beginning of a path such as md:x names an extension.
            return duckdb.connect(str(path.absolute()), read_only=not write, config=dict(_SETTINGS))
        except duckdb.Error as error:
            if "lock" not in str(error).lower():
                raise _told(error, where, write=write) from error
            if time.monotonic() > until:
                raise StoreLockedError(
                    "another process has the history open", where=where, got=_first_line(error), hint="Wait for it."
                ) from error
        time.sleep(_PAUSE)


def _close(connection: DuckDBPyConnection) -> None:
    import duckdb

    try:
        connection.close()
    except duckdb.Error:  # the tidying of a full disk; what was committed is in the log beside the file
        return


def _told(error: Exception, where: str, *, write: bool) -> DedupError:
    import duckdb

    text = _first_line(error)
    if isinstance(error, duckdb.CatalogException):
        hint = "A part of it is missing; 'dedup history check' says which, and what to do."
        return OutputError(f"the history cannot be used ({text})", where=where, hint=hint)
    checked = "Nothing of this was kept. 'dedup history check' says whether the file is whole."
    read = "It was only read, and is as it was. If 'dedup history check' says the same, take a copy of before."
    told = DiskError if isinstance(error, duckdb.IOException) else OutputError
    return told(f"the history cannot be used ({text})", where=where, hint=checked if write else read)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
